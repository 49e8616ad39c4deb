package errand

import (
	"fmt"
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// errandPage is the plan of an errand: what would happen to each resource, and in sum.
type errandPage struct {
	look.Shell
	hall.PlanFrame
	Each   []resourceLine
	Heads  []string
	Sum    []int64
	People []leaving
	Class  bool // some of them came through a class
	More   string
}

// resourceLine is one resource of the plan. Cells are in the order of Heads.
type resourceLine struct {
	Title, By string
	Cover     look.Cover
	Cells     []int64
	Short     int64
	After     string
}

// leaving is one copy that comes back, and when it was last opened.
type leaving struct {
	Name, Class, Title string
	Last               clock.Date // zero for never
}

func (c *Office) sendErrand(w http.ResponseWriter, r *http.Request, e *Errand, plan licensing.Plan, status int, refusal error) error {
	p := &errandPage{Shell: c.Shell(r, e.Site)}
	p.Carried = slices.Clone(e.carried)
	p.Frame(&p.Shell, plan)
	p.Back, p.Carries = look.Link{Text: p.T("console.plan.back"), Href: e.Path(e.Back)}, true
	p.Plan, p.Apply = e.Path(e.Plan), e.Path(e.Apply)
	if p.Remedy = e.Remedy; p.Remedy != nil {
		p.Remedy.Action, p.Remedy.Fields = p.Plan, slices.Concat(e.carried, p.Remedy.Fields)
	}
	p.Shell.Here = p.Back.Href
	p.Crumbs, p.Steps, p.Messages = e.Crumbs, e.Steps, append(p.Messages, e.Notes...)
	if refusal != nil {
		m := hall.Changed(&p.Shell, r, refusal, plan.Sum())
		if e.Order.Take {
			m.Text = p.T("console.take.changed")
		}
		p.Messages = append(p.Messages, m)
	}
	p.each(e, plan)
	var err error
	if e.Order.Take {
		err = c.takeLines(r, p, e, plan)
	} else {
		err = c.giveLines(r, p, e, plan)
	}
	if err != nil {
		return err
	}
	p.Long(&p.Shell, plan)
	p.sumUp(plan)
	return c.page.Send(w, r, status, p)
}

// columnWords are the heads of the table of resources, whether copies come back or are given.
var columnWords = map[bool]string{true: "console.back.column.", false: "console.several.column."}

// each is the table of the resources.
func (p *errandPage) each(e *Errand, plan licensing.Plan) {
	keys := []string{"gets", "has", "cannot"}
	if p.Take {
		keys = []string{"loses", "cannot"}
	}
	p.Sum = make([]int64, len(keys))
	for _, key := range keys {
		p.Heads = append(p.Heads, p.T(columnWords[p.Take]+key))
	}
	for _, f := range plan.Figures {
		i := e.item(f.Resource)
		d := hall.Desk{Site: e.Site, Stock: i.Stock, Notice: i.Notice}
		line := resourceLine{Title: i.Title, By: i.Notice.Publisher.Name, Cover: d.Cover(), Short: f.Short, After: hall.LeftOf(&p.Shell, f.After, f.PortionsAfter)}
		for n, key := range keys {
			v := map[string]int64{"gets": f.Gets, "has": f.Has, "cannot": f.Cannot, "loses": f.Loses}[key]
			line.Cells = append(line.Cells, v)
			p.Sum[n] += v
		}
		p.Each = append(p.Each, line)
	}
}

// gathered is the outcomes of a plan by verdict and reason.
func gathered(plan licensing.Plan) map[string][]licensing.Outcome {
	groups := map[string][]licensing.Outcome{}
	for _, o := range plan.Outcomes {
		key := string(o.Verdict)
		if o.Verdict == licensing.Cannot {
			key += "." + string(o.Why)
		}
		groups[key] = append(groups[key], o)
	}
	return groups
}

// persons counts whom outcomes are about, each once.
func persons(outcomes []licensing.Outcome) int64 {
	seen := map[directory.PersonID]bool{}
	for _, o := range outcomes {
		seen[o.Person] = true
	}
	return int64(len(seen))
}

// giveLines tells, over all resources, who gets what, and who does not and why.
func (c *Office) giveLines(r *http.Request, p *errandPage, e *Errand, plan licensing.Plan) error {
	groups := gathered(plan)
	gets := groups["gets"]
	whom := e.Labels.Whom(&p.Shell, e.Chosen)
	p.Lead = p.T("console.several.lead", "resources", e.titles(&p.Shell), "whom", whom)
	switch short := plan.Sum().Short; {
	case hall.OverBudget(plan) > 0:
		p.Title = p.T("console.plan.title.budget", "n", plan.Sum().Gets, "asked", plan.Sum().Gets+short)
	case short > 0:
		p.Title = p.T("console.several.title.short", "n", short)
	case len(gets) > 0:
		p.Title = p.T("console.several.title", "n", persons(gets), "resources", p.T("console.several.resources", "n", int64(resourcesOf(gets))))
	case len(plan.Targets) > 0:
		p.Title = p.T("console.several.title.targets")
	default:
		p.Title = p.T("console.plan.title.nothing")
	}
	for _, l := range []struct {
		key   string
		wrong bool
		names bool
	}{{key: "gets"}, {key: "cannot.short", wrong: true, names: true}, {key: "cannot.budget", wrong: true, names: true}, {key: "has"}, {key: "cannot.public"}, {key: "cannot.subscription"}} {
		outcomes := groups[l.key]
		if len(outcomes) == 0 {
			continue
		}
		n := int64(len(outcomes))
		line := hall.PlanLine{N: n, Title: p.T("console.several."+l.key+".title", "n", n), Text: p.T("console.several."+l.key+".text", "n", persons(outcomes)), Wrong: l.wrong}
		if l.names {
			if err := c.nameLine(r, p, e, &line, outcomes); err != nil {
				return err
			}
		}
		p.Lines = append(p.Lines, line)
	}
	if n := len(plan.Targets); n > 0 {
		p.Lines = append(p.Lines, hall.PlanLine{N: int64(n), Title: p.T("console.several.targets.title", "n", n), Text: p.T("console.plan.targets.text")})
	}
	p.askGive(plan)
	return nil
}

// askGive is the choice where copies are short, and the act.
func (p *errandPage) askGive(plan licensing.Plan) {
	sum := plan.Sum()
	if sum.Short > 0 {
		p.Choice = p.T("console.several.choice", "n", sum.Short)
	}
	copies, opened := plan.Moves()
	switch {
	case copies > 0:
		p.Give, p.Bar.Title = p.T("console.plan.give", "n", copies), p.T("console.plan.bar.gives", "n", copies)
	case opened > 0:
		p.Give, p.Bar.Title = p.T("console.plan.open", "n", persons(gathered(plan)["gets"])), p.T("console.several.bar.opens", "n", opened)
	case len(plan.Targets) > 0:
		p.Give, p.Bar.Title = p.T("console.several.open.targets"), p.T("console.several.title.targets")
	}
	if sum.Short > 0 && p.Give != "" {
		p.Bar.Title = p.T("console.plan.bar.short", "n", copies, "short", sum.Short)
	}
	if p.Give != "" {
		p.Bar.Note = p.T("console.several.bar.note")
	}
}

// takeLines tells what comes back, and what cannot and why.
func (c *Office) takeLines(r *http.Request, p *errandPage, e *Errand, plan licensing.Plan) error {
	groups := gathered(plan)
	loses := groups["loses"]
	copies, opened := plan.Moves()
	p.Lead = p.T("console.back.lead", "resources", e.titles(&p.Shell))
	p.Bar.Note = p.T("console.back.bar.nothing")
	switch {
	case copies > 0:
		p.Title, p.Give = p.T("console.back.title", "n", copies, "whom", p.T("console.back.persons", "n", persons(loses))), p.T("console.take.verb", "n", copies)
	case opened > 0 || len(plan.Targets) > 0:
		p.Title, p.Give = p.T("console.back.title.targets", "n", len(plan.Targets)), p.T("console.take.verb.targets")
	default:
		p.Title = p.T("console.take.nothing.title")
	}
	if p.Give != "" {
		p.Bar = hall.Bar{Title: p.T("console.back.bar", "n", copies), Note: p.T("console.back.bar.note", "n", copies)}
	}
	for _, l := range []struct {
		key   string
		names bool
	}{{key: "loses"}, {"cannot.locked", true}, {"cannot.opened", false}, {"cannot.through", false}, {"lacks", false}} {
		outcomes := groups[l.key]
		if len(outcomes) == 0 || l.key == "lacks" && len(e.Order.Only.Persons) == 0 && len(loses) > 0 {
			continue // of a whole class, who had nothing is no news
		}
		n := int64(len(outcomes))
		line := hall.PlanLine{N: n, Title: p.T("console.back."+l.key+".title", "n", n), Text: p.T("console.back."+l.key+".text", "n", persons(outcomes))}
		if l.names {
			if err := c.nameLine(r, p, e, &line, outcomes); err != nil {
				return err
			}
		}
		p.Lines = append(p.Lines, line)
	}
	if n := len(plan.Targets); n > 0 {
		line := hall.PlanLine{N: int64(n), Title: p.T("console.several.targets.title", "n", n), Text: p.T("console.back.targets.text")}
		for _, g := range plan.Targets[:min(n, hall.ManyNames)] {
			line.Names = append(line.Names, lang.Capital(e.Labels.Label(&p.Shell, g.Target)))
		}
		p.Lines = append(p.Lines, line)
	}
	rules, err := c.Suspends(r, plan)
	if err != nil {
		return err
	}
	p.Lines = append(p.Lines, hall.SuspendsLine(&p.Shell, e.Labels, rules)...)
	return c.leaving(r, p, e, loses)
}

// leaving lists the copies that come back with the day of their last opening: those opened last come first, for they may be missed.
func (c *Office) leaving(r *http.Request, p *errandPage, e *Errand, loses []licensing.Outcome) error {
	copies := slices.DeleteFunc(slices.Clone(loses), func(o licensing.Outcome) bool { return o.SiteWide })
	slices.SortStableFunc(copies, func(a, b licensing.Outcome) int { return b.Used.Compare(a.Used) })
	const most = 2 * hall.ManyNames
	for _, o := range copies[:min(len(copies), most)] {
		name, class, err := c.nameOf(r, e.Labels, o)
		if err != nil {
			return err
		}
		l := leaving{Name: name, Class: class, Title: e.item(o.Resource).Title}
		if !o.Used.IsZero() {
			l.Last = clock.On(o.Used, e.School.Zone())
		}
		p.People, p.Class = append(p.People, l), p.Class || class != ""
	}
	if rest := len(copies) - len(p.People); rest > 0 {
		p.More = p.T("console.plan.names.more", "n", rest)
	}
	return nil
}

// nameOf is a person's name, and the class through which the order met them.
func (c *Office) nameOf(r *http.Request, labels hall.Cohorts, o licensing.Outcome) (name, class string, err error) {
	person, err := c.People.FindPerson(r.Context(), o.Person)
	if fault.Is(err, fault.NotFound) {
		return "–", "", nil // erased since; their copy is still to come back
	} else if err != nil {
		return "", "", fmt.Errorf("name of %s: %w", o.Person, err)
	}
	if cohort, ok := labels[directory.CohortID(o.Through.ID)]; ok && o.Through.Kind == licensing.Cohort {
		class = cohort.Label
	}
	return person.Name.Family + " " + person.Name.Given, class, nil
}

// nameLine adds the first names to a line, each with its resource where there are several.
func (c *Office) nameLine(r *http.Request, p *errandPage, e *Errand, line *hall.PlanLine, outcomes []licensing.Outcome) error {
	for _, o := range outcomes[:min(len(outcomes), hall.ManyNames)] {
		name, class, err := c.nameOf(r, e.Labels, o)
		if err != nil {
			return err
		}
		if class != "" {
			name = p.T("console.plan.name", "name", name, "class", class)
		}
		if len(e.Items) > 1 {
			name = p.T("console.several.name", "name", name, "title", e.item(o.Resource).Title)
		}
		line.Names = append(line.Names, name)
	}
	if rest := len(outcomes) - len(line.Names); rest > 0 {
		line.More = p.T("console.plan.names.more", "n", rest)
	}
	if len(line.Names) > hall.FewNames {
		line.Fold = p.T("console.plan.names.personne", "n", persons(outcomes))
	}
	return nil
}

// resourcesOf counts the resources that outcomes are about.
func resourcesOf(outcomes []licensing.Outcome) int {
	seen := map[catalogue.ResourceID]bool{}
	for _, o := range outcomes {
		seen[o.Resource] = true
	}
	return len(seen)
}

// sumUp is the counters of all resources together, before and after.
func (p *errandPage) sumUp(plan licensing.Plan) {
	var before, after licensing.Counters
	for _, f := range plan.Figures {
		before.Assigned += f.Before.Assigned
		before.Available += f.Before.Available
		before.Total += f.Before.Total
		after.Assigned += f.After.Assigned
		after.Available += f.After.Available
		after.Total += f.After.Total
	}
	endless := !slices.ContainsFunc(plan.Figures, func(f licensing.Figures) bool { return !f.Before.Unlimited })
	line := func(key string, a, b int64, counted bool) {
		f := hall.PlanFigure{Name: p.T(key), Before: lang.Number(p.Locale, a), After: lang.Number(p.Locale, b)}
		if !counted {
			f.Before, f.After = p.T("console.unlimited"), p.T("console.unlimited")
		}
		p.After = append(p.After, f)
	}
	line("look.counter.assigned", before.Assigned, after.Assigned, true)
	line("look.counter.available", before.Available, after.Available, !endless)
	if p.Short > 0 {
		line("console.plan.waiting", 0, p.Short, true)
	}
	line("look.counter.total", before.Total, after.Total, !endless)
}
