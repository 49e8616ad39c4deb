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

// pending is a sign-in that this browser has begun.
type pending struct {
	State string `json:"s"`
	Next  string `json:"n"`
}

// pendingCookie keeps the last few, so that two tabs may sign in at once.
const (
	pendingCookie = "connexion"
	pendingLife   = 15 * time.Minute
	maxPending    = 4
	maxCookie     = 3500 // a browser keeps 4096 bytes of one
)

// begin remembers a new sign-in and returns its state.
func begin(w http.ResponseWriter, r *http.Request, next string) string {
	state := string(federation.NewToken())
	all := append([]pending{{state, next}}, begun(r)...)
	all = all[:min(len(all), maxPending)]
	text := encode(all)
	for len(text) > maxCookie && len(all) > 1 {
		all = all[:len(all)-1]
		text = encode(all)
	}
	if len(text) > maxCookie {
		text = encode([]pending{{state, ""}}) // an address too long to keep: they end at home
	}
	httpx.SetCookie(w, r, pendingCookie, text, pendingLife)
	return state
}

// finish returns the sign-in of that state and forgets it; false where this browser has begun none such.
func finish(w http.ResponseWriter, r *http.Request, state string) (pending, bool) {
	all := begun(r)
	i := slices.IndexFunc(all, func(p pending) bool { return p.State == state })
	if state == "" || i < 0 {
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
