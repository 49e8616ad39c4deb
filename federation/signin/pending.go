package signin

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"pupitre/federation"
	"pupitre/internal/httpx"
)

// pending is an attempt as its browser keeps it.
type pending struct {
	Secret federation.Token `json:"s"`
	Next   string           `json:"n"`
}

// pendingCookie keeps the last few, so that two tabs may sign in at once.
const (
	pendingCookie = "connexion"
	pendingLife   = 15 * time.Minute
	maxPending    = 4
	maxCookie     = 3500 // a browser keeps 4096 bytes of one
)

// begin remembers a new attempt, which ends at next.
func begin(w http.ResponseWriter, r *http.Request, a Attempt, next string) {
	all := append([]pending{{a.secret, next}}, begun(r)...)
	all = all[:min(len(all), maxPending)]
	text := encode(all)
	for len(text) > maxCookie && len(all) > 1 {
		all = all[:len(all)-1]
		text = encode(all)
	}
	if len(text) > maxCookie {
		text = encode([]pending{{a.secret, ""}}) // an address too long to keep: they end at home
	}
	httpx.SetCookie(w, r, pendingCookie, text, pendingLife)
}

// finish returns the attempt of that state, and forgets it; false where this browser has begun none such.
func finish(w http.ResponseWriter, r *http.Request, state string) (pending, bool) {
	all := begun(r)
	i := slices.IndexFunc(all, func(p pending) bool { return p.Secret != "" && Attempt{secret: p.Secret}.State() == state })
	if i < 0 {
		return pending{}, false
	}
	found := all[i]
	if all = slices.Delete(all, i, i+1); len(all) == 0 {
		httpx.ClearCookie(w, r, pendingCookie)
	} else {
		httpx.SetCookie(w, r, pendingCookie, encode(all), pendingLife)
	}
	return found, true
}

func begun(r *http.Request) []pending {
	text, err := base64.RawURLEncoding.DecodeString(httpx.Cookie(r, pendingCookie))
	var all []pending
	if err != nil || json.Unmarshal(text, &all) != nil {
		return nil
	}
	return all
}

func encode(all []pending) string {
	text, _ := json.Marshal(all) // texts always marshal
	return base64.RawURLEncoding.EncodeToString(text)
}
