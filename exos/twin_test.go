package exos_test

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pupitre/exos"
	"pupitre/exos/author"
	"pupitre/exos/qti"
	"pupitre/exos/qti/qtitest"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
	"pupitre/exos/store/storetest"
	"pupitre/exos/web/player"
	"pupitre/internal/demo/workbook"
)

// form is the exercise of a teacher's form.
func form(t *testing.T, f author.Form) *qti.Item {
	t.Helper()
	f.Name = "Titre"
	q, troubles := f.Question()
	if len(troubles) > 0 {
		t.Fatalf("%+v: %+v", f, troubles)
	}
	m, found, err := qti.Collect("m", "M", question.Set{Questions: []question.Question{q}}, qti.DefaultLimits())
	if err != nil {
		t.Fatal(err, found)
	}
	return m.Items()[0]
}

// read is the only exercise of a teacher's file, or of an item.
func read(t *testing.T, text string) *qti.Item {
	t.Helper()
	m, found, err := qti.Import([]byte(text), qti.DefaultLimits())
	if err != nil || len(m.Items()) != 1 {
		t.Fatalf("%v, %+v\n%s", err, found, text)
	}
	return m.Items()[0]
}

func rows(texts ...string) (out []author.Row) {
	for _, text := range texts {
		text, right := strings.CutPrefix(text, "=")
		left, other, _ := strings.Cut(text, "→")
		out = append(out, author.Row{Text: left, Other: other, Right: right})
	}
	return out
}

func quiz(kind, inside string) string {
	return `<quiz><question type="` + kind + `"><name><text>Titre</text></name><questiontext format="html"><text>Une question [[1]] et [[2]]</text></questiontext>` +
		`<defaultgrade>1</defaultgrade><shuffleanswers>true</shuffleanswers>` + inside + `</question></quiz>`
}

func item(response, body string) string {
	return `<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="i" title="Titre" adaptive="false" time-dependent="false" xml:lang="fr">` +
		`<qti-response-declaration identifier="RESPONSE" ` + response + `</qti-correct-response></qti-response-declaration>` +
		`<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/><qti-item-body>` + body + `</qti-item-body>` +
		`<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/></qti-assessment-item>`
}

func key(values ...string) string {
	return `<qti-correct-response><qti-value>` + strings.Join(values, `</qti-value><qti-value>`) + `</qti-value>`
}

// each wraps identifiers and texts, "A=chat", in an element.
func each(element, more string, all ...string) string {
	out := ""
	for _, one := range all {
		id, text, _ := strings.Cut(one, "=")
		out += `<` + element + ` identifier="` + id + `" ` + more + `>` + text + `</` + element + `>`
	}
	return out
}

// twins are exercises that say the same and take something else for right: from every source, what is sent of them while work is graded.
func twins(t *testing.T) map[string][]*qti.Item {
	own := func(forms ...author.Form) (out []*qti.Item) {
		for _, f := range forms {
			if f.Text == "" {
				f.Text = "Une question"
			}
			out = append(out, form(t, f))
		}
		return out
	}
	files := func(texts ...string) (out []*qti.Item) {
		for _, text := range texts {
			out = append(out, read(t, text))
		}
		return out
	}
	const spots = `<object data="p.png" type="image/png" width="100" height="100">Une carte</object>`
	spot := func(element, more string, all ...string) string {
		out := ""
		for _, one := range all {
			id, at, _ := strings.Cut(one, "=")
			out += `<` + element + ` identifier="` + id + `" shape="circle" coords="` + at + `,5" ` + more + `/>`
		}
		return out
	}
	const said = `<qti-feedback-inline outcome-identifier="SCORE" identifier="A" show-hide="show"> Bravo</qti-feedback-inline>`
	answer := func(fraction, text string) string {
		return `<answer fraction="` + fraction + `" format="plain_text"><text>` + text + `</text></answer>`
	}
	return map[string][]*qti.Item{
		"form, choice":  own(author.Form{Kind: author.Choice, Rows: rows("=chat", "dort", "mange")}, author.Form{Kind: author.Choice, Rows: rows("chat", "dort", "=mange")}, author.Form{Kind: author.Choice, Rows: rows("=dort", "mange", "chat")}),
		"form, several": own(author.Form{Kind: author.Several, Rows: rows("=chat", "=dort", "mange")}, author.Form{Kind: author.Several, Rows: rows("=mange", "chat", "=dort")}, author.Form{Kind: author.Several, Rows: rows("chat", "=dort", "mange")}),
		"form, text":    own(author.Form{Kind: author.Words, Rows: rows("Paris")}, author.Form{Kind: author.Words, Rows: rows("Clermont-Ferrand", "Riom")}),
		"form, number":  own(author.Form{Kind: author.Number, Rows: rows("3")}, author.Form{Kind: author.Number, Rows: rows("1234567,25"), Margin: "2"}),
		"form, list":    own(author.Form{Kind: author.List, Text: "Le [chat|chien|rat] est [gris|noir]."}, author.Form{Kind: author.List, Text: "Le [rat|chat|chien] est [noir|gris]."}),
		"form, gaps":    own(author.Form{Kind: author.Gaps, Text: "Le [chat] mange la [souris].", Extra: "rat"}, author.Form{Kind: author.Gaps, Text: "Le [souris] mange la [chat].", Extra: "rat"}, author.Form{Kind: author.Gaps, Text: "Le [rat] mange la [souris].", Extra: "chat"}),
		"form, gaps with a word in two": own(author.Form{Kind: author.Gaps, Text: "[le] chat, [la] chatte, [le] chien"}, author.Form{Kind: author.Gaps, Text: "[la] chat, [le] chatte, [la] chien"},
			author.Form{Kind: author.Gaps, Text: "[la] chat, [la] chatte, [le] chien"}),
		"form, match":         own(author.Form{Kind: author.Match, Rows: rows("un→eins", "deux→zwei", "trois→drei"), Extra: "vier"}, author.Form{Kind: author.Match, Rows: rows("deux→eins", "un→drei", "trois→vier"), Extra: "zwei"}),
		"form, order":         own(author.Form{Kind: author.Order, Rows: rows("un", "deux", "trois", "quatre")}, author.Form{Kind: author.Order, Rows: rows("trois", "un", "quatre", "deux")}),
		"GIFT, choice":        files("::Titre::Capitale ? {=Paris ~Lyon ~Nice}", "::Titre::Capitale ? {~Paris ~Lyon =Nice}", "::Titre::Capitale ? {=Lyon ~Paris ~Nice}"),
		"GIFT, several":       files("::Titre::Villes ? {~%50%Paris ~%50%Lyon ~%-100%Oslo}", "::Titre::Villes ? {~%50%Oslo ~%-100%Paris ~%50%Lyon}"),
		"GIFT, true or false": files("::Titre::La Terre est ronde. {T}", "::Titre::La Terre est ronde. {F}"),
		"GIFT, text":          files("::Titre::Capitale ? {=Paris =Lutèce}", "::Titre::Capitale ? {=Rome}"),
		"GIFT, number":        files("::Titre::Combien ? {#12:1}", "::Titre::Combien ? {#40000}"),
		"GIFT, pairs":         files("::Titre::Associe {=un -> eins =deux -> zwei =trois -> drei}", "::Titre::Associe {=deux -> eins =trois -> zwei =un -> drei}"),
		"GIFT, in the text":   files("::Titre::Le {=chat ~chien} dort.", "::Titre::Le {~chat =chien} dort."),
		"Moodle, choice":      files(quiz("multichoice", answer("100", "Paris")+answer("0", "Lyon")), quiz("multichoice", answer("100", "Lyon")+answer("0", "Paris"))),
		"Moodle, order":       files(quiz("ordering", answer("1", "un")+answer("2", "deux")+answer("3", "trois")), quiz("ordering", answer("1", "trois")+answer("2", "un")+answer("3", "deux"))),
		"Moodle, pairs": files(quiz("matching", `<subquestion><text>un</text><answer><text>eins</text></answer></subquestion><subquestion><text>deux</text><answer><text>zwei</text></answer></subquestion>`),
			quiz("matching", `<subquestion><text>deux</text><answer><text>eins</text></answer></subquestion><subquestion><text>un</text><answer><text>zwei</text></answer></subquestion>`)),
		"Moodle, words into gaps": files(quiz("ddwtos", `<dragbox><text>chat</text><group>1</group></dragbox><dragbox><text>chien</text><group>1</group></dragbox>`),
			quiz("ddwtos", `<dragbox><text>chien</text><group>1</group></dragbox><dragbox><text>chat</text><group>1</group></dragbox>`)),
		"Moodle, lists in gaps": files(quiz("gapselect", `<selectoption><text>chat</text><group>1</group></selectoption><selectoption><text>chien</text><group>1</group></selectoption>`),
			quiz("gapselect", `<selectoption><text>chien</text><group>1</group></selectoption><selectoption><text>chat</text><group>1</group></selectoption>`)),
		"QTI, choice": files(item(`cardinality="single" base-type="identifier">`+key("right"), `<qti-choice-interaction response-identifier="RESPONSE" max-choices="1">`+each("qti-simple-choice", "", "right=Paris", "wrong=Lyon")+`</qti-choice-interaction>`),
			item(`cardinality="single" base-type="identifier">`+key("right"), `<qti-choice-interaction response-identifier="RESPONSE" max-choices="1">`+each("qti-simple-choice", "", "wrong=Paris", "right=Lyon")+`</qti-choice-interaction>`)),
		"QTI, a text said of the right choice": files(item(`cardinality="single" base-type="identifier">`+key("A"), `<qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="1">`+each("qti-simple-choice", "", "A=Paris"+said, "B=Lyon", "C=Nice")+`</qti-choice-interaction>`),
			item(`cardinality="single" base-type="identifier">`+key("B"), `<qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="1">`+each("qti-simple-choice", "", "A=Paris", "B=Lyon"+said, "C=Nice")+`</qti-choice-interaction>`)),
		"QTI, order": files(item(`cardinality="ordered" base-type="identifier">`+key("A", "B", "C"), `<qti-order-interaction response-identifier="RESPONSE">`+each("qti-simple-choice", "", "A=un", "B=deux", "C=trois")+`</qti-order-interaction>`),
			item(`cardinality="ordered" base-type="identifier">`+key("A", "B", "C"), `<qti-order-interaction response-identifier="RESPONSE">`+each("qti-simple-choice", "", "A=trois", "B=un", "C=deux")+`</qti-order-interaction>`)),
		"QTI, pairs side by side": files(item(`cardinality="multiple" base-type="directedPair">`+key("A A", "B B"), `<qti-match-interaction response-identifier="RESPONSE" max-associations="2"><qti-simple-match-set>`+each("qti-simple-associable-choice", `match-max="1"`, "A=un", "B=deux")+`</qti-simple-match-set><qti-simple-match-set>`+each("qti-simple-associable-choice", `match-max="1"`, "A=eins", "B=zwei")+`</qti-simple-match-set></qti-match-interaction>`),
			item(`cardinality="multiple" base-type="directedPair">`+key("A A", "B B"), `<qti-match-interaction response-identifier="RESPONSE" max-associations="2"><qti-simple-match-set>`+each("qti-simple-associable-choice", `match-max="1"`, "A=un", "B=deux")+`</qti-simple-match-set><qti-simple-match-set>`+each("qti-simple-associable-choice", `match-max="1"`, "A=zwei", "B=eins")+`</qti-simple-match-set></qti-match-interaction>`)),
		"QTI, associations": files(item(`cardinality="multiple" base-type="pair">`+key("A B", "C D"), `<qti-associate-interaction response-identifier="RESPONSE" max-associations="2">`+each("qti-simple-associable-choice", `match-max="1"`, "A=un", "B=eins", "C=deux", "D=zwei")+`</qti-associate-interaction>`),
			item(`cardinality="multiple" base-type="pair">`+key("A B", "C D"), `<qti-associate-interaction response-identifier="RESPONSE" max-associations="2">`+each("qti-simple-associable-choice", `match-max="1"`, "A=un", "B=zwei", "C=eins", "D=deux")+`</qti-associate-interaction>`)),
		"QTI, words in the order of their gaps": files(item(`cardinality="multiple" base-type="directedPair">`+key("A G1", "B G2"), `<qti-gap-match-interaction response-identifier="RESPONSE">`+each("qti-gap-text", `match-max="1"`, "A=chat", "B=chien")+`<p>Le <qti-gap identifier="G1"/> et le <qti-gap identifier="G2"/>.</p></qti-gap-match-interaction>`),
			item(`cardinality="multiple" base-type="directedPair">`+key("A G1", "B G2"), `<qti-gap-match-interaction response-identifier="RESPONSE">`+each("qti-gap-text", `match-max="1"`, "A=chien", "B=chat")+`<p>Le <qti-gap identifier="G1"/> et le <qti-gap identifier="G2"/>.</p></qti-gap-match-interaction>`)),
		"QTI, words of a text": files(item(`cardinality="single" base-type="identifier">`+key("verbe"), `<qti-hottext-interaction response-identifier="RESPONSE"><p>Le <qti-hottext identifier="h1">chat</qti-hottext> <qti-hottext identifier="verbe">dort</qti-hottext>.</p></qti-hottext-interaction>`),
			item(`cardinality="single" base-type="identifier">`+key("nom"), `<qti-hottext-interaction response-identifier="RESPONSE"><p>Le <qti-hottext identifier="nom">chat</qti-hottext> <qti-hottext identifier="h2">dort</qti-hottext>.</p></qti-hottext-interaction>`)),
		"QTI, list in the text": files(item(`cardinality="single" base-type="identifier">`+key("A"), `<p>Le <qti-inline-choice-interaction response-identifier="RESPONSE">`+each("qti-inline-choice", "", "A=chat", "B=chien")+`</qti-inline-choice-interaction>.</p>`),
			item(`cardinality="single" base-type="identifier">`+key("A"), `<p>Le <qti-inline-choice-interaction response-identifier="RESPONSE">`+each("qti-inline-choice", "", "B=chat", "A=chien")+`</qti-inline-choice-interaction>.</p>`)),
		"QTI, areas": files(item(`cardinality="single" base-type="identifier">`+key("right"), `<qti-hotspot-interaction response-identifier="RESPONSE" max-choices="1">`+spots+spot("qti-hotspot-choice", "", "right=10,10", "other=50,50")+`</qti-hotspot-interaction>`),
			item(`cardinality="single" base-type="identifier">`+key("right"), `<qti-hotspot-interaction response-identifier="RESPONSE" max-choices="1">`+spots+spot("qti-hotspot-choice", "", "right=50,50", "other=10,10")+`</qti-hotspot-interaction>`)),
		"QTI, areas in order": files(item(`cardinality="ordered" base-type="identifier">`+key("A", "B", "C"), `<qti-graphic-order-interaction response-identifier="RESPONSE">`+spots+spot("qti-hotspot-choice", "", "A=10,10", "B=50,50", "C=80,20")+`</qti-graphic-order-interaction>`),
			item(`cardinality="ordered" base-type="identifier">`+key("A", "B", "C"), `<qti-graphic-order-interaction response-identifier="RESPONSE">`+spots+spot("qti-hotspot-choice", "", "A=80,20", "B=10,10", "C=50,50")+`</qti-graphic-order-interaction>`)),
		"QTI, areas associated": files(item(`cardinality="multiple" base-type="pair">`+key("A B"), `<qti-graphic-associate-interaction response-identifier="RESPONSE" max-associations="1">`+spots+spot("qti-associable-hotspot", `match-max="1"`, "A=10,10", "B=50,50", "C=80,20")+`</qti-graphic-associate-interaction>`),
			item(`cardinality="multiple" base-type="pair">`+key("A B"), `<qti-graphic-associate-interaction response-identifier="RESPONSE" max-associations="1">`+spots+spot("qti-associable-hotspot", `match-max="1"`, "A=80,20", "B=10,10", "C=50,50")+`</qti-graphic-associate-interaction>`)),
		"QTI, labels on a picture": files(item(`cardinality="multiple" base-type="directedPair">`+key("A Z1", "B Z2"), `<qti-graphic-gap-match-interaction response-identifier="RESPONSE">`+spots+each("qti-gap-text", `match-max="1"`, "A=mer", "B=lac")+spot("qti-associable-hotspot", `match-max="1"`, "Z1=10,10", "Z2=50,50")+`</qti-graphic-gap-match-interaction>`),
			item(`cardinality="multiple" base-type="directedPair">`+key("A Z1", "B Z2"), `<qti-graphic-gap-match-interaction response-identifier="RESPONSE">`+spots+each("qti-gap-text", `match-max="1"`, "A=lac", "B=mer")+spot("qti-associable-hotspot", `match-max="1"`, "Z1=50,50", "Z2=10,10")+`</qti-graphic-gap-match-interaction>`)),
	}
}

// sent is all that is sent of an exercise in graded work: what a program could read of it, and what the page draws.
func sent(t *testing.T, it *qti.Item, seed exos.Seed) string {
	t.Helper()
	s := exos.ConcealedSitting(it, seed)
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	drawn := player.NewSheet(s)
	drawn.T = func(key string, args ...any) string { return fmt.Sprint(append([]any{key}, args...)...) }
	drawn.Icon, drawn.Address = func(string) template.HTML { return "" }, func(sha256 string) string { return "/" + sha256 }
	return string(text) + string(drawn.HTML())
}

// Two exercises that differ only in what is right are the same bytes, whatever names and order their author gave: nobody reads the key from
// what is sent of graded work.
func TestWhatIsRightChangesNoByteOfGradedWork(t *testing.T) {
	t.Parallel()
	for name, twins := range twins(t) {
		for seed := range exos.Seed(12) {
			first := sent(t, twins[0], seed)
			for i, twin := range twins[1:] {
				if twin.Content == twins[0].Content {
					t.Fatalf("%s: the twins take the same for right", name)
				}
				if diff := cmp.Diff(first, sent(t, twin, seed)); diff != "" {
					t.Errorf("%s, twin %d, seed %d:\n%s", name, i+1, seed, diff)
				}
			}
		}
	}
}

// all are the exercises of every source: the workbooks of the demonstration, the vectors in the styles of the world, and the twins.
func all(t *testing.T) []*qti.Item {
	t.Helper()
	workshop, err := workbook.Workshop()
	if err != nil {
		t.Fatal(err)
	}
	var out []*qti.Item
	for _, data := range [][]byte{workshop, storetest.Workbook(t)} {
		m, _, err := qti.Import(data, qti.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m.Items()...)
	}
	for _, v := range qtitest.Read(t) {
		if m, _, err := qti.Import([]byte(v.XML), qti.DefaultLimits()); err == nil {
			out = append(out, m.Items()...)
		}
	}
	for _, twins := range twins(t) {
		out = append(out, twins...)
	}
	return out
}

// dealt is a tree whose things have other names, and another order where none has a meaning.
func dealt(rt *rapid.T, tree render.Tree) render.Tree {
	text, err := json.Marshal(tree)
	if err != nil {
		rt.Fatal(err)
	}
	var out render.Tree
	if err := json.Unmarshal(text, &out); err != nil {
		rt.Fatal(err)
	}
	names := map[string]string{}
	rename := func(id string) string {
		if names[id] == "" {
			names[id] = fmt.Sprintf("id%d-%d", rapid.IntRange(0, 99).Draw(rt, "name"), len(names))
		}
		return names[id]
	}
	var walk func(nodes []render.Node, response string)
	walk = func(nodes []render.Node, response string) {
		for i := range nodes {
			n := &nodes[i]
			if n.Kind == render.KindGap || n.Kind == render.KindHottext {
				n.Ref = rename(response + n.Ref)
			}
			if it := n.Interaction; it != nil {
				for k, list := range [][]render.Choice{it.Choices, it.Targets} {
					for j := range list {
						c := &list[j]
						if c.Label == c.Identifier {
							c.Label = rename(it.Response + c.Identifier)
						}
						c.Identifier = rename(it.Response + c.Identifier)
						walk(c.Nodes, it.Response)
					}
					free := it.Type != render.TypeHottext && (it.Shuffle || slices.Contains(loose[it.Type], k)) && (k == 0 || it.Type != render.TypeGapMatch)
					if free && !slices.ContainsFunc(list, func(c render.Choice) bool { return c.Fixed }) {
						copy(list, rapid.Permutation(list).Draw(rt, "order"))
					}
				}
				walk(it.Prompt, it.Response)
				walk(it.Content, it.Response)
			}
			walk(n.Nodes, response)
		}
	}
	walk(out.Nodes, "")
	return out
}

// loose are the sets (0: choices, 1: targets) in which the author's order is never sent.
var loose = map[render.Type][]int{
	render.TypeOrder: {0}, render.TypeAssociate: {0}, render.TypeGapMatch: {0}, render.TypeGraphicGapMatch: {0, 1}, render.TypeHotspot: {0},
	render.TypeGraphicOrder: {0}, render.TypeGraphicAssociate: {0},
}

// Whatever the interaction and wherever it comes from, other names and another order of its things are the same bytes.
func TestNoNameAndNoOrderOfAnAuthorsIsSentInGradedWork(t *testing.T) {
	t.Parallel()
	types := map[render.Type]bool{}
	for _, it := range all(t) {
		for _, kind := range it.Interactions {
			types[kind] = true
		}
		if twice(it.Tree.Nodes) {
			continue
		}
		rapid.Check(t, func(rt *rapid.T) {
			other := *it
			other.Tree = dealt(rt, it.Tree)
			seed := exos.Seed(rapid.Uint64().Draw(rt, "seed"))
			if diff := cmp.Diff(sent(t, it, seed), sent(t, &other, seed)); diff != "" {
				rt.Fatalf("%s: %s", it.Title, diff)
			}
		})
	}
	for _, kind := range render.AllTypes {
		if !types[kind] {
			t.Errorf("no exercise has %s", kind)
		}
	}
}

// twice reports whether two things of a tree look alike: which is which, nothing but their places says.
func twice(nodes []render.Node) bool {
	_, _, clear := render.Tree{Nodes: nodes}.Asked()
	return !clear
}

// What is answered under aliases comes back as the author says it, and is worth what it was; what is no alias names nothing.
func TestAnAnswerUnderAliasesComesBack(t *testing.T) {
	t.Parallel()
	for _, it := range all(t) {
		for seed := range exos.Seed(3) {
			s := exos.ConcealedSitting(it, seed)
			_, names := it.Conceal(uint64(seed))
			var under, own exos.Answer
			for _, k := range it.Key(uint64(seed)) {
				one := exos.Response{Identifier: names.Response(k.Response)}
				for _, v := range k.Values {
					one.Values = append(one.Values, names.Value(k.Response, v))
				}
				under.Responses, own.Responses = append(under.Responses, one), append(own.Responses, exos.Response{Identifier: k.Response, Values: k.Values})
			}
			event := exos.Event{Exercise: s.Exercise, Version: s.Version, Seed: seed, Kind: exos.Answered}
			var err error
			if event.Payload, err = json.Marshal(under); err != nil {
				t.Fatal(err)
			}
			back := exos.Authored(it, event)
			var got exos.Answer
			if err := json.Unmarshal(back.Payload, &got); err != nil {
				t.Fatal(err)
			}
			if worth(it, seed, got) != worth(it, seed, own) {
				t.Errorf("%s, seed %d: %+v came back as %+v, was %+v", it.Title, seed, under, got, own)
			}
			if back.Version != it.Version || s.Version == it.Version {
				t.Errorf("%s: the version %s comes back as %s", it.Title, s.Version, back.Version)
			}
			// By the author's own names nobody answers: who guesses them, as A for the first, says nothing.
			event.Payload, _ = json.Marshal(own)
			for _, r := range decoded(t, exos.Authored(it, event)).Responses {
				for _, k := range it.Key(uint64(seed)) {
					if r.Identifier == k.Response && len(k.Values) > 0 && !portable(it) {
						t.Errorf("%s: %s is taken by its author's name", it.Title, k.Response)
					}
				}
			}
		}
	}
}

func decoded(t *testing.T, e exos.Event) (a exos.Answer) {
	t.Helper()
	if err := json.Unmarshal(e.Payload, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func portable(it *qti.Item) bool { return slices.Contains(it.Interactions, render.TypePortableCustom) }

func worth(it *qti.Item, seed exos.Seed, a exos.Answer) float64 {
	var sub score.Submission
	for _, r := range a.Responses {
		sub.Responses = append(sub.Responses, score.Response{Identifier: r.Identifier, Values: r.Values})
	}
	return it.Score(uint64(seed), score.State{}, sub).Score
}
