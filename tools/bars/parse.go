package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// figures are what benchmarks printed: by result ("AssignClass30/sqlite"), by unit ("ns/op"), one number for each run.
type figures map[string]map[string][]float64

// procs is the number of processors that the go command puts behind a result's name.
var procs = regexp.MustCompile(`-\d+$`)

// parse reads the output of go test -bench: « BenchmarkName-2  N  123 ns/op  4.5 unit … ». Everything else is skipped.
func parse(text string) figures {
	out := figures{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || len(fields)%2 != 0 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		if _, err := strconv.ParseUint(fields[1], 10, 64); err != nil {
			continue
		}
		name := procs.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), "")
		for i := 2; i < len(fields); i += 2 {
			n, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				continue
			}
			if out[name] == nil {
				out[name] = map[string][]float64{}
			}
			out[name][fields[i+1]] = append(out[name][fields[i+1]], n)
		}
	}
	return out
}

// median is the middle of the numbers, the mean of the two in the middle where their count is even. There must be one.
func median(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}
