package trial_test

import (
	"testing"

	"pupitre/federation"
	"pupitre/federation/trial"
	"pupitre/internal/apachetest"
)

// What the bench finds of sites that nobody has modified, as they are in the distribution that the test runs on: a record of what they do,
// not a wish. Where a later release is more careful, the line goes.

func TestTheBenchOnModAuthOpenIDC(t *testing.T) {
	t.Parallel()
	address := apachetest.Reserve(t)
	b, base := open(t, federation.Client{
		ID: clientID, Name: "Le site", Redirects: []string{address + "/prive/retour"}, Algorithm: federation.ES256, Resource: trial.Resource,
		LogoutURL: address + "/prive/retour?logout=backchannel",
	})
	apachetest.Start(t, address, "auth_openidc", `
		OIDCProviderMetadataURL `+base+`/.well-known/openid-configuration
		OIDCClientID `+string(clientID)+`
		OIDCClientSecret "`+string(secret)+`"
		OIDCProviderTokenEndpointAuth client_secret_basic
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
	// It drops what UserInfo says of another person and signs people in without attributes, as it may (Core §5.3.2).
	mustFind(t, r, append([]string{"oidc.userinfo (remark)"}, remarks...)...)
	if a := r.Asked; a.Proof != "client_secret_basic" || !a.Attributes || a.Parameters["code_challenge_method"][0] != "S256" {
		t.Errorf("%+v", a)
	}
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
