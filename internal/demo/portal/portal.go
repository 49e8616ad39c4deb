package portal

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"pupitre/internal/httpx"
)

// Account is somebody of the demonstration.
type Account struct {
	Login    string
	External string // GARPersonIdentifiant, as in the provisioning files
	Name     string
	Role     string // a word of the page: "eleve", "enseignant", "documentaliste", "autre", "responsable", "direction"
	School   string // its name, for the page
	UAI      string // its number
}

// Tile is an entry of the portal's menu.
type Tile struct {
	Key     string // of its words: "portal.tile.mediacentre"
	Address string
	Roles   []string // who sees it; none: everybody
}

// Portal is the demonstration ENT. Fill it as a struct literal, then Mount it. Safe for concurrent use.
type Portal struct {
	Name     string // as its pages write it
	Project  string // idEnt
	Accounts []Account
	Password string // of every account
	// Services are the registered ones, each an address whose path ends with a slash: scheme, host, port and the beginning of
	// the path must be equal. There is no pattern and no mode that lets another in.
	Services []string
	Tiles    []Tile
	Widget   Widget // zero: none
	Pages    Pages
	Client   *http.Client // tells services that a sign-in is over; it needs a time limit
	Now      func() time.Time
	Log      *slog.Logger
	// FormTo are the sources (« http://*.localhost:8080 ») that the sign-in form may end at, through every redirection of
	// the services: browsers hold a form to them (CSP form-action).
	FormTo []string

	mu       sync.Mutex
	sessions map[string]*session
	tickets  map[string]ticket
}

// Mount registers the portal's routes.
func (p *Portal) Mount(mux *httpx.Mux) {
	mux.Handle("GET /{$}", p.home)
	mux.Handle("GET /login", p.login)
	mux.Handle("POST /login", p.signIn)
	mux.Handle("GET /logout", p.logout)
	mux.Handle("GET /serviceValidate", p.validate)
	mux.Handle("GET /p3/serviceValidate", p.validate)
}

// Pages draws the portal's pages.
type Pages interface {
	Home(w http.ResponseWriter, r *http.Request, page Home) error
	Login(w http.ResponseWriter, r *http.Request, page Login) error
	SignedOut(w http.ResponseWriter, r *http.Request, portal string) error
}

// Home is the portal's first page, for somebody signed in.
type Home struct {
	Portal  string
	Account Account
	Tiles   []Tile
	Frame   string // the address of a frame of another site; "" for none
}

// Login is the sign-in page. Its form posts login, password and service to /login.
type Login struct {
	Portal   string
	Service  string // where it ends: sent back as it is
	Accounts []Account
	Typed    string // the login in the form: of a try that failed, or of the account that the link names
	Failed   bool
	Password string // of every account: a demonstration tells it
	Present  string // the name of who is signed in already, whose place will be taken
}

// home shows the menu, or the sign-in.
func (p *Portal) home(w http.ResponseWriter, r *http.Request) error {
	account, ok := p.present(r)
	if !ok {
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return nil
	}
	page := Home{Portal: p.Name, Account: account, Frame: p.frame(account)}
	if page.Frame != "" {
		httpx.AllowSource(w, httpx.FrameSrc, p.Widget.Base)
	}
	for _, t := range p.Tiles {
		if t.seenBy(account.Role) {
			page.Tiles = append(page.Tiles, t)
		}
	}
	return p.Pages.Home(w, r, page)
}

func (t Tile) seenBy(role string) bool {
	for _, r := range t.Roles {
		if r == role {
			return true
		}
	}
	return len(t.Roles) == 0
}
