package federation_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/federation"
)

func TestNoPseudonymJoinsTwoPublishers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := directory.Secret(rapid.StringMatching(`[0-9a-f]{64}`).Draw(t, "secret"))
		a := federation.Sector(rapid.StringN(1, 30, -1).Draw(t, "sector"))
		b := federation.Sector(rapid.StringN(1, 30, -1).Draw(t, "other sector"))
		if a == b {
			t.Skip()
		}
		p, q := federation.PseudonymOf(secret, a), federation.PseudonymOf(secret, b)
		// No half of either may be a half of the other.
		parts := map[string]bool{}
		for _, s := range []string{p.IDO()[:64], p.IDO()[64:], q.IDO()[:64], q.IDO()[64:], federation.SessionName(secret, a, "s"), federation.SessionName(secret, b, "s")} {
			if parts[s] {
				t.Fatalf("%q and %q share a pseudonym", a, b)
			}
			parts[s] = true
		}
	})
}

func TestPseudonymIsStable(t *testing.T) {
	t.Parallel()
	secret := directory.Secret(strings.Repeat("1", 64))
	p := federation.PseudonymOf(secret, "publisher-preau")
	// Computed apart, with: openssl dgst -sha256 -hmac 111…1
	if got, want := p.Subject(), "eb55037ee3336be90f4cce26da40e54a139012e2aa37f849f6c575d1fedf6a8f"; got != want {
		t.Errorf("sub: got %s, want %s", got, want)
	}
	if got := p.IDO(); len(got) != 128 || got[:64] != p.Subject() {
		t.Errorf("IDO has %d characters and begins %s", len(got), got[:8])
	}
}

func TestSecretsNeverReachALog(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	log := slog.New(slog.NewTextHandler(&out, nil))
	token := federation.NewToken()
	p := federation.PseudonymOf("secret-of-a-person", "publisher-preau")
	attributes := federation.Attributes{{Attribute: federation.PRE, Values: []string{"Inès"}}}
	seal, err := federation.NewSeal([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	log.Info("entered", "token", token, "pseudonym", p, "attributes", attributes, "secret", directory.Secret("secret-of-a-person"),
		"facts", federation.Facts{Name: directory.Name{Given: "Inès"}}, "seal", seal)
	printed := fmt.Sprintf("%v %+v %#v %s", p, p, p, p)
	for _, secret := range []string{string(token), p.Subject(), p.Subject()[:16], "Inès", "secret-of-a-person", "kkkk"} {
		if strings.Contains(out.String(), secret) || strings.Contains(printed, secret) {
			t.Errorf("%q was written: %s %s", secret, out.String(), printed)
		}
	}
}
