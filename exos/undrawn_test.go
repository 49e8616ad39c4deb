package exos_test

import (
	"slices"
	"testing"

	"pupitre/exos"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// A package is told which of its interactions a pupil could not answer on our page, once for each exercise; what the page draws is not named.
func TestImportSaysWhatThePageDoesNotDraw(t *testing.T) {
	t.Parallel()
	item := []byte(`<qti-assessment-item identifier="i" title="t" xml:lang="fr"><qti-response-declaration identifier="R" cardinality="single" base-type="identifier"/><qti-response-declaration identifier="T" cardinality="single" base-type="string"/>
		<qti-item-body><qti-hotspot-interaction response-identifier="R"><qti-prompt>Où ?</qti-prompt><qti-hotspot-choice identifier="A" shape="circle" coords="1,1,1" hotspot-label="ici"/></qti-hotspot-interaction><p><qti-text-entry-interaction response-identifier="T"/></p></qti-item-body></qti-assessment-item>`)
	s := &exos.Service{Draws: func(t render.Type) bool { return t == render.TypeTextEntry }}
	_, found, err := s.CheckModule(exos.Package{Data: item})
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, f := range found.Findings {
		if f.Code == report.InteractionUndrawn {
			said = append(said, f.Severity.String()+" "+f.Param("interaction")+" "+f.Item)
		}
	}
	if want := []string{"aside hotspot i"}; !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
}
