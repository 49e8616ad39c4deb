package family

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/errand"
	"pupitre/web/console/hall"
)

// familiesPage is « Mères de famille »: the school's, by kind, with the books that each gathers.
type familiesPage struct {
	look.Shell
	Groups []familyGroup
	Empty  look.Empty
	Plan   string
	Left   int // how many are not given to everybody
	Picked int
	Note   string
	Do     string // the button's words
}

// familyGroup is the mothers of one kind of publisher.
type familyGroup struct {
	ID, Title string
	Families  []familyRow
}

// familyRow is one mother of family.
type familyRow struct {
	ID, Title, By, Href string
	Cover               look.Cover
	Members             []string
	State, Icon         string
	Tone                look.Tone
	On, Given, Closed   bool // Closed: there is no subscription to give
}

// Where « Mères de famille » has its pages.
const (
	familiesPlanPath = hall.FamiliesPath + "/plan"
	familiesGivePath = hall.FamiliesPath + "/attribuer"
)

// kinds of mothers, in the order of the page. A kind's words are console.family.kind.<kind>.
var kinds = []string{"manuels", "brne", "documents", "autres"}

// kindOf is the kind of a mother, by how her notice says that she is presented. A notice that says nothing reads as multimedia, like
// most of a catalogue: then it is what most of her books are that tells.
func kindOf(mother catalogue.Resource, books []hall.Item) string {
	as := mother.Presentation
	if as == "" || as == "MUL" && len(mother.Pedagogical) == 0 {
		count := map[catalogue.Presentation]int{}
		for _, b := range books {
			count[b.Notice.Presentation]++
		}
		for p, n := range count {
			if n > count[as] || n == count[as] && p < as {
				as = p
			}
		}
	}
	switch as {
	case "MAN":
		return "manuels"
	case "MUL", "ACC":
		return "brne"
	case "DOC", "DIC":
		return "documents"
	}
	return "autres"
}

// families shows the mothers of family, those that not everybody has already chosen.
func (c *Room) families(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	return c.showFamilies(w, r, at, http.StatusOK, "")
}

func (c *Room) showFamilies(w http.ResponseWriter, r *http.Request, at hall.Site, status int, trouble string) error {
	p := &familiesPage{Shell: c.Shell(r, at), Plan: at.Path(familiesPlanPath)}
	p.Title, p.Lead, p.Do = p.T("console.families.title"), p.T(at.Own("console.families.lead.")), p.T(at.Own("console.families.do."))
	p.Shell.Here = at.Path(hall.FamiliesPath)
	p.Crumbs = familyCrumbs(at, &p.Shell, 0)
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "familles", Text: trouble}}
	}
	all, err := c.Items(r, at)
	if err != nil {
		return err
	}
	rows, err := c.familyRows(r, at, p, all)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		if len(rows[kind]) > 0 {
			p.Groups = append(p.Groups, familyGroup{kind, p.T("console.family.kind." + kind), rows[kind]})
		}
	}
	p.Note = p.T(at.Own("console.families.bar.none."))
	if p.Left > 0 {
		p.Note = p.T(at.Own("console.families.bar.left."), "n", p.Left)
	}
	if len(p.Groups) == 0 {
		p.Empty = look.Empty{Title: p.T("console.families.none.title"), Text: p.T("console.families.none.text"), Action: look.Link{Text: p.T("console.nav.resources"), Href: at.Path(hall.GivePath)}}
	}
	return c.page.Send(w, r, status, p)
}

// familyRows are the mothers by kind: those that may be given, and those whose books the school has without a subscription to them.
func (c *Room) familyRows(r *http.Request, at hall.Site, p *familiesPage, all []hall.Item) (map[string][]familyRow, error) {
	books, mothers := errand.BooksOf(all), errand.MothersOf(all)
	plan, err := c.toEverybody(r, at, mothers)
	if err != nil {
		return nil, err
	}
	rows := map[string][]familyRow{}
	have := map[catalogue.ResourceID]bool{}
	for _, m := range mothers {
		have[m.Resource] = true
		row := p.familyRow(at, m, books[m.Resource])
		row.given(&p.Shell, at, plan, m)
		if !row.Given {
			p.Left++
			p.Picked++
			row.On = true
		}
		rows[kindOf(m.Notice, books[m.Resource])] = append(rows[kindOf(m.Notice, books[m.Resource])], row)
	}
	var missing []catalogue.ResourceID
	for id := range books {
		if !have[id] && at.Allows(id) { // one that is not in a delegate's scope may well be there
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return rows, nil
	}
	notices, err := c.Notices.ListResources(r.Context(), missing...)
	if err != nil {
		return nil, fmt.Errorf("notices of families for %s: %w", at.School.ID, err)
	}
	slices.SortFunc(notices, func(a, b catalogue.Resource) int { return cmp.Compare(a.Title, b.Title) })
	for _, n := range notices {
		row := p.familyRow(at, hall.Item{Stock: licensing.Stock{Resource: n.ID, Title: n.Title, Family: true}, Notice: n}, books[n.ID])
		row.Closed, row.Href, row.Icon, row.State = true, "", "ban", p.T("console.families.state.closed")
		rows[kindOf(n, books[n.ID])] = append(rows[kindOf(n, books[n.ID])], row)
	}
	return rows, nil
}

// population reads the classes that families go to. A form that names others, which these pages do not ask for, is of nobody here.
func (c *Room) population(r *http.Request, at hall.Site) (hall.Cohorts, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	labels, err := c.Scoped(r, at)
	if err == nil {
		_, err = hall.ReadSelection(r, at.Choosable(labels))
	}
	return labels, err
}

// toEverybody plans to give resources to the whole population, or to all of a delegate's scope.
func (c *Room) toEverybody(r *http.Request, at hall.Site, what []hall.Item) (licensing.Plan, error) {
	labels, err := c.population(r, at)
	everybody := at.Everybody(labels)
	if err != nil || len(what) == 0 || len(everybody) == 0 {
		return licensing.Plan{}, err
	}
	order := licensing.Order{School: at.School.ID, Targets: everybody, For: at.Asker()}
	for _, i := range what {
		order.Resources = append(order.Resources, i.Resource)
	}
	return c.Copies.Plan(r.Context(), order)
}

func (p *familiesPage) familyRow(at hall.Site, m hall.Item, books []hall.Item) familyRow {
	d := hall.Desk{Site: at, Stock: m.Stock, Notice: m.Notice}
	row := familyRow{ID: string(m.Resource), Title: m.Title, By: m.Notice.Publisher.Name, Href: d.Path("/population"), Cover: d.Cover()}
	for _, b := range books {
		row.Members = append(row.Members, b.Title)
	}
	return row
}

// given says who has the family.
func (row *familyRow) given(s *look.Shell, at hall.Site, plan licensing.Plan, m hall.Item) {
	i := slices.IndexFunc(plan.Figures, func(f licensing.Figures) bool { return f.Resource == m.Resource })
	if i < 0 { // a delegate's classes are gone: there is nobody to give it to
		row.State = s.T("console.families.state.none")
		return
	}
	f := plan.Figures[i]
	switch {
	case !errand.Changes(plan, f):
		row.Given, row.Icon, row.Tone, row.State = true, "check", look.Green, s.T(at.Own("console.families.state.all."))
	case f.Has > 0:
		row.Icon, row.Tone, row.State = "triangle-alert", look.Amber, s.T("console.families.state.some", "n", f.Has, "of", f.Has+f.Gets+f.Short)
	default:
		row.Icon, row.Tone, row.State = "triangle-alert", look.Amber, s.T("console.families.state.none")
	}
}

func familyCrumbs(at hall.Site, s *look.Shell, now int) []look.Link {
	return hall.PathTo(now+1, look.Link{Text: s.T("console.crumb.home"), Href: at.Path("")}, look.Link{Text: s.T("console.families.title"), Href: at.Path(hall.FamiliesPath)},
		look.Link{Text: s.T("console.step.plan")})
}

// noFamily leads an address typed by hand back to the families.
func (c *Room) noFamily(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	http.Redirect(w, r, at.Path(hall.FamiliesPath), http.StatusSeeOther)
	return nil
}

// familyErrand reads the order: these families to the whole population.
func (c *Room) familyErrand(r *http.Request, at hall.Site) (*errand.Errand, error) {
	labels, err := c.population(r, at)
	if err != nil {
		return nil, err
	}
	s := c.Said(r)
	e := &errand.Errand{Site: at, Labels: labels, Order: licensing.Order{School: at.School.ID, For: at.Asker()}, Crumbs: familyCrumbs(at, s, 1),
		Back: hall.FamiliesPath, Plan: familiesPlanPath, Apply: familiesGivePath, Done: hall.FamiliesPath}
	e.To(r, at.Everybody(labels))
	all, err := c.Items(r, at)
	if err != nil {
		return nil, err
	}
	return e, e.Pick(r, errand.MothersOf(all))
}

func (c *Room) familyPlan(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	e, err := c.familyErrand(r, at)
	if err != nil {
		return err
	}
	if len(e.Items) == 0 {
		return c.showFamilies(w, r, at, http.StatusBadRequest, c.Said(r).T("console.families.choose"))
	}
	return c.ShowErrand(w, r, e)
}

func (c *Room) familyGive(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	e, err := c.familyErrand(r, at)
	if err != nil {
		return err
	}
	if len(e.Items) == 0 {
		return c.showFamilies(w, r, at, http.StatusBadRequest, c.Said(r).T("console.families.choose"))
	}
	return c.DoErrand(w, r, e)
}
