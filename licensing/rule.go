package licensing

import (
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// RuleID identifies a rule within its school.
type RuleID string

// Rule is a standing assignment (« affectation permanente »): one resource to a school, to classes or groups, newcomers too, with
// copies kept back for those who are to come. Rules on one resource are served in the order of their creation. Whoever a rule cannot
// serve waits, and is served when copies come.
//
//	             ┌──SuspendRule, or what it gave is taken back──▶ suspended
//	AddRule ──▶ in force                                              │
//	             └◀────────────────ResumeRule─────────────────────────┘ ──DropRule (from either)──▶ dropped
//
// What a rule gave stays given when it is suspended or dropped; what it kept back goes back to the stock.
type Rule struct {
	School   directory.SchoolID
	ID       RuleID
	Resource catalogue.ResourceID
	Targets  []Target // school, classes, groups; no person
	Rank     Rank     // who is served first where copies are short
	Reserve  int64    // how many copies it is to keep back, once everybody there is served
	Keep     Keep

	State   RuleState
	Reason  Reason     // why it is suspended
	Content clock.Date // the day on which it last looked and nobody waited, zero where somebody may: a hint that spares looking
	Number  int64      // its place among the rules of the resource
	Act     journal.ActID
	Created time.Time
	Changed time.Time
}

// Keep says what becomes of a copy whose holder leaves the rule's targets for another class of the school.
type Keep string

// The choices. Who leaves the school gives back in any case.
const (
	KeepCopy Keep = ""       // the copy stays with its holder
	GiveBack Keep = "return" // it comes back, unless it is consumed or another rule in force gives it
)

// RuleState is where a rule is in its life.
type RuleState string

// The states.
const (
	RuleInForce   RuleState = "force"
	RuleSuspended RuleState = "suspended"
	RuleDropped   RuleState = "dropped"
)

// Reason is why a rule is suspended.
type Reason string

// The reasons.
const (
	ByManager Reason = "manager"  // a manager said so
	ByUndo    Reason = "undo"     // an act was undone that it would have done again
	ByRelease Reason = "released" // what it gives was taken back
)

// check holds a rule that is to be made to its form.
func (r Rule) check() (Rule, error) {
	order, err := r.order().check()
	if err != nil {
		return r, err
	}
	r.Targets, r.Rank = order.Targets, order.Rank
	for _, t := range r.Targets {
		if t.Kind != WholeSchool && t.Kind != Cohort {
			return r, fault.New(fault.Invalid, "licensing.rule.target", "field", "targets")
		}
	}
	switch {
	case r.Reserve < 0 || r.Reserve > maxCount:
		return r, fault.New(fault.Invalid, "licensing.rule.reserve", "field", "reserve", "n", r.Reserve, "most", maxCount)
	case r.Keep != KeepCopy && r.Keep != GiveBack:
		return r, fault.New(fault.Invalid, "licensing.order.choice")
	}
	return r, nil
}

// order is what the rule asks for, again and again. Copies go as far as they go: that is what a rule is.
func (r Rule) order() Order {
	return Order{School: r.School, Resources: []catalogue.ResourceID{r.Resource}, Targets: r.Targets, Rank: r.Rank, Short: ShortServe}
}

// covering finds the target by which the rule names the candidate.
func (r Rule) covering(c Candidate) (Target, bool) {
	i := slices.IndexFunc(r.Targets, func(t Target) bool { return t.covers(c) })
	if i < 0 {
		return Target{}, false
	}
	return r.Targets[i], true
}

// same reports whether two rules ask for the same.
func (r Rule) same(x Rule) bool {
	return r.Resource == x.Resource && len(r.Targets) == len(x.Targets) && !slices.ContainsFunc(r.Targets, func(t Target) bool {
		return !slices.ContainsFunc(x.Targets, func(u Target) bool { return t.String() == u.String() })
	})
}

// RulePlan is what a rule would do now: a plan like any other, and what it would keep back. Plan.Hash does not cover the latter, which
// follows the free counters.
type RulePlan struct {
	Rule     Rule
	Plan     Plan
	Reserved int64 // copies kept back, once those who are there are served

	keeps map[PoolID]int64 // what it is to keep back, by pool
	kept  map[PoolID]int64 // what it keeps back
}

// decide makes the rule's plan on a ground whose persons its targets name. kept is what it keeps back already, which is there for those
// whom it serves. It is pure.
func (r Rule) decide(g ground, kept map[PoolID]int64) RulePlan {
	pools := withoutReserve(g.pools[r.Resource], kept)
	g.pools = map[catalogue.ResourceID][]Pool{r.Resource: pools}
	out := RulePlan{Rule: r, Plan: decide(r.order(), g), kept: kept}
	out.keeps = r.keeps(out.Plan.drawn(pools), g.today)
	for _, n := range out.keeps {
		out.Reserved += n
	}
	for i := range out.Plan.Figures {
		f := &out.Plan.Figures[i]
		f.After.Reserved += out.Reserved
		f.After.Available -= out.Reserved
		f.After.Remaining -= out.Reserved
	}
	return out
}

// withoutReserve returns the pools as they were if nothing were kept back out of them.
func withoutReserve(pools []Pool, kept map[PoolID]int64) []Pool {
	pools = slices.Clone(pools)
	for i := range pools {
		pools[i].Reserved -= kept[pools[i].ID]
	}
	return pools
}

// drawn returns the pools as they are once the plan is carried out.
func (p Plan) drawn(pools []Pool) []Pool {
	n := map[PoolID]int64{}
	for _, o := range p.Outcomes {
		if o.Verdict == Gets && !o.SiteWide {
			n[o.Pool]++
		}
	}
	pools = slices.Clone(pools)
	for i := range pools {
		pools[i].Assigned += n[pools[i].ID]
	}
	return pools
}

// keeps says how many copies the rule keeps back out of which pools: out of those in force that serve its targets, the last to be drawn
// first, so that what expires soon is used up. Where copies never run out, none.
func (r Rule) keeps(pools []Pool, today clock.Date) map[PoolID]int64 {
	pools = poolsInForce(pools, today)
	slices.SortFunc(pools, func(a, b Pool) int { return b.drawnBefore(a) })
	var endless []directory.Profile
	for _, p := range pools {
		if p.Total.IsUnlimited() {
			endless = append(endless, p.Publics...)
		}
	}
	out := map[PoolID]int64{}
	want := r.Reserve
	for _, p := range pools {
		if n := min(want, p.Free()); n > 0 && r.draws(p, endless) {
			out[p.ID] = n
			want -= n
		}
	}
	return out
}

// draws reports whether the pool serves some of the rule's targets whom no endless one serves.
func (r Rule) draws(p Pool, endless []directory.Profile) bool {
	return slices.ContainsFunc(r.Targets, func(t Target) bool {
		of := t.Profiles
		if len(of) == 0 {
			of = directory.Profiles
		}
		return slices.ContainsFunc(of, func(x directory.Profile) bool { return slices.Contains(p.Publics, x) && !slices.Contains(endless, x) })
	})
}
