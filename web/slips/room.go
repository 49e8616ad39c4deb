package slips

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"time"

	"pupitre/directory"
	"pupitre/federation/local"
	"pupitre/internal/clock"
	"pupitre/internal/look"
	"pupitre/web"
)

// Room is the accounts' pages. Fill it as a struct literal, then Mount it.
type Room struct {
	House    *web.House
	Accounts Accounts

	page, sheet *look.Template
}

// Accounts makes them. local.Service satisfies it.
type Accounts interface {
	List(ctx context.Context, who local.Actor, part local.Part) (local.Roster, error)
	Issue(ctx context.Context, who local.Actor, order local.Order) ([]local.Slip, error)
	Close(ctx context.Context, who local.Actor, order local.Order) error
	PupilsChoose(ctx context.Context, school directory.SchoolID) (bool, error)
	SetPupilsChoose(ctx context.Context, who local.Actor, school directory.SchoolID, may bool) error
}

//go:embed *.html dist
var files embed.FS

// Mount registers the accounts' pages.
func (s *Room) Mount(mux web.Mux) {
	site := s.House.Site
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	site.Add(dist)
	s.page, s.sheet = site.Template(files, "accounts.html"), site.Template(files, "sheet.html")
	mux.Handle("GET "+web.AccountsPath, s.House.For(s.list))
	mux.Handle("POST "+web.AccountsPath+"/billets", s.House.For(s.issue))
	mux.Handle("POST "+web.AccountsPath+"/fermer", s.House.For(s.close))
	mux.Handle("POST "+pupilsPath, s.House.For(s.pupils))
}

// accountsPage is a part of the school, and who has an account there.
type accountsPage struct {
	look.Shell
	Parts        []look.Link
	Cohort       directory.CohortID
	Caption      string
	Rows         []row
	Without, Old int // how many have none; how many have one
	Issue, Close string
	Again        string      // asks before all pass phrases are renewed
	Dialog       look.Dialog // asking
	Empty        look.Empty
	Pupils       string // where it is decided whether pupils change their pass phrases, "" for who does not decide
	Choose       bool   // they may
}

// pupilsPath is where a school lets its pupils change their pass phrases, or no more.
const pupilsPath = web.AccountsPath + "/eleves"

// row is a person of the list.
type row struct {
	Person directory.PersonID
	Name   string
	Has    bool
	State  look.Tag
	Login  local.Login
	Factor bool
	Used   clock.Date
	Open   bool
}

// part is the part of the school that a request is about: a class or group, or the adults ("").
func part(r *http.Request) (cohort directory.CohortID, asked bool) {
	cohort = directory.CohortID(r.FormValue("classe"))
	return cohort, cohort != "" || r.FormValue("adultes") != ""
}

// path is the list of a part.
func path(cohort directory.CohortID) string {
	if cohort == "" {
		return web.AccountsPath + "?adultes=1"
	}
	return web.AccountsPath + "?" + url.Values{"classe": {string(cohort)}}.Encode()
}

func (s *Room) list(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	cohort, asked := part(r)
	roster, err := s.Accounts.List(r.Context(), local.ByPerson(reader.Person.ID), local.Part{School: reader.Session.School, Cohort: cohort, Rows: asked})
	if err != nil {
		return err
	}
	p := &accountsPage{Shell: s.shell(r), Cohort: cohort, Issue: web.AccountsPath + "/billets", Close: web.AccountsPath + "/fermer"}
	p.Title, p.Lead = p.T("local.slips.title"), p.T("local.slips.lead")
	for _, c := range roster.Cohorts {
		p.Parts = append(p.Parts, look.Link{Text: c.Label, Href: path(c.ID), Current: asked && c.ID == cohort})
	}
	if roster.Adults {
		p.Parts = append(p.Parts, look.Link{Text: p.T("local.slips.adults"), Href: path(""), Current: asked && cohort == ""})
	}
	for _, l := range p.Parts {
		if l.Current {
			p.Caption = p.T("local.slips.caption", "part", l.Text)
		}
	}
	p.fill(roster.Rows, reader.School().Zone())
	if roster.Adults && !asked {
		p.Pupils = pupilsPath
		if p.Choose, err = s.Accounts.PupilsChoose(r.Context(), reader.Session.School); err != nil {
			return err
		}
	}
	p.Empty, p.Again = p.empty(asked), path(cohort)+"&"+again+"=1"
	if r.FormValue(again) != "" && p.Old > 0 {
		p.Dialog = p.ask()
	}
	return s.page.Send(w, r, http.StatusOK, p)
}

// again is the field that asks for pass phrases anew.
const again = "refaire"

// ask asks before the pass phrases of all are renewed: the old ones open nothing afterwards.
func (p *accountsPage) ask() look.Dialog {
	part := look.Hidden{Name: "adultes", Value: "1"}
	if p.Cohort != "" {
		part = look.Hidden{Name: "classe", Value: string(p.Cohort)}
	}
	return look.Dialog{
		ID: "refaire-tout", Title: p.T("local.slips.renew.title", "n", p.Old), Text: p.T("local.slips.renew.note"), Action: p.Issue, Danger: true,
		Fields: []look.Hidden{part, {Name: again, Value: "1"}}, Verb: p.T("local.slips.renew", "n", p.Old),
		Leave: look.Link{Text: p.T("local.slips.renew.leave"), Href: path(p.Cohort)},
	}
}

// fill lists the persons.
func (p *accountsPage) fill(rows []local.Row, zone *time.Location) {
	for _, one := range rows {
		out := row{Person: one.Person, Name: one.Name.String(), Has: one.Has(), Login: one.Account.Login, Factor: one.Account.Guarded(), Open: one.Account.Open()}
		if !one.Account.Used.IsZero() {
			out.Used = clock.On(one.Account.Used, zone)
		}
		switch {
		case !out.Has:
			out.State = look.Tag{Text: p.T("local.slips.not")}
			p.Without++
		case !out.Open:
			out.State = look.Tag{Text: p.T("local.slips.closed"), Tone: look.Amber, Icon: "lock"}
		default:
			out.State = look.Tag{Text: p.T("local.slips.has"), Tone: look.Green, Icon: "check"}
		}
		if out.Has {
			p.Old++
		}
		p.Rows = append(p.Rows, out)
	}
}

// empty says why there is no list.
func (p *accountsPage) empty(asked bool) look.Empty {
	word := ""
	switch {
	case len(p.Parts) == 0:
		word = "local.slips.none."
	case !asked:
		word = "local.slips.choose."
	case len(p.Rows) == 0:
		word = "local.slips.nobody."
	default:
		return look.Empty{}
	}
	return look.Empty{Title: p.T(word + "title"), Text: p.T(word + "text")}
}

// sheetPage is slips to print.
type sheetPage struct {
	look.Shell
	Slips []printed
	Back  string
}

// printed is a slip as it is printed. Here alone, what the slip says is in the clear.
type printed struct {
	local.Slip
	Who, Clear string
}

// issue makes accounts or pass phrases, and answers with the slips at once: a redirection would have to keep them somewhere.
func (s *Room) issue(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	w.Header().Set("Cache-Control", "no-store")
	cohort, _ := part(r)
	order := local.Order{School: reader.Session.School, Cohort: cohort, Person: directory.PersonID(r.PostFormValue("personne")), Renew: r.PostFormValue(again) != ""}
	slips, err := s.Accounts.Issue(r.Context(), local.ByPerson(reader.Person.ID), order)
	if err != nil {
		return err
	}
	if len(slips) == 0 {
		return s.back(w, r, cohort, "local.slips.nothing")
	}
	p := &sheetPage{Shell: s.shell(r), Back: path(cohort)}
	p.Title, p.Lead, p.Here = p.T("local.slips.print.title", "n", len(slips)), p.T("local.slips.print.lead"), p.Back
	for _, slip := range slips {
		p.Slips = append(p.Slips, printed{slip, slip.Name.String(), string(slip.Phrase)})
	}
	return s.sheet.Send(w, r, http.StatusOK, p)
}

func (s *Room) close(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	cohort, _ := part(r)
	order := local.Order{School: reader.Session.School, Cohort: cohort, Person: directory.PersonID(r.PostFormValue("personne"))}
	if err := s.Accounts.Close(r.Context(), local.ByPerson(reader.Person.ID), order); err != nil {
		return err
	}
	person, err := s.House.People.FindPerson(r.Context(), order.Person)
	if err != nil {
		return err
	}
	return s.back(w, r, cohort, "local.slips.close.done", "name", person.Name.String())
}

// pupils decides whether pupils may change their pass phrases.
func (s *Room) pupils(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	may := r.PostFormValue("permettre") != ""
	if err := s.Accounts.SetPupilsChoose(r.Context(), local.ByPerson(reader.Person.ID), reader.Session.School, may); err != nil {
		return err
	}
	http.Redirect(w, r, web.AccountsPath, http.StatusSeeOther)
	return nil
}

// back returns to the list with a word about what was done.
func (s *Room) back(w http.ResponseWriter, r *http.Request, cohort directory.CohortID, key string, args ...any) error {
	shell := s.House.Site.Shell(r)
	if err := s.House.Site.Flash(w, r, look.Message{Text: shell.T(key, args...)}); err != nil {
		return err
	}
	http.Redirect(w, r, path(cohort), http.StatusSeeOther)
	return nil
}

func (s *Room) shell(r *http.Request) look.Shell {
	shell := s.House.Site.Shell(r)
	shell.Styles = []string{"slips.css"}
	return shell
}
