package federation_test

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pupitre/federation"
)

var (
	dated = regexp.MustCompile(`^(ST-)?[0-9a-f]{14}-[0-9a-f]{64}$`)
	plain = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func TestHashesOfDatedTokensSortByTheirMoment(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		micros := rapid.SliceOfN(rapid.Int64Range(0, 1<<55), 2, 20).Draw(t, "moments")
		slices.Sort(micros)
		var last federation.Hash
		for _, m := range micros {
			at := time.UnixMicro(m)
			kind := rapid.SampledFrom([]string{"", "ST-"}).Draw(t, "kind")
			token := federation.NewDated(kind, at)
			if !dated.MatchString(string(token)) || !strings.HasPrefix(string(token), kind) {
				t.Fatalf("token %q", string(token))
			}
			hash, moment := token.Hash(), federation.Moment(at)
			if !strings.HasPrefix(string(hash), string(moment)) || hash <= moment {
				t.Fatalf("%s is not after %s", hash, moment)
			}
			if last != "" && hash[:14] < last[:14] {
				t.Fatalf("%s came after %s", last, hash)
			}
			last = hash
		}
	})
}

// ASVS 5.0 §11.5.1: a secret has 128 random bits at least. What counts is how many bits of it are ever both, from one secret to the next:
// length alone could be filled up.
func TestSecretsHave128RandomBitsAtLeast(t *testing.T) {
	t.Parallel()
	const secrets = 200
	at := time.UnixMicro(1_800_000_000_000_000)
	for name, bits := range map[string]func() ([]byte, error){
		"NewToken": func() ([]byte, error) { return base64.RawURLEncoding.DecodeString(string(federation.NewToken())) },
		"NewDated": func() ([]byte, error) {
			_, random, _ := strings.Cut(strings.TrimPrefix(string(federation.NewDated("ST-", at)), "ST-"), "-")
			return hex.DecodeString(random)
		},
	} {
		var ones []int // of each bit, in how many secrets it is set
		for range secrets {
			secret, err := bits()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for len(ones) < 8*len(secret) {
				ones = append(ones, 0)
			}
			for i := range 8 * len(secret) {
				ones[i] += int(secret[i/8]>>(i%8)) & 1
			}
		}
		random := 0
		for _, n := range ones {
			if n > secrets/5 && n < secrets-secrets/5 { // a fair bit is beyond once in 10^17
				random++
			}
		}
		if random < 128 {
			t.Errorf("%s: %d random bits", name, random)
		}
	}
}

// Whatever a stranger shows has one hash, and shares it with nothing else; the moment that it says changes the rest.
func TestAHashIsOfTheWholeToken(t *testing.T) {
	t.Parallel()
	at := time.UnixMicro(1_800_000_000_000_000)
	token := string(federation.NewDated("ST-", at))
	seen := map[federation.Hash]string{}
	for _, shown := range []string{
		token, strings.TrimPrefix(token, "ST-"), "PT-" + strings.TrimPrefix(token, "ST-"), token + "0", token[:len(token)-1],
		strings.Replace(token, string(federation.Moment(at)), string(federation.Moment(at.Add(time.Microsecond))), 1),
		"", "-", "ST-", "ST", string(federation.Moment(at)), string(federation.Moment(at)) + "-", "ST-none",
		strings.ToUpper(token), string(federation.NewToken()),
	} {
		hash := federation.Token(shown).Hash()
		if other, twice := seen[hash]; twice {
			t.Errorf("%q and %q have one hash", shown, other)
		}
		seen[hash] = shown
		if rest := hash[max(0, len(hash)-64):]; !plain.MatchString(string(rest)) {
			t.Errorf("%q: %s", shown, hash)
		}
	}
	if hash := federation.NewToken().Hash(); !plain.MatchString(string(hash)) {
		t.Errorf("a token that says no moment: %s", hash)
	}
}
