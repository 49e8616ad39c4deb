package signin_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/federation/signin"
	"pupitre/federation/trial"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/xmlsec"
	"pupitre/store/storetest/federationtest"
)

// hostile are a portal's words, as somebody else could send them: answers at our address for them, metadata, and what is read of a CAS
// server. What is encrypted is encrypted for us, as anybody may.
func hostile(t testing.TB) federationtest.Attempts {
	b, attacker := buildBorough(t, dbtest.Engines()[0]), certified(otherKey())
	posts := func(made func(to asked) string) func() func() bool {
		return func() func() bool {
			br := newBrowser(t)
			to := b.begins(br)
			fields := url.Values{"SAMLResponse": {made(to)}, "RelayState": {to.Relay}, "encore": {"1"}}
			return func() bool {
				return isRefused(br.send(http.MethodPost, b.callback(), fields))
			}
		}
	}
	text := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	// What nobody signed is not read, and does not count: so the answer is signed by nobody of worth, and refused when all else is done.
	signed := func(to asked) federationtest.Hostile {
		text := b.answer(t, to, word{key: &attacker})
		return federationtest.Hostile{Brim: 60 << 10, Message: text, Signed: text}
	}
	all := federationtest.Attempts{}
	for name := range signed(asked{ID: "_0123456789abcdef"}).Messages() { // again for each attempt: it answers its own request
		all["answer: "+name] = posts(func(to asked) string { return text(signed(to).Messages()[name]) })
	}
	for _, p := range wraps {
		for _, what := range []string{"assertion", "response"} {
			for _, encrypted := range []bool{false, true} {
				all[fmt.Sprintf("wrapped %s, encrypted %v: %s", what, encrypted, p.name)] = posts(func(to asked) string { return text(b.wrapped(t, to, p, what, encrypted)) })
			}
		}
	}
	for name, w := range b.lies() {
		all["a lie: "+name] = posts(func(to asked) string { return text(b.answer(t, to, w)) })
	}
	all["shown again"] = func() func() bool {
		br := newBrowser(t)
		to := b.begins(br)
		answer := b.answer(t, to, word{})
		if came := b.posts(br, answer, to.Relay); came.To != "/mediacentre" {
			t.Errorf("the honest one: %+v", came)
		}
		return func() bool { return isRefused(b.posts(br, answer, to.Relay)) }
	}
	b.strayFarewells(t, all)
	// Once it is opened it is as dear as what comes in the open; it is shorter, for what is encrypted is written longer.
	closed := federationtest.Hostile{Brim: 30 << 10, Message: `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_x"></saml:Assertion>`}.Messages()
	for _, name := range []string{"elements, wide", "one long attribute", "namespaces", "many names"} {
		all["encrypted: "+name] = posts(func(to asked) string {
			s := b.answer(t, to, word{encrypted: true})
			from, end := strings.Index(s, "<saml:EncryptedAssertion"), strings.Index(s, "</saml:EncryptedAssertion>")+len("</saml:EncryptedAssertion>")
			return text(s[:from] + string(xmlsec.Bytes(b.encrypt(t, element(t, closed[name])))) + s[end:])
		})
	}
	all["encrypted: many"] = posts(func(to asked) string {
		s := b.answer(t, to, word{encrypted: true})
		from, end := strings.Index(s, "<saml:EncryptedAssertion"), strings.Index(s, "</saml:EncryptedAssertion>")+len("</saml:EncryptedAssertion>")
		return text(s[:from] + strings.Repeat(s[from:end], 50<<10/(end-from)) + s[end:])
	})
	all["encrypted: nonsense"] = posts(func(to asked) string {
		s := b.answer(t, to, word{encrypted: true})
		at := strings.LastIndex(s, "<xenc:CipherValue>") + len("<xenc:CipherValue>")
		return text(s[:at] + strings.Repeat("AAAA", 10<<10) + s[strings.LastIndex(s, "</xenc:CipherValue>"):])
	})
	all["deflated: 50 MB"] = posts(func(to asked) string {
		return packed([]byte(b.answer(t, to, word{}) + strings.Repeat(" ", 50<<20)))
	})

	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	metadata := federationtest.Hostile{Message: portalMetadata(), Brim: 1000 << 10}.Messages()
	delete(metadata, "namespaces") // thirty deep is nothing that metadata may not be
	all.With("metadata", metadata, func(text string) func() bool {
		return func() bool { return fault.Is(signin.CheckMetadata([]byte(text), now), fault.Invalid) }
	})
	// Two words, which is known at its end only.
	validation := `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationFailure code="x"/><cas:authenticationSuccess><cas:user>u</cas:user></cas:authenticationSuccess></cas:serviceResponse>`
	return all.With("CAS", federationtest.Hostile{Message: validation, Brim: 60 << 10, Bomb: 50 << 20}.Messages(), func(text string) func() bool {
		return func() bool { return signin.ReadValidation(strings.NewReader(text)) != nil }
	})
}

func isRefused(got seen) bool {
	return got.Status >= http.StatusBadRequest && got.Status < http.StatusInternalServerError
}

// strayFarewells adds words about the end of a session that are not the portal's to us now, by each binding that signs in its own way, and
// one that was heard before.
func (b *borough) strayFarewells(t testing.TB, all federationtest.Attempts) {
	t.Helper()
	portal := certified(rsaKey())
	for name, change := range map[string][]string{
		"a comment in the NameID": {"nom-ent-ines", "nom-<!-- -->ent-ines"},
		"two NameID":              {"<saml:NameID>", "<saml:NameID>x</saml:NameID><saml:NameID>"},
		"another's":               {samlPortal, "https://autre.example"},
		"for another":             {b.callback(), "https://autre.example"},
		"old":                     {b.Clock.Now().UTC().Format(time.RFC3339), "2026-01-01T00:00:00Z"},
	} {
		for _, by := range []string{"redirect", "post"} {
			all["sign-out by "+by+": "+name] = func() func() bool {
				message := ""
				if by == "post" && strings.Contains(change[1], "<!--") { // a signature inside is of what has no comments
					message = strings.Replace(signedFor(t, by, b.farewell(), &portal), change[0], change[1], 1)
				} else {
					message = signedFor(t, by, b.farewell(change...), &portal)
				}
				return func() bool { return isRefused(tells(t, b.Broker, by, message)) }
			}
		}
	}
	all["sign-out by post: SHA-1"] = func() func() bool {
		el := element(t, b.farewell())
		if err := trial.SignBySHA1(portal, el); err != nil {
			t.Fatal(err)
		}
		return func() bool { return isRefused(tells(t, b.Broker, "post", string(xmlsec.Bytes(el)))) }
	}
	for _, by := range []string{"redirect", "post"} {
		all["sign-out by "+by+": shown again"] = func() func() bool {
			message := signedFor(t, by, b.farewell(), &portal)
			if got := tells(t, b.Broker, by, message); isRefused(got) {
				t.Errorf("the honest one: %+v", got)
			}
			return func() bool { return isRefused(tells(t, b.Broker, by, message)) }
		}
	}
}

// Not parallel: what is allocated is weighed.
func TestHostileWordsOfAPortalAreRefusedForLittle(t *testing.T) { hostile(t).AreLight(t) }

// BenchmarkHostile has words of a portal's refused that were made to be dear (goal: the dearest within 50 ms and 50 MB, its sender's part
// included).
func BenchmarkHostile(b *testing.B) { hostile(b).Measure(b) }
