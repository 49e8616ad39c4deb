package qti_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti"
)

// TestTeachersSeeWhatIsAccepted: the list says what the scorer takes, by the exercise's own
// language, tolerances, units and rules; it is tried on the scorer, so it cannot say more.
func TestTeachersSeeWhatIsAccepted(t *testing.T) {
	t.Parallel()
	const (
		match = `<qti-response-processing template="match_correct"/>`
		equal = `<qti-response-processing><qti-response-condition><qti-response-if><qti-equal tolerance-mode="absolute" tolerance="0.1 0.2"><qti-correct identifier="RESPONSE"/><qti-variable identifier="RESPONSE"/></qti-equal>
			<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">1</qti-base-value></qti-set-outcome-value></qti-response-if></qti-response-condition></qti-response-processing>`
	)
	cases := []struct {
		name, lang, base, key, attrs, rules string
		want                                []qti.Written
	}{
		{"a number", "fr", "float", "3.5", "", match, []qti.Written{{Response: "RESPONSE", Forms: []string{"3,5", "3.5"}}}},
		{"a fraction too", "fr", "float", "3.5", `data-tolerance="french fractions"`, match, []qti.Written{{Response: "RESPONSE", Forms: []string{"3,5", "3.5", "7/2"}}}},
		{"thousands, with a unit", "fr", "float", "12000.25", `data-unit="km km."`, match, []qti.Written{{Response: "RESPONSE", Forms: []string{"12\u202f000,25", "12000,25", "12000.25", "12\u202f000,25\u00a0km", "12\u202f000,25\u00a0km."}}}},
		{"below zero", "fr", "integer", "-7", "", match, []qti.Written{{Response: "RESPONSE", Forms: []string{"−7", "-7"}}}},
		{"about a number", "fr", "float", "3.5", "", equal, []qti.Written{{Response: "RESPONSE", Forms: []string{"3,5", "3.5"}, Below: 0.1, Above: 0.2}}},
		{"a number in a text", "fr", "string", "3.5", "", match, []qti.Written{{Response: "RESPONSE", Forms: []string{"3,5", "3.5"}}}},
		{"…in English", "en", "string", "3.5", "", match, []qti.Written{{Response: "RESPONSE", Forms: []string{"3.5"}}}},
		{"an egg", "fr", "string", "l’œuf", "", match, []qti.Written{{Response: "RESPONSE", Forms: []string{"l’œuf", "l'œuf", "l’oeuf"}}}},
		{"an egg to the letter", "fr", "string", "l’œuf", `data-tolerance="none"`, match, []qti.Written{{Response: "RESPONSE", Forms: []string{"l’œuf"}}}},
		{"a capital", "fr-FR", "string", "État", "", match, []qti.Written{{Response: "RESPONSE", Forms: []string{"État", "Etat"}}}},
		{"any case", "fr", "string", "État", `data-tolerance="french case"`, match, []qti.Written{{Response: "RESPONSE", Forms: []string{"État", "Etat", "état", "ÉTAT", "ETAT"}}}},
	}
	for _, c := range cases {
		item := strings.NewReplacer("%L", c.lang, "%B", c.base, "%K", c.key, "%A", c.attrs, "%R", c.rules).Replace(`<qti-assessment-item identifier="i" title="t" xml:lang="%L">
			<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="%B"><qti-correct-response><qti-value>%K</qti-value></qti-correct-response></qti-response-declaration>
			<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/><qti-item-body><p><qti-text-entry-interaction response-identifier="RESPONSE" %A/></p></qti-item-body>%R</qti-assessment-item>`)
		m, _, err := qti.Import([]byte(item), qti.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, m.Items()[0].Written(1)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
