package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
)

// delegatesPath is where managers and the head name delegates.
const delegatesPath = "/delegues"

// mountDelegates registers the pages of delegates.
func (c *Room) mountDelegates(mux web.Mux) {
	const all = " /affectation/{uai}" + delegatesPath
	mux.Handle("GET"+all, c.governing(c.delegates))
	mux.Handle("GET"+all+"/{person}", c.governing(c.mandate))
	mux.Handle("POST"+all+"/{person}", c.governing(c.delegate))
	mux.Handle("POST"+all+"/{person}/retirer", c.governing(c.endMandate))
}

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

func (c *Room) delegates(w http.ResponseWriter, r *http.Request, at site) error {
	p := &delegatesPage{Shell: c.shell(r, at), Find: strings.TrimSpace(r.FormValue("nom")), Path: at.path(delegatesPath)}
	p.Title, p.Lead = p.T("console.delegates.title"), p.T("console.delegates.lead")
	if at.reader.Heads && at.reader.School().ID == at.school.ID {
		p.Head = look.Link{Text: p.T("console.delegates.head"), Href: web.HeadPath}
	}
	managers, err := c.managers(r.Context(), at)
	if err != nil {
		return err
	}
	for _, m := range managers {
		p.Managers = append(p.Managers, m.Name.String())
	}
	mandates, err := c.Copies.ListMandates(r.Context(), at.school.ID)
	if err != nil {
		return err
	}
	names, err := c.naming(r.Context(), at, mandates...)
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
func (c *Room) managers(ctx context.Context, at site) ([]directory.Person, error) {
	all, err := c.House.People.ManagersOf(ctx, at.school.ID)
	if err != nil {
		return nil, fmt.Errorf("managers of %s: %w", at.school.ID, err)
	}
	var list []directory.Person
	for _, m := range all {
		if m.State != directory.ManagerConfirmed {
			continue
		}
		person, err := c.People.FindPerson(ctx, m.Person)
		if err != nil {
			return nil, fmt.Errorf("managers of %s: %w", at.school.ID, err)
		}
		list = append(list, person)
	}
	slices.SortFunc(list, func(a, b directory.Person) int { return strings.Compare(a.Name.Sorting(), b.Name.Sorting()) })
	return list, nil
}

func (p *delegatesPage) row(at site, m licensing.Mandate, names naming) delegateRow {
	href := at.path(delegatesPath + "/" + url.PathEscape(string(m.Person)))
	row := delegateRow{Name: m.Name.String(), Classes: names.classes(&p.Shell, m), Resources: names.resources(&p.Shell, m), Budget: budget(&p.Shell, m), Until: m.Until,
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
func (p *delegatesPage) ask(at site, m licensing.Mandate) look.Dialog {
	return look.Dialog{ID: "retirer", Title: p.T("console.delegates.end.title", "name", m.Name.String()), Text: p.endText(m.Spent), Danger: true,
		Action: at.path(delegatesPath + "/" + url.PathEscape(string(m.Person)) + "/retirer"), Verb: p.T("console.delegates.end.verb"),
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
func (c *Room) findAdults(ctx context.Context, at site, p *delegatesPage, managers []directory.Person, mandates []licensing.Mandate) error {
	seen := map[directory.PersonID]bool{}
	for _, profile := range directory.Profiles {
		if profile == directory.Pupil {
			continue
		}
		members, err := c.People.ListPersons(ctx, at.school.ID, directory.Filter{Profile: profile, Text: p.Find}, directory.Page{Limit: manyFound + 1})
		if err != nil {
			return err
		}
		for _, m := range members {
			if seen[m.Person] {
				continue
			}
			if seen[m.Person] = true; len(p.Found) == manyFound {
				p.More = true
				return nil
			}
			row := foundRow{Name: m.Name.Family + " " + m.Name.Given, Profile: web.Profile(&p.Shell, profile, m.Name.Civility)}
			switch {
			case slices.ContainsFunc(managers, func(x directory.Person) bool { return x.ID == m.Person }):
				row.Why = p.T("console.delegates.is-manager")
			case slices.ContainsFunc(mandates, func(x licensing.Mandate) bool { return x.Person == m.Person }):
				row.Why = p.T("console.delegates.is-delegate")
			default:
				row.Do = look.Link{Text: p.T("console.delegates.name"), Href: at.path(delegatesPath + "/" + url.PathEscape(string(m.Person)))}
			}
			p.Found = append(p.Found, row)
		}
	}
	if len(p.Found) == 0 {
		p.None = p.T("console.delegates.none.name", "name", p.Find)
	}
	return nil
}

// endMandate takes a mandate back.
func (c *Room) endMandate(w http.ResponseWriter, r *http.Request, at site) error {
	person := directory.PersonID(r.PathValue("person"))
	if err := c.Copies.EndMandate(r.Context(), at.reader.Actor(), at.school.ID, person); err != nil {
		return err
	}
	who, err := c.People.FindPerson(r.Context(), person)
	if err != nil {
		return err
	}
	return c.toDelegates(w, r, at, "console.delegates.ended", who)
}

// toDelegates goes back to the list with a word about what was done.
func (c *Room) toDelegates(w http.ResponseWriter, r *http.Request, at site, key string, who directory.Person) error {
	s := c.House.Site.Shell(r)
	if err := c.House.Site.Flash(w, r, look.Message{Tone: look.Green, Text: s.T(key, "name", who.Name.String())}); err != nil {
		return err
	}
	http.Redirect(w, r, at.path(delegatesPath), http.StatusSeeOther)
	return nil
}

// naming puts scopes into words.
type naming struct {
	labels cohorts
	titles map[catalogue.ResourceID]string
}

// naming reads what mandates' scopes speak of. They are of few classes and resources.
func (c *Room) naming(ctx context.Context, at site, mandates ...licensing.Mandate) (naming, error) {
	n := naming{labels: cohorts{}, titles: map[catalogue.ResourceID]string{}}
	var ids []catalogue.ResourceID
	classes := false
	for _, m := range mandates {
		ids, classes = append(ids, m.Resources...), classes || len(m.Cohorts) > 0
	}
	if classes {
		list, err := c.People.Cohorts(ctx, at.school.ID)
		if err != nil {
			return n, fmt.Errorf("classes of %s: %w", at.school.ID, err)
		}
		n.labels = byID(list)
	}
	if len(ids) > 0 {
		notices, err := c.Notices.ListResources(ctx, ids...)
		if err != nil {
			return n, fmt.Errorf("notices for %s: %w", at.school.ID, err)
		}
		for _, r := range notices {
			n.titles[r.ID] = r.Title
		}
	}
	return n, nil
}

// known is what a delegate's own scope speaks of. Names that cannot be read are left out here: the page itself says what is wrong.
func (c *Room) known(r *http.Request, at site) naming {
	n, _ := c.naming(r.Context(), at, *at.mandate)
	return n
}

// classes says a scope's classes and groups: « 5e A, 5e B », or the whole school.
func (n naming) classes(s *look.Shell, m licensing.Mandate) string {
	if len(m.Cohorts) == 0 {
		return s.T("console.delegates.school")
	}
	return several(s, m.Cohorts, func(id directory.CohortID) string { return n.labels[id].Label })
}

// resources says a scope's resources by title, or that it is all.
func (n naming) resources(s *look.Shell, m licensing.Mandate) string {
	if len(m.Resources) == 0 {
		return s.T("console.delegates.resources.all")
	}
	return several(s, m.Resources, func(id catalogue.ResourceID) string { return n.titles[id] })
}

// several names the first of a list, and how many more there are; those that have no name any more are of the rest.
func several[T any](s *look.Shell, list []T, name func(T) string) string {
	var names []string
	for _, v := range list {
		if text := name(v); text != "" && len(names) < 6 {
			names = append(names, text)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(directory.Fold(a), directory.Fold(b)) })
	if rest := len(list) - len(names); rest > 0 {
		names = append(names, s.T("console.delegates.more", "n", rest))
	}
	return strings.Join(names, ", ")
}

// budget says how many copies a delegate may still give, and how many are out.
func budget(s *look.Shell, m licensing.Mandate) string {
	if m.Budget.IsUnlimited() {
		return s.T("console.delegates.budget.none", "n", m.Spent)
	}
	return s.T("console.delegates.budget.left", "n", m.Left(), "total", int64(m.Budget))
}

// terms tells a delegate, on each page, what they may.
func (at site) terms(s *look.Shell, n naming) look.Message {
	m := *at.mandate
	tone := look.Plain
	if !m.Budget.IsUnlimited() && m.Left() == 0 {
		tone = look.Amber
	}
	return look.Message{Tone: tone, Icon: "hand-helping", Title: s.T("console.delegate.title", "end", m.Until),
		Text: s.T("console.delegate.terms", "classes", n.classes(s, m), "resources", n.resources(s, m), "budget", budget(s, m))}
}

// overBudget counts those whom a plan does not serve because the delegate's budget is spent.
func overBudget(p licensing.Plan) (n int64) {
	for _, o := range p.Outcomes {
		if o.Why == licensing.WhyBudget {
			n++
		}
	}
	return n
}

// heldIn lists who has the resource among those whom the reader sees, and how many there are in all.
func (c *Room) heldIn(r *http.Request, d desk, page directory.Page, from int) ([]licensing.Holder, int, error) {
	if d.scope() == nil {
		holders, err := c.Copies.ListHolders(r.Context(), d.school.ID, d.stock.Resource, page)
		return holders, max(int(d.stock.Counters.Assigned), from+len(holders)), err
	}
	holders, err := c.Copies.ListHoldersAmong(r.Context(), d.school.ID, d.stock.Resource, d.scope(), page)
	if err != nil || len(holders) < directory.MaxPage {
		return holders, from + len(holders), err
	}
	order := licensing.Order{School: d.school.ID, Resources: []catalogue.ResourceID{d.stock.Resource}, Take: true}
	for _, id := range d.scope() {
		order.Targets = append(order.Targets, licensing.ToCohort(id))
	}
	plan, err := c.Copies.Plan(r.Context(), order)
	if err != nil {
		return nil, 0, err
	}
	total := 0
	for _, o := range plan.Outcomes {
		if !o.SiteWide && (o.Verdict == licensing.Loses || o.Why == licensing.WhyLocked) {
			total++
		}
	}
	return holders, max(total, from+len(holders)), nil
}

// troubled reports whether an error is one that the manager mends in the form.
func troubled(err error) bool {
	return strings.HasPrefix(fault.CodeOf(err), "licensing.mandate.") && fault.CodeOf(err) != "licensing.mandate.giver"
}
