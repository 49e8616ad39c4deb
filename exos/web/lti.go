package web

import (
	"fmt"
	"net/http"
	"net/url"

	"pupitre/exos/lti"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

var _ lti.Pages = (*Room)(nil)

// windowPage stands in a platform's frame: what it opens has a window of its own.
type windowPage struct {
	look.Shell
	Platform string
	Href     string
}

// Window implements lti.Pages.
func (room *Room) Window(w http.ResponseWriter, r *http.Request, platform, href string) error {
	p := &windowPage{room.Site.Shell(r), platform, href}
	p.Title, p.Bare = p.T("exoslti.window.title"), true
	return room.window.Send(w, r, http.StatusOK, p)
}

// choosePage is where a teacher picks what a link of their platform opens.
type choosePage struct {
	look.Shell
	lti.Choice
	Kind  string // of the boxes: checkbox, or radio where one thing may be picked
	Shelf []choosable
	Few   bool // all of them are open
	Empty look.Empty
}

type choosable struct {
	Value, Title string
	Sections     []choosableSection
}

type choosableSection struct {
	Title string
	Lines []pick
}

// Choose implements lti.Pages.
func (room *Room) Choose(w http.ResponseWriter, r *http.Request, c lti.Choice) error {
	r = sitDown(r, c.Visitor)
	p := &choosePage{Shell: room.Site.Shell(r), Choice: c, Kind: "radio"}
	p.Title, p.Lead = p.T("exoslti.choose.title"), p.T("exoslti.choose.lead", "name", c.Platform)
	if c.Many {
		p.Kind = "checkbox"
	}
	for _, m := range c.Modules {
		one := choosable{Value: string(m.Module), Title: m.Title}
		for _, chapter := range m.Sections {
			section := choosableSection{Title: chapter.Title}
			for _, e := range chapter.Entries {
				section.Lines = append(section.Lines, pick{
					Value: string(m.Module) + "/" + string(e.Exercise), Text: p.T("exosweb.exercise.named", "n", e.Number, "title", e.Title),
				})
			}
			one.Sections = append(one.Sections, section)
		}
		p.Shelf = append(p.Shelf, one)
	}
	p.Few = len(p.Shelf) <= 2
	p.Empty = room.nothing(&p.Shell, c.Visitor)
	return room.choosing.Send(w, r, http.StatusOK, p)
}

// postPage takes the browser on to another site by itself.
type postPage struct {
	look.Shell
	Action, Name, Value string
}

// Post implements lti.Pages.
func (room *Room) Post(w http.ResponseWriter, r *http.Request, platform, action, name, value string) error {
	to, err := url.Parse(action)
	if err != nil {
		return fmt.Errorf("post to a platform: %w", err)
	}
	p := &postPage{room.Site.Shell(r), action, name, value}
	p.Title, p.Lead, p.Bare = p.T("exoslti.post.title", "name", platform), p.T("exoslti.post.lead"), true
	// Some browsers hold the policy against every redirection that follows, which is the platform's affair.
	httpx.AllowSource(w, httpx.FormAction, "https:", to.Scheme+"://"+to.Host)
	return room.posting.Send(w, r, http.StatusOK, p)
}
