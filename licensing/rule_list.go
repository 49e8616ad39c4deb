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
	Waits   []Outcome
	Plan    RulePlan // what it would do now
	// RunsOut is the day on which the copies run out if newcomers go on coming as they did (see runsOut); the zero Date where that cannot
	// be told, or will not be before the subscriptions end.
	RunsOut clock.Date
}

// ListRules lists a school's rules that are not dropped, by title and then in the order in which they are served.
func (s *Service) ListRules(ctx context.Context, school directory.SchoolID) ([]RuleStanding, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]RuleStanding, error) {
		rules, err := r.ListRules(ctx, school, nil)
		if err != nil {
			return nil, err
		}
		var out []RuleStanding
		for _, rule := range rules {
			one, err := standOf(ctx, r, rule)
			if err != nil {
				return nil, err
			}
			out = append(out, one)
		}
		slices.SortStableFunc(out, func(a, b RuleStanding) int { return cmp.Compare(directory.Fold(a.Title), directory.Fold(b.Title)) })
		return out, nil
	})
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

// standOf looks at how a rule stands.
func standOf(ctx context.Context, r Reader, rule Rule) (RuleStanding, error) {
	out := RuleStanding{Rule: rule}
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
	for _, k := range out.Plan.kept {
		out.Kept += k
	}
	for _, o := range out.Plan.Plan.Outcomes {
		switch {
		case o.Verdict == Has:
			out.Served++
		case o.Verdict == Gets || o.Why == WhyShort || o.Why == WhySubscription:
			out.Waits = append(out.Waits, o)
		}
	}
	out.Waiting = int64(len(out.Waits))
	if rule.State != RuleInForce || out.Waiting > 0 {
		return out, nil
	}
	at, err := r.FindSchool(ctx, rule.School)
	if err != nil {
		return out, err
	}
	day, since := today(r, at), clock.On(rule.Created, at.Zone())
	if earliest := day.AddDays(-arrivalDays); since.Before(earliest) {
		since = earliest
	}
	served, err := r.CountServed(ctx, at, rule.Resource, since)
	if err == nil {
		out.RunsOut = runsOut(pools, out.Kept, served, since, day)
	}
	return out, err
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
