package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// Password is where somebody who is in no school changes the password that they sign in with. Fill it as a struct literal; a room mounts Show
// and Change at Path for whoever it has let in.
type Password struct {
	House    *House
	Accounts GuestAccounts
	Project  directory.ProjectID // theirs
	Path     string              // where the page is
	Home     string              // where it leads once the password is another
	Cookie   string              // of their session
	Behind   bool                // a proxy in front says who asks

	// Alone ends every other session of whose session a token opens, and returns this one's new token.
	Alone func(ctx context.Context, old federation.Token) (federation.Token, error)
	// Shell begins a page of the room.
	Shell func(r *http.Request, title string, args ...any) look.Shell
}

// GuestAccounts are the accounts of those who are in no school. local.Service satisfies it.
type GuestAccounts interface {
	ChangeGuest(ctx context.Context, g local.Guest, old, password, again local.Phrase) error
}

// passwordPage asks for the old password and, twice, for the new one.
type passwordPage struct {
	look.Shell
	Do     string
	Fields []look.Field
}

// Show shows the form.
func (d *Password) Show(w http.ResponseWriter, r *http.Request) error {
	return d.show(w, r, http.StatusOK, nil)
}

func (d *Password) show(w http.ResponseWriter, r *http.Request, status int, trouble error) error {
	p := &passwordPage{Shell: d.Shell(r, "local.own.change.title"), Do: d.Path}
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
		p.Fields[at].Error = p.T(fault.CodeOf(trouble), fault.ParamsOf(trouble)...)
		p.Problems = []look.Problem{{Field: p.Fields[at].ID, Text: p.Fields[at].Error}}
	}
	return d.House.password.Send(w, r, status, p)
}

// Change changes it for whose session the request has; every other session of theirs ends with it.
func (d *Password) Change(w http.ResponseWriter, r *http.Request, person directory.PersonID) error {
	phrase := func(name string) local.Phrase { return local.Phrase(r.PostFormValue(name)) }
	var token federation.Token
	err := d.Accounts.ChangeGuest(r.Context(), local.Guest{Project: d.Project, Person: person, From: httpx.From(r, d.Behind), Alone: func(ctx context.Context) (err error) {
		token, err = d.Alone(ctx, federation.Token(httpx.Cookie(r, d.Cookie)))
		return err
	}}, phrase("actuel"), phrase("nouveau"), phrase("encore"))
	if strings.HasPrefix(fault.CodeOf(err), "local.") {
		status := httpx.StatusOf(err)
		if wait, waits := local.WaitOf(err); waits {
			status = http.StatusTooManyRequests
			w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		}
		return d.show(w, r, status, err)
	}
	if err != nil {
		return err
	}
	httpx.SetCookie(w, r, d.Cookie, string(token), 0)
	shell := d.House.Site.Shell(r)
	if err := d.House.Site.Flash(w, r, look.Message{Tone: look.Green, Text: shell.T("local.own.change.done.vous")}); err != nil {
		return err
	}
	http.Redirect(w, r, d.Home, http.StatusSeeOther)
	return nil
}
