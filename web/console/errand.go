package console

import (
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
)

// maxResources bounds how many resources one order may name.
const maxResources = 100

// errand is an order of several resources in the making: what the form said, checked, and where its pages are. « Entrer par
// population », « Récupération des exemplaires par lot » and « Mères de famille » each make one, and share its plan.
type errand struct {
	site
	order  licensing.Order
	items  []item // the resources of the order, in the order of their titles
	chosen selection
	labels cohorts

	crumbs  []look.Link
	steps   []look.Step
	back    string // the page where the choice was made
	plan    string
	apply   string
	done    string // the page to go on with
	carried []look.Hidden
	notes   []look.Message // what is to be said of the form, above the plan
	remedy  *remedy        // what might be added to the order
}

// pick keeps the school's resources that the form names, and puts them into the order. One that is not there is not found.
func (e *errand) pick(r *http.Request, all []item) error {
	named := r.Form["ressource"]
	if len(named) > maxResources {
		return fault.New(fault.Invalid, "console.several.large", "most", maxResources)
	}
	for _, i := range all {
		if slices.Contains(named, string(i.Resource)) {
			e.items = append(e.items, i)
			e.order.Resources = append(e.order.Resources, i.Resource)
			e.carry("ressource", string(i.Resource))
		}
	}
	for _, id := range named {
		if !slices.Contains(e.order.Resources, catalogue.ResourceID(id)) {
			return errResource
		}
	}
	return nil
}

// to reads to whom the order goes, or from whom copies come back.
func (e *errand) to(r *http.Request, chosen selection) {
	e.chosen = chosen
	for _, t := range chosen {
		if t.Kind == licensing.Person {
			t = licensing.ToPerson(directory.PersonID(t.ID))
		}
		e.order.Targets = append(e.order.Targets, t)
	}
	e.order.Rank, e.order.Short = licensing.Rank(r.FormValue("ordre")), licensing.Short(r.FormValue("manque"))
}

// carryTargets keeps a selection in the form, for the next page to read.
func (e *errand) carryTargets(chosen selection) {
	for _, value := range chosen.values() {
		e.carry("cible", value)
	}
}

func (e *errand) carry(name, value string) {
	e.carried = append(e.carried, look.Hidden{Name: name, Value: value})
}

// item finds a resource of the order.
func (e *errand) item(id catalogue.ResourceID) item {
	for _, i := range e.items {
		if i.Resource == id {
			return i
		}
	}
	return item{}
}

// showErrand plans the errand, and shows what would happen.
func (c *Room) showErrand(w http.ResponseWriter, r *http.Request, e *errand) error {
	plan, err := c.Copies.Plan(r.Context(), e.order)
	if err != nil {
		return err
	}
	if err := e.chosen.known(plan); err != nil && !e.order.Take {
		return err
	}
	return c.sendErrand(w, r, e, plan, http.StatusOK, nil)
}

// doErrand applies exactly the plan that the manager saw, or shows the new one.
func (c *Room) doErrand(w http.ResponseWriter, r *http.Request, e *errand) error {
	done, err := c.Copies.Apply(r.Context(), e.reader.Actor(), e.order, r.FormValue("empreinte"))
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exhausted) {
		refusal := err
		if done.Plan.Hash == "" {
			if done.Plan, err = c.Copies.Plan(r.Context(), e.order); err != nil {
				return err
			}
		}
		if err := e.chosen.known(done.Plan); err != nil && !e.order.Take {
			return err
		}
		return c.sendErrand(w, r, e, done.Plan, http.StatusConflict, refusal)
	}
	if err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	news := e.receipt(&s, done.Plan)
	if !done.Plan.Empty() {
		news.Link = e.undoLink(&s, done)
	}
	if err := c.House.Site.Flash(w, r, news); err != nil {
		return err
	}
	http.Redirect(w, r, e.path(e.done), http.StatusSeeOther)
	return nil
}

// receipt says what was done.
func (e *errand) receipt(s *look.Shell, p licensing.Plan) look.Message {
	m := look.Message{Tone: look.Green, Title: given(s, p), Text: s.T("console.several.done", "resources", e.titles(s), "whom", choice{chosen: e.chosen, labels: e.labels}.whom(s))}
	copies, opened := moved(p)
	if copies == 0 && opened > 0 {
		m.Title = s.T("console.several.done.opened", "n", opened)
	}
	if e.order.Take {
		m.Title, m.Text = s.T("console.done.taken", "n", copies), s.T("console.back.done", "resources", e.titles(s))
		if copies == 0 {
			m.Title = s.T("console.done.closed", "n", opened)
		}
	}
	if p.Empty() {
		m.Tone, m.Title, m.Text = look.Plain, s.T("console.done.nothing"), ""
	}
	return m
}

// titles names the resources, the first of them where there are many.
func (e *errand) titles(s *look.Shell) string {
	text := ""
	for n, i := range e.items {
		if n == 3 {
			return text + ", " + s.T("console.plan.whom.more", "n", len(e.items)-3)
		}
		if n > 0 {
			text += ", "
		}
		text += i.Title
	}
	return text
}
