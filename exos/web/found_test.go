package web_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"pupitre/exos"
	"pupitre/exos/offline"
	"pupitre/exos/store/storetest"
)

func TestATeacherReadsOfWhatWasAlteredOnADevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	app := w.Lend(w.Pupil("p1"))
	said := app.Sign(offline.ForRequest, map[string]any{"device": app.ID, "found": []map[string]string{{"kind": "right", "what": string(w.Module)}, {"kind": "content", "what": "00ff"}}})
	w.ask("/constats", said, http.StatusNoContent)
	prof := w.as(storetest.Claims("t1", exos.Teacher))
	prof.page("/hors-ligne/eleves", http.StatusOK).says("Un droit hors connexion a été modifié sur l’appareil", "Un contenu a été modifié sur l’appareil")
	said.Text += " "
	var trouble struct{ Code string }
	if err := json.Unmarshal(w.ask("/constats", said, http.StatusForbidden), &trouble); err != nil {
		t.Error(err)
	}
}
