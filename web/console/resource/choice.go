package resource

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// Drafts keeps whom managers have chosen so far, and lists whom they choose among. licensing.Service satisfies it.
type Drafts interface {
	FindSelection(ctx context.Context, of licensing.SelectionKey) (licensing.Selection, error)
	Choose(ctx context.Context, c licensing.Choosing) (licensing.Chosen, error)
	Draft(ctx context.Context, c licensing.Crowd, page directory.Page, chosen licensing.Order) (licensing.Population, error)
}

// choice is the manager's selection for a resource, checked and weighed.
type choice struct {
	chosen  hall.Selection
	on      map[string]bool // chosen, by its writing
	version int64
	moved   bool           // another window had changed it since the form was shown
	changed bool           // this form changed it
	gone    hall.Selection // chosen, and not in the school or the delegate's scope any more
	scoped  bool           // a delegate's, whose scope is less than the school
	plan    licensing.Plan
	labels  hall.Cohorts
}

// key says whose selection it is: the reader's, for this resource.
func key(d hall.Desk) licensing.SelectionKey { return d.Selecting(d.Stock.Resource) }

// choose finds the selection, after what the form does to it: « cible » are the boxes that are ticked, « etait » those that were when
// the page was made; what else the manager asks for is more's to say.
func (c *Room) choose(r *http.Request, d hall.Desk, more ...func(choice, *licensing.Choosing) error) (choice, error) {
	labels, err := c.Scoped(r, d.Site)
	if err != nil {
		return choice{}, err
	}
	ch := choice{labels: labels, scoped: d.Scope() != nil}
	change, err := ch.change(r, d)
	if err != nil {
		return ch, err
	}
	for _, add := range more {
		if err := add(ch, &change); err != nil {
			return ch, err
		}
	}
	if r.Method == http.MethodPost && (change.Empty || change.All != nil || len(change.Add)+len(change.Remove) > 0) {
		return ch, c.write(r, &ch, change)
	}
	s, err := c.Drafts.FindSelection(r.Context(), key(d))
	ch.take(s)
	ch.moved = change.Seen != licensing.AnyVersion && change.Seen != s.Version
	return ch, err
}

// write changes the selection.
func (c *Room) write(r *http.Request, ch *choice, change licensing.Choosing) error {
	done, err := c.Drafts.Choose(r.Context(), change)
	if fault.CodeOf(err) == "licensing.person.elsewhere" {
		return fault.New(fault.NotFound, "console.person.unknown")
	} else if err != nil {
		return err
	}
	ch.take(done.Selection)
	ch.moved, ch.changed = done.Moved, done.Changed
	return nil
}

// change reads what the form does to the selection.
func (ch choice) change(r *http.Request, d hall.Desk) (licensing.Choosing, error) {
	change := licensing.Choosing{Of: key(d), Seen: licensing.AnyVersion}
	if text := r.FormValue("version"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return change, fault.New(fault.Invalid, "web.page.form", "value", text)
		}
		change.Seen = n
	}
	ticked, err := hall.ReadSelection(r, d.Choosable(ch.labels))
	if err != nil {
		return change, err
	}
	was, err := hall.ReadTargets(r.Form["etait"], func(licensing.Target) bool { return true }) // one that is gone may still be taken out
	if err != nil {
		return change, err
	}
	change.Add, change.Remove = ticked.Beyond(was), was.Beyond(ticked)
	return change, nil
}

// take puts a selection into the choice. Classes that there are no more are left out, and counted.
func (ch *choice) take(s licensing.Selection) {
	ch.version, ch.chosen, ch.on = s.Version, s.Targets, make(map[string]bool, len(s.Targets))
	ch.gone = append(ch.gone, s.Beyond...)
	ch.drop(func(t licensing.Target) bool { return t.Kind != licensing.Person && !ch.labels.Of(t) })
	for _, t := range ch.chosen {
		ch.on[t.String()] = true
	}
}

func (ch *choice) drop(gone func(licensing.Target) bool) {
	ch.chosen = slices.DeleteFunc(ch.chosen, func(t licensing.Target) bool {
		if gone(t) {
			ch.gone = append(ch.gone, t)
			return true
		}
		return false
	})
}

// weigh plans the selection for its figures alone.
func (c *Room) weigh(r *http.Request, d hall.Desk, ch *choice) error {
	return c.planned(r, ch.chosen.Order(d), ch, c.Copies.Weigh)
}

// foresee plans an order of the selection.
func (c *Room) foresee(r *http.Request, order licensing.Order, ch *choice) error {
	return c.planned(r, order, ch, c.Copies.Plan)
}

// planned plans in one way or the other; with nobody chosen there is nothing to plan.
func (c *Room) planned(r *http.Request, order licensing.Order, ch *choice, plan func(context.Context, licensing.Order) (licensing.Plan, error)) (err error) {
	if len(ch.chosen) == 0 {
		return nil
	}
	if ch.plan, err = plan(r.Context(), order); err != nil {
		return err
	}
	ch.settle()
	return nil
}

// settle leaves out the persons of whom the plan does not speak: they have left the school since they were chosen.
func (ch *choice) settle() {
	gone := map[string]bool{}
	for _, t := range ch.chosen.Unknown(ch.plan) {
		gone[t.String()] = true
	}
	if len(gone) > 0 {
		ch.drop(func(t licensing.Target) bool { return gone[t.String()] })
	}
}

// forget takes those who are gone out of the selection for good: the manager is told once.
func (c *Room) forget(r *http.Request, d hall.Desk, ch *choice) error {
	if len(ch.gone) == 0 {
		return nil
	}
	done, err := c.Drafts.Choose(r.Context(), licensing.Choosing{Of: key(d), Seen: licensing.AnyVersion, Remove: ch.gone})
	ch.version = done.Version
	return err
}

// has reports whether exactly this target is chosen.
func (ch choice) has(t licensing.Target) bool { return ch.on[t.String()] }

// news are what the manager has to know of the selection besides what they did.
func (ch choice) news(s *look.Shell) (out []look.Message) {
	if n := len(ch.gone); n > 0 {
		text := s.T("console.selection.gone.text")
		if ch.scoped {
			text = s.T("console.selection.gone.scope")
		}
		out = append(out, look.Message{Tone: look.Amber, Title: s.T("console.selection.gone", "n", n), Text: text})
	}
	return out
}

// movedNews says that another window has changed the selection too.
func movedNews(s *look.Shell) look.Message {
	return look.Message{Tone: look.Amber, Title: s.T("console.selection.moved"), Text: s.T("console.selection.moved.text")}
}
