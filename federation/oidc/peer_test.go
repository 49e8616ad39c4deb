package oidc_test

import (
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
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
	for _, one := range []struct {
		algorithm federation.Algorithm
		method    federation.Method
	}{{federation.ES256, federation.BySecret}, {federation.RS256, federation.BySecret}, {federation.ES256, federation.ByKey}} {
		algorithm := one.algorithm
		t.Run(string(algorithm)+string(one.method), func(t *testing.T) {
			t.Parallel()
			address := apachetest.Reserve(t)
			h := open(t, dbtest.Engines()[0])
			h.Clock.Advance(clock.System().Sub(h.Clock.Now())) // the site has the machine's
			proves := `OIDCProviderTokenEndpointAuth client_secret_basic
				OIDCClientSecret "` + string(federationtest.ExosProof) + `"`
			client := federation.Client{ID: "site", Sector: federationtest.Preau, Name: "Le site",
				Redirects: []string{address + "/prive/retour"}, Algorithm: algorithm, Resource: federationtest.Grammar}
			if one.method == federation.ByKey { // we fetch its keys where it shows them
				h.Provider.Proofs.Client = apachetest.Browser()
				client.Proof = federation.Proof{Method: federation.ByKey, KeysAt: address + "/prive/retour?jwks=rsa"}
				proves = `OIDCPrivateKeyFiles site1#` + keyFile(t) + `
				OIDCPublicKeyFiles site1#` + publicKeyFile(t) + `
				OIDCProviderTokenEndpointAuth private_key_jwt`
			}
			if err := h.Service.Register(t.Context(), federationtest.Tester, client, federationtest.ExosProof); err != nil {
				t.Fatal(err)
			}
			apachetest.Start(t, address, "auth_openidc", `
				OIDCProviderMetadataURL `+h.URL+`/.well-known/openid-configuration
				OIDCClientID site
				`+proves+`
				OIDCRedirectURI `+address+`/prive/retour
				OIDCCryptoPassphrase a-passphrase-of-this-test
				OIDCScope openid
				OIDCPKCEMethod S256
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

// keyFile writes the site's key, publicKeyFile its public half, both as PEM.
func keyFile(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(signingKeys().strong)
	return pemFile(t, "PRIVATE KEY", der, err)
}

func publicKeyFile(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(signingKeys().strong.Public())
	return pemFile(t, "PUBLIC KEY", der, err)
}

func pemFile(t *testing.T, kind string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "site.pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}
