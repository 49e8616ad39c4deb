package federation_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/journal"
)

func client() federation.Client {
	return federation.Client{ID: "exos", Sector: "publisher-preau", Redirects: []string{"https://exos.example/retour"}, Algorithm: federation.ES256}
}

func TestUnsafeClientsAreNotRegistered(t *testing.T) {
	t.Parallel()
	if err := client().Validate(); err != nil {
		t.Fatal(err)
	}
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*federation.Client){
		"no id":               func(c *federation.Client) { c.ID = "" },
		"no publisher":        func(c *federation.Client) { c.Sector = "" },
		"no address":          func(c *federation.Client) { c.Redirects = nil },
		"no algorithm":        func(c *federation.Client) { c.Algorithm = "" },
		"none":                func(c *federation.Client) { c.Algorithm = "none" },
		"shared secret":       func(c *federation.Client) { c.Algorithm = "HS256" },
		"plain http":          func(c *federation.Client) { c.Redirects = []string{"http://exos.example/retour"} },
		"wildcard":            func(c *federation.Client) { c.Redirects = []string{"https://*.example/retour"} },
		"fragment":            func(c *federation.Client) { c.Redirects = []string{"https://exos.example/retour#x"} },
		"empty fragment":      func(c *federation.Client) { c.Redirects = []string{"https://exos.example/retour#"} },
		"user":                func(c *federation.Client) { c.Redirects = []string{"https://exos.example@evil.example/"} },
		"backslash":           func(c *federation.Client) { c.Redirects = []string{`https://exos.example\@evil.example/`} },
		"script":              func(c *federation.Client) { c.Redirects = []string{"javascript:alert(1)"} },
		"relative":            func(c *federation.Client) { c.Redirects = []string{"/retour"} },
		"loopback lookalike":  func(c *federation.Client) { c.Redirects = []string{"http://localhost.example/retour"} },
		"events in the clear": func(c *federation.Client) { c.EventsURL = "http://exos.example/events" },
		"an unknown proof":    func(c *federation.Client) { c.Proof.Method = "client_secret_jwt" },
		"keys, and no method": func(c *federation.Client) { c.Proof.KeysAt = "https://exos.example/jwks" },
		"keys in the clear": func(c *federation.Client) {
			c.Proof = federation.Proof{Method: federation.ByKey, KeysAt: "http://exos.example/jwks"}
		},
		"a key, but none given": func(c *federation.Client) { c.Proof.Method = federation.ByKey },
		"a weak key": func(c *federation.Client) {
			c.Proof = federation.Proof{Method: federation.ByKey, Keys: []jose.JSONWebKey{{Key: weak.Public(), KeyID: "1"}}}
		},
		"a private key": func(c *federation.Client) {
			c.Proof = federation.Proof{Method: federation.ByKey, Keys: []jose.JSONWebKey{{Key: curve, KeyID: "1"}}}
		},
		"a shared key": func(c *federation.Client) {
			c.Proof = federation.Proof{Method: federation.ByKey, Keys: []jose.JSONWebKey{{Key: []byte("secret"), KeyID: "1"}}}
		},
		"signed by a secret": func(c *federation.Client) {
			c.Proof = federation.Proof{Method: federation.ByKey, KeysAt: "https://exos.example/jwks", Algorithms: []federation.Algorithm{"HS256"}}
		},
		"no certificate": func(c *federation.Client) { c.Proof.Method = federation.ByCertificate },
		"an authority's word": func(c *federation.Client) { // RFC 8705 §2.1: there is none
			c.Proof = federation.Proof{Method: "tls_client_auth", Certificates: []federation.Thumbprint{federation.Thumbprint(strings.Repeat("A", 43))}}
		},
		"half a thumbprint": func(c *federation.Client) {
			c.Proof = federation.Proof{Method: federation.ByCertificate, Certificates: []federation.Thumbprint{"abc"}}
		},
		"bound to no certificate": func(c *federation.Client) {
			c.Proof = federation.Proof{Method: federation.ByKey, KeysAt: "https://exos.example/jwks", Bound: true}
		},
		"logout in the clear": func(c *federation.Client) { c.LogoutURL = "http://exos.example/logout" },
	} {
		c := client()
		spoil(&c)
		if err := c.Validate(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func tool() federation.Client {
	return federation.Client{ID: "labo", Sector: "publisher-preau", Algorithm: federation.RS256, Proof: federation.Proof{Method: federation.ByKey, KeysAt: "https://labo.example/jwks"},
		LTI: &federation.LTI{Login: "https://labo.example/login", Redirects: []string{"https://labo.example/message"}, Deployment: "1",
			Targets: []federation.LTITarget{{Address: "https://labo.example/lti/a?x=1", ARK: "ark:/1"}, {Address: "https://labo.example/lti/b/", ARK: "ark:/2"}}}}
}

func TestUnsafeToolsAreNotRegistered(t *testing.T) {
	t.Parallel()
	if err := tool().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*federation.Client){
		"no login":               func(c *federation.Client) { c.LTI.Login = "" },
		"no target":              func(c *federation.Client) { c.LTI.Targets = nil },
		"no return address":      func(c *federation.Client) { c.LTI.Redirects = nil },
		"no deployment":          func(c *federation.Client) { c.LTI.Deployment = "" },
		"a deployment with room": func(c *federation.Client) { c.LTI.Deployment = "a b" },
		"an endless deployment":  func(c *federation.Client) { c.LTI.Deployment = strings.Repeat("a", 256) },
		"a secret for a key":     func(c *federation.Client) { c.Proof = federation.Proof{} },
		"no algorithm":           func(c *federation.Client) { c.Algorithm = "" },
		"login in the clear":     func(c *federation.Client) { c.LTI.Login = "http://labo.example/login" },
		"message in the clear":   func(c *federation.Client) { c.LTI.Redirects = []string{"http://labo.example/message"} },
		"target in the clear":    func(c *federation.Client) { c.LTI.Targets[0].Address = "http://labo.example/lti/a" },
		"choice in the clear":    func(c *federation.Client) { c.LTI.DeepLinking = "http://labo.example/choose" },
		"a user":                 func(c *federation.Client) { c.LTI.Targets[0].Address = "https://labo.example@mechant.example/" },
		"out of the path":        func(c *federation.Client) { c.LTI.Targets[0].Address = "https://labo.example/lti/../" },
		"a fragment":             func(c *federation.Client) { c.LTI.Targets[0].Address = "https://labo.example/lti#a" },
	} {
		c := tool()
		spoil(&c)
		if err := c.Validate(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestATargetIsNamedExactlyAndCoversWhatIsBelow(t *testing.T) {
	t.Parallel()
	l := tool().LTI
	for ask, want := range map[[2]string]string{
		{"https://labo.example/lti/b/", ""}: "ark:/2", {"", "ark:/1"}: "ark:/1", {"https://labo.example/lti/b", ""}: "", {"https://labo.example/lti/b/x", ""}: "", {"", "ark:/3"}: "", {"", ""}: "",
	} {
		if got, ok := l.Target(ask[0], ask[1]); ok != (want != "") || got.ARK != want {
			t.Errorf("%v: %v, %v", ask, got, ok)
		}
	}
	for address, want := range map[string]string{
		"https://labo.example/lti/a": "ark:/1", "https://labo.example/lti/a?y=2": "ark:/1", "https://labo.example/lti/a/b": "ark:/1", "https://labo.example/lti/b/c?d": "ark:/2",
		"https://labo.example/lti/ab": "", "https://labo.example/lti/a/../c": "", "https://LABO.example/lti/a": "", "https://labo.example:443/lti/a": "", "http://labo.example/lti/a": "", "": "",
	} {
		if got, ok := l.Covers(address); ok != (want != "") || got.ARK != want {
			t.Errorf("%q: %v, %v", address, got, ok)
		}
	}
}

func TestReturnAddressesAreComparedAsStrings(t *testing.T) {
	t.Parallel()
	c := client()
	if !c.Allows("https://exos.example/retour") {
		t.Fatal("the registered address is refused")
	}
	for _, address := range []string{
		"", "https://exos.example/retour/", "https://exos.example/retour?x=1", "https://EXOS.example/retour", "https://exos.example:443/retour",
		"https://exos.example/./retour", "https://exos.example/%72etour", "https://exos.example/retour#", "https://exos.example.evil.example/retour",
		"https://exos.example@evil.example/retour", "http://exos.example/retour", "https://exos.example/retour ", "https://exos.example\\retour",
	} {
		if c.Allows(address) {
			t.Errorf("%q is allowed", address)
		}
	}
}

func TestOnlyTheSecretProvesAClient(t *testing.T) {
	t.Parallel()
	c := client()
	if c.Proves("") {
		t.Error("a client without a secret is proved by none")
	}
	secret := federation.NewToken()
	c.Secret = secret.Hash()
	if !c.Proves(secret) || c.Proves(secret+"x") || c.Proves(federation.Token(c.Secret)) {
		t.Error("the secret alone must prove it")
	}
}

func TestAClientsSecretCannotBeGuessed(t *testing.T) {
	t.Parallel()
	s := &federation.Service{}
	if err := s.Register(t.Context(), journal.System("test"), client(), "a password"); fault.CodeOf(err) != "federation.client.secret" {
		t.Errorf("got %v", err)
	}
}
