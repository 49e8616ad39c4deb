package qti_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"pupitre/exos/qti"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/score"
)

// marked is an answer to an exercise, response by response ("RESPONSE", or "RESPONSE1", "RESPONSE2"…; values with « | » between), and
// what it earns.
type marked struct {
	title   string
	answers []string
	want    float64
}

func checkMarks(t *testing.T, m *qti.Module, cases []marked) {
	t.Helper()
	byTitle := map[string]*qti.Item{}
	for _, it := range m.Items() {
		byTitle[it.Title] = it
	}
	for _, c := range cases {
		it := byTitle[c.title]
		if it == nil {
			t.Errorf("no exercise %q", c.title)
			continue
		}
		var sub score.Submission
		for i, values := range c.answers {
			name := "RESPONSE"
			if len(c.answers) > 1 {
				name += string(rune('1' + i))
			}
			if values != "" {
				sub.Responses = append(sub.Responses, score.Response{Identifier: name, Values: strings.Split(values, "|")})
			}
		}
		if got := it.Score(1, score.State{}, sub).Score; math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %q earns %v, want %v", c.title, c.answers, got, c.want)
		}
	}
}

// The marks of a Moodle bank are those that Moodle would give.
func TestMoodleMarks(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("moodle/testdata/bank.xml")
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := qti.Import(data, qti.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	checkMarks(t, m, []marked{
		{"choix simple", []string{"A"}, 2}, {"choix simple", []string{"B"}, 1}, {"choix simple", []string{""}, 0},
		{"choix multiple", []string{"A|B|C"}, 1}, {"choix multiple", []string{"A|B"}, 2. / 3}, {"choix multiple", []string{"A|D"}, 0},
		{"choix multiple", []string{"A|B|D"}, 2./3 - 0.5}, {"choix multiple", []string{"D"}, 0},
		{"vrai ou faux", []string{"false"}, 1}, {"vrai ou faux", []string{"true"}, 0},
		{"réponse courte", []string{"émile zola"}, 1}, {"réponse courte", []string{"M. ZOLA, Émile"}, 0.8}, {"réponse courte", []string{"Hugo"}, 0},
		{"avec capitales", []string{"Co"}, 1}, {"avec capitales", []string{"CO"}, 0},
		{"nombre", []string{"0,8"}, 1}, {"nombre", []string{"0.6 m"}, 1}, {"nombre", []string{"1.2"}, 0.5}, {"nombre", []string{"1.21"}, 0}, {"nombre", []string{"x"}, 0},
		{"appariement", []string{"S1 A|S2 B"}, 1}, {"appariement", []string{"S1 A|S2 C"}, 0.5},
		{"ordre", []string{"A|B|C|D"}, 1}, {"ordre", []string{"A|B|D|C"}, 0.5}, {"ordre", []string{"B|C|D|A"}, 0},
		{"ordre exact", []string{"A|B|C"}, 1}, {"ordre exact", []string{"A|C|B"}, 0},
		{"texte à trous", []string{"Brille", "A", "160", "A", "A|B", "Terre & Lune"}, 7},
		{"texte à trous", []string{"luit", "B", "161", "B", "A|C", "terre & lune"}, 1.25},
		{"glisser", []string{"A S1|B S2|B S3"}, 3}, {"glisser", []string{"C S1|B S2"}, 1},
		{"choisir", []string{"A", "B"}, 0.5},
		{"sur une image", []string{"A S1|B S2"}, 1}, {"repères", []string{"A S1"}, 0.5},
	})
	for _, it := range m.Items() {
		if it.Title != "calcul" {
			continue
		}
		for seed := range uint64(8) {
			key := it.Key(seed)[0].Values[0]
			if key != "11.5" && key != "23" {
				t.Errorf("with seed %d the key is %s: rows of the datasets are mixed", seed, key)
			}
			text, err := json.Marshal(it.Present(seed))
			if err != nil {
				t.Fatal(err)
			}
			twice := map[string]string{"11.5": `est "},{"kind":"text","text":"3"`, "23": `est "},{"kind":"text","text":"6"`}[key]
			if !strings.Contains(string(text), twice) {
				t.Errorf("with seed %d and key %s: %s", seed, key, text)
			}
		}
	}
}

func TestGIFTMarks(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("gift/testdata/all.gift")
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := qti.Import(data, qti.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Identifier != "gift-sciences-l-air" || m.Title != "L'air" || len(m.Sections) != 1 || m.Sections[0].Title != "L'air" {
		t.Errorf("module %s %q", m.Identifier, m.Title)
	}
	checkMarks(t, m, []marked{
		{"Le gaz", []string{"A"}, 1}, {"Le gaz", []string{"B"}, 0.5}, {"Le gaz", []string{"C"}, 0},
		{"La Terre est plate.", []string{"false"}, 1},
		{"Qui a écrit *Germinal* ?", []string{"zola"}, 1}, {"Qui a écrit *Germinal* ?", []string{"ÉMILE ZADKINE"}, 0.5},
		{"Combien font 0.7 + 0 ?", []string{"0.8"}, 1}, {"Combien font 0.7 + 0 ?", []string{"0.9"}, 0.5}, {"Combien font 0.7 + 0 ?", []string{"0.91"}, 0},
		{"Capitales", []string{"S1 A|S2 C"}, 0.5},
		{"Grant is in Grant's tomb.", []string{"B"}, 1}, {"Deux plus font quatre.", []string{"2"}, 1},
		{"Choisissez", []string{"A|B|C"}, 1}, {"Choisissez", []string{"A|B|C|D"}, 0.5},
	})
}

// What is said of an answer is shown with it, and only with it.
func TestTeachersFeedbackIsShown(t *testing.T) {
	t.Parallel()
	m, _, err := qti.Import([]byte("Q {=un#bien ~deux#presque ~trois ####à tous}"), qti.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	it := m.Items()[0]
	for choice, want := range map[string]string{"A": "bien à tous", "B": "presque à tous", "C": "à tous"} {
		got := it.Score(1, score.State{}, score.Submission{Responses: []score.Response{{Identifier: "RESPONSE", Values: []string{choice}}}})
		var said []string
		for _, f := range it.Reveal(1, got.Shown) {
			said = append(said, strings.TrimSpace(f.Nodes[0].Nodes[0].Text))
		}
		if strings.Join(said, " ") != want {
			t.Errorf("%s: %q, want %q", choice, said, want)
		}
	}
}

// A file is told by what is in it.
func TestFormatsAreTold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]report.Code{
		"Q {T}": "", "<b>Q</b> {T}": "", "<p>Q {=a}</p>": "", "$CATEGORY: a\n\nTexte.": "", "::a::Texte": "",
		`<quiz><question type="description"><questiontext><text>a</text></questiontext></question></quiz>`: "",
		"<quiz></quiz>": report.PackageEmpty, "<quiz>": report.XMLTruncated, "<feuille/>": report.XMLNotItem, "bonjour": report.FormatUnknown,
		"Q {~a}": report.QuestionAnswers, "// rien": report.FormatUnknown, "\x01\x02": report.PackageUnreadable,
	} {
		_, r, err := qti.Import([]byte(text), qti.Limits{})
		got := report.Code("")
		if err != nil {
			got = r.Refusals()[0].Code
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// The same question keeps its identifier when the file comes again with others; two of one name have two.
func TestIdentifiersOutliveTheFile(t *testing.T) {
	t.Parallel()
	ids := func(text string) string {
		m, _, err := qti.Import([]byte(text), qti.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, it := range m.Items() {
			out = append(out, it.Identifier)
		}
		return m.Identifier + ": " + strings.Join(out, " ")
	}
	for text, want := range map[string]string{
		"$CATEGORY: A\n\n::L’air pur::Q {T}\n\n::L’air pur::R {T}":                      "gift-a: q-l-air-pur q-l-air-pur-2",
		"$CATEGORY: A\n\n::Avant::Q {T}\n\n::L’air pur::Q {T}\n\n// [id:7]\n::x::R {T}": "gift-a: q-avant q-l-air-pur q-7",
		"$CATEGORY: A/B\n\n::a::Q {T}\n\n$CATEGORY: A/C\n\n::b::Q {T}":                  "gift-a: q-a q-b",
	} {
		if got := ids(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if one, other := ids("Q {T}"), ids("R {T}"); strings.Split(one, ":")[0] == strings.Split(other, ":")[0] {
		t.Errorf("two files without a name are one module: %s, %s", one, other)
	}
}

// What a teacher's text could do to a pupil's browser is gone from the tree and said in the report, with the line.
func TestHostileQuestionsAreInert(t *testing.T) {
	t.Parallel()
	evil := `<p onclick\="steal()">a<script>alert(1)</script><a href\="javascript:x">b</a><iframe src\="//exemple.test"></iframe><img src\="https://exemple.test/t.gif" alt\="espion">` +
		`<qti-set-outcome-value identifier\="SCORE">1</qti-set-outcome-value></p>`
	m, r, err := qti.Import([]byte("\n\n::t::[html]"+evil+` {=[html]<b onmouseover\="x()">oui</b>#<script>fb()</script> ~non}`), qti.Limits{})
	if err != nil {
		t.Fatal(err, r.Findings)
	}
	it := m.Items()[0]
	text, err := json.Marshal([]any{it.Present(1), it.Feedback})
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"onclick", "script", "alert", "javascript", "iframe", "t.gif", "outcome", "onmouseover", "fb()"} {
		if strings.Contains(string(text), bad) {
			t.Errorf("the tree still has %q: %s", bad, text)
		}
	}
	for _, code := range []report.Code{report.ContentRemoved, report.AttributeRemoved, report.AssetRemote} {
		found := false
		for _, f := range r.Findings {
			found = found || f.Code == code && f.Line == 3
		}
		if !found {
			t.Errorf("the report does not say %s at line 3: %v", code, r.Findings)
		}
	}
}
