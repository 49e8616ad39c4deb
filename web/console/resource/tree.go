package resource

import (
	"net/http"
	"slices"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// tree is the school as one chooses in it: everybody, the classes level by level, the groups.
type tree struct {
	School node
	Levels []levelNode
	Groups []node
}

// Many reports whether the tree is long enough to be searched.
func (t tree) Many() bool {
	n := len(t.Groups)
	for _, level := range t.Levels {
		n += len(level.Classes)
	}
	return n >= hall.ManyClasses
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
	Half        int // how many of it are chosen one by one, where it is not chosen itself
}

// list is the persons of one class, group or the school, a page of them.
type list struct {
	Title   string
	Count   string // « 27 élèves »
	Total   int
	All     string // « Sélectionner les 28 élèves », "" where they are chosen already
	Rows    []personRow
	Cohort  directory.CohortID
	Pupils  bool // show their class
	Groups  bool // show their groups
	Pager   look.Pager
	NextKey string
	NextAt  int
	Empty   string
}

// personRow is one person and what they have.
type personRow struct {
	Value, Name, Class string
	Groups             string     // « Latin 5e, Chorale »
	Last               clock.Date // when they last opened their copy; zero for never
	Cohort             directory.CohortID
	Has, Locked        bool
	State              string // why the box is closed: they have it, or cannot have it
	With               string // « avec 5e B »: chosen with a class
	On, Fixed          bool
}

// fillPopulation fills the publics, the tree, the filters and the list.
func (c *Room) fillPopulation(r *http.Request, d hall.Desk, p *populationPage, ch choice) error {
	found, err := c.Drafts.Population(r.Context(), p.View.crowd(d), directory.Page{After: p.View.After})
	if err != nil {
		return err
	}
	for _, profile := range directory.Profiles {
		p.Profiles = append(p.Profiles, hall.ProfileChoice{Value: string(profile), Text: p.T("console.publics." + string(profile)), Count: found.Publics[profile], On: profile == p.View.Profile})
	}
	some, err := c.Halves(r.Context(), d.School.ID, ch.chosen.Persons(p.View.Profile))
	if err != nil {
		return err
	}
	p.growTree(ch, found.Cohorts, some)
	p.fillList(d, ch, found)
	p.note()
	return c.fillFilters(r, d, p, ch.labels, found)
}

// note writes down which boxes are ticked as the page is made, so that the form can say which were since.
func (p *populationPage) note() {
	nodes := append([]node{p.Tree.School}, p.Tree.Groups...)
	for _, level := range p.Tree.Levels {
		nodes = append(nodes, level.Classes...)
	}
	for _, n := range nodes {
		if n.On {
			p.Was = append(p.Was, n.Value)
		}
	}
	for _, row := range p.List.Rows {
		if row.On && !row.Fixed {
			p.Was = append(p.Was, row.Value)
		}
	}
}

// growTree shows the classes and groups that have somebody of the profile; some are how many of them are chosen one by one.
func (p *populationPage) growTree(ch choice, heads map[directory.CohortID]licensing.Headcount, some hall.Halves) {
	all := licensing.ToSchool(p.View.Profile)
	p.Tree.School = node{Value: all.String(), Label: p.T("console.target.school"), On: ch.has(all), Shown: p.View.Cohort == ""}
	if len(p.View.Among) > 0 { // a delegate's scope is seen as a whole, and chosen by its classes
		p.Tree.School = node{Label: p.T("console.delegate.scope"), Shown: p.View.Cohort == ""}
	}
	for _, profile := range p.Profiles {
		if profile.On {
			p.Tree.School.Note = lang.Number(p.Locale, int64(profile.Count))
		}
	}
	for _, cohort := range hall.Sorted(ch.labels) {
		size, has := heads[cohort.ID].Size, heads[cohort.ID].Served
		t := licensing.ToCohort(cohort.ID, p.View.Profile)
		if size == 0 && !ch.has(t) {
			continue
		}
		n := node{ID: cohort.ID, Value: t.String(), Label: cohort.Label, On: ch.has(t), Shown: cohort.ID == p.View.Cohort, Note: lang.Number(p.Locale, int64(size))}
		if has > 0 && has == size {
			n.Note = p.T("console.tree.all-served", "size", size)
		} else if has > 0 {
			n.Note = p.T("console.tree.served", "has", has, "size", size)
		}
		if k := some[cohort.ID]; k > 0 && !n.On && !ch.has(all) {
			n.Half, n.Note = k, p.T("console.tree.chosen", "n", k, "size", size)
		}
		if cohort.Kind == directory.Group {
			p.Tree.Groups = append(p.Tree.Groups, n)
			continue
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
func (p *populationPage) fillList(d hall.Desk, ch choice, found licensing.Population) {
	v, total := p.View, found.Total
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
	for _, who := range found.Persons {
		row := p.personRow(who, ch, through)
		if !who.Last.IsZero() {
			row.Last = clock.On(who.Last, d.School.Zone())
		}
		l.Rows, l.Groups = append(l.Rows, row), l.Groups || row.Groups != ""
	}
	n := len(found.Persons)
	l.Pager = look.Pager{From: min(v.From+1, total), To: min(v.From+n, total), Total: total}
	if v.From+n < total && n > 0 {
		l.NextKey, l.NextAt = found.Persons[n-1].Key, v.From+n
	}
	switch {
	case total == 0 && v.Text != "":
		l.Empty = p.T("console.list.none.name", "name", v.Text)
	case total == 0 && v.narrowed():
		l.Empty = p.T("console.list.none.found")
	case total == 0:
		l.Empty = p.T("console.list.none")
	case v.narrowed():
		l.All = p.T("console.list.all.found", "n", total)
	case slices.ContainsFunc(v.targets(d, ch.labels), func(t licensing.Target) bool { return !ch.has(t) }):
		l.All = p.T("console.list.all."+string(v.Profile), "n", total, "where", where)
	}
	p.List = l
}

func (p *populationPage) personRow(who licensing.Standing, ch choice, through map[directory.PersonID]licensing.Target) personRow {
	t := hall.Person(who.Person, p.View.Profile)
	row := personRow{Value: t.String(), Name: who.Name.Family + " " + who.Name.Given, On: ch.has(t)}
	if who.Class != "" && p.View.Profile == directory.Pupil {
		row.Cohort, row.Class = who.Class, ch.labels[who.Class].Label
	}
	row.Groups = ch.labels.Groups(&p.Shell, who.Groups)
	switch {
	case who.Verdict == licensing.Has && who.SiteWide:
		row.Has, row.Fixed, row.State = true, true, p.T("console.state.open")
	case who.Verdict == licensing.Has:
		row.Has, row.Fixed, row.State = true, true, p.T("console.state.has")
	case who.Verdict == licensing.Cannot && who.Why != licensing.WhyShort && who.Why != licensing.WhyBudget:
		row.Fixed, row.State = true, p.T("console.state."+string(who.Why))
	}
	if row.On {
		row.Fixed = false // whoever is chosen can be taken out, whatever they have
	}
	if by, ok := through[who.Person]; ok && !row.On && !row.Fixed {
		row.On, row.Fixed, row.With = true, true, p.T("console.state.with", "name", ch.labels.Short(&p.Shell, by))
	}
	return row
}
