package errand

import (
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// maxResources bounds how many resources one order may name.
const maxResources = 100

// Errand is an order of several resources in the making: what the form said, checked, and where its pages are. « Entrer par
// population », « Récupération des exemplaires par lot » and « Mères de famille » each make one, and share its plan.
type Errand struct {
	hall.Site
	Order  licensing.Order
	Items  []hall.Item // the resources of the order, in the order of their titles
	Chosen hall.Selection
	Labels hall.Cohorts
	Kept   bool // the choice is kept on the server: who has left since is left out of it

	Crumbs  []look.Link
	Steps   []look.Step
	Back    string // the page where the choice was made
	Plan    string
	Apply   string
	Done    string // the page to go on with
	carried []look.Hidden
	Notes   []look.Message // what is to be said of the form, above the plan
	Remedy  *hall.Remedy   // what might be added to the order
	Did     func() error   // what follows the act; nil for nothing
}

// Pick keeps the school's resources that the form names, and puts them into the order. One that is not there is not found.
func (e *Errand) Pick(r *http.Request, all []hall.Item) error {
	named := r.Form["ressource"]
	if len(named) > maxResources {
		return fault.New(fault.Invalid, "console.several.large", "most", maxResources)
	}
	for _, i := range all {
		if slices.Contains(named, string(i.Resource)) {
			e.Items = append(e.Items, i)
			e.Order.Resources = append(e.Order.Resources, i.Resource)
			e.Carry("ressource", string(i.Resource))
		}
	}
	for _, id := range named {
		if !slices.Contains(e.Order.Resources, catalogue.ResourceID(id)) {
			return hall.ErrResource
		}
	}
	return nil
}

// To reads to whom the order goes, or from whom copies come back.
func (e *Errand) To(r *http.Request, chosen hall.Selection) {
	e.Chosen = chosen
	for _, t := range chosen {
		if t.Kind == licensing.Person {
			t = licensing.ToPerson(directory.PersonID(t.ID))
		}
		e.Order.Targets = append(e.Order.Targets, t)
	}
	e.Order.Rank, e.Order.Short = licensing.Rank(r.FormValue("ordre")), licensing.Short(r.FormValue("manque"))
}

// CarryTargets keeps a selection in the form, for the next page to read.
func (e *Errand) CarryTargets(chosen hall.Selection) {
	for _, value := range chosen.Values() {
		e.Carry("cible", value)
	}
}

func (e *Errand) Carry(name, value string) {
	e.carried = append(e.carried, look.Hidden{Name: name, Value: value})
}

// item finds a resource of the order.
func (e *Errand) item(id catalogue.ResourceID) hall.Item {
	for _, i := range e.Items {
		if i.Resource == id {
			return i
		}
	}
	return hall.Item{}
}

// known refuses a plan that does not speak of somebody whom the form names.
func (e *Errand) known(plan licensing.Plan) error {
	if e.Order.Take || e.Kept {
		return nil
	}
	return e.Chosen.Known(plan)
}

// ShowErrand plans the errand, and shows what would happen.
func (c *Office) ShowErrand(w http.ResponseWriter, r *http.Request, e *Errand) error {
	plan, err := c.Copies.Plan(r.Context(), e.Order)
	if err != nil {
		return err
	}
	if err := e.known(plan); err != nil {
		return err
	}
	return c.sendErrand(w, r, e, plan, http.StatusOK, nil)
}

// DoErrand carries out exactly the plan that the manager saw, at once or by a batch, or shows the new one.
func (c *Office) DoErrand(w http.ResponseWriter, r *http.Request, e *Errand) error {
	done, err := c.Copies.Undertake(r.Context(), e.Reader.Actor(), e.Order, r.FormValue("empreinte"))
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exhausted) {
		refusal := err
		if done.Plan.Hash == "" {
			if done.Plan, err = c.Copies.Plan(r.Context(), e.Order); err != nil {
				return err
			}
		}
		if err := e.known(done.Plan); err != nil {
			return err
		}
		return c.sendErrand(w, r, e, done.Plan, http.StatusConflict, refusal)
	}
	if err != nil {
		return err
	}
	if e.Did != nil {
		if err := e.Did(); err != nil {
			return err
		}
	}
	if done.Batch != "" {
		return c.Handed(w, r, e.Site, done)
	}
	s := c.House.Site.Shell(r)
	news := e.receipt(&s, done.Plan)
	if !done.Plan.Empty() {
		news.Link = e.UndoLink(&s, done)
	}
	if err := c.House.Site.Flash(w, r, news); err != nil {
		return err
	}
	http.Redirect(w, r, e.Path(e.Done), http.StatusSeeOther)
	return nil
}

// receipt says what was done.
func (e *Errand) receipt(s *look.Shell, p licensing.Plan) look.Message {
	m := look.Message{Tone: look.Green, Title: hall.Given(s, p), Text: s.T("console.several.done", "resources", e.titles(s), "whom", e.Labels.Whom(s, e.Chosen))}
	copies, opened := p.Moves()
	if copies == 0 && opened > 0 {
		m.Title = s.T("console.several.done.opened", "n", opened)
	}
	if e.Order.Take {
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
func (e *Errand) titles(s *look.Shell) string {
	titles := make([]string, len(e.Items))
	for n, i := range e.Items {
		titles[n] = i.Title
	}
	return hall.Titles(s, titles)
}
