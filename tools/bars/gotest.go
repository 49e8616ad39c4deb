package main

import (
	"bytes"
	"context"
	"io"
	"os/exec"
	"strconv"
)

// goTest runs benchmarks by the go command, in the module's root.
type goTest struct {
	raw io.Writer // what they print, as they print it
}

func (t goTest) run(ctx context.Context, m measure) (string, error) {
	cmd := exec.CommandContext(ctx, "go", m.args()...)
	var text bytes.Buffer
	cmd.Stdout = io.MultiWriter(&text, t.raw)
	cmd.Stderr = t.raw
	err := cmd.Run()
	return text.String(), err
}

// args are the go command's. A result that -count repeats is measured anew each time; nothing is taken from a cache.
func (m measure) args() []string {
	return []string{"test", "-run", "^$", "-bench", "^Benchmark" + m.bench + "$", "-benchtime", m.time, "-count", strconv.Itoa(m.count), "-timeout", "30m", "./" + m.pkg}
}
