package history

import (
	"net/http"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// undoPage is what undoing an act would do.
type undoPage struct {
	look.Shell
	Lines             []hall.PlanLine
	Of                []undoFigures
	Resources, Reread string // what is watched, and where the plan is read anew
	Until             clock.Date
	Print             string
	Hash              string
	Short             bool
	Do                string // the button's words, "" where there is nothing to undo
	Note              string
	Here              string // where the form goes
	Leave             look.Link
	BarFor            string
}

// undoFigures are the counters of one resource, before and after.
type undoFigures struct {
	Title string
	Rows  []hall.PlanFigure
}

// undoing shows what undoing the act of the address would do.
func (c *Room) undoing(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	o := licensing.UndoOrder{School: at.School.ID, Act: journal.ActID(r.PathValue("act")), For: at.Asker()}
	plan, err := c.Past.PlanUndo(r.Context(), o)
	if err != nil {
		return err
	}
	return c.showUndo(w, r, at, plan, http.StatusOK)
}

// undo carries out exactly the plan that the manager saw; one that has changed meanwhile is shown anew.
func (c *Room) undo(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	o := licensing.UndoOrder{School: at.School.ID, Act: journal.ActID(r.PathValue("act")), Short: licensing.Short(r.FormValue("manque"))}
	done, err := c.Past.Undo(r.Context(), at.Reader.Actor(), o, r.FormValue("empreinte"))
	if (fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exhausted)) && done.Plan.Hash != "" {
		return c.showUndo(w, r, at, done.Plan, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	sum := done.Plan.Sum()
	news := look.Message{Tone: look.Green, Title: s.T("console.undone.title"), Text: s.T("console.undone.text", "back", sum.Loses, "again", sum.Gets)}
	if done.Act == "" {
		news = look.Message{Text: s.T("console.undo.nothing")}
	} else {
		news.Link = look.Link{Text: s.T("console.undone.undo"), Href: at.UndoPath(done.Act)}
	}
	if err := c.House.Site.Flash(w, r, news); err != nil {
		return err
	}
	http.Redirect(w, r, at.ActPath(o.Act), http.StatusSeeOther)
	return nil
}

func (c *Room) showUndo(w http.ResponseWriter, r *http.Request, at hall.Site, plan licensing.UndoPlan, status int, refusals ...error) error {
	d, err := c.Past.FindDeed(r.Context(), at.School.ID, plan.Order.Act, at.Mandate)
	if err != nil {
		return err
	}
	p := &undoPage{Shell: c.Shell(r, at), Until: plan.Until, Hash: plan.Hash, Print: hall.Printed(plan.Hash), Here: at.UndoPath(d.Act), Reread: at.UndoPath(d.Act),
		Leave: look.Link{Href: at.ActPath(d.Act)}}
	p.Shell.Here = p.Here
	s, err := NewSayer(c.Hall, r, &p.Shell, at, d)
	if err != nil {
		return err
	}
	row, err := s.Row(d)
	if err != nil {
		return err
	}
	p.Title, p.Parent = p.T("console.undo.title."+undoWord(d.Verb)), p.T("console.history.title")
	p.Lead = p.T("console.undo.lead", "what", row.What, "who", row.Who, "when", row.When)
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.T("console.history.title"), Href: at.Path(hall.HistoryPath)},
		{Text: row.What, Href: at.ActPath(d.Act)}, {Text: p.T("console.undo.word"), Current: true}}
	p.Leave.Text = p.T("console.undo.leave")
	for _, refusal := range refusals {
		m := look.Message{Tone: look.Amber, Title: p.T("console.plan.changed.title"), Text: p.T("console.undo.changed")}
		if fault.CodeOf(refusal) == "licensing.mandate.budget" {
			m = look.Message{Tone: look.Red, Title: p.T("console.plan.budget.title"), Text: p.T("console.undo.short")}
		} else if fault.Is(refusal, fault.Exhausted) {
			m = look.Message{Tone: look.Red, Title: p.T("console.plan.short.title"), Text: p.T("console.undo.short")}
		}
		p.Messages = append(p.Messages, m)
	}
	if err := p.say(s, plan); err != nil {
		return err
	}
	rules, err := c.Suspends(r, plan.Taking())
	if err != nil {
		return err
	}
	p.Lines = append(p.Lines, hall.SuspendsLine(&p.Shell, s.Labels, rules)...)
	p.act(s, plan)
	return c.pages.undo.Send(w, r, status, p)
}

// undoLine is one figure of an undo: which outcomes, and whether it is bad news.
type undoLine struct {
	verdict licensing.Verdict
	why     licensing.Why
	wrong   bool
}

var undoLines = []undoLine{
	{verdict: licensing.Loses}, {verdict: licensing.Gets}, {verdict: licensing.Cannot, why: licensing.WhyShort, wrong: true},
	{verdict: licensing.Cannot, why: licensing.WhyBudget, wrong: true},
	{verdict: licensing.Cannot, why: licensing.WhyLocked}, {verdict: licensing.Cannot, why: licensing.WhyGone}, {verdict: licensing.Cannot, why: licensing.WhySince},
	{verdict: licensing.Cannot, why: licensing.WhyPublic}, {verdict: licensing.Cannot, why: licensing.WhySubscription},
	{verdict: licensing.Has}, {verdict: licensing.Lacks},
}

// say writes the figures, each with the first of its persons.
func (p *undoPage) say(s *Sayer, plan licensing.UndoPlan) error {
	for _, l := range undoLines {
		var some []licensing.Outcome
		for _, o := range plan.Outcomes {
			if o.Verdict == l.verdict && o.Why == l.why {
				some = append(some, o)
			}
		}
		n := int64(len(some))
		if n == 0 {
			continue
		}
		key := string(l.verdict)
		if l.why != "" {
			key += "." + string(l.why)
		}
		line := hall.PlanLine{N: n, Title: p.T("console.undo."+key+".title", "n", n), Text: p.T("console.undo."+key+".text", "n", n), Wrong: l.wrong,
			Fold: p.T("console.plan.names.personne", "n", n)}
		for _, o := range some[:min(len(some), hall.ManyNames)] {
			name, err := s.Name(o.Person)
			if err != nil {
				return err
			}
			line.Names = append(line.Names, name)
		}
		if rest := len(some) - len(line.Names); rest > 0 {
			line.More = p.T("console.plan.names.more", "n", rest)
		}
		p.Lines = append(p.Lines, line)
	}
	return p.sayTargets(s, plan)
}

// sayTargets writes which populations lose, or have again, a right of the whole school.
func (p *undoPage) sayTargets(s *Sayer, plan licensing.UndoPlan) error {
	for _, t := range []struct {
		key     string
		targets []licensing.GivenTarget
	}{{"back", plan.Back}, {"again", plan.Again}, {"kept", plan.Kept}} {
		n := int64(len(t.targets))
		if n == 0 {
			continue
		}
		line := hall.PlanLine{N: n, Title: p.T("console.undo."+t.key+".title", "n", n), Text: p.T("console.undo." + t.key + ".text")}
		for _, g := range t.targets[:min(len(t.targets), hall.ManyNames)] {
			label := lang.Capital(s.Labels.Label(&p.Shell, g.Target))
			if g.Target.Kind == licensing.Person {
				var err error
				if label, err = s.Name(directory.PersonID(g.Target.ID)); err != nil {
					return err
				}
			}
			line.Names = append(line.Names, label)
		}
		if rest := len(t.targets) - len(line.Names); rest > 0 {
			line.More = p.T("console.plan.names.more", "n", rest)
		}
		p.Lines = append(p.Lines, line)
	}
	return nil
}

// act says the button's words, and the counters that it changes.
func (p *undoPage) act(s *Sayer, plan licensing.UndoPlan) {
	for _, f := range plan.Figures {
		p.Of = append(p.Of, undoFigures{s.Titles[f.Resource], hall.Desk{}.BeforeAfter(&p.Shell, f)})
	}
	p.Resources = hall.Watched(plan.Figures)
	sum := plan.Sum()
	p.Short = sum.Short > 0
	p.Note = p.T("console.undo.note")
	switch {
	case plan.Empty():
		p.BarFor, p.Note = p.T("console.undo.nothing"), p.T("console.undo.nothing.note")
	case sum.Loses > 0 && sum.Gets == 0:
		p.Do, p.BarFor = p.T("console.take.verb", "n", sum.Loses), p.T("console.undo.bar.back", "n", sum.Loses)
	case sum.Gets > 0 && sum.Loses == 0:
		p.Do, p.BarFor = p.T("console.undo.do.again", "n", sum.Gets), p.T("console.undo.bar.again", "n", sum.Gets)
	default:
		p.Do, p.BarFor = p.T("console.undo.do"), p.T("console.undo.bar")
	}
}
