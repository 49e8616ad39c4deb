package licensing

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Acceptance is what a manager accepts of a school's open suggestions, in one act.
type Acceptance struct {
	School directory.SchoolID
	Parts  []Part
	Also   []Beside
	Reason Word // what their teachers are told beside; may be empty
	Rank   Rank
	Short  Short
	For    directory.PersonID // who asks to see the plan: a delegate's is held to their mandate, as ApplySuggestions holds its actor
}

// Beside is a resource that nobody suggested, given by the same act to whoever is to have one of some that were: the mother of their family.
type Beside struct {
	Resource catalogue.ResourceID
	With     []catalogue.ResourceID
}

// Part is a suggestion that is accepted, whole or in part.
type Part struct {
	Suggestion SuggestionID
	Targets    []Target // of the suggestion's; none: all of them
}

// check holds an acceptance to its form: some suggestions, each once, a rank and a choice that there are.
func (a Acceptance) check() (Acceptance, error) {
	var err error
	if a.Reason, err = a.Reason.Tidy(); err != nil {
		return a, err
	}
	if a.Rank == "" {
		a.Rank = ByClass
	}
	switch {
	case a.School == "" || len(a.Parts) == 0:
		return a, fault.New(fault.Invalid, "licensing.suggestion.none")
	case len(a.Parts) > maxSuggestions:
		return a, fault.New(fault.Invalid, "licensing.suggestion.many", "most", maxSuggestions)
	case a.Rank != ByClass && a.Rank != ByName || a.Short != ShortStop && a.Short != ShortServe:
		return a, fault.New(fault.Invalid, "licensing.order.choice")
	}
	seen := map[SuggestionID]bool{}
	for _, p := range a.Parts {
		if seen[p.Suggestion] {
			return a, fault.New(fault.Invalid, "licensing.order.choice")
		}
		seen[p.Suggestion] = true
	}
	return a, nil
}

func (a Acceptance) ids() []SuggestionID {
	ids := make([]SuggestionID, len(a.Parts))
	for i, p := range a.Parts {
		ids[i] = p.Suggestion
	}
	return ids
}

// settle finds of each suggestion which targets are accepted. One that is not there, or not in the scope of the delegate who answers, is
// NotFound, one that was answered Conflict; a target that is not the suggestion's is NotFound.
func (a Acceptance) settle(list []Suggestion, m *Mandate) ([]Suggestion, error) {
	settled := m.answerable(list)
	for i, s := range settled {
		at := slices.IndexFunc(a.Parts, func(p Part) bool { return p.Suggestion == s.ID })
		if s.State != Suggested {
			return nil, errAnswered
		}
		part := inTheirOrder(a.Parts[at].Targets)
		if len(part) == 0 {
			part = s.Targets
		}
		for _, t := range part {
			if !slices.ContainsFunc(s.Targets, t.equal) {
				return nil, errSuggestion
			}
		}
		settled[i].Given = part
	}
	if len(settled) < len(a.Parts) {
		return nil, errSuggestion
	}
	return settled, nil
}

// orders are what settled suggestions ask for, and what is given beside: one order a resource, in the order in which the resources were
// first suggested.
func (a Acceptance) orders(settled []Suggestion) []Order {
	var out []Order
	add := func(resource catalogue.ResourceID, targets []Target) {
		i := slices.IndexFunc(out, func(o Order) bool { return o.Resources[0] == resource })
		if i < 0 {
			i = len(out)
			out = append(out, Order{School: a.School, Resources: []catalogue.ResourceID{resource}, Rank: a.Rank, Short: a.Short})
		}
		out[i].Targets = inTheirOrder(append(out[i].Targets, targets...))
	}
	for _, s := range settled {
		add(s.Resource, s.Given)
	}
	for _, b := range a.Also {
		for _, s := range settled {
			if slices.Contains(b.With, s.Resource) {
				add(b.Resource, s.Given)
			}
		}
	}
	return out
}

// resourcesOf are the resources of suggestions that are accepted, and those given beside.
func (a Acceptance) resourcesOf(list []Suggestion) []catalogue.ResourceID {
	all := make([]catalogue.ResourceID, len(list))
	for i, s := range list {
		all[i] = s.Resource
	}
	for _, b := range a.Also {
		all = append(all, b.Resource)
	}
	return distinct(all)
}

// plan makes the plan of settled suggestions: that of each resource for those who are suggested for it, together, out of what the ones
// before it left of a delegate's budget. Its hash covers which suggestions are answered, and how far.
func (a Acceptance) plan(ctx context.Context, r Reader, settled []Suggestion, pools []Pool, m *Mandate) (Plan, error) {
	if m != nil {
		for _, b := range a.Also {
			if !m.Allows(b.Resource) {
				return Plan{}, fault.New(fault.NotFound, "licensing.mandate.resource", "resource", string(b.Resource))
			}
		}
		one := *m // whoever carries the plan out counts what it spends from where the mandate stood before
		m = &one
	}
	whole := Plan{Order: Order{School: a.School, Rank: a.Rank, Short: a.Short}}
	for _, order := range a.orders(settled) {
		g, err := survey(ctx, r, order, slices.DeleteFunc(slices.Clone(pools), func(p Pool) bool { return p.Resource != order.Resources[0] }))
		if err != nil {
			return Plan{}, err
		}
		g.mandate = m
		p := decide(order, g)
		if m != nil {
			m.Spent += p.spends()
		}
		whole.Order.Resources = append(whole.Order.Resources, order.Resources...)
		whole.Order.Targets = inTheirOrder(append(whole.Order.Targets, order.Targets...))
		whole.Outcomes, whole.Targets, whole.Figures = append(whole.Outcomes, p.Outcomes...), append(whole.Targets, p.Targets...), append(whole.Figures, p.Figures...)
	}
	text := []byte(fingerprint(whole))
	for _, s := range settled {
		whole.Suggestions = append(whole.Suggestions, s.ID)
		text = fmt.Appendf(text, "\n%s\t%s", s.ID, s.Given)
	}
	whole.Hash = digest(text)
	return whole, nil
}

// PlanSuggestions says what accepting would do; nothing changes.
func (s *Service) PlanSuggestions(ctx context.Context, a Acceptance) (Plan, error) {
	a, err := a.check()
	if err != nil {
		return Plan{}, err
	}
	p, err := read(ctx, s, func(ctx context.Context, r Reader) (Plan, error) {
		list, err := r.FindSuggestions(ctx, a.School, a.ids())
		if err != nil {
			return Plan{}, err
		}
		mandate, err := limiting(ctx, r, r.FindMandate, a.School, a.For)
		if err != nil {
			return Plan{}, err
		}
		settled, err := a.settle(list, mandate)
		if err != nil {
			return Plan{}, err
		}
		pools, err := r.ListPools(ctx, a.School, a.resourcesOf(settled))
		if err != nil {
			return Plan{}, err
		}
		return a.plan(ctx, r, settled, pools, mandate)
	})
	if err != nil {
		return Plan{}, fmt.Errorf("plan suggestions in school %s: %w", a.School, err)
	}
	return p, nil
}

// ApplySuggestions carries out the plan of an acceptance whose Hash the manager saw, as Apply does, and answers its suggestions by the same
// act. A suggestion that was answered meanwhile is Conflict (licensing.suggestion.answered), and nothing is done. A delegate answers those
// that are wholly of their scope; another looks like one that does not exist.
func (s *Service) ApplySuggestions(ctx context.Context, by journal.Actor, a Acceptance, hash string) (Applied, error) {
	a, err := a.check()
	if err != nil {
		return Applied{}, err
	}
	var done Applied
	a.For = personOf(by)
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		done = Applied{}
		settled, pools, mandate, err := a.lock(ctx, w)
		if err != nil {
			return err
		}
		if done.Plan, err = a.plan(ctx, w, settled, pools, mandate); err != nil {
			return err
		}
		if err := done.Plan.accepted(hash); err != nil {
			return err
		}
		if done.Act, err = a.carry(ctx, w, by, settled, done.Plan); err != nil {
			return err
		}
		return mandate.spend(ctx, w, done.Act, done.Plan)
	})
	if err != nil {
		return Applied{Plan: done.Plan}, fmt.Errorf("accept suggestions in school %s: %w", a.School, err)
	}
	return done, nil
}

// lock takes the pools of what is suggested, then the mandate of a delegate, then the suggestions: always in this order.
func (a Acceptance) lock(ctx context.Context, w Writer) ([]Suggestion, []Pool, *Mandate, error) {
	list, err := w.FindSuggestions(ctx, a.School, a.ids())
	if err != nil || len(list) < len(a.Parts) {
		return nil, nil, nil, cmp.Or[error](err, errSuggestion)
	}
	pools, err := w.LockPools(ctx, a.School, a.resourcesOf(list))
	if err != nil {
		return nil, nil, nil, err
	}
	mandate, err := limiting(ctx, w, w.LockMandate, a.School, a.For)
	if err != nil {
		return nil, nil, nil, err
	}
	if list, err = w.LockSuggestions(ctx, a.School, a.ids()); err != nil {
		return nil, nil, nil, err
	}
	settled, err := a.settle(list, mandate)
	return settled, pools, mandate, err
}

// Fruitless lists the resources of which a plan gives nobody anything, though not all have it already: a suggestion of one is not accepted.
func (p Plan) Fruitless() []catalogue.ResourceID {
	var out []catalogue.ResourceID
	for _, f := range p.Figures {
		if f.Gets == 0 && !p.givesTarget(f.Resource) && (f.Has == 0 || f.Short > 0) {
			out = append(out, f.Resource)
		}
	}
	return out
}

// accepted refuses a plan that is not the one that was seen, that is short of copies without the manager's word, or that gives nothing of a
// resource.
func (p Plan) accepted(hash string) error {
	if p.Hash != hash {
		return fault.New(fault.Conflict, "licensing.plan.changed")
	}
	if err := p.enough(); err != nil {
		return err
	}
	idle := p.Fruitless()
	if len(idle) == 0 {
		return nil
	}
	for _, o := range p.Outcomes {
		switch {
		case o.Resource != idle[0] || o.Verdict != Cannot:
		case o.Why == WhyShort:
			return fault.New(fault.Exhausted, "licensing.pool.exhausted", "n", int64(0))
		case o.Why == WhyBudget:
			return fault.New(fault.Exhausted, "licensing.mandate.budget", "n", 0, "asked", p.overBudget(), "short", p.overBudget())
		default:
			return fault.New(fault.Conflict, "licensing.suggestion."+string(o.Why))
		}
	}
	return fault.New(fault.Conflict, "licensing.suggestion.nobody")
}

// carry gives the copies and answers the suggestions, by one act.
func (a Acceptance) carry(ctx context.Context, w Writer, by journal.Actor, settled []Suggestion, p Plan) (journal.ActID, error) {
	act, err := carry(ctx, w, by, p)
	if err == nil && act == "" { // all have it already: the answer is still an act
		act, err = w.Record(ctx, p.entry(by, nil))
	}
	if err != nil {
		return "", err
	}
	for _, s := range settled {
		s.State, s.Reason, s.Act = s.outcome(p), a.Reason, act
		if err := s.keep(ctx, w, by); err != nil {
			return "", err
		}
	}
	return act, nil
}

// outcome is what becomes of a suggestion whose Given is accepted by the plan.
func (s Suggestion) outcome(p Plan) SuggestionState {
	if len(s.Given) < len(s.Targets) {
		return Partly
	}
	for _, o := range p.Outcomes {
		if o.Resource == s.Resource && o.Verdict == Cannot && (o.Why == WhyShort || o.Why == WhyBudget) && slices.ContainsFunc(s.Given, o.Through.equal) {
			return Partly
		}
	}
	return Accepted
}

// DeclineSuggestions says no to open suggestions, with a reason that their teachers read. All of them, or none: one that was answered is
// Conflict. To a delegate, one that is not wholly of their scope is NotFound.
func (s *Service) DeclineSuggestions(ctx context.Context, by journal.Actor, school directory.SchoolID, ids []SuggestionID, reason Word) error {
	reason, err := reason.Tidy()
	switch {
	case err != nil:
		return err
	case reason == "":
		return fault.New(fault.Invalid, "licensing.suggestion.reason")
	case len(ids) == 0:
		return fault.New(fault.Invalid, "licensing.suggestion.none")
	case len(ids) > maxSuggestions:
		return fault.New(fault.Invalid, "licensing.suggestion.many", "most", maxSuggestions)
	}
	ids = distinct(ids)
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		mandate, err := limiting(ctx, w, w.LockMandate, school, personOf(by))
		if err != nil {
			return err
		}
		list, err := w.LockSuggestions(ctx, school, ids)
		if list = mandate.answerable(list); err != nil || len(list) < len(ids) {
			return cmp.Or[error](err, errSuggestion)
		}
		for _, one := range list {
			if one.State != Suggested {
				return errAnswered
			}
			one.State, one.Reason = Declined, reason
			if err := one.answer(ctx, w, by, "licensing.declined"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("decline suggestions in school %s: %w", school, err)
	}
	return nil
}
