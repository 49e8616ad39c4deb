// Package start is the demonstration's first page, http://localhost:8080: where the places are, who may enter and as whom,
// and what to try in four minutes. It knows addresses and accounts, nothing else.
package start

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"net/url"

	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// Account is somebody who may sign in at the demonstration portal. Role is a message key ("demo.role.pupil"), Class its argument.
type Account struct {
	Login, Name, Role, Class string
}

// Agent is somebody who comes in for a bookseller or a distributor, by an account of the broker's own. Code is what their telephone shows now.
type Agent struct {
	Login, Name, Role, Password, Code string
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
	Agents    func() []Agent
	Holds     func(ctx context.Context, login string) bool // whether a pupil holds the story's workbook now
}

//go:embed start.html dist
var files embed.FS

type page struct {
	look.Shell
	Steps    []step
	Places   []place
	Password string
	Accounts []account
	Agents   []agent
	Trade    string // where agents come in
}

// step is one of the story's: who, what to do, and the way in.
type step struct {
	Title, Who, Text string
	Do, Also         look.Link
}

type place struct{ Name, Note, Href, Icon string }

type account struct{ Login, Who, Note, Href string }

type agent struct{ Who, Login, Password, Code string }

// The titles that the story speaks of, as the demonstration's notices write them.
const (
	workbook     = "Le labo de grammaire 5e"
	workbookPath = "/acces/ark:/99999/preau-labo-grammaire-5e"
	encyclopedia = "La Lanterne, encyclopédie des collèges"
)

// Mount puts the page on a mux.
func (s *Start) Mount(mux *httpx.Mux) {
	template := s.Site.Template(files, "start.html")
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	s.Site.Add(dist, "start.css")
	s.Site.Mount(mux)
	mux.Handle("GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		p := &page{Shell: s.Site.Shell(r), Password: s.Password}
		p.Title, p.Lead = p.T("demo.start.title"), p.T("demo.start.lead", "password", s.Password)
		s.tell(p)
		p.Places = []place{
			{p.T("demo.start.portal"), p.T("demo.start.portal.note"), s.Portal, "school"},
			{p.T("demo.start.broker"), p.T("demo.start.broker.note"), s.Broker + "/mediacentre", "library"},
			{p.T("demo.start.exos"), p.T("demo.start.exos.note"), s.Exos, "notebook-pen"},
			{p.T("demo.start.publisher"), p.T("demo.start.publisher.note"), s.Publisher, "eye"},
		}
		for _, a := range s.Accounts {
			p.Accounts = append(p.Accounts, account{a.Login, s.who(p, a), s.note(r.Context(), p, a), s.enter(a)})
		}
		p.Trade = s.Broker + "/professionnels"
		for _, a := range s.Agents() {
			p.Agents = append(p.Agents, agent{p.T("demo.start.who", "name", a.Name, "role", p.T(a.Role)), a.Login, a.Password, a.Code})
		}
		return template.Send(w, r, http.StatusOK, p)
	})
}

// tell fills the story: a manager gives, a pupil of the class opens, a publisher shows what it learned, another pupil stays outside.
func (s *Start) tell(p *page) {
	manager, _ := s.find(func(a Account) bool { return a.Role == "demo.role.manager" })
	pupil, _ := s.find(func(a Account) bool { return a.Role == "demo.role.pupil" })
	other, _ := s.find(func(a Account) bool { return a.Role == pupil.Role && a.Class != pupil.Class })
	in := func(a Account) look.Link {
		return look.Link{Text: p.T("demo.start.enter", "name", a.Name), Href: s.enter(a)}
	}
	p.Steps = []step{
		{p.T("demo.start.give", "class", pupil.Class), s.who(p, manager), p.T("demo.start.give.how", "title", workbook, "class", pupil.Class), in(manager), look.Link{}},
		{p.T("demo.start.open"), s.who(p, pupil), p.T("demo.start.open.how", "title", workbook), in(pupil), look.Link{}},
		{p.T("demo.start.learn"), s.who(p, pupil), p.T("demo.start.learn.how", "title", encyclopedia), look.Link{Text: p.T("demo.start.desk"), Href: s.Broker + "/mediacentre"}, look.Link{}},
		{p.T("demo.start.closed"), s.who(p, other), p.T("demo.start.closed.how", "title", workbook), in(other), look.Link{Text: p.T("demo.start.try"), Href: s.Broker + workbookPath}},
	}
}

func (s *Start) find(is func(Account) bool) (Account, bool) {
	for _, a := range s.Accounts {
		if is(a) {
			return a, true
		}
	}
	return Account{}, false
}

// who says somebody in a line: « Inès Marchal, élève de 5e B ».
func (s *Start) who(p *page, a Account) string {
	if a.Name == "" {
		return ""
	}
	return p.T("demo.start.who", "name", a.Name, "role", p.T(a.Role, "class", a.Class))
}

// note says of a pupil whether they hold the workbook.
func (s *Start) note(ctx context.Context, p *page, a Account) string {
	switch {
	case a.Class == "":
		return ""
	case s.Holds(ctx, a.Login):
		return p.T("demo.holds", "title", workbook)
	}
	return p.T("demo.holds.not", "title", workbook)
}

// enter is the portal's form, filled for somebody.
func (s *Start) enter(a Account) string {
	return s.Portal + "/login?" + url.Values{"compte": {a.Login}}.Encode()
}
