package gift_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/gift"
	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

// one reads a text that holds one good question.
func one(t *testing.T, text string) question.Question {
	t.Helper()
	set, findings := gift.Read([]byte(text), pack.Limits{})
	if len(set.Questions) != 1 {
		t.Fatalf("%q: %d questions, %v", text, len(set.Questions), findings)
	}
	return set.Questions[0]
}

func moodle(s string) markup.Text { return markup.Text{Source: s, Format: markup.Moodle} }

func plain(s string) markup.Text { return markup.Text{Source: s, Format: markup.Plain} }

func TestWhatStandsInTheBracesTellsTheKind(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]question.Part{
		"Q {T}":         question.TrueOrFalse(true, markup.Text{}, markup.Text{}),
		"Q {FALSE#a#b}": question.TrueOrFalse(false, moodle("b"), moodle("a")),
		"Q {=un =%50%deux#presque}": {Kind: question.Type, Answers: []question.Answer{
			{Text: plain("un"), Fraction: 1, Feedback: moodle("")}, {Text: plain("deux"), Fraction: 0.5, Feedback: moodle("presque")}}},
		"Q {true}": {Kind: question.Type, Answers: []question.Answer{{Text: plain("true"), Fraction: 1, Feedback: moodle("")}}},
		"Q {~a =b ~%-25%c}": {Kind: question.Choose, Shuffle: true, Answers: []question.Answer{
			{Text: moodle("a"), Feedback: moodle("")}, {Text: moodle("b"), Fraction: 1, Feedback: moodle("")}, {Text: moodle("c"), Fraction: -0.25, Feedback: moodle("")}}},
		"Q {~%33.3%a ~%67%b}": {Kind: question.Choose, Shuffle: true, Multiple: true, Answers: []question.Answer{
			{Text: moodle("a"), Fraction: 1. / 3, Feedback: moodle("")}, {Text: moodle("b"), Fraction: 2. / 3, Feedback: moodle("")}}},
		"Q {=a -> x =b -> y = -> z =c->x}": {Kind: question.Match, Shuffle: true,
			Answers: []question.Answer{{Text: moodle("x")}, {Text: moodle("y")}, {Text: moodle("z")}},
			Stems:   []question.Stem{{Text: moodle("a")}, {Text: moodle("b"), Answer: 1}, {Text: moodle("c")}}},
		"Q {#3,14:0.01}": {Kind: question.Number, Answers: []question.Answer{{Fraction: 1, Feedback: moodle(""), Range: question.Range{Low: 3.13, High: 3.15}}}},
		"Q {#=1..2#oui =%50%0.7:0.1 ~#non}": {Kind: question.Number, Answers: []question.Answer{
			{Fraction: 1, Feedback: moodle("oui"), Range: question.Range{Low: 1, High: 2}},
			{Fraction: 0.5, Feedback: moodle(""), Range: question.Range{Low: 0.6, High: 0.8}},
			{Text: moodle(""), Feedback: moodle("non"), Range: question.Range{Any: true}}}},
		"Q {}":       {Kind: question.Essay, Lines: 15},
		"Q {####ok}": {Kind: question.Essay, Lines: 15},
	} {
		q := one(t, text)
		want.Weight = 1
		if diff := cmp.Diff([]question.Part{want}, q.Parts); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
	if q := one(t, "Rien à faire ici."); len(q.Parts) != 0 {
		t.Errorf("a description has %d parts", len(q.Parts))
	}
}

func TestTitlesFormatsEscapesAndFeedback(t *testing.T) {
	t.Parallel()
	q := one(t, "// un mot\n// [id:a-1] [tag:x]\n::Le \\: titre::[html]<p>a\\=b</p> \\{c\\}\\nd \\\\ \\frac {=[plain]x\\~y #[markdown]*oui*\n####[moodle]tous}")
	want := question.Question{
		Line: 3, Identifier: "a-1", Name: "Le : titre", Grade: 1, Text: markup.Text{Source: "<p>a=b</p> {c}\nd \\ \\frac", Format: markup.HTML},
		General: moodle("tous"), Skills: []string{"x"},
		Parts: []question.Part{{Kind: question.Type, Weight: 1, Answers: []question.Answer{
			{Text: plain("x~y"), Fraction: 1, Feedback: markup.Text{Source: "*oui*", Format: markup.Markdown}}}}},
	}
	if diff := cmp.Diff(want, q); diff != "" {
		t.Error(diff)
	}
}

func TestTheMissingWordStandsInTheSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		source string
		kind   question.Kind
	}{
		"Un {~a =b} mot.":        {"Un " + markup.Mark(0) + " mot.", question.Select},
		"Un{=a}.":                {"Un" + markup.Mark(0) + ".", question.Type},
		"Un {#1} mot":            {"Un " + markup.Mark(0) + " mot", question.Number},
		"Un {T} mot":             {"Un _____ mot", question.Choose},
		"Un {~%50%a ~%50%b} mot": {"Un _____ mot", question.Choose},
		"Un {~a =b}":             {"Un", question.Choose},
	} {
		if q := one(t, text); q.Text.Source != want.source || q.Parts[0].Kind != want.kind {
			t.Errorf("%q: %q, kind %d", text, q.Text.Source, q.Parts[0].Kind)
		}
	}
}

func TestCategoriesHoldForWhatFollows(t *testing.T) {
	t.Parallel()
	set, _ := gift.Read([]byte("Q0 {T}\n\n$CATEGORY: $course$/top/A//B/C\n\nQ1 {T}\n\n$CATEGORY: D\nQ2 {T}\n\n\nQ3 {T}"), pack.Limits{})
	var got [][]string
	var lines []int
	for _, q := range set.Questions {
		got, lines = append(got, q.Category), append(lines, q.Line)
	}
	if diff := cmp.Diff([][]string{nil, {"A/B", "C"}, {"D"}, {"D"}}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{1, 5, 8, 11}, lines); diff != "" {
		t.Error(diff)
	}
}

// A blank line inside braces belongs to the question; a brace that is forgotten does not swallow the next one.
func TestBlankLinesInsideBraces(t *testing.T) {
	t.Parallel()
	set, findings := gift.Read([]byte("Un {\n=a\n\n=b\n}\n\nDeux {=a\n\nTrois {=c}\n"), pack.Limits{})
	if len(set.Questions) != 2 || len(set.Questions[0].Parts[0].Answers) != 2 || set.Questions[1].Text.Source != "Trois" {
		t.Errorf("%+v", set.Questions)
	}
	if len(findings) != 1 || findings[0].Code != report.QuestionBraces || findings[0].Line != 7 {
		t.Errorf("findings %v", findings)
	}
}

// Each mistake is said with its line, and costs the others nothing.
func TestMistakesAreSaidWithTheirLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]report.Finding{
		"Q =a}":                         {Severity: report.Refusal, Code: report.QuestionBraces, Line: 3},
		"Q {~a}":                        {Severity: report.Refusal, Code: report.QuestionAnswers, Line: 3, Params: params("got", "1", "want", "2")},
		"Q {=}":                         {Severity: report.Refusal, Code: report.QuestionAnswers, Line: 3, Params: params("got", "0", "want", "1")},
		"Q {#}":                         {Severity: report.Refusal, Code: report.QuestionAnswers, Line: 3, Params: params("got", "0", "want", "1")},
		"Q\n{#\n=1\n=douze}":            {Severity: report.Refusal, Code: report.QuestionNumber, Line: 6, Params: params("text", "douze")},
		"Q {#2..1}":                     {Severity: report.Refusal, Code: report.QuestionNumber, Line: 3, Params: params("text", "2..1")},
		"Q {\n=a -> b\n=c}":             {Severity: report.Refusal, Code: report.QuestionPair, Line: 5, Params: params("text", "c")},
		"Q {=a} et {=b}":                {Severity: report.Warning, Code: report.QuestionSecond, Line: 3, Params: params("text", "et {=b}")},
		"Q \\(x^2\\) {=a}":              {Severity: report.Note, Code: report.QuestionTex, Line: 3},
		"// [tag:un] [tag:deux]\nQ {T}": {Severity: report.Note, Code: report.QuestionTags, Line: 4, Params: params("tags", "un, deux")},
	} {
		set, findings := gift.Read([]byte("Avant {T}\n\n"+text+"\n\nAprès {T}"), pack.Limits{})
		if diff := cmp.Diff([]report.Finding{want}, findings); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
		n := len(set.Questions)
		if refused := want.Severity == report.Refusal; n < 2 || (n == 2) != refused || set.Questions[n-1].Name != "Après" {
			t.Errorf("%q: %d questions", text, n)
		}
	}
}

func params(pairs ...string) []report.Param {
	var out []report.Param
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, report.Param{Name: pairs[i], Value: pairs[i+1]})
	}
	return out
}

func TestEncodingsAreFoundAndSaid(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"a mark": "\xef\xbb\xbfÉté {=\u00a0oui}", "UTF-16": "\xff\xfe\xc9\x00t\x00\xe9\x00 \x00{\x00=\x00o\x00}\x00", "UTF-8": "Été {=o}"} {
		set, findings := gift.Read([]byte(text), pack.Limits{})
		if len(findings) > 0 || len(set.Questions) != 1 || set.Questions[0].Text.Source != "Été" {
			t.Errorf("%s: %v %+v", name, findings, set.Questions)
		}
	}
	set, findings := gift.Read([]byte("\xc9t\xe9 \x80 {=oui}"), pack.Limits{})
	if len(findings) != 1 || findings[0].Code != report.FormatLatin || set.Questions[0].Text.Source != "Été €" {
		t.Errorf("Windows-1252: %v %+v", findings, set.Questions)
	}
	if _, findings := gift.Read([]byte("a\x00b {=c}"), pack.Limits{}); len(findings) != 1 || findings[0].Code != report.FormatUnknown {
		t.Errorf("no text: %v", findings)
	}
}

func TestTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]report.Code{
		strings.Repeat("Q {T}\n\n", question.MaxQuestions+1):           report.QuestionTooMany,
		"Q {" + strings.Repeat("~a", question.MaxAnswers) + "=b}":      report.QuestionTooMany,
		"Q {T}" + strings.Repeat(" ", int(pack.DefaultLimits().XML)+1): report.XMLTooBig,
	} {
		_, findings := gift.Read([]byte(text), pack.Limits{})
		if len(findings) != 1 || findings[0].Code != code || findings[0].Severity != report.Refusal {
			t.Errorf("%.10s…: %v, want %s", text, findings, code)
		}
	}
}

// A file without end is no report without end.
func TestMistakesWithoutEndAreCutShort(t *testing.T) {
	t.Parallel()
	set, findings := gift.Read([]byte(strings.Repeat("Q {\n\n", 100_000)), pack.Limits{})
	if len(findings) != question.MaxQuestions+1 || findings[question.MaxQuestions].Code != report.QuestionTooMany || len(set.Questions) > 0 {
		t.Errorf("%d findings", len(findings))
	}
	set, _ = gift.Read([]byte(strings.Repeat("// [tag:b]\n", 200_000)+"Q {T}"), pack.Limits{})
	if len(set.Questions) != 1 || set.Questions[0].Line != 200_001 {
		t.Errorf("%d questions", len(set.Questions))
	}
}

// What is written is read back as it was: every question that GIFT can say.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/all.gift")
	if err != nil {
		t.Fatal(err)
	}
	before, findings := gift.Read(text, pack.Limits{})
	if len(findings) > 0 || len(before.Questions) != 10 {
		t.Fatalf("%d questions, %v", len(before.Questions), findings)
	}
	for i := range before.Questions {
		if !gift.Can(&before.Questions[i]) {
			t.Errorf("it cannot say %q", before.Questions[i].Name)
		}
	}
	after, findings := gift.Read(gift.Write(before), pack.Limits{})
	if len(findings) > 0 {
		t.Error(findings)
	}
	for i := range before.Questions {
		before.Questions[i].Line, after.Questions[i].Line = 0, 0
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
}

// FuzzRead: no text makes the reader fail; what it reads becomes an item that the parser reads, and if GIFT can say it, what is written is read again.
func FuzzRead(f *testing.F) {
	text, err := os.ReadFile("testdata/all.gift")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("::a::[html]b{=%50%c#d~e####f}g{h}")
	f.Add("$CATEGORY:\n{#1..2:3=*~}")
	f.Add("Q{=->\\}->=\\\n->}")
	f.Add("{->}") // found by fuzzing: a short answer that no GIFT can say
	f.Fuzz(func(t *testing.T, text string) {
		set, findings := gift.Read([]byte(text), pack.Limits{XML: 1 << 16})
		can := question.Set{}
		for i := range set.Questions {
			q := &set.Questions[i]
			text := q.Item("q", "fr")
			if ex, findings := parse.Item(text, parse.Source{}); ex == nil && findings[0].Code != report.XMLTooBig {
				t.Errorf("what is written is not read: %v\n%s", findings, text)
			}
			if gift.Can(q) {
				can.Questions = append(can.Questions, *q)
			}
		}
		again, _ := gift.Read(gift.Write(can), pack.Limits{})
		if len(findings) == 0 && len(again.Questions) != len(can.Questions) {
			t.Errorf("%d questions written, %d read", len(can.Questions), len(again.Questions))
		}
	})
}
