package resource

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// heldIn lists who has the resource among those whom the reader sees, and how many there are in all.
func (c *Room) heldIn(r *http.Request, d hall.Desk, page directory.Page, from int) ([]licensing.Holder, int, error) {
	if d.Scope() == nil {
		holders, err := c.Holders.ListHolders(r.Context(), d.School.ID, d.Stock.Resource, page)
		return holders, max(int(d.Stock.Counters.Assigned), from+len(holders)), err
	}
	holders, err := c.Holders.ListHoldersAmong(r.Context(), d.School.ID, d.Stock.Resource, d.Scope(), page)
	if err != nil || len(holders) < directory.MaxPage {
		return holders, from + len(holders), err
	}
	order := licensing.Order{School: d.School.ID, Resources: []catalogue.ResourceID{d.Stock.Resource}, Take: true}
	for _, id := range d.Scope() {
		order.Targets = append(order.Targets, licensing.ToCohort(id))
	}
	plan, err := c.Copies.Plan(r.Context(), order)
	if err != nil {
		return nil, 0, err
	}
	total := 0
	for _, o := range plan.Outcomes {
		if !o.SiteWide && (o.Verdict == licensing.Loses || o.Why == licensing.WhyLocked) {
			total++
		}
	}
	return holders, max(total, from+len(holders)), nil
}

// holdersPage is who holds a copy, and the way to take some back.
type holdersPage struct {
	look.Shell
	Resource hall.ResourceHead
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
func (c *Room) holders(w http.ResponseWriter, r *http.Request, d hall.Desk) error {
	return c.showHolders(w, r, d, nil, http.StatusOK, func(*holdersPage) error { return nil })
}

// showHolders renders the list; more adds what an act has to say.
func (c *Room) showHolders(w http.ResponseWriter, r *http.Request, d hall.Desk, chosen hall.Selection, status int, more func(*holdersPage) error) error {
	p := &holdersPage{Shell: c.Shell(r, d.Site), Resource: d.Head(), Take: d.Path("/reprise"), More: look.Link{Href: d.Path("/population")}}
	p.Title, p.Parent = p.T("console.holders.title"), d.Stock.Title
	p.Lead = d.Stock.Title
	p.Shell.Here = d.Path("/attributions")
	p.Crumbs = d.Crumbs(&p.Shell, hall.TakePath, look.Link{Text: p.T("console.holders.title")})
	p.More.Text = p.T("console.holders.more")
	p.Counters = d.Figures(&p.Shell, d.Stock.Counters, d.Stock.Portions())
	labels, err := c.People.Cohorts(r.Context(), d.School.ID)
	if err != nil {
		return err
	}
	for _, g := range d.Given() {
		p.Given = append(p.Given, givenRow{g.Target.String(), lang.Capital(hall.ByID(labels).Label(&p.Shell, g.Target)), chosen.Has(g.Target)})
	}
	if err := c.holderRows(r, d, p, chosen); err != nil {
		return err
	}
	if len(p.Rows) == 0 && len(p.Given) == 0 {
		p.Empty = look.Empty{Title: p.T("console.holders.none.title"), Text: p.T("console.holders.none.text"), Action: look.Link{Text: p.T("console.resources.pick"), Href: d.Path("/population")}}
	}
	if err := more(p); err != nil {
		return err
	}
	return c.pages.holders.Send(w, r, status, p)
}

func (c *Room) holderRows(r *http.Request, d hall.Desk, p *holdersPage, chosen hall.Selection) error {
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
		return fmt.Errorf("holders of %s in %s: %w", d.Stock.Resource, d.School.ID, err)
	}
	zone := d.School.Zone()
	for _, h := range holders {
		t := licensing.ToPerson(h.Person)
		row := holderRow{Value: t.String(), Name: h.Name.Family + " " + h.Name.Given, Class: h.Class, Locked: h.Locked, On: chosen.Has(t) && !h.Locked,
			Since: clock.On(h.Since, zone), State: p.holderState(h), Past: d.PastPath(h.Person)}
		if !h.LastOpened.IsZero() {
			row.Last = clock.On(h.LastOpened, zone)
		}
		p.Rows = append(p.Rows, row)
	}
	p.Pager = look.Pager{From: min(from+1, total), To: from + len(holders), Total: total}
	if from > 0 {
		p.Pager.Prev = d.Path("/attributions")
	}
	if len(holders) == directory.MaxPage && from+len(holders) < total {
		p.Pager.Next = d.Path("/attributions?" + url.Values{"apres": {holders[len(holders)-1].Key}, "rang": {strconv.Itoa(from + len(holders))}}.Encode())
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
func takeable(d hall.Desk, t licensing.Target) bool {
	for _, g := range d.Given() {
		if g.Target.String() == t.String() {
			return true
		}
	}
	return false
}

// taking reads what is to come back.
func taking(d hall.Desk, r *http.Request) (hall.Selection, licensing.Order, error) {
	chosen, err := hall.ReadSelection(r, func(t licensing.Target) bool { return takeable(d, t) })
	order := chosen.Order(d)
	order.Take = true
	return chosen, order, err
}

// retrieval says what taking these back would do, and asks.
func (c *Room) retrieval(w http.ResponseWriter, r *http.Request, d hall.Desk) error {
	chosen, order, err := taking(d, r)
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
func (c *Room) askBack(w http.ResponseWriter, r *http.Request, d hall.Desk, chosen hall.Selection, plan licensing.Plan, status int, messages ...string) error {
	if err := chosen.Known(plan); err != nil {
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
		copies, opened := plan.Moves()
		n := copies + opened
		p.Dialog = look.Dialog{ID: "reprendre", Title: p.T("console.take.title", "n", n), Action: d.Path("/reprendre"), Danger: true,
			Text: p.T("console.take.text", "n", n, "title", d.Stock.Title), Verb: p.T("console.take.verb", "n", copies),
			Leave: look.Link{Text: p.T("console.take.leave"), Href: d.Path("/attributions")}}
		if copies == 0 {
			p.Dialog.Title, p.Dialog.Verb = p.T("console.take.title.targets", "n", len(plan.Targets)), p.T("console.take.verb.targets")
		}
		if len(chosen) == 1 && chosen[0].Kind == licensing.Person {
			person, err := c.People.FindPerson(r.Context(), directory.PersonID(chosen[0].ID))
			if err != nil {
				return err
			}
			p.Dialog.Title = p.T("console.take.title.one", "name", person.Name.String())
			p.Dialog.Text = p.T("console.take.text.one", "name", person.Name.String(), "title", d.Stock.Title)
		}
		if why := cannotBack(&p.Shell, plan); why != "" {
			p.Dialog.Text += " " + why
		}
		rules, err := c.Suspends(r, plan)
		if err != nil {
			return err
		}
		if len(rules) > 0 {
			p.Dialog.Text += " " + p.T("console.take.suspends", "n", len(rules))
		}
		p.Dialog.Fields = []look.Hidden{{Name: "empreinte", Value: plan.Hash}}
		for _, value := range chosen.Values() {
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
func (c *Room) takeBack(w http.ResponseWriter, r *http.Request, d hall.Desk) error {
	chosen, order, err := taking(d, r)
	if err != nil {
		return err
	}
	done, err := c.Copies.Apply(r.Context(), d.Reader.Actor(), order, r.FormValue("empreinte"))
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
	copies, opened := done.Plan.Moves()
	text := s.T("console.done.taken", "n", copies)
	if copies == 0 {
		text = s.T("console.done.closed", "n", opened)
	}
	if err := c.House.Site.Flash(w, r, look.Message{Tone: look.Green, Title: text, Text: s.T("console.done.free", "title", d.Stock.Title),
		Link: d.UndoLink(&s, done)}); err != nil {
		return err
	}
	http.Redirect(w, r, d.Path("/attributions"), http.StatusSeeOther)
	return nil
}

// Holders lists who holds a copy.
type Holders interface {
	ListHolders(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, page directory.Page) ([]licensing.Holder, error)
	ListHoldersAmong(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, cohorts []directory.CohortID, page directory.Page) ([]licensing.Holder, error)
}
