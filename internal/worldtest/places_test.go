package worldtest_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/internal/worldtest"
)

// portalLink is the link that portals keep (« /domaineGar »).
func portalLink(w *worldtest.World, uai, ark string) string {
	b64 := base64.StdEncoding
	return w.Broker + "/domaineGar?idENT=" + b64.EncodeToString([]byte("A70")) + "&idEtab=" + b64.EncodeToString([]byte(uai)) + "&idRessource=" + url.QueryEscape(ark)
}

// Odile Tran looks after the books of both schools; the encyclopaedia was given to the collège.
func TestAPortalsLinkOpensAtTheSchoolThatItNames(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		const encyclopaedia = "ark:/99999/lanterne-encyclopedie"
		odile := worldtest.NewVisitor()
		odile.SignIn(t, w.Broker+"/mon-journal", "odile.tran")
		for range 2 { // from wherever she is now, and back
			if page := odile.Get(t, portalLink(w, theirUAI, encyclopaedia)); page.Status != http.StatusForbidden {
				t.Errorf("at the lycée: status %d at %s: %s", page.Status, page.At, page.Words())
			}
			if page := odile.Get(t, portalLink(w, ourUAI, encyclopaedia)); page.Status != http.StatusOK || !strings.HasPrefix(page.At.String(), w.Publisher) {
				t.Errorf("at the collège: status %d at %s: %s", page.Status, page.At, page.Words())
			}
		}
		if page := odile.Get(t, portalLink(w, "0990001N", encyclopaedia)); page.Status == http.StatusOK || page.Status >= 500 {
			t.Errorf("at a school that is not hers: status %d: %s", page.Status, page.Words())
		}
	})
}

// At the lycée, which has not given it, Odile opens the encyclopaedia at the publisher's own site: she enters by the collège, is told so, and
// is at the lycée still.
func TestAPublishersLinkGoesByTheSchoolThatGaveTheResource(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		const encyclopaedia = "ark:/99999/lanterne-encyclopedie"
		odile := worldtest.NewVisitor()
		odile.SignIn(t, w.Broker+"/mon-journal", "odile.tran")
		odile.Get(t, portalLink(w, theirUAI, encyclopaedia)) // moves her there
		page := odile.Get(t, w.Publisher+"/ouvrir?ark="+url.QueryEscape(encyclopaedia))
		if page.Status != http.StatusOK || page.At.Path != "/recu" || !strings.Contains(page.Words(), ourUAI) || strings.Contains(page.Words(), theirUAI) {
			t.Errorf("status %d at %s: %s", page.Status, page.At, page.Words())
		}
		if page := odile.Get(t, w.Broker+"/mon-journal"); !strings.Contains(page.Words(), "Établissement : Collège") {
			t.Errorf("her journal: %s", page.Words())
		}
		if page := odile.Get(t, portalLink(w, "", encyclopaedia)); page.Status != http.StatusForbidden {
			t.Errorf("from the Médiacentre of the lycée: status %d at %s", page.Status, page.At)
		}
	})
}
