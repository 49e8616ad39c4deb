package moodle_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/moodle"
	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

func bank(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/bank.xml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestABankIsToldFromOtherXML(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"<quiz>": true, "\ufeff<?xml version=\"1.0\"?>\n<!-- <a> -->\n<quiz version='1'>": true, "<quiz/>": true, "<quizzes>": false, "<a><quiz>": false,
		"<!DOCTYPE quiz [<!ENTITY a \"b\">]><quiz>": false, "texte <quiz>": false, "": false, "<!--<quiz>": false,
	} {
		if got := moodle.Is([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// Every kind of question in the bank becomes a question; what is not kept of each is said, with its line.
func TestABankIsRead(t *testing.T) {
	t.Parallel()
	set, findings := moodle.Read(bank(t), pack.Limits{})
	kinds := map[string][]question.Kind{}
	for _, q := range set.Questions {
		kinds[q.Name] = []question.Kind{}
		for _, p := range q.Parts {
			kinds[q.Name] = append(kinds[q.Name], p.Kind)
		}
	}
	want := map[string][]question.Kind{
		"choix simple": {question.Choose}, "choix multiple": {question.Choose}, "vrai ou faux": {question.Choose}, "réponse courte": {question.Type},
		"avec capitales": {question.Type}, "nombre": {question.Number}, "appariement": {question.Match}, "rédaction": {question.Essay}, "consigne": {},
		"ordre": {question.Order}, "ordre exact": {question.Order}, "glisser": {question.Words}, "choisir": {question.Select, question.Select},
		"texte à trous": {question.Type, question.Select, question.Number, question.Choose, question.Choose, question.Type},
		"sur une image": {question.Place}, "repères": {question.Place}, "calcul": {question.Number},
	}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
	var said []string
	for _, f := range findings {
		said = append(said, f.String())
	}
	if diff := cmp.Diff([]string{
		`:4: note question.category category="Sciences/Essai"`,
		`:8: note question.tags tags="chimie, air"`,
		`:59: warning question.unit unit="cm"`,
		`:69: aside question.attachment`,
		`:117: warning question.zones`,
		`:135: aside question.kind kind="stack"`,
		`: note question.penalty`,
	}, said); diff != "" {
		t.Error(diff)
	}
}

func TestAQuestionIsReadWithAllThatItSays(t *testing.T) {
	t.Parallel()
	set, _ := moodle.Read(bank(t), pack.Limits{})
	q := set.Questions[0]
	html := func(s string) markup.Text { return markup.Text{Source: s, Format: markup.HTML} }
	want := question.Question{
		Line: 8, Category: []string{"Sciences", "Essai"}, Identifier: "air-1", Name: "choix simple", Grade: 2,
		Text:    html(`<p>Quel gaz <b>respire</b>-t-on ?<img src="media/01f9513813a5/mon-air.png" alt="l'air"></p>`),
		General: html("<p>21 % de l'air</p>"), Correct: html("Bravo"), Partial: html("Presque"), Incorrect: html("Non"),
		Hints: []markup.Text{html("On l'appelle aussi O2.")}, Skills: []string{"chimie", "air"},
		Parts: []question.Part{{Kind: question.Choose, Weight: 1, Shuffle: true, Answers: []question.Answer{
			{Text: html("<p>le dioxygène</p>"), Fraction: 1, Feedback: html("oui !")},
			{Text: html("l'air"), Fraction: 0.5, Feedback: html("")},
			{Text: html("le <script>alert(1)</script>CO2"), Fraction: -0.25, Feedback: html("")},
		}}},
	}
	if diff := cmp.Diff(want, q); diff != "" {
		t.Error(diff)
	}
	if len(set.Files) != 2 || len(set.Files["media/01f9513813a5/mon-air.png"]) == 0 || len(set.Files["media/01f9513813a5/carte.png"]) == 0 {
		t.Errorf("files %v", len(set.Files))
	}
}

// quiz wraps one question of that type.
func quiz(kind, inside string) []byte {
	return []byte("<quiz>\n<question type=\"" + kind + "\"><name><text>q</text></name>\n" + inside + "</question></quiz>")
}

func text(s string) string {
	return "<questiontext format=\"html\"><text><![CDATA[" + s + "]]></text></questiontext>"
}

// What cannot be turned is said with its line, and left out.
func TestWhatCannotBeTurnedIsSaid(t *testing.T) {
	t.Parallel()
	answer := func(s string) string { return `<answer fraction="100"><text>` + s + `</text></answer>` }
	for name, c := range map[string]struct {
		data []byte
		code report.Code
		line int
	}{
		"another kind":                    {quiz("coderunner", ""), report.QuestionKind, 2},
		"one choice":                      {quiz("multichoice", answer("a")), report.QuestionAnswers, 2},
		"no pair":                         {quiz("matching", ""), report.QuestionAnswers, 2},
		"no number":                       {quiz("numerical", answer("douze")), report.QuestionNumber, 3},
		"no gap":                          {quiz("ddwtos", text("rien")+"<dragbox><text>a</text></dragbox>"), report.QuestionAnswers, 2},
		"a gap for no word":               {quiz("gapselect", text("[[2]]")+"<selectoption><text>a</text></selectoption>"), report.QuestionCloze, 2},
		"no picture":                      {quiz("ddmarker", "<drag><no>1</no></drag>"), report.QuestionPicture, 2},
		"a picture that is none":          {quiz("ddimageortext", `<file name="a.png" encoding="base64">bm9u</file>`), report.QuestionPicture, 2},
		"an open embedded answer":         {quiz("cloze", text("a {1:SA:=b")), report.QuestionCloze, 2},
		"an unknown sub-type":             {quiz("cloze", text("a {1:XYZ:=b}")), report.QuestionCloze, 2},
		"an embedded choice of one":       {quiz("cloze", text("a {1:MC:=b}")), report.QuestionCloze, 2},
		"an embedded number that is none": {quiz("cloze", text("a {1:NM:=b}")), report.QuestionCloze, 2},
		"no embedded answer":              {quiz("cloze", text("a")), report.QuestionAnswers, 2},
		"no dataset":                      {quiz("calculated", answer("{a}+1")), report.QuestionFormula, 3},
		"an unknown function":             {quiz("calculated", answer("bindec(1)")), report.QuestionFormula, 3},
		"a DOCTYPE":                       {[]byte("<quiz>\n<!DOCTYPE a><question/></quiz>"), report.XMLDoctype, 2},
		"half a file":                     {bank(t)[:2857], report.XMLTruncated, 36},
	} {
		set, findings := moodle.Read(c.data, pack.Limits{})
		if len(findings) == 0 || findings[0].Code != c.code || findings[0].Line != c.line || findings[0].Severity < report.Aside {
			t.Errorf("%s: %v, want %s at %d", name, findings, c.code, c.line)
		}
		if len(set.Questions) != 0 {
			t.Errorf("%s: it is read all the same", name)
		}
	}
}

// What is lost of a question that is turned is said too.
func TestWhatIsLostIsSaid(t *testing.T) {
	t.Parallel()
	answers := `<answer fraction="1"><text>a</text></answer><answer fraction="2"><text>b</text></answer>`
	for name, c := range map[string]struct {
		data []byte
		code report.Code
	}{
		"another way of marking an order": {quiz("ordering", answers+"<gradingtype>LONGEST_ORDERED_SUBSET</gradingtype>"), report.QuestionGrading},
		"a part of an order":              {quiz("ordering", answers+"<selecttype>RANDOM</selecttype>"), report.QuestionGrading},
		"a file that is none":             {quiz("description", `<questiontext><text>a</text><file name="x.png" encoding="base64">***</file></questiontext>`), report.QuestionFile},
		"a formula in TeX":                {quiz("description", text("$$x^2$$")), report.QuestionTex},
		"marks for a unit": {quiz("numerical", `<answer fraction="100"><text>1</text></answer><units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units><unitgradingtype>1</unitgradingtype>`),
			report.QuestionUnit},
	} {
		set, findings := moodle.Read(c.data, pack.Limits{})
		if len(findings) != 1 || findings[0].Code != c.code || len(set.Questions) != 1 {
			t.Errorf("%s: %v, %d questions", name, findings, len(set.Questions))
		}
	}
}

func TestTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	small := pack.Limits{Total: 10, Depth: 8, Entry: 1 << 20}
	file := `<questiontext><text>a</text><file name="x.bin" encoding="base64">` + strings.Repeat("QUJD", 10) + `</file></questiontext>`
	for name, c := range map[string]struct {
		data []byte
		code report.Code
	}{
		"files":     {quiz("description", file), report.PackageTooBig},
		"depth":     {quiz("description", strings.Repeat("<a>", 20)), report.XMLTooDeep},
		"bytes":     {quiz("description", strings.Repeat(" ", 1<<20)), report.XMLTooBig},
		"answers":   {quiz("shortanswer", strings.Repeat(`<answer fraction="0"><text>a</text></answer>`, question.MaxAnswers+1)), report.QuestionTooMany},
		"questions": {[]byte("<quiz>" + strings.Repeat(`<question type="description"/>`, question.MaxQuestions+1) + "</quiz>"), report.QuestionTooMany},
	} {
		_, findings := moodle.Read(c.data, small)
		if len(findings) == 0 || findings[0].Code != c.code || findings[0].Severity != report.Refusal {
			t.Errorf("%s: %v, want %s", name, findings, c.code)
		}
	}
}

// FuzzRead: no file makes the reader fail; what it reads becomes an item that the parser reads.
func FuzzRead(f *testing.F) {
	f.Add(bank(f))
	f.Add(quiz("cloze", text("a {1:SA:=b#c~%50%d\\}} {:MRS:%50%a~%-50%b}")))
	f.Add(quiz("calculated", `<answer fraction="100"><text>pow({a},2)*-sin((1))</text></answer><dataset_definitions><dataset_definition><name><text>a</text></name><dataset_items><dataset_item><value>1</value></dataset_item></dataset_items></dataset_definition></dataset_definitions>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, findings := moodle.Read(data, pack.Limits{Entry: 1 << 18, Total: 1 << 18})
		if len(set.Questions) == 0 && len(findings) == 0 && bytes.Contains(data, []byte("<quiz><question")) {
			t.Error("nothing is read, and nothing is said")
		}
		for i := range set.Questions {
			text := set.Questions[i].Item("q", "fr")
			if ex, findings := parse.Item(text, parse.Source{Files: &set}); ex == nil && findings[0].Code != report.XMLTooBig {
				t.Errorf("what is written is not read: %v\n%s", findings, text)
			}
		}
	})
}
