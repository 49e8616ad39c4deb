package console

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
)

// Drafts keeps whom managers have chosen so far, and lists whom they choose among. licensing.Service satisfies it.
type Drafts interface {
	FindSelection(ctx context.Context, of licensing.SelectionKey) (licensing.Selection, error)
	Choose(ctx context.Context, c licensing.Choosing) (licensing.Chosen, error)
	Population(ctx context.Context, c licensing.Crowd, page directory.Page) (licensing.Population, error)
}

// maxPersons bounds how many persons one form may name one by one; « tous les résultats », classes and the school stand for any number.
const maxPersons = 2000

// selection is whom the manager has chosen. A person is written with the profile under which they were chosen, so that pages can say
// « élèves »; the order itself names the person alone.
type selection []licensing.Target

// readSelection reads the form's targets (« cible », once for each). Every class and group must be of this school: somebody else's looks
// like one that does not exist. Persons are checked where they are used: by the plan, which names those it found (known), or by the
// selection that they are added to.
func readSelection(r *http.Request, may func(licensing.Target) bool) (selection, error) {
	return readTargets(r.Form["cible"], may)
}

func readTargets(values []string, may func(licensing.Target) bool) (selection, error) {
	var chosen selection
	persons := 0
	seen := map[string]bool{}
	for _, value := range values {
		if seen[value] {
			continue
		}
		seen[value] = true
		t, err := licensing.ParseTarget(value)
		if err != nil {
			return nil, err
		}
		if t.Kind == licensing.Person {
			if persons++; persons > maxPersons {
				return nil, fault.New(fault.Invalid, "console.selection.large", "most", maxPersons)
			}
		} else if !may(t) {
			return nil, fault.New(fault.NotFound, "console.cohort.unknown")
		}
		chosen = append(chosen, t)
	}
	return chosen, nil
}

// of allows the classes and groups of the school, and the school itself.
func (m cohorts) of(t licensing.Target) bool {
	if t.Kind == licensing.Cohort {
		_, ok := m[directory.CohortID(t.ID)]
		return ok
	}
	return t.Kind == licensing.WholeSchool
}

// has reports whether the selection holds exactly this target.
func (s selection) has(t licensing.Target) bool {
	return slices.ContainsFunc(s, func(x licensing.Target) bool { return x.String() == t.String() })
}

// with adds a target once.
func (s selection) with(t licensing.Target) selection {
	if s.has(t) {
		return s
	}
	return append(s, t)
}

// values writes the selection as a form carries it.
func (s selection) values() []string {
	out := make([]string, len(s))
	for i, t := range s {
		out[i] = t.String()
	}
	return out
}

// order makes an order of the selection.
func (s selection) order(d desk) licensing.Order {
	order := licensing.Order{School: d.school.ID, Resources: []catalogue.ResourceID{d.stock.Resource}, For: d.asker()}
	for _, t := range s {
		if t.Kind == licensing.Person {
			t = licensing.ToPerson(directory.PersonID(t.ID))
		}
		order.Targets = append(order.Targets, t)
	}
	return order
}

// known refuses a plan that does not speak of every person who was named: they are not in this school, or not any more.
func (s selection) known(p licensing.Plan) error {
	if len(s.unknown(p)) > 0 {
		return fault.New(fault.NotFound, "console.person.unknown")
	}
	return nil
}

// unknown are the persons of whom the plan does not speak.
func (s selection) unknown(p licensing.Plan) (out selection) {
	spoken := make(map[string]bool, len(p.Outcomes))
	for _, o := range p.Outcomes {
		spoken[string(o.Person)] = true
	}
	for _, t := range s {
		if t.Kind == licensing.Person && !spoken[t.ID] {
			out = append(out, t)
		}
	}
	return out
}

// unit is the word for those chosen: pupils, teachers, or persons where they are not all of one kind.
func (s selection) unit() string {
	unit := ""
	for _, t := range s {
		if len(t.Profiles) != 1 || unit != "" && unit != string(t.Profiles[0]) {
			return "personne"
		}
		unit = string(t.Profiles[0])
	}
	switch directory.Profile(unit) {
	case directory.Pupil, directory.Teacher:
		return unit
	}
	return "personne"
}

// choice is the manager's selection for a resource, checked and weighed.
type choice struct {
	chosen  selection
	on      map[string]bool // chosen, by its writing
	version int64
	moved   bool      // another window had changed it since the form was shown
	changed bool      // this form changed it
	gone    selection // chosen, and not in the school or the delegate's scope any more
	scoped  bool      // a delegate's, whose scope is less than the school
	plan    licensing.Plan
	labels  cohorts
}

// key says whose selection it is: the reader's, for this resource.
func (d desk) key() licensing.SelectionKey {
	return licensing.SelectionKey{School: d.school.ID, Manager: d.reader.Person.ID, Purpose: string(d.stock.Resource)}
}

// choose finds the selection, after what the form does to it: « cible » are the boxes that are ticked, « etait » those that were when
// the page was made; what else the manager asks for is more's to say.
func (c *Room) choose(r *http.Request, d desk, more ...func(choice, *licensing.Choosing) error) (choice, error) {
	list, err := c.People.Cohorts(r.Context(), d.school.ID)
	if err != nil {
		return choice{}, fmt.Errorf("classes of %s: %w", d.school.ID, err)
	}
	ch := choice{labels: byID(d.cohorts(list)), scoped: d.scope() != nil}
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
	s, err := c.Copies.FindSelection(r.Context(), d.key())
	ch.take(s)
	ch.moved = change.Seen != licensing.AnyVersion && change.Seen != s.Version
	return ch, err
}

// write changes the selection.
func (c *Room) write(r *http.Request, ch *choice, change licensing.Choosing) error {
	done, err := c.Copies.Choose(r.Context(), change)
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
func (ch choice) change(r *http.Request, d desk) (licensing.Choosing, error) {
	change := licensing.Choosing{Of: d.key(), Seen: licensing.AnyVersion}
	if text := r.FormValue("version"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return change, fault.New(fault.Invalid, "web.page.form", "value", text)
		}
		change.Seen = n
	}
	ticked, err := readSelection(r, d.choosable(ch.labels))
	if err != nil {
		return change, err
	}
	was, err := readTargets(r.Form["etait"], func(licensing.Target) bool { return true }) // one that is gone may still be taken out
	if err != nil {
		return change, err
	}
	change.Add, change.Remove = ticked.beyond(was), was.beyond(ticked)
	return change, nil
}

// beyond are the targets that the other selection does not have.
func (s selection) beyond(other selection) []licensing.Target {
	there := map[string]bool{}
	for _, value := range other.values() {
		there[value] = true
	}
	return slices.DeleteFunc(slices.Clone(s), func(t licensing.Target) bool { return there[t.String()] })
}

// take puts a selection into the choice. Classes that there are no more are left out, and counted.
func (ch *choice) take(s licensing.Selection) {
	ch.version, ch.chosen, ch.on = s.Version, s.Targets, make(map[string]bool, len(s.Targets))
	ch.gone = append(ch.gone, s.Beyond...)
	ch.drop(func(t licensing.Target) bool { return t.Kind != licensing.Person && !ch.labels.of(t) })
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
func (c *Room) weigh(r *http.Request, d desk, ch *choice) error {
	return c.planned(r, ch.chosen.order(d), ch, c.Copies.Weigh)
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
	for _, t := range ch.chosen.unknown(ch.plan) {
		gone[t.String()] = true
	}
	if len(gone) > 0 {
		ch.drop(func(t licensing.Target) bool { return gone[t.String()] })
	}
}

// forget takes those who are gone out of the selection for good: the manager is told once.
func (c *Room) forget(r *http.Request, d desk, ch *choice) error {
	if len(ch.gone) == 0 {
		return nil
	}
	done, err := c.Copies.Choose(r.Context(), licensing.Choosing{Of: d.key(), Seen: licensing.AnyVersion, Remove: ch.gone})
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
