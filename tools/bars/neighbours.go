package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// neighbours are the machine's other users. Before each measure, when nothing of ours runs, they are listened to: a figure that
// was taken beside them is theirs too.
type neighbours struct {
	patience time.Duration
	shares   []float64 // of the processors, before each measure
}

const (
	listening = 300 * time.Millisecond
	quiet     = 0.10
)

// listen notes how busy the machine is and, with patience, waits until it is quiet. It hears nothing where there is no /proc/stat.
func (n *neighbours) listen(ctx context.Context) {
	deadline := time.Now().Add(n.patience)
	for {
		before, ok := ticks(readStat())
		if !ok {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(listening):
		}
		after, _ := ticks(readStat())
		share := after.since(before)
		if share <= quiet || time.Now().After(deadline) {
			n.shares = append(n.shares, share)
			return
		}
	}
}

// String is a line that says what was heard, "" for nothing.
func (n *neighbours) String() string {
	if len(n.shares) == 0 {
		return ""
	}
	usual, most := median(n.shares), slices.Max(n.shares)
	text := fmt.Sprintf("machine others used %.0f %% of the processors before a measure, %.0f %% at most", 100*usual, 100*most)
	if most > quiet {
		text += ": what is short may be their doing"
	}
	return text + "\n"
}

// processors is what they did since the machine started, in ticks.
type processors struct{ idle, all float64 }

// since is the share of the time that was not idle.
func (p processors) since(before processors) float64 {
	if p.all <= before.all {
		return 0
	}
	return 1 - (p.idle-before.idle)/(p.all-before.all)
}

func readStat() string {
	b, _ := os.ReadFile("/proc/stat")
	return string(b)
}

// ticks reads the first line of /proc/stat: « cpu user nice system idle iowait irq softirq steal … ». Waiting for a disk is idle.
func ticks(stat string) (p processors, ok bool) {
	line, _, _ := strings.Cut(stat, "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return p, false
	}
	for i, f := range fields[1:9] {
		n, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return p, false
		}
		if p.all += n; i == 3 || i == 4 {
			p.idle += n
		}
	}
	return p, true
}
