package console

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/internal/look"
	"pupitre/licensing"
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
	familiesPath     = "/familles"
	familiesPlanPath = familiesPath + "/plan"
	familiesGivePath = familiesPath + "/attribuer"
)

// kinds of mothers, in the order of the page. A kind's words are console.family.kind.<kind>.
var kinds = []string{"manuels", "brne", "documents", "autres"}

// kindOf is the kind of a mother, by how her notice says that she is presented. A notice that says nothing reads as multimedia, like
// most of a catalogue: then it is what most of her books are that tells.
func kindOf(mother catalogue.Resource, books []item) string {
	as := mother.Presentation
	if as == "" || as == "MUL" && len(mother.Pedagogical) == 0 {
		count := map[catalogue.Presentation]int{}
		for _, b := range books {
			count[b.notice.Presentation]++
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

// booksOf are the school's books of each mother.
func booksOf(all []item) map[catalogue.ResourceID][]item {
	out := map[catalogue.ResourceID][]item{}
	for _, i := range all {
		if i.notice.Family != "" {
			out[i.notice.Family] = append(out[i.notice.Family], i)
		}
	}
	return out
}

// families shows the mothers of family, those that not everybody has already chosen.
func (c *Room) families(w http.ResponseWriter, r *http.Request, at site) error {
	return c.showFamilies(w, r, at, http.StatusOK, "")
}

func (c *Room) showFamilies(w http.ResponseWriter, r *http.Request, at site, status int, trouble string) error {
	p := &familiesPage{Shell: c.shell(r, at), Plan: at.path(familiesPlanPath)}
	p.Title, p.Lead, p.Do = p.T("console.families.title"), p.T(at.own("console.families.lead.")), p.T(at.own("console.families.do."))
	p.Shell.Here = at.path(familiesPath)
	p.Crumbs = at.familyCrumbs(&p.Shell, 0)
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "familles", Text: trouble}}
	}
	all, err := c.items(r, at)
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
	p.Note = p.T(at.own("console.families.bar.none."))
	if p.Left > 0 {
		p.Note = p.T(at.own("console.families.bar.left."), "n", p.Left)
	}
	if len(p.Groups) == 0 {
		p.Empty = look.Empty{Title: p.T("console.families.none.title"), Text: p.T("console.families.none.text"), Action: look.Link{Text: p.T("console.nav.resources"), Href: at.path(givePath)}}
	}
	return c.pages.families.Send(w, r, status, p)
}

// familyRows are the mothers by kind: those that may be given, and those whose books the school has without a subscription to them.
func (c *Room) familyRows(r *http.Request, at site, p *familiesPage, all []item) (map[string][]familyRow, error) {
	books, mothers := booksOf(all), mothersOf(all)
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
		rows[kindOf(m.notice, books[m.Resource])] = append(rows[kindOf(m.notice, books[m.Resource])], row)
	}
	var missing []catalogue.ResourceID
	for id := range books {
		if !have[id] && at.allows(id) { // one that is not in a delegate's scope may well be there
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return rows, nil
	}
	notices, err := c.Notices.ListResources(r.Context(), missing...)
	if err != nil {
		return nil, fmt.Errorf("notices of families for %s: %w", at.school.ID, err)
	}
	slices.SortFunc(notices, func(a, b catalogue.Resource) int { return cmp.Compare(a.Title, b.Title) })
	for _, n := range notices {
		row := p.familyRow(at, item{licensing.Stock{Resource: n.ID, Title: n.Title, Family: true}, n}, books[n.ID])
		row.Closed, row.Href, row.Icon, row.State = true, "", "ban", p.T("console.families.state.closed")
		rows[kindOf(n, books[n.ID])] = append(rows[kindOf(n, books[n.ID])], row)
	}
	return rows, nil
}

// mothersOf are the mothers of family among a school's resources.
func mothersOf(all []item) []item {
	return slices.DeleteFunc(slices.Clone(all), func(i item) bool { return !i.Family })
}

// toEverybody plans to give resources to the whole population, or to all of a delegate's scope.
func (c *Room) toEverybody(r *http.Request, at site, what []item) (licensing.Plan, error) {
	ch, err := c.crowd(r, at)
	everybody := at.everybody(ch.labels)
	if err != nil || len(what) == 0 || len(everybody) == 0 {
		return licensing.Plan{}, err
	}
	order := licensing.Order{School: at.school.ID, Targets: everybody, For: at.asker()}
	for _, i := range what {
		order.Resources = append(order.Resources, i.Resource)
	}
	return c.Copies.Plan(r.Context(), order)
}

func (p *familiesPage) familyRow(at site, m item, books []item) familyRow {
	d := desk{site: at, stock: m.Stock, notice: m.notice}
	row := familyRow{ID: string(m.Resource), Title: m.Title, By: m.notice.Publisher.Name, Href: d.path("/population"), Cover: d.cover()}
	for _, b := range books {
		row.Members = append(row.Members, b.Title)
	}
	return row
}

// changes reports whether a plan gives a resource to anybody.
func changes(plan licensing.Plan, f licensing.Figures) bool {
	return f.Gets > 0 || f.Short > 0 || slices.ContainsFunc(plan.Targets, func(t licensing.GivenTarget) bool { return t.Resource == f.Resource })
}

// given says who has the family.
func (row *familyRow) given(s *look.Shell, at site, plan licensing.Plan, m item) {
	i := slices.IndexFunc(plan.Figures, func(f licensing.Figures) bool { return f.Resource == m.Resource })
	if i < 0 { // a delegate's classes are gone: there is nobody to give it to
		row.State = s.T("console.families.state.none")
		return
	}
	f := plan.Figures[i]
	switch {
	case !changes(plan, f):
		row.Given, row.Icon, row.Tone, row.State = true, "check", look.Green, s.T(at.own("console.families.state.all."))
	case f.Has > 0:
		row.Icon, row.Tone, row.State = "triangle-alert", look.Amber, s.T("console.families.state.some", "n", f.Has, "of", f.Has+f.Gets+f.Short)
	default:
		row.Icon, row.Tone, row.State = "triangle-alert", look.Amber, s.T("console.families.state.none")
	}
}

func (at site) familyCrumbs(s *look.Shell, now int) []look.Link {
	return pathTo(now+1, look.Link{Text: s.T("console.crumb.home"), Href: at.path("")}, look.Link{Text: s.T("console.families.title"), Href: at.path(familiesPath)},
		look.Link{Text: s.T("console.step.plan")})
}

// noFamily leads an address typed by hand back to the families.
func (c *Room) noFamily(w http.ResponseWriter, r *http.Request, at site) error {
	http.Redirect(w, r, at.path(familiesPath), http.StatusSeeOther)
	return nil
}

// familyErrand reads the order: these families to the whole population.
func (c *Room) familyErrand(r *http.Request, at site) (*errand, error) {
	ch, err := c.crowd(r, at)
	if err != nil {
		return nil, err
	}
	s := c.said(r)
	e := &errand{site: at, labels: ch.labels, order: licensing.Order{School: at.school.ID, For: at.asker()}, crumbs: at.familyCrumbs(s, 1),
		back: familiesPath, plan: familiesPlanPath, apply: familiesGivePath, done: familiesPath}
	e.to(r, at.everybody(ch.labels))
	all, err := c.items(r, at)
	if err != nil {
		return nil, err
	}
	return e, e.pick(r, mothersOf(all))
}

func (c *Room) familyPlan(w http.ResponseWriter, r *http.Request, at site) error {
	e, err := c.familyErrand(r, at)
	if err != nil {
		return err
	}
	if len(e.items) == 0 {
		return c.showFamilies(w, r, at, http.StatusBadRequest, c.said(r).T("console.families.choose"))
	}
	return c.showErrand(w, r, e)
}

func (c *Room) familyGive(w http.ResponseWriter, r *http.Request, at site) error {
	e, err := c.familyErrand(r, at)
	if err != nil {
		return err
	}
	if len(e.items) == 0 {
		return c.showFamilies(w, r, at, http.StatusBadRequest, c.said(r).T("console.families.choose"))
	}
	return c.doErrand(w, r, e)
}

// offerFamilies offers the mothers of the order's books that these persons have not all been given.
func (c *Room) offerFamilies(r *http.Request, e *errand, all []item) error {
	var ungiven []item
	for _, m := range mothersOf(all) {
		if !slices.Contains(e.order.Resources, m.Resource) && slices.ContainsFunc(e.items, func(i item) bool { return i.notice.Family == m.Resource }) {
			ungiven = append(ungiven, m)
		}
	}
	if len(ungiven) == 0 || len(e.order.Targets) == 0 {
		return nil
	}
	order := e.order
	order.Resources = nil
	for _, m := range ungiven {
		order.Resources = append(order.Resources, m.Resource)
	}
	plan, err := c.Copies.Plan(r.Context(), order)
	if err != nil {
		return err
	}
	e.remedy = familyRemedy(c.said(r), plan, ungiven)
	return nil
}

// familyRemedy warns of the families that a plan would give to somebody, nil for none.
func familyRemedy(s *look.Shell, plan licensing.Plan, mothers []item) *remedy {
	var out *remedy
	names := ""
	for _, f := range plan.Figures {
		if !changes(plan, f) {
			continue
		}
		i := slices.IndexFunc(mothers, func(m item) bool { return m.Resource == f.Resource })
		if out == nil {
			out = &remedy{}
		} else {
			names += ", "
		}
		names += mothers[i].Title
		out.Fields = append(out.Fields, look.Hidden{Name: "ressource", Value: string(f.Resource)})
	}
	if out != nil {
		n := len(out.Fields)
		out.Message = look.Message{Title: s.T("console.families.offer.title", "n", n), Text: s.T("console.families.offer.text", "titles", names)}
		out.Verb = s.T("console.families.offer.do", "n", n)
	}
	return out
}

// offerFamily offers the mother of the one book that a plan gives: both then become an order of several resources.
func (c *Room) offerFamily(r *http.Request, d desk, ch choice) (*remedy, error) {
	if d.notice.Family == "" {
		return nil, nil
	}
	all, err := c.items(r, d.site)
	if err != nil {
		return nil, err
	}
	e := &errand{site: d.site, order: ch.plan.Order, items: []item{{d.stock, d.notice}}}
	if err := c.offerFamilies(r, e, all); err != nil || e.remedy == nil {
		return nil, err
	}
	e.remedy.Action = d.site.path(crowdPlanPath)
	e.remedy.Fields = append(e.remedy.Fields, look.Hidden{Name: "ressource", Value: string(d.stock.Resource)}, look.Hidden{Name: "comptees", Value: "1"})
	for _, value := range ch.chosen.values() {
		e.remedy.Fields = append(e.remedy.Fields, look.Hidden{Name: "cible", Value: value})
	}
	return e.remedy, nil
}
