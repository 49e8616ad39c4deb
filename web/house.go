package web

import (
	"context"
	"embed"
	"net/http"
	"strings"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/internal/tx"
	"pupitre/notify"
	"pupitre/orders"
)

// House is what every room stands in. Fill it as a struct literal, then Mount it before the rooms.
type House struct {
	Site          *look.Site
	Sessions      Sessions
	People        People
	Mandates      Mandates                     // nil: nobody is a delegate
	Shared        tx.Shared                    // nil: what a page asks of each area is of a moment of its own
	Classes       Classes                      // nil: classes have no pages of their own
	Offices       Offices                      // nil: nothing is ordered here
	Notifications Notifications                // nil: nobody is told anything
	Local         map[directory.ProjectID]bool // the projects without a portal, whose schools make accounts

	closed, password *look.Template
}

// Sessions tells who is signed in. federation.Service satisfies it.
type Sessions interface {
	// Present is fault.Unauthenticated where the token opens no session.
	Present(ctx context.Context, token federation.Token) (federation.Presence, error)
	// Glance is Present where nobody has clicked: the session is used no more than before.
	Glance(ctx context.Context, token federation.Token) (federation.Presence, error)
}

// Classes tells whether classes have pages: whether there is any publisher's tool that marks work or from which links are pinned.
type Classes interface {
	HaveBooks(ctx context.Context) (bool, error)
}

// Offices tells what somebody is to a school's orders. orders.Service satisfies it.
type Offices interface {
	FindOffice(ctx context.Context, school directory.SchoolID, person directory.PersonID) (orders.Office, error)
}

// Notifications counts what somebody was told and has not read. notify.Service satisfies it.
type Notifications interface {
	CountUnread(ctx context.Context, of notify.Person) (int, error)
}

// People tells what somebody is in a school. directory.Service satisfies it.
type People interface {
	SchoolsOfManager(ctx context.Context, person directory.PersonID) ([]directory.School, error)
	ManagersOf(ctx context.Context, school directory.SchoolID) ([]directory.AssignmentManager, error)
	CohortsOf(ctx context.Context, person directory.PersonID, school directory.SchoolID) ([]directory.Cohort, error)
	FindPerson(ctx context.Context, id directory.PersonID) (directory.Person, error)
	IsHead(ctx context.Context, person directory.PersonID, school directory.SchoolID) (bool, error)
	HeadsOf(ctx context.Context, school directory.SchoolID) ([]directory.Person, error)
}

// Mux is where a room mounts its pages; *httpx.Mux is one.
type Mux interface {
	Handle(pattern string, h httpx.Handler)
}

// Page is a handler of a page for somebody signed in.
type Page func(w http.ResponseWriter, r *http.Request, reader *Reader) error

//go:embed closed.html password.html
var files embed.FS

// Mount sets the masthead of every page of the site, and mounts the site's files and the way in.
func (h *House) Mount(mux *httpx.Mux) {
	h.Site.Frame = frame
	h.closed, h.password = h.Site.Template(files, "closed.html"), h.Site.Template(files, "password.html")
	h.Site.Mount(mux)
	mux.Handle("GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		http.Redirect(w, r, DeskPath, http.StatusSeeOther)
		return nil
	})
}

// The addresses that rooms lead to in one another.
const (
	DeskPath    = "/mediacentre"
	ConsolePath = "/affectation"
	JournalPath = "/mon-journal"
	PlacesPath  = "/mes-lieux"

	PortalLinkPath = "/domaineGar" // the link that portals keep

	HeadPath      = "/responsables"
	ClassesPath   = "/carnets"
	SuggestPath   = "/suggestions"
	CataloguePath = "/catalogue"
	OrdersPath    = "/commandes"
	TradePath     = "/professionnels"
	UsagePath     = "/usages"
	WidgetPath    = "/encart"
	OperatorPath  = "/exploitation"

	AccountsPath = "/comptes"
	OwnPath      = "/mon-compte"

	NotificationsPath      = notify.OpenPath
	TradeNotificationsPath = notify.TradePath
)

// SignIn is where somebody who is not signed in goes, to come back to this page: httpx.Edge.SignIn.
// The trade has a sign-in of its own, and so have operators.
func (h *House) SignIn(r *http.Request) string {
	for path, project := range map[string]directory.ProjectID{TradePath: local.Guests, OperatorPath: local.Operators} {
		if r.URL.Path == path || strings.HasPrefix(r.URL.Path, path+"/") {
			return federation.SignInPath(r.URL.RequestURI(), project)
		}
	}
	return federation.SignInPath(r.URL.RequestURI(), "")
}

// Wrap lets failures, which are told outside of handlers, know who is reading. It goes around the whole mux.
func (h *House) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), seatKey{}, new(seat))))
	})
}

// Failure makes a House the Pages of an httpx.Edge: an address that does not exist was asked by somebody, too, and the page that
// says so is theirs. Where things have gone wrong nobody is asked who it is.
func (h *House) Failure(w http.ResponseWriter, r *http.Request, f httpx.Failure) error {
	if seat, ok := r.Context().Value(seatKey{}).(*seat); (!ok || seat.frame == nil) && readerOf(r) == nil && (f.Kind == fault.NotFound || f.Kind == fault.Invalid) {
		if reader, err := h.reader(r); err == nil {
			r = sitDown(r, reader)
		}
	}
	return h.Site.Failure(w, r, f)
}

// For makes a page a handler: it finds who is reading, or answers fault.Unauthenticated. What it asks to draw a page is of one moment,
// which ends with the page's first byte: a slow reader keeps no connection of the database.
func (h *House) For(page Page) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if h.Shared != nil && r.Method == http.MethodGet {
			ctx, end := h.Shared.Share(r.Context())
			defer end()
			w, r = &drawn{w, end}, r.WithContext(ctx)
		}
		reader, err := h.reader(r)
		if err != nil {
			return err
		}
		event := httpx.Event(r.Context())
		event.Set("person", string(reader.Person.ID))
		event.Set("school", string(reader.Session.School))
		return page(w, sitDown(r, reader), reader)
	}
}

// drawn is the answer of a page that ends something with its first byte.
type drawn struct {
	http.ResponseWriter
	end func()
}

// Unwrap serves http.ResponseController.
func (d *drawn) Unwrap() http.ResponseWriter { return d.ResponseWriter }

// FlushError implements what http.ResponseController asks first.
func (d *drawn) FlushError() error {
	d.end()
	return http.NewResponseController(d.ResponseWriter).Flush()
}

// WriteHeader implements http.ResponseWriter.
func (d *drawn) WriteHeader(status int) {
	d.end()
	d.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (d *drawn) Write(b []byte) (int, error) {
	d.end()
	return d.ResponseWriter.Write(b)
}

// reader asks who is reading.
func (h *House) reader(r *http.Request) (*Reader, error) {
	ctx := r.Context()
	present := h.Sessions.Present
	if IsGlance(r) {
		present = h.Sessions.Glance
	}
	presence, err := present(ctx, federation.Token(httpx.Cookie(r, federation.SessionCookie)))
	if err != nil {
		return nil, err
	}
	reader, err := h.Reader(ctx, presence)
	if err == nil && h.Notifications != nil && !reader.IsPupil() { // pupils are told nothing, and no page of theirs asks
		reader.Bell.New, err = h.Notifications.CountUnread(ctx, reader.Whom())
		reader.Bell.Href = NotificationsPath
	}
	return reader, err
}

// Reader is somebody as pages know them, however it is known who they are; without the bell, which mastheads alone show.
func (h *House) Reader(ctx context.Context, presence federation.Presence) (reader *Reader, err error) {
	reader = &Reader{Presence: presence}
	if reader.Cohorts, err = h.People.CohortsOf(ctx, presence.Person.ID, presence.Session.School); err != nil {
		return nil, err
	}
	if !reader.IsPupil() { // a pupil is never asked to assign copies
		reader.Manages, err = h.People.SchoolsOfManager(ctx, presence.Person.ID)
	}
	if err == nil {
		reader.Delegated, err = h.delegations(ctx, reader)
	}
	if err == nil && h.Classes != nil && len(reader.Cohorts) > 0 {
		reader.Books, err = h.Classes.HaveBooks(ctx)
	}
	if err == nil && presence.Session.Profile == directory.Staff {
		reader.Heads, err = h.People.IsHead(ctx, presence.Person.ID, presence.Session.School)
	}
	if err == nil && h.Offices != nil && !reader.IsPupil() {
		reader.Office, err = h.Offices.FindOffice(ctx, presence.Session.School, presence.Person.ID)
	}
	reader.Local = h.Local[presence.Session.Project]
	reader.Issues = reader.Local && reader.mayIssue()
	return reader, err
}

// A seat holds the reader of one request, once known; or else the masthead of somebody who is no reader.
type seat struct {
	reader *Reader
	frame  func(r *http.Request, s *look.Shell)
}

type seatKey struct{}

// sitDown notes the reader for the frame of this request's page, and of the failure page that may replace it.
func sitDown(r *http.Request, reader *Reader) *http.Request {
	if s, ok := r.Context().Value(seatKey{}).(*seat); ok {
		s.reader = reader
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), seatKey{}, &seat{reader: reader}))
}

// Framed gives the pages of a request a masthead of their own: those of persons who are in no school.
func Framed(r *http.Request, frame func(r *http.Request, s *look.Shell)) *http.Request {
	if s, ok := r.Context().Value(seatKey{}).(*seat); ok {
		s.frame = frame
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), seatKey{}, &seat{frame: frame}))
}

func readerOf(r *http.Request) *Reader {
	if s, ok := r.Context().Value(seatKey{}).(*seat); ok {
		return s.reader
	}
	return nil
}

// Positive reads a page's number from the query: 1 where there is none, Invalid where it is no whole number from 1 on.
func Positive(r *http.Request, name string) (int, error) {
	text := r.FormValue(name)
	if text == "" {
		return 1, nil
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' || len(text) > 6 {
			return 0, fault.New(fault.Invalid, "web.page.form", "value", text)
		}
		n = n*10 + int(c-'0')
	}
	if n == 0 {
		return 0, fault.New(fault.Invalid, "web.page.form", "value", text)
	}
	return n, nil
}
