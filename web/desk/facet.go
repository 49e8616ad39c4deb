package desk

import (
	"cmp"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/mediacentre"
	"pupitre/web"
)

// facet is one way to narrow the desk; each value is a link that takes it, or lets it go.
type facet struct {
	Name   string
	Values []facetValue
}

type facetValue struct {
	Text, Href string
	Count      int // cards that this value would show, the other facets as they are
	On         bool
}

// counted are the values of one facet among some cards, by their key.
type counted struct {
	texts  map[string]string
	counts map[string]int
}

func count(cards []mediacentre.Card, values func(r *catalogue.Resource, one func(key, text string))) counted {
	c := counted{map[string]string{}, map[string]int{}}
	for i := range cards {
		values(&cards[i].Resource, func(key, text string) {
			c.texts[key] = text
			c.counts[key]++
		})
	}
	return c
}

// facets are type, level and publisher, with counts computed from what this person holds.
func facets(s *look.Shell, desk mediacentre.Desk, f find) []facet {
	var all []facet
	for _, side := range []struct {
		name   string
		chosen string
		set    func(f *find, key string)
		values func(r *catalogue.Resource, one func(key, text string))

		ordered bool // as one goes through school; else the most frequent first
	}{
		{s.T("mediacentre.facet.type"), string(f.Kind), func(f *find, key string) { f.Kind = catalogue.Presentation(key) },
			func(r *catalogue.Resource, one func(key, text string)) {
				one(string(r.Presentation), web.KindName(s, r.Presentation))
			}, false},
		{s.T("mediacentre.facet.level"), f.Level, func(f *find, key string) { f.Level = key }, levels, true},
		{s.T("mediacentre.facet.publisher"), string(f.Publisher), func(f *find, key string) { f.Publisher = catalogue.PublisherID(key) },
			func(r *catalogue.Resource, one func(key, text string)) { one(string(r.Publisher.ID), r.Publisher.Name) }, false},
	} {
		others := f
		side.set(&others, "")
		others.Page = 1
		c := count(desk.Narrow(others.Find), side.values)
		one := facet{Name: side.name}
		for key, text := range c.texts {
			to := others
			if key != side.chosen {
				side.set(&to, key)
			}
			if key != "" && text != "" {
				one.Values = append(one.Values, facetValue{text, to.href(), c.counts[key], key == side.chosen})
			}
		}
		slices.SortFunc(one.Values, func(a, b facetValue) int {
			if side.ordered {
				return web.CompareLevels(a.Text, b.Text)
			}
			return cmp.Or(b.Count-a.Count, strings.Compare(directory.Fold(a.Text), directory.Fold(b.Text)))
		})
		if len(one.Values) > 1 || side.chosen != "" {
			all = append(all, one)
		}
	}
	return all
}

func levels(r *catalogue.Resource, one func(key, text string)) {
	for _, l := range r.Levels {
		one(l.URI, l.Label)
	}
}
