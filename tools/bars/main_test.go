package main

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const printed = `goos: linux
pkg: pupitre/store
BenchmarkAssignClass30/sqlite-2         	     200	   6000000 ns/op	      4910 copies/s
BenchmarkAssignClass30/sqlite-2         	     120	  10000000 ns/op	      2915 copies/s
BenchmarkAssignClass30/sqlite-2         	     122	   8000000 ns/op	      3440 copies/s
BenchmarkAssignClass30/postgres
    bench_test.go:9: PUPITRE_TEST_POSTGRES is not set
--- SKIP: BenchmarkAssignClass30/postgres
BenchmarkSteady-16 1000000 0.5 ns/op
BenchmarkOf-48-cards-2 1 7 ns/op
BenchmarkBroken-2 1 7
BenchmarkBroken-2 --- FAIL: x y
PASS
ok  	pupitre/store	44.300s
`

func TestEveryRunOfAResultIsRead(t *testing.T) {
	t.Parallel()
	want := figures{
		"AssignClass30/sqlite": {"ns/op": {6e6, 10e6, 8e6}, "copies/s": {4910, 2915, 3440}},
		"Steady":               {"ns/op": {0.5}},
		"Of-48-cards":          {"ns/op": {7}},
	}
	if diff := cmp.Diff(want, parse(printed)); diff != "" {
		t.Error(diff)
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	for want, numbers := range map[float64][]float64{3: {3}, 2: {9, 1, 2}, 2.5: {9, 1, 2, 3}} {
		if got := median(numbers); got != want {
			t.Errorf("median of %v: got %v, want %v", numbers, got, want)
		}
	}
}

func TestTheVerdictIsTheLastWord(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		figure float64
		op     operator
		goal   float64
		want   string
	}{
		{6_110_285, atMost, 15, "bar x 6.11 ms goal <= 15 ok"},
		{15_000_000, atMost, 15, "bar x 15 ms goal <= 15 ok"},
		{15_049_000, atMost, 15, "bar x 15 ms goal <= 15 ok"}, // judged as printed
		{15_051_000, atMost, 15, "bar x 15.1 ms goal <= 15 short"},
		{1_234_400_000, atMost, 1234, "bar x 1234 ms goal <= 1234 ok"},
		{12_000_000, atLeast, 15, "bar x 12 ms goal >= 15 short"},
		{150_000_000, atLeast, 15, "bar x 150 ms goal >= 15 ok"},
		{12_345, atMost, 0.5, "bar x 0.0123 ms goal <= 0.5 ok"},
	} {
		g := goal{name: "x", result: "R", unit: "ns/op", op: c.op, number: c.goal, in: "ms"}
		b, err := judge(g, figures{"R": {"ns/op": {c.figure}}})
		if err != nil {
			t.Fatal(err)
		}
		if got := b.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// said is a benchmark that has run already.
type said struct {
	text string
	err  error
}

func (s said) run(context.Context, measure) (string, error) { return s.text, s.err }

func TestWhatWasNotMeasuredIsAnError(t *testing.T) {
	t.Parallel()
	m := measure{pkg: "store", bench: "AssignClass30", goals: both(goal{"assign/*", "AssignClass30/*", "ns/op", atMost, 1, "ms", ""})}
	for _, c := range []struct {
		name           string
		said           said
		trouble        string
		bar, goalsLine string
	}{
		{"an engine was skipped", said{printed, nil}, "no figure of AssignClass30/postgres in ns/op", "bar assign/sqlite 8 ms goal <= 1 short\n", "goals: 1 measured, 1 short\n"},
		{"the benchmark failed", said{printed, errors.New("exit status 1")}, "exit status 1", "", "goals: 0 measured, 0 short\n"},
	} {
		var out strings.Builder
		err := run(t.Context(), &out, []measure{m}, c.said, new(neighbours))
		if err == nil || !strings.Contains(err.Error(), c.trouble) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.trouble)
		}
		got := out.String()
		if !strings.Contains(got, c.bar) || c.bar == "" && strings.Contains(got, "bar ") || !strings.HasSuffix(got, c.goalsLine) {
			t.Errorf("%s: got %q", c.name, got)
		}
	}
	m.goals = m.goals[:1]
	if err := run(t.Context(), new(strings.Builder), []measure{m}, said{printed, nil}, new(neighbours)); err != nil {
		t.Errorf("a missed goal is no error: %v", err)
	}
	if err := run(t.Context(), new(strings.Builder), nil, said{}, new(neighbours)); err == nil {
		t.Error("measuring nothing passed")
	}
}

func TestAPartThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := choose(table, []string{"consoles"}, ""); err == nil || !strings.Contains(err.Error(), "console, partners") {
		t.Errorf("got %v", err)
	}
	all, err := choose(table, nil, "")
	if err != nil || len(all) != len(table) {
		t.Errorf("%d of %d measures, %v", len(all), len(table), err)
	}
	one, err := choose(table, []string{"catalogue"}, "")
	if err != nil || len(one) != 5 || one[0].bench != "Mediacentre" || one[4].bench != "Search" {
		t.Errorf("%+v, %v", one, err)
	}
}

func TestAPartWithoutAMeasureSaysSo(t *testing.T) {
	t.Parallel()
	all := []measure{{part: "console"}, {part: "exos"}}
	if diff := cmp.Diff([]string{"partners", "sso", "catalogue", "offline"}, unmeasured(all, nil)); diff != "" {
		t.Error(diff)
	}
	if got := unmeasured(all, []string{"exos"}); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	if diff := cmp.Diff([]string{"offline"}, unmeasured(all, []string{"exos", "offline"})); diff != "" {
		t.Error(diff)
	}
}

func TestTheLongestMountPointHoldsTheFolder(t *testing.T) {
	t.Parallel()
	const mounts = "/dev/vda / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/vdb /tmp/disk xfs rw 0 0\n"
	for dir, want := range map[string]string{"/var/tmp": "ext4", "/tmp": "tmpfs", "/tmp/x": "tmpfs", "/tmpx": "ext4", "/tmp/disk/a": "xfs"} {
		if got := filesystem(mounts, dir); got != want {
			t.Errorf("%s: got %s, want %s", dir, got, want)
		}
	}
	if got := filesystem("", "/tmp"); got != "unknown" {
		t.Errorf("got %s", got)
	}
}

func TestNeighboursAreHeard(t *testing.T) {
	t.Parallel()
	before, ok := ticks("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2 3\n")
	if !ok || before != (processors{idle: 850, all: 1000}) {
		t.Fatalf("%+v, %v", before, ok)
	}
	after, _ := ticks("cpu  130 0 60 850 60 0 0 0 0 0\n")
	if got := after.since(before); got < 0.399 || got > 0.401 {
		t.Errorf("got %v, want 0.4", got)
	}
	for _, bad := range []string{"", "cpu 1 2 3", "intr 1 2 3 4 5 6 7 8 9", "cpu a b c d e f g h i"} {
		if _, ok := ticks(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
	for want, n := range map[string]neighbours{
		"": {},
		"machine others used 2 % of the processors before a measure, 3 % at most\n":                                    {shares: []float64{0.01, 0.03, 0.02}},
		"machine others used 2 % of the processors before a measure, 90 % at most: what is short may be their doing\n": {shares: []float64{0.01, 0.9, 0.02}},
	} {
		if got := n.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestADurableWriteTakesTime(t *testing.T) {
	t.Parallel()
	if took, err := fsync(t.TempDir(), 3); err != nil || took <= 0 {
		t.Errorf("%v, %v", took, err)
	}
}

// The table and the tree agree: each measure is a benchmark that exists, and each benchmark whose comment states a goal is measured.
func TestEveryStatedGoalIsMeasured(t *testing.T) {
	t.Parallel()
	stated := map[string]bool{} // "store.AssignClass30": whether its comment states a goal
	err := fs.WalkDir(os.DirFS("../.."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			if err == nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
				return fs.SkipDir
			}
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", path), nil, parser.ParseComments)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Benchmark") {
				name := filepath.ToSlash(filepath.Dir(path)) + "." + strings.TrimPrefix(f.Name.Name, "Benchmark")
				stated[name] = strings.Contains(f.Doc.Text(), "goal")
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range table {
		name := m.pkg + "." + m.bench
		if _, exists := stated[name]; !exists {
			t.Errorf("%s is measured but is no benchmark", name)
		}
		delete(stated, name)
		if len(m.goals) == 0 || m.count < 3 && m.time != "1x" { // what takes minutes is its own median
			t.Errorf("%s: %d goals, %d runs", name, len(m.goals), m.count)
		}
		for _, g := range m.goals {
			if seen[g.name] || g.from == "" || g.number <= 0 || strings.ContainsAny(g.name, " *") {
				t.Errorf("%s: %+v", name, g)
			}
			seen[g.name] = true
			if _, ok := factors[[2]string{g.unit, g.in}]; !ok {
				t.Errorf("%s: %s cannot be told in %s", g.name, g.unit, g.in)
			}
		}
	}
	for name, goal := range stated {
		if goal {
			t.Errorf("%s states a goal that make bench does not measure: give it a line in goals.go", name)
		}
	}
}
