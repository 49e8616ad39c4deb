package qti_test

import (
	"slices"
	"strings"
	"testing"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/qtitest"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/score"
)

// TestVectors: exercises in the styles of the world are read, say what is wrong with them and
// nothing else, reach their maximum with their own key, and give what each case says.
func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range qtitest.Read(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			ex, findings := parse.Item(v.XML, parse.Source{Path: "items/item.xml", Files: v.Beside})
			if ex == nil {
				t.Fatalf("not read: %v", findings)
			}
			checkFindings(t, findings, v.Codes)
			if ex.Program.Scoreable == v.Unscored {
				t.Errorf("scoreable: %v", ex.Program.Scoreable)
			}
			if r := ex.Result; r.Scoreable && r.Declared && !r.Adaptive && !r.Reached() {
				t.Errorf("the declared answer earns %v of %v", r.Score, r.Max)
			}
			for _, c := range v.Cases {
				tryCase(t, ex, c)
			}
		})
	}
}

func checkFindings(t *testing.T, findings []report.Finding, want []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, f := range findings {
		if f.Severity > report.Note {
			seen[string(f.Code)] = true
			if !slices.Contains(want, string(f.Code)) {
				t.Errorf("unexpected %v", f)
			}
		}
	}
	for _, code := range want {
		if !seen[code] {
			t.Errorf("nothing says %s", code)
		}
	}
}

func tryCase(t *testing.T, ex *parse.Exercise, c qtitest.Case) {
	t.Helper()
	opening := score.Begin(ex.Program, c.Seed)
	body := strings.Join(strings.Fields(ex.Tree.Arrange(c.Seed, opening.Templates).PlainText()), " ")
	state := score.State{}
	for i, step := range c.Steps {
		got := score.Score(ex.Program, c.Seed, state, step.Submission(opening))
		state = got.State
		for _, want := range step.Outcomes {
			if have := strings.Join(score.Get(got.Outcomes, want[0]).Lexicals(), "|"); have != want[1] {
				t.Errorf("%s: step %d: %s = %q, want %q", c.Line, i+1, want[0], have, want[1])
			}
		}
		if step.Shown != nil && strings.Join(got.Shown, ",") != *step.Shown {
			t.Errorf("%s: step %d: shown %v, want %s", c.Line, i+1, got.Shown, *step.Shown)
		}
		if step.Done != nil && got.Completed != *step.Done {
			t.Errorf("%s: step %d: completed %v", c.Line, i+1, got.Completed)
		}
		for _, words := range step.Says {
			if !strings.Contains(body, words) {
				t.Errorf("%s: the text is %q, want it to say %q", c.Line, body, words)
			}
		}
	}
}
