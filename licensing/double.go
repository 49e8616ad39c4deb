package licensing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// DoubleKind says how somebody has a resource twice, and how sure that is.
type DoubleKind string

// The kinds. What is sure is undone unless the manager leaves it out; what is not wants a look at each person first.
const (
	DoubleHere      DoubleKind = "here"      // sure: by two subscriptions of the school, or a copy beside a right of the whole school
	DoubleAccounts  DoubleKind = "accounts"  // sure: by two accounts that the portal says are one person's
	DoubleNamesakes DoubleKind = "namesakes" // likely: by two accounts of one name
	DoubleElsewhere DoubleKind = "elsewhere" // by another school too, where they are as well, for at least as long
	DoubleSpent     DoubleKind = "spent"     // told only: the other one is consumed, in a school that they left
)

// Sure reports whether nobody need look.
func (k DoubleKind) Sure() bool { return k == DoubleHere || k == DoubleAccounts }

// Double is one person who has one resource twice (« exemplaire en double »), seen from one of their schools.
type Double struct {
	Kind     DoubleKind
	Resource catalogue.ResourceID
	Persons  []directory.PersonID    // of this school, in order: one, or the accounts of one person
	Account  bool                    // (elsewhere, spent) there it is another account, of another portal perhaps
	Apart    [][2]directory.PersonID // who is not one person among those that this double and others join: a name does not tell whose account it is
	There    directory.SchoolID      // (elsewhere, spent) where: for locks alone. What another school has is told to nobody by name
}

// Key names the double as long as it is one.
func (d Double) Key() string {
	parts := []string{string(d.Kind), string(d.Resource)}
	for _, p := range d.Persons {
		parts = append(parts, string(p))
	}
	return strings.Join(parts, "/")
}

// Twice is a person who has a resource by two pools of one school.
type Twice struct {
	Resource catalogue.ResourceID
	Person   directory.PersonID
}

// DoubleReader finds who has something twice.
type DoubleReader interface {
	// ListTwice returns, by resource and person, who has a resource twice in a school by pools in force on the day.
	ListTwice(ctx context.Context, school directory.SchoolID, today clock.Date) ([]Twice, error)
	// ListKin returns the accounts that may be one person with another who is in the school, in the order of persons; ListAccounts only those
	// in the same school that portals say are.
	ListKin(ctx context.Context, school directory.SchoolID) ([]Kin, error)
	ListAccounts(ctx context.Context, school directory.SchoolID) ([]Kin, error)
	// ListSpent returns who holds a copy in the school by a pool in force on the day, and has consumed another of the same resource, out of a
	// pool in force too, in a school that they left.
	ListSpent(ctx context.Context, school directory.SchoolID, today clock.Date) ([]Double, error)
}

// ListDoubles lists who has a resource twice, by kind, resource and persons; within a delegate's mandate, those in its scope.
func (s *Service) ListDoubles(ctx context.Context, school directory.SchoolID, within *Mandate) ([]Double, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Double, error) { return findDoubles(ctx, r, school, within) })
}

// ListSureDoubles lists those that are sure. It asks little, for pages that are shown often.
func (s *Service) ListSureDoubles(ctx context.Context, school directory.SchoolID, within *Mandate) ([]Double, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Double, error) {
		at, err := r.FindSchool(ctx, school)
		if err != nil {
			return nil, err
		}
		out, err := findTwice(ctx, r, school, today(r, at))
		if err != nil {
			return nil, err
		}
		kin, err := r.ListAccounts(ctx, school)
		if err != nil {
			return nil, err
		}
		claims, err := kindred(ctx, r, kin)
		if err != nil {
			return nil, err
		}
		return within.doubles(ctx, r, append(out, amongAccounts(school, kin, claims, nil)...))
	})
}

// doubles keeps those in the scope: the resource, and all accounts.
func (m *Mandate) doubles(ctx context.Context, r Reader, all []Double) ([]Double, error) {
	if m == nil {
		return all, nil
	}
	var who []directory.PersonID
	for _, d := range all {
		who = append(who, d.Persons...)
	}
	in, err := m.among(ctx, r, distinct(who))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(d Double) bool {
		return !m.Allows(d.Resource) || slices.ContainsFunc(d.Persons, func(p directory.PersonID) bool { return !in(p) })
	}), nil
}

// PlanUndouble says which of the copies that people have twice would come back, of the doubles whose keys are chosen; nothing changes. A key
// of none that there is now chooses nothing. What stays anyway is kept: a right of the whole school, a copy that is consumed, the right in
// another school. Where nothing does, the copy that was opened is kept, else the one that would be drawn first; of two accounts, that of the
// one which used it last, else of the newer one. The plan says what is kept (Has, or Cannot where it is consumed) and what comes back (Loses).
// Where the person asks as a delegate, it is of their scope; ReleaseDoubles holds its actor to it as well.
func (s *Service) PlanUndouble(ctx context.Context, school directory.SchoolID, person directory.PersonID, chosen []string) (Plan, error) {
	p, err := read(ctx, s, func(ctx context.Context, r Reader) (Plan, error) {
		mandate, err := limiting(ctx, r, r.FindMandate, school, person)
		if err != nil {
			return Plan{}, err
		}
		all, err := findDoubles(ctx, r, school, mandate)
		if err != nil {
			return Plan{}, err
		}
		return undouble(ctx, r, school, pick(all, chosen), r.ListPools, person, r.FindMandate)
	})
	if err != nil {
		return Plan{}, fmt.Errorf("plan to undo doubles in school %s: %w", school, err)
	}
	return p, nil
}

// ReleaseDoubles carries out the plan whose Hash the manager saw, in one act: a release like any other, that can be undone. If outcomes have
// changed since, it does nothing and answers Conflict (licensing.plan.changed) with the new plan.
func (s *Service) ReleaseDoubles(ctx context.Context, by journal.Actor, school directory.SchoolID, chosen []string, hash string) (Applied, error) {
	var done Applied
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		done = Applied{}
		some, err := lockDoubles(ctx, w, school, personOf(by), chosen)
		if err != nil {
			return err
		}
		if done.Plan, err = undouble(ctx, w, school, some, w.LockPools, personOf(by), w.LockMandate); err != nil {
			return err
		}
		if done.Plan.Hash != hash {
			return fault.New(fault.Conflict, "licensing.plan.changed")
		}
		done.Act, err = carryWith(ctx, w, by, done.Plan, done.Plan.Bare())
		return err
	})
	if err != nil {
		return Applied{Plan: done.Plan}, fmt.Errorf("release doubles in school %s: %w", school, err)
	}
	return done, nil
}

// findTwice finds those of one account.
func findTwice(ctx context.Context, r Reader, school directory.SchoolID, today clock.Date) ([]Double, error) {
	twice, err := r.ListTwice(ctx, school, today)
	var out []Double
	for _, d := range twice {
		out = append(out, Double{Kind: DoubleHere, Resource: d.Resource, Persons: []directory.PersonID{d.Person}})
	}
	return out, err
}

// findDoubles finds all there are, within a mandate.
func findDoubles(ctx context.Context, r Reader, school directory.SchoolID, within *Mandate) ([]Double, error) {
	at, err := r.FindSchool(ctx, school)
	if err != nil {
		return nil, err
	}
	out, err := findTwice(ctx, r, school, today(r, at))
	if err != nil {
		return nil, err
	}
	kin, err := r.ListKin(ctx, school)
	if err != nil {
		return nil, err
	}
	claims, err := kindred(ctx, r, kin)
	if err != nil {
		return nil, err
	}
	apart, err := r.ListApart(ctx, school)
	if err != nil {
		return nil, err
	}
	out = append(out, amongAccounts(school, kin, claims, apart)...)
	out = append(out, amongSchools(school, kin, claims)...)
	spent, err := r.ListSpent(ctx, school, today(r, at))
	if err != nil {
		return nil, err
	}
	return within.doubles(ctx, r, append(out, spent...))
}

// pick keeps the doubles that are named. Those that are told only are never chosen; nor is one that would make one person, with those
// before it, of two who were told apart.
func pick(all []Double, chosen []string) (some []Double) {
	for _, d := range all {
		if d.Kind != DoubleSpent && slices.Contains(chosen, d.Key()) && !d.mixes(some) {
			some = append(some, d)
		}
	}
	return some
}

// mixes reports whether a double and these others would make one person of two who were told apart.
func (d Double) mixes(others []Double) bool {
	same := kinship{}
	for _, o := range append([]Double{d}, others...) {
		if o.Resource != d.Resource {
			continue
		}
		for _, p := range o.Persons {
			same.join(o.Persons[0], p)
		}
	}
	return slices.ContainsFunc(d.Apart, func(x [2]directory.PersonID) bool {
		a, known := same.of(x[0])
		b, too := same.of(x[1])
		return known && too && a == b
	})
}

// lockDoubles finds the doubles behind the locks of all pools on which they stand, in the other schools too: of two managers who take back
// at once what the other school gives as well, the second finds that it does no more. Schools are locked in their order.
func lockDoubles(ctx context.Context, w Writer, school directory.SchoolID, person directory.PersonID, chosen []string) ([]Double, error) {
	mandate, err := limiting(ctx, w, w.FindMandate, school, person)
	if err != nil {
		return nil, err
	}
	all, err := findDoubles(ctx, w, school, mandate)
	if err != nil {
		return nil, err
	}
	some := pick(all, chosen)
	of := map[directory.SchoolID][]catalogue.ResourceID{}
	var schools []directory.SchoolID
	for _, d := range some {
		for _, s := range []directory.SchoolID{school, d.There} {
			if s != "" {
				of[s], schools = append(of[s], d.Resource), append(schools, s)
			}
		}
	}
	schools = distinct(schools)
	slices.Sort(schools)
	for _, s := range schools {
		if _, err := w.LockPools(ctx, s, distinct(of[s])); err != nil {
			return nil, err
		}
	}
	if all, err = findDoubles(ctx, w, school, mandate); err != nil {
		return nil, err
	}
	return pick(all, chosen), nil
}

// undouble gathers the ground of these doubles, and decides. pools is ListPools or LockPools, find FindMandate or LockMandate.
func undouble(ctx context.Context, r Reader, school directory.SchoolID, doubles []Double, pools func(context.Context, directory.SchoolID, []catalogue.ResourceID) ([]Pool, error),
	person directory.PersonID, find finding) (Plan, error) {
	order := Order{School: school, Rank: ByClass, Take: true}
	var persons []directory.PersonID
	for _, d := range doubles {
		order.Resources, persons = append(order.Resources, d.Resource), append(persons, d.Persons...)
	}
	if order.Resources, persons = distinct(order.Resources), distinct(persons); len(doubles) == 0 {
		return decideDoubles(order, ground{}, nil), nil
	}
	locked, err := pools(ctx, school, order.Resources)
	if err != nil {
		return Plan{}, err
	}
	held := order // to the mandate as it is now, behind its lock
	for _, p := range persons {
		held.Targets = append(held.Targets, ToPerson(p))
	}
	if _, err := mandated(ctx, r, find, person, held); err != nil {
		return Plan{}, err
	}
	g, siteWide, err := lay(ctx, r, order, locked)
	if err != nil {
		return Plan{}, err
	}
	named, err := r.ListNamed(ctx, school, persons, false)
	if err != nil {
		return Plan{}, err
	}
	if g.persons, err = settled(ctx, r, school, siteWide, named, persons); err != nil {
		return Plan{}, err
	}
	if err := g.loadHeld(ctx, r, order, locked); err != nil {
		return Plan{}, err
	}
	return decideDoubles(order, g, doubles), nil
}

// decideDoubles makes the plan. It is pure.
func decideDoubles(order Order, g ground, doubles []Double) Plan {
	p := Plan{Order: order}
	persons := slices.Clone(g.persons)
	slices.SortFunc(persons, order.Rank.compare)
	for _, resource := range order.Resources {
		d := decision{order: order, ground: g, resource: resource, pools: slices.Clone(g.pools[resource]), figures: Figures{Resource: resource}}
		slices.SortFunc(d.pools, Pool.drawnBefore)
		before := slices.Clone(d.pools)
		for _, one := range humans(resource, doubles, persons) {
			d.keepOne(one.accounts, one.elsewhere)
		}
		d.count(before)
		p.Outcomes = append(p.Outcomes, d.outcomes...)
		p.Figures = append(p.Figures, d.figures)
	}
	p.Hash = fingerprint(p)
	return p
}

// human is one person of a resource's doubles, with all accounts.
type human struct {
	accounts  []Candidate
	elsewhere bool // they have it by another school too
}

// humans gathers the doubles of a resource that share somebody, in the order of persons: who has two copies and two accounts besides is
// decided on once.
func humans(resource catalogue.ResourceID, doubles []Double, persons []Candidate) []human {
	same := kinship{}
	elsewhere := map[directory.PersonID]bool{}
	for _, d := range doubles {
		if d.Resource != resource {
			continue
		}
		for _, p := range d.Persons {
			same.join(d.Persons[0], p)
			elsewhere[p] = elsewhere[p] || d.Kind == DoubleElsewhere
		}
	}
	var out []human
	at := map[directory.PersonID]int{}
	for _, c := range persons {
		head, ok := same.of(c.Person)
		if !ok {
			continue
		}
		i, ok := at[head]
		if !ok {
			i = len(out)
			at[head], out = i, append(out, human{})
		}
		c.Through = Target{Kind: Person}
		out[i].accounts = append(out[i].accounts, c)
		out[i].elsewhere = out[i].elsewhere || elsewhere[c.Person]
	}
	return out
}

// keepOne keeps one of the rights that a person has through these accounts, and takes the other copies back; all of them where the person
// has the resource elsewhere.
func (d *decision) keepOne(accounts []Candidate, stays bool) {
	type copy struct {
		pool *Pool
		of   Candidate
	}
	var loose []copy // that can come back
	for i := range d.pools {
		p := &d.pools[i]
		if !p.InForce(d.ground.today) {
			continue
		}
		for _, c := range accounts {
			h, holds := d.ground.held[p.ID][c.Person]
			switch {
			case holds && h.lockedIn(*p):
				d.say(c, Cannot, *p, WhyLocked)
				stays = true
			case holds:
				loose = append(loose, copy{p, c})
			case p.SiteWide() && d.covered(c, *p):
				d.say(c, Has, *p, "")
				stays = true
			}
		}
	}
	if !stays && len(loose) > 0 {
		held := func(x copy) Held { return d.ground.held[x.pool.ID][x.of.Person] }
		slices.SortStableFunc(loose, func(a, b copy) int {
			if x := cmp.Compare(boolInt(held(b).Opened), boolInt(held(a).Opened)); x != 0 || a.of.Person == b.of.Person {
				return x
			}
			return cmp.Or(held(b).Last.Compare(held(a).Last), cmp.Compare(b.of.Person, a.of.Person)) // ids are in the order of time
		})
		d.say(loose[0].of, Has, *loose[0].pool, "")
		loose = loose[1:]
	}
	for _, x := range loose {
		x.pool.Assigned--
		d.say(x.of, Loses, *x.pool, "")
	}
}

// Bare is the part of a plan after which persons have nothing of a resource here: rules that name them would give it again.
func (p Plan) Bare() Plan {
	keeps := map[Twice]bool{}
	for _, o := range p.Outcomes {
		if o.Verdict == Has || o.Verdict == Cannot {
			keeps[Twice{o.Resource, o.Person}] = true
		}
	}
	p.Outcomes = slices.DeleteFunc(slices.Clone(p.Outcomes), func(o Outcome) bool {
		return o.Verdict != Loses || keeps[Twice{o.Resource, o.Person}]
	})
	return p
}
