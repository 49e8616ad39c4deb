// Package start is the demonstration's first page, http://localhost:8080: where the places are, who may enter and as whom,
// and what to try in four minutes. It knows addresses and accounts, nothing else.
package start

import (
	"embed"
	"net/http"

	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// Account is somebody who may sign in at the demonstration portal. Role is a message key ("demo.role.pupil"), Class its argument.
type Account struct {
	Login, Name, Role, Class string
}

// Start is the first page.
type Start struct {
	Site      *look.Site
	Portal    string // addresses
	Broker    string
	Exos      string
	Publisher string
	Password  string
	Accounts  []Account
}

//go:embed start.html
var files embed.FS

type page struct {
	look.Shell
	Places   []place
	Password string
	Accounts []account
	Steps    []string
}

type place struct{ Name, Note, Href, Icon string }

type account struct{ Login, Name, Role string }

// Mount puts the page on a mux.
func (s *Start) Mount(mux *httpx.Mux) {
	template := s.Site.MustParse(files, "start.html")
	s.Site.Mount(mux)
	mux.Handle("GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		p := &page{Shell: s.Site.Shell(r), Password: s.Password}
		p.Title, p.Lead = p.T("demo.start.title"), p.T("demo.start.lead")
		p.Places = []place{
			{p.T("demo.start.portal"), p.T("demo.start.portal.note"), s.Portal, "school"},
			{p.T("demo.start.broker"), p.T("demo.start.broker.note"), s.Broker + "/mediacentre", "library"},
			{p.T("demo.start.exos"), p.T("demo.start.exos.note"), s.Exos, "notebook-pen"},
			{p.T("demo.start.publisher"), p.T("demo.start.publisher.note"), s.Publisher, "eye"},
		}
		for _, a := range s.Accounts {
			p.Accounts = append(p.Accounts, account{a.Login, a.Name, p.T(a.Role, "class", a.Class)})
		}
		for _, key := range []string{"1", "2", "3", "4"} {
			p.Steps = append(p.Steps, p.T("demo.start.story."+key))
		}
		return template.Send(w, r, http.StatusOK, p)
	})
}
