package hall

import (
	"net/http"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
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
type schoolPage = func(w http.ResponseWriter, r *http.Request, at Site) error

// In is a page for the school's managers alone; Within one for its delegates too, in their scope; Governing one for its head too.
func (c *Hall) In(page schoolPage) httpx.Handler        { return c.enter(managers, page) }
func (c *Hall) Within(page schoolPage) httpx.Handler    { return c.enter(delegates, page) }
func (c *Hall) Governing(page schoolPage) httpx.Handler { return c.enter(heads, page) }

// On is a page of a resource for managers alone.
func (c *Hall) On(page func(w http.ResponseWriter, r *http.Request, at Desk) error) httpx.Handler {
	return c.In(c.resource(page))
}

// OnWithin is a page of a resource for delegates too.
func (c *Hall) OnWithin(page func(w http.ResponseWriter, r *http.Request, at Desk) error) httpx.Handler {
	return c.Within(c.resource(page))
}

// notDelegates says of a page that it is the managers', why, and whom to ask.
func (c *Hall) notDelegates(w http.ResponseWriter, r *http.Request, at Site) error {
	p := &web.Closed{Shell: c.Shell(r, at)}
	kind := "page"
	if strings.HasPrefix(r.URL.Path, at.Path(RulesPath)) || strings.HasSuffix(r.URL.Path, StandPath) {
		kind = "rules"
	}
	p.Title, p.Why = p.T("console.delegate.closed."+kind+".title"), p.T("console.delegate.closed."+kind)
	p.Do = look.Link{Text: p.T("console.delegate.closed.back"), Href: at.Path("")}
	var err error
	if p.Ask, err = c.AskManagers(r, &p.Shell, at); err != nil {
		return err
	}
	return c.House.SendClosed(w, r, http.StatusForbidden, p)
}

// AskManagers sends the reader to the school's managers: by name where there are some.
func (c *Hall) AskManagers(r *http.Request, s *look.Shell, at Site) (string, error) {
	whom, err := c.House.WhomToAsk(r.Context(), s, at.School.ID)
	if err != nil || whom == "" {
		return s.T("web.ask.nobody.vous"), err
	}
	return s.T("web.ask.somebody.vous", "whom", whom), nil
}

// enter finds the school of the address among those of the reader. A school of somebody else's looks like one that does not exist.
func (c *Hall) enter(who access, page schoolPage) httpx.Handler {
	return c.House.For(func(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
		is := func(school directory.School) bool { return string(school.UAI) == r.PathValue("uai") }
		if i := slices.IndexFunc(reader.Manages, is); i >= 0 {
			return c.open(w, r, page, Site{Reader: reader, School: reader.Manages[i]})
		}
		if who == heads && reader.Heads && is(reader.School()) {
			return page(w, r, Site{Reader: reader, School: reader.School()})
		}
		for _, d := range reader.Delegated {
			if !is(d.School) {
				continue
			}
			if who != delegates {
				page = c.notDelegates
			}
			return c.open(w, r, page, Site{Reader: reader, School: d.School, Mandate: &d.Mandate})
		}
		if len(reader.Assigns()) == 0 {
			return c.NotForYou(w, r, reader)
		}
		return errSchool
	})
}

// open shows a page to somebody who assigns copies, beside how many suggestions wait for their answer.
func (c *Hall) open(w http.ResponseWriter, r *http.Request, page schoolPage, at Site) (err error) {
	if at.Waits, err = c.waiting(r, at); err != nil {
		return err
	}
	return page(w, r, at)
}

// Scope is the classes and groups that a delegate is held to; nil where the whole school is open.
func (at Site) Scope() []directory.CohortID {
	if at.Mandate == nil || len(at.Mandate.Cohorts) == 0 {
		return nil
	}
	return at.Mandate.Cohorts
}

// Own is the key of a sentence about the whole population, or of the one about all of a delegate's scope; key ends in a dot.
func (at Site) Own(key string) string {
	if at.Scope() == nil {
		return key + "school"
	}
	return key + "delegate"
}

// Everybody are the targets that take in all whom the reader may give to, or take from: the school, or the classes and groups of a
// delegate's scope. Classes that are gone are left out.
func (at Site) Everybody(labels Cohorts, profiles ...directory.Profile) Selection {
	if at.Scope() == nil {
		return Selection{licensing.ToSchool(profiles...)}
	}
	var all Selection
	for _, id := range at.Scope() {
		if _, ok := labels[id]; ok {
			all = all.With(licensing.ToCohort(id, profiles...))
		}
	}
	return all
}

// Allows reports whether a resource is open to the reader here.
func (at Site) Allows(id catalogue.ResourceID) bool {
	return at.Mandate == nil || at.Mandate.Allows(id)
}

// Choosable reports whether the reader may choose a target: the classes and groups of the labels, and the school unless a scope is less.
func (at Site) Choosable(labels Cohorts) func(licensing.Target) bool {
	return func(t licensing.Target) bool { return labels.Of(t) && at.Covers(t) }
}

// Covers reports whether a target is, by itself.
func (at Site) Covers(t licensing.Target) bool { return at.Mandate == nil || at.Mandate.Covers(t) }

// Asker is on whose behalf plans are made: a delegate's are held to the mandate.
func (at Site) Asker() directory.PersonID {
	if at.Mandate == nil {
		return ""
	}
	return at.Reader.Person.ID
}

// cohorts leaves out the classes and groups that are not in a delegate's scope.
func (at Site) cohorts(all []directory.Cohort) []directory.Cohort {
	return slices.DeleteFunc(all, func(c directory.Cohort) bool { return !at.Covers(licensing.ToCohort(c.ID)) })
}

// Given lists the targets of the resource's rights that the reader may take back.
func (d Desk) Given() []licensing.GivenTarget {
	return slices.DeleteFunc(slices.Clone(d.Stock.Targets), func(g licensing.GivenTarget) bool { return !d.Covers(g.Target) })
}

// menu leaves of the console's menu what is open to the reader.
func (c *Hall) menu(at Site, all []look.Link) []look.Link {
	open := []string{at.Path(""), at.Path(GivePath), at.Path(CrowdPath), at.Path(FamiliesPath), at.Path(TakePath), at.Path(SuggestPath), at.Path(HistoryPath)}
	switch {
	case at.Mandate != nil:
	case slices.ContainsFunc(at.Reader.Manages, func(s directory.School) bool { return s.ID == at.School.ID }):
		return all
	default: // the head
		open = []string{at.Path(DelegatesPath)}
	}
	return slices.DeleteFunc(all, func(l look.Link) bool { return !slices.Contains(open, l.Href) })
}

// NotForYou says whom to ask, to somebody who manages no school, or not yet.
func (c *Hall) NotForYou(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	p := &web.Closed{Shell: c.House.Site.Shell(r)}
	if school, waits, err := c.House.WaitsIn(r.Context(), reader); err != nil {
		return err
	} else if waits {
		return c.notYet(w, r, reader, school, p)
	}
	p.Title, p.Why = p.T("console.denied.title"), reader.You(&p.Shell, "console.denied.why.")
	p.Do = look.Link{Text: p.T("web.space.desk.go"), Href: web.DeskPath}
	var err error
	if p.Ask, err = c.House.Ask(r.Context(), &p.Shell, reader); err != nil {
		return err
	}
	return c.House.SendClosed(w, r, http.StatusForbidden, p)
}

// notYet says that the head's word is awaited, whose it is, and what to do.
func (c *Hall) notYet(w http.ResponseWriter, r *http.Request, reader *web.Reader, school directory.School, p *web.Closed) error {
	p.Title, p.Why = p.T("console.waits.title"), p.T("console.waits.why", "school", school.Name)
	p.Do = look.Link{Text: p.T("web.space.desk.go"), Href: web.DeskPath}
	head, err := c.House.HeadOf(r.Context(), &p.Shell, school.ID)
	switch {
	case err != nil:
		return err
	case reader.Heads && reader.Session.School == school.ID:
		p.Ask, p.Do = p.T("console.waits.self"), look.Link{Text: p.T("web.head.title"), Href: web.HeadPath}
	case head == "":
		p.Ask = p.T("console.waits.nobody")
	default:
		p.Ask = p.T("console.waits.ask", "whom", head)
	}
	return c.House.SendClosed(w, r, http.StatusForbidden, p)
}

// waiting counts the suggestions that wait for an answer of the reader's.
func (c *Hall) waiting(r *http.Request, at Site) (int64, error) {
	if c.Asked == nil {
		return 0, nil
	}
	return c.Asked.CountSuggestions(r.Context(), at.School.ID, at.Mandate)
}
