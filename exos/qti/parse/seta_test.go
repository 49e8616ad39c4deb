package parse_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/qtitest"
	"pupitre/exos/qti/score"
)

const corpora = "../../../../shared/corpora/qti"

// What the cases of set-a expect that we do not do, with the reason.
var differs = map[string]string{
	"templateProcessing_templateConstraint/restarts_until_constraint_holds": "the sum depends on the other engine's random generator; TestConstraintRestarts checks ours",
}

type setCase struct {
	Name      string
	Xfail     bool
	Responses map[string]any
	Expect    struct {
		Score    *float64
		Outcomes map[string]any
		Modal    []string `json:"modalFeedbackIdentifiers"`
		Body     []string `json:"itemBodyContains"`
	}
}

// TestSetA runs public cases with expected outcomes.
func TestSetA(t *testing.T) {
	t.Parallel()
	dirs, _ := filepath.Glob(filepath.Join(corpora, "set-a", "*", "cases.json"))
	if len(dirs) == 0 {
		t.Skip("the corpus is not beside this checkout")
	}
	for _, file := range dirs {
		dir := filepath.Dir(file)
		data, err := os.ReadFile(filepath.Join(dir, "item.xml"))
		if err != nil {
			t.Fatal(err)
		}
		ex, findings := parse.Item(data, parse.Source{Path: "item.xml"})
		if ex == nil {
			t.Errorf("%s: not parsed: %v", dir, findings)
			continue
		}
		var set struct {
			Seed  uint64
			Cases []setCase
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &set); err != nil {
			t.Fatal(err)
		}
		for _, c := range set.Cases {
			name := filepath.Base(dir) + "/" + c.Name
			t.Run(name, func(t *testing.T) {
				if reason := differs[name]; reason != "" {
					t.Skip(reason)
				}
				if c.Xfail {
					t.Skip("expected to fail in its own engine")
				}
				checkCase(t, ex, set.Seed, c)
			})
		}
	}
}

func checkCase(t *testing.T, ex *parse.Exercise, seed uint64, c setCase) {
	t.Helper()
	got := score.Score(ex.Program, seed, score.State{}, qtitest.Submission(c.Responses))
	if c.Expect.Score != nil && got.Score != *c.Expect.Score {
		t.Errorf("score = %v, want %v", got.Score, *c.Expect.Score)
	}
	for id, want := range c.Expect.Outcomes {
		var have any
		if err := json.Unmarshal(score.Get(got.Outcomes, id).AppendJSON(nil), &have); err != nil {
			t.Fatal(err)
		}
		if list, ok := want.([]any); ok && len(list) == 0 {
			want = nil // an empty container is NULL
		}
		if !reflect.DeepEqual(have, want) {
			t.Errorf("%s = %v, want %v", id, have, want)
		}
	}
	if c.Expect.Modal != nil {
		var modal []string
		for _, f := range ex.Program.Feedback {
			for _, ref := range got.Shown {
				if ref == f.Ref && f.Modal {
					modal = append(modal, f.Identifier)
				}
			}
		}
		if !reflect.DeepEqual(modal, c.Expect.Modal) {
			t.Errorf("modal feedback = %v, want %v", modal, c.Expect.Modal)
		}
	}
	for _, text := range c.Expect.Body {
		opening := score.Begin(ex.Program, seed)
		arranged := ex.Tree.Arrange(seed, opening.Templates)
		if body := strings.Join(strings.Fields(arranged.PlainText()), " "); !strings.Contains(body, text) {
			t.Errorf("body = %q, want it to contain %q", body, text)
		}
	}
}
