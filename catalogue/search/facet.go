package search

import (
	"cmp"
	"slices"
	"strings"
)

// Facet is one way to narrow what is found.
type Facet int

// The facets.
const (
	ByLevel Facet = iota
	BySubject
	ByPublisher
	ByKind
	ByDocument
	ByPublic
	Facets
)

// Value is one value of a facet: a key, and what people read; English where that is something else.
type Value struct{ Key, Label, English string }

// Count is a value, and how many documents it would show, the other facets as they are.
type Count struct {
	Value
	N  int
	On bool // it is one of those that were chosen
}

// values gives each value of a facet a number.
type values struct {
	byKey [Facets]map[string]uint32
	known []known
}

type known struct {
	facet Facet
	value Value
}

// numbers returns the numbers of a document's values. Where a key comes with several labels, the first in the alphabet is shown.
func (v *values) numbers(of *[Facets][]Value) []uint32 {
	var out []uint32
	for f, list := range of {
		for _, one := range list {
			if one.Key == "" {
				continue
			}
			if v.byKey[f] == nil {
				v.byKey[f] = map[string]uint32{}
			}
			n, ok := v.byKey[f][one.Key]
			if !ok {
				n = uint32(len(v.known))
				v.byKey[f][one.Key] = n
				v.known = append(v.known, known{Facet(f), one})
			}
			if have := &v.known[n].value; one.Label != "" && (have.Label == "" || one.Label < have.Label) {
				have.Label = one.Label
			}
			if have := &v.known[n].value; one.English != "" && (have.English == "" || one.English < have.English) {
				have.English = one.English
			}
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// chosen are the values that a query wants: of each facet that is asked about, one of them.
type chosen struct {
	on    []bool // by number
	asked [Facets]bool
	n     int // of facets asked about
}

func (v *values) choose(q *Query) chosen {
	c := chosen{on: make([]bool, len(v.known))}
	for f, keys := range q.Chosen {
		if len(keys) == 0 {
			continue
		}
		c.asked[f] = true
		c.n++
		for _, key := range keys {
			if n, ok := v.byKey[f][key]; ok {
				c.on[n] = true
			}
		}
	}
	return c
}

// missed returns how many of the facets that were asked about a document does not satisfy, and one of them.
func (v *values) missed(c *chosen, doc *document) (n int, facet Facet) {
	if c.n == 0 {
		return 0, 0
	}
	met := [Facets]bool{}
	for _, value := range doc.values {
		if c.on[value] {
			met[v.known[value].facet] = true
		}
	}
	for f := range Facets {
		if c.asked[f] && !met[f] {
			n, facet = n+1, f
		}
	}
	return n, facet
}

// counts puts counted values in order: the most frequent first, then by label.
func (v *values) counts(c *chosen, counted []int) (out [Facets][]Count) {
	for n, k := range v.known {
		if counted[n] > 0 || c.on[n] {
			out[k.facet] = append(out[k.facet], Count{k.value, counted[n], c.on[n]})
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b Count) int {
			return cmp.Or(b.N-a.N, strings.Compare(a.Label, b.Label), strings.Compare(a.Key, b.Key))
		})
	}
	return out
}
