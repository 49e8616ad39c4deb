package federation_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/store/storetest/federationtest"
)

// sign signs with both algorithms and returns the kid of each.
func sign(t *testing.T, k *federation.Keyring) map[federation.Algorithm]string {
	t.Helper()
	kids := map[federation.Algorithm]string{}
	set, err := k.Public(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range federation.Algorithms {
		text, err := k.Sign(t.Context(), a, "JWT", map[string]string{"sub": "x"})
		if err != nil {
			t.Fatal(err)
		}
		signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(a)})
		if err != nil {
			t.Fatal(err)
		}
		kids[a] = signed.Signatures[0].Header.KeyID
		keys := set.Key(kids[a])
		if len(keys) != 1 {
			t.Fatalf("%s: the key set holds %d keys of that name", a, len(keys))
		}
		if !keys[0].IsPublic() {
			t.Fatalf("%s: the key set holds a private key", a)
		}
		if _, err := signed.Verify(keys[0]); err != nil {
			t.Error(err)
		}
	}
	return kids
}

func TestEveryNodeSignsWithTheSameKeys(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		// Several nodes start at once on an empty database.
		nodes := make([]*federation.Keyring, 4)
		var all sync.WaitGroup
		for i := range nodes {
			nodes[i] = &federation.Keyring{Store: w.Store.Federation(), IDs: w.IDs, Now: w.Clock.Now}
			all.Go(func() {
				if _, err := nodes[i].Public(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		first := sign(t, nodes[0])
		for _, n := range nodes[1:] {
			if got := sign(t, n); got[federation.ES256] != first[federation.ES256] || got[federation.RS256] != first[federation.RS256] {
				t.Errorf("two nodes sign with %v and %v", first, got)
			}
		}
	})
}

func TestKeysChangeWithoutASignatureThatCannotBeChecked(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		// A client keeps the key set for up to a day; whatever is signed meanwhile must be in the set that it keeps.
		kept, err := w.Keys.Public(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for day := range 200 {
			now := sign(t, w.Keys)
			for a, kid := range now {
				seen[kid] = true
				if len(kept.Key(kid)) != 1 {
					t.Fatalf("day %d: %s signs with a key that yesterday's set does not hold", day, a)
				}
			}
			if kept, err = w.Keys.Public(t.Context()); err != nil {
				t.Fatal(err)
			}
			if len(kept.Keys) > 4 {
				t.Fatalf("day %d: %d keys are shown", day, len(kept.Keys))
			}
			w.Clock.Advance(24 * time.Hour)
		}
		if len(seen) < 6 {
			t.Errorf("in 200 days %d keys signed: they do not change", len(seen))
		}
	})
}

func TestASealedKeyOpensOnlyUnderItsSeal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		seal, err := federation.NewSeal([]byte(strings.Repeat("k", 32)))
		if err != nil {
			t.Fatal(err)
		}
		other, err := federation.NewSeal([]byte(strings.Repeat("j", 32)))
		if err != nil {
			t.Fatal(err)
		}
		with := func(s federation.Seal) *federation.Keyring {
			return &federation.Keyring{Store: w.Store.Federation(), IDs: w.IDs, Now: w.Clock.Now, Seal: s}
		}
		kids := sign(t, with(seal))
		if again := sign(t, with(seal)); again[federation.ES256] != kids[federation.ES256] {
			t.Error("the same seal does not open what it closed")
		}
		for want, s := range map[string]federation.Seal{"federation.seal.missing": {}, "federation.seal.other": other} {
			if _, err := with(s).Public(t.Context()); fault.CodeOf(err) != want {
				t.Errorf("want %s, got %v", want, err)
			}
		}
		if _, err := federation.NewSeal([]byte("short")); !fault.Is(err, fault.Invalid) {
			t.Errorf("a short key: %v", err)
		}
	})
}

// Random secrets begin with any byte, those of our own marks included.
func TestASecretOpensAsItWasClosedWhateverItBeginsWith(t *testing.T) {
	t.Parallel()
	seal, err := federation.NewSeal([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	for first := range 256 {
		secret := append([]byte{byte(first)}, "the rest of it"...)
		for _, s := range []federation.Seal{{}, seal} {
			if got, err := s.Open(s.Close(secret, "name"), "name"); err != nil || !bytes.Equal(got, secret) {
				t.Errorf("%x, %v of %x", got, err, secret)
			}
		}
		if got, err := seal.Open(federation.Seal{}.Close(secret, "name"), "name"); err != nil || !bytes.Equal(got, secret) {
			t.Errorf("kept before there was a Seal: %x, %v of %x", got, err, secret)
		}
	}
}

// What we sign for ourselves is read for what it was signed for, and as it was.
func TestOwnWordsAreReadForTheirUseOnly(t *testing.T) {
	t.Parallel()
	w := federationtest.New(t, dbtest.Engines()[0])
	word, err := w.Keys.Sign(t.Context(), federation.ES256, "one+jwt", map[string]string{"a": "b"})
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.Keys.Sign(t.Context(), federation.RS256, "one+jwt", map[string]string{"a": "b"})
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]string
	if err := w.Keys.Own(t.Context(), "one+jwt", word, &read); err != nil || read["a"] != "b" {
		t.Errorf("%v %v", read, err)
	}
	for name, c := range map[string][2]string{
		"another use": {"other+jwt", word}, "another algorithm": {"one+jwt", other}, "changed": {"one+jwt", word[:len(word)-4] + "AAAA"}, "nothing": {"one+jwt", ""},
	} {
		if err := w.Keys.Own(t.Context(), c[0], c[1], &read); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
