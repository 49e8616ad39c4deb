package parse_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/score"
)

var update = flag.Bool("update", false, "write the golden trees anew")

// shelf is a package in memory: every name has a file.
type shelf map[string]string

func (s shelf) File(path string) ([]byte, bool) {
	data, ok := s[path]
	return []byte(data), ok
}

var pictures = shelf{"carte.png": "carte", "paris.png": "paris", "conte.mp3": "conte", "conte.vtt": "WEBVTT"}

func own(t *testing.T, name string) (*parse.Exercise, []report.Finding) {
	t.Helper()
	data, err := os.ReadFile("testdata/item/" + name + ".xml")
	if err != nil {
		t.Fatal(err)
	}
	ex, findings := parse.Item(data, parse.Source{Path: name + ".xml", Files: pictures})
	if ex == nil {
		t.Fatal(findings)
	}
	return ex, findings
}

// TestAllInteractions: one exercise of each of the 22 types is read without a warning; its
// tree is the one in testdata, and its declared answer earns the maximum.
func TestAllInteractions(t *testing.T) {
	t.Parallel()
	for _, kind := range render.AllTypes {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			ex, findings := own(t, string(kind))
			for _, f := range findings {
				if f.Severity > report.Note && f.Code != report.InteractionUnplayable && f.Code != report.InteractionLacks {
					t.Error(f)
				}
			}
			found := false
			for _, used := range ex.Types {
				found = found || used == kind
			}
			if !found {
				t.Errorf("types = %v, want %s among them", ex.Types, kind)
			}
			if ex.Program.Scoreable && !ex.Result.Reached() {
				t.Errorf("the declared answer earns %v of %v", ex.Result.Score, ex.Result.Max)
			}
			golden(t, "testdata/tree/"+string(kind)+".json", ex)
		})
	}
}

func golden(t *testing.T, file string, ex *parse.Exercise) {
	t.Helper()
	got, err := json.MarshalIndent(map[string]any{"tree": ex.Tree, "feedback": ex.Feedback}, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

// TestArrangedTreeHasNoKey: nothing of the program is in what a pupil receives, and an
// order exercise does not arrive in the right order by rule.
func TestArrangedTreeHasNoKey(t *testing.T) {
	t.Parallel()
	for _, kind := range render.AllTypes {
		ex, _ := own(t, string(kind))
		arranged := ex.Tree.Arrange(3, score.Begin(ex.Program, 3).Templates)
		text, err := json.Marshal(arranged)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"correct", "mapped", "SCORE", "À qui sont-ils", "œuf", `"shuffle"`, `"when"`} {
			if strings.Contains(string(text), word) {
				t.Errorf("%s: the tree says %q: %s", kind, word, text)
			}
		}
	}
	orders := map[string]bool{}
	ex, _ := own(t, "order")
	for seed := range uint64(40) {
		it := ex.Tree.Arrange(seed, nil).Nodes[0].Interaction
		order := ""
		for _, c := range it.Choices {
			order += c.Identifier
		}
		orders[order] = true
	}
	if len(orders) != 6 {
		t.Errorf("40 seeds give %d of the 6 orders: %v", len(orders), orders)
	}
}

func TestSameSeedSameTree(t *testing.T) {
	t.Parallel()
	ex, _ := own(t, "match")
	first, _ := json.Marshal(ex.Tree.Arrange(5, nil))
	second, _ := json.Marshal(ex.Tree.Arrange(5, nil))
	if string(first) != string(second) {
		t.Error("two arrangements of one seed differ")
	}
}

func TestFixedChoicesKeepTheirPlace(t *testing.T) {
	t.Parallel()
	ex, findings := parse.Item([]byte(`<qti-assessment-item identifier="i" xml:lang="fr">
		<qti-response-declaration identifier="R" cardinality="single" base-type="identifier"/>
		<qti-item-body><qti-choice-interaction response-identifier="R" shuffle="true"><qti-simple-choice identifier="A">a</qti-simple-choice>
		<qti-simple-choice identifier="B">b</qti-simple-choice><qti-simple-choice identifier="C">c</qti-simple-choice>
		<qti-simple-choice identifier="NONE" fixed="true">aucun</qti-simple-choice></qti-choice-interaction></qti-item-body></qti-assessment-item>`),
		parse.Source{Path: "x.xml"})
	if ex == nil {
		t.Fatal(findings)
	}
	for seed := range uint64(20) {
		choices := ex.Tree.Arrange(seed, nil).Nodes[0].Interaction.Choices
		if choices[3].Identifier != "NONE" {
			t.Fatalf("seed %d: %v", seed, choices)
		}
	}
}

// TestWrappedChoicesAreFound: a match set inside an associate, as some authors write.
func TestWrappedChoicesAreFound(t *testing.T) {
	t.Parallel()
	ex, findings := parse.Item([]byte(`<qti-assessment-item identifier="i" xml:lang="fr">
		<qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="pair"><qti-correct-response><qti-value>A B</qti-value></qti-correct-response></qti-response-declaration>
		<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
		<qti-item-body><qti-associate-interaction response-identifier="RESPONSE"><qti-simple-match-set>
		<qti-simple-associable-choice identifier="A" match-max="1">a</qti-simple-associable-choice><qti-simple-associable-choice identifier="B" match-max="1">b</qti-simple-associable-choice>
		</qti-simple-match-set></qti-associate-interaction></qti-item-body><qti-response-processing template="match_correct"/></qti-assessment-item>`),
		parse.Source{Path: "x.xml"})
	if len(findings) > 0 || len(ex.Tree.Nodes[0].Interaction.Choices) != 2 || !ex.Result.Reached() {
		t.Errorf("findings %v, tree %+v", findings, ex.Tree.Nodes)
	}
}
