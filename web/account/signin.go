package account

import (
	"fmt"
	"net/http"
	"net/url"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/web"
)

var (
	_ federation.Pages  = (*Room)(nil)
	_ federation.Poster = (*Room)(nil)
)

// entsPage asks « Où êtes-vous scolarisé ? ».
type entsPage struct {
	look.Shell
	Last   *entLink // the school of last time, else the portal, first and large
	Forget string   // where one has it forgotten
	Others []entLink

	Find    bool   // schools may be looked for
	Sought  string // what was looked for
	Next    string
	Hint    string
	Kind    string
	Kinds   []look.Link // which schools: all, or those of one kind; nil where there is nothing to choose
	Schools []entLink
	More    bool
}

// entLink leads to a portal; by way of a school, Where says which school it is.
type entLink struct{ Name, Where, Href string }

// ChooseENT implements federation.Pages.
func (a *Room) ChooseENT(w http.ResponseWriter, r *http.Request, choice federation.ENTChoice) error {
	p := &entsPage{Shell: a.shell(r), Find: choice.Search, Sought: choice.Sought, Next: choice.Next, More: choice.More, Forget: choice.Forget()}
	p.Title, p.Lead = p.T("web.ent.title"), p.T("web.ent.lead")
	if choice.NoAccounts {
		p.Messages = append(p.Messages, look.Message{Tone: look.Amber, Text: p.T("web.ent.accounts.none")})
	}
	p.Hint, p.Kind = choice.Hint, string(choice.Kind)
	if len(choice.Kinds) > 1 {
		p.Kinds = append(p.Kinds, look.Link{Text: p.T("web.ent.kind.all"), Href: choice.Narrow(""), Current: choice.Kind == ""})
		for _, kind := range choice.Kinds {
			p.Kinds = append(p.Kinds, look.Link{Text: p.T("web.ent.kind." + string(kind)), Href: choice.Narrow(kind), Current: choice.Kind == kind})
		}
	}
	for _, s := range choice.Found {
		p.Schools = append(p.Schools, schoolLink(choice, s))
	}
	if choice.Last.UAI != "" {
		last := schoolLink(choice, choice.Last)
		p.Last = &last
	}
	for _, ent := range choice.ENTs {
		link := entLink{Name: ent.Name, Href: choice.Address(ent.Project)}
		if ent.Project == choice.Remembered && p.Last == nil {
			p.Last = &link
		} else {
			p.Others = append(p.Others, link)
		}
	}
	return a.pages.ents.Send(w, r, http.StatusOK, p)
}

func schoolLink(choice federation.ENTChoice, s directory.School) entLink {
	return entLink{s.Name, s.Town + " · " + string(s.UAI), choice.School(s)}
}

// leavePage asks for a word before the session ends.
type leavePage struct {
	look.Shell
	Stay string
}

// ConfirmSignOut implements federation.Pages.
func (a *Room) ConfirmSignOut(w http.ResponseWriter, r *http.Request) error {
	p := &leavePage{a.shell(r), web.DeskPath}
	p.Title, p.Lead = p.T("web.leave.title"), p.T("web.leave.lead")
	return a.pages.leave.Send(w, r, http.StatusOK, p)
}

// leftPage says that somebody is signed out, and where.
type leftPage struct {
	look.Shell
	Again  string
	Check  string // the same page, to see who has answered since
	Onward string // where it goes on by itself
	Told   []federation.Parting
	Left   []federation.Parting // being told, each by a frame
}

// SignedOut implements federation.Pages.
func (a *Room) SignedOut(w http.ResponseWriter, r *http.Request, d federation.Departure) error {
	p := &leftPage{Shell: a.shell(r), Again: web.DeskPath, Check: "/deconnexion?fait=2", Onward: d.Onward}
	p.Title, p.Lead = p.T("web.left.title"), p.T("web.left.lead")
	for _, site := range d.Sites {
		if site.Told {
			p.Told = append(p.Told, site)
			continue
		}
		p.Left, p.Lead = append(p.Left, site), p.T("web.left.here")
		httpx.AllowSource(w, httpx.FrameSrc, "'self'", site.Origin)
	}
	return a.pages.left.Send(w, r, http.StatusOK, p)
}

// formPage takes the browser on to another site by itself.
type formPage struct {
	look.Shell
	federation.Form
}

// PostForm implements federation.Poster.
func (a *Room) PostForm(w http.ResponseWriter, r *http.Request, f federation.Form) error {
	p := &formPage{a.shell(r), f}
	p.Title, p.Lead, p.Bare = p.T("web.post.title", "site", f.Site), p.T("web.post.lead"), true
	p.Scripts = []string{"post.js"}
	origin, err := url.Parse(f.Action)
	if err != nil {
		return fmt.Errorf("post a form: %w", err)
	}
	// Some browsers hold the policy against every redirection that follows: where a publisher leads people inside its own house is its affair.
	httpx.AllowSource(w, httpx.FormAction, "https:", origin.Scheme+"://"+origin.Host)
	httpx.Private(w)
	return a.pages.post.Send(w, r, http.StatusOK, p)
}

// shell begins a page for anybody: a preference changed here comes back here.
func (a *Room) shell(r *http.Request) look.Shell {
	s := a.House.Site.Shell(r)
	s.Styles = []string{"account.css"}
	return s
}
