package desk

import (
	"cmp"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
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

func count(cards []mediacentre.Card, values func(c *mediacentre.Card, one func(key, text string))) counted {
	c := counted{map[string]string{}, map[string]int{}}
	for i := range cards {
		values(&cards[i], func(key, text string) {
			c.texts[key] = text
			c.counts[key]++
		})
	}
	return c
}

// side is one facet in the making.
type side struct {
	name    string
	chosen  string
	set     func(f *find, key string)
	values  func(c *mediacentre.Card, one func(key, text string))
	ordered bool // as one goes through school; else the most frequent first
	alone   bool // one value says something by itself
}

// facets are the ways to narrow these cards, with counts computed from what this person holds and found.
func facets(s *look.Shell, reader *web.Reader, cards []mediacentre.Card, f find) []facet {
	var all []facet
	for _, side := range sides(s, reader, f) {
		others := f
		side.set(&others, "")
		others.Page = 1
		c := count(mediacentre.Narrow(cards, others.Find), side.values)
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
		if len(one.Values) > 1 || side.chosen != "" || side.alone && len(one.Values) == 1 && one.Values[0].Count < len(cards) {
			all = append(all, one)
		}
	}
	return all
}

func sides(s *look.Shell, reader *web.Reader, f find) []side {
	return []side{
		{name: s.T("mediacentre.facet.type"), chosen: string(f.Kind), set: func(f *find, key string) { f.Kind = catalogue.Presentation(key) },
			values: func(c *mediacentre.Card, one func(key, text string)) {
				one(string(c.Resource.Presentation), web.KindName(s, c.Resource.Presentation))
			}},
		{name: s.T("browse.facet.matiere"), chosen: f.Subject, set: func(f *find, key string) { f.Subject = key },
			values: func(c *mediacentre.Card, one func(key, text string)) { terms(s, c.Resource.Subjects, one) }},
		{name: s.T("mediacentre.facet.level"), chosen: f.Level, set: func(f *find, key string) { f.Level = key }, ordered: true,
			values: func(c *mediacentre.Card, one func(key, text string)) { terms(s, c.Resource.Levels, one) }},
		{name: s.T("mediacentre.facet.publisher"), chosen: string(f.Publisher), set: func(f *find, key string) { f.Publisher = catalogue.PublisherID(key) },
			values: func(c *mediacentre.Card, one func(key, text string)) {
				one(string(c.Resource.Publisher.ID), c.Resource.Publisher.Name)
			}},
		{name: s.T("mediacentre.facet.through"), chosen: f.Through, set: func(f *find, key string) { f.Through = key },
			values: func(c *mediacentre.Card, one func(key, text string)) {
				one(mediacentre.Given(c.Right.Through), to(s, reader, c.Right.Through))
			}},
		{name: s.T("browse.fact.offline"), chosen: offline(f.Offline), set: func(f *find, key string) { f.Offline = key != "" }, alone: true,
			values: func(c *mediacentre.Card, one func(key, text string)) {
				one(offline(c.Resource.Offline), s.T("browse.offline.yes"))
			}},
	}
}

func offline(works bool) string {
	if works {
		return "oui"
	}
	return ""
}

// to says to whom something was given, « » for a class that is not the reader's.
func to(s *look.Shell, reader *web.Reader, t licensing.Target) string {
	switch t.Kind {
	case licensing.WholeSchool:
		return s.T("mediacentre.to.school")
	case licensing.Cohort:
		cohort, _ := reader.Cohort(directory.CohortID(t.ID))
		return cohort.Label
	}
	return reader.You(s, "mediacentre.to.person.")
}

func terms(s *look.Shell, list []catalogue.Term, one func(key, text string)) {
	for _, t := range list {
		one(t.URI, t.In(s.Locale))
	}
}
