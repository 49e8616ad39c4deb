package console

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"pupitre/directory"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
)

// tree is the school as one chooses in it: everybody, the classes level by level, the groups.
type tree struct {
	School node
	Levels []levelNode
	Groups []node
}

// levelNode gathers the classes of a level.
type levelNode struct {
	Level   string // "" for classes of no known level
	Count   int
	Classes []node
}

// node is one box.
type node struct {
	ID          directory.CohortID
	Value       string // what the form sends
	Label, Note string
	On, Shown   bool
}

// personsPerPage is how many persons a page lists: more than the largest class.
const personsPerPage = 60

// list is the persons of one class, group or the school, a page of them.
type list struct {
	Title   string
	Count   string // « 27 élèves »
	Total   int
	All     string // « Sélectionner les 28 élèves », "" where they are chosen already
	Rows    []personRow
	Cohort  directory.CohortID
	Pupils  bool // show their class
	Pager   look.Pager
	NextKey string
	NextAt  int
	Empty   string
}

// personRow is one person and what they have.
type personRow struct {
	Value, Name, Class string
	Cohort             directory.CohortID
	Has, Locked        bool
	State              string // why the box is closed: they have it, or cannot have it
	With               string // « avec 5e B »: chosen with a class
	On, Fixed          bool
}

// sorted lists classes and groups by their label.
func sorted(m cohorts) []directory.Cohort {
	return slices.SortedFunc(maps.Values(m), func(a, b directory.Cohort) int {
		return cmp.Or(cmp.Compare(directory.Fold(a.Label), directory.Fold(b.Label)), cmp.Compare(a.ID, b.ID))
	})
}

// overview is what each person of a profile has of the resource, found by one plan that changes nothing: every class is a target,
// so that each outcome says which class the person was met in.
type overview struct {
	met  map[directory.PersonID]licensing.Outcome
	size map[directory.CohortID]int // persons met in a class
	has  map[directory.CohortID]int // of them, who has a copy
}

func (c *Room) overview(r *http.Request, d desk, labels cohorts, p directory.Profile) (overview, error) {
	var everybody selection
	for _, cohort := range sorted(labels) {
		if cohort.Kind == directory.Class {
			everybody = append(everybody, licensing.ToCohort(cohort.ID, p))
		}
	}
	if d.scope() == nil {
		everybody = append(everybody, licensing.ToSchool(p))
	}
	for _, cohort := range sorted(labels) {
		if cohort.Kind == directory.Group && d.scope() != nil {
			everybody = append(everybody, licensing.ToCohort(cohort.ID, p))
		}
	}
	if len(everybody) == 0 { // no class of the scope is there any more
		return overview{}, nil
	}
	order := everybody.order(d)
	order.For = "" // it is to show who has what, whatever a delegate's budget
	plan, err := c.Copies.Plan(r.Context(), order)
	if err != nil {
		return overview{}, fmt.Errorf("overview of %s in %s: %w", d.stock.Resource, d.school.ID, err)
	}
	o := overview{map[directory.PersonID]licensing.Outcome{}, map[directory.CohortID]int{}, map[directory.CohortID]int{}}
	for _, outcome := range plan.Outcomes {
		o.met[outcome.Person] = outcome
		if id := directory.CohortID(outcome.Through.ID); outcome.Through.Kind == licensing.Cohort {
			o.size[id]++
			if outcome.Verdict == licensing.Has {
				o.has[id]++
			}
		}
	}
	return o, nil
}

// fillPopulation fills the publics, the tree, the list, and what is chosen beside them.
func (c *Room) fillPopulation(r *http.Request, d desk, p *populationPage, ch choice) error {
	o, err := c.overview(r, d, ch.labels, p.View.Profile)
	if err != nil {
		return err
	}
	sizes, err := c.sizes(r, d, p, ch.labels, o)
	if err != nil {
		return err
	}
	p.growTree(ch, o, sizes)
	if err := c.fillList(r, d, p, ch, o); err != nil {
		return err
	}
	shown := map[string]bool{p.Tree.School.Value: true}
	for _, level := range p.Tree.Levels {
		for _, n := range level.Classes {
			shown[n.Value] = true
		}
	}
	for _, n := range p.Tree.Groups {
		shown[n.Value] = true
	}
	for _, row := range p.List.Rows {
		shown[row.Value] = !row.Fixed
	}
	p.Hidden = slices.DeleteFunc(ch.chosen.values(), func(v string) bool { return shown[v] })
	return nil
}

// sizes counts each public, and the persons of this profile in each class and group. A pupil is in one class, so the overview has
// counted those already.
func (c *Room) sizes(r *http.Request, d desk, p *populationPage, labels cohorts, o overview) (map[directory.CohortID]int, error) {
	for _, profile := range directory.Profiles {
		n, err := c.People.CountPersons(r.Context(), d.school.ID, directory.Filter{Profile: profile, Among: d.scope()})
		if err != nil {
			return nil, err
		}
		p.Profiles = append(p.Profiles, profileChoice{string(profile), p.T("console.publics." + string(profile)), n, profile == p.View.Profile})
	}
	sizes := map[directory.CohortID]int{}
	for id, cohort := range labels {
		if cohort.Kind == directory.Class && p.View.Profile == directory.Pupil {
			sizes[id] = o.size[id]
			continue
		}
		n, err := c.People.CountPersons(r.Context(), d.school.ID, directory.Filter{Profile: p.View.Profile, Cohort: id})
		if err != nil {
			return nil, err
		}
		sizes[id] = n
	}
	return sizes, nil
}

// growTree shows the classes and groups that have somebody of the profile.
func (p *populationPage) growTree(ch choice, o overview, sizes map[directory.CohortID]int) {
	all := licensing.ToSchool(p.View.Profile)
	p.Tree.School = node{Value: all.String(), Label: p.T("console.target.school"), On: ch.chosen.has(all), Shown: p.View.Cohort == ""}
	if len(p.View.Among) > 0 { // a delegate's scope is seen as a whole, and chosen by its classes
		p.Tree.School = node{Label: p.T("console.delegate.scope"), Shown: p.View.Cohort == ""}
	}
	for _, profile := range p.Profiles {
		if profile.On {
			p.Tree.School.Note = lang.Number(p.Locale, int64(profile.Count))
		}
	}
	for _, cohort := range sorted(ch.labels) {
		size := sizes[cohort.ID]
		t := licensing.ToCohort(cohort.ID, p.View.Profile)
		if size == 0 && !ch.chosen.has(t) {
			continue
		}
		n := node{ID: cohort.ID, Value: t.String(), Label: cohort.Label, On: ch.chosen.has(t), Shown: cohort.ID == p.View.Cohort, Note: lang.Number(p.Locale, int64(size))}
		if cohort.Kind == directory.Group {
			p.Tree.Groups = append(p.Tree.Groups, n)
			continue
		}
		if has := o.has[cohort.ID]; p.View.Profile == directory.Pupil && has > 0 && has == size {
			n.Note = p.T("console.tree.all-served", "size", size)
		} else if p.View.Profile == directory.Pupil && has > 0 {
			n.Note = p.T("console.tree.served", "has", has, "size", size)
		}
		p.Tree.add(cohort.Level, size, n)
	}
	slices.SortStableFunc(p.Tree.Levels, func(a, b levelNode) int { return web.CompareLevels(a.Level, b.Level) })
}

func (t *tree) add(level string, size int, n node) {
	i := slices.IndexFunc(t.Levels, func(l levelNode) bool { return l.Level == level })
	if i < 0 {
		i = len(t.Levels)
		t.Levels = append(t.Levels, levelNode{Level: level})
	}
	t.Levels[i].Count += size
	t.Levels[i].Classes = append(t.Levels[i].Classes, n)
}

// fillList shows one page of persons.
func (c *Room) fillList(r *http.Request, d desk, p *populationPage, ch choice, o overview) error {
	v := p.View
	total, err := c.People.CountPersons(r.Context(), d.school.ID, v.filter())
	if err != nil {
		return err
	}
	members, err := c.People.ListPersons(r.Context(), d.school.ID, v.filter(), directory.Page{After: v.After, Limit: personsPerPage})
	if err != nil {
		return err
	}
	l := list{Total: total, Cohort: v.Cohort, Pupils: v.Profile == directory.Pupil, Title: p.T("console.target.school"), Count: p.T("console.list.count."+string(v.Profile), "n", total)}
	where := p.T("console.list.all.school")
	if len(v.Among) > 0 {
		l.Title, where = p.T("console.delegate.scope"), p.T("console.list.all.scope")
	}
	if v.Cohort != "" {
		l.Title = ch.labels[v.Cohort].Label
		l.Pupils = l.Pupils && ch.labels[v.Cohort].Kind != directory.Class // all of them are in the one class that is shown
		where = p.T("console.list.all.cohort", "name", l.Title)
	}
	through := map[directory.PersonID]licensing.Target{}
	for _, outcome := range ch.plan.Outcomes {
		through[outcome.Person] = outcome.Through
	}
	for _, m := range members {
		l.Rows = append(l.Rows, p.personRow(m, ch, o, through))
	}
	l.Pager = look.Pager{From: min(v.From+1, total), To: min(v.From+len(members), total), Total: total}
	if v.From+len(members) < total && len(members) > 0 {
		l.NextKey, l.NextAt = members[len(members)-1].Key, v.From+len(members)
	}
	switch {
	case total == 0 && v.Text != "":
		l.Empty = p.T("console.list.none.name", "name", v.Text)
	case total == 0:
		l.Empty = p.T("console.list.none")
	case v.Text != "":
		l.All = p.T("console.list.all.found", "n", total)
	case slices.ContainsFunc(v.targets(), func(t licensing.Target) bool { return ch.labels.of(t) && !ch.chosen.has(t) }):
		l.All = p.T("console.list.all."+string(v.Profile), "n", total, "where", where)
	}
	p.List = l
	return nil
}

func (p *populationPage) personRow(m directory.Member, ch choice, o overview, through map[directory.PersonID]licensing.Target) personRow {
	t := person(m.Person, p.View.Profile)
	row := personRow{Value: t.String(), Name: m.Name.Family + " " + m.Name.Given, On: ch.chosen.has(t)}
	met := o.met[m.Person]
	if met.Through.Kind == licensing.Cohort && p.View.Profile == directory.Pupil {
		row.Cohort = directory.CohortID(met.Through.ID)
		row.Class = ch.labels[row.Cohort].Label
	}
	switch {
	case met.Verdict == licensing.Has && met.SiteWide:
		row.Has, row.Fixed, row.State = true, true, p.T("console.state.open")
	case met.Verdict == licensing.Has:
		row.Has, row.Fixed, row.State = true, true, p.T("console.state.has")
	case met.Verdict == licensing.Cannot && met.Why != licensing.WhyShort && met.Why != licensing.WhyBudget:
		row.Fixed, row.State = true, p.T("console.state."+string(met.Why))
	}
	if by, ok := through[m.Person]; ok && !row.On && !row.Fixed {
		row.On, row.Fixed, row.With = true, true, p.T("console.state.with", "name", ch.labels.short(&p.Shell, by))
	}
	return row
}

// short is the name of a target without its public.
func (m cohorts) short(s *look.Shell, t licensing.Target) string {
	t.Profiles = nil
	return m.label(s, t)
}
