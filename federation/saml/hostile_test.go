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

// hostile are messages to the identity provider by either binding, and metadata of a site.
func hostile(t testing.TB) federationtest.Attempts {
	h := open(t, dbtest.Engines()[0])
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

// Not parallel: what is allocated is weighed.
func TestHostileMessagesAreRefusedForLittle(t *testing.T) { hostile(t).AreLight(t) }

// BenchmarkHostile has messages refused that were made to be dear (goal: the dearest within 50 ms and 50 MB, its sender's part
// included). What is timed and weighed is the request as a whole, one at a time.
func BenchmarkHostile(b *testing.B) { hostile(b).Measure(b) }
