package widget

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/mediacentre"
	"pupitre/web"
)

// Room is the frame. Fill it as a struct literal, then Mount it.
type Room struct {
	House   *web.House
	Vouched Vouched
	Desks   Desks
	Portals map[directory.ProjectID]Portal
	Base    string // our address, without a slash at the end
	Now     func() time.Time

	list, refusal *look.Template
}

// Vouched tells whom a portal vouches for, once. federation.Service satisfies it.
type Vouched interface {
	Glimpse(ctx context.Context, g federation.Glimpse) (federation.Presence, error)
}

// Desks is what somebody finds in a school. mediacentre.Service satisfies it.
type Desks interface {
	Desk(ctx context.Context, person directory.PersonID, school directory.SchoolID) (mediacentre.Desk, error)
}

//go:embed *.html dist
var files embed.FS

// Mount registers the frame.
func (d *Room) Mount(mux web.Mux) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	d.House.Site.Add(dist)
	d.list, d.refusal = d.House.Site.Template(files, "list.html", "frame.html"), d.House.Site.Template(files, "refused.html", "frame.html")
	mux.Handle("GET "+web.WidgetPath+"/{project}", d.show)
}

// most is how many resources a frame lists: the rest is one click further.
const most = 24

// listPage is somebody's resources.
type listPage struct {
	look.Shell
	Console   look.Link
	Resources []resource
	More      look.Link
	Nothing   string
}

// resource is one of them.
type resource struct {
	look.Link
	By    string // its publisher
	Cover look.Cover
}

func (d *Room) show(w http.ResponseWriter, r *http.Request) error {
	project := directory.ProjectID(r.PathValue("project"))
	portal, ok := d.Portals[project]
	if !ok {
		return fault.New(fault.NotFound, "widget.portal.none", "project", string(project))
	}
	httpx.Private(w)
	httpx.AllowSource(w, httpx.FrameAncestors, portal.Origins...)
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin") // a portal may ask it of its frames (COEP); who may frame us is said above
	if r.Method != http.MethodGet || httpx.LooksAhead(r) {
		return d.refuse(w, r, fault.New(fault.Denied, "widget.link.ahead")) // the link is kept for whoever means it
	}
	g, err := portal.read(r.FormValue("lien"), project, d.Base, d.Now())
	if err != nil {
		return d.refuse(w, r, err)
	}
	presence, err := d.Vouched.Glimpse(r.Context(), g)
	if err != nil {
		return d.refuse(w, r, err)
	}
	event := httpx.Event(r.Context())
	event.Set("person", string(presence.Person.ID))
	event.Set("school", string(presence.Session.School))
	return d.draw(w, r, presence)
}

func (d *Room) draw(w http.ResponseWriter, r *http.Request, presence federation.Presence) error {
	reader, err := d.House.Reader(r.Context(), presence)
	if err != nil {
		return err
	}
	desk, err := d.Desks.Desk(r.Context(), presence.Person.ID, presence.Session.School)
	if err != nil {
		return err
	}
	project, school := presence.Session.Project, reader.School()
	p := &listPage{Shell: d.shell(r, "widget.title")}
	if len(reader.Assigns()) > 0 {
		p.Console = look.Link{Text: p.T("widget.console"), Href: federation.SignInPath(web.ConsolePath, project), Icon: "clipboard-list"}
	}
	n := 0
	for i := range desk.Cards {
		c := &desk.Cards[i]
		if !c.Openable || !c.Resource.Shown {
			continue
		}
		if n++; n > most {
			continue
		}
		p.Resources = append(p.Resources, resource{
			look.Link{Text: c.Resource.Title, Href: federation.SignInPath(opens(project, school.UAI, string(c.Resource.ARK)), project)}, c.Resource.Publisher.Name,
			look.Cover{ID: string(c.Resource.ARK), Level: web.CoverLevel(c.Resource)},
		})
	}
	p.More = look.Link{Text: p.T("widget.all", "n", n), Href: federation.SignInPath(web.DeskPath, project)}
	if n == 0 {
		p.Nothing, p.More.Text = reader.You(&p.Shell, "widget.nothing."), p.T("widget.desk")
	}
	return d.list.Send(w, r, http.StatusOK, p)
}

// opens is the link by which portals open a resource (web/desk), which moves the session to the school.
func opens(project directory.ProjectID, uai directory.UAI, ark string) string {
	return web.PortalLinkPath + "?" + url.Values{"idENT": {string(project)}, "idEtab": {string(uai)}, "idRessource": {ark}}.Encode()
}

func (d *Room) shell(r *http.Request, title string) look.Shell {
	s := d.House.Site.Shell(r)
	s.Title, s.Bare, s.Airy, s.Styles = s.T(title), true, true, []string{"widget.css"}
	s.Toasts = nil // what a page of ours left for the next is not for a frame
	return s
}

// refusedPage says why there is no list.
type refusedPage struct {
	look.Shell
	Why  string
	Desk look.Link
}

// refuse shows what is wrong in the frame; what is not the link's fault goes the way of all failures.
func (d *Room) refuse(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.Denied) && !fault.Is(err, fault.Invalid) {
		return err
	}
	httpx.Event(r.Context()).Set("refused", fault.CodeOf(err))
	p := &refusedPage{Shell: d.shell(r, "widget.refused")}
	p.Why = p.T(fault.CodeOf(err), fault.ParamsOf(err)...)
	p.Desk = look.Link{Text: p.T("widget.desk"), Href: federation.SignInPath(web.DeskPath, directory.ProjectID(r.PathValue("project")))}
	return d.refusal.Send(w, r, http.StatusForbidden, p)
}
