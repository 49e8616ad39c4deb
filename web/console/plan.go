package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
)

// manyNames is how many persons a plan names under each figure.
const manyNames = 40

// planPage is the third step: what would happen.
type planPage struct {
	look.Shell
	planFrame
	Stand string // where it becomes a standing assignment, "" where it cannot
}

// plan shows what the selection would do. A form changes the selection first, and is answered by the plan's own address; where another
// window has changed it too, the manager sees the selection before the plan.
func (c *Room) plan(w http.ResponseWriter, r *http.Request, d desk) error {
	ch, err := c.choose(r, d)
	if err != nil {
		return err
	}
	switch post := r.Method == http.MethodPost; {
	case post && ch.moved:
		s := c.House.Site.Shell(r)
		if err := c.House.Site.Flash(w, r, movedNews(&s)); err != nil {
			return err
		}
		http.Redirect(w, r, d.path("/population"), http.StatusSeeOther)
		return nil
	case post && len(ch.chosen) == 0:
		return c.nobody(w, r, d, ch)
	case post:
		address := d.path("/plan")
		if rank := r.FormValue("ordre"); rank != "" {
			address += "?" + url.Values{"ordre": {rank}}.Encode()
		}
		http.Redirect(w, r, address, http.StatusSeeOther)
		return nil
	}
	if err := c.foresee(r, ch.order(r, d), &ch); err != nil {
		return err
	}
	if len(ch.chosen) == 0 { // typed by hand, or everybody chosen has left: the population says so
		http.Redirect(w, r, d.path("/population"), http.StatusSeeOther)
		return nil
	}
	if err := c.forget(r, d, &ch); err != nil {
		return err
	}
	return c.showPlan(w, r, d, ch, http.StatusOK)
}

// nobody comes back to the population where nobody was chosen.
func (c *Room) nobody(w http.ResponseWriter, r *http.Request, d desk, ch choice) error {
	v, err := readView(r, d, ch.labels)
	if err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	return c.showPopulation(w, r, d, v, ch, http.StatusBadRequest, s.T("console.bar.nobody.trouble"))
}

// order is the selection with the manager's words on order and shortage.
func (ch choice) order(r *http.Request, d desk) licensing.Order {
	order := ch.chosen.order(d)
	order.Rank, order.Short = licensing.Rank(r.FormValue("ordre")), licensing.Short(r.FormValue("manque"))
	return order
}

// assign applies exactly the plan that the manager saw, empties the selection of it, and goes back to the population, where the next
// class may be chosen; a plan that has changed meanwhile is shown anew.
func (c *Room) assign(w http.ResponseWriter, r *http.Request, d desk) error {
	ch, err := c.choose(r, d)
	if err != nil {
		return err
	}
	if len(ch.chosen) == 0 { // a second press: the first one has said what was done
		http.Redirect(w, r, d.path("/population"), http.StatusSeeOther)
		return nil
	}
	order := ch.order(r, d)
	done, err := c.Copies.Apply(r.Context(), d.reader.Actor(), order, r.FormValue("empreinte"))
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exhausted) {
		return c.again(w, r, d, ch, order, done.Plan, err)
	}
	if err != nil {
		return err
	}
	// What another window chose meanwhile stays.
	if _, err := c.Copies.Choose(r.Context(), licensing.Choosing{Of: d.key(), Seen: licensing.AnyVersion, Remove: ch.chosen}); err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	ch.plan = done.Plan
	ch.settle()
	news := look.Message{Tone: look.Green, Title: given(&s, done.Plan), Text: s.T("console.done.whom", "title", d.stock.Title, "whom", ch.whom(&s)),
		Link: look.Link{Text: s.T("console.done.next"), Href: d.site.path(givePath)}, Also: look.Link{Text: s.T("console.done.undo"), Href: d.site.undoPath(done.Act)}}
	if done.Plan.Empty() {
		news.Tone, news.Text, news.Also = look.Plain, s.T("console.plan.has.text"), look.Link{}
	}
	if err := c.House.Site.Flash(w, r, news); err != nil {
		return err
	}
	http.Redirect(w, r, d.path("/population"), http.StatusSeeOther)
	return nil
}

// again shows the new plan after a refusal, with what changed.
func (c *Room) again(w http.ResponseWriter, r *http.Request, d desk, ch choice, order licensing.Order, plan licensing.Plan, refusal error) (err error) {
	if plan.Hash == "" {
		if plan, err = c.Copies.Plan(r.Context(), order); err != nil {
			return err
		}
	}
	ch.plan = plan
	ch.settle()
	return c.showPlan(w, r, d, ch, http.StatusConflict, refusal)
}

// given says what an order did.
func given(s *look.Shell, p licensing.Plan) string {
	copies, opened := moved(p)
	switch {
	case copies > 0:
		return s.T("console.done.given", "n", copies)
	case opened > 0:
		return s.T("console.done.opened", "n", opened)
	case len(p.Targets) > 0:
		return s.T("console.done.targets")
	}
	return s.T("console.done.nothing")
}

// moved counts the copies that a plan gives or takes, and the persons whom it lets in (or out) without one.
func moved(p licensing.Plan) (copies, opened int64) {
	for _, o := range p.Outcomes {
		switch {
		case o.Verdict != licensing.Gets && o.Verdict != licensing.Loses:
		case o.SiteWide:
			opened++
		default:
			copies++
		}
	}
	return copies, opened
}

func (c *Room) showPlan(w http.ResponseWriter, r *http.Request, d desk, ch choice, status int, refusals ...error) error {
	p := &planPage{Shell: c.shell(r, d.site)}
	p.frame(&p.Shell, ch.plan)
	p.Back, p.Carries = look.Link{Text: p.T("console.plan.back"), Href: d.path("/population")}, true
	p.Plan, p.Apply = d.path("/plan"), d.path("/attribuer")
	if c.Rules != nil && d.mandate == nil && ch.chosen.stands() {
		p.Stand = d.path(standPath)
	}
	p.Shell.Here = p.Back.Href
	sum := ch.plan.Sum()
	p.Messages = append(p.Messages, ch.news(&p.Shell)...)
	for _, refusal := range refusals {
		p.Messages = append(p.Messages, changed(&p.Shell, r, refusal, sum))
	}
	p.head(d, ch, sum)
	if err := c.planLines(r, d, p, ch, sum); err != nil {
		return err
	}
	p.foot(d, ch, sum)
	var err error
	if p.Remedy, err = c.offerFamily(r, d, ch); err != nil {
		return err
	}
	return c.pages.plan.Send(w, r, status, p)
}

// changed says why the plan is shown again, and what is different.
func changed(s *look.Shell, r *http.Request, refusal error, now licensing.Figures) look.Message {
	if fault.CodeOf(refusal) == "licensing.mandate.budget" {
		return look.Message{Tone: look.Red, Title: s.T("console.plan.budget.title"), Text: s.T("console.plan.short.text")}
	}
	if fault.Is(refusal, fault.Exhausted) {
		return look.Message{Tone: look.Red, Title: s.T("console.plan.short.title"), Text: s.T("console.plan.short.text")}
	}
	m := look.Message{Tone: look.Amber, Title: s.T("console.plan.changed.title"), Text: s.T("console.plan.changed.text")}
	var gets, short int64
	if n, err := fmt.Sscanf(r.FormValue("vu"), "%d %d", &gets, &short); err == nil && n == 2 && (gets != now.Gets || short != now.Short) {
		m.Text = s.T("console.plan.changed.figures", "gets", gets, "short", short, "now", now.Gets, "waiting", now.Short)
	}
	return m
}

// head says the fact in the title: « Il reste 25 exemplaires pour 31 élèves ».
func (p *planPage) head(d desk, ch choice, sum licensing.Figures) {
	unit := ch.chosen.unit()
	switch {
	case overBudget(ch.plan) > 0:
		p.Title = p.T("console.plan.title.budget", "n", sum.Gets, "asked", sum.Gets+sum.Short)
	case sum.Short > 0:
		// What is left for these people is what they get: other copies are another public's.
		p.Title = p.T("console.plan.title.short."+unit, "n", sum.Gets, "asked", sum.Gets+sum.Short)
	case sum.Gets > 0:
		p.Title = p.T("console.plan.title.gets."+unit, "n", sum.Gets)
	case len(ch.plan.Targets) > 0:
		p.Title = p.T("console.plan.title.targets")
	default:
		p.Title = p.T("console.plan.title.nothing")
	}
	p.Parent = d.stock.Title
	p.Lead = p.T("console.plan.lead", "title", d.stock.Title, "whom", ch.whom(&p.Shell))
	p.Crumbs = d.crumbs(&p.Shell, givePath, look.Link{Text: p.T("console.step.population.title"), Href: p.Back.Href}, look.Link{Text: p.T("console.step.plan")})
	p.Steps = d.steps(&p.Shell, 2)
}

// whom names the targets: « 5e B, 5e D et 3 personnes choisies une à une ».
func (ch choice) whom(s *look.Shell) string {
	var names []string
	persons := 0
	for _, t := range ch.chosen {
		if t.Kind == licensing.Person {
			persons++
		} else {
			names = append(names, ch.labels.label(s, t))
		}
	}
	if len(names) > 8 {
		names = append(names[:8], s.T("console.plan.whom.more", "n", len(names)-8))
	}
	if persons > 0 {
		names = append(names, s.T("console.plan.whom.persons", "n", persons))
	}
	return strings.Join(names, ", ")
}

// planLines are the figures: who gets, who cannot and why, who has already.
func (c *Room) planLines(r *http.Request, d desk, p *planPage, ch choice, sum licensing.Figures) error {
	groups := map[string][]licensing.Outcome{}
	for _, o := range ch.plan.Outcomes {
		key := string(o.Verdict)
		if o.Verdict == licensing.Cannot {
			key += "." + string(o.Why)
		}
		groups[key] = append(groups[key], o)
	}
	unit := ch.chosen.unit()
	for _, g := range []struct {
		key   licensing.Verdict
		why   licensing.Why
		wrong bool
		names bool
	}{
		{key: licensing.Gets, names: true}, {key: licensing.Cannot, why: licensing.WhyShort, wrong: true, names: true},
		{key: licensing.Cannot, why: licensing.WhyBudget, wrong: true, names: true}, {key: licensing.Has},
		{key: licensing.Cannot, why: licensing.WhyPublic, names: true}, {key: licensing.Cannot, why: licensing.WhySubscription},
	} {
		key := string(g.key)
		if g.why != "" {
			key += "." + string(g.why)
		}
		outcomes := groups[key]
		if len(outcomes) == 0 {
			continue
		}
		n := int64(len(outcomes))
		line := planLine{N: n, Title: p.T("console.plan."+key+".title", "n", n), Wrong: g.wrong}
		if g.key == licensing.Gets {
			line.Text, line.Fold = p.how(ch, outcomes), p.T("console.plan.names."+unit, "n", n)
		} else {
			line.Text = p.T("console.plan."+key+".text", "n", n)
		}
		if g.names {
			var err error
			if line.Names, err = c.names(r, &p.Shell, ch, outcomes); err != nil {
				return err
			}
			if rest := len(outcomes) - len(line.Names); rest > 0 {
				line.More = p.T("console.plan.names.more", "n", rest)
			}
			if len(outcomes) > fewNames {
				line.Fold = p.T("console.plan.names."+unit, "n", n)
			}
		}
		p.Lines = append(p.Lines, line)
	}
	if left := ch.plan.Figures[0].After.Available; sum.Short > 0 && left > 0 && overBudget(ch.plan) == 0 {
		p.Lines = append(p.Lines, planLine{N: left, Title: p.T("console.plan.other.title", "n", left), Text: p.T("console.plan.other.text", "n", left)})
	}
	if n := len(ch.plan.Targets); n > 0 {
		line := planLine{N: int64(n), Title: p.T("console.plan.targets.title", "n", n), Text: p.T("console.plan.targets.text")}
		for _, g := range ch.plan.Targets[:min(n, manyNames)] {
			line.Names = append(line.Names, lang.Capital(ch.labels.label(&p.Shell, g.Target)))
		}
		p.Lines = append(p.Lines, line)
	}
	return nil
}

// how says where the copies come from and in what order they are given.
func (p *planPage) how(ch choice, gets []licensing.Outcome) string {
	site := true
	for _, o := range gets {
		site = site && o.SiteWide
	}
	switch {
	case site:
		return p.T("console.plan.how.site")
	case ch.plan.Order.Rank == licensing.ByName:
		return p.T("console.plan.how.name")
	}
	return p.T("console.plan.how.class")
}

// names are the first persons of a line, with their class where they came through one.
func (c *Room) names(r *http.Request, s *look.Shell, ch choice, outcomes []licensing.Outcome) ([]string, error) {
	var names []string
	for _, o := range outcomes[:min(len(outcomes), manyNames)] {
		person, err := c.People.FindPerson(r.Context(), o.Person)
		if err != nil {
			return nil, fmt.Errorf("name of %s: %w", o.Person, err)
		}
		name := person.Name.Family + " " + person.Name.Given
		if cohort, ok := ch.labels[directory.CohortID(o.Through.ID)]; ok && o.Through.Kind == licensing.Cohort {
			name = s.T("console.plan.name", "name", name, "class", cohort.Label)
		}
		names = append(names, name)
	}
	return names, nil
}

// foot is the counters after, the choice where copies are short, and the act.
func (p *planPage) foot(d desk, ch choice, sum licensing.Figures) {
	f := ch.plan.Figures[0]
	text := func(fig look.Figure) string {
		if fig.Text != "" {
			return fig.Text
		}
		return lang.Number(p.Locale, fig.N)
	}
	before, after := figures(&p.Shell, d.stock, f.Before), figures(&p.Shell, d.stock, f.After)
	p.After = []planFigure{
		{p.T("look.counter.assigned"), text(before.Assigned), text(after.Assigned)},
		{p.T("look.counter.available"), text(before.Available), text(after.Available)},
		{p.T("console.plan.waiting"), text(look.Figure{}), text(look.Figure{N: sum.Short})},
		{p.T("look.counter.total"), text(before.Total), text(after.Total)},
	}
	unit := ch.chosen.unit()
	if sum.Short > 0 {
		p.Choice = p.T("console.plan.choice."+unit, "n", sum.Short)
	}
	copies, opened := moved(ch.plan)
	switch {
	case copies > 0:
		p.Give, p.Bar.Title = p.T("console.plan.give", "n", copies), p.T("console.plan.bar.gives", "n", copies)
	case opened > 0:
		p.Give, p.Bar.Title = p.T("console.plan.open", "n", opened), p.T("console.plan.bar.opens", "n", opened)
	case len(ch.plan.Targets) > 0:
		p.Give, p.Bar.Title = p.T("console.plan.open.targets"), p.T("console.plan.title.targets")
	}
	if sum.Short > 0 && p.Give != "" {
		p.Bar.Title = p.T("console.plan.bar.short", "n", copies, "short", sum.Short)
	}
	if p.Give != "" {
		p.Bar.Note = p.T("console.plan.bar.note")
	}
}
