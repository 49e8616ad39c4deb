package program

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/token"
	"pupitre/web/console/hall"
	"pupitre/web/console/history"
)

// Programs is by what a school's own programs come in. token.Service satisfies it.
type Programs interface {
	Make(ctx context.Context, by journal.Actor, t token.Token) (token.Token, token.Secret, error)
	List(ctx context.Context, school directory.SchoolID) ([]token.Token, error)
	Revoke(ctx context.Context, by journal.Actor, school directory.SchoolID, id token.ID) error
}

// programsPage is the school's tokens, those that are over last, and the form of a new one.
type programsPage struct {
	look.Shell
	Path   string
	Made   madeToken // just now: shown once
	Rows   []tokenRow
	Old    []tokenRow
	Name   look.Field
	Until  look.Field
	Scopes []look.Option
	Dialog look.Dialog
}

// madeToken is a token with its secret, on the one answer that shows it.
type madeToken struct{ Name, Secret, Note string }

// tokenRow is one token.
type tokenRow struct {
	ID                       token.ID
	Name, Whose, Scope, Used string
	Until                    clock.Date
	State                    look.Tag // of one that is over
	End                      look.Link
}

// usualDays is how long a token lasts unless its manager says otherwise.
const usualDays = 90

func (c *Room) programs(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	today := clock.On(c.Now(), at.School.Zone())
	return c.showPrograms(w, r, at, http.StatusOK, url.Values{"jusquau": {today.AddDays(usualDays).String()}, "droit": {string(token.ScopeRead)}}, madeToken{})
}

// makeToken makes a token, and shows its secret on this answer alone: it is in no address and no history, and nothing keeps it.
func (c *Room) makeToken(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	day, err := clock.ParseDate(r.PostFormValue("jusquau"))
	if err != nil {
		return c.showPrograms(w, r, at, http.StatusBadRequest, r.PostForm, madeToken{}, look.Problem{Field: "jusquau", Text: s.T("console.programs.until.form")})
	}
	scope := token.Scope(r.PostFormValue("droit"))
	if scope == "" { // never more than was asked for
		scope = token.ScopeRead
	}
	made, secret, err := c.Programs.Make(r.Context(), at.Reader.Actor(), token.Token{
		School: at.School.ID, Person: at.Reader.Person.ID, Name: r.PostFormValue("nom"), Scope: scope, Ends: day.End(at.School.Zone()),
	})
	if fault.Is(err, fault.Invalid) || fault.CodeOf(err) == "token.many" {
		return c.showPrograms(w, r, at, http.StatusBadRequest, r.PostForm, madeToken{}, look.Problem{Field: tokenField(fault.CodeOf(err)), Text: s.T(fault.CodeOf(err), fault.ParamsOf(err)...)})
	}
	if err != nil {
		return err
	}
	httpx.Private(w)
	return c.showPrograms(w, r, at, http.StatusCreated, url.Values{"jusquau": {day.String()}, "droit": {string(token.ScopeRead)}},
		madeToken{Name: made.Name, Secret: string(secret), Note: s.T("console.programs.made.note", "end", day)})
}

// tokenField is the field that a refusal speaks of.
func tokenField(code string) string {
	switch code {
	case "token.end.range":
		return "jusquau"
	case "token.scope.choice":
		return "droit"
	}
	return "nom"
}

func (c *Room) revokeToken(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	if err := c.Programs.Revoke(r.Context(), at.Reader.Actor(), at.School.ID, token.ID(r.PathValue("jeton"))); err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	if err := c.House.Site.Flash(w, r, look.Message{Tone: look.Green, Text: s.T("console.programs.revoked")}); err != nil {
		return err
	}
	http.Redirect(w, r, at.Path(hall.ProgramsPath), http.StatusSeeOther)
	return nil
}

func (c *Room) showPrograms(w http.ResponseWriter, r *http.Request, at hall.Site, status int, sent url.Values, made madeToken, problems ...look.Problem) error {
	p := &programsPage{Shell: c.Shell(r, at), Path: at.Path(hall.ProgramsPath), Made: made}
	p.Shell.Here, p.Problems = p.Path, problems
	for i := range p.Nav {
		p.Nav[i].Current = p.Nav[i].Href == at.Path(hall.FilePath)
	}
	p.Title, p.Parent, p.Lead = p.T("console.programs.title"), p.T("console.file.title"), p.T("console.programs.lead")
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.T("console.file.title"), Href: at.Path(hall.FilePath)}, {Text: p.Title, Current: true}}
	said := func(field string) string {
		for _, problem := range problems {
			if problem.Field == field {
				return problem.Text
			}
		}
		return ""
	}
	p.Name = look.Field{ID: "nom", Label: p.T("console.programs.name"), Hint: p.T("console.programs.name.hint"), Value: sent.Get("nom"), Error: said("nom")}
	p.Until = look.Field{ID: "jusquau", Label: p.T("console.programs.until"), Hint: p.T("console.programs.until.hint"), Type: "date", Value: sent.Get("jusquau"), Error: said("jusquau")}
	for _, scope := range token.Scopes {
		p.Scopes = append(p.Scopes, look.Option{Value: string(scope), Text: p.T("console.programs.scope." + string(scope)), On: sent.Get("droit") == string(scope)})
	}
	if err := c.listTokens(r, at, p); err != nil {
		return err
	}
	return c.page.Send(w, r, status, p)
}

// listTokens fills the lists, and asks about the token that is to be revoked.
func (c *Room) listTokens(r *http.Request, at hall.Site, p *programsPage) error {
	all, err := c.Programs.List(r.Context(), at.School.ID)
	if err != nil {
		return err
	}
	s, err := history.NewSayer(c.Hall, r, &p.Shell, at)
	if err != nil {
		return err
	}
	now, zone := c.Now(), at.School.Zone()
	for _, t := range all {
		whose, err := s.Name(t.Person)
		if err != nil {
			return fmt.Errorf("tokens of %s: %w", at.School.ID, err)
		}
		row := tokenRow{ID: t.ID, Name: t.Name, Whose: whose, Scope: p.T("console.programs.scope." + string(t.Scope)), Until: clock.On(t.Ends.Add(-time.Nanosecond), zone), Used: p.T("console.programs.unused")}
		if day, err := clock.ParseDate(t.Used); err == nil {
			row.Used = p.T("console.programs.used", "day", day)
		}
		if !t.Stands(now) {
			row.State = look.Tag{Text: p.T("console.programs.over")}
			if !t.Revoked.IsZero() {
				row.State.Text = p.T("console.programs.ended")
			}
			p.Old = append(p.Old, row)
			continue
		}
		row.End = look.Link{Text: p.T("console.programs.revoke"), Href: p.Path + "?" + url.Values{"revoquer": {string(t.ID)}}.Encode()}
		if string(t.ID) == r.FormValue("revoquer") && r.Method == http.MethodGet {
			p.Dialog = look.Dialog{ID: "revoquer", Title: p.T("console.programs.revoke.title", "name", t.Name), Text: p.T("console.programs.revoke.text"), Danger: true,
				Action: p.Path + "/" + url.PathEscape(string(t.ID)) + "/revoquer", Verb: p.T("console.programs.revoke.verb"),
				Leave: look.Link{Text: p.T("console.programs.revoke.leave"), Href: p.Path}}
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}
