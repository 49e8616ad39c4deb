package licensing

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
)

// Kin is an account of somebody who is in a school, and another that may be the same person's: itself in another school, or another
// account here or there. Both are present.
//
// What is known of that is little. Portals need not say more than names (GAR-ENT.xsd: GARPersonIdSecondaire is « non fourni dans cette
// version »), and birth dates are not kept. So two accounts are known to be one person's where portals give both the same secondary
// identifier and the same name; of the name alone only in one school, where somebody can look. Between schools a name says nothing: to ask
// would tell one school who is in another.
type Kin struct {
	Person directory.PersonID
	Other  directory.PersonID
	School directory.SchoolID // where Other is
	Known  bool
}

// kindred reads what kin may open, in all their schools.
func kindred(ctx context.Context, r Reader, kin []Kin) (map[directory.PersonID][]Claim, error) {
	claims := map[directory.PersonID][]Claim{}
	for _, k := range kin {
		for _, person := range []directory.PersonID{k.Person, k.Other} {
			if _, known := claims[person]; known {
				continue
			}
			all, err := r.ListClaims(ctx, person, "", "")
			if err != nil {
				return nil, err
			}
			claims[person] = slices.DeleteFunc(judged(all, r.Now()), func(c Claim) bool { return c.Status != Active })
		}
	}
	return claims, nil
}

// amongAccounts finds the doubles of several accounts in one school: a copy that one of them holds, beside another's copy or right. Where
// some of one name were told apart, a third may be either's: they are doubles two by two.
func amongAccounts(school directory.SchoolID, kin []Kin, claims map[directory.PersonID][]Claim, apart []Apart) []Double {
	same := kinship{}
	known := map[[2]directory.PersonID]bool{}
	for _, k := range kin {
		if k.School == school && k.Other != k.Person {
			same.join(k.Person, k.Other)
			of := pair(k.Person, k.Other)
			known[of] = known[of] || k.Known
		}
	}
	var out []Double
	for _, accounts := range same.families() {
		have := map[catalogue.ResourceID][]directory.PersonID{}
		copies := map[Twice]bool{}
		for _, person := range accounts {
			for _, c := range claims[person] {
				if c.School != school {
					continue
				}
				copies[Twice{c.Resource, person}] = copies[Twice{c.Resource, person}] || c.Held
				if !slices.Contains(have[c.Resource], person) {
					have[c.Resource] = append(have[c.Resource], person)
				}
			}
		}
		for _, resource := range slices.Sorted(maps.Keys(have)) {
			others := beside(apart, have[resource])
			for _, persons := range maybeOne(have[resource], others) {
				if !slices.ContainsFunc(persons, func(p directory.PersonID) bool { return copies[Twice{resource, p}] }) {
					continue
				}
				kind := DoubleAccounts
				for i, a := range persons {
					for _, b := range persons[i+1:] {
						if !known[pair(a, b)] {
							kind = DoubleNamesakes
						}
					}
				}
				out = append(out, Double{Kind: kind, Resource: resource, Persons: persons, Apart: others})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Double) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Resource, b.Resource), slices.Compare(a.Persons, b.Persons))
	})
	return out
}

// maybeOne are who may be one person of those who have a resource: all of them or, where some were told apart, every other two.
func maybeOne(persons []directory.PersonID, apart [][2]directory.PersonID) (out [][]directory.PersonID) {
	if len(apart) == 0 {
		if len(persons) > 1 {
			out = append(out, persons)
		}
		return out
	}
	for i, a := range persons {
		for _, b := range persons[i+1:] {
			if !slices.Contains(apart, pair(a, b)) {
				out = append(out, []directory.PersonID{a, b})
			}
		}
	}
	return out
}

// amongSchools finds who holds a copy here of what they have by another school too. Only what lasts there at least as long as here is a
// reason to give anything back: so of two schools, seldom both are told.
func amongSchools(school directory.SchoolID, kin []Kin, claims map[directory.PersonID][]Claim) []Double {
	var out []Double
	seen := map[Twice]bool{}
	for _, k := range kin {
		if k.School == school || !k.Known {
			continue
		}
		for _, here := range claims[k.Person] {
			of := Twice{here.Resource, k.Person}
			if here.School != school || !here.Held || seen[of] || !slices.ContainsFunc(claims[k.Other], func(there Claim) bool {
				return there.School == k.School && there.Resource == here.Resource && !there.Closes.Before(here.Closes)
			}) {
				continue
			}
			seen[of] = true
			out = append(out, Double{Kind: DoubleElsewhere, Resource: here.Resource, Persons: []directory.PersonID{k.Person}, Account: k.Other != k.Person, There: k.School})
		}
	}
	slices.SortStableFunc(out, func(a, b Double) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), slices.Compare(a.Persons, b.Persons))
	})
	return out
}

// kinship gathers accounts into persons: each account's head is the smallest that is joined with it.
type kinship map[directory.PersonID]directory.PersonID

func (k kinship) of(p directory.PersonID) (head directory.PersonID, known bool) {
	if head, known = k[p]; !known {
		return p, false
	}
	for k[head] != head {
		head = k[head]
	}
	return head, true
}

func (k kinship) join(a, b directory.PersonID) {
	a, _ = k.of(a)
	b, _ = k.of(b)
	head := min(a, b)
	k[a], k[b], k[head] = head, head, head
}

// families lists those who are joined, each in order.
func (k kinship) families() [][]directory.PersonID {
	of := map[directory.PersonID][]directory.PersonID{}
	for _, p := range slices.Sorted(maps.Keys(k)) {
		head, _ := k.of(p)
		of[head] = append(of[head], p)
	}
	var out [][]directory.PersonID
	for _, head := range slices.Sorted(maps.Keys(of)) {
		out = append(out, of[head])
	}
	return out
}
