package console

import (
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
)

// crowdPage is the first step of « Entrer par population »: to whom resources go.
type crowdPage struct {
	look.Shell
	Profile  directory.Profile // "" is everybody
	Profiles []profileChoice
	School   crowdBox
	Levels   []crowdLevel
	Groups   []crowdBox
	Name     string
	Rows     []crowdBox // persons found by their name
	Found    string
	Hidden   []look.Hidden
	Here     string
	Next     string
	Bar      bar
}

// Many reports whether there are so many classes that they are worth being searched.
func (p *crowdPage) Many() bool {
	n := len(p.Groups)
	for _, level := range p.Levels {
		n += len(level.Classes)
	}
	return n >= manyClasses
}

// crowdBox is one target that may be chosen.
type crowdBox struct {
	Value, Label, Note string
	On                 bool
}

// crowdLevel gathers the classes of a level.
type crowdLevel struct {
	Level   string // "" for classes of no known level
	Classes []crowdBox
}

// crowdShelfPage is the second step: which resources.
type crowdShelfPage struct {
	look.Shell
	Shelf   shelf
	Carried []look.Hidden
	Counted bool // counted resources are listed too
	Whom    string
	Here    string
	Back    string
	Plan    string
}

// Where « Entrer par population » has its pages.
const (
	crowdPath      = "/populations"
	crowdShelfPath = crowdPath + "/ressources"
	crowdPlanPath  = crowdPath + "/plan"
	crowdGivePath  = crowdPath + "/attribuer"
)

// crowd reads whom the form names.
func (c *Room) crowd(r *http.Request, at site) (choice, error) {
	if err := r.ParseForm(); err != nil {
		return choice{}, err
	}
	list, err := c.People.Cohorts(r.Context(), at.school.ID)
	if err != nil {
		return choice{}, fmt.Errorf("classes of %s: %w", at.school.ID, err)
	}
	ch := choice{labels: byID(at.cohorts(list))}
	ch.chosen, err = readSelection(r, at.choosable(ch.labels))
	return ch, err
}

// populations lets the manager choose a population: the school, classes, groups, persons found by name, narrowed to a profile or not.
func (c *Room) populations(w http.ResponseWriter, r *http.Request, at site) error {
	ch, err := c.crowd(r, at)
	if err != nil {
		return err
	}
	if r.Form.Has("vider") {
		ch.chosen = nil
	}
	return c.showCrowd(w, r, at, ch, http.StatusOK, "")
}

func (c *Room) showCrowd(w http.ResponseWriter, r *http.Request, at site, ch choice, status int, trouble string) error {
	p := &crowdPage{Shell: c.shell(r, at), Profile: directory.Profile(r.FormValue("profil")), Name: r.FormValue("nom"), Here: at.path(crowdPath), Next: at.path(crowdShelfPath)}
	if r.Form.Has("montrer") {
		p.Profile = directory.Profile(r.FormValue("montrer"))
	}
	if p.Profile != "" && !slices.Contains(directory.Profiles, p.Profile) {
		return fault.New(fault.Invalid, "console.profile.unknown")
	}
	p.Title, p.Lead = p.T("console.step.population.title"), p.T("console.crowd.lead")
	if at.scope() != nil {
		p.Lead = p.T("console.crowd.lead.scope")
	}
	p.Shell.Here = p.Here
	p.Crumbs, p.Steps = at.crowdCrumbs(&p.Shell, 0), at.crowdSteps(&p.Shell, 0)
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
	for _, value := range ch.chosen.values() {
		if !shown[value] {
			p.Hidden = append(p.Hidden, look.Hidden{Name: "cible", Value: value})
		}
	}
	p.Bar = bar{Title: p.T("console.bar.nobody"), Note: p.T("console.bar.nobody.note"), None: len(ch.chosen) == 0}
	if !p.Bar.None {
		p.Bar.Title, p.Bar.Note = p.T("console.crowd.chosen"), lang.Capital(ch.whom(&p.Shell))
	}
	return c.pages.crowd.Send(w, r, status, p)
}

// crowdTree fills the profiles, and the school's classes and groups with how many of the profile there are.
func (c *Room) crowdTree(r *http.Request, at site, p *crowdPage, ch choice) error {
	found, err := c.People.Headcounts(r.Context(), at.school.ID, directory.Filter{Profile: p.Profile, Among: at.scope()})
	if err != nil {
		return err
	}
	for _, profile := range append([]directory.Profile{""}, directory.Profiles...) {
		text, n := p.T("console.crowd.everybody"), found.Everybody
		if profile != "" {
			text, n = p.T("console.publics."+string(profile)), found.Profiles[profile]
		}
		p.Profiles = append(p.Profiles, profileChoice{string(profile), text, n, profile == p.Profile})
		if profile == p.Profile {
			p.School = p.box(ch, licensing.ToSchool(p.of()...), p.T("console.target.school"), n)
			if at.scope() != nil { // a delegate's scope is chosen by its classes
				p.School.Value, p.School.Label = "", p.T("console.delegate.scope")
			}
		}
	}
	for _, cohort := range sorted(ch.labels) {
		n := found.Cohorts[cohort.ID]
		box := p.box(ch, licensing.ToCohort(cohort.ID, p.of()...), cohort.Label, n)
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

func (p *crowdPage) box(ch choice, t licensing.Target, label string, n int) crowdBox {
	return crowdBox{Value: t.String(), Label: label, Note: lang.Number(p.Locale, int64(n)), On: ch.chosen.has(t)}
}

func (p *crowdPage) addClass(level string, box crowdBox) {
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
func (c *Room) crowdNames(r *http.Request, at site, p *crowdPage, ch choice) error {
	if p.Name == "" {
		return nil
	}
	filter := directory.Filter{Profile: p.Profile, Text: p.Name, Among: at.scope()}
	n, err := c.People.CountPersons(r.Context(), at.school.ID, filter)
	if err != nil {
		return err
	}
	members, err := c.People.ListPersons(r.Context(), at.school.ID, filter, directory.Page{Limit: namesAtOnce})
	if err != nil {
		return err
	}
	for _, m := range members {
		t := person(m.Person, m.Profile)
		p.Rows = append(p.Rows, crowdBox{t.String(), m.Name.Family + " " + m.Name.Given, p.T("console.crowd.profile." + string(m.Profile)), ch.chosen.has(t)})
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

func (at site) crowdSteps(s *look.Shell, now int) []look.Step {
	return stepping(now, look.Step{Text: s.T("console.step.population"), Href: at.path(crowdPath)}, look.Step{Text: s.T("console.crowd.step.resources")}, look.Step{Text: s.T("console.step.plan")})
}

func (at site) crowdCrumbs(s *look.Shell, now int) []look.Link {
	return pathTo(now+1, look.Link{Text: s.T("console.crumb.home"), Href: at.path("")}, look.Link{Text: s.T("console.step.population.title"), Href: at.path(crowdPath)},
		look.Link{Text: s.T("console.crowd.step.resources.title")}, look.Link{Text: s.T("console.step.plan")})
}

// noCrowd leads an address typed by hand back to the choice of a population: the later steps answer forms.
func (c *Room) noCrowd(w http.ResponseWriter, r *http.Request, at site) error {
	http.Redirect(w, r, at.path(crowdPath), http.StatusSeeOther)
	return nil
}

// crowdShelf lists what this population may be given: by the document's rule the resources « en affectation établissement » and, where
// the manager asks for them, the counted ones with their six counters.
func (c *Room) crowdShelf(w http.ResponseWriter, r *http.Request, at site) error {
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

func (c *Room) showCrowdShelf(w http.ResponseWriter, r *http.Request, at site, ch choice, status int, trouble string) error {
	p := &crowdShelfPage{Shell: c.shell(r, at), Counted: counted(r), Whom: ch.whom(c.said(r)), Here: at.path(crowdShelfPath), Back: at.path(crowdPath), Plan: at.path(crowdPlanPath)}
	p.Title, p.Lead = p.T("console.crowd.step.resources.title"), p.T("console.crowd.shelf.lead", "whom", p.Whom)
	p.Shell.Here = p.Back
	p.Crumbs, p.Steps = at.crowdCrumbs(&p.Shell, 1), at.crowdSteps(&p.Shell, 1)
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "choix", Text: trouble}}
	}
	for _, value := range ch.chosen.values() {
		p.Carried = append(p.Carried, look.Hidden{Name: "cible", Value: value})
	}
	all, err := c.items(r, at)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(i item) bool { return !p.Counted && !i.siteWide() })
	weighed, err := c.weighAll(r, at, ch, all)
	if err != nil {
		return err
	}
	p.Shelf = shelf{Find: readFind(r), Note: p.T("console.crowd.shelf.note")}
	if p.Counted {
		p.Shelf.Heads = counterLabels(&p.Shell)
	}
	p.Shelf.lay(&p.Shell, at, all, r.Form["ressource"], func(i item) shelfRow {
		f := weighed[i.Resource]
		row := shelfRow{}
		row.State, row.Icon = crowdState(&p.Shell, f)
		if p.Counted {
			f.Before.SiteWide = i.Counters.SiteWide
			row.Cells = cells(&p.Shell, i.Stock, f.Before)
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
func (i item) siteWide() bool {
	return slices.ContainsFunc(i.Pools, func(p licensing.Pool) bool { return p.Kind == licensing.Establishment })
}

// weighAll says what giving each of these resources to those chosen would do.
func (c *Room) weighAll(r *http.Request, at site, ch choice, all []item) (map[catalogue.ResourceID]licensing.Figures, error) {
	out := map[catalogue.ResourceID]licensing.Figures{}
	if len(all) == 0 {
		return out, nil
	}
	order := ch.chosen.order(desk{site: at})
	order.Resources = nil
	for _, i := range all {
		order.Resources = append(order.Resources, i.Resource)
	}
	plan, err := c.Copies.Plan(r.Context(), order)
	if err != nil {
		return nil, fmt.Errorf("weigh %d resources in %s: %w", len(all), at.school.ID, err)
	}
	for _, f := range plan.Figures {
		out[f.Resource] = f
	}
	return out, ch.chosen.known(plan)
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

// said is a shell to say words with.
func (c *Room) said(r *http.Request) *look.Shell {
	s := c.House.Site.Shell(r)
	return &s
}

// crowdErrand reads the order: resources to a population.
func (c *Room) crowdErrand(r *http.Request, at site) (*errand, error) {
	ch, err := c.crowd(r, at)
	if err != nil {
		return nil, err
	}
	s := c.said(r)
	e := &errand{site: at, labels: ch.labels, order: licensing.Order{School: at.school.ID, For: at.asker()}, crumbs: at.crowdCrumbs(s, 2), steps: at.crowdSteps(s, 2),
		back: crowdShelfPath, plan: crowdPlanPath, apply: crowdGivePath, done: crowdPath}
	e.to(r, ch.chosen)
	e.carryTargets(ch.chosen)
	all, err := c.items(r, at)
	if err != nil {
		return nil, err
	}
	if counted(r) {
		e.carry("comptees", "1")
	}
	if err := e.pick(r, all); err != nil {
		return nil, err
	}
	return e, c.offerFamilies(r, e, all)
}

// crowdPlan shows what the order would do, or says which choice is missing.
func (c *Room) crowdPlan(w http.ResponseWriter, r *http.Request, at site) error {
	e, err := c.crowdErrand(r, at)
	if err != nil {
		return err
	}
	if missing, err := c.incomplete(w, r, at, e); missing {
		return err
	}
	return c.showErrand(w, r, e)
}

// crowdGive applies the plan that the manager saw.
func (c *Room) crowdGive(w http.ResponseWriter, r *http.Request, at site) error {
	e, err := c.crowdErrand(r, at)
	if err != nil {
		return err
	}
	if missing, err := c.incomplete(w, r, at, e); missing {
		return err
	}
	return c.doErrand(w, r, e)
}

// incomplete goes back to the choice that is missing, if one is.
func (c *Room) incomplete(w http.ResponseWriter, r *http.Request, at site, e *errand) (bool, error) {
	s := c.said(r)
	ch := choice{chosen: e.chosen, labels: e.labels}
	switch {
	case len(e.chosen) == 0:
		return true, c.showCrowd(w, r, at, ch, http.StatusBadRequest, s.T("console.bar.nobody.trouble"))
	case len(e.items) == 0:
		return true, c.showCrowdShelf(w, r, at, ch, http.StatusBadRequest, s.T("console.resources.choose"))
	}
	return false, nil
}
