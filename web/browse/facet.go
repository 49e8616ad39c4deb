package browse

import (
	"slices"

	"pupitre/catalogue"
	"pupitre/catalogue/search"
	"pupitre/internal/look"
	"pupitre/web"
)

// fewValues is how many values of a facet are seen at once. Levels are always all seen: they are few, and in the order of school.
const fewValues = 8

func facets(s *look.Shell, f find, counts [search.Facets][]search.Count) []look.Facet {
	var all []look.Facet
	for by, list := range counts {
		by := search.Facet(by)
		one := look.Facet{Name: s.T("browse.facet." + names[by])}
		for _, c := range list {
			text := c.Label
			switch by {
			case search.ByKind:
				text = web.KindName(s, catalogue.Presentation(c.Key))
			case search.ByLevel, search.BySubject, search.ByDocument, search.ByPublic:
				text = catalogue.Term{URI: c.Key, Label: c.Label, English: c.English}.In(s.Locale)
			}
			if text == "" {
				continue
			}
			to := f
			to.page, to.chosen[by] = 1, c.Key
			if c.On {
				to.chosen[by] = ""
			}
			one.Values = append(one.Values, look.FacetValue{Text: text, Href: to.href(), Count: c.N, On: c.On})
		}
		if by == search.ByLevel {
			slices.SortStableFunc(one.Values, func(a, b look.FacetValue) int { return web.CompareLevels(a.Text, b.Text) })
		}
		if len(one.Values) < 2 && f.chosen[by] == "" {
			continue
		}
		slices.SortStableFunc(one.Values, func(a, b look.FacetValue) int { return order(by, a) - order(by, b) })
		if by != search.ByLevel && len(one.Values) > fewValues {
			one.Values, one.More = one.Values[:fewValues], one.Values[fewValues:]
		}
		all = append(all, one)
	}
	return all
}

// order puts what is chosen first, where the list may be cut.
func order(by search.Facet, v look.FacetValue) int {
	if by == search.ByLevel || v.On {
		return 0
	}
	return 1
}
