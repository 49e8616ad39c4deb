package trade

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/orders/trade"
	"pupitre/web"
)

// Accounts are agents' own accounts. local.Service satisfies it.
type Accounts interface {
	ChangeGuest(ctx context.Context, g local.Guest, old, password, again local.Phrase) error
}

const passwordPath = web.TradePath + "/mot-de-passe"

// passwordPage asks for the old password and, twice, for the new one.
type passwordPage struct {
	look.Shell
	Do     string
	Fields []look.Field
}

func (s *Room) askPassword(w http.ResponseWriter, r *http.Request, _ trade.Agent) error {
	return s.passwordWith(w, r, http.StatusOK, nil)
}

func (s *Room) passwordWith(w http.ResponseWriter, r *http.Request, status int, trouble error) error {
	p := &passwordPage{Shell: s.shell(r, "local.own.change.title"), Do: passwordPath}
	p.Lead = p.T("local.own.change.lead.vous")
	p.Fields = []look.Field{
		{ID: "actuel", Label: p.T("local.own.change.old"), Type: "password", Required: true, Autocomplete: "current-password"},
		{ID: "nouveau", Label: p.T("local.change.new"), Hint: p.T("local.change.new.hint", "n", local.MinChosen), Type: "password", Required: true, Autocomplete: "new-password"},
		{ID: "encore", Label: p.T("local.change.again"), Type: "password", Required: true, Autocomplete: "new-password"},
	}
	if trouble != nil {
		at := 1
		if code := fault.CodeOf(trouble); code == "local.own.wrong" || strings.HasPrefix(code, "local.wait.") {
			at = 0
		}
		p.Fields[at].Error = said(&p.Shell, trouble)
		p.Problems = []look.Problem{{Field: p.Fields[at].ID, Text: p.Fields[at].Error}}
	}
	return s.password.Send(w, r, status, p)
}

// changePassword changes it; every other session of theirs ends with it.
func (s *Room) changePassword(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
	phrase := func(name string) local.Phrase { return local.Phrase(r.PostFormValue(name)) }
	var token federation.Token
	err := s.Accounts.ChangeGuest(r.Context(), local.Guest{Person: agent.Person, From: httpx.From(r, s.Behind), Alone: func(ctx context.Context) (err error) {
		token, err = s.Agents.Alone(ctx, federation.Token(httpx.Cookie(r, trade.SessionCookie)))
		return err
	}}, phrase("actuel"), phrase("nouveau"), phrase("encore"))
	if strings.HasPrefix(fault.CodeOf(err), "local.") {
		status := httpx.StatusOf(err)
		if wait, waits := local.WaitOf(err); waits {
			status = http.StatusTooManyRequests
			w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		}
		return s.passwordWith(w, r, status, err)
	}
	if err != nil {
		return err
	}
	httpx.SetCookie(w, r, trade.SessionCookie, string(token), 0)
	return s.to(w, r, web.TradePath, "local.own.change.done.vous")
}
