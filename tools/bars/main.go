// Command bars runs the benchmarks that have a stated goal, and prints one line for each goal:
//
//	bar assign-class-30/sqlite 6.11 ms goal <= 15 ok
//	bar partners-put/postgres 1210 put/s goal >= 1500 short
//
// The last word is the verdict; a missed goal fails nothing, for a figure is only as good as the machine was quiet. What does
// fail is a benchmark that could not run, or one that printed no figure for a goal: such a goal could never be missed.
// The table of goals is goals.go, with where each comes from. A figure is the median of several runs; the benchmarks' own
// output goes to the standard error. The lines « machine » and « disk » say under what circumstances, so that a durable figure
// can be read against what the disk can do.
//
//	go run ./tools/bars            every part (scripts/bench.sh starts the PostgreSQL that it needs)
//	go run ./tools/bars sso exos   these parts
//	go run ./tools/bars -list      the goals, without running anything
//	go run ./tools/bars -patience 10m    waiting before each measure, so long at most, for others to leave the machine alone
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
)

func main() {
	list := flag.Bool("list", false, "print the goals and where they come from, and run nothing")
	only := flag.String("run", "", "measure only the benchmarks whose name contains this")
	patience := flag.Duration("patience", 0, "how long each measure may wait for the machine to be quiet")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := func() error {
		chosen, err := choose(table, flag.Args(), *only)
		if err != nil {
			return err
		}
		if *list {
			printGoals(os.Stdout, chosen)
			return nil
		}
		for _, part := range unmeasured(table, flag.Args()) {
			fmt.Printf("%s: nothing is measured there yet\n", part)
		}
		if len(chosen) == 0 && *only == "" {
			return nil
		}
		return run(ctx, os.Stdout, chosen, goTest{raw: os.Stderr}, &neighbours{patience: *patience})
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bars:", err)
		os.Exit(1)
	}
}

// choose returns the measures of the parts named, all of them where none is.
func choose(all []measure, parts []string, only string) ([]measure, error) {
	for _, name := range parts {
		if !slices.Contains(partNames, name) {
			return nil, fmt.Errorf("there is no part %q: there are %s", name, strings.Join(partNames, ", "))
		}
	}
	var out []measure
	for _, m := range all {
		if (len(parts) == 0 || slices.Contains(parts, m.part)) && strings.Contains(m.bench, only) {
			out = append(out, m)
		}
	}
	return out, nil
}

// unmeasured lists the parts, of those named or of all, that have no goal with a benchmark.
func unmeasured(all []measure, parts []string) []string {
	var out []string
	for _, name := range partNames {
		if (len(parts) == 0 || slices.Contains(parts, name)) && !slices.ContainsFunc(all, func(m measure) bool { return m.part == name }) {
			out = append(out, name)
		}
	}
	return out
}

// runner runs one measure's benchmark and returns what it printed.
type runner interface {
	run(ctx context.Context, m measure) (string, error)
}

// run measures and prints. A benchmark that fails does not keep the others from being measured.
func run(ctx context.Context, out io.Writer, measures []measure, r runner, others *neighbours) error {
	if len(measures) == 0 {
		return errors.New("no benchmark has that in its name")
	}
	if err := circumstances(out); err != nil {
		return err
	}
	var troubles []error
	bars, short := 0, 0
	for _, m := range measures {
		others.listen(ctx)
		text, err := r.run(ctx, m)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			troubles = append(troubles, fmt.Errorf("%s of %s: %w", m.bench, m.pkg, err))
			continue
		}
		figures := parse(text)
		for _, g := range m.goals {
			if g.isBeside() && len(figures[g.result]) > 0 && len(figures[g.result][g.unit]) == 0 {
				fmt.Fprintf(out, "bar %s - %s goal %s %v unmeasured: %s is not here\n", g.name, g.in, g.op, g.number, strings.TrimPrefix(g.unit, "x/"))
				continue
			}
			b, err := judge(g, figures)
			if err != nil {
				troubles = append(troubles, fmt.Errorf("%s of %s: %w", m.bench, m.pkg, err))
				continue
			}
			fmt.Fprintln(out, b)
			if bars++; !b.ok() {
				short++
			}
		}
	}
	fmt.Fprint(out, others)
	fmt.Fprintf(out, "goals: %d measured, %d short\n", bars, short)
	return errors.Join(troubles...)
}

// printGoals prints the goals without measuring.
func printGoals(out io.Writer, measures []measure) {
	for _, m := range measures {
		for _, g := range m.goals {
			fmt.Fprintf(out, "%-10s %-34s %s %v %-6s %s\n", m.part, g.name, g.op, g.number, g.in, g.from)
		}
	}
}
