package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pupitre/exos/qti/chance"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/score"
)

// vector is one answer to one exercise under one seed.
type vector struct {
	Program []byte   `json:"program"`
	Seed    string   `json:"seed"`
	Answers [][2]any `json:"answers"`

	name string
	p    *program.Program
	seed uint64
	sub  score.Submission
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
	wasm := filepath.Join(dir, "score.wasm")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-trimpath", "-o", wasm, ".")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	vectors := append(exercises(t), numbers(t)...)
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
	if len(lines) != 3*len(vectors) {
		t.Fatalf("%d lines for %d vectors", len(lines), len(vectors))
	}
	wrong := 0
	for i, v := range vectors {
		if got, want := strings.Join(lines[3*i:3*i+3], "\n"), v.native(); got != want && wrong < 5 {
			wrong++
			t.Errorf("%s, seed %s, answers %v:\n device %s\n server %s", v.name, v.Seed, v.Answers, got, want)
		}
	}
	t.Logf("%d vectors agree byte for byte", len(vectors)-wrong)
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
	sub := v.sub
	sub.Seconds = 12
	first := score.Score(v.p, v.seed, score.State{}, sub)
	sub.Seconds = 15
	second := score.Score(v.p, v.seed, first.State, sub)
	return string(score.Begin(v.p, v.seed).AppendJSON(nil)) + "\n" + string(first.AppendJSON(nil, v.p)) + "\n" + string(second.AppendJSON(nil, v.p))
}

func newVector(name string, p *program.Program, seed uint64, responses []score.Response) vector {
	v := vector{name: name, Program: p.Encode(), Seed: strconv.FormatUint(seed, 10), Answers: [][2]any{}, p: p, seed: seed}
	v.sub.Responses = responses
	for _, r := range responses {
		v.Answers = append(v.Answers, [2]any{r.Identifier, append([]string{}, r.Values...)})
	}
	return v
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
		for _, seed := range []uint64{0, 1, 1 << 63, 1<<64 - 1} {
			var right, odd []score.Response
			for _, k := range score.Begin(ex.Program, seed).Correct {
				right = append(right, score.Response{Identifier: k.Identifier, Values: k.Value.Lexicals()})
			}
			for _, v := range ex.Program.Vars {
				odd = append(odd, score.Response{Identifier: v.Identifier, Values: []string{"3,5", "A B", "l’œuf", "12 40"}})
			}
			for _, answers := range [][]score.Response{right, nil, odd} {
				out = append(out, newVector(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), ex.Program, seed, answers))
			}
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
	for i := range 1500 {
		scale := []float64{1, 10, 1000, 1e6, 1e-6}[i%5]
		one := program.FormatNumber((draw.Unit() - 0.5) * scale)
		two := program.FormatNumber((draw.Unit() - 0.5) * 40)
		out = append(out, newVector("numbers", ex.Program, 1, []score.Response{{Identifier: "X", Values: []string{one}}, {Identifier: "Y", Values: []string{two}}}))
	}
	return out
}
