package population

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/console/errand"
	"pupitre/web/console/hall"
)

// crowdPage is the first step of « Entrer par population »: to whom resources go.
type crowdPage struct {
	look.Shell
	Profile  directory.Profile // "" is everybody
	Profiles []hall.ProfileChoice
	School   hall.Box
	Levels   []crowdLevel
	Groups   []hall.Box
	Name     string
	Rows     []hall.Box // persons found by their name
	Found    string
	Hidden   []look.Hidden
	Here     string
	Next     string
	Bar      hall.Bar
}

// Many reports whether there are so many classes that they are worth being searched.
func (p *crowdPage) Many() bool {
	n := len(p.Groups)
	for _, level := range p.Levels {
		n += len(level.Classes)
	}
	return n >= hall.ManyClasses
}

// crowdLevel gathers the classes of a level.
type crowdLevel struct {
	Level   string // "" for classes of no known level
	Classes []hall.Box
}

// crowdShelfPage is the second step: which resources.
type crowdShelfPage struct {
	look.Shell
	Shelf   errand.Shelf
	Carried []look.Hidden
	Counted bool // counted resources are listed too
	Whom    string
	Here    string
	Back    string
	Plan    string
}

// Where « Entrer par population » has its pages.
const (
	crowdShelfPath = hall.CrowdPath + "/ressources"
	crowdGivePath  = hall.CrowdPath + "/attribuer"
)

// crowd is to whom resources go.
type crowd struct {
	chosen hall.Selection
	labels hall.Cohorts
	of     catalogue.ResourceID // whose selection it is, where the form names that instead of persons
}

// Drafts keeps whom managers have chosen for a resource. licensing.Service satisfies it.
type Drafts interface {
	FindSelection(ctx context.Context, of licensing.SelectionKey) (licensing.Selection, error)
	Choose(ctx context.Context, c licensing.Choosing) (licensing.Chosen, error)
}

// crowd reads whom the form names: targets, or the selection that the reader has made for a resource.
func (c *Room) crowd(r *http.Request, at hall.Site) (crowd, error) {
	if err := r.ParseForm(); err != nil {
		return crowd{}, err
	}
	labels, err := c.Scoped(r, at)
	if err != nil {
		return crowd{}, err
	}
	ch := crowd{labels: labels, of: catalogue.ResourceID(r.FormValue("selection"))}
	if ch.chosen, err = hall.ReadSelection(r, at.Choosable(ch.labels)); err != nil || ch.of == "" {
		return ch, err
	}
	kept, err := c.Drafts.FindSelection(r.Context(), at.Selecting(ch.of))
	ch.chosen = slices.DeleteFunc(kept.Targets, func(t licensing.Target) bool { return t.Kind != licensing.Person && !labels.Of(t) })
	return ch, err
}

// populations lets the manager choose a population: the school, classes, groups, persons found by name, narrowed to a profile or not.
func (c *Room) populations(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	ch, err := c.crowd(r, at)
	if err != nil {
		return err
	}
	if r.Form.Has("vider") {
		ch.chosen = nil
	}
	return c.showCrowd(w, r, at, ch, http.StatusOK, "")
}

func (c *Room) showCrowd(w http.ResponseWriter, r *http.Request, at hall.Site, ch crowd, status int, trouble string) error {
	p := &crowdPage{Shell: c.Shell(r, at), Profile: directory.Profile(r.FormValue("profil")), Name: r.FormValue("nom"), Here: at.Path(hall.CrowdPath), Next: at.Path(crowdShelfPath)}
	if r.Form.Has("montrer") {
		p.Profile = directory.Profile(r.FormValue("montrer"))
	}
	if p.Profile != "" && !slices.Contains(directory.Profiles, p.Profile) {
		return fault.New(fault.Invalid, "console.profile.unknown")
	}
	p.Title, p.Lead = p.T("console.step.population.title"), p.T("console.crowd.lead")
	if at.Scope() != nil {
		p.Lead = p.T("console.crowd.lead.scope")
	}
	p.Shell.Here = p.Here
	p.Crumbs, p.Steps = crowdCrumbs(at, &p.Shell, 0), crowdSteps(at, &p.Shell, 0)
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "qui", Text: trouble}}
	}
	if err := c.crowdTree(r, at, p, ch); err != nil {
		return err
	}
	if err := c.crowdNames(r, at, p, ch); err != nil {
		return err
	}
	shown := map[string]bool{p.School.Value: true}
	for _, level := range p.Levels {
		for _, box := range level.Classes {
			shown[box.Value] = true
		}
	}
	for _, box := range append(slices.Clone(p.Groups), p.Rows...) {
		shown[box.Value] = true
	}
	for _, value := range ch.chosen.Values() {
		if !shown[value] {
			p.Hidden = append(p.Hidden, look.Hidden{Name: "cible", Value: value})
		}
	}
	p.Bar = hall.Bar{Title: p.T("console.bar.nobody"), Note: p.T("console.bar.nobody.note"), None: len(ch.chosen) == 0}
	if !p.Bar.None {
		p.Bar.Title, p.Bar.Note = p.T("console.crowd.chosen"), lang.Capital(ch.labels.Whom(&p.Shell, ch.chosen))
	}
	return c.pages.crowd.Send(w, r, status, p)
}

// crowdTree fills the profiles, and the school's classes and groups with how many of the profile there are.
func (c *Room) crowdTree(r *http.Request, at hall.Site, p *crowdPage, ch crowd) error {
	found, err := c.People.Headcounts(r.Context(), at.School.ID, directory.Filter{Profile: p.Profile, Among: at.Scope()})
	if err != nil {
		return err
	}
	for _, profile := range append([]directory.Profile{""}, directory.Profiles...) {
		text, n := p.T("console.crowd.everybody"), found.Everybody
		if profile != "" {
			text, n = p.T("console.publics."+string(profile)), found.Profiles[profile]
		}
		p.Profiles = append(p.Profiles, hall.ProfileChoice{Value: string(profile), Text: text, Count: n, On: profile == p.Profile})
		if profile == p.Profile {
			p.School = p.box(ch, licensing.ToSchool(p.of()...), p.T("console.target.school"), n)
			if at.Scope() != nil { // a delegate's scope is chosen by its classes
				p.School.Value, p.School.Label = "", p.T("console.delegate.scope")
			}
		}
	}
	some, err := c.Halves(r.Context(), at.School.ID, ch.chosen.Persons(p.Profile))
	if err != nil {
		return err
	}
	for _, cohort := range hall.Sorted(ch.labels) {
		n := found.Cohorts[cohort.ID]
		box := p.box(ch, licensing.ToCohort(cohort.ID, p.of()...), cohort.Label, n)
		box.Cohort = cohort.ID
		if k := some[cohort.ID]; k > 0 && !box.On && !p.School.On {
			box.Half, box.Note = k, p.T("console.tree.chosen", "n", k, "size", n)
		}
		switch {
		case n == 0 && !box.On:
		case cohort.Kind == directory.Group:
			p.Groups = append(p.Groups, box)
		default:
			p.addClass(cohort.Level, box)
		}
	}
	slices.SortStableFunc(p.Levels, func(a, b crowdLevel) int { return web.CompareLevels(a.Level, b.Level) })
	return nil
}

// of are the profiles that targets are narrowed to.
func (p *crowdPage) of() []directory.Profile {
	if p.Profile == "" {
		return nil
	}
	return []directory.Profile{p.Profile}
}

func (p *crowdPage) box(ch crowd, t licensing.Target, label string, n int) hall.Box {
	return hall.Box{Value: t.String(), Label: label, Note: lang.Number(p.Locale, int64(n)), On: ch.chosen.Has(t)}
}

func (p *crowdPage) addClass(level string, box hall.Box) {
	i := slices.IndexFunc(p.Levels, func(l crowdLevel) bool { return l.Level == level })
	if i < 0 {
		i = len(p.Levels)
		p.Levels = append(p.Levels, crowdLevel{Level: level})
	}
	p.Levels[i].Classes = append(p.Levels[i].Classes, box)
}

// namesAtOnce is how many persons of a name are listed.
const namesAtOnce = 200

// crowdNames lists persons whose name begins so.
func (c *Room) crowdNames(r *http.Request, at hall.Site, p *crowdPage, ch crowd) error {
	if p.Name == "" {
		return nil
	}
	filter := directory.Filter{Profile: p.Profile, Text: p.Name, Among: at.Scope()}
	n, err := c.People.CountPersons(r.Context(), at.School.ID, filter)
	if err != nil {
		return err
	}
	members, err := c.People.ListPersons(r.Context(), at.School.ID, filter, directory.Page{Limit: namesAtOnce})
	if err != nil {
		return err
	}
	ids := make([]directory.PersonID, len(members))
	for i, m := range members {
		ids[i] = m.Person
	}
	places, err := c.Copies.Places(r.Context(), at.School.ID, ids)
	if err != nil {
		return err
	}
	for _, m := range members {
		t := hall.Person(m.Person, m.Profile)
		box := hall.Box{Value: t.String(), Label: m.Name.Family + " " + m.Name.Given, Note: p.T("console.crowd.profile." + string(m.Profile)), On: ch.chosen.Has(t), In: places[m.Person]}
		if class, ok := ch.labels.ClassOf(box.In); ok && m.Profile == directory.Pupil { // which tells namesakes apart
			box.Note = class.Label
		}
		p.Rows = append(p.Rows, box)
	}
	switch {
	case n == 0:
		p.Found = p.T("console.list.none.name", "name", p.Name)
	case n > len(members):
		p.Found = p.T("console.crowd.found.first", "n", n, "shown", len(members))
	default:
		p.Found = p.T("console.crowd.found", "n", n)
	}
	return nil
}

func crowdSteps(at hall.Site, s *look.Shell, now int) []look.Step {
	return hall.Stepping(now, look.Step{Text: s.T("console.step.population"), Href: at.Path(hall.CrowdPath)}, look.Step{Text: s.T("console.crowd.step.resources")}, look.Step{Text: s.T("console.step.plan")})
}

func crowdCrumbs(at hall.Site, s *look.Shell, now int) []look.Link {
	return hall.PathTo(now+1, look.Link{Text: s.T("console.crumb.home"), Href: at.Path("")}, look.Link{Text: s.T("console.step.population.title"), Href: at.Path(hall.CrowdPath)},
		look.Link{Text: s.T("console.crowd.step.resources.title")}, look.Link{Text: s.T("console.step.plan")})
}

// noCrowd leads an address typed by hand back to the choice of a population: the later steps answer forms.
func (c *Room) noCrowd(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	http.Redirect(w, r, at.Path(hall.CrowdPath), http.StatusSeeOther)
	return nil
}

// crowdShelf lists what this population may be given: by the document's rule the resources « en affectation établissement » and, where
// the manager asks for them, the counted ones with their six counters.
func (c *Room) crowdShelf(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	ch, err := c.crowd(r, at)
	if err != nil {
		return err
	}
	if len(ch.chosen) == 0 {
		s := c.House.Site.Shell(r)
		return c.showCrowd(w, r, at, ch, http.StatusBadRequest, s.T("console.bar.nobody.trouble"))
	}
	return c.showCrowdShelf(w, r, at, ch, http.StatusOK, "")
}

func (c *Room) showCrowdShelf(w http.ResponseWriter, r *http.Request, at hall.Site, ch crowd, status int, trouble string) error {
	p := &crowdShelfPage{Shell: c.Shell(r, at), Counted: counted(r), Whom: ch.labels.Whom(c.Said(r), ch.chosen), Here: at.Path(crowdShelfPath), Back: at.Path(hall.CrowdPath), Plan: at.Path(hall.CrowdPlanPath)}
	p.Title, p.Lead = p.T("console.crowd.step.resources.title"), p.T("console.crowd.shelf.lead", "whom", p.Whom)
	p.Shell.Here = p.Back
	p.Crumbs, p.Steps = crowdCrumbs(at, &p.Shell, 1), crowdSteps(at, &p.Shell, 1)
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "choix", Text: trouble}}
	}
	for _, value := range ch.chosen.Values() {
		p.Carried = append(p.Carried, look.Hidden{Name: "cible", Value: value})
	}
	all, err := c.Items(r, at)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(i hall.Item) bool { return !p.Counted && !siteWide(i) })
	weighed, err := c.weighAll(r, at, ch, all)
	if err != nil {
		return err
	}
	p.Shelf = errand.Shelf{Find: hall.ReadFind(r), Note: p.T("console.crowd.shelf.note")}
	if p.Counted {
		p.Shelf.Heads = hall.CounterLabels(&p.Shell)
	}
	p.Shelf.Lay(&p.Shell, at, all, r.Form["ressource"], func(i hall.Item) errand.ShelfRow {
		f := weighed[i.Resource]
		row := errand.ShelfRow{}
		row.State, row.Icon = crowdState(&p.Shell, f)
		if p.Counted {
			f.Before.SiteWide = i.Counters.SiteWide
			row.Cells, row.Of = hall.Desk{Site: at, Stock: i.Stock}.Cells(&p.Shell, f.Before, f.PortionsBefore)
		}
		return row
	})
	if len(all) == 0 {
		p.Shelf.Empty = p.T("console.crowd.shelf.none")
	}
	return c.pages.crowdShelf.Send(w, r, status, p)
}

// counted reports whether the form asks for counted resources too. A button overrides what the form remembers.
func counted(r *http.Request) bool {
	if r.Form.Has("lister") {
		return r.FormValue("lister") == "comptees"
	}
	return r.FormValue("comptees") != ""
}

// siteWide reports whether the resource is « en affectation établissement ».
func siteWide(i hall.Item) bool {
	return slices.ContainsFunc(i.Pools, func(p licensing.Pool) bool { return p.Kind == licensing.Establishment })
}

// weighAll says what giving each of these resources to those chosen would do.
func (c *Room) weighAll(r *http.Request, at hall.Site, ch crowd, all []hall.Item) (map[catalogue.ResourceID]licensing.Figures, error) {
	out := map[catalogue.ResourceID]licensing.Figures{}
	if len(all) == 0 {
		return out, nil
	}
	order := ch.chosen.Order(hall.Desk{Site: at})
	order.Resources = nil
	for _, i := range all {
		order.Resources = append(order.Resources, i.Resource)
	}
	plan, err := c.Copies.Plan(r.Context(), order)
	if err != nil {
		return nil, fmt.Errorf("weigh %d resources in %s: %w", len(all), at.School.ID, err)
	}
	for _, f := range plan.Figures {
		out[f.Resource] = f
	}
	return out, ch.chosen.Known(plan)
}

// crowdState says what these persons have of a resource already.
func crowdState(s *look.Shell, f licensing.Figures) (text, icon string) {
	able := f.Has + f.Gets + f.Short
	switch {
	case able == 0:
		return s.T("console.state.public"), "ban"
	case f.Has == able:
		return s.T("console.crowd.state.all"), "check"
	case f.Has > 0:
		return s.T("console.crowd.state.some", "n", f.Has, "of", able), ""
	}
	return s.T("console.crowd.state.none"), ""
}

// crowdErrand reads the order: resources to a population.
func (c *Room) crowdErrand(r *http.Request, at hall.Site) (*errand.Errand, error) {
	ch, err := c.crowd(r, at)
	if err != nil {
		return nil, err
	}
	s := c.Said(r)
	e := &errand.Errand{Site: at, Labels: ch.labels, Order: licensing.Order{School: at.School.ID, For: at.Asker()}, Crumbs: crowdCrumbs(at, s, 2), Steps: crowdSteps(at, s, 2),
		Back: crowdShelfPath, Plan: hall.CrowdPlanPath, Apply: crowdGivePath, Done: hall.CrowdPath}
	e.To(r, ch.chosen)
	if ch.of == "" {
		e.CarryTargets(ch.chosen)
	} else {
		e.Carry("selection", string(ch.of))
		e.Kept, e.Back = true, hall.GivePath+"/"+string(ch.of)+"/population"
		e.Done = e.Back
		e.Did = func() error { // what another window chose meanwhile stays
			_, err := c.Drafts.Choose(r.Context(), licensing.Choosing{Of: at.Selecting(ch.of), Seen: licensing.AnyVersion, Remove: ch.chosen})
			return err
		}
	}
	all, err := c.Items(r, at)
	if err != nil {
		return nil, err
	}
	if counted(r) {
		e.Carry("comptees", "1")
	}
	if err := e.Pick(r, all); err != nil {
		return nil, err
	}
	return e, c.OfferFamilies(r, e, all)
}

// crowdPlan shows what the order would do, or says which crowd is missing.
func (c *Room) crowdPlan(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	e, err := c.crowdErrand(r, at)
	if err != nil {
		return err
	}
	if missing, err := c.incomplete(w, r, at, e); missing {
		return err
	}
	return c.ShowErrand(w, r, e)
}

// crowdGive applies the plan that the manager saw.
func (c *Room) crowdGive(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	e, err := c.crowdErrand(r, at)
	if err != nil {
		return err
	}
	if missing, err := c.incomplete(w, r, at, e); missing {
		return err
	}
	return c.DoErrand(w, r, e)
}

// incomplete goes back to the choice that is missing, if one is.
func (c *Room) incomplete(w http.ResponseWriter, r *http.Request, at hall.Site, e *errand.Errand) (bool, error) {
	s := c.Said(r)
	ch := crowd{chosen: e.Chosen, labels: e.Labels}
	switch {
	case len(e.Chosen) == 0:
		return true, c.showCrowd(w, r, at, ch, http.StatusBadRequest, s.T("console.bar.nobody.trouble"))
	case len(e.Items) == 0:
		return true, c.showCrowdShelf(w, r, at, ch, http.StatusBadRequest, s.T("console.resources.choose"))
	}
	return false, nil
}
