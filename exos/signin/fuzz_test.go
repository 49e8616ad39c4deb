package signin_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"pupitre/exos/signin"
	"pupitre/internal/fault"
)

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func FuzzRights(f *testing.F) {
	f.Add(`{"rights":[{"ark":"ark:/1/a","title":"A","start":"2026-09-01","end":"2027-08-31","status":"open","why":"x"}]}`)
	f.Add(`{"rights":[{"ark":"ark:/1/a","end":"2027-08-31T23:59:59.000+02:00","status":"ended"}]}`)
	f.Add(`{"rights":null}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, text string) {
		rights, err := signin.ReadRights([]byte(text), "0991234D")
		if err != nil && (len(rights) > 0 || !fault.Is(err, fault.Unavailable)) {
			t.Errorf("%d rights with %v", len(rights), err)
		}
		for _, r := range rights {
			if r.ARK == "" || !r.End.IsZero() && r.Closes.IsZero() || !r.Start.IsZero() && r.Opens.IsZero() {
				t.Errorf("%+v", r)
			}
		}
	})
}

func FuzzSecurityEvent(f *testing.F) {
	f.Add(`{"iss":"i","aud":"c","jti":"1","iat":1795420800,"sub":"x","events":{"https://a/rights-changed":{}}}`)
	f.Add(`{"iss":"i","aud":["b","c"],"jti":"1","iat":1795420800,"sub_id":{"format":"complex","session":{"id":"s"}},"events":{"session-revoked":{}}}`)
	f.Add(`{"iss":"i","aud":"c","jti":"1","iat":1e300,"events":{}}`)
	f.Fuzz(func(t *testing.T, payload string) {
		notices, err := signin.ReadEvent(monday, []byte(payload))
		for _, n := range notices {
			if err != nil || n.ID == "" || n.Issuer != "i" || n.Subject == "" && n.Upstream == "" {
				t.Errorf("%+v, %v", n, err)
			}
		}
	})
}

func FuzzState(f *testing.F) {
	f.Add("")
	f.Add("AAAA")
	f.Add("eyJuIjoieCJ9")
	f.Fuzz(func(t *testing.T, state string) {
		r := httptest.NewRequest("GET", "/connexion/retour", nil)
		r.Header.Set("Cookie", "exos-entree=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
		if err := signin.ReadState(r, monday, state); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q was taken: %v", state, err)
		}
	})
}
