package console

import (
	"net/http"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
)

// access says who comes to a page of a school's console. Nobody else does: this is the one place that decides.
type access int

const (
	managers  access = iota // the school's assignment managers
	delegates               // and its delegates, who see their scope only
	heads                   // the school's assignment managers, and its head
)

// schoolPage is a page of one school.
type schoolPage = func(w http.ResponseWriter, r *http.Request, at site) error

// in is a page for the school's managers alone; within one for its delegates too, in their scope; governing one for its head too.
func (c *Room) in(page schoolPage) httpx.Handler        { return c.enter(managers, page) }
func (c *Room) within(page schoolPage) httpx.Handler    { return c.enter(delegates, page) }
func (c *Room) governing(page schoolPage) httpx.Handler { return c.enter(heads, page) }

// on is a page of a resource for managers alone.
func (c *Room) on(page func(w http.ResponseWriter, r *http.Request, at desk) error) httpx.Handler {
	return c.in(c.resource(page))
}

// onWithin is a page of a resource for delegates too.
func (c *Room) onWithin(page func(w http.ResponseWriter, r *http.Request, at desk) error) httpx.Handler {
	return c.within(c.resource(page))
}

// errDelegate closes to a delegate a stream that is the managers'.
var errDelegate = fault.New(fault.Denied, "console.delegate.closed")

// notDelegates says of a page that it is the managers', why, and whom to ask.
func (c *Room) notDelegates(w http.ResponseWriter, r *http.Request, at site) error {
	p := &web.Closed{Shell: c.shell(r, at)}
	kind := "page"
	if strings.HasPrefix(r.URL.Path, at.path(rulesPath)) || strings.HasSuffix(r.URL.Path, standPath) {
		kind = "rules"
	}
	p.Title, p.Why = p.T("console.delegate.closed."+kind+".title"), p.T("console.delegate.closed."+kind)
	p.Do = look.Link{Text: p.T("console.delegate.closed.back"), Href: at.path("")}
	var err error
	if p.Ask, err = c.askManagers(r, &p.Shell, at); err != nil {
		return err
	}
	return c.House.SendClosed(w, r, http.StatusForbidden, p)
}

// askManagers sends the reader to the school's managers: by name where there are some.
func (c *Room) askManagers(r *http.Request, s *look.Shell, at site) (string, error) {
	whom, err := c.House.WhomToAsk(r.Context(), s, at.school.ID)
	if err != nil || whom == "" {
		return s.T("web.ask.nobody.vous"), err
	}
	return s.T("web.ask.somebody.vous", "whom", whom), nil
}

// enter finds the school of the address among those of the reader. A school of somebody else's looks like one that does not exist.
func (c *Room) enter(who access, page schoolPage) httpx.Handler {
	return c.House.For(func(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
		is := func(school directory.School) bool { return string(school.UAI) == r.PathValue("uai") }
		if i := slices.IndexFunc(reader.Manages, is); i >= 0 {
			return c.open(w, r, page, site{reader: reader, school: reader.Manages[i]})
		}
		if who == heads && reader.Heads && is(reader.School()) {
			return page(w, r, site{reader: reader, school: reader.School()})
		}
		for _, d := range reader.Delegated {
			if !is(d.School) {
				continue
			}
			if who != delegates {
				page = c.notDelegates
			}
			return c.open(w, r, page, site{reader: reader, school: d.School, mandate: &d.Mandate})
		}
		if len(reader.Assigns()) == 0 {
			return c.notForYou(w, r, reader)
		}
		return errSchool
	})
}

// open shows a page to somebody who assigns copies, beside how many suggestions wait for their answer.
func (c *Room) open(w http.ResponseWriter, r *http.Request, page schoolPage, at site) (err error) {
	if at.waits, err = c.waiting(r, at); err != nil {
		return err
	}
	return page(w, r, at)
}

// scope is the classes and groups that a delegate is held to; nil where the whole school is open.
func (at site) scope() []directory.CohortID {
	if at.mandate == nil || len(at.mandate.Cohorts) == 0 {
		return nil
	}
	return at.mandate.Cohorts
}

// own is the key of a sentence about the whole population, or of the one about all of a delegate's scope; key ends in a dot.
func (at site) own(key string) string {
	if at.scope() == nil {
		return key + "school"
	}
	return key + "delegate"
}

// everybody are the targets that take in all whom the reader may give to, or take from: the school, or the classes and groups of a
// delegate's scope. Classes that are gone are left out.
func (at site) everybody(labels cohorts, profiles ...directory.Profile) selection {
	if at.scope() == nil {
		return selection{licensing.ToSchool(profiles...)}
	}
	var all selection
	for _, id := range at.scope() {
		if _, ok := labels[id]; ok {
			all = all.with(licensing.ToCohort(id, profiles...))
		}
	}
	return all
}

// allows reports whether a resource is open to the reader here.
func (at site) allows(id catalogue.ResourceID) bool {
	return at.mandate == nil || at.mandate.Allows(id)
}

// choosable reports whether the reader may choose a target: the classes and groups of the labels, and the school unless a scope is less.
func (at site) choosable(labels cohorts) func(licensing.Target) bool {
	return func(t licensing.Target) bool { return labels.of(t) && at.covers(t) }
}

// covers reports whether a target is, by itself.
func (at site) covers(t licensing.Target) bool { return at.mandate == nil || at.mandate.Covers(t) }

// asker is on whose behalf plans are made: a delegate's are held to the mandate.
func (at site) asker() directory.PersonID {
	if at.mandate == nil {
		return ""
	}
	return at.reader.Person.ID
}

// stock leaves out the resources that are not in a delegate's scope.
func (at site) stock(all []licensing.Stock) []licensing.Stock {
	return slices.DeleteFunc(all, func(s licensing.Stock) bool { return !at.allows(s.Resource) })
}

// cohorts leaves out the classes and groups that are not in a delegate's scope.
func (at site) cohorts(all []directory.Cohort) []directory.Cohort {
	return slices.DeleteFunc(all, func(c directory.Cohort) bool { return !at.covers(licensing.ToCohort(c.ID)) })
}

// given lists the targets of the resource's rights that the reader may take back.
func (d desk) given() []licensing.GivenTarget {
	return slices.DeleteFunc(slices.Clone(d.stock.Targets), func(g licensing.GivenTarget) bool { return !d.covers(g.Target) })
}

// menu leaves of the console's menu what is open to the reader.
func (c *Room) menu(at site, all []look.Link) []look.Link {
	open := []string{at.path(""), at.path(givePath), at.path(crowdPath), at.path(familiesPath), at.path(takePath), at.path(suggestPath), at.path(historyPath)}
	switch {
	case at.mandate != nil:
	case slices.ContainsFunc(at.reader.Manages, func(s directory.School) bool { return s.ID == at.school.ID }):
		return all
	default: // the head
		open = []string{at.path(delegatesPath)}
	}
	return slices.DeleteFunc(all, func(l look.Link) bool { return !slices.Contains(open, l.Href) })
}
