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

// tally counts the values of one facet among some cards. There are eight on a card: a value is found again by its key, and named once.
type tally struct {
	at   map[string]int // where in list
	list []counted
}

type counted struct {
	key, text string
	sort      string // what the text is sorted by
	count     int
}

// add counts a value, and reports whether it is one that has no name yet.
func (t *tally) add(key string) (unnamed bool) {
	i, ok := t.at[key]
	if !ok {
		i = len(t.list)
		t.at[key], t.list = i, append(t.list, counted{key: key})
	}
	t.list[i].count++
	return !ok
}

// name names the value that was added last, and for the first time.
func (t *tally) name(text string) {
	last := &t.list[len(t.list)-1]
	last.text, last.sort = text, directory.Fold(text)
}

// side is one facet in the making.
type side struct {
	name    string
	chosen  string
	set     func(f *find, key string)
	values  func(c *mediacentre.Card, t *tally)
	ordered bool // as one goes through school; else the most frequent first
	alone   bool // one value says something by itself
}

// facets are the ways to narrow these cards, with counts computed from what this person holds and found.
func facets(s *look.Shell, reader *web.Reader, cards []mediacentre.Card, f find) []look.Facet {
	var all []look.Facet
	for _, side := range sides(s, reader, f) {
		others := f
		side.set(&others, "")
		others.Page = 1
		t := tally{at: map[string]int{}}
		among := mediacentre.Narrow(cards, others.Find)
		for i := range among {
			side.values(&among[i], &t)
		}
		t.list = slices.DeleteFunc(t.list, func(c counted) bool { return c.key == "" || c.text == "" })
		slices.SortFunc(t.list, func(a, b counted) int {
			if side.ordered {
				return web.CompareLevels(a.text, b.text)
			}
			return cmp.Or(b.count-a.count, strings.Compare(a.sort, b.sort))
		})
		one := look.Facet{Name: side.name}
		for _, c := range t.list {
			to := others
			if c.key != side.chosen {
				side.set(&to, c.key)
			}
			one.Values = append(one.Values, look.FacetValue{Text: c.text, Href: to.href(), Count: c.count, On: c.key == side.chosen})
		}
		if len(one.Values) > 1 || side.chosen != "" || side.alone && len(one.Values) == 1 && one.Values[0].Count < len(cards) {
			all = append(all, one)
		}
	}
	return all
}

func sides(s *look.Shell, reader *web.Reader, f find) []side {
	return []side{
		{name: s.T("mediacentre.facet.type"), chosen: string(f.Kind), set: func(f *find, key string) { f.Kind = catalogue.Presentation(key) },
			values: func(c *mediacentre.Card, t *tally) {
				if t.add(string(c.Resource.Presentation)) {
					t.name(web.KindName(s, c.Resource.Presentation))
				}
			}},
		{name: s.T("browse.facet.matiere"), chosen: f.Subject, set: func(f *find, key string) { f.Subject = key },
			values: func(c *mediacentre.Card, t *tally) { t.terms(s, c.Resource.Subjects) }},
		{name: s.T("mediacentre.facet.level"), chosen: f.Level, set: func(f *find, key string) { f.Level = key }, ordered: true,
			values: func(c *mediacentre.Card, t *tally) { t.terms(s, c.Resource.Levels) }},
		{name: s.T("mediacentre.facet.publisher"), chosen: string(f.Publisher), set: func(f *find, key string) { f.Publisher = catalogue.PublisherID(key) },
			values: func(c *mediacentre.Card, t *tally) {
				if t.add(string(c.Resource.Publisher.ID)) {
					t.name(c.Resource.Publisher.Name)
				}
			}},
		{name: s.T("mediacentre.facet.through"), chosen: f.Through, set: func(f *find, key string) { f.Through = key },
			values: func(c *mediacentre.Card, t *tally) {
				if !c.Open && t.add(mediacentre.Given(c.Right.Through)) {
					t.name(to(s, reader, c.Right.Through))
				}
			}},
		{name: s.T("browse.fact.offline"), chosen: offline(f.Offline), set: func(f *find, key string) { f.Offline = key != "" }, alone: true,
			values: func(c *mediacentre.Card, t *tally) {
				if t.add(offline(c.Resource.Offline)) {
					t.name(s.T("browse.offline.yes"))
				}
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

func (t *tally) terms(s *look.Shell, list []catalogue.Term) {
	for _, term := range list {
		if t.add(term.URI) {
			t.name(term.In(s.Locale))
		}
	}
}
