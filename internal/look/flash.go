package look

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"pupitre/internal/httpx"
)

const (
	flashCookie = "annonce"
	// flashAge is how long an announcement waits for the page that will show it.
	flashAge = time.Minute
)

// Flash leaves an announcement for the page that follows a redirection: « 25 exemplaires attribués », with its way to undo.
// It travels in the reader's own cookie, so it may say only what the reader knows, and is shown as text.
func (s *Site) Flash(w http.ResponseWriter, r *http.Request, m Message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	httpx.SetCookie(w, r, flashCookie, base64.RawURLEncoding.EncodeToString(text), flashAge)
	return nil
}

// flashed reads the announcement; what is not one is ignored, for anyone may write their own cookies.
func (s *Site) flashed(r *http.Request) []Message {
	text, err := base64.RawURLEncoding.DecodeString(httpx.Cookie(r, flashCookie))
	var m Message
	if err != nil || json.Unmarshal(text, &m) != nil || m.Title == "" && m.Text == "" {
		return nil
	}
	for _, link := range []*Link{&m.Link, &m.Also} {
		if _, local := httpx.LocalPath(link.Href); link.Href != "" && !local {
			*link = Link{}
		}
	}
	if !iconNames[m.Icon] {
		m.Icon = ""
	}
	return []Message{m}
}

// forgetFlash takes the announcement back once a page has shown it.
func (s *Site) forgetFlash(w http.ResponseWriter, r *http.Request) {
	if httpx.Cookie(r, flashCookie) != "" {
		httpx.ClearCookie(w, r, flashCookie)
	}
}
