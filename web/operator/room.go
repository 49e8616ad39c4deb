package operator

import (
	"context"
	"embed"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"pupitre/catalogue"
	"pupitre/catalogue/thumbnail"
	"pupitre/directory"
	"pupitre/directory/delivery"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/internal/mail"
	"pupitre/journal"
	"pupitre/notify"
	"pupitre/web"
)

// Room is the operator's pages. Fill it as a struct literal, then Mount it.
type Room struct {
	Site         *look.Site
	Words        *lang.Words
	Deliveries   Deliveries
	Declarations Declarations
	Pictures     Pictures
	Letters      Letters
	Held         bool // no server takes letters here: they can be read on the page
	Now          func() time.Time

	base  string // where the pages are mounted
	pages struct{ list, one, declarations, pictures, letters, letter *look.Template }
}

// Deliveries is what the portals handed in. delivery.Service satisfies it.
type Deliveries interface {
	List(ctx context.Context, limit int) ([]delivery.Delivery, error)
	Find(ctx context.Context, id delivery.ID) (delivery.Delivery, error)
	Receive(ctx context.Context, by journal.Actor, a delivery.Arrival) (delivery.Delivery, error)
	Confirm(ctx context.Context, by journal.Actor, id delivery.ID, schools []directory.UAI) error
	Retry(ctx context.Context, by journal.Actor, id delivery.ID) error
}

// Declarations are the changes of what notices ask for. catalogue.Service satisfies it.
type Declarations interface {
	ListAsked(ctx context.Context) ([]catalogue.Asked, error)
	Allow(ctx context.Context, by journal.Actor, id catalogue.ResourceID, seen []catalogue.Declared) error
	Refuse(ctx context.Context, by journal.Actor, id catalogue.ResourceID, seen []catalogue.Declared) error
}

// Pictures are those that notices name. thumbnail.Service satisfies it.
type Pictures interface {
	Refused(ctx context.Context, addresses ...string) ([]thumbnail.Refusal, error)
	Retry(ctx context.Context, address string) error
}

// Letters are what is written to persons. notify.Service satisfies it.
type Letters interface {
	ListLetters(ctx context.Context, before notify.LetterID, limit int) ([]notify.Letter, map[notify.LetterState]int, error)
	Read(ctx context.Context, id notify.LetterID) (mail.Message, error)
}

// onMachine is who acts where nobody signs in.
var onMachine = journal.System("operator")

// Where the pages are, below the address at which the room is mounted.
const (
	Path             = "/livraisons"
	DeclarationsPath = "/declarations"
	LettersPath      = "/courriels"
	PicturesPath     = "/vignettes"
)

//go:embed *.html
var files embed.FS

// Page is a page for whoever was let in, and acts there.
type Page func(w http.ResponseWriter, r *http.Request, by journal.Actor) error

// Mount registers the pages where nobody signs in: on the machine's own address (Here).
func (o *Room) Mount(mux web.Mux) {
	o.Site.Frame = o.frame
	o.MountAt(mux, "", func(p Page) httpx.Handler {
		return func(w http.ResponseWriter, r *http.Request) error { return p(w, r, onMachine) }
	})
	mux.Handle("GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		http.Redirect(w, r, Path, http.StatusSeeOther)
		return nil
	})
}

// MountAt registers the pages below an address, each behind a gate that lets people in.
func (o *Room) MountAt(mux web.Mux, base string, let func(Page) httpx.Handler) {
	o.base = base
	o.pages.list, o.pages.one = o.Site.Template(files, "list.html"), o.Site.Template(files, "one.html")
	o.pages.declarations = o.Site.Template(files, "declarations.html")
	o.pages.letters, o.pages.letter = o.Site.Template(files, "letters.html"), o.Site.Template(files, "letter.html")
	o.pages.pictures = o.Site.Template(files, "pictures.html")
	show := func(path string, h httpx.Handler) {
		mux.Handle("GET "+base+path, let(func(w http.ResponseWriter, r *http.Request, _ journal.Actor) error { return h(w, r) }))
	}
	do := func(path string, p Page) { mux.Handle("POST "+base+path, let(p)) }
	show(Path, o.list)
	do(Path, o.receive)
	show(Path+"/{id}", o.one)
	show(Path+"/{id}/rapport.json", o.report)
	do(Path+"/{id}/confirmer", o.confirm)
	do(Path+"/{id}/reprendre", o.retry)
	show(DeclarationsPath, o.asked)
	do(DeclarationsPath, o.answer)
	show(LettersPath, o.letters)
	if o.Held { // what a server takes is its reader's
		show(LettersPath+"/{id}", o.letter)
	}
	show(PicturesPath, o.refused)
	do(PicturesPath, o.again)
}

// frame is the menu of the operator's pages.
func (o *Room) frame(r *http.Request, s *look.Shell) {
	s.Area = s.T("operator.space")
	for _, page := range []struct{ title, path string }{
		{"operator.deliveries", Path}, {"operator.declarations", DeclarationsPath}, {"operator.letters", LettersPath}, {"operator.pictures", PicturesPath},
	} {
		href := o.base + page.path
		s.Nav = append(s.Nav, look.Link{Text: s.T(page.title), Href: href, Current: r.URL.Path == href || strings.HasPrefix(r.URL.Path, href+"/")})
	}
}

var errElsewhere = fault.New(fault.Denied, "operator.elsewhere")

// Here lets in who is on the machine itself, under one of its own names: a page of the world whose name leads here (DNS rebinding)
// is not let in either, nor is anybody whom a proxy on this machine says that it speaks for. A proxy that hides it cannot be told from a browser
// here: so only the demonstration has pages behind this gate (brokerapp.Broker.Unguarded).
func Here(edge *httpx.Edge, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopback(r.RemoteAddr) || !ownName(r.Host) || forwarded(r.Header) {
			edge.Handle(func(http.ResponseWriter, *http.Request) error { return errElsewhere }).ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func loopback(address string) bool {
	at, err := netip.ParseAddrPort(address)
	return err == nil && at.Addr().Unmap().IsLoopback()
}

// forwarded reports whether somebody passed the request on.
func forwarded(h http.Header) bool {
	for name := range h {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return true
		}
	}
	return false
}

func ownName(host string) bool {
	name := httpx.HostName(host)
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

// when says an instant. Operators and their schools may be far apart, so hours are those of universal time.
func (o *Room) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05") + " UTC"
}
