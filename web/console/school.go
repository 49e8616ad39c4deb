package console

import (
	"net/http"
	"slices"

	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
)

// path is a page of a school's console.
func (at site) path(below string) string {
	return web.ConsolePath + "/" + string(at.school.UAI) + below
}

// path is a page of a resource.
func (d desk) path(below string) string {
	return d.site.path("/ressources/" + string(d.stock.Resource) + below)
}

// shell begins a page of a school's console.
func (c *Room) shell(r *http.Request, at site) look.Shell {
	s := c.House.Site.Shell(r)
	s.Parent = s.T("web.space.console")
	s.Airy = false
	s.Styles, s.Scripts = []string{"console.css"}, []string{"console.js"}
	s.School = &look.School{Code: string(at.school.UAI), Name: at.school.Name, Town: at.school.Town}
	if len(at.reader.Manages) > 1 {
		s.School.Href = web.ConsolePath
	}
	s.Nav = []look.Link{
		{Text: s.T("console.nav.home"), Href: at.path(""), Current: r.URL.Path == at.path("")},
		{Text: s.T("console.nav.resources"), Href: at.path("/ressources"), Current: r.URL.Path != at.path("")},
	}
	return s
}

// crumbs is the path to a page of a resource, or to the list of resources.
func (at site) crumbs(s *look.Shell, more ...look.Link) []look.Link {
	path := append([]look.Link{{Text: s.T("console.crumb.home"), Href: at.path("")}, {Text: s.T("console.crumb.resources"), Href: at.path("/ressources")}}, more...)
	path[len(path)-1].Current = true
	return path
}

// steps are the three of giving; done ones lead back.
func (d desk) steps(s *look.Shell, now int) []look.Step {
	list := []look.Step{
		{Text: s.T("console.step.resource"), Href: d.site.path("/ressources")},
		{Text: s.T("console.step.population"), Href: d.path("/population")},
		{Text: s.T("console.step.plan")},
	}
	for i := range list {
		list[i].Done, list[i].Current = i < now, i == now
	}
	return list
}

// schoolsPage lists the manager's schools.
type schoolsPage struct {
	look.Shell
	Schools []directory.School
	Paths   []string
}

// schools shows the manager's schools, or goes straight to the only one.
func (c *Room) schools(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	switch len(reader.Manages) {
	case 0:
		return c.notForYou(w, r, reader)
	case 1:
		http.Redirect(w, r, site{reader, reader.Manages[0]}.path(""), http.StatusSeeOther)
		return nil
	}
	p := &schoolsPage{Shell: c.House.Site.Shell(r), Schools: reader.Manages}
	p.Title, p.Parent, p.Lead = p.T("console.schools.title"), p.T("web.space.console"), p.T("console.schools.lead")
	p.Styles = []string{"console.css"}
	for _, school := range reader.Manages {
		p.Paths = append(p.Paths, site{reader, school}.path(""))
	}
	return c.pages.schools.Send(w, r, http.StatusOK, p)
}

// notForYou says whom to ask, to somebody who manages no school.
func (c *Room) notForYou(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	p := &web.Closed{Shell: c.House.Site.Shell(r)}
	p.Title, p.Why = p.T("console.denied.title"), reader.You(&p.Shell, "console.denied.why.")
	p.Do = look.Link{Text: p.T("web.space.desk.go"), Href: web.DeskPath}
	var err error
	if p.Ask, err = c.House.Ask(r.Context(), &p.Shell, reader); err != nil {
		return err
	}
	return c.House.SendClosed(w, r, http.StatusForbidden, p)
}

// homePage is the way into the methods that there are, and what runs short.
type homePage struct {
	look.Shell
	Ways  []way
	Short []shortStock
	Count int
}

// way is one method.
type way struct{ Text, Note, Href, Icon string }

// shortStock is a resource of which few copies are left.
type shortStock struct {
	Title, Href, Left string
	Of                int64
	Share             int
	None              bool
}

func (c *Room) home(w http.ResponseWriter, r *http.Request, at site) error {
	stocks, err := c.Copies.ListStock(r.Context(), at.school.ID)
	if err != nil {
		return err
	}
	p := &homePage{Shell: c.shell(r, at), Count: len(stocks)}
	p.Title, p.Lead = at.school.Label(), at.school.Town
	p.Ways = []way{{p.T("console.nav.resources"), p.T("console.way.resources"), at.path("/ressources"), "book-open"}}
	for _, stock := range stocks {
		n := stock.Counters.Available
		if percent, counted := share(stock.Counters); counted && scarce(n, stock.Counters.Total) {
			d := desk{site: at, stock: stock}
			p.Short = append(p.Short, shortStock{stock.Title, d.path("/attributions"), p.T("console.short.left", "n", n), stock.Counters.Total, percent, n == 0})
		}
	}
	slices.SortStableFunc(p.Short, func(a, b shortStock) int { return b.Share - a.Share })
	p.Short = p.Short[:min(len(p.Short), 8)]
	return c.pages.home.Send(w, r, http.StatusOK, p)
}

// cohorts are a school's classes and groups by their id.
type cohorts map[directory.CohortID]directory.Cohort

func byID(list []directory.Cohort) cohorts {
	m := make(cohorts, len(list))
	for _, c := range list {
		m[c.ID] = c
	}
	return m
}

// label says a target: « 5e B », « Tout l’établissement », with its public where it is narrowed to one that is not the pupils.
func (m cohorts) label(s *look.Shell, t licensing.Target) string {
	name := s.T("console.target.school")
	switch t.Kind {
	case licensing.Person:
		return s.T("console.target.person")
	case licensing.Cohort:
		c, ok := m[directory.CohortID(t.ID)]
		if name = c.Label; !ok {
			name = s.T("console.target.gone")
		}
	}
	if len(t.Profiles) == 0 {
		return name
	}
	public := ""
	for i, p := range t.Profiles {
		if i > 0 {
			public += ", "
		}
		public += s.T("console.public." + string(p))
	}
	return s.T("console.target.public", "name", name, "public", public)
}
