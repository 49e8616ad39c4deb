package usage

import (
	"cmp"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
)

// byClass counts a week's accesses by resource and by the classes that persons are in. The database is not asked to: what it knows of how many
// there are of a week is a guess, by which it would compare everybody with everybody.
func byClass(list []Access, homes map[directory.PersonID]string, week clock.Date) []Counted {
	type key struct {
		resource catalogue.ResourceID
		part     string
	}
	at := map[key]int{}
	var out []Counted
	for _, a := range list {
		k := key{a.Resource, homes[a.Person]}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, Counted{Resource: a.Resource, Tally: Tally{Week: week, Part: k.part}})
		}
		c := &out[i].Count
		c.Users++
		c.Accesses += a.N
		if !a.Again {
			c.Fresh++
		}
	}
	slices.SortFunc(out, func(a, b Counted) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Part, b.Part))
	})
	return out
}

// changes are the rows of who has what that differ from those that were kept of the school year, as of a week: mostly none, for copies are given
// in September. What nobody has any more is a row of nobody.
func changes(kept, held []Counted, week clock.Date) []Counted {
	type key struct {
		resource catalogue.ResourceID
		part     string
	}
	was, out := map[key]int64{}, []Counted(nil)
	for _, c := range kept { // in the order of weeks: the last stands
		was[key{c.Resource, c.Part}] = c.Holders
	}
	row := func(k key, n int64) {
		out = append(out, Counted{Resource: k.resource, Tally: Tally{Week: week, Part: k.part, Holders: n}})
	}
	for _, c := range held {
		k := key{c.Resource, c.Part}
		if was[k] != c.Holders {
			row(k, c.Holders)
		}
		delete(was, k)
	}
	for k, n := range was {
		if n != 0 {
			row(k, 0)
		}
	}
	return out
}

// spread tells for each of some weeks what was kept of who had what: a row stands until the next of its resource and part.
func spread(kept []Counted, weeks []clock.Date) (out []Counted) {
	type key struct {
		resource catalogue.ResourceID
		part     string
	}
	of := map[key][]Counted{}
	var keys []key
	for _, c := range kept {
		k := key{c.Resource, c.Part}
		if of[k] == nil {
			keys = append(keys, k)
		}
		of[k] = append(of[k], c)
	}
	for _, k := range keys {
		rows, now := of[k], int64(0)
		for _, week := range weeks {
			for len(rows) > 0 && !week.Before(rows[0].Week) {
				now, rows = rows[0].Holders, rows[1:]
			}
			if now > 0 {
				out = append(out, Counted{Resource: k.resource, Tally: Tally{Week: week, Part: k.part, Holders: now}})
			}
		}
	}
	return out
}
