package resource

import (
	"net/http"
	"net/url"

	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// planPage is the third step: what would happen.
type planPage struct {
	look.Shell
	hall.PlanFrame
	Stand string // where it becomes a standing assignment, "" where it cannot
}

// plan shows what the selection would do. A form changes the selection first, and is answered by the plan's own address; where another
// window has changed it too, the manager sees the selection before the plan.
func (c *Room) plan(w http.ResponseWriter, r *http.Request, d hall.Desk) error {
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
		http.Redirect(w, r, d.Path("/population"), http.StatusSeeOther)
		return nil
	case post && len(ch.chosen) == 0:
		return c.nobody(w, r, d, ch)
	case post:
		http.Redirect(w, r, planAt(d, licensing.Rank(r.FormValue("ordre"))), http.StatusSeeOther)
		return nil
	}
	if err := c.foresee(r, ch.order(r, d), &ch); err != nil {
		return err
	}
	if len(ch.chosen) == 0 { // typed by hand, or everybody chosen has left: the population says so
		http.Redirect(w, r, d.Path("/population"), http.StatusSeeOther)
		return nil
	}
	if err := c.forget(r, d, &ch); err != nil {
		return err
	}
	return c.showPlan(w, r, d, ch, http.StatusOK)
}

// planAt is the address of a plan in an order of service, "" for the usual one.
func planAt(d hall.Desk, rank licensing.Rank) string {
	if rank == "" {
		return d.Path("/plan")
	}
	return d.Path("/plan") + "?" + url.Values{"ordre": {string(rank)}}.Encode()
}

// nobody comes back to the population where nobody was chosen.
func (c *Room) nobody(w http.ResponseWriter, r *http.Request, d hall.Desk, ch choice) error {
	v, err := readView(r, d, ch.labels)
	if err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	return c.showPopulation(w, r, d, v, ch, http.StatusBadRequest, s.T("console.bar.nobody.trouble"))
}

// order is the selection with the manager's words on order and shortage.
func (ch choice) order(r *http.Request, d hall.Desk) licensing.Order {
	order := ch.chosen.Order(d)
	order.Rank, order.Short = licensing.Rank(r.FormValue("ordre")), licensing.Short(r.FormValue("manque"))
	return order
}

// assign carries out exactly the plan that the manager saw, empties the selection of it, and goes back to the population, where the next
// class may be chosen, or on to the batch by which it is done; a plan that has changed meanwhile is shown anew.
func (c *Room) assign(w http.ResponseWriter, r *http.Request, d hall.Desk) error {
	ch, err := c.choose(r, d)
	if err != nil {
		return err
	}
	if len(ch.chosen) == 0 { // a second press: the first one has said what was done
		http.Redirect(w, r, d.Path("/population"), http.StatusSeeOther)
		return nil
	}
	order := ch.order(r, d)
	done, err := c.Copies.Undertake(r.Context(), d.Reader.Actor(), order, r.FormValue("empreinte"))
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exhausted) {
		return c.again(w, r, d, ch, order, done.Plan, err)
	}
	if err != nil {
		return err
	}
	// What another window chose meanwhile stays.
	if _, err := c.Drafts.Choose(r.Context(), licensing.Choosing{Of: key(d), Seen: licensing.AnyVersion, Remove: ch.chosen}); err != nil {
		return err
	}
	if done.Batch != "" {
		return c.Handed(w, r, d.Site, done)
	}
	s := c.House.Site.Shell(r)
	ch.plan = done.Plan
	ch.settle()
	news := look.Message{Tone: look.Green, Title: hall.Given(&s, done.Plan), Text: s.T("console.done.whom", "title", d.Stock.Title, "whom", ch.labels.Whom(&s, ch.chosen)),
		Link: look.Link{Text: s.T("console.done.next"), Href: d.Site.Path(hall.GivePath)}, Also: look.Link{Text: s.T("console.done.undo"), Href: d.Site.UndoPath(done.Act)}}
	if done.Plan.Empty() {
		news.Tone, news.Text, news.Also = look.Plain, s.T("console.plan.has.text"), look.Link{}
	}
	if err := c.House.Site.Flash(w, r, news); err != nil {
		return err
	}
	http.Redirect(w, r, d.Path("/population"), http.StatusSeeOther)
	return nil
}

// again shows the new plan after a refusal, with what changed.
func (c *Room) again(w http.ResponseWriter, r *http.Request, d hall.Desk, ch choice, order licensing.Order, plan licensing.Plan, refusal error) (err error) {
	if plan.Hash == "" {
		if plan, err = c.Copies.Plan(r.Context(), order); err != nil {
			return err
		}
	}
	ch.plan = plan
	ch.settle()
	return c.showPlan(w, r, d, ch, http.StatusConflict, refusal)
}

func (c *Room) showPlan(w http.ResponseWriter, r *http.Request, d hall.Desk, ch choice, status int, refusals ...error) error {
	p := &planPage{Shell: c.Shell(r, d.Site)}
	p.Frame(&p.Shell, ch.plan)
	p.Back, p.Carries = look.Link{Text: p.T("console.plan.back"), Href: d.Path("/population")}, true
	p.Plan, p.Apply = d.Path("/plan"), d.Path("/attribuer")
	p.Reread = planAt(d, ch.plan.Order.Rank)
	if c.Standing != nil && d.Mandate == nil && ch.chosen.Stands() {
		p.Stand = d.Path(hall.StandPath)
	}
	p.Shell.Here = p.Back.Href
	sum := ch.plan.Sum()
	p.Messages = append(p.Messages, ch.news(&p.Shell)...)
	for _, refusal := range refusals {
		p.Messages = append(p.Messages, hall.Changed(&p.Shell, r, refusal, sum))
	}
	p.head(d, ch, sum)
	if err := c.planLines(r, d, p, ch, sum); err != nil {
		return err
	}
	p.foot(d, ch, sum)
	p.Long(&p.Shell, ch.plan)
	var err error
	if p.Remedy, err = c.offerFamily(r, d, ch); err != nil {
		return err
	}
	return c.pages.plan.Send(w, r, status, p)
}

// head says the fact in the title: « Il reste 25 exemplaires pour 31 élèves ».
func (p *planPage) head(d hall.Desk, ch choice, sum licensing.Figures) {
	unit := ch.chosen.Unit()
	switch {
	case hall.OverBudget(ch.plan) > 0:
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
	p.Parent = d.Stock.Title
	p.Lead = p.T("console.plan.lead", "title", d.Stock.Title, "whom", ch.labels.Whom(&p.Shell, ch.chosen))
	p.Crumbs = d.Crumbs(&p.Shell, hall.GivePath, look.Link{Text: p.T("console.step.population.title"), Href: p.Back.Href}, look.Link{Text: p.T("console.step.plan")})
	p.Steps = steps(d, &p.Shell, 2)
}

// planLines are the figures: who gets, who cannot and why, who has already.
func (c *Room) planLines(r *http.Request, d hall.Desk, p *planPage, ch choice, sum licensing.Figures) error {
	groups := map[string][]licensing.Outcome{}
	for _, o := range ch.plan.Outcomes {
		key := string(o.Verdict)
		if o.Verdict == licensing.Cannot {
			key += "." + string(o.Why)
		}
		groups[key] = append(groups[key], o)
	}
	unit := ch.chosen.Unit()
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
		line := hall.PlanLine{N: n, Title: p.T("console.plan."+key+".title", "n", n), Wrong: g.wrong}
		if g.key == licensing.Gets {
			line.Text, line.Fold = hall.How(&p.Shell, ch.plan, outcomes), p.T("console.plan.names."+unit, "n", n)
		} else {
			line.Text = p.T("console.plan."+key+".text", "n", n)
		}
		if g.names {
			var err error
			if line.Names, err = c.Names(r, &p.Shell, ch.labels, outcomes); err != nil {
				return err
			}
			if rest := len(outcomes) - len(line.Names); rest > 0 {
				line.More = p.T("console.plan.names.more", "n", rest)
			}
			if len(outcomes) > hall.FewNames {
				line.Fold = p.T("console.plan.names."+unit, "n", n)
			}
		}
		p.Lines = append(p.Lines, line)
	}
	if left := ch.plan.Figures[0].After.Available; sum.Short > 0 && left > 0 && hall.OverBudget(ch.plan) == 0 {
		p.Lines = append(p.Lines, hall.PlanLine{N: left, Title: p.T("console.plan.other.title", "n", left), Text: p.T("console.plan.other.text", "n", left)})
	}
	if n := len(ch.plan.Targets); n > 0 {
		line := hall.PlanLine{N: int64(n), Title: p.T("console.plan.targets.title", "n", n), Text: p.T("console.plan.targets.text")}
		for _, g := range ch.plan.Targets[:min(n, hall.ManyNames)] {
			line.Names = append(line.Names, lang.Capital(ch.labels.Label(&p.Shell, g.Target)))
		}
		p.Lines = append(p.Lines, line)
	}
	return nil
}

// foot is the counters after, the choice where copies are short, and the act.
func (p *planPage) foot(d hall.Desk, ch choice, sum licensing.Figures) {
	f := ch.plan.Figures[0]
	before, after := d.Figures(&p.Shell, f.Before, nil), d.Figures(&p.Shell, f.After, nil)
	p.After = append(d.BeforeAfter(&p.Shell, f),
		hall.PlanFigure{Name: p.T("console.plan.waiting"), Before: lang.Number(p.Locale, 0), After: lang.Number(p.Locale, sum.Short)},
		hall.PlanFigure{Name: p.T("look.counter.total"), Before: hall.Shown(&p.Shell, before.Total), After: hall.Shown(&p.Shell, after.Total)})
	unit := ch.chosen.Unit()
	if sum.Short > 0 {
		p.Choice = p.T("console.plan.choice."+unit, "n", sum.Short)
	}
	copies, opened := ch.plan.Moves()
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
