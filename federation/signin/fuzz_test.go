package signin

import (
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4/json"
)

// FuzzValidation: whatever a portal answers, it is read in bounded time and memory, and never as two words at once.
func FuzzValidation(f *testing.F) {
	f.Add(`<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationSuccess><cas:user>u</cas:user><cas:attributes><cas:idEnt>A70</cas:idEnt><cas:GARPersonIdentifiant>x</cas:GARPersonIdentifiant></cas:attributes></cas:authenticationSuccess></cas:serviceResponse>`)
	f.Add(`<serviceResponse xmlns="http://www.yale.edu/tp/cas"><authenticationFailure code="INVALID_TICKET">no</authenticationFailure></serviceResponse>`)
	f.Add(`<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><samlp:SessionIndex>ST-1</samlp:SessionIndex></samlp:LogoutRequest>`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := readValidation(strings.NewReader(text))
		if err != nil && v != (validation{}) {
			t.Errorf("a refused answer says %+v", v)
		}
		if v.failure != "" && v.external != "" {
			t.Errorf("both words: %+v", v)
		}
		if index, err := readLogout(strings.NewReader(text)); err == nil && !isTicket(string(index)) {
			t.Errorf("the index %q is no ticket", index)
		}
	})
}

// FuzzClaims: whatever is signed, nobody is two persons, and only what is all there is a token.
func FuzzClaims(f *testing.F) {
	f.Add(`{"iss":"https://p","aud":["us"],"azp":"us","sub":"s","iat":1764057600,"exp":1764057900,"nonce":"n","sid":"x","idEnt":"A70","GARPersonIdentifiant":"x"}`)
	f.Add(`{"idEnt":"A70","idENT":"B0","GARPersonIdentifiant":["x"]}`)
	f.Add(`{"aud":"us","exp":1e400,"iat":-1,"events":{"http://schemas.openid.net/event/backchannel-logout":{}}}`)
	now := time.Unix(1764057600, 0)
	f.Fuzz(func(t *testing.T, text string) {
		var who identity
		if err := who.read([]byte(text)); err == nil && strings.ContainsAny(who.external+who.project, "\x00\n") {
			t.Errorf("a text with control characters: %+v", who)
		}
		var c claims
		if json.Unmarshal([]byte(text), &c) != nil || c.check("https://p", "us", now) != nil {
			return
		}
		if c.Issuer != "https://p" || len(c.Audience) != 1 || c.Audience[0] != "us" || c.Expires.Time().Add(skew).Before(now) || c.Issued.Time().After(now.Add(skew)) {
			t.Errorf("taken: %s", text)
		}
	})
}
