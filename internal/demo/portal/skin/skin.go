// Package skin dresses the demonstration portal: the menu of the user's document (Accueil, Messagerie, … Ressources →
// Médiacentre), the tiles, the sign-in. It draws what internal/demo/portal decides, and decides nothing.
package skin

import (
	"cmp"
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"slices"

	"pupitre/internal/demo/portal"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// Skin draws the portal's pages. Make it with New.
type Skin struct {
	site                        *look.Site
	home, login, out, elsewhere *look.Template
}

var _ portal.Pages = (*Skin)(nil)

//go:embed *.html dist
var files embed.FS

// New parses the pages for a portal of this name.
func New(name string, words *lang.Words) *Skin {
	site := look.New(look.Product{Name: name, Home: "/", Mark: "portal"}, words)
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	site.Add(dist, "portal.css")
	return &Skin{
		site: site, home: site.Template(files, "home.html", "frame.html"), login: site.Template(files, "login.html"),
		out: site.Template(files, "out.html"), elsewhere: site.Template(files, "elsewhere.html", "frame.html"),
	}
}

// Site is the portal's site, for its failure pages.
func (s *Skin) Site() *look.Site { return s.site }

// Mount adds the site's files and the rooms of the menu that a demonstration leaves empty.
func (s *Skin) Mount(mux *httpx.Mux) {
	s.site.Mount(mux)
	mux.Handle("GET /rubrique/{name}", s.room)
}

// page is what every page inside the portal has.
type page struct {
	look.Shell
	Menu  []entry
	Place string // the school of who is signed in
}

// entry is a line of the menu.
type entry struct {
	look.Link
	Under bool // it belongs to the one above
}

// rooms are the document's menu, in its order; the portal's own tiles come after Ressources.
var rooms = []struct{ key, icon string }{
	{"messagerie", "mail"}, {"cahier", "notebook-pen"}, {"classeur", "folder-open"}, {"carnet", "book-marked"},
	{"etablissement", "school"}, {"services", "user-round"}, {"scolarite", "graduation-cap"}, {"publication", "newspaper"},
}

func (s *Skin) page(r *http.Request, current string, tiles []portal.Tile) page {
	p := page{Shell: s.site.Shell(r)}
	add := func(text, href, icon string, under bool) {
		p.Menu = append(p.Menu, entry{look.Link{Text: text, Href: href, Icon: icon, Current: href == current}, under})
	}
	add(p.T("portal.menu.accueil"), "/", "house", false)
	for _, room := range rooms {
		add(p.T("portal.menu."+room.key), "/rubrique/"+room.key, room.icon, false)
	}
	if len(tiles) > 0 {
		add(p.T("portal.menu.ressources"), tiles[0].Address, "library", false)
		add(p.T("portal.tile.mediacentre"), tiles[0].Address, "", true)
	}
	return p
}

type homePage struct {
	page
	Tiles []tile
	Frame string
}

type tile struct {
	Name, Note, Href, Icon string
	Main                   bool
}

// dress is what the skin adds to a tile that the portal names.
var dress = map[string]struct{ note, icon string }{
	"portal.tile.mediacentre": {"portal.tile.mediacentre.note", "library"}, "portal.tile.console": {"portal.tile.console.note", "clipboard-list"},
}

// Home implements portal.Pages.
func (s *Skin) Home(w http.ResponseWriter, r *http.Request, home portal.Home) error {
	p := &homePage{page: s.page(r, "/", home.Tiles), Frame: home.Frame}
	p.Title, p.Place = p.T("portal.home.title", "name", home.Account.Name), home.Account.School
	p.Who = &look.Who{Name: home.Account.Name, Role: lang.Capital(p.T("portal.role." + home.Account.Role)), Initials: initials(home.Account.Name)}
	for _, t := range home.Tiles {
		p.Tiles = append(p.Tiles, tile{p.T(t.Key), p.T(dress[t.Key].note), t.Address, dress[t.Key].icon, t.Key == "portal.tile.console"})
	}
	slices.SortStableFunc(p.Tiles, func(a, b tile) int { // the manager's own first
		return cmp.Compare(btoi(b.Main), btoi(a.Main))
	})
	for _, room := range rooms[1:4] {
		p.Tiles = append(p.Tiles, tile{p.T("portal.menu." + room.key), p.T("portal.menu." + room.key + ".note"), "/rubrique/" + room.key, room.icon, false})
	}
	return s.home.Send(w, r, http.StatusOK, p)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func initials(name string) string {
	var given, family string
	for i, c := range name {
		if c == ' ' {
			given, family = name[:i], name[i+1:]
			break
		}
	}
	return lang.Initials(given, family)
}

type loginPage struct {
	look.Shell
	Service  string
	Typed    string
	Filled   string // the password, where the link names an account
	Password string
	Accounts []account
}

type account struct {
	Login, Who, Href string
	On               bool
}

// Login implements portal.Pages.
func (s *Skin) Login(w http.ResponseWriter, r *http.Request, login portal.Login) error {
	p := &loginPage{Shell: s.site.Shell(r), Service: login.Service, Typed: login.Typed, Password: login.Password}
	p.Title, p.Area = p.T("portal.login.title"), p.T("portal.area")
	for _, a := range login.Accounts {
		q := url.Values{"compte": {a.Login}}
		if login.Service != "" {
			q.Set("service", login.Service)
		}
		p.Accounts = append(p.Accounts, account{a.Login, p.T("portal.login.account", "name", a.Name, "role", p.T("portal.role."+a.Role)), "/login?" + q.Encode(), a.Login == login.Typed})
	}
	status := http.StatusOK
	if !login.Failed && login.Typed != "" {
		p.Filled = login.Password
	}
	if login.Present != "" {
		p.Messages = []look.Message{{Text: p.T("portal.login.present", "name", login.Present)}}
	}
	if login.Failed {
		status = http.StatusForbidden
		p.Problems = []look.Problem{{Field: "login", Text: p.T("portal.login.failed")}}
	}
	return s.login.Send(w, r, status, p)
}

type outPage struct{ look.Shell }

// SignedOut implements portal.Pages.
func (s *Skin) SignedOut(w http.ResponseWriter, r *http.Request, _ string) error {
	p := &outPage{Shell: s.site.Shell(r)}
	p.Title, p.Area, p.Lead = p.T("portal.logout.title"), p.T("portal.area"), p.T("portal.logout.lead")
	return s.out.Send(w, r, http.StatusOK, p)
}

type roomPage struct {
	page
	Empty look.Empty
}

// room is what a real portal would fill.
func (s *Skin) room(w http.ResponseWriter, r *http.Request) error {
	for _, room := range rooms {
		if room.key != r.PathValue("name") {
			continue
		}
		p := &roomPage{page: s.page(r, "/rubrique/"+room.key, nil)}
		p.Title = p.T("portal.menu." + room.key)
		p.Empty = look.Empty{Title: p.T("portal.room.empty"), Text: p.T("portal.room.empty.why"), Action: look.Link{Text: p.T("portal.room.home"), Href: "/", Icon: "house"}}
		return s.elsewhere.Send(w, r, http.StatusOK, p)
	}
	return fault.New(fault.NotFound, "portal.room.unknown")
}
