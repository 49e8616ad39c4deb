package trial_test

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/federation/trial"
	"pupitre/internal/apachetest"
)

// What the bench finds of sites that nobody has modified, as they are in the distribution that the test runs on: a record of what they do,
// not a wish. Where a later release is more careful, the line goes.

func TestTheBenchOnModAuthOpenIDC(t *testing.T) {
	t.Parallel()
	for _, method := range []federation.Method{federation.BySecret, federation.ByKey} {
		t.Run(string(method), func(t *testing.T) {
			t.Parallel()
			address := apachetest.Reserve(t)
			client := federation.Client{
				ID: clientID, Name: "Le site", Redirects: []string{address + "/prive/retour"}, Algorithm: federation.ES256, Resource: trial.Resource,
				LogoutURL: address + "/prive/retour?logout=backchannel",
			}
			proves, proof := `OIDCProviderTokenEndpointAuth client_secret_basic
				OIDCClientSecret "`+string(secret)+`"`, "client_secret_basic"
			// It drops what UserInfo says of another person and signs people in without attributes, as it may (Core §5.3.2).
			want := append([]string{"oidc.userinfo (remark)"}, remarks...)
			if method == federation.ByKey {
				client.Proof = federation.Proof{Method: method, KeysAt: address + "/prive/retour?jwks=rsa"}
				files := siteFiles(t)
				proves, proof = `OIDCPrivateKeyFiles site1#`+files+`/sp.key
				OIDCPublicKeyFiles site1#`+files+`/sp.pub
				OIDCProviderTokenEndpointAuth private_key_jwt`, "private_key_jwt"
				want = []string{"oidc.userinfo (remark)", "oidc.events (remark)"}
			}
			b, base := open(t, client, func(s *trial.Settings) {
				if method == federation.ByKey {
					s.Secret = ""
				}
			})
			apachetest.Start(t, address, "auth_openidc", `
				OIDCProviderMetadataURL `+base+`/.well-known/openid-configuration
				OIDCClientID `+string(clientID)+`
				`+proves+`
				OIDCRedirectURI `+address+`/prive/retour
				OIDCCryptoPassphrase a-passphrase-of-this-test
				OIDCScope openid
				OIDCPKCEMethod S256
				OIDCRemoteUserClaim sub
				<Location /prive/>
					AuthType openid-connect
					Require valid-user
				</Location>`)
			r := try(t, b, address+"/prive/index.html")
			mustFind(t, r, want...)
			if a := r.Asked; a.Proof != proof || !a.Attributes || a.Parameters["code_challenge_method"][0] != "S256" {
				t.Errorf("%+v", a)
			}
		})
	}
}

// siteFiles are the site's key, its public half and its certificate, as PEM.
func siteFiles(t *testing.T) (dir string) {
	t.Helper()
	private, err := x509.MarshalPKCS8PrivateKey(siteKey().Signer)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(siteKey().Public())
	if err != nil {
		t.Fatal(err)
	}
	return apachetest.Files(t, map[string]string{
		"sp.key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
		"sp.pub": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})),
		"sp.pem": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: siteKey().Certificate})),
	})
}

func TestTheBenchOnModAuthCAS(t *testing.T) {
	t.Parallel()
	address := apachetest.Reserve(t)
	b, base := open(t, federation.Client{ID: clientID, Name: "Le site", Services: []federation.CASService{{Prefix: address + "/prive/"}}})
	apachetest.Start(t, address, "auth_cas", `
		CASLoginURL `+base+`/cas/login
		CASValidateURL `+base+`/cas/p3/serviceValidate
		CASVersion 2
		CASCookiePath DIR/sessions/
		CASSSOEnabled On
		<Location /prive/>
			AuthType CAS
			Require valid-user
			CASScope /prive/
			Header set X-User "expr=%{REMOTE_USER}"
		</Location>`)
	r := try(t, b, address+"/prive/index.html")
	// Of two users it takes one. It reads a name whole across a comment, and never goes for an entity.
	mustFind(t, r, "cas.two (remark)")
	if outcome(r, "cas.comment") != trial.Passed || outcome(r, "cas.entity") != trial.Passed {
		t.Errorf("%+v", r.Findings)
	}
}

func TestTheBenchOnModAuthMellon(t *testing.T) {
	t.Parallel()
	address := apachetest.Reserve(t)
	party := &federation.SAMLParty{
		EntityID: address + "/mellon/metadata", Signed: federation.SignAssertion, SignsAsks: true, Signing: [][]byte{siteKey().Certificate},
		Consumers: []federation.SAMLEndpoint{{Binding: federation.SAMLPost, Location: address + "/mellon/postResponse"}},
		Logouts:   []federation.SAMLEndpoint{{Binding: federation.SAMLSOAP, Location: address + "/mellon/logout"}},
		Transient: true,
	}
	b, base := open(t, federation.Client{ID: clientID, Name: "Le site", Algorithm: federation.RS256, Resource: trial.Resource, SAML: party})
	metadata, err := fetch(t.Context(), base+"/saml/metadata")
	if err != nil {
		t.Fatal(err)
	}
	files, metadataFile := siteFiles(t), apachetest.Files(t, map[string]string{"idp.xml": string(metadata)})
	apachetest.Start(t, address, "auth_mellon", strings.ReplaceAll(`
				<Location />
					MellonSPPrivateKeyFile FILES/sp.key
					MellonSPCertFile FILES/sp.pem
					MellonIdPMetadataFile `+metadataFile+`/idp.xml
					MellonEndpointPath /mellon
					MellonSubjectConfirmationDataAddressCheck Off
					MellonSecureCookie Off
					MellonSignatureMethod rsa-sha256
				</Location>
				<Location /prive/>
					AuthType Mellon
					MellonEnable auth
					MellonUser NAME_ID
					Require valid-user
					Header set X-User "expr=%{REMOTE_USER}"
				</Location>`, "FILES", files))
	// It compares InResponseTo with nothing but the response's own, takes SHA-1, and hears a logout that nobody signed. Without its cookie
	// it takes nothing, so that nobody is signed in unasked.
	mustFind(t, try(t, b, address+"/prive/index.html"),
		"saml.answers", "saml.sha1", "saml.logout.unsigned", "saml.unsolicited (remark)", "saml.encrypted (remark)")
}
