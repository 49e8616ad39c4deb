package signin

import (
	"strings"
	"testing"
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
