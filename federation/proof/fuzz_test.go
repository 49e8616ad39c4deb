package proof_test

import (
	"testing"

	"pupitre/federation"
	"pupitre/federation/proof"
)

// Whatever is at the address of a key set: what is taken of it is public and strong.
func FuzzReadKeys(f *testing.F) {
	for _, seed := range []string{
		`{"keys":[{"kty":"EC","crv":"P-256","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}`,
		`{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}`, `{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}`, `{"keys":null}`, `[]`, `{"keys":[{"kty":"EC","crv":"P-256","x":"","y":""}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		keys, err := proof.ReadKeys(body)
		if err != nil {
			return
		}
		for _, k := range keys {
			if !federation.StrongKey(k) || !k.IsPublic() {
				t.Errorf("%+v", k)
			}
		}
	})
}

// Whatever a program sends as its word: it is read without harm, and believed no more than unread.
func FuzzUnchecked(f *testing.F) {
	f.Add("eyJhbGciOiJub25lIn0.eyJpc3MiOiJsYWJvIn0.")
	f.Add("x.y.z")
	f.Add("")
	f.Fuzz(func(_ *testing.T, token string) { proof.Unchecked(token) })
}
