package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
)

// holdersPage is who holds a copy, and the way to take some back.
type holdersPage struct {
	look.Shell
	Resource resourceHead
	Counters look.Counters
	Given    []givenRow
	Rows     []holderRow
	Pager    look.Pager
	Empty    look.Empty
	Dialog   look.Dialog
	Take     string // where the form goes
	More     look.Link
}

// givenRow is a right of the whole school that was given to a target.
type givenRow struct {
	Value, Label string
	On           bool
}

// holderRow is one person with a copy.
type holderRow struct {
	Value, Name, Class, State string
	Past                      string     // the history of their copies; "" for a delegate
	Since, Last               clock.Date // Last is zero for never
	Locked, On                bool
}

// holders lists who holds a copy.
func (c *Room) holders(w http.ResponseWriter, r *http.Request, d desk) error {
	return c.showHolders(w, r, d, nil, http.StatusOK, func(*holdersPage) error { return nil })
}

// showHolders renders the list; more adds what an act has to say.
func (c *Room) showHolders(w http.ResponseWriter, r *http.Request, d desk, chosen selection, status int, more func(*holdersPage) error) error {
	p := &holdersPage{Shell: c.shell(r, d.site), Resource: d.head(), Take: d.path("/reprise"), More: look.Link{Href: d.path("/population")}}
	p.Title, p.Parent = p.T("console.holders.title"), d.stock.Title
	p.Lead = d.stock.Title
	p.Shell.Here = d.path("/attributions")
	p.Crumbs = d.crumbs(&p.Shell, takePath, look.Link{Text: p.T("console.holders.title")})
	p.More.Text = p.T("console.holders.more")
	p.Counters = figures(&p.Shell, d.stock, d.stock.Counters)
	labels, err := c.People.Cohorts(r.Context(), d.school.ID)
	if err != nil {
		return err
	}
	for _, g := range d.given() {
		p.Given = append(p.Given, givenRow{g.Target.String(), lang.Capital(byID(labels).label(&p.Shell, g.Target)), chosen.has(g.Target)})
	}
	if err := c.holderRows(r, d, p, chosen); err != nil {
		return err
	}
	if len(p.Rows) == 0 && len(p.Given) == 0 {
		p.Empty = look.Empty{Title: p.T("console.holders.none.title"), Text: p.T("console.holders.none.text"), Action: look.Link{Text: p.T("console.resources.pick"), Href: d.path("/population")}}
	}
	if err := more(p); err != nil {
		return err
	}
	return c.pages.holders.Send(w, r, status, p)
}

func (c *Room) holderRows(r *http.Request, d desk, p *holdersPage, chosen selection) error {
	from := 0
	if text := r.URL.Query().Get("rang"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return fault.New(fault.Invalid, "web.page.form", "value", text)
		}
		from = n
	}
	holders, total, err := c.heldIn(r, d, directory.Page{After: r.URL.Query().Get("apres")}, from)
	if err != nil {
		return fmt.Errorf("holders of %s in %s: %w", d.stock.Resource, d.school.ID, err)
	}
	zone := d.school.Zone()
	for _, h := range holders {
		t := licensing.ToPerson(h.Person)
		row := holderRow{Value: t.String(), Name: h.Name.Family + " " + h.Name.Given, Class: h.Class, Locked: h.Locked, On: chosen.has(t) && !h.Locked,
			Since: clock.On(h.Since, zone), State: p.holderState(h), Past: d.pastPath(h.Person)}
		if !h.LastOpened.IsZero() {
			row.Last = clock.On(h.LastOpened, zone)
		}
		p.Rows = append(p.Rows, row)
	}
	p.Pager = look.Pager{From: min(from+1, total), To: from + len(holders), Total: total}
	if from > 0 {
		p.Pager.Prev = d.path("/attributions")
	}
	if len(holders) == directory.MaxPage && from+len(holders) < total {
		p.Pager.Next = d.path("/attributions?" + url.Values{"apres": {holders[len(holders)-1].Key}, "rang": {strconv.Itoa(from + len(holders))}}.Encode())
	}
	return nil
}

func (p *holdersPage) holderState(h licensing.Holder) string {
	switch {
	case h.Locked:
		return p.T("console.holders.locked")
	case h.Left:
		return p.T("console.holders.left")
	case h.Opened.IsZero():
		return p.T("console.holders.unopened")
	}
	return p.T("console.holders.opened")
}

// takeable allows the targets to which a right of this resource was given, those of classes that are gone included.
func (d desk) takeable(t licensing.Target) bool {
	for _, g := range d.given() {
		if g.Target.String() == t.String() {
			return true
		}
	}
	return false
}

// taking reads what is to come back.
func (d desk) taking(r *http.Request) (selection, licensing.Order, error) {
	chosen, err := readSelection(r, d.takeable)
	order := chosen.order(d)
	order.Take = true
	return chosen, order, err
}

// retrieval says what taking these back would do, and asks.
func (c *Room) retrieval(w http.ResponseWriter, r *http.Request, d desk) error {
	chosen, order, err := d.taking(r)
	if err != nil {
		return err
	}
	if len(chosen) == 0 {
		return c.showHolders(w, r, d, chosen, http.StatusBadRequest, func(p *holdersPage) error {
			p.Problems = []look.Problem{{Field: "porteurs", Text: p.T("console.take.nobody")}}
			return nil
		})
	}
	plan, err := c.Copies.Plan(r.Context(), order)
	if err != nil {
		return err
	}
	return c.askBack(w, r, d, chosen, plan, http.StatusOK)
}

// askBack opens the dialog over the list, or says why nothing can come back.
func (c *Room) askBack(w http.ResponseWriter, r *http.Request, d desk, chosen selection, plan licensing.Plan, status int, messages ...string) error {
	if err := chosen.known(plan); err != nil {
		return err
	}
	return c.showHolders(w, r, d, chosen, status, func(p *holdersPage) error {
		for _, key := range messages {
			p.Messages = append(p.Messages, look.Message{Tone: look.Amber, Title: p.T("console.plan.changed.title"), Text: p.T(key)})
		}
		if plan.Empty() {
			p.Messages = append(p.Messages, look.Message{Tone: look.Amber, Title: p.T("console.take.nothing.title"), Text: cannotBack(&p.Shell, plan)})
			return nil
		}
		copies, opened := moved(plan)
		n := copies + opened
		p.Dialog = look.Dialog{ID: "reprendre", Title: p.T("console.take.title", "n", n), Action: d.path("/reprendre"), Danger: true,
			Text: p.T("console.take.text", "n", n, "title", d.stock.Title), Verb: p.T("console.take.verb", "n", copies),
			Leave: look.Link{Text: p.T("console.take.leave"), Href: d.path("/attributions")}}
		if copies == 0 {
			p.Dialog.Title, p.Dialog.Verb = p.T("console.take.title.targets", "n", len(plan.Targets)), p.T("console.take.verb.targets")
		}
		if len(chosen) == 1 && chosen[0].Kind == licensing.Person {
			person, err := c.People.FindPerson(r.Context(), directory.PersonID(chosen[0].ID))
			if err != nil {
				return err
			}
			p.Dialog.Title = p.T("console.take.title.one", "name", person.Name.String())
			p.Dialog.Text = p.T("console.take.text.one", "name", person.Name.String(), "title", d.stock.Title)
		}
		if why := cannotBack(&p.Shell, plan); why != "" {
			p.Dialog.Text += " " + why
		}
		rules, err := c.suspends(r, plan)
		if err != nil {
			return err
		}
		if len(rules) > 0 {
			p.Dialog.Text += " " + p.T("console.take.suspends", "n", len(rules))
		}
		p.Dialog.Fields = []look.Hidden{{Name: "empreinte", Value: plan.Hash}}
		for _, value := range chosen.values() {
			p.Dialog.Fields = append(p.Dialog.Fields, look.Hidden{Name: "cible", Value: value})
		}
		return nil
	})
}

// cannotBack says what cannot come back, and why.
func cannotBack(s *look.Shell, plan licensing.Plan) string {
	var locked, through, lacks int64
	for _, o := range plan.Outcomes {
		switch {
		case o.Verdict == licensing.Lacks:
			lacks++
		case o.Verdict == licensing.Cannot && o.Why == licensing.WhyLocked:
			locked++
		case o.Verdict == licensing.Cannot:
			through++
		}
	}
	text := ""
	for _, part := range []struct {
		n   int64
		key string
	}{{locked, "console.take.locked"}, {through, "console.take.through"}, {lacks, "console.take.lacks"}} {
		if part.n == 0 {
			continue
		}
		if text != "" {
			text += " "
		}
		text += s.T(part.key, "n", part.n)
	}
	return text
}

// takeBack applies the plan that the manager confirmed.
func (c *Room) takeBack(w http.ResponseWriter, r *http.Request, d desk) error {
	chosen, order, err := d.taking(r)
	if err != nil {
		return err
	}
	done, err := c.Copies.Apply(r.Context(), d.reader.Actor(), order, r.FormValue("empreinte"))
	if fault.Is(err, fault.Conflict) {
		if done.Plan.Hash == "" {
			if done.Plan, err = c.Copies.Plan(r.Context(), order); err != nil {
				return err
			}
		}
		return c.askBack(w, r, d, chosen, done.Plan, http.StatusConflict, "console.take.changed")
	}
	if err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	copies, opened := moved(done.Plan)
	text := s.T("console.done.taken", "n", copies)
	if copies == 0 {
		text = s.T("console.done.closed", "n", opened)
	}
	if err := c.House.Site.Flash(w, r, look.Message{Tone: look.Green, Title: text, Text: s.T("console.done.free", "title", d.stock.Title),
		Link: d.undoLink(&s, done)}); err != nil {
		return err
	}
	http.Redirect(w, r, d.path("/attributions"), http.StatusSeeOther)
	return nil
}
