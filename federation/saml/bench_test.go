package saml_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/lemontest"
	"pupitre/store/storetest/federationtest"
)

// BenchmarkFlow is a launch after the sign-in: a link, then the posted assertion with one signature, durable, right checked, access
// journalled, by eight callers at once and by 32 (goal: with RSA-2048 ten times LemonLDAP::NG in the same run, and 30 % of what Go
// signs with it on all processors). The client shares the machine.
func BenchmarkFlow(b *testing.B) {
	var lemon, bare float64
	b.Run("lemonldap", func(b *testing.B) {
		portal := lemontest.Start(b, lemontest.Reserve(b), 20, lemontest.SAML(metadataOf(labo, laboACS)), lemontest.People("A70", map[string]string{"dwho": "ent-ines"}))
		browsers := portal.SignedIn(b, 8)
		lemon = federationtest.Callers(b, len(browsers), func(i int) bool {
			return flow(browsers[i], portal.URL+"/saml/singleSignOn?IDPInitiated=1&sp="+url.QueryEscape(labo), nil)
		})
	})
	b.Run("signature", func(b *testing.B) {
		signer := keys()[labo]
		text := []byte(strings.Repeat("x", 1500))
		bare = federationtest.Callers(b, 8, func(int) bool {
			_, err := signer.SignBytes(text)
			return err == nil
		})
	})
	for _, e := range dbtest.Engines() {
		for _, algorithm := range []federation.Algorithm{federation.RS256, federation.ES256} {
			for _, callers := range []int{8, 32} {
				b.Run(fmt.Sprintf("%s/%s/%d", e.Name, algorithm, callers), func(b *testing.B) {
					h := open(b, e)
					c, err := h.Service.FindClient(b.Context(), "labo")
					if err != nil {
						b.Fatal(err)
					}
					c.Algorithm = algorithm
					if err := h.Service.Register(b.Context(), federationtest.Tester, c, ""); err != nil {
						b.Fatal(err)
					}
					cookie := &http.Cookie{Name: federation.SessionCookie, Value: string(h.Arrive(b, "ent-ines"))}
					link := h.URL + "/saml/start?sp=" + url.QueryEscape(labo)
					rate := federationtest.Callers(b, callers, func(int) bool { return flow(h.client, link, cookie) })
					if lemon > 0 {
						b.ReportMetric(rate/lemon, "x/lemonldap")
					}
					if bare > 0 && algorithm == federation.RS256 {
						b.ReportMetric(100*rate/bare, "%/signature")
					}
				})
			}
		}
	}
}

// flow asks for an assertion by a link, as somebody who is signed in.
func flow(client *http.Client, link string, cookie *http.Cookie) bool {
	req, err := http.NewRequest(http.MethodGet, link, nil)
	if err != nil {
		return false
	}
	if cookie != nil {
		req.AddCookie(cookie)
	}
	res, err := client.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return err == nil && strings.Contains(string(text), "SAMLResponse")
}

// metadataOf is a site that signs nothing.
func metadataOf(entity, consumer string) string {
	return `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + entity + `"><SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
		`<AssertionConsumerService isDefault="true" index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="` + consumer + `"/></SPSSODescriptor></EntityDescriptor>`
}
