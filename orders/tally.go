package orders

import (
	"cmp"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/licensing"
)

// tally is what one row of a renewal adds up: uses of one resource and kind, for the same publics, or for all whom one offer would serve.
type tally struct {
	uses []Use
	row  Renewed
}

func (t tally) of(resource catalogue.ResourceID, kind licensing.Kind) bool {
	return t.uses[0].Resource == resource && t.uses[0].Kind == kind
}

// had reports whether copies were had for just these publics.
func (t tally) had(publics []directory.Profile) bool {
	return slices.ContainsFunc(t.uses, func(u Use) bool { return slices.Equal(u.Publics, publics) })
}

// counts reports whether what is there or comes for some publics counts on this row of all: on the row that had copies for just these, and
// where none had, on all rows of whose publics somebody may have it.
func (t tally) counts(all []tally, resource catalogue.ResourceID, kind licensing.Kind, publics []directory.Profile) bool {
	if !t.of(resource, kind) || !meet(t.row.Publics, publics) {
		return false
	}
	return t.had(publics) || !slices.ContainsFunc(all, func(o tally) bool { return o.of(resource, kind) && o.had(publics) })
}

// meet reports whether somebody may be of both publics.
func meet(a, b []directory.Profile) bool {
	return slices.ContainsFunc(a, func(p directory.Profile) bool { return slices.Contains(b, p) })
}

// sum is the row of some uses together, for all their publics.
func (r renewal) sum(uses []Use) Renewed {
	o := Renewed{Use: uses[0]}
	o.Copies, o.Given, o.Opened, o.Ends = 0, 0, 0, clock.Date{}
	o.Publics = slices.DeleteFunc(slices.Clone(directory.Profiles), func(p directory.Profile) bool {
		return !slices.ContainsFunc(uses, func(u Use) bool { return slices.Contains(u.Publics, p) })
	})
	for _, u := range uses {
		o.Was, o.Given = cmp.Or(r.was(u), o.Was), o.Given+u.Given
		if u.SiteWide() {
			o.Opened = max(o.Opened, u.Opened) // each of its subscriptions counts the same people
		} else {
			o.Opened += u.Opened
		}
		o.Copies = plus(o.Copies, u.Copies)
		if o.Ends.Before(u.Ends) {
			o.Starts, o.Ends, o.Distributor = u.Starts, u.Ends, u.Distributor
		}
	}
	return o
}

// plus adds copies up: without end, where either is.
func plus(a, b licensing.Count) licensing.Count {
	if a.IsUnlimited() || b.IsUnlimited() {
		return licensing.Unlimited
	}
	return a + b
}
