package saml_test

import (
	"net/url"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// launch begins with a site's request, and ends with its answer.
func (h *house) launch(t *testing.T) federationtest.Launch {
	return func(session federation.Token, silently bool) federationtest.Launched {
		t.Helper()
		var change []string
		if silently {
			change = []string{`Version="2.0"`, `Version="2.0" IsPassive="true"`}
		}
		got := h.get(t, session, "/saml/sso?"+redirect(t, "SAMLRequest", h.ask(labo, change...), "", key(labo)))
		if got.To != "" {
			return federationtest.Launched{Asked: got.To}
		}
		r, a := h.read(t, got, nil)
		if !strings.HasSuffix(r.Status.Code.Value, ":Success") {
			if silent := strings.HasSuffix(r.Status.Code.Code.Value, ":NoPassive"); silent != silently {
				t.Errorf("%+v", r.Status)
			}
			return federationtest.Launched{Code: r.Status.Message}
		}
		return federationtest.Launched{UAI: strings.Join(a.attributes()["UAI"], " ")}
	}
}

func TestASitesLaunchGoesByThePlaceThatHasTheRight(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		federationtest.Elsewhere(t, h.World, h.launch(t))
	})
}

// What is asked first comes back to the very request, which is met then.
func TestARequestIsMetAfterThePlaceWasChosen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		h.GiveTwiceElsewhere(t)
		session := h.Arrive(t, "ent-renard")
		asked, err := url.Parse(h.launch(t)(session, false).Asked)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Service.Choose(t.Context(), session, federationtest.Lycee, directory.Librarian); err != nil {
			t.Fatal(err)
		}
		r, a := h.read(t, h.get(t, session, asked.Query().Get("next")), nil)
		if !strings.HasSuffix(r.Status.Code.Value, ":Success") || r.Answers != "_r1" || strings.Join(a.attributes()["PRO"], "") != "National_doc" {
			t.Errorf("%+v %v", r, a.attributes())
		}
	})
}
