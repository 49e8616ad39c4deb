package api

import (
	"context"
	"net/http"
	"slices"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/licensing"
	"pupitre/token"
)

// orderIn is an order as programs write it.
type orderIn struct {
	Resources []string   `json:"resources"`
	Targets   []targetIn `json:"targets"`
	Take      bool       `json:"take"` // plans and batches only
	Rank      string     `json:"rank"`
	Short     string     `json:"short"`
	Families  bool       `json:"families"` // with the mothers of its books that not all have been given
}

// targetIn is to whom: {"kind":"school"}, {"kind":"cohort","id":"5EB"}, {"kind":"person","id":"…"}.
type targetIn struct {
	Kind     string   `json:"kind"`
	ID       string   `json:"id"`
	Profiles []string `json:"profiles"`
}

// maxNamed is how many persons and classes one order names; mostOutcomes how many outcomes an answer holds. What is larger is a batch.
const (
	maxNamed     = 5000
	mostOutcomes = 20_000
)

// order understands an order against the school's roll.
func (p program) order(roll *licensing.Roll, in orderIn) (licensing.Order, error) {
	o := licensing.Order{School: p.school.ID, Take: in.Take, Rank: licensing.Rank(in.Rank), Program: string(p.ID), For: p.Person}
	var err error
	if o.Short, err = short(in.Short); err != nil {
		return o, err
	}
	if len(in.Targets) > maxNamed {
		return o, fault.New(fault.Invalid, "api.order.large", "most", maxNamed)
	}
	for _, ark := range in.Resources {
		work, err := roll.Work(ark)
		if err != nil {
			return o, err
		}
		o.Resources = append(o.Resources, work.ID)
	}
	for _, t := range in.Targets {
		target, err := t.target(roll)
		if err != nil {
			return o, err
		}
		o.Targets = append(o.Targets, target)
	}
	return o, nil
}

// order is program.order, with the mothers of its books where it asks for them.
func (a *Room) order(r *http.Request, p program, roll *licensing.Roll, in orderIn) (licensing.Order, error) {
	o, err := p.order(roll, in)
	if err != nil || !in.Families {
		return o, err
	}
	list, err := a.Copies.Ungiven(r.Context(), roll, []licensing.Order{o})
	for _, one := range list {
		o.Resources = append(o.Resources, one.Order.Resources...)
	}
	return o, err
}

func short(word string) (licensing.Short, error) {
	switch word {
	case "", "stop":
		return licensing.ShortStop, nil
	case "serve":
		return licensing.ShortServe, nil
	}
	return "", fault.New(fault.Invalid, "api.short.choice", "value", word)
}

func (t targetIn) target(roll *licensing.Roll) (licensing.Target, error) {
	var profiles []directory.Profile
	for _, word := range t.Profiles {
		if !slices.Contains(directory.Profiles, directory.Profile(word)) {
			return licensing.Target{}, fault.New(fault.Invalid, "api.profile.unknown", "value", word)
		}
		profiles = append(profiles, directory.Profile(word))
	}
	switch licensing.TargetKind(t.Kind) {
	case licensing.WholeSchool:
		if t.ID == "" {
			return licensing.ToSchool(profiles...), nil
		}
	case licensing.Cohort:
		c, err := roll.Cohort(t.ID)
		return licensing.ToCohort(c.ID, profiles...), err
	case licensing.Person:
		who, err := roll.Find(t.ID)
		return licensing.ToPerson(who.Person), err
	}
	return licensing.Target{}, fault.New(fault.Invalid, "api.target.form", "value", t.Kind)
}

// plan says what an order would do. Its entity tag is the plan's hash.
func (a *Room) plan(w http.ResponseWriter, r *http.Request, p program) error {
	var in orderIn
	if _, err := body(r, &in); err != nil {
		return err
	}
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	order, err := a.order(r, p, roll, in)
	if err != nil {
		return err
	}
	plan, err := a.Copies.Plan(r.Context(), order)
	if err != nil {
		return err
	}
	if len(plan.Outcomes) > mostOutcomes {
		return fault.New(fault.Invalid, "api.plan.large", "n", len(plan.Outcomes), "most", mostOutcomes)
	}
	families, err := a.Copies.Ungiven(r.Context(), roll, []licensing.Order{order})
	if err != nil {
		return err
	}
	view := viewsOf(roll).plan(plan)
	view.Families = viewsOf(roll).families(families)
	out, err := answered(http.StatusOK, "", view)
	if err != nil {
		return err
	}
	return sendText(w, r, http.StatusOK, plan.Hash, []byte(out.Body))
}

func (a *Room) assign(w http.ResponseWriter, r *http.Request, p program) error {
	return a.change(w, r, p, false)
}

func (a *Room) release(w http.ResponseWriter, r *http.Request, p program) error {
	return a.change(w, r, p, true)
}

// doneView is what a change did. Act is "" where there was nothing to change.
type doneView struct {
	Act  string   `json:"act"`
	Plan planView `json:"plan"`
}

// change carries out an order at once; where the request is for one plan (If-Match), that plan or nothing (412).
func (a *Room) change(w http.ResponseWriter, r *http.Request, p program, take bool) error {
	var in orderIn
	text, err := body(r, &in)
	if err != nil {
		return err
	}
	if in.Take {
		return fault.New(fault.Invalid, "api.take.here")
	}
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	order, err := a.order(r, p, roll, in)
	if err != nil {
		return err
	}
	order.Take = take
	return a.once(w, r, p, text, func(r *http.Request) (token.Answer, error) {
		done, err := a.carry(r.Context(), p, order, entityTag(r))
		if err != nil {
			if fault.CodeOf(err) == "licensing.plan.changed" {
				err = httpx.WithStatus(err, http.StatusPreconditionFailed)
			}
			return token.Answer{}, err
		}
		if len(done.Plan.Outcomes) > mostOutcomes {
			return token.Answer{}, fault.New(fault.Invalid, "api.plan.large", "n", len(done.Plan.Outcomes), "most", mostOutcomes)
		}
		out := doneView{string(done.Act), viewsOf(roll).plan(done.Plan)}
		if done.Act == "" {
			return answered(http.StatusOK, "", out)
		}
		return answered(http.StatusCreated, p.path("/acts/"+string(done.Act)), out)
	})
}

func (a *Room) carry(ctx context.Context, p program, order licensing.Order, hash string) (licensing.Applied, error) {
	switch {
	case hash != "":
		return a.Copies.Apply(ctx, p.Actor(), order, hash)
	case order.Take:
		return a.Copies.Release(ctx, p.Actor(), order)
	}
	return a.Copies.Assign(ctx, p.Actor(), order)
}
