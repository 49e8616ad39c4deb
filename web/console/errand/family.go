package errand

import (
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// BooksOf are the school's books of each mother.
func BooksOf(all []hall.Item) map[catalogue.ResourceID][]hall.Item {
	out := map[catalogue.ResourceID][]hall.Item{}
	for _, i := range all {
		if i.Notice.Family != "" {
			out[i.Notice.Family] = append(out[i.Notice.Family], i)
		}
	}
	return out
}

// MothersOf are the mothers of family among a school's resources.
func MothersOf(all []hall.Item) []hall.Item {
	return slices.DeleteFunc(slices.Clone(all), func(i hall.Item) bool { return !i.Family })
}

// Changes reports whether a plan gives a resource to anybody.
func Changes(plan licensing.Plan, f licensing.Figures) bool {
	return f.Gets > 0 || f.Short > 0 || slices.ContainsFunc(plan.Targets, func(t licensing.GivenTarget) bool { return t.Resource == f.Resource })
}

// OfferFamilies offers the mothers of the order's books that these persons have not all been given.
func (c *Office) OfferFamilies(r *http.Request, e *Errand, all []hall.Item) error {
	var ungiven []hall.Item
	for _, m := range MothersOf(all) {
		if !slices.Contains(e.Order.Resources, m.Resource) && slices.ContainsFunc(e.Items, func(i hall.Item) bool { return i.Notice.Family == m.Resource }) {
			ungiven = append(ungiven, m)
		}
	}
	if len(ungiven) == 0 || len(e.Order.Targets) == 0 {
		return nil
	}
	order := e.Order
	order.Resources = nil
	for _, m := range ungiven {
		order.Resources = append(order.Resources, m.Resource)
	}
	plan, err := c.Copies.Plan(r.Context(), order)
	if err != nil {
		return err
	}
	e.Remedy = FamilyRemedy(c.Said(r), plan, ungiven, "ressource")
	return nil
}

// FamilyRemedy warns of the families that a plan would give to somebody, nil for none; field is how the form that adds them names them.
func FamilyRemedy(s *look.Shell, plan licensing.Plan, mothers []hall.Item, field string) *hall.Remedy {
	var out *hall.Remedy
	names := ""
	for _, f := range plan.Figures {
		if !Changes(plan, f) {
			continue
		}
		i := slices.IndexFunc(mothers, func(m hall.Item) bool { return m.Resource == f.Resource })
		if out == nil {
			out = &hall.Remedy{}
		} else {
			names += ", "
		}
		names += mothers[i].Title
		out.Fields = append(out.Fields, look.Hidden{Name: field, Value: string(f.Resource)})
	}
	if out != nil {
		n := len(out.Fields)
		out.Message = look.Message{Title: s.T("console.families.offer.title", "n", n), Text: s.T("console.families.offer.text", "titles", names)}
		out.Verb = s.T("console.families.offer.do", "n", n)
	}
	return out
}
