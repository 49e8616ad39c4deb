package offline_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/offline"
	"pupitre/exos/offline/offlinetest"
	"pupitre/internal/fault"
)

func signer(t *testing.T, id string) (offline.Signer, offline.Keys) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return offline.Signer{ID: id, Private: private}, offline.Keys{id: public}
}

func TestAnEntitlementIsReadAsItWasSigned(t *testing.T) {
	t.Parallel()
	s, keys := signer(t, "k1")
	token, err := s.Sign(given)
	if err != nil {
		t.Fatal(err)
	}
	got, err := keys.Entitlement(token)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(given, got); diff != "" {
		t.Error(diff)
	}
	status := offline.Status{ID: "e1", State: offline.Revoked, Updated: offline.At(noon), Reason: "Ton professeur l’a retiré."}
	token, err = s.SignStatus(status)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := keys.Status(token); err != nil || got != status {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatWeDidNotSignIsNoEntitlement(t *testing.T) {
	t.Parallel()
	s, keys := signer(t, "k1")
	stranger, _ := signer(t, "k1")
	unknown, _ := signer(t, "k2")
	good, _ := s.Sign(given)
	forged, _ := stranger.Sign(given)
	old, _ := unknown.Sign(given)
	status, _ := s.SignStatus(offline.Status{ID: "e1", State: offline.Active})
	parts := strings.Split(good, ".")
	for name, token := range map[string]string{
		"nothing": "", "another key": forged, "a key that is not ours": old, "a status": status,
		"a longer lease": parts[0] + "." + parts[1][:len(parts[1])-4] + "AAAA." + parts[2],
		"no signature":   parts[0] + "." + parts[1] + ".",
		"no algorithm":   "eyJhbGciOiJub25lIiwia2lkIjoiazEifQ." + parts[1] + ".",
	} {
		if _, err := keys.Entitlement(token); !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != "exos.offline.signature" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDeviceKeysAreWhatBrowsersMake(t *testing.T) {
	t.Parallel()
	for _, d := range []*offlinetest.Device{offlinetest.New("a"), offlinetest.NewP256("a")} {
		again, err := offline.ParseKey([]byte(d.Key.String()))
		if err != nil || again.Thumbprint() != d.Key.Thumbprint() {
			t.Errorf("%s: %v", d.Key, err)
		}
		s := d.Sign(offline.ForAct, "text")
		if !again.Verify(s, offline.ForAct) || again.Verify(s, offline.ForRequest) {
			t.Errorf("%s: a signature is for one purpose", d.Key)
		}
		s.Signature[5] ^= 1
		if again.Verify(s, offline.ForAct) {
			t.Errorf("%s: another signature is taken", d.Key)
		}
	}
	// RFC 8037, appendix A.3: the thumbprint of its Ed25519 key.
	k, err := offline.ParseKey([]byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","key_ops":["verify"],"ext":true}`))
	if err != nil || k.Thumbprint() != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("%s, %v", k.Thumbprint(), err)
	}
	for name, text := range map[string]string{
		"nothing":        ``,
		"a private one":  `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}`,
		"too short":      `{"kty":"OKP","crv":"Ed25519","x":"AAAA"}`,
		"not on a curve": `{"kty":"EC","crv":"P-256","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","y":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
		"another curve":  `{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}`,
		"a secret":       `{"kty":"oct","k":"AAAA"}`,
	} {
		if _, err := offline.ParseKey([]byte(text)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
