package main

import (
	"fmt"
	"strconv"
)

// operator compares a figure with its goal.
type operator string

const (
	atMost  operator = "<="
	atLeast operator = ">="
)

// bar is a figure beside its goal.
type bar struct {
	goal   goal
	figure float64 // rounded as it is printed, so that the verdict is the line's own
}

// judge finds the figure of a goal. No figure is an error: a goal that cannot be missed is none.
func judge(g goal, f figures) (bar, error) {
	runs := f[g.result][g.unit]
	if len(runs) == 0 {
		return bar{}, fmt.Errorf("no figure of %s in %s, which %s needs", g.result, g.unit, g.name)
	}
	factor, ok := factors[[2]string{g.unit, g.in}]
	if !ok {
		return bar{}, fmt.Errorf("%s: %s cannot be told in %s", g.name, g.unit, g.in)
	}
	return bar{g, rounded(median(runs) * factor)}, nil
}

// isBeside reports whether a goal is one beside another program, which may not be installed: then there is no figure.
func (g goal) isBeside() bool { return g.unit == "x/lemonldap" }

// factors turn the units that benchmarks print into those that bars tell.
var factors = map[[2]string]float64{
	{"ns/op", "ms"}: 1e-6, {"ns/op", "s"}: 1e-9,
	{"ms/ready", "ms"}: 1, {"ms/told", "ms"}: 1, {"MB/started", "MB"}: 1, {"MB/viewed", "MB"}: 1,
	{"MB/brotli", "MB"}: 1, {"ms/usable", "ms"}: 1, {"kB/critical", "kB"}: 1,
	{"s/first", "s"}: 1, {"s/next", "s"}: 1, {"%/bare", "%"}: 1, {"MB/peak", "MB"}: 1, {"ms/p99-first", "ms"}: 1, {"ms/p99-next", "ms"}: 1, {"ms/p99", "ms"}: 1, {"answers/s", "answers/s"}: 1,
	{"s/plan", "s"}: 1, {"s/apply", "s"}: 1, {"x/undo", "x"}: 1, {"x/locked", "x"}: 1, {"x/small", "x"}: 1,
	{"x/lemonldap", "x"}: 1, {"ms/worst", "ms"}: 1, {"MB/worst", "MB"}: 1, {"%/signature", "%"}: 1, {"put/s", "put/s"}: 1, {"flows/s", "flows/s"}: 1, {"pages/s", "pages/s"}: 1, {"x/alone", "x"}: 1, {"notices/s", "notices/s"}: 1, {"items/s", "items/s"}: 1, {"events/s", "events/s"}: 1,
}

// rounded keeps three digits, or every one before the point.
func rounded(n float64) float64 {
	if n >= 100 {
		n, _ = strconv.ParseFloat(strconv.FormatFloat(n, 'f', 0, 64), 64)
		return n
	}
	n, _ = strconv.ParseFloat(strconv.FormatFloat(n, 'g', 3, 64), 64)
	return n
}

func (b bar) ok() bool {
	if b.goal.op == atMost {
		return b.figure <= b.goal.number
	}
	return b.figure >= b.goal.number
}

// String is the bar's line.
func (b bar) String() string {
	verdict := "short"
	if b.ok() {
		verdict = "ok"
	}
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	return fmt.Sprintf("bar %s %s %s goal %s %s %s", b.goal.name, number(b.figure), b.goal.in, b.goal.op, number(b.goal.number), verdict)
}
