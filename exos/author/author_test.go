package author_test

import (
	"slices"
	"strings"
	"testing"

	"pupitre/exos/author"
	"pupitre/exos/qti"
	"pupitre/exos/qti/question"
)

func rows(texts ...string) []author.Row {
	var out []author.Row
	for _, t := range texts {
		text, right := strings.CutPrefix(t, "=")
		text, other, _ := strings.Cut(text, "→")
		out = append(out, author.Row{Text: text, Other: other, Right: right})
	}
	return out
}

// good are forms of every kind: what they are worth, and what the declared answer is.
var good = []struct {
	form author.Form
	max  float64
	keys []string
}{
	{author.Form{Kind: author.Choice, Text: "Quel mot est un **verbe** ?", Rows: rows("chat", "=dort", "", "bleu")}, 1, []string{"B"}},
	{author.Form{Kind: author.Several, Text: "Lesquels sont pairs ?", Rows: rows("=2", "3", "=4")}, 1, []string{"A", "C"}},
	{author.Form{Kind: author.Words, Text: "La capitale de la France ?", Rows: rows("Paris", "Ville de Paris")}, 1, []string{"Paris"}},
	{author.Form{Kind: author.Number, Text: "La moitié de 7 ?", Rows: rows("3,5"), Unit: "cm"}, 1, []string{"3.5"}},
	{author.Form{Kind: author.Number, Text: "Environ π ?", Rows: rows("3,14"), Margin: "0,01"}, 1, []string{"3.14"}},
	{author.Form{Kind: author.List, Text: "La mer est [bleue|rouge] et le feu [rouge|vert|bleu]."}, 2, []string{"A", "A"}},
	{author.Form{Kind: author.Gaps, Text: "Le [chat] mange la [souris] \\[ici\\].", Extra: "chien\n\n"}, 2, []string{"A S1", "B S2"}},
	{author.Form{Kind: author.Match, Text: "Relie.", Rows: rows("France→Paris", "Italie→Rome"), Extra: "Berlin"}, 2, []string{"S1 A", "S2 B"}},
	{author.Form{Kind: author.Order, Text: "Range.", Rows: rows("un", "deux", "trois")}, 1, []string{"A", "B", "C"}},
}

func collect(t *testing.T, f author.Form) *qti.Item {
	t.Helper()
	q, troubles := f.Question()
	if len(troubles) > 0 {
		t.Fatalf("%s: %+v", f.Kind, troubles)
	}
	m, found, err := qti.Collect("x", "x", question.Set{Questions: []question.Question{q}}, qti.DefaultLimits())
	if err != nil || len(m.Items()) != 1 {
		t.Fatalf("%s: %v\n%+v", f.Kind, err, found.Findings)
	}
	for _, finding := range found.Findings {
		if finding.Severity.String() != "note" {
			t.Errorf("%s: %v", f.Kind, finding)
		}
	}
	return m.Items()[0]
}

// Each form is an exercise whose declared answer earns all there is to earn.
func TestEveryKindOfFormIsAnExercise(t *testing.T) {
	t.Parallel()
	seen := map[author.Kind]bool{author.Essay: true}
	for _, c := range good {
		seen[c.form.Kind] = true
		it := collect(t, c.form)
		var keys []string
		for _, k := range it.Key(0) {
			keys = append(keys, k.Values...)
		}
		if it.MaxScore != c.max || !slices.Equal(keys, c.keys) {
			t.Errorf("%s: %v points for %v, want %v for %v", c.form.Kind, it.MaxScore, keys, c.max, c.keys)
		}
	}
	for _, k := range author.Kinds {
		if !seen[k] {
			t.Errorf("no form of kind %s was tried", k)
		}
	}
	essay := collect(t, author.Form{Kind: author.Essay, Text: "Raconte.", Notes: "Sur la forme : 2."})
	if !essay.ByHand || len(essay.Notes) == 0 {
		t.Errorf("an essay: %+v", essay)
	}
}

// A number is taken as French pupils write it.
func TestANumberIsTakenInFrenchToo(t *testing.T) {
	t.Parallel()
	for unit, wanted := range map[string][]string{"": {"3,5", "3.5", "7/2"}, "cm": {"3,5", "3.5", "7/2", "3,5\u00a0cm"}} {
		form := good[3].form
		form.Unit, form.Loose = unit, true
		it := collect(t, form)
		written := it.Written(0)
		if len(written) != 1 {
			t.Fatalf("got %+v", written)
		}
		for _, want := range wanted {
			if !slices.Contains(written[0].Forms, want) {
				t.Errorf("%q is not among %q", want, written[0].Forms)
			}
		}
	}
}

// To tick every box earns nothing more than to tick none.
func TestTickingEverythingEarnsNothing(t *testing.T) {
	t.Parallel()
	q, _ := author.Form{Kind: author.Several, Text: "Lesquels ?", Rows: rows("=a", "b", "=c", "d")}.Question()
	sum := 0.0
	for _, a := range q.Parts[0].Answers {
		sum += a.Fraction
	}
	if sum > 1e-9 {
		t.Errorf("all together are worth %v", sum)
	}
}

func TestWhatIsNoExerciseIsToldFieldByField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		form  author.Form
		field string
		row   int
		code  string
	}{
		{author.Form{Kind: "else", Text: "x"}, "kind", 0, "exos.author.kind"},
		{author.Form{Kind: author.Choice, Rows: rows("=a", "b")}, "text", 0, "exos.author.text"},
		{author.Form{Kind: author.Choice, Text: "x", Rows: rows("=a")}, "rows", 0, "exos.author.two"},
		{author.Form{Kind: author.Choice, Text: "x", Rows: rows("a", "b")}, "rows", 0, "exos.author.right"},
		{author.Form{Kind: author.Choice, Text: "x", Rows: rows("=a", "=b")}, "rows", 0, "exos.author.one"},
		{author.Form{Kind: author.Choice, Text: "x", Rows: rows("=a", "", "a ")}, "rows", 3, "exos.author.twice"},
		{author.Form{Kind: author.Words, Text: "x"}, "rows", 0, "exos.author.answer"},
		{author.Form{Kind: author.Words, Text: "x", Rows: rows("Paris", "paris")}, "rows", 2, "exos.author.twice"},
		{author.Form{Kind: author.Number, Text: "x"}, "rows", 0, "exos.author.number"},
		{author.Form{Kind: author.Number, Text: "x", Rows: rows("douze")}, "rows", 1, "exos.author.not-number"},
		{author.Form{Kind: author.Number, Text: "x", Rows: rows("12"), Margin: "peu"}, "margin", 0, "exos.author.margin"},
		{author.Form{Kind: author.List, Text: "sans liste"}, "text", 0, "exos.author.list"},
		{author.Form{Kind: author.List, Text: "un [deux"}, "text", 0, "exos.author.bracket"},
		{author.Form{Kind: author.List, Text: "un [deux] trois"}, "text", 0, "exos.author.alone"},
		{author.Form{Kind: author.List, Text: "un [deux||trois]"}, "text", 0, "exos.author.choice"},
		{author.Form{Kind: author.Gaps, Text: "sans trou"}, "text", 0, "exos.author.gap"},
		{author.Form{Kind: author.Gaps, Text: "un [ ] trou"}, "text", 0, "exos.author.empty-gap"},
		{author.Form{Kind: author.Gaps, Text: "un [a [b] c]"}, "text", 0, "exos.author.bracket"},
		{author.Form{Kind: author.Match, Text: "x", Rows: rows("a→b")}, "rows", 0, "exos.author.pairs"},
		{author.Form{Kind: author.Match, Text: "x", Rows: rows("a→b", "c→d", "e")}, "rows", 3, "exos.author.half"},
		{author.Form{Kind: author.Order, Text: "x", Rows: rows("a", "b")}, "rows", 0, "exos.author.order"},
		{author.Form{Kind: author.Essay, Text: strings.Repeat("x", 20_001)}, "text", 0, "exos.author.long"},
		{author.Form{Kind: author.Essay, Text: "x", Name: strings.Repeat("é", 201)}, "name", 0, "exos.author.name"},
		{author.Form{Kind: author.Choice, Text: "x", Rows: make([]author.Row, 31)}, "rows", 0, "exos.author.rows"},
	} {
		_, troubles := c.form.Question()
		if !slices.ContainsFunc(troubles, func(got author.Trouble) bool { return got.Field == c.field && got.Row == c.row && got.Code == c.code }) {
			t.Errorf("%+v: got %+v, want %s at %s %d", c.form, troubles, c.code, c.field, c.row)
		}
	}
}

// A question from a file becomes a form where the form says all of it, and stays what it is where not.
func TestAQuestionFromAFileIsAFormWhereNothingIsLost(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]author.Kind{
		"::a::Quel mot est un verbe ? {=dort ~chat#non}":           author.Choice,
		"::a::Lesquels ? {~%50%deux ~%-50%trois ~%50%quatre}":      author.Several,
		"::a::La capitale ? {=Paris =Ville de Paris}":              author.Words,
		"::a::La moitié de sept ? {#3.5}":                          author.Number,
		"::a::Environ pi ? {#3.14:0.01}":                           author.Number,
		"::a::Relie. {=France -> Paris =Italie -> Rome}":           author.Match,
		"::a::Raconte. {}":                                         author.Essay,
		"::a::[html]<p>Quel <b>mot</b> ?</p> {=dort ~chat}":        "",
		"::a::La capitale ? {=Paris =%50%Lyon}":                    "",
		"::a::Vrai ? {T}":                                          "",
		"::a::Le chat {=dort ~mange} la nuit.":                     "",
		"::a::La capitale ? {=Par*}":                               "",
		"::a::Quand ? {#1789 =%50%1790:1}":                         "",
		"::a::Un prix de 3*4 ? {=douze ~dix}":                      "",
		"::a::Quel mot ? {~%100%dort ~%-33.333%chat ~%50%presque}": "",
	} {
		set, _, ok := qti.Questions([]byte(source+"\n"), qti.DefaultLimits())
		if !ok || len(set.Questions) != 1 {
			t.Fatalf("%s: %d questions", source, len(set.Questions))
		}
		f, ok := author.FormOf(set.Questions[0])
		if ok != (want != "") || f.Kind != want {
			t.Errorf("%s: %q, %v, want %q", source, f.Kind, ok, want)
		}
	}
	for _, c := range good {
		q, _ := c.form.Question()
		f, ok := author.FormOf(q)
		if c.form.Kind != author.List && c.form.Kind != author.Gaps && !strings.Contains(c.form.Text, "*") && (!ok || f.Kind != c.form.Kind) {
			t.Errorf("%s is not read back: %+v", c.form.Kind, f)
		}
	}
}
