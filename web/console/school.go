package console

import (
	"net/http"
	"strings"

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
	if len(at.reader.Assigns()) > 1 {
		s.School.Href = web.ConsolePath
	}
	s.Follow = c.following(r, at, &s)
	s.Messages, s.Toasts = s.Toasts, nil // what was just done stays to be read, and covers no row
	here := strings.TrimPrefix(r.URL.Path, at.path(""))
	back := strings.HasPrefix(here, takePath) || strings.HasSuffix(here, "/attributions") || strings.HasSuffix(here, "/reprise") || strings.HasSuffix(here, "/reprendre")
	asked := strings.HasPrefix(here, suggestPath)
	past := strings.HasPrefix(here, historyPath) || here == doublesPath
	s.Nav = []look.Link{
		{Text: s.T("console.nav.home"), Href: at.path(""), Current: here == ""},
		{Text: s.T("console.nav.resources"), Href: at.path(givePath), Current: strings.HasPrefix(here, givePath) && !back},
		{Text: s.T("console.nav.population"), Href: at.path(crowdPath), Current: strings.HasPrefix(here, crowdPath)},
		{Text: s.T("console.nav.families"), Href: at.path(familiesPath), Current: strings.HasPrefix(here, familiesPath)},
		{Text: s.T("console.nav.take"), Href: at.path(takePath), Current: back},
	}
	if c.Suggestions != nil {
		s.Nav = append(s.Nav, look.Link{Text: s.T("console.nav.suggestions"), Href: at.path(suggestPath), Count: int(at.waits), Current: asked})
	}
	if c.Rules != nil {
		s.Nav = append(s.Nav, look.Link{Text: s.T("console.nav.rules"), Href: at.path(rulesPath), Current: strings.HasPrefix(here, rulesPath)})
	}
	s.Nav = append(s.Nav, look.Link{Text: s.T("console.nav.history"), Href: at.path(historyPath), Current: past})
	s.Nav = c.menu(at, append(s.Nav, look.Link{Text: s.T("console.nav.delegates"), Href: at.path(delegatesPath), Current: strings.HasPrefix(here, delegatesPath)}))
	if at.mandate != nil {
		s.Messages = append(s.Messages, at.terms(&s, c.known(r, at)))
	}
	return s
}

// The two methods, each with its own list of resources.
const (
	givePath = "/ressources"
	takePath = "/recuperation"
)

// crumbs is the path to a page of a resource, or to a list of resources.
func (at site) crumbs(s *look.Shell, list string, more ...look.Link) []look.Link {
	path := append([]look.Link{{Text: s.T("console.crumb.home"), Href: at.path("")}, {Text: s.T("console.crumb.resources"), Href: at.path(list)}}, more...)
	path[len(path)-1].Current = true
	return path
}

// steps are the three of giving; done ones lead back.
func (d desk) steps(s *look.Shell, now int) []look.Step {
	return stepping(now, look.Step{Text: s.T("console.step.resource"), Href: d.site.path(givePath)},
		look.Step{Text: s.T("console.step.population"), Href: d.path("/population")}, look.Step{Text: s.T("console.step.plan")})
}

// stepping marks which of a method's steps is the present one.
func stepping(now int, list ...look.Step) []look.Step {
	for i := range list {
		list[i].Done, list[i].Current = i < now, i == now
	}
	return list
}

// pathTo is a path as far as one of its pages, the present one.
func pathTo(now int, path ...look.Link) []look.Link {
	path = path[:now+1]
	path[now].Current = true
	return path
}

// schoolsPage lists the manager's schools.
type schoolsPage struct {
	look.Shell
	Schools []directory.School
	Paths   []string
}

// schools shows the manager's schools, or goes straight to the only one.
func (c *Room) schools(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	assigns := reader.Assigns()
	switch len(assigns) {
	case 0:
		return c.notForYou(w, r, reader)
	case 1:
		http.Redirect(w, r, site{school: assigns[0]}.path(""), http.StatusSeeOther)
		return nil
	}
	p := &schoolsPage{Shell: c.House.Site.Shell(r), Schools: assigns}
	p.Title, p.Parent, p.Lead = p.T("console.schools.title"), p.T("web.space.console"), p.T("console.schools.lead")
	p.Styles = []string{"console.css"}
	for _, school := range assigns {
		p.Paths = append(p.Paths, site{school: school}.path(""))
	}
	return c.pages.schools.Send(w, r, http.StatusOK, p)
}

// notForYou says whom to ask, to somebody who manages no school, or not yet.
func (c *Room) notForYou(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
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
func (c *Room) notYet(w http.ResponseWriter, r *http.Request, reader *web.Reader, school directory.School, p *web.Closed) error {
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

// cohorts are a school's classes and groups by their id.
type cohorts map[directory.CohortID]directory.Cohort

func byID(list []directory.Cohort) cohorts {
	m := make(cohorts, len(list))
	for _, c := range list {
		m[c.ID] = c
	}
	return m
}

// label says a target within a sentence: « 5e B », « les enseignants de 5e B », « tous les élèves », « tout l’établissement ».
func (m cohorts) label(s *look.Shell, t licensing.Target) string {
	if t.Kind == licensing.Person {
		return s.T("console.target.person")
	}
	public := ""
	for i, p := range t.Profiles {
		if i > 0 {
			public += ", "
		}
		public += s.T("console.public." + string(p))
	}
	if t.Kind == licensing.WholeSchool {
		if public == "" {
			return s.T("console.target.everybody")
		}
		return s.T("console.target.all", "public", public)
	}
	name := s.T("console.target.gone")
	if c, ok := m[directory.CohortID(t.ID)]; ok {
		name = c.Label
	}
	if public == "" || len(t.Profiles) == 1 && t.Profiles[0] == directory.Pupil {
		return name
	}
	return s.T("console.target.public", "name", name, "public", public)
}
