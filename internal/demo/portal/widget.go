package portal

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"time"
)

// Widget is a frame of another site in the portal's first page. Its address is made here, on the portal's server, for who is signed in.
type Widget struct {
	Base string // the other site, without a slash at the end
	Key  string // shared with it: at least 32 bytes
}

// Link returns the address of the frame for one person and one showing: a JWT signed with HMAC-SHA-256 (RFC 7515, RFC 7519), good for a minute.
// id is new every time.
func (w Widget) Link(project, external, uai, id string, now time.Time) string {
	claims, _ := json.Marshal(map[string]any{ // strings and numbers always marshal
		"iss": project, "aud": w.Base, "sub": external, "uai": uai, "jti": id, "iat": now.Unix(), "exp": now.Unix() + 60,
	})
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	mac := hmac.New(sha256.New, []byte(w.Key))
	mac.Write([]byte(text))
	return w.Base + "/encart/" + url.PathEscape(project) + "?lien=" + text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// frame is the address of the frame for somebody, "" where there is none.
func (p *Portal) frame(a Account) string {
	if p.Widget.Base == "" {
		return ""
	}
	return p.Widget.Link(p.Project, a.External, a.UAI, rand.Text(), p.Now())
}
