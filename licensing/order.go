package licensing

import (
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/journal"
)

// Order is what a manager asks for: these resources to (or back from) these targets of one school.
type Order struct {
	School    directory.SchoolID
	Resources []catalogue.ResourceID
	Targets   []Target
	Take      bool // take copies back instead of giving them (« récupération »)
	Only      Only // (take) which of the copies that the targets' persons hold

	Rank  Rank  // who is served first where copies are short
	Short Short // what to do where copies are short: the manager's word, never ours

	// For is who asks to see a plan: a delegate's is held to their mandate. Apply, Assign and Release hold their actor to it anyway.
	For directory.PersonID

	Program string  // the actor's program that asks, told in the journal; "" for a page
	Batch   BatchID // the batch that it is of
}

// Rank is the order of service.
type Rank string

// The ranks. The zero Rank reads as ByClass.
const (
	ByClass Rank = "class" // by class, then by name
	ByName  Rank = "name"
)

// Short is the manager's choice where copies are short.
type Short string

// The choices.
const (
	ShortStop  Short = ""      // nothing is given: Apply refuses with the figures
	ShortServe Short = "serve" // serve in the order of Rank; the others wait
)

// Verdict is what a plan does for one person and one resource.
type Verdict string

// The verdicts.
const (
	Gets   Verdict = "gets"
	Has    Verdict = "has"    // already: no second copy is ever given
	Loses  Verdict = "loses"  // (take) the copy comes back
	Lacks  Verdict = "lacks"  // (take) there is nothing to take back
	Cannot Verdict = "cannot" // Why says why
)

// Why is the reason of a Cannot; its words are licensing.why.<Why>.
type Why string

// The reasons.
const (
	WhyShort        Why = "short"        // no copy left: the figures are in Plan.Counters
	WhyBudget       Why = "budget"       // a copy is left, but the delegate's budget is spent
	WhyPublic       Why = "public"       // no subscription in force serves this person's profile
	WhySubscription Why = "subscription" // no subscription of this resource is in force
	WhyLocked       Why = "locked"       // (take) opened, and not transferable: consumed until the subscription ends
	WhyThrough      Why = "through"      // (take) held through a class or the school: take it back from that target
	WhySince        Why = "since"        // (undo) another act has moved the copy since
	WhyGone         Why = "gone"         // (undo) the person is no longer in the school
	WhyOpened       Why = "opened"       // (take) opened, where only copies that nobody opened are to come back
)

// Candidate is a person that an order's targets name.
type Candidate struct {
	Person   directory.PersonID
	Profiles []directory.Profile
	Folded   string               // the name, folded for ordering
	Class    string               // the label of the person's class, "" for none
	Cohorts  []directory.CohortID // loaded where a target given to a cohort must be weighed
	Through  Target               // the target of the order that named them first
}

// Outcome is what a plan does for one person and one resource.
type Outcome struct {
	Resource catalogue.ResourceID
	Person   directory.PersonID
	Verdict  Verdict
	Pool     PoolID // where the copy comes from, is, or goes back to
	Why      Why
	SiteWide bool      // by a right given to a target: no copy is burnt
	Through  Target    // by which target of the order
	Used     time.Time // the latest opening of the copy that they hold; zero for never
}

// GivenTarget is a school-wide right that a plan gives to, or takes from, a target. It burns no copy; whoever comes into the
// target later has it.
type GivenTarget struct {
	Resource catalogue.ResourceID
	Pool     PoolID
	Target   Target
	Act      journal.ActID // the act that gave it; "" in a plan
	Cause    Cause         // in a plan: why it is given or taken; "" is CauseAssigned or CauseReleased
}

// Plan says, before anything changes, what an order would do. Its Hash covers the outcomes and the targets given, not the
// free counters: two managers with stock for both never block each other.
type Plan struct {
	Order    Order
	Outcomes []Outcome     // by resource, then in the order of service
	Targets  []GivenTarget // school-wide rights that would be given or taken
	Figures  []Figures     // one per resource of the order
	Hash     string
	// Suggestions are those that it answers (PlanSuggestions). Order then is what they ask for together, not each target for each resource.
	Suggestions []SuggestionID
}

// Figures are a plan's counts for one resource.
type Figures struct {
	Resource                               catalogue.ResourceID
	Gets, Has, Loses, Lacks, Cannot, Short int64    // Short is the part of Cannot for want of copies, or of a delegate's budget
	Before                                 Counters // with the selection counted
	After                                  Counters
	PortionsBefore, PortionsAfter          []Portion // the same, public by public
}

// Applied is what Apply did: the act that the journal and every copy carry, and the plan that was carried out.
// When Apply answers fault.Conflict, nothing was done, Act is "" and Plan is the new plan to show.
type Applied struct {
	Act   journal.ActID
	Plan  Plan
	Batch BatchID // of Undertake: by which batch it will be done, Act being "" then
}

// Sum adds up the figures of all resources.
func (p Plan) Sum() Figures {
	var s Figures
	for _, f := range p.Figures {
		s.Gets += f.Gets
		s.Has += f.Has
		s.Loses += f.Loses
		s.Lacks += f.Lacks
		s.Cannot += f.Cannot
		s.Short += f.Short
	}
	return s
}

// Empty reports whether the plan changes nothing.
func (p Plan) Empty() bool {
	s := p.Sum()
	return s.Gets == 0 && s.Loses == 0 && len(p.Targets) == 0
}
