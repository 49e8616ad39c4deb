package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pupitre/exos/qti/chance"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/qtitest"
	"pupitre/exos/qti/score"
)

// vector is one answer to one exercise under one seed.
type vector struct {
	Program []byte   `json:"program"`
	Seed    string   `json:"seed"`
	Answers [][3]any `json:"answers"`
	Next    [][3]any `json:"next"` // the second submission

	name      string
	p         *program.Program
	seed      uint64
	sub, next score.Submission
}

// TestDeviceAndServerAgree: every vector gives the same bytes natively and in WebAssembly.
func TestDeviceAndServerAgree(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	if testing.Short() {
		t.Skip("builds the device's program: not with -short")
	}
	dir := t.TempDir()
	wasm := build(t, dir)
	vectors := slices.Concat(exercises(t), own(t), numbers(t))
	data, err := json.Marshal(vectors)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "vectors.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(node, "testdata/run.mjs", filepath.Join(goroot(t), "lib/wasm/wasm_exec.js"), wasm, file)
	run.Stderr = os.Stderr
	out, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	agree(t, "device", vectors, lines)
}

// agree compares what a scorer said of vectors, three lines each, with what the server says.
func agree(t *testing.T, who string, vectors []vector, lines []string) {
	t.Helper()
	if len(lines) != 3*len(vectors) {
		t.Fatalf("%d lines for %d vectors", len(lines), len(vectors))
	}
	wrong := 0
	for i, v := range vectors {
		if got, want := strings.Join(lines[3*i:3*i+3], "\n"), v.native(); got != want && wrong < 5 {
			wrong++
			t.Errorf("%s, seed %s, answers %v:\n %s %s\n server %s", v.name, v.Seed, v.Answers, who, got, want)
		}
	}
	t.Logf("%d vectors agree byte for byte", len(vectors)-wrong)
}

// build makes the device's program, as it is shipped.
func build(t testing.TB, dir string) string {
	t.Helper()
	wasm := filepath.Join(dir, "score.wasm")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-trimpath", "-o", wasm, ".")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return wasm
}

// TestDeviceProgramIsSmall: a phone fetches it once, compressed by brotli: at most 0.75 MB.
func TestDeviceProgramIsSmall(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node, which has brotli, is not installed")
	}
	if testing.Short() {
		t.Skip("builds the device's program: not with -short")
	}
	size := compressed(t, node)
	if t.Logf("%d bytes by brotli", size); size > 750_000 {
		t.Errorf("the device's program is %d bytes by brotli", size)
	}
}

// BenchmarkDeviceProgram weighs it (goal: 0.75 MB).
func BenchmarkDeviceProgram(b *testing.B) {
	node, err := exec.LookPath("node")
	if err != nil {
		b.Skip("node, which has brotli, is not installed")
	}
	for b.Loop() {
		b.ReportMetric(float64(compressed(b, node))/1e6, "MB/brotli")
	}
}

// compressed is the size of the device's program, by brotli.
func compressed(t testing.TB, node string) int {
	t.Helper()
	const measure = `const z = require("zlib"), c = z.constants, f = require("fs").readFileSync(process.argv[1]);
		console.log(z.brotliCompressSync(f, {params: {[c.BROTLI_PARAM_QUALITY]: 11, [c.BROTLI_PARAM_LGWIN]: 24, [c.BROTLI_PARAM_SIZE_HINT]: f.length}}).length)`
	out, err := exec.Command(node, "-e", measure, build(t, t.TempDir())).Output()
	if err != nil {
		t.Fatal(err)
	}
	size, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	return size
}

func goroot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// native is what run.mjs does, here.
func (v vector) native() string {
	v.sub.Seconds, v.next.Seconds = 12, 15
	first := score.Score(v.p, v.seed, score.State{}, v.sub)
	second := score.Score(v.p, v.seed, first.State, v.next)
	return string(score.Begin(v.p, v.seed).AppendJSON(nil)) + "\n" + string(first.AppendJSON(nil, v.p)) + "\n" + string(second.AppendJSON(nil, v.p))
}

// newVector submits responses twice; where next is given, that the second time.
func newVector(name string, p *program.Program, seed uint64, responses []score.Response, next ...score.Response) vector {
	v := vector{name: name, Program: p.Encode(), Seed: strconv.FormatUint(seed, 10), p: p, seed: seed}
	if next == nil {
		next = responses
	}
	v.Answers, v.sub.Responses = submitted(responses), responses
	v.Next, v.next.Responses = submitted(next), next
	return v
}

// submitted is a submission as JavaScript has it.
func submitted(responses []score.Response) [][3]any {
	out := [][3]any{}
	for _, r := range responses {
		fields := [][2]string{}
		for _, f := range r.Fields {
			fields = append(fields, [2]string{f.Name, f.Value})
		}
		out = append(out, [3]any{r.Identifier, append([]string{}, r.Values...), fields})
	}
	return out
}

// own are the vectors of package qtitest, step by step, and the whole expression language.
func own(t *testing.T) []vector {
	t.Helper()
	var out []vector
	for _, v := range qtitest.Read(t) {
		ex, findings := parse.Item(v.XML, parse.Source{Path: "items/item.xml", Files: v.Beside})
		if ex == nil {
			t.Fatalf("%s: %v", v.Name, findings)
		}
		for _, c := range v.Cases {
			opening := score.Begin(ex.Program, c.Seed)
			first := c.Steps[0].Submission(opening).Responses
			last := c.Steps[len(c.Steps)-1].Submission(opening).Responses
			out = append(out, newVector(v.Name+" "+c.Line, ex.Program, c.Seed, first, last...))
		}
		out = append(out, around(v.Name, ex.Program)...)
	}
	for _, e := range qtitest.Expressions {
		ex, findings := parse.Item(e.Item(), parse.Source{Path: "x.xml"})
		if ex == nil {
			t.Fatalf("%s: %v", e.XML, findings)
		}
		out = append(out, newVector(e.XML, ex.Program, 1, nil))
	}
	return out
}

// exercises answers every item at hand rightly, not at all and oddly, under large seeds too.
func exercises(t *testing.T) []vector {
	t.Helper()
	var files []string
	for _, pattern := range []string{"../parse/testdata/item/*.xml", "../../../../shared/corpora/qti/set-*/*.xml", "../../../../shared/corpora/qti/set-a/*/item.xml"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	var out []vector
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		ex, _ := parse.Item(data, parse.Source{Path: "item.xml"})
		if ex == nil {
			continue
		}
		name := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
		out = append(out, around(name, ex.Program)...)
		out = append(out, cases(t, filepath.Join(filepath.Dir(file), "cases.json"), name, ex.Program)...)
	}
	return out
}

// cases are the answers that a public exercise comes with, where it does.
func cases(t *testing.T, file, name string, p *program.Program) []vector {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var set struct {
		Seed  uint64
		Cases []struct {
			Name      string
			Responses map[string]any
		}
	}
	if err := json.Unmarshal(data, &set); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	var out []vector
	for _, c := range set.Cases {
		out = append(out, newVector(name+" "+c.Name, p, set.Seed, qtitest.Submission(c.Responses).Responses))
	}
	return out
}

// around answers one exercise rightly, not at all and oddly, under large seeds too.
func around(name string, p *program.Program) []vector {
	var out []vector
	for _, seed := range []uint64{0, 1, 1 << 63, 1<<64 - 1} {
		var right, odd []score.Response
		for _, k := range score.Begin(p, seed).Correct {
			right = append(right, score.Response{Identifier: k.Identifier, Values: k.Value.Lexicals()})
		}
		for _, v := range p.Vars {
			odd = append(odd, score.Response{Identifier: v.Identifier, Values: []string{"3,5", "A B", "l’œuf", "12 40"}})
		}
		for _, answers := range [][]score.Response{right, nil, odd} {
			out = append(out, newVector(name, p, seed, answers))
		}
	}
	return out
}

// numbers puts random numbers through every numeric function.
func numbers(t *testing.T) []vector {
	t.Helper()
	xml := `<qti-assessment-item identifier="n"><qti-response-declaration identifier="X" cardinality="single" base-type="float"/>
		<qti-response-declaration identifier="Y" cardinality="single" base-type="float"/>`
	rules, x, y := "", `<qti-variable identifier="X"/>`, `<qti-variable identifier="Y"/>`
	expressions := []string{
		"<qti-power>" + x + y + "</qti-power>", "<qti-divide>" + x + y + "</qti-divide>", "<qti-product>" + x + y + x + "</qti-product>",
		"<qti-sum><qti-product>" + x + y + "</qti-product>" + y + "</qti-sum>", `<qti-math-operator name="atan2">` + x + y + "</qti-math-operator>",
		`<qti-round-to rounding-mode="significantFigures" figures="5">` + x + "</qti-round-to>",
		`<qti-stats-operator name="popSD"><qti-multiple>` + x + y + x + "</qti-multiple></qti-stats-operator>", "<qti-integer-modulus>" + x + y + "</qti-integer-modulus>",
		"<qti-integer-divide>" + x + y + "</qti-integer-divide>", "<qti-subtract>" + x + y + "</qti-subtract>", "<qti-round>" + x + "</qti-round>", "<qti-truncate>" + x + "</qti-truncate>",
		`<qti-round-to rounding-mode="decimalPlaces" figures="2">` + x + "</qti-round-to>", `<qti-stats-operator name="sampleVariance"><qti-multiple>` + x + y + y + "</qti-multiple></qti-stats-operator>",
		"<qti-gcd><qti-round>" + x + "</qti-round><qti-round>" + y + "</qti-round></qti-gcd>", "<qti-lcm><qti-round>" + x + "</qti-round><qti-round>" + y + "</qti-round></qti-lcm>",
		`<qti-math-operator name="atan2">` + y + x + "</qti-math-operator>", "<qti-max>" + x + y + "</qti-max>",
	}
	for _, f := range strings.Fields("sin cos tan sec csc cot asin acos atan asec acsc acot sinh cosh tanh sech csch coth log ln exp abs signum floor ceil toDegrees toRadians") {
		expressions = append(expressions, `<qti-math-operator name="`+f+`">`+x+"</qti-math-operator>")
	}
	for i, e := range expressions {
		xml += fmt.Sprintf(`<qti-outcome-declaration identifier="O%d" cardinality="single" base-type="float"/>`, i)
		rules += fmt.Sprintf(`<qti-set-outcome-value identifier="O%d">%s</qti-set-outcome-value>`, i, e)
	}
	ex, findings := parse.Item([]byte(xml+"<qti-response-processing>"+rules+"</qti-response-processing></qti-assessment-item>"), parse.Source{Path: "n.xml"})
	if ex == nil {
		t.Fatal(findings)
	}
	draw := chance.New(2026, "agree")
	var out []vector
	count := 1500
	if os.Getenv("PUPITRE_SOAK") != "" {
		count = 50_000
		draw = chance.New(uint64(time.Now().UnixNano()), "agree")
	}
	for i := range count {
		scale := []float64{1, 10, 1000, 1e6, 1e-6, 1e15, 1e-15, 1e300, 1e-300}[i%9]
		one := program.FormatNumber((draw.Unit() - 0.5) * scale)
		two := program.FormatNumber((draw.Unit() - 0.5) * 40)
		out = append(out, newVector("numbers", ex.Program, 1, []score.Response{{Identifier: "X", Values: []string{one}}, {Identifier: "Y", Values: []string{two}}}))
	}
	return out
}
