package hall

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
)

// Naming puts scopes into words.
type Naming struct {
	labels Cohorts
	titles map[catalogue.ResourceID]string
}

// Naming reads what mandates' scopes speak of. They are of few classes and resources.
func (c *Hall) Naming(ctx context.Context, at Site, mandates ...licensing.Mandate) (Naming, error) {
	n := Naming{labels: Cohorts{}, titles: map[catalogue.ResourceID]string{}}
	var ids []catalogue.ResourceID
	classes := false
	for _, m := range mandates {
		ids, classes = append(ids, m.Resources...), classes || len(m.Cohorts) > 0
	}
	if classes {
		list, err := c.People.Cohorts(ctx, at.School.ID)
		if err != nil {
			return n, fmt.Errorf("classes of %s: %w", at.School.ID, err)
		}
		n.labels = ByID(list)
	}
	if len(ids) > 0 {
		notices, err := c.Notices.ListResources(ctx, ids...)
		if err != nil {
			return n, fmt.Errorf("notices for %s: %w", at.School.ID, err)
		}
		for _, r := range notices {
			n.titles[r.ID] = r.Title
		}
	}
	return n, nil
}

// Of leaves out what is not in a delegate's scope; no mandate is no limit.
func (n Naming) Of(m *licensing.Mandate) Naming {
	if m == nil {
		return n
	}
	maps.DeleteFunc(n.labels, func(id directory.CohortID, _ directory.Cohort) bool {
		return len(m.Cohorts) > 0 && !slices.Contains(m.Cohorts, id)
	})
	maps.DeleteFunc(n.titles, func(id catalogue.ResourceID, _ string) bool { return !m.Allows(id) })
	return n
}

// known is what a delegate's own scope speaks of. Names that cannot be read are left out here: the page itself says what is wrong.
func (c *Hall) known(r *http.Request, at Site) Naming {
	n, _ := c.Naming(r.Context(), at, *at.Mandate)
	return n
}

// Classes says a scope's classes and groups: « 5e A, 5e B », or the whole school.
func (n Naming) Classes(s *look.Shell, m licensing.Mandate) string {
	if len(m.Cohorts) == 0 {
		return s.T("console.delegates.school")
	}
	return several(s, m.Cohorts, func(id directory.CohortID) string { return n.labels[id].Label })
}

// Resources says a scope's resources by title, or that it is all.
func (n Naming) Resources(s *look.Shell, m licensing.Mandate) string {
	if len(m.Resources) == 0 {
		return s.T("console.delegates.resources.all")
	}
	return several(s, m.Resources, func(id catalogue.ResourceID) string { return n.titles[id] })
}

// several names the first of a list, and how many more there are; those that have no name any more are of the rest.
func several[T any](s *look.Shell, list []T, name func(T) string) string {
	var names []string
	for _, v := range list {
		if text := name(v); text != "" && len(names) < 6 {
			names = append(names, text)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(directory.Fold(a), directory.Fold(b)) })
	if rest := len(list) - len(names); rest > 0 {
		names = append(names, s.T("console.delegates.more", "n", rest))
	}
	return strings.Join(names, ", ")
}

// Budget says how many copies a delegate may still give, and how many are out.
func Budget(s *look.Shell, m licensing.Mandate) string {
	if m.Budget.IsUnlimited() {
		return s.T("console.delegates.budget.none", "n", m.Spent)
	}
	return s.T("console.delegates.budget.left", "n", m.Left(), "total", int64(m.Budget))
}

// terms tells a delegate, on each page, what they may.
func (at Site) terms(s *look.Shell, n Naming) look.Message {
	m := *at.Mandate
	tone := look.Plain
	if !m.Budget.IsUnlimited() && m.Left() == 0 {
		tone = look.Amber
	}
	return look.Message{Tone: tone, Icon: "hand-helping", Figure: "terms", Title: s.T("console.delegate.title", "end", m.Until),
		Text: s.T("console.delegate.terms", "classes", n.Classes(s, m), "resources", n.Resources(s, m), "budget", Budget(s, m))}
}
