package hall

import (
	"net/http"
	"net/url"
	"strings"

	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web"
)

func (at Site) ActPath(act journal.ActID) string {
	return at.Path(HistoryPath + "/" + url.PathEscape(string(act)))
}

// PastPath is the history of a person's copies.
func (at Site) PastPath(person directory.PersonID) string {
	return at.Path(HistoryPath + "?" + url.Values{"personne": {string(person)}}.Encode())
}

// UndoPath is where an act's undo is planned; "" for an act that was none.
func (at Site) UndoPath(act journal.ActID) string {
	if act == "" {
		return ""
	}
	return at.Path(UndoBelow(act))
}

// UndoBelow is UndoPath below a school's address.
func UndoBelow(act journal.ActID) string {
	return HistoryPath + "/" + url.PathEscape(string(act)) + "/annuler"
}

// Path is a page of a school's console.
func (at Site) Path(below string) string {
	return web.ConsolePath + "/" + string(at.School.UAI) + below
}

// Path is a page of a resource.
func (d Desk) Path(below string) string {
	return d.Site.Path("/ressources/" + string(d.Stock.Resource) + below)
}

// Shell begins a page of a school's console.
func (c *Hall) Shell(r *http.Request, at Site) look.Shell {
	s := c.House.Site.Shell(r)
	s.Parent = s.T("web.space.console")
	s.Airy = false
	s.Styles, s.Scripts = []string{"console.css"}, []string{"console.js"}
	s.School = &look.School{Code: string(at.School.UAI), Name: at.School.Name, Town: at.School.Town}
	if len(at.Reader.Assigns()) > 1 {
		s.School.Href = web.ConsolePath
	}
	s.Follow = c.following(r, at, &s)
	s.Messages, s.Toasts = s.Toasts, nil // what was just done stays to be read, and covers no row
	here := strings.TrimPrefix(r.URL.Path, at.Path(""))
	back := strings.HasPrefix(here, TakePath) || strings.HasSuffix(here, "/attributions") || strings.HasSuffix(here, "/reprise") || strings.HasSuffix(here, "/reprendre")
	asked := strings.HasPrefix(here, SuggestPath)
	past := strings.HasPrefix(here, HistoryPath) || here == DoublesPath
	s.Nav = []look.Link{
		{Text: s.T("console.nav.home"), Href: at.Path(""), Current: here == ""},
		{Text: s.T("console.nav.resources"), Href: at.Path(GivePath), Current: strings.HasPrefix(here, GivePath) && !back},
		{Text: s.T("console.nav.population"), Href: at.Path(CrowdPath), Current: strings.HasPrefix(here, CrowdPath)},
		{Text: s.T("console.nav.families"), Href: at.Path(FamiliesPath), Current: strings.HasPrefix(here, FamiliesPath)},
		{Text: s.T("console.nav.take"), Href: at.Path(TakePath), Current: back},
	}
	if c.Asked != nil {
		s.Nav = append(s.Nav, look.Link{Text: s.T("console.nav.suggestions"), Href: at.Path(SuggestPath), Count: int(at.Waits), Figure: "asked", Current: asked})
	}
	if c.Suspending != nil {
		s.Nav = append(s.Nav, look.Link{Text: s.T("console.nav.rules"), Href: at.Path(RulesPath), Current: strings.HasPrefix(here, RulesPath)})
	}
	s.Nav = append(s.Nav, look.Link{Text: s.T("console.nav.history"), Href: at.Path(HistoryPath), Current: past})
	s.Nav = c.menu(at, append(s.Nav, look.Link{Text: s.T("console.nav.delegates"), Href: at.Path(DelegatesPath), Current: strings.HasPrefix(here, DelegatesPath)}))
	if at.Mandate != nil {
		s.Messages = append(s.Messages, at.terms(&s, c.known(r, at)))
	}
	return s
}

// Crumbs is the path to a page of a resource, or to a list of resources.
func (at Site) Crumbs(s *look.Shell, list string, more ...look.Link) []look.Link {
	path := append([]look.Link{{Text: s.T("console.crumb.home"), Href: at.Path("")}, {Text: s.T("console.crumb.resources"), Href: at.Path(list)}}, more...)
	path[len(path)-1].Current = true
	return path
}

// Stepping marks which of a method's steps is the present one.
func Stepping(now int, list ...look.Step) []look.Step {
	for i := range list {
		list[i].Done, list[i].Current = i < now, i == now
	}
	return list
}

// PathTo is a path as far as one of its pages, the present one.
func PathTo(now int, path ...look.Link) []look.Link {
	path = path[:now+1]
	path[now].Current = true
	return path
}

// UndoLink leads from what was done to its undo; nowhere for a delegate.
func (at Site) UndoLink(s *look.Shell, done licensing.Applied) look.Link {
	text := s.T("console.done.ungive")
	if done.Plan.Order.Take {
		text = s.T("console.done.unback")
	}
	return look.Link{Text: text, Href: at.UndoPath(done.Act)}
}
