package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/apachetest"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// A publisher's site behind mod_auth_openidc, unmodified: it finds everything by discovery, proves itself, checks our signature by our
// published keys, asks for the attributes, and sees the pseudonym.
func TestModAuthOpenIDC(t *testing.T) {
	t.Parallel()
	for _, algorithm := range federation.Algorithms {
		t.Run(string(algorithm), func(t *testing.T) {
			t.Parallel()
			address := apachetest.Reserve(t)
			h := open(t, dbtest.Engines()[0])
			h.Clock.Advance(clock.System().Sub(h.Clock.Now())) // the site has the machine's
			if err := h.Service.Register(t.Context(), federationtest.Tester, federation.Client{ID: "site", Sector: federationtest.Preau, Name: "Le site",
				Redirects: []string{address + "/prive/retour"}, Algorithm: algorithm, Resource: federationtest.Grammar}, federationtest.ExosProof); err != nil {
				t.Fatal(err)
			}
			apachetest.Start(t, address, "auth_openidc", `
				OIDCProviderMetadataURL `+h.URL+`/.well-known/openid-configuration
				OIDCClientID site
				OIDCClientSecret "`+string(federationtest.ExosProof)+`"
				OIDCRedirectURI `+address+`/prive/retour
				OIDCCryptoPassphrase a-passphrase-of-this-test
				OIDCScope openid
				OIDCPKCEMethod S256
				OIDCProviderTokenEndpointAuth client_secret_basic
				OIDCRemoteUserClaim sub
				<Location /prive/>
					AuthType openid-connect
					Require valid-user
					Header set X-User "expr=%{REMOTE_USER}"
					Header echo ^OIDC.CLAIM
				</Location>`)
			browser := apachetest.Browser()
			session := h.Arrive(t, "ent-ines")

			sent, body := apachetest.Get(t, browser, address+"/prive/index.html")
			to, err := url.Parse(sent.Header.Get("Location"))
			if err != nil || sent.StatusCode != http.StatusFound || !strings.HasPrefix(to.String(), h.URL+"/oidc/authorize?") || to.Query().Get("code_challenge_method") != "S256" {
				t.Fatalf("%d %s %s", sent.StatusCode, to, body)
			}
			back, _ := apachetest.Get(t, browser, to.String(), &http.Cookie{Name: federation.SessionCookie, Value: string(session)})
			entered, body := apachetest.Get(t, browser, back.Header.Get("Location"), sent.Cookies()...)
			if entered.StatusCode != http.StatusFound {
				t.Fatalf("%d %s", entered.StatusCode, body)
			}
			page, body := apachetest.Get(t, browser, entered.Header.Get("Location"), entered.Cookies()...)
			ines := federation.PseudonymOf(directory.Secret(strings.Repeat("1", 64)), federationtest.Preau)
			if page.StatusCode != http.StatusOK || body != "entered" || page.Header.Get("X-User") != ines.Subject() {
				t.Errorf("%d %q %v", page.StatusCode, body, page.Header)
			}
			claims := map[string]string{}
			for name := range page.Header {
				claims[strings.ToUpper(name)] = page.Header.Get(name)
			}
			if claims["OIDC_CLAIM_PRE"] != "Inès" || claims["OIDC_CLAIM_IDO"] != ines.IDO() || claims["OIDC_CLAIM_ISS"] != h.URL {
				t.Errorf("%v", claims)
			}
		})
	}
}
