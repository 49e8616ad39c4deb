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

// A key that was seen by somebody: a new one signs at once here, within a minute on every node; what the old one signed is refused, the one that was
// to follow it never signs.
func TestARetiredKeyIsBelievedNoMore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		node := w.Node(t)
		sign(t, w.Keys)
		w.Clock.Advance(89 * 24 * time.Hour) // the next one is announced
		old := sign(t, w.Keys)
		before, err := node.Keys.Public(t.Context())
		if err != nil || len(before.Keys) != 4 {
			t.Fatalf("%d keys, %v", len(before.Keys), err)
		}
		certificates, err := w.Keys.Certificates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		word, err := node.Keys.Sign(t.Context(), federation.ES256, "one+jwt", map[string]string{"a": "b"})
		if err != nil {
			t.Fatal(err)
		}
		believed := func(k *federation.Keyring) bool {
			var read map[string]string
			return k.Own(t.Context(), "one+jwt", word, &read) == nil
		}
		if !believed(w.Keys) || !believed(node.Keys) {
			t.Fatal("not believed before")
		}
		for a, want := range map[federation.Algorithm]int{federation.ES256: 2, federation.CertifiedRSA: 1} {
			if retired, err := w.Keys.Retire(t.Context(), federationtest.Tester, a); err != nil || len(retired) != want {
				t.Fatalf("%s: %d retired, %v", a, len(retired), err)
			}
		}
		check := func(where string, k *federation.Keyring) {
			t.Helper()
			if now := sign(t, k); now[federation.ES256] == old[federation.ES256] || now[federation.RS256] != old[federation.RS256] {
				t.Errorf("%s: %v signs, before %v", where, now, old)
			}
			set, err := k.Public(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range before.Keys {
				if gone := len(set.Key(key.KeyID)) == 0; gone != (key.Algorithm == string(federation.ES256)) {
					t.Errorf("%s: a key for %s is gone: %v", where, key.Algorithm, gone)
				}
			}
			if believed(k) {
				t.Errorf("%s: what the old key signed is believed", where)
			}
			now, err := k.Certificates(t.Context())
			if err != nil || len(now) != len(certificates) {
				t.Fatalf("%d certificates, %v", len(now), err)
			}
			same := 0
			for _, c := range certificates {
				for _, n := range now {
					if bytes.Equal(c, n) {
						same++
					}
				}
			}
			if same != len(certificates)-1 {
				t.Errorf("%s: %d certificates of %d are as before", where, same, len(certificates))
			}
		}
		check("here", w.Keys)
		w.Clock.Advance(time.Minute)
		check("on another node", node.Keys)
		w.Clock.Advance(2 * 24 * time.Hour) // when the announced one would have begun
		if now := sign(t, node.Keys)[federation.ES256]; len(before.Key(now)) != 0 {
			t.Error("the key that was announced signs")
		}
	})
}

// Whoever has not the house's seal makes no key for it; what nobody signs with has none to retire.
func TestOnlyWhoOpensTheKeysRetiresThem(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		seal, err := federation.NewSeal([]byte(strings.Repeat("k", 32)))
		if err != nil {
			t.Fatal(err)
		}
		house := &federation.Keyring{Store: w.Store.Federation(), IDs: w.IDs, Now: w.Clock.Now, Seal: seal}
		if retired, err := house.Retire(t.Context(), federationtest.Tester, federation.ES256); err != nil || retired != nil {
			t.Errorf("%v, %v", retired, err)
		}
		kids := sign(t, house)
		if _, err := w.Keys.Retire(t.Context(), federationtest.Tester, federation.ES256); fault.CodeOf(err) != "federation.seal.missing" {
			t.Errorf("without the seal: %v", err)
		}
		keys, err := w.Keys.List(t.Context())
		if err != nil || len(keys) != 2 {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
		if retired, err := house.Retire(t.Context(), federationtest.Tester, federation.ES256); err != nil || len(retired) != 1 || retired[0].ID != kids[federation.ES256] {
			t.Errorf("%v, %v", retired, err)
		}
	})
}
