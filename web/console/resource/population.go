package resource

import (
	"encoding/json"
	"net/http"

	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// populationPage is the second step: whom the resource is given to.
type populationPage struct {
	look.Shell
	Resource hall.ResourceHead
	Counters look.Counters
	Profiles []hall.ProfileChoice
	View     view
	Tree     tree
	List     list
	Filters  filters
	Was      []string     // the boxes that are ticked as the page is made
	Version  int64        // of the selection
	Moved    look.Message // what the script shows where another window has changed it
	Bar      hall.Bar
	Count    string // where the script asks for the counters
	Here     string
	Plan     string
	Holders  look.Link
}

// counters are the six figures with the selection counted.
func (ch choice) counters(s *look.Shell, d hall.Desk) look.Counters {
	counters, of := d.Stock.Counters.Select(0), d.Stock.Portions()
	if len(ch.plan.Figures) == 1 {
		counters, of = ch.plan.Figures[0].Before, ch.plan.Figures[0].PortionsBefore
		counters.SiteWide, counters.Suggested = d.Stock.Counters.SiteWide, d.Stock.Counters.Suggested
	}
	return d.Figures(s, counters, of)
}

// left is how many copies will be left to those whose public is chosen; false where they are not counted.
func (ch choice) left() (n int64, counted bool) {
	for _, p := range ch.plan.Figures[0].PortionsBefore {
		if p.Selected > 0 && !p.Unlimited {
			n, counted = n+p.Remaining, true
		}
	}
	return n, counted
}

func (ch choice) bar(s *look.Shell, d hall.Desk) hall.Bar {
	b := ch.sums(s, d)
	sum := ch.plan.Sum()
	if sum.Gets+sum.Short == 0 {
		return b
	}
	// The counter « Sélectionnés » leaves these out.
	if sum.Has > 0 {
		b.Note += " " + s.T("console.bar.has", "n", sum.Has)
	}
	if n := sum.Cannot - sum.Short; n > 0 {
		b.Note += " " + s.T("console.bar.cannot", "n", n)
	}
	return b
}

// sums says how many are chosen who may get a copy, and what is left for them.
func (ch choice) sums(s *look.Shell, d hall.Desk) hall.Bar {
	sum := ch.plan.Sum()
	n := sum.Gets + sum.Short
	if n == 0 {
		n = int64(len(ch.plan.Outcomes))
	}
	unit := ch.chosen.Unit()
	switch {
	case len(ch.chosen) == 0:
		return hall.Bar{Title: s.T("console.bar.nobody"), Note: s.T("console.bar.nobody.note"), None: true}
	case hall.OverBudget(ch.plan) > 0:
		return hall.Bar{Title: s.T("console.bar.chosen."+unit, "n", n), Note: s.T("console.bar.budget", "n", hall.OverBudget(ch.plan)), Tone: look.Red}
	case sum.Short > 0:
		return hall.Bar{Title: s.T("console.bar.chosen."+unit, "n", n), Note: s.T("console.bar.short", "n", sum.Short), Tone: look.Red}
	case sum.Gets == 0 && len(ch.plan.Targets) == 0:
		return hall.Bar{Title: s.T("console.bar.chosen."+unit, "n", n), Note: s.T("console.bar.nothing")}
	}
	if left, counted := ch.left(); counted {
		return hall.Bar{Title: s.T("console.bar.chosen."+unit, "n", n), Note: s.T("console.bar.left", "n", left)}
	}
	return hall.Bar{Title: s.T("console.bar.chosen."+unit, "n", n), Note: s.T("console.bar.unlimited")}
}

// population shows the second step, after what the form asks for. A form is answered by the page's own address, so that a reload asks
// nothing; but for a name that is looked for, which no address holds.
func (c *Room) population(w http.ResponseWriter, r *http.Request, d hall.Desk) error {
	var v view
	ch, err := c.choose(r, d, func(ch choice, change *licensing.Choosing) (err error) {
		if v, err = readView(r, d, ch.labels); err == nil {
			v.act(r, d, ch, change)
		}
		return err
	})
	if err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	var news []look.Message
	if ch.moved && (ch.changed || r.Form.Has("vider")) {
		news = append(news, movedNews(&s))
	}
	if r.Method != http.MethodPost || v.Text != "" {
		return c.showPopulation(w, r, d, v, ch, http.StatusOK, "", news...)
	}
	for _, m := range news {
		if err := c.House.Site.Flash(w, r, m); err != nil {
			return err
		}
	}
	http.Redirect(w, r, d.Path("/population")+v.query(), http.StatusSeeOther)
	return nil
}

// act adds what a button of the page asks for: empty the selection, or choose a whole level or everybody listed in one go.
func (v view) act(r *http.Request, d hall.Desk, ch choice, change *licensing.Choosing) {
	switch {
	case r.Form.Has("vider"):
		change.Empty, change.Add, change.Remove = true, nil, nil
	case r.Form.Has("tout-niveau"):
		for _, cohort := range hall.Sorted(ch.labels) {
			if cohort.Kind == directory.Class && cohort.Level == r.FormValue("tout-niveau") {
				change.Add = append(change.Add, licensing.ToCohort(cohort.ID, v.Profile))
			}
		}
	case !r.Form.Has("toute") || r.Form.Has("liste") && r.FormValue("liste") != v.list():
		// Nothing, or everybody of a list that was not shown yet: it is shown first.
	case v.narrowed():
		crowd := v.crowd(d)
		change.All = &crowd
	default:
		change.Add = append(change.Add, v.targets(d, ch.labels)...)
	}
}

// showPopulation renders the second step, with a trouble to say or none.
func (c *Room) showPopulation(w http.ResponseWriter, r *http.Request, d hall.Desk, v view, ch choice, status int, trouble string, news ...look.Message) error {
	found, err := c.Drafts.Draft(r.Context(), v.crowd(d), directory.Page{After: v.After}, ch.chosen.Order(d))
	if err != nil {
		return err
	}
	ch.plan = found.Plan
	ch.settle()
	if err := c.forget(r, d, &ch); err != nil {
		return err
	}
	p := &populationPage{Shell: c.Shell(r, d.Site), Resource: d.Head(), View: v, Version: ch.version,
		Count: d.Path("/compteurs"), Here: d.Path("/population"), Plan: d.Path("/plan")}
	p.Title = d.Stock.Title
	p.Shell.Here = p.Here + v.query()
	p.Crumbs = d.Crumbs(&p.Shell, hall.GivePath, look.Link{Text: p.T("console.step.population.title")})
	p.Steps = steps(d, &p.Shell, 1)
	p.Holders = look.Link{Text: p.T("console.holders.go"), Href: d.Path("/attributions")}
	p.Counters, p.Bar = ch.counters(&p.Shell, d), ch.bar(&p.Shell, d)
	p.Messages = append(append(p.Messages, news...), ch.news(&p.Shell)...)
	p.Moved = movedNews(&p.Shell)
	p.Moved.Link = look.Link{Text: p.T("console.selection.moved.show"), Href: p.Shell.Here}
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "qui", Text: trouble}}
	}
	if err := c.fillPopulation(r, d, p, ch, found); err != nil {
		return err
	}
	return c.pages.population.Send(w, r, status, p)
}

// live is what the script receives when a box has changed.
type live struct {
	Counters string `json:"counters"`
	Bar      string `json:"bar"`
	Say      string `json:"say"` // one sentence for the live region
	Empty    bool   `json:"empty"`
	Version  int64  `json:"version"`
	Moved    bool   `json:"moved"` // another window has changed the selection: the page does not show all of it
}

// count changes the selection by what the script sends, and answers with its counters and bar.
func (c *Room) count(w http.ResponseWriter, r *http.Request, d hall.Desk) error {
	ch, err := c.choose(r, d)
	if err != nil {
		return err
	}
	if err := c.weigh(r, d, &ch); err != nil {
		return err
	}
	s := c.Shell(r, d.Site)
	b := ch.bar(&s, d)
	counters, err := c.pages.population.Part(s.Locale, "counters", ch.counters(&s, d))
	if err != nil {
		return err
	}
	text, err := c.pages.population.Part(s.Locale, "bar-text", b)
	if err != nil {
		return err
	}
	say := b.Title + ". " + b.Note
	if ch.moved {
		say += " " + s.T("console.selection.moved")
	}
	answer, err := json.Marshal(live{string(counters), string(text), say, b.None, ch.version, ch.moved})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(answer)
	return err
}
