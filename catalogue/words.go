package catalogue

import (
	"cmp"
	"html"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

// noMarkup lets no element through, nor what is inside a script or a style.
var noMarkup = bluemonday.StrictPolicy()

var blockEnds = strings.NewReplacer("<br>", "\n", "<br/>", "\n", "<br />", "\n", "</p>", "\n\n", "</li>", "\n", "</div>", "\n", "</td>", " ", "</th>", " ", "</tr>", "\n", "</h1>", "\n", "</h2>", "\n", "</h3>", "\n")

// plainText turns a publisher's description, often HTML, into text: paragraphs and lines are kept, everything else goes.
func plainText(s string) string {
	if strings.ContainsAny(s, "<&") {
		s = html.UnescapeString(noMarkup.Sanitize(blockEnds.Replace(s)))
	}
	return tidy(s)
}

// tidy takes away white space around a text and before its line ends, and all but one empty line in a row.
func tidy(s string) string {
	var out []string
	for line := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		line = oneLine(line)
		if line == "" && len(out) > 0 && out[len(out)-1] == "" {
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// oneLine joins the words of a text by single spaces. No-break spaces are the writer's wish and stay.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(c rune) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }), " ")
}

func isTrue(s string) bool { return s == "true" || s == "1" }

// isFrench knows fr, fr-FR, fre, fra, and the addresses that end so.
func isFrench(language string) bool {
	l := strings.ToLower(lastSegment(language))
	return l == "fr" || l == "fre" || l == "fra" || strings.HasPrefix(l, "fr-")
}

// isEnglish knows en, en-GB, eng, and the addresses that end so.
func isEnglish(language string) bool {
	l := strings.ToLower(lastSegment(language))
	return l == "en" || l == "eng" || strings.HasPrefix(l, "en-")
}

// lastSegment is what follows the last slash.
func lastSegment(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }

// conceptSpace is where ScoLOMFR's vocabularies have their entries.
const conceptSpace = "http://data.education.fr/voc/scolomfr/concept/"

// term makes a vocabulary entry of an identifier, address or bare name, and what its notice calls it in French, in English, and besides.
func term(id string, said labels) Term {
	id, said = oneLine(id), labels{oneLine(said.french), oneLine(said.english), oneLine(said.other)}
	if id == "" {
		return Term{Label: cmp.Or(said.french, said.other, said.english), English: said.english}
	}
	name := lastSegment(id)
	if !strings.Contains(id, ":") { // a bare name
		id = conceptSpace + strings.ReplaceAll(id, " ", "_")
	}
	return Term{URI: id, Label: cmp.Or(said.french, said.other, vocabulary[termName(name)].fr, said.english, name), English: said.english}
}

// pedagogical are types of learning resource, LOM's own and one of ScoLOMFR (voc-010), that say how a resource is presented.
var pedagogical = map[string]Presentation{
	"exercise": "ACC", "questionnaire": "ACC", "self assessment": "ACC", "exam": "ACC", "problem statement": "ACC",
	"lecture": "MUL", "simulation": "MUL", "experiment": "MUL", "scolomfr-voc-010-num-025": "MUL",
	"narrative text": "DOC",
}

// presentationOf says how a resource is presented when its notice does not: by its first pedagogical type that tells, else as
// multimedia (« MUL »), which is what the largest part of a catalogue is.
func presentationOf(types []Term) Presentation {
	for _, t := range types {
		if p := pedagogical[termName(t.URI)]; p != "" {
			return p
		}
	}
	return "MUL"
}
