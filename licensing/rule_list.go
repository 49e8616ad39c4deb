package licensing

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
)

// RuleStanding is a rule as the console shows it.
type RuleStanding struct {
	Rule    Rule
	Title   string // the resource's
	Served  int64  // of those whom it names, who have the resource
	Waiting int64  // who would be served if there were copies; of a rule in force, or suspended
	Kept    int64  // what it keeps back now
	// RunsOut is the day on which the copies run out if newcomers go on coming as they did (see runsOut); the zero Date where that cannot
	// be told, or will not be before the subscriptions end.
	RunsOut clock.Date

	// What FindRule alone tells, for it looks at everybody whom the rule names.
	Waits []Outcome // those who wait
	Plan  RulePlan  // what it would do now
}

// Unserved is how many persons wait for a resource that rules in force are to give them.
type Unserved struct {
	Resource catalogue.ResourceID
	Persons  int64
}

// ListRules lists a school's rules that are not dropped, by title and then in the order in which they are served. It counts: it asks as
// often for twenty rules as for one.
func (s *Service) ListRules(ctx context.Context, school directory.SchoolID) ([]RuleStanding, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]RuleStanding, error) {
		rules, err := r.ListRules(ctx, school, nil)
		if err != nil || len(rules) == 0 {
			return nil, err
		}
		out, err := standings(ctx, r, school, rules)
		slices.SortStableFunc(out, func(a, b RuleStanding) int { return cmp.Compare(directory.Fold(a.Title), directory.Fold(b.Title)) })
		return out, err
	})
}

// standings counts how some rules of a school stand.
func standings(ctx context.Context, r Reader, school directory.SchoolID, rules []Rule) ([]RuleStanding, error) {
	at, err := r.FindSchool(ctx, school)
	if err != nil {
		return nil, err
	}
	resources := ruledResources(rules)
	works, err := r.FindWorks(ctx, resources)
	if err != nil {
		return nil, err
	}
	pools, err := r.ListPools(ctx, school, resources)
	if err != nil {
		return nil, err
	}
	kept, err := reserves(ctx, r, school, resources)
	if err != nil {
		return nil, err
	}
	named, err := countNamed(ctx, r, school, rules, pools, today(r, at))
	if err != nil {
		return nil, err
	}
	out := make([]RuleStanding, len(rules))
	for i, rule := range rules {
		out[i] = RuleStanding{Rule: rule, Title: works[rule.Resource].Title, Served: int64(named[i].Served), Waiting: int64(named[i].Size - named[i].Served)}
		out[i].keep(kept[rule.ID])
	}
	return out, foresee(ctx, r, at, pools, out)
}

// countNamed counts whom each rule names, beside the pools in force on the day (Muster.named). Of a rule for which nobody waits all have the
// resource: of its pools, which are mostly those with thousands of holders, nobody need be read.
func countNamed(ctx context.Context, r Reader, school directory.SchoolID, rules []Rule, pools []Pool, today clock.Date) ([]Headcount, error) {
	if len(rules) == 0 {
		return nil, nil
	}
	members := slices.ContainsFunc(rules, func(rule Rule) bool {
		return slices.ContainsFunc(rule.Targets, func(t Target) bool { return t.Kind == Cohort })
	})
	of := make([][]Pool, len(rules))
	inForce := poolsInForce(pools, today)
	var asked []Pool
	for i, rule := range rules {
		of[i] = slices.DeleteFunc(slices.Clone(inForce), func(p Pool) bool { return p.Resource != rule.Resource })
		if !rule.stillContent(pools, today) {
			asked = append(asked, of[i]...)
		}
	}
	there, err := muster(ctx, r, school, asked, members)
	if err != nil {
		return nil, err
	}
	out := make([]Headcount, len(rules))
	for i, rule := range rules {
		if out[i] = there.named(rule, of[i]); rule.stillContent(pools, today) {
			out[i].Served = out[i].Size
		}
	}
	return out, nil
}

// ListUnserved counts who waits for the rules in force of a school, by resource; whoever waits for two rules counts twice. Rules for which
// nobody waited when they last looked, and since when no copy came into force or ran out, are not asked about.
func (s *Service) ListUnserved(ctx context.Context, school directory.SchoolID) ([]Unserved, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Unserved, error) {
		rules, err := r.ListRules(ctx, school, nil)
		if rules = inForce(rules); err != nil || len(rules) == 0 {
			return nil, err
		}
		at, err := r.FindSchool(ctx, school)
		if err != nil {
			return nil, err
		}
		pools, err := r.ListPools(ctx, school, ruledResources(rules))
		if err != nil {
			return nil, err
		}
		rules = slices.DeleteFunc(rules, func(rule Rule) bool { return rule.stillContent(pools, today(r, at)) })
		named, err := countNamed(ctx, r, school, rules, pools, today(r, at))
		if err != nil {
			return nil, err
		}
		var out []Unserved
		for i, rule := range rules { // by resource
			n := int64(named[i].Size - named[i].Served)
			switch last := len(out) - 1; {
			case n == 0:
			case last >= 0 && out[last].Resource == rule.Resource:
				out[last].Persons += n
			default:
				out = append(out, Unserved{rule.Resource, n})
			}
		}
		return out, nil
	})
}

// stillContent reports whether what a rule found when it last looked, that nobody waited, must still be so: there are copies in force, and
// the same as then. Whatever else makes somebody wait has the rule look again. It is pure.
func (r Rule) stillContent(pools []Pool, today clock.Date) bool {
	pools = slices.DeleteFunc(slices.Clone(pools), func(p Pool) bool { return p.Resource != r.Resource })
	return r.State == RuleInForce && !r.Content.IsZero() && len(poolsInForce(pools, today)) > 0 &&
		!slices.ContainsFunc(pools, func(p Pool) bool { return p.InForce(r.Content) != p.InForce(today) })
}

// ruledResources are the resources that rules give, each once.
func ruledResources(rules []Rule) []catalogue.ResourceID {
	out := make([]catalogue.ResourceID, len(rules))
	for i, r := range rules {
		out[i] = r.Resource
	}
	return distinct(out)
}

// FindRule finds one rule that is not dropped.
func (s *Service) FindRule(ctx context.Context, school directory.SchoolID, id RuleID) (RuleStanding, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (RuleStanding, error) {
		rule, err := standingRule(ctx, r, school, id)
		if err != nil {
			return RuleStanding{}, err
		}
		return standOf(ctx, r, rule)
	})
}

// standOf looks at how a rule stands, person by person.
func standOf(ctx context.Context, r Reader, rule Rule) (RuleStanding, error) {
	out := RuleStanding{Rule: rule}
	at, err := r.FindSchool(ctx, rule.School)
	if err != nil {
		return out, err
	}
	work, err := r.FindWorkByID(ctx, rule.Resource)
	if err != nil {
		return out, err
	}
	out.Title = work.Title
	pools, err := r.ListPools(ctx, rule.School, []catalogue.ResourceID{rule.Resource})
	if err != nil {
		return out, err
	}
	if out.Plan, err = planRule(ctx, r, rule, pools); err != nil {
		return out, err
	}
	out.keep(out.Plan.kept)
	for _, o := range out.Plan.Plan.Outcomes {
		switch {
		case o.Verdict == Has:
			out.Served++
		case o.Verdict == Gets || o.Why == WhyShort || o.Why == WhySubscription:
			out.Waits = append(out.Waits, o)
		}
	}
	out.Waiting = int64(len(out.Waits))
	one := []RuleStanding{out}
	err = foresee(ctx, r, at, pools, one)
	return one[0], err
}

// keep sums what the rule keeps back.
func (x *RuleStanding) keep(kept map[PoolID]int64) {
	for _, n := range kept {
		x.Kept += n
	}
}

// foresee foretells, of rules in force for which nobody waits, when the copies run out: those of the publics that they name.
func foresee(ctx context.Context, r Reader, at directory.School, pools []Pool, rules []RuleStanding) error {
	day := today(r, at)
	var some []*RuleStanding
	var asked []ServedSince
	for i := range rules {
		x := &rules[i]
		if x.Rule.State != RuleInForce || x.Waiting > 0 {
			continue
		}
		since := clock.On(x.Rule.Created, at.Zone())
		if earliest := day.AddDays(-arrivalDays); since.Before(earliest) {
			since = earliest
		}
		some, asked = append(some, x), append(asked, ServedSince{x.Rule.Resource, since})
	}
	served, err := r.CountServed(ctx, at, asked)
	if err != nil {
		return err
	}
	for i, x := range some {
		of := slices.DeleteFunc(slices.Clone(pools), func(p Pool) bool { return p.Resource != x.Rule.Resource || !x.Rule.draws(p, nil) })
		x.RunsOut = runsOut(of, x.Kept, served[i], asked[i].Since, day)
	}
	return nil
}

const (
	arrivalDays  = 60 // arrivals of the last days foretell those to come
	arrivalLeast = 7  // fewer days foretell nothing
)

// runsOut foretells the day on which there is no copy left, free or kept back, if as many newcomers a day are served as since a day. The
// zero Date means that none came, that it is too early to tell, that copies never run out, or that they last as long as the subscriptions.
// It is pure.
func runsOut(pools []Pool, kept, served int64, since, today clock.Date) clock.Date {
	left, last := kept, today
	for _, p := range pools {
		if !p.InForce(today) {
			continue
		}
		if p.Total.IsUnlimited() {
			return clock.Date{}
		}
		left += p.Free()
		if last.Before(p.Ends) {
			last = p.Ends
		}
	}
	days := daysFrom(since, today)
	if served == 0 || days < arrivalLeast {
		return clock.Date{}
	}
	ahead := left * int64(days) / served
	if ahead > int64(daysFrom(today, last)) {
		return clock.Date{}
	}
	return today.AddDays(int(ahead))
}

// daysFrom is how many days there are from one day to another.
func daysFrom(from, to clock.Date) int {
	return int(to.Start(time.UTC).Sub(from.Start(time.UTC)) / (24 * time.Hour))
}
