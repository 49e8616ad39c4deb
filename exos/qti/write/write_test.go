package write_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
	"pupitre/exos/qti/write"
)

// folder finds the files of a workbook on disk.
type folder string

func (f folder) File(path string) ([]byte, bool) {
	data, err := os.ReadFile(filepath.Join(string(f), path))
	return data, err == nil
}

func exercise(ex *parse.Exercise) write.Exercise {
	return write.Exercise{
		Identifier: ex.Identifier, Title: ex.Title, Language: ex.Language, Program: ex.Program, Tree: ex.Tree, Feedback: ex.Feedback, Notes: ex.Notes,
	}
}

// What is not the same program, with the reason. The marks are the same all the same.
var rewritten = map[string]string{
	"set-b/item001.xml":              "a variable that is not declared has no name any more: NULL stands for it",
	"set-b/non-existing-outcome.xml": "an outcome that no declaration has is declared in another place",
	"set-b/wrong-expression-element.xml": "an expression that is none is written as NULL: an exercise that was left to a person to mark " +
		"comes back with the mark of its rules",
}

// TestWhatIsWrittenIsUnderstoodAsBefore: each exercise at hand, written anew, has the same program byte for byte, hence the same
// marks, and the same tree.
func TestWhatIsWrittenIsUnderstoodAsBefore(t *testing.T) {
	t.Parallel()
	var files []string
	for _, pattern := range []string{
		"../../../internal/demo/workbook/*/items/*.xml", "../../../internal/demo/workbook/*/*.xml", "testdata/*.xml",
		"../../../../shared/corpora/qti/set-a/*/item.xml", "../../../../shared/corpora/qti/set-b/*.xml",
	} {
		found, _ := filepath.Glob(pattern)
		files = append(files, found...)
	}
	tried := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		before, _ := parse.Item(data, parse.Source{Path: filepath.Base(file), Files: folder(filepath.Dir(file))})
		if before == nil {
			continue // a test, a manifest, a file that is broken on purpose
		}
		tried++
		text := write.Item(exercise(before))
		after, findings := parse.Item(text, parse.Source{Path: filepath.Base(file), Files: folder(filepath.Dir(file))})
		if after == nil {
			t.Errorf("%s: what is written is not read: %v\n%s", file, findings, text)
			continue
		}
		name := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
		same := string(before.Program.Encode()) == string(after.Program.Encode())
		if _, other := rewritten[name]; same == other {
			t.Errorf("%s: program the same %v (%s)\n%s\n%s\n%s", name, same, rewritten[name], encoded(t, before.Program), encoded(t, after.Program), text)
		}
		for _, sub := range answers(before) {
			a, b := score.Score(before.Program, 1, score.State{}, sub), score.Score(after.Program, 1, score.State{}, sub)
			if a.Score != b.Score || !slices.Equal(a.Shown, b.Shown) {
				t.Errorf("%s: %v marks then, %v now, for %v", name, a.Score, b.Score, sub)
			}
		}
		if a, b := words(t, before.Notes), words(t, after.Notes); a != b {
			t.Errorf("%s: notes\n%s\n%s", name, a, b)
		}
		if a, b := words(t, before.Tree.Nodes), words(t, after.Tree.Nodes); a != b {
			t.Errorf("%s: tree\n%s\n%s", name, a, b)
		}
		if a, b := catalogs(t, before.Tree), catalogs(t, after.Tree); a != b {
			t.Errorf("%s: catalogs\n%s\n%s", name, a, b)
		}
		if len(before.Feedback) != len(after.Feedback) {
			t.Errorf("%s: %d texts of feedback, then %d", name, len(before.Feedback), len(after.Feedback))
			continue
		}
		for i := range before.Feedback {
			if a, b := words(t, before.Feedback[i].Nodes), words(t, after.Feedback[i].Nodes); a != b {
				t.Errorf("%s: feedback\n%s\n%s", name, a, b)
			}
		}
	}
	if tried < 24 {
		t.Errorf("only %d exercises tried", tried)
	}
}

// answers are the declared one and none.
func answers(ex *parse.Exercise) []score.Submission {
	var key score.Submission
	for _, v := range ex.Program.Vars {
		if v.Kind == program.Response && v.Correct.Some {
			key.Responses = append(key.Responses, score.Response{Identifier: v.Identifier, Values: v.Correct.Lexicals()})
		}
	}
	return []score.Submission{key, {}}
}

func encoded(t *testing.T, p *program.Program) string {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// words is a tree as JSON, with neighbouring texts as one: writing does not keep where one ended.
func words(t *testing.T, nodes []render.Node) string {
	t.Helper()
	text, err := json.Marshal(joined(nodes))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func joined(nodes []render.Node) []render.Node {
	var out []render.Node
	for _, n := range nodes {
		n.Nodes = joined(n.Nodes)
		if n.Interaction != nil {
			it := *n.Interaction
			it.Content, it.Prompt = joined(it.Content), joined(it.Prompt)
			it.Choices, it.Targets = choices(it.Choices), choices(it.Targets)
			n.Interaction = &it
		}
		if n.Kind == render.KindStimulus {
			n = render.Element("div", n.Nodes...)
		}
		if last := len(out) - 1; last >= 0 && n.Kind == render.KindText && out[last].Kind == render.KindText {
			out[last].Text = strings.ReplaceAll(out[last].Text+n.Text, "  ", " ")
			continue
		}
		out = append(out, n)
	}
	if last := len(out) - 1; last >= 0 && out[last].Kind == render.KindText && out[last].Text == " " {
		out = out[:last]
	}
	return out
}

// catalogs are what stands for pieces of the exercise, as JSON.
func catalogs(t *testing.T, tree render.Tree) string {
	t.Helper()
	text, err := json.Marshal(tree.Catalogs)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func choices(list []render.Choice) []render.Choice {
	var out []render.Choice
	for _, c := range list {
		c.Nodes = joined(c.Nodes)
		out = append(out, c)
	}
	return out
}

// Each operator and each interaction that the engine has can be written: a new one must be taught here too.
func TestEveryOperatorHasItsElement(t *testing.T) {
	t.Parallel()
	for op := program.OpNull; op <= program.OpNumberSelected; op++ {
		p := &program.Program{Response: []program.Rule{{Op: program.SetValue, Var: -1, Expr: &program.Expr{Op: op, Var: -1, Set: &program.Subset{}}}}}
		if text := string(write.Item(write.Exercise{Program: p})); strings.Contains(text, "<qti- ") || strings.Contains(text, "<qti->") || strings.Contains(text, "<qti-/") {
			t.Errorf("operator %d has no element", op)
		}
	}
	if n := reflect.TypeFor[render.Interaction]().NumField(); n != 26 {
		t.Errorf("an interaction has %d fields now: write them, then count here", n)
	}
	if n := reflect.TypeFor[program.Variable]().NumField(); n != 13 { // and its declaration
		t.Errorf("a variable has %d fields now: write them, then count here", n)
	}
}
