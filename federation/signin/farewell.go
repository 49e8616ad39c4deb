package signin

import (
	"encoding/base64"
	"encoding/json"
	"net/http"

	"pupitre/internal/httpx"
)

// farewell is where a browser's person signed in, and what that portal wants to hear when they sign out. It lies with the browser,
// for as long as the browser is open: nothing of it is kept here, and nobody's but that portal is given it.
type farewell struct {
	Kind    string `json:"k"`
	Project string `json:"p"`
	Words   string `json:"w,omitempty"` // Vouched.Farewell
}

const (
	farewellCookie = "adieu"
	maxWords       = 2600 // a browser keeps 4096 bytes of a cookie
)

// rememberFarewell keeps it with the browser. Words that are too long are left out: the portal will then ask the person.
func rememberFarewell(w http.ResponseWriter, r *http.Request, c Connector, words string) {
	if len(words) > maxWords {
		words = ""
	}
	text, _ := json.Marshal(farewell{c.Kind(), string(c.ENT().Project), words}) // texts always marshal
	httpx.SetCookie(w, r, farewellCookie, base64.RawURLEncoding.EncodeToString(text), 0)
}

// takeFarewell returns the portal that this browser's person came from, with its words, and forgets them; nil where that is not known.
func (d *Door) takeFarewell(w http.ResponseWriter, r *http.Request) (Connector, string) {
	text, err := base64.RawURLEncoding.DecodeString(httpx.Cookie(r, farewellCookie))
	var f farewell
	if err != nil || json.Unmarshal(text, &f) != nil {
		return nil, ""
	}
	httpx.ClearCookie(w, r, farewellCookie)
	return d.connector(f.Kind, f.Project), f.Words
}
