package api

import (
	"net/http"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

func (a *Room) schools(w http.ResponseWriter, r *http.Request, p program) error {
	return send(w, r, http.StatusOK, list[schoolView]{Items: []schoolView{{string(p.school.UAI), p.school.Name, p.school.Town}}})
}

func (a *Room) resources(w http.ResponseWriter, r *http.Request, p program) error {
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	stock, err := a.Copies.ListStock(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	v := viewsOf(roll)
	page, next, err := cut(r, stock)
	out := list[resourceView]{Items: []resourceView{}, Next: next}
	for _, s := range page {
		out.Items = append(out.Items, resourceView{v.arks[s.Resource], s.Title, s.Family, counters(s.Counters, s.Portions()), v.given(s.Targets)})
	}
	if err != nil {
		return err
	}
	return send(w, r, http.StatusOK, out)
}

func (a *Room) cohorts(w http.ResponseWriter, r *http.Request, p program) error {
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	out := list[cohortView]{Items: []cohortView{}}
	kinds := map[directory.CohortKind]string{directory.Class: "class", directory.Group: "group"}
	for _, c := range roll.Cohorts {
		out.Items = append(out.Items, cohortView{c.Code, c.Label, kinds[c.Kind], c.Level})
	}
	return send(w, r, http.StatusOK, out)
}

// persons lists who is in the school now; class and profile narrow it.
func (a *Room) persons(w http.ResponseWriter, r *http.Request, p program) error {
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	class, profile := "", directory.Profile(q.Get("profile"))
	if name := q.Get("class"); name != "" {
		c, err := roll.Cohort(name)
		if err != nil {
			return err
		}
		class = c.Label
	}
	if profile != "" && !slices.Contains(directory.Profiles, profile) {
		return fault.New(fault.Invalid, "api.profile.unknown", "value", string(profile))
	}
	here := slices.DeleteFunc(slices.Clone(roll.Persons), func(e licensing.Enrolled) bool {
		return len(e.Profiles) == 0 || class != "" && e.Class != class || profile != "" && !slices.Contains(e.Profiles, profile)
	})
	page, next, err := cut(r, here)
	if err != nil {
		return err
	}
	v := viewsOf(roll)
	out := list[personView]{Items: []personView{}, Next: next}
	for _, e := range page {
		out.Items = append(out.Items, v.person(e))
	}
	return send(w, r, http.StatusOK, out)
}

// holders lists who holds a copy of a resource, by name.
func (a *Room) holders(w http.ResponseWriter, r *http.Request, p program) error {
	n, err := limit(r)
	if err != nil {
		return err
	}
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	work, err := roll.Work(r.URL.Query().Get("resource"))
	if err != nil {
		return err
	}
	found, err := a.Copies.ListHoldersAmong(r.Context(), p.school.ID, work.ID, p.scope(), directory.Page{After: r.URL.Query().Get("after"), Limit: n})
	if err != nil {
		return err
	}
	v := viewsOf(roll)
	out := list[holderView]{Items: []holderView{}}
	for _, h := range found {
		who, ok := roll.Named(h.Person)
		if !ok {
			who = licensing.Enrolled{Person: h.Person, Name: h.Name}
		}
		who.Class = h.Class
		out.Items = append(out.Items, holderView{v.person(who), h.Since, instant(h.Opened), instant(h.LastOpened), h.Locked, h.Left, string(h.Act)})
	}
	if len(found) > 0 && len(found) >= n {
		out.Next = found[len(found)-1].Key
	}
	return send(w, r, http.StatusOK, out)
}

// actView is an act on copies.
type actView struct {
	ID      string      `json:"id"`
	At      string      `json:"at"`
	Verb    string      `json:"verb"`
	Actor   string      `json:"actor"` // person, partner, portal, system
	Program string      `json:"program,omitempty"`
	Given   int         `json:"given"`
	Taken   int         `json:"taken"`
	Copies  []movedView `json:"copies"`
	Next    string      `json:"next,omitempty"`
}

// movedView is a copy that an act moved.
type movedView struct {
	Resource   string `json:"resource"`
	Identifier string `json:"identifier"`
	Given      bool   `json:"given"`
}

func (a *Room) act(w http.ResponseWriter, r *http.Request, p program) error {
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	receipt, err := a.Copies.Receipt(r.Context(), p.school.ID, journal.ActID(r.PathValue("act")), p.mandate)
	if err != nil {
		return err
	}
	page, next, err := cut(r, receipt.Copies)
	if err != nil {
		return err
	}
	v := viewsOf(roll)
	out := actView{ID: string(receipt.Act), At: receipt.At.Format(timeForm), Verb: strings.TrimPrefix(receipt.Verb, "licensing."), Actor: string(receipt.By.Kind),
		Program: receipt.Program(), Copies: []movedView{}, Next: next}
	for _, c := range receipt.Copies {
		if c.Given {
			out.Given++
		} else {
			out.Taken++
		}
	}
	for _, c := range page {
		out.Copies = append(out.Copies, movedView{v.arks[c.Resource], v.identifier(c.Person), c.Given})
	}
	return send(w, r, http.StatusOK, out)
}

// timeForm is an instant with milliseconds and its offset.
const timeForm = "2006-01-02T15:04:05.000Z07:00"
