package signin

import (
	"net/http"
	"strconv"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/httpx"
)

// signIn looks at what came: an identifier with its password, or a passkey.
func (l *Local) signIn(r *http.Request, login local.Login, state string) (federation.Token, local.Step, error) {
	if said := r.PostFormValue(keyField); said != "" {
		return l.Accounts.SignInByKey(r.Context(), local.KeyTry{Project: l.Portal.Project, State: state, From: httpx.From(r, l.Behind), Response: []byte(said)})
	}
	return l.Accounts.SignIn(r.Context(), local.Try{
		Project: l.Portal.Project, Login: login, Password: local.Phrase(r.PostFormValue("passe")), From: httpx.From(r, l.Behind), State: state,
		Remember: l.asked(r),
	})
}

// keyField is what a browser says of a passkey, as JSON (WebAuthn §5.1.7).
const keyField = "reponse"

// askKey says what a passkey is to sign, in an attempt of this browser.
func (l *Local) askKey(w http.ResponseWriter, r *http.Request) error {
	state, ok := ours(w, r)
	if !ok {
		return errNotOurs
	}
	var question []byte
	var err error
	if r.URL.Path == l.path("cle") {
		question, err = l.Accounts.AskKey(r.Context(), l.Portal.Project, state, httpx.From(r, l.Behind))
	} else {
		question, err = l.Accounts.AskKeyFor(r.Context(), l.visit(r, state))
	}
	if wait, waits := local.WaitOf(err); waits {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		return httpx.WithStatus(err, http.StatusTooManyRequests)
	} else if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(question)
	return err
}
