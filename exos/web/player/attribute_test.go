package player_test

import (
	"html/template"
	"strings"
	"testing"

	"pupitre/exos/qti"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
	"pupitre/exos/web/player"
)

// attributeOf is one attribute of the information model, and a value that asks for something else than its absence.
type attributeOf struct{ element, name, value string }

// beside are attributes of the interaction without which another means nothing.
var beside = map[string]string{"fixed": `shuffle="true"`, "data-patternmask-message": `pattern-mask="[0-9]+"`}

// elsewhere are the attributes that change neither what is drawn nor the program, with where they hold.
var elsewhere = map[string]string{
	"associate match-max": "exos: fits", "gap-match match-max": "exos: fits", "match max-associations": "exos: fits", "hottext max-choices": "exos: fits",
	"media loop": "TestMediaBeginAgain",
}

const (
	simple     = `<qti-simple-choice identifier="A" %>a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice><qti-simple-choice identifier="C">c</qti-simple-choice>`
	associable = `<qti-simple-associable-choice identifier="A" match-max="2" %>a</qti-simple-associable-choice><qti-simple-associable-choice identifier="B" match-max="2" match-group="k">b</qti-simple-associable-choice><qti-simple-associable-choice identifier="C" match-max="2">c</qti-simple-associable-choice>`
	picture    = `<object type="image/png" data="p.png" width="100" height="100"/>`
	spots      = `<qti-hotspot-choice identifier="A" shape="circle" coords="10,10,5" hotspot-label="a" %/><qti-hotspot-choice identifier="B" shape="circle" coords="50,50,5" hotspot-label="b"/><qti-hotspot-choice identifier="C" shape="circle" coords="80,80,5" hotspot-label="c"/>`
	linked     = `<qti-associable-hotspot identifier="A" shape="circle" coords="10,10,5" match-max="2" hotspot-label="a" %/><qti-associable-hotspot identifier="B" shape="circle" coords="50,50,5" match-max="2" match-group="k" hotspot-label="b"/><qti-associable-hotspot identifier="C" shape="circle" coords="80,80,5" match-max="2" hotspot-label="c"/>`
)

// inside is what each interaction holds, with a place for an attribute of its choices; and the cardinality and base type of its response.
var inside = map[string][3]string{
	"associate": {associable, "multiple", "pair"}, "choice": {simple, "multiple", "identifier"}, "order": {simple, "ordered", "identifier"},
	"match":             {`<qti-simple-match-set>` + associable + `</qti-simple-match-set><qti-simple-match-set><qti-simple-associable-choice identifier="X" match-max="2" match-group="g">x</qti-simple-associable-choice><qti-simple-associable-choice identifier="Y" match-max="2">y</qti-simple-associable-choice></qti-simple-match-set>`, "multiple", "directedPair"},
	"gap-match":         {`<qti-gap-text identifier="A" match-max="1" %>a</qti-gap-text><qti-gap-text identifier="B" match-max="1" match-group="k">b</qti-gap-text><qti-gap-img identifier="I" match-max="1" @>` + picture + `</qti-gap-img><p>x <qti-gap identifier="G" $/> y <qti-gap identifier="H" match-group="k"/></p>`, "multiple", "directedPair"},
	"hottext":           {`<p>le <qti-hottext identifier="A" %>a</qti-hottext> et <qti-hottext identifier="B">b</qti-hottext> et <qti-hottext identifier="C">c</qti-hottext></p>`, "multiple", "identifier"},
	"inline-choice":     {`<qti-inline-choice identifier="A" %>a</qti-inline-choice><qti-inline-choice identifier="B">b</qti-inline-choice><qti-inline-choice identifier="C">c</qti-inline-choice>`, "single", "identifier"},
	"hotspot":           {picture + spots, "multiple", "identifier"},
	"graphic-order":     {picture + spots, "ordered", "identifier"},
	"graphic-associate": {picture + linked, "multiple", "pair"},
	"graphic-gap-match": {picture + `<qti-gap-img identifier="I" match-max="1" @>` + picture + `</qti-gap-img><qti-gap-text identifier="T" match-max="1">t</qti-gap-text>` + linked, "multiple", "directedPair"},
	"select-point":      {picture, "multiple", "point"}, "position-object": {picture, "multiple", "point"},
	"text-entry": {"", "single", "string"}, "extended-text": {"", "multiple", "string"}, "slider": {"", "single", "float"},
	"media": {`<audio src="a.mp3"/>`, "single", "integer"}, "upload": {"", "single", "file"}, "drawing": {picture, "single", "file"},
	"end-attempt": {"", "single", "boolean"}, "custom": {`<p>x</p>`, "single", "string"}, "portable-custom": {`<qti-interaction-markup><p>x</p></qti-interaction-markup>`, "single", "string"},
}

// given are attributes that an interaction always has here.
var given = map[string]string{
	"slider": `lower-bound="0" upper-bound="10" step="2"`, "end-attempt": `title="Fin"`, "portable-custom": `custom-interaction-type-identifier="urn:x" module="m"`,
}

// model lists the attributes of the information model (QTI 3.0.1 §3.2): those of each interaction, then of its choices (%), its pictures to
// place (@) and its gaps ($).
var model = map[string][]attributeOf{
	"associate":         {{"", "shuffle", "true"}, {"", "max-associations", "2"}, {"", "min-associations", "1"}, {"%", "fixed", "true"}, {"%", "match-max", "1"}, {"%", "match-min", "1"}, {"%", "match-group", "g"}, {"%", "template-identifier", "T"}},
	"choice":            {{"", "shuffle", "true"}, {"", "max-choices", "2"}, {"", "min-choices", "2"}, {"", "orientation", "horizontal"}, {"", "data-max-selections-message", "trop"}, {"", "data-min-selections-message", "peu"}, {"%", "fixed", "true"}, {"%", "template-identifier", "T"}},
	"order":             {{"", "shuffle", "true"}, {"", "max-choices", "2"}, {"", "min-choices", "2"}, {"", "orientation", "horizontal"}, {"%", "fixed", "true"}, {"%", "template-identifier", "T"}},
	"match":             {{"", "shuffle", "true"}, {"", "max-associations", "2"}, {"", "min-associations", "1"}, {"%", "fixed", "true"}, {"%", "match-max", "1"}, {"%", "match-min", "1"}, {"%", "match-group", "h"}},
	"gap-match":         {{"", "shuffle", "true"}, {"", "max-associations", "1"}, {"", "min-associations", "1"}, {"%", "match-max", "2"}, {"%", "match-min", "1"}, {"%", "match-group", "g"}, {"%", "template-identifier", "T"}, {"@", "match-min", "1"}, {"@", "object-label", "nom"}, {"@", "top", "1"}, {"@", "left", "1"}, {"$", "required", "true"}, {"$", "match-group", "h"}},
	"hottext":           {{"", "max-choices", "2"}, {"", "min-choices", "2"}, {"%", "template-identifier", "T"}},
	"inline-choice":     {{"", "shuffle", "true"}, {"", "required", "true"}, {"", "data-prompt", "choisis"}, {"%", "fixed", "true"}, {"%", "template-identifier", "T"}},
	"hotspot":           {{"", "max-choices", "2"}, {"", "min-choices", "2"}, {"%", "template-identifier", "T"}},
	"graphic-order":     {{"", "max-choices", "2"}, {"", "min-choices", "2"}},
	"graphic-associate": {{"", "max-associations", "2"}, {"", "min-associations", "1"}, {"%", "match-max", "1"}, {"%", "match-min", "1"}, {"%", "match-group", "g"}},
	"graphic-gap-match": {{"", "max-associations", "1"}, {"", "min-associations", "1"}, {"@", "match-max", "2"}, {"@", "match-min", "1"}, {"@", "match-group", "g"}, {"@", "object-label", "nom"}, {"@", "top", "1"}, {"@", "left", "1"}, {"%", "match-max", "1"}, {"%", "match-min", "1"}},
	"select-point":      {{"", "max-choices", "2"}, {"", "min-choices", "4"}},
	"position-object":   {{"", "max-choices", "2"}, {"", "min-choices", "4"}, {"", "center-point", "false"}},
	"text-entry":        {{"", "base", "2"}, {"", "string-identifier", "S"}, {"", "expected-length", "20"}, {"", "pattern-mask", "[0-9]{2}"}, {"", "data-patternmask-message", "deux chiffres"}, {"", "placeholder-text", "ici"}, {"", "format", "preformatted"}},
	"extended-text":     {{"", "base", "2"}, {"", "string-identifier", "S"}, {"", "expected-length", "800"}, {"", "expected-lines", "9"}, {"", "max-strings", "3"}, {"", "min-strings", "2"}, {"", "pattern-mask", "[0-9]{2}"}, {"", "placeholder-text", "ici"}, {"", "format", "xhtml"}},
	"slider":            {{"", "lower-bound", "1"}, {"", "upper-bound", "12"}, {"", "step", "1"}, {"", "step-label", "true"}, {"", "orientation", "vertical"}, {"", "reverse", "true"}},
	"media":             {{"", "autostart", "true"}, {"", "min-plays", "1"}, {"", "max-plays", "2"}, {"", "loop", "true"}},
	"upload":            {{"", "type", "image/png"}},
	"drawing":           {},
	"end-attempt":       {{"", "title", "Autre"}, {"", "count-attempt", "false"}},
	"custom":            {},
	"portable-custom":   {{"", "data-x", "1"}},
}

// No attribute of an interaction is silent: it changes what the pupil has on the page, or the program by which answers are judged, or the
// import report names it.
func TestNoAttributeIsSilent(t *testing.T) {
	t.Parallel()
	if len(model) != len(inside) || len(model) != 22 {
		t.Fatalf("%d interactions listed, %d with content", len(model), len(inside))
	}
	for kind, attributes := range model {
		for _, a := range attributes {
			before, after := whole(t, kind, attributeOf{}, beside[a.name]), whole(t, kind, a, beside[a.name])
			_, known := elsewhere[kind+" "+a.name]
			reported := false
			for _, f := range after.report.Findings {
				reported = reported || f.Code == report.AttributeUnfollowed && f.Param("attribute") == a.name || f.Code == report.InteractionLacks
			}
			if differs := after.drawn != before.drawn || after.program != before.program; !differs && !reported && !known {
				t.Errorf("%s: %s%s=%q changes nothing, and nobody says so", kind, a.element, a.name, a.value)
			} else if differs && reported && kind != "portable-custom" {
				t.Errorf("%s: %s%s=%q is followed, and said not to be", kind, a.element, a.name, a.value)
			}
		}
	}
}

type imported struct {
	drawn, program string
	report         *qti.Report
}

// whole imports an exercise of one interaction with one attribute more, and draws it for some pupils.
func whole(t *testing.T, kind string, a attributeOf, beside string) imported {
	t.Helper()
	own, more := given[kind]+" "+beside, map[string]string{}
	put := a.name + `="` + a.value + `"`
	switch {
	case a.name == "":
	case a.element == "":
		own = replaced(own, a.name, put)
	default:
		more[a.element] = put
	}
	content := inside[kind][0]
	for _, mark := range []string{"%", "@", "$"} {
		if at := strings.Index(content, mark); at >= 0 {
			start := strings.LastIndex(content[:at], "<")
			content = content[:start] + replaced(content[start:at], a.nameIf(mark), more[mark]) + content[at+len(mark):]
		}
	}
	tag := "qti-" + kind + "-interaction"
	body := `<` + tag + ` response-identifier="R" ` + own + `>` + content + `</` + tag + `>`
	switch kind {
	case "text-entry", "inline-choice", "end-attempt":
		body = `<p>` + body + `</p>`
	case "position-object":
		body = `<qti-position-object-stage>` + picture + body + `</qti-position-object-stage>`
	}
	data := `<qti-assessment-item identifier="i" title="t" xml:lang="fr"><qti-response-declaration identifier="R" cardinality="` + inside[kind][1] + `" base-type="` + inside[kind][2] + `"/>
		<qti-template-declaration identifier="T" cardinality="single" base-type="identifier"/><qti-item-body>` + body + `</qti-item-body></qti-assessment-item>`
	m, found, err := qti.Import([]byte(data), qti.DefaultLimits())
	if err != nil {
		t.Fatalf("%s %s: %v", kind, a.name, err)
	}
	item, out := m.Items()[0], imported{report: found}
	for seed := range uint64(6) {
		sheet := player.Sheet{
			T: func(key string, args ...any) string { return key }, Icon: func(string) template.HTML { return "" },
			Address: func(sha string) string { return "/f/" + sha }, Tree: item.Present(seed),
		}
		out.drawn += string(sheet.HTML())
	}
	out.program = string(item.Program.Encode())
	return out
}

func (a attributeOf) nameIf(mark string) string {
	if a.element == mark {
		return a.name
	}
	return ""
}

// replaced puts an attribute into a tag, in the place of one of the same name.
func replaced(tag, name, put string) string {
	if name == "" {
		return tag
	}
	if at := strings.Index(tag, name+`="`); at >= 0 {
		end := at + len(name) + 2 + strings.Index(tag[at+len(name)+2:], `"`) + 1
		return tag[:at] + put + tag[end:]
	}
	return tag + " " + put
}

// TestMediaBeginAgain: a sound that its author wants again and again does so; none begins by itself.
func TestMediaBeginAgain(t *testing.T) {
	t.Parallel()
	for _, loop := range []bool{true, false} {
		it := &render.Interaction{Type: render.TypeMedia, Response: "R", Object: &render.Asset{SHA256: "s", Media: "audio/mpeg"}, Play: &render.Play{Loop: loop, Auto: true}}
		html := string(plain(it).HTML())
		if strings.Contains(html, " loop") != loop || strings.Contains(html, "autoplay") {
			t.Errorf("loop %v: %s", loop, html)
		}
	}
}
