package head

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/web"
)

// Room is the head's page. Fill it as a struct literal, then Mount it.
type Room struct {
	House  *web.House
	School School

	page *look.Template
}

// School is what the head decides. directory.Service satisfies it.
type School interface {
	ManagingOf(ctx context.Context, school directory.SchoolID) (directory.Managing, error)
	FindPerson(ctx context.Context, id directory.PersonID) (directory.Person, error)
	ListPersons(ctx context.Context, school directory.SchoolID, filter directory.Filter, page directory.Page) ([]directory.Member, error)
	ConfirmManager(ctx context.Context, head directory.PersonID, manager directory.AssignmentManager) error
	NameManager(ctx context.Context, head directory.PersonID, manager directory.AssignmentManager) error
	WithdrawManager(ctx context.Context, head directory.PersonID, manager directory.AssignmentManager) error
	AskHead(ctx context.Context, head directory.PersonID, school directory.SchoolID, asks bool) error
}

//go:embed managers.html
var files embed.FS

// Mount registers the head's page.
func (h *Room) Mount(mux web.Mux) {
	h.page = h.House.Site.Template(files, "managers.html")
	mux.Handle("GET "+web.HeadPath, h.House.For(h.managers))
	mux.Handle("POST "+web.HeadPath+"/demander", h.House.For(h.ask))
	mux.Handle("POST "+web.HeadPath+"/{person}/confirmer", h.House.For(h.confirm))
	mux.Handle("POST "+web.HeadPath+"/{person}/nommer", h.House.For(h.name))
	mux.Handle("POST "+web.HeadPath+"/{person}/retirer", h.House.For(h.withdraw))
}

// managersPage is who assigns copies in the school.
type managersPage struct {
	look.Shell
	Waiting, Confirmed []manager
	Asks               bool
	Ask                string // where the setting is changed
	Empty              look.Empty

	Find, Path string // a name, and where it is looked for
	Found      []found
	None       string // nobody is called so
	Delegates  look.Link
	Dialog     look.Dialog
}

type manager struct {
	Name, Confirm string
	End           look.Link
}

func (h *Room) managers(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	if !reader.Heads {
		return fault.New(fault.Denied, "directory.head.only")
	}
	managing, err := h.School.ManagingOf(r.Context(), reader.Session.School)
	if err != nil {
		return err
	}
	p := &managersPage{Shell: h.House.Site.Shell(r), Asks: managing.AsksHead, Ask: web.HeadPath + "/demander"}
	p.Title, p.Parent, p.Lead = p.T("web.head.title"), p.T("web.space.desk"), p.T("web.head.lead")
	for _, m := range managing.Managers {
		person, err := h.School.FindPerson(r.Context(), m.Person)
		if err != nil {
			return err
		}
		one := manager{Name: person.Name.String(), Confirm: web.HeadPath + "/" + string(m.Person) + "/confirmer",
			End: look.Link{Text: p.T("web.head.withdraw"), Href: web.HeadPath + "?" + url.Values{"retirer": {string(m.Person)}}.Encode()}}
		if string(m.Person) == r.FormValue("retirer") {
			p.Dialog = p.askBack(m.Person, one.Name)
		}
		if m.State == directory.ManagerNamed {
			p.Waiting = append(p.Waiting, one)
		} else {
			p.Confirmed = append(p.Confirmed, one)
		}
	}
	byName := func(a, b manager) int { return cmp.Compare(directory.Fold(a.Name), directory.Fold(b.Name)) }
	slices.SortFunc(p.Waiting, byName)
	slices.SortFunc(p.Confirmed, byName)
	if len(managing.Managers) == 0 {
		p.Empty = look.Empty{Title: p.T("web.head.none"), Text: p.T("web.head.none.text")}
	}
	p.Find, p.Path = strings.TrimSpace(r.FormValue("nom")), web.HeadPath
	p.Delegates = look.Link{Text: p.T("web.head.delegates.go"), Href: web.ConsolePath + "/" + string(reader.School().UAI) + "/delegues"}
	if err := h.find(r.Context(), reader, p, managing); err != nil {
		return err
	}
	return h.page.Send(w, r, http.StatusOK, p)
}

func (h *Room) confirm(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	person := directory.PersonID(r.PathValue("person"))
	if err := h.School.ConfirmManager(r.Context(), reader.Person.ID, directory.AssignmentManager{School: reader.Session.School, Person: person}); err != nil {
		return err
	}
	who, err := h.School.FindPerson(r.Context(), person)
	if err != nil {
		return err
	}
	return h.back(w, r, "web.head.confirmed", "name", who.Name.String())
}

func (h *Room) ask(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	asks := r.PostFormValue("demander") != ""
	if err := h.School.AskHead(r.Context(), reader.Person.ID, reader.Session.School, asks); err != nil {
		return err
	}
	if asks {
		return h.back(w, r, "web.head.asks")
	}
	return h.back(w, r, "web.head.asks.not")
}

// back returns to the page with a word about what was done.
func (h *Room) back(w http.ResponseWriter, r *http.Request, key string, args ...any) error {
	shell := h.House.Site.Shell(r)
	if err := h.House.Site.Flash(w, r, look.Message{Tone: look.Green, Text: shell.T(key, args...)}); err != nil {
		return err
	}
	http.Redirect(w, r, web.HeadPath, http.StatusSeeOther)
	return nil
}
