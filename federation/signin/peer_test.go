package signin_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/federation/signin"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/lemontest"
	"pupitre/store/storetest/federationtest"
)

// hamlet is a broker, and LemonLDAP::NG as its portal.
type hamlet struct {
	*federationtest.World
	Broker string
	Portal *lemontest.Portal
}

func settle(t *testing.T, connect func(w *federationtest.World, portal, broker string) signin.Connector, protocol func(portal, broker string) lemontest.Settings) *hamlet {
	t.Helper()
	portal := lemontest.Reserve(t)
	w := federationtest.New(t, dbtest.Engines()[0])
	w.Clock.Advance(clock.System().Sub(w.Clock.Now())) // the portal has the machine's
	server := httptest.NewUnstartedServer(nil)
	broker := "http://" + server.Listener.Addr().String()
	server.Config.Handler = open(w, broker, connect(w, portal, broker))
	server.Start()
	t.Cleanup(server.Close)
	return &hamlet{w, broker, lemontest.Start(t, portal, 2, protocol(portal, broker),
		lemontest.People("A70", map[string]string{"dwho": "ent-ines", "rtyler": "ent-noe", "msmith": "ent-inconnu"}))}
}

// visitor is a browser that finds both.
func visitor(t *testing.T) *browser { return &browser{t: t, Client: lemontest.Browser(t)} }

// comes signs a person in at the portal, and takes the answer here.
func (h *hamlet) comes(t *testing.T, b *browser, login string) seen {
	t.Helper()
	away, page := h.Portal.SignIn(t, b.Client, b.get(h.Broker+"/connexion?next=/mediacentre").To, login)
	return h.takes(t, b, away, page)
}

// takes brings the portal's answer here: by an address, or by a form that it has the browser post.
func (h *hamlet) takes(t *testing.T, b *browser, away, page string) seen {
	t.Helper()
	if away == "" && strings.Contains(page, "SAMLResponse") {
		action, fields := lemontest.Form(t, page)
		return b.send(http.MethodPost, action, fields)
	}
	if !strings.HasPrefix(away, h.Broker+"/connexion/") {
		t.Fatalf("the portal sends to %q, or shows\n%.3000s", away, page)
	}
	return b.get(away)
}

// tells what every protocol must do with this portal.
func (h *hamlet) tells(t *testing.T) {
	t.Helper()
	b := visitor(t)
	if came := h.comes(t, b, "dwho"); came.To != "/mediacentre" {
		t.Fatalf("the answer: %+v", came)
	}
	if page := b.get(h.Broker + "/mediacentre"); page.Body != string(federationtest.Ines) {
		t.Errorf("the Médiacentre knows %+v", page)
	}
	// A second time the portal asks nothing.
	away, page := h.Portal.Visit(t, b.Client, b.get(h.Broker+"/connexion?next=/mediacentre").To)
	if came := h.takes(t, b, away, page); came.To != "/mediacentre" {
		t.Fatalf("the second time: %+v", came)
	}
	if page := h.comes(t, visitor(t), "msmith"); page.Status != http.StatusForbidden || !strings.Contains(page.Body, "responsable du portail") {
		t.Errorf("somebody who is not provisioned: %+v", page)
	}

	// Signed out here, then there.
	done := b.send(http.MethodPost, h.Broker+"/deconnexion", nil)
	on, _ := strings.CutPrefix(b.get(h.Broker+done.To).Header.Get("Refresh"), "0; url=")
	away, page = h.Portal.Visit(t, b.Client, on)
	if strings.HasPrefix(away, h.Broker+"/connexion/saml/A70/fin?SAMLResponse=") {
		away = h.Broker + b.get(away).To
	}
	if away != h.Broker+"/deconnexion?fait=2" {
		t.Errorf("from %q the portal sends back to %q, or shows\n%.3000s", on, away, page)
	}
	if page := b.get(h.Broker + "/mediacentre"); page.Status != http.StatusUnauthorized {
		t.Errorf("still signed in here: %+v", page)
	}
	if away, page = h.Portal.Visit(t, b.Client, b.get(h.Broker+"/connexion").To); away != "" || strings.Contains(page, "SAMLResponse") {
		t.Errorf("still signed in there: %q", away)
	}
}

func TestLemonLDAPIsAPortalByCAS(t *testing.T) {
	t.Parallel()
	h := settle(t, func(_ *federationtest.World, portal, _ string) signin.Connector {
		return &signin.CAS{Portal: federation.ENT{Project: "A70", Name: "LemonLDAP::NG"}, Base: portal + "/cas", Client: lemontest.Client()}
	}, func(_, broker string) lemontest.Settings { return lemontest.CAS(broker) })
	h.tells(t)

	// Signed out there: it tells us, on the back-channel.
	b, other := visitor(t), visitor(t)
	h.comes(t, b, "dwho")
	h.comes(t, other, "rtyler")
	h.Portal.SignOut(t, b.Client)
	if page := b.get(h.Broker + "/mediacentre"); page.Status != http.StatusUnauthorized {
		t.Errorf("signed out there, and still here: %+v", page)
	}
	if page := other.get(h.Broker + "/mediacentre"); page.Body != string(federationtest.Noe) {
		t.Errorf("another's session: %+v", page)
	}
}

// LemonLDAP::NG 2.16 has no back-channel logout by OpenID Connect (its own discovery says so), so that way is tried with our test's
// issuer only.
func TestLemonLDAPIsAPortalByOpenIDConnect(t *testing.T) {
	t.Parallel()
	settle(t, func(w *federationtest.World, portal, _ string) signin.Connector {
		return &signin.OIDC{Portal: federation.ENT{Project: "A70", Name: "LemonLDAP::NG"}, Issuer: portal, ClientID: "pupitre",
			Secret: "secret", Scope: lemontest.Scope, Client: lemontest.Client(), Now: w.Clock.Now}
	}, func(portal, broker string) lemontest.Settings {
		return lemontest.OIDC(portal, lemontest.RP{ClientID: "pupitre", Secret: "secret", Redirect: broker + "/connexion/oidc/A70", SignedOut: broker + "/deconnexion?fait=2"})
	}).tells(t)
}

func TestLemonLDAPIsAPortalBySAML(t *testing.T) {
	t.Parallel()
	h := settle(t, func(w *federationtest.World, portal, broker string) signin.Connector {
		return &signin.SAML{Portal: federation.ENT{Project: "A70", Name: "LemonLDAP::NG"}, Base: broker, Keys: w.Keys, Now: w.Clock.Now,
			Metadata: signin.FetchMetadata(lemontest.Client(), portal+"/saml/metadata")}
	}, func(_, broker string) lemontest.Settings {
		return lemontest.SAML(newBrowser(t).get(broker + "/connexion/saml/A70/metadata").Body)
	})
	h.tells(t)
	// Signed out there: its page has the browser tell us, in a frame.
	b, other := visitor(t), visitor(t)
	h.comes(t, b, "dwho")
	h.comes(t, other, "rtyler")
	_, page := h.Portal.Visit(t, b.Client, h.Portal.URL+"/?logout=1")
	_, frame, _ := strings.Cut(page, `<iframe src="`)
	frame, _, _ = strings.Cut(frame, `"`)
	back := newBrowser(t).get(html.UnescapeString(frame)) // a frame of another site's: none of our cookies
	if !strings.HasPrefix(back.To, h.Portal.URL+"/saml/singleLogoutReturn?SAMLResponse=") {
		t.Errorf("told by %q we answer %+v", frame, back)
	}
	if page := b.get(h.Broker + "/mediacentre"); page.Status != http.StatusUnauthorized {
		t.Errorf("signed out there, and still here: %+v", page)
	}
	if page := other.get(h.Broker + "/mediacentre"); page.Body != string(federationtest.Noe) {
		t.Errorf("another's session: %+v", page)
	}
}
