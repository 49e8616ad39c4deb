package worldtest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/internal/worldtest"
)

// Nadia Aubry suggests a workbook for two of her classes; Claire Vasseur accepts one of them; Inès, who is in it, has the workbook; Nadia
// reads the answer. All of it without script.
func TestATeacherSuggestsAndTheManagerAcceptsAPart(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		const workbook = "Le labo de grammaire 5e"
		ines, nadia, claire := worldtest.NewVisitor(), worldtest.NewVisitor(), worldtest.NewVisitor()
		if desk := ines.SignIn(t, w.Broker+"/mediacentre", "ines.marchal"); desk.Says(workbook) {
			t.Fatalf("Inès has the workbook before anybody gave it: %s", desk.Words())
		}

		mine := nadia.SignIn(t, w.Broker+"/mediacentre", "nadia.aubry").Follow(t, "Suggestions")
		form := nadia.Get(t, mine.LinkNamed(t, "Suggérer "+workbook))
		boxes := form.Box(t, "5e B")
		boxes["classe"] = append(boxes["classe"], form.Box(t, "6e A")["classe"]...)
		boxes["mot"] = []string{"Pour la séquence sur les accords."}
		sent := form.Press(t, "Envoyer la suggestion", boxes)
		if sent.Status != http.StatusOK || !sent.Says("Mme Vasseur la verra dans la console.") || !sent.Says("Attend une réponse") {
			t.Fatalf("status %d at %s: %s", sent.Status, sent.At, sent.Words())
		}

		console := claire.SignIn(t, w.Broker+"/affectation/"+ourUAI+"/suggestions", "claire.vasseur")
		if !console.Says("Pour la séquence sur les accords.") || !console.Says("Mme Aubry") || !console.Says("Suggestions 1") {
			t.Errorf("the manager reads: %s", console.Words())
		}
		box := url.Values{}
		for name, values := range console.Box(t, "5e B") {
			box[name] = values
		}
		plan := console.Press(t, "Voir le plan", box)
		if !plan.Says("est laissé de côté") {
			t.Errorf("the plan says: %s", plan.Words())
		}
		done := plan.Press(t, "Attribuer", url.Values{"mot": {"La 6e A l’aura en janvier."}})
		if done.Status != http.StatusOK || !strings.HasSuffix(done.At.Path, "/suggestions") || !done.Says("La suggestion est acceptée") {
			t.Fatalf("status %d at %s: %s", done.Status, done.At, done.Words())
		}

		if desk := ines.Get(t, w.Broker+"/mediacentre"); !desk.Says(workbook) {
			t.Errorf("Inès reads: %s", desk.Words())
		}
		if answer := nadia.Get(t, w.Broker+"/suggestions"); !answer.Says("Acceptée en partie : 5e B") || !answer.Says("La 6e A l’aura en janvier.") {
			t.Errorf("Nadia reads: %s", answer.Words())
		}
		if again := plan.Press(t, "Attribuer", nil); !again.Says("Une de ces suggestions n’attend plus") {
			t.Errorf("accepted twice: %s", again.Words())
		}
	})
}
