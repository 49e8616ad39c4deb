package saml_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/federation/saml"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/store/storetest/federationtest"
)

// hostile are messages to the identity provider by either binding, and metadata of a site. A request that is shown twice is not among them:
// it is answered twice, to the same registered address.
func hostile(t testing.TB) federationtest.Attempts {
	h := open(t, dbtest.Engines()[0], leavers()...)
	session := h.Arrive(t, "ent-ines")
	ask := h.ask(labo)
	set := federationtest.Hostile{Message: ask, Signed: embedded(t, ask, key("attacker")), Brim: 60 << 10, Bomb: 50 << 20}
	refused := func(status int) bool {
		return status == http.StatusBadRequest || status == http.StatusForbidden || status == http.StatusRequestEntityTooLarge
	}
	all := federationtest.Attempts{}
	all.With("Redirect", set.Messages(), func(text string) func() bool {
		query := redirect(t, "SAMLRequest", text, "", nil)
		return func() bool { return refused(h.get(t, session, "/saml/sso?"+query).Status) }
	})
	set.Bomb = 0
	all.With("POST", set.Messages(), func(text string) func() bool {
		form := url.Values{"SAMLRequest": {encoded(text)}}
		return func() bool { return refused(h.send(t, session, http.MethodPost, "/saml/slo", form).Status) }
	})
	all.With("POST to sign on", set.Messages(), func(text string) func() bool {
		p := asForm("SAMLRequest", encoded(text))
		return func() bool { return refused(h.postAsk(t, session, "/saml/sso", p).Status) }
	})
	for name, p := range heavyPosts() {
		all["POST to sign on: "+name] = func() func() bool {
			return func() bool { return refused(h.postAsk(t, session, "/saml/sso", p).Status) }
		}
	}
	for name, query := range h.stray(t) {
		all["Redirect, astray: "+name] = func() func() bool {
			return func() bool { return refused(h.get(t, session, "/saml/sso?"+query).Status) }
		}
	}
	for name, p := range h.hostilePosts(t) {
		all["POST to sign on, astray: "+name] = func() func() bool {
			return func() bool { return refused(h.postAsk(t, session, "/saml/sso", p.postedAsk).Status) }
		}
	}
	h.strayFarewells(t, all, refused)
	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	site := `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + labo + `"><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
		strings.Repeat(`<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="`+laboACS+`" index="0"/>`, 9) +
		`</md:SPSSODescriptor></md:EntityDescriptor>`
	metadata := federationtest.Hostile{Message: site, Brim: 1000 << 10}.Messages()
	delete(metadata, "namespaces") // thirty deep is nothing that metadata may not be
	return all.With("metadata", metadata, func(text string) func() bool {
		return func() bool {
			_, err := saml.ReadParty([]byte(text), now)
			return fault.Is(err, fault.Invalid)
		}
	})
}

// strayFarewells adds a site's words about the end of a session: requests, and answers to ours. Nothing is ended, and no site counts as told.
// A request again ends nothing new (TestASiteSignsOut); an answer is taken once.
func (h *house) strayFarewells(t testing.TB, all federationtest.Attempts, refused func(status int) bool) {
	t.Helper()
	lasting, over := h.Arrive(t, "ent-ines"), h.Arrive(t, "ent-ines")
	index := h.enters(t, lasting, labo)
	h.enters(t, over, labo, poste)
	token := h.parts(t, over)
	asked := h.reads(t, h.carries(t, token, "iframe", http.MethodGet, h.frame(t, token, "Le labo"), nil)).ID
	leave := func(change ...string) string { return h.leave(ines.Subject(), index, change...) }
	now := h.Clock.Now().Format(time.RFC3339)
	for name, query := range map[string]string{
		"SHA-1":                   redirectBySHA1(t, "SAMLRequest", leave()),
		"unsigned":                redirect(t, "SAMLRequest", leave(), "", nil),
		"a comment in the NameID": redirect(t, "SAMLRequest", leave(ines.Subject(), ines.Subject()[:9]+"<!-- -->"+ines.Subject()[9:]), "", key(labo)),
		"two NameID":              redirect(t, "SAMLRequest", leave("<saml:NameID>", "<saml:NameID>x</saml:NameID><saml:NameID>"), "", key(labo)),
		"of another":              redirect(t, "SAMLRequest", leave(ines.Subject(), strings.Repeat("0", 64)), "", key(labo)),
		"for another":             redirect(t, "SAMLRequest", leave(h.URL, "https://autre.example"), "", key(labo)),
		"old":                     redirect(t, "SAMLRequest", leave(now, h.Clock.Now().Add(-6*time.Minute).Format(time.RFC3339)), "", key(labo)),
	} {
		all["sign-out: "+name] = func() func() bool {
			return func() bool {
				got := h.get(t, lasting, "/saml/slo?"+query)
				_, err := h.Service.Find(t.Context(), lasting)
				return refused(got.Status) && err == nil
			}
		}
	}
	good := redirect(t, "SAMLResponse", h.done(labo, asked), "", key(labo))
	for name, query := range map[string]string{
		"SHA-1":                   redirectBySHA1(t, "SAMLResponse", h.done(labo, asked)),
		"to a request made up":    redirect(t, "SAMLResponse", h.done(labo, "_"+strings.Repeat("0", 40)), "", key(labo)),
		"another site's, for it":  redirect(t, "SAMLResponse", h.done(poste, asked), "", key(coffre)),
		"shown again":             good,
		"for another":             redirect(t, "SAMLResponse", h.done(labo, asked, h.URL, "https://autre.example"), "", key(labo)),
		"a comment in the Issuer": redirect(t, "SAMLResponse", h.done(labo, asked, labo, labo+"<!-- -->"), "", key(labo)),
	} {
		all["sign-out, answered: "+name] = func() func() bool {
			if query == good {
				h.carries(t, token, "iframe", http.MethodGet, "/saml/slo?"+good, nil)
			}
			before := h.told(t, token)
			return func() bool {
				h.carries(t, token, "iframe", http.MethodGet, "/saml/slo?"+query, nil)
				return h.told(t, token) == before
			}
		}
	}
}

// Not parallel: what is allocated is weighed.
func TestHostileMessagesAreRefusedForLittle(t *testing.T) { hostile(t).AreLight(t) }

// BenchmarkHostile has messages refused that were made to be dear (goal: the dearest within 50 ms and 50 MB, its sender's part
// included). What is timed and weighed is the request as a whole, one at a time.
func BenchmarkHostile(b *testing.B) { hostile(b).Measure(b) }
