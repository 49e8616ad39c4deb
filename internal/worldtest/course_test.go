package worldtest_test

import (
	"encoding/json"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
)

// control is a publisher's test: a part in order, where a right answer leads past an exercise and one is timed, and a part where one goes as
// one likes; with its own mark and words.
const control = `<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="5"/>
	<qti-test-part identifier="P1" navigation-mode="linear" submission-mode="individual">
	<qti-assessment-section identifier="S1" title="Pour commencer" visible="true"><qti-rubric-block use="instructions" view="candidate"><qti-content-body><p>Lis bien chaque question.</p></qti-content-body></qti-rubric-block>
		<qti-assessment-item-ref identifier="a" href="a.xml"><qti-branch-rule target="c"><qti-equal tolerance-mode="exact"><qti-variable identifier="a.SCORE"/><qti-base-value base-type="float">1</qti-base-value></qti-equal></qti-branch-rule></qti-assessment-item-ref>
		<qti-assessment-item-ref identifier="b" href="b.xml"/>
		<qti-assessment-item-ref identifier="c" href="c.xml"><qti-item-session-control allow-skipping="false"/><qti-time-limits max-time="1800"/></qti-assessment-item-ref></qti-assessment-section></qti-test-part>
	<qti-test-part identifier="P2" navigation-mode="nonlinear" submission-mode="simultaneous">
	<qti-assessment-section identifier="S2" title="Pour finir" visible="true"><qti-assessment-item-ref identifier="d" href="d.xml"/><qti-assessment-item-ref identifier="e" href="e.xml"/></qti-assessment-section></qti-test-part>
	<qti-outcome-processing><qti-set-outcome-value identifier="SCORE"><qti-sum><qti-test-variables variable-identifier="SCORE"/></qti-sum></qti-set-outcome-value></qti-outcome-processing>
	<qti-test-feedback identifier="never" outcome-identifier="SCORE" show-hide="hide" access="atEnd" title="Pour la suite"><qti-content-body><p>Relis le chapitre deux.</p></qti-content-body></qti-test-feedback>`

// A publisher's test in a browser: given by a teacher in one box, done by a pupil with and without script.
func TestACourseInABrowser(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t, func(t testing.TB, now func() time.Time) storetest.Stores {
		return &store.Store{DB: dbtest.Engines()[0].Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
	})
	w.Clock.Set(clock.System())
	w.PublishTest(control, "a", "b", "c", "d", "e")
	at := map[string]any{
		"exos": exosPages(t, w), "module": w.Module, "teacher": w.Arrive(storetest.Claims("prof", exos.Teacher), "s1"),
		"pupil": w.Arrive(storetest.Claims("p1", exos.Pupil), "s2"), "other": w.Arrive(storetest.Claims("p2", exos.Pupil), "s3"),
	}
	text, err := json.Marshal(at)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "course")
}
