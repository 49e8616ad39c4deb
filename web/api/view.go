package api

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/licensing"
)

type ctx = context.Context

// schoolView is a school.
type schoolView struct {
	UAI  string `json:"uai"`
	Name string `json:"name"`
	Town string `json:"town"`
}

// countersView are the figures of a resource. Where unlimited is true, total and available count the other pools only.
type countersView struct {
	Total     int64 `json:"total"`
	Assigned  int64 `json:"assigned"`
	Reserved  int64 `json:"reserved"`
	Available int64 `json:"available"`
	Locked    int64 `json:"locked"`
	Unlimited bool  `json:"unlimited"`
	SiteWide  bool  `json:"siteWide"`

	Publics []portionView `json:"publics,omitempty"` // what the sum is made of; none of a batch older than these figures
}

// portionView are the figures of the copies of one public, or of a set that shares them.
type portionView struct {
	Profiles []string `json:"profiles"`
	countersView
}

func counters(c licensing.Counters, of []licensing.Portion) countersView {
	out := countersView{c.Total, c.Assigned, c.Reserved, c.Available, c.Locked, c.Unlimited, c.SiteWide, nil}
	for _, p := range of {
		out.Publics = append(out.Publics, portionView{words(p.Publics), counters(p.Counters, nil)})
	}
	return out
}

// resourceView is a resource of a school.
type resourceView struct {
	ARK      string       `json:"ark"`
	Title    string       `json:"title"`
	Family   bool         `json:"family"`
	Counters countersView `json:"counters"`
	Targets  []targetView `json:"targets"` // that a right of the whole school is given to
}

// cohortView is a class or a group.
type cohortView struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	Kind  string `json:"kind"`
	Level string `json:"level,omitempty"`
}

// personView is somebody, as the portal calls them.
type personView struct {
	Identifier string   `json:"identifier"`
	Family     string   `json:"familyName"`
	Given      string   `json:"givenName"`
	Class      string   `json:"class,omitempty"`
	Profiles   []string `json:"profiles"`
}

// holderView is who holds a copy.
type holderView struct {
	Person     personView `json:"person"`
	Since      time.Time  `json:"since"`
	Opened     *time.Time `json:"opened,omitempty"`
	LastOpened *time.Time `json:"lastOpened,omitempty"`
	Locked     bool       `json:"locked"`
	Left       bool       `json:"left"`
	Act        string     `json:"act"`
}

// targetView is to whom something is given: {"kind":"cohort","id":"5EB","profiles":["eleve"]}.
type targetView struct {
	Kind     string   `json:"kind"`
	ID       string   `json:"id,omitempty"`
	Profiles []string `json:"profiles,omitempty"`
}

// figuresView are what a plan does to one resource.
type figuresView struct {
	Resource string       `json:"resource"`
	Gets     int64        `json:"gets"`
	Has      int64        `json:"has"`
	Loses    int64        `json:"loses"`
	Lacks    int64        `json:"lacks"`
	Cannot   int64        `json:"cannot"`
	Short    int64        `json:"short"`
	Before   countersView `json:"before"`
	After    countersView `json:"after"`
}

// outcomeView is what becomes of one person and one resource.
type outcomeView struct {
	Resource   string `json:"resource"`
	Identifier string `json:"identifier"`
	Verdict    string `json:"verdict"`
	Why        string `json:"why,omitempty"`
	SiteWide   bool   `json:"siteWide,omitempty"`
}

// planView is what an order would do.
type planView struct {
	Hash     string        `json:"hash"`
	Figures  []figuresView `json:"figures"`
	Targets  []targetView  `json:"targets"`
	Outcomes []outcomeView `json:"outcomes"`
	Families []familyView  `json:"families,omitempty"` // of a plan that is looked at
}

// familyView is a mother of family that not all who are to have one of its books have been given.
type familyView struct {
	Resource string `json:"resource"`
	Title    string `json:"title"`
	Gets     int64  `json:"gets"`
}

// views names things as programs do.
type views struct {
	roll    *licensing.Roll
	arks    map[catalogue.ResourceID]string
	cohorts map[string]directory.Cohort
}

func viewsOf(roll *licensing.Roll) views {
	v := views{roll, map[catalogue.ResourceID]string{}, map[string]directory.Cohort{}}
	for _, w := range roll.Works {
		v.arks[w.ID] = string(w.ARK)
	}
	for _, c := range roll.Cohorts {
		v.cohorts[string(c.ID)] = c
	}
	return v
}

func (v views) identifier(id directory.PersonID) string {
	p, _ := v.roll.Named(id)
	return p.External
}

func (v views) person(p licensing.Enrolled) personView {
	return personView{p.External, p.Name.Family, p.Name.Given, p.Class, words(p.Profiles)}
}

func (v views) target(t licensing.Target) targetView {
	out := targetView{Kind: string(t.Kind), Profiles: words(t.Profiles)}
	switch t.Kind {
	case licensing.Cohort:
		out.ID = v.cohorts[t.ID].Code
	case licensing.Person:
		out.ID = v.identifier(directory.PersonID(t.ID))
	}
	return out
}

func (v views) given(list []licensing.GivenTarget) []targetView {
	out := make([]targetView, len(list))
	for i, g := range list {
		out[i] = v.target(g.Target)
	}
	return out
}

func (v views) figures(f licensing.Figures) figuresView {
	return figuresView{v.arks[f.Resource], f.Gets, f.Has, f.Loses, f.Lacks, f.Cannot, f.Short, counters(f.Before, f.PortionsBefore), counters(f.After, f.PortionsAfter)}
}

func (v views) outcomes(list []licensing.Outcome) []outcomeView {
	out := make([]outcomeView, len(list))
	for i, o := range list {
		out[i] = outcomeView{v.arks[o.Resource], v.identifier(o.Person), string(o.Verdict), string(o.Why), o.SiteWide}
	}
	return out
}

func (v views) plan(p licensing.Plan) planView {
	out := planView{Hash: p.Hash, Targets: v.given(p.Targets), Outcomes: v.outcomes(p.Outcomes), Figures: []figuresView{}}
	for _, f := range p.Figures {
		out.Figures = append(out.Figures, v.figures(f))
	}
	return out
}

func (v views) families(list []licensing.Ungiven) []familyView {
	var out []familyView
	for _, one := range list {
		for _, w := range v.roll.Works {
			if w.ID == one.Order.Resources[0] {
				out = append(out, familyView{string(w.ARK), w.Title, one.Gets})
			}
		}
	}
	return out
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// instant is a time that may be none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
