package account

import (
	"net/http"

	"pupitre/federation"
	"pupitre/internal/look"
	"pupitre/web"
)

var _ federation.Pages = (*Room)(nil)

// entsPage asks « Où êtes-vous scolarisé ? ».
type entsPage struct {
	look.Shell
	Last   *entLink // the portal of last time, first and large
	Others []entLink
}

type entLink struct{ Name, Href string }

// ChooseENT implements federation.Pages.
func (a *Room) ChooseENT(w http.ResponseWriter, r *http.Request, choice federation.ENTChoice) error {
	p := &entsPage{Shell: a.shell(r)}
	p.Title, p.Lead = p.T("web.ent.title"), p.T("web.ent.lead")
	for _, ent := range choice.ENTs {
		link := entLink{ent.Name, choice.Address(ent.Project)}
		if ent.Project == choice.Remembered {
			p.Last = &link
		} else {
			p.Others = append(p.Others, link)
		}
	}
	return a.pages.ents.Send(w, r, http.StatusOK, p)
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

// SignedOut implements federation.Pages.
func (a *Room) SignedOut(w http.ResponseWriter, r *http.Request) error {
	p := &leavePage{a.shell(r), web.DeskPath}
	p.Title, p.Lead = p.T("web.left.title"), p.T("web.left.lead")
	return a.pages.left.Send(w, r, http.StatusOK, p)
}

// shell begins a page for anybody: a preference changed here comes back here.
func (a *Room) shell(r *http.Request) look.Shell {
	s := a.House.Site.Shell(r)
	s.Styles = []string{"account.css"}
	return s
}
