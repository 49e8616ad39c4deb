package account

import (
	"net/http"

	"pupitre/federation"
	"pupitre/web"
)

var _ federation.Pages = (*Room)(nil)

// ChooseENT implements federation.Pages.
func (a *Room) ChooseENT(w http.ResponseWriter, r *http.Request, choice federation.ENTChoice) error {
	panic("not yet")
}

// ConfirmSignOut implements federation.Pages.
func (a *Room) ConfirmSignOut(w http.ResponseWriter, r *http.Request) error { panic("not yet") }

// SignedOut implements federation.Pages.
func (a *Room) SignedOut(w http.ResponseWriter, r *http.Request) error { panic("not yet") }

func (a *Room) places(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	panic("not yet")
}
func (a *Room) journal(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	panic("not yet")
}
func (a *Room) receipt(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	panic("not yet")
}
