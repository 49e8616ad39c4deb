package licensing

import (
	"context"
	"slices"
	"strings"

	"pupitre/directory"
)

// Only narrows which copies come back (« récupération par lot »): of the persons whom the targets name, those who left the school, those
// who are listed; of their copies, those that were never opened. What is said adds up. The zero Only takes back every copy.
//
// A right of the whole school given to a class or to the school stays where it was given: it is not one person's to give back.
type Only struct {
	Left     bool                 `json:"left,omitempty"` // whoever is in the school no more
	Unopened bool                 `json:"unopened,omitempty"`
	Persons  []directory.PersonID `json:"persons,omitempty"` // none means anybody
}

func (o Only) equal(other Only) bool {
	return o.Left == other.Left && o.Unopened == other.Unopened && slices.Equal(o.Persons, other.Persons)
}

// narrows reports whether anything is said.
func (o Only) narrows() bool { return o.Left || o.Unopened || o.few() }

// few reports whether the order is for few of those whom its targets name.
func (o Only) few() bool { return o.Left || len(o.Persons) > 0 }

// kind says in words of the program what is narrowed, and names no person.
func (o Only) kind() string {
	var words []string
	for _, w := range []struct {
		on   bool
		word string
	}{{o.Left, "left"}, {o.Unopened, "unopened"}, {len(o.Persons) > 0, "listed"}} {
		if w.on {
			words = append(words, w.word)
		}
	}
	return strings.Join(words, ",")
}

// String is what a plan's fingerprint holds of it; the persons are in the plan's outcomes.
func (o Only) String() string {
	if !o.narrows() {
		return ""
	}
	return "\t" + o.kind()
}

// named lists whom one target names and the order is for; byName are those found already. Where copies come back from the whole school, those who left it are among them,
// as long as they hold one.
func (o Order) named(ctx context.Context, r Reader, pools []Pool, t Target, byName map[string][]Candidate) ([]Candidate, error) {
	some, found := byName[t.String()]
	var err error
	if !found && (!o.Only.Left || t.Kind == Person) {
		if some, err = r.ListCandidates(ctx, o.School, t, o.Take); err != nil {
			return nil, err
		}
	}
	if o.Only.Left {
		some = slices.DeleteFunc(some, func(c Candidate) bool { return len(c.Profiles) > 0 })
	}
	if o.Take && t.Kind == WholeSchool {
		gone, err := r.ListGone(ctx, o.School, lent(pools), t.Profiles)
		if err != nil {
			return nil, err
		}
		some = append(some, gone...)
	}
	if len(o.Only.Persons) > 0 {
		listed := make(map[directory.PersonID]bool, len(o.Only.Persons))
		for _, p := range o.Only.Persons {
			listed[p] = true
		}
		some = slices.DeleteFunc(some, func(c Candidate) bool { return !listed[c.Person] })
	}
	return some, nil
}

// lent are the pools that anybody holds a copy of.
func lent(pools []Pool) []PoolID {
	var ids []PoolID
	for _, p := range pools {
		if !p.Ended && p.Assigned > 0 {
			ids = append(ids, p.ID)
		}
	}
	return ids
}
