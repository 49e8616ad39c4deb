package delegate

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// delegatesPage is who assigns copies in a school: its managers, and its delegates with what they may.
type delegatesPage struct {
	look.Shell
	Managers []string
	Head     look.Link // where the head names managers; zero for everybody else
	Rows     []delegateRow
	Find     string
	Found    []foundRow
	None     string // nobody is called so
	More     bool   // more are called so than are listed
	Path     string
	Dialog   look.Dialog
}

// delegateRow is one delegate.
type delegateRow struct {
	Name, Classes, Resources, Budget string
	Until                            clock.Date
	Over                             string // why the mandate is not in force, "" where it is
	Change, End                      look.Link
}

// foundRow is an adult of the school, and the way to give them a mandate; or why there is none.
type foundRow struct {
	Name, Profile, Why string
	Do                 look.Link
}

// manyFound is how many persons a search lists.
const manyFound = 20

func (c *Room) delegates(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	p := &delegatesPage{Shell: c.Shell(r, at), Find: strings.TrimSpace(r.FormValue("nom")), Path: at.Path(hall.DelegatesPath)}
	p.Title, p.Lead = p.T("console.delegates.title"), p.T("console.delegates.lead")
	if at.Reader.Heads && at.Reader.School().ID == at.School.ID {
		p.Head = look.Link{Text: p.T("console.delegates.head"), Href: web.HeadPath}
	}
	managers, err := c.managers(r.Context(), at)
	if err != nil {
		return err
	}
	for _, m := range managers {
		p.Managers = append(p.Managers, m.Name.String())
	}
	mandates, err := c.Mandates.ListMandates(r.Context(), at.School.ID)
	if err != nil {
		return err
	}
	names, err := c.Naming(r.Context(), at, mandates...)
	if err != nil {
		return err
	}
	for _, m := range mandates {
		p.Rows = append(p.Rows, p.row(at, m, names))
		if string(m.Person) == r.FormValue("retirer") {
			p.Dialog = p.ask(at, m)
		}
	}
	if p.Find != "" {
		if err := c.findAdults(r.Context(), at, p, managers, mandates); err != nil {
			return err
		}
	}
	return c.pages.delegates.Send(w, r, http.StatusOK, p)
}

// managers are the school's, by name.
func (c *Room) managers(ctx context.Context, at hall.Site) ([]directory.Person, error) {
	all, err := c.House.People.ManagersOf(ctx, at.School.ID)
	if err != nil {
		return nil, fmt.Errorf("managers of %s: %w", at.School.ID, err)
	}
	var list []directory.Person
	for _, m := range all {
		if m.State != directory.ManagerConfirmed {
			continue
		}
		person, err := c.People.FindPerson(ctx, m.Person)
		if err != nil {
			return nil, fmt.Errorf("managers of %s: %w", at.School.ID, err)
		}
		list = append(list, person)
	}
	slices.SortFunc(list, func(a, b directory.Person) int { return strings.Compare(a.Name.Sorting(), b.Name.Sorting()) })
	return list, nil
}

func (p *delegatesPage) row(at hall.Site, m licensing.Mandate, names hall.Naming) delegateRow {
	href := at.Path(hall.DelegatesPath + "/" + url.PathEscape(string(m.Person)))
	row := delegateRow{Name: m.Name.String(), Classes: names.Classes(&p.Shell, m), Resources: names.Resources(&p.Shell, m), Budget: hall.Budget(&p.Shell, m), Until: m.Until,
		Change: look.Link{Text: p.T("console.delegates.change"), Href: href},
		End:    look.Link{Text: p.T("console.delegates.end"), Href: p.Path + "?" + url.Values{"retirer": {string(m.Person)}}.Encode()}}
	switch {
	case !m.Present:
		row.Over = p.T("console.delegates.left")
	case m.Over:
		row.Over = p.T("console.delegates.over")
	}
	return row
}

// ask opens the dialog before a mandate is taken back.
func (p *delegatesPage) ask(at hall.Site, m licensing.Mandate) look.Dialog {
	return look.Dialog{ID: "retirer", Title: p.T("console.delegates.end.title", "name", m.Name.String()), Text: p.endText(m.Spent), Danger: true,
		Action: at.Path(hall.DelegatesPath + "/" + url.PathEscape(string(m.Person)) + "/retirer"), Verb: p.T("console.delegates.end.verb"),
		Leave: look.Link{Text: p.T("console.delegates.end.leave"), Href: p.Path}}
}

// endText says what becomes of what a delegate gave.
func (p *delegatesPage) endText(spent int64) string {
	if spent == 0 {
		return p.T("console.delegates.end.none")
	}
	return p.T("console.delegates.end.text", "n", spent)
}

// findAdults lists the adults of the school who are called so.
func (c *Room) findAdults(ctx context.Context, at hall.Site, p *delegatesPage, managers []directory.Person, mandates []licensing.Mandate) error {
	members, more, err := web.Adults(ctx, c.People, at.School.ID, p.Find, manyFound)
	if err != nil {
		return err
	}
	p.More = more
	for _, m := range members {
		row := foundRow{Name: m.Name.Family + " " + m.Name.Given, Profile: web.Profile(&p.Shell, m.Profile, m.Name.Civility)}
		switch {
		case slices.ContainsFunc(managers, func(x directory.Person) bool { return x.ID == m.Person }):
			row.Why = p.T("console.delegates.is-manager")
		case slices.ContainsFunc(mandates, func(x licensing.Mandate) bool { return x.Person == m.Person }):
			row.Why = p.T("console.delegates.is-delegate")
		default:
			row.Do = look.Link{Text: p.T("console.delegates.name"), Href: at.Path(hall.DelegatesPath + "/" + url.PathEscape(string(m.Person)))}
		}
		p.Found = append(p.Found, row)
	}
	if len(p.Found) == 0 {
		p.None = p.T("console.delegates.none.name", "name", p.Find)
	}
	return nil
}

// endMandate takes a mandate back.
func (c *Room) endMandate(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	person := directory.PersonID(r.PathValue("person"))
	if err := c.Mandates.EndMandate(r.Context(), at.Reader.Actor(), at.School.ID, person); err != nil {
		return err
	}
	who, err := c.People.FindPerson(r.Context(), person)
	if err != nil {
		return err
	}
	return c.toDelegates(w, r, at, "console.delegates.ended", who)
}

// toDelegates goes back to the list with a word about what was done.
func (c *Room) toDelegates(w http.ResponseWriter, r *http.Request, at hall.Site, key string, who directory.Person) error {
	s := c.House.Site.Shell(r)
	if err := c.House.Site.Flash(w, r, look.Message{Tone: look.Green, Text: s.T(key, "name", who.Name.String())}); err != nil {
		return err
	}
	http.Redirect(w, r, at.Path(hall.DelegatesPath), http.StatusSeeOther)
	return nil
}

// troubled reports whether an error is one that the manager mends in the form.
func troubled(err error) bool {
	return strings.HasPrefix(fault.CodeOf(err), "licensing.mandate.") && fault.CodeOf(err) != "licensing.mandate.giver"
}

// Mandates are a school's delegates. licensing.Service satisfies it.
type Mandates interface {
	ListMandates(ctx context.Context, school directory.SchoolID) ([]licensing.Mandate, error)
	Delegate(ctx context.Context, by journal.Actor, m licensing.Mandate) (licensing.Mandate, error)
	EndMandate(ctx context.Context, by journal.Actor, school directory.SchoolID, person directory.PersonID) error
}
