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
	Letters      Letters
	Held         bool // no server takes letters here: they can be read on the page
	Now          func() time.Time

	pages struct{ list, one, declarations, letters, letter *look.Template }
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

// Letters are what is written to persons. notify.Service satisfies it.
type Letters interface {
	ListLetters(ctx context.Context, before notify.LetterID, limit int) ([]notify.Letter, map[notify.LetterState]int, error)
	Read(ctx context.Context, id notify.LetterID) (mail.Message, error)
}

// by is who acts on these pages.
var by = journal.System("operator")

// Where the pages begin.
const (
	Path             = "/livraisons"
	DeclarationsPath = "/declarations"
	LettersPath      = "/courriels"
)

//go:embed *.html
var files embed.FS

// Mount registers the operator's pages.
func (o *Room) Mount(mux web.Mux) {
	o.Site.Frame = frame
	o.pages.list, o.pages.one = o.Site.Template(files, "list.html"), o.Site.Template(files, "one.html")
	o.pages.declarations = o.Site.Template(files, "declarations.html")
	o.pages.letters, o.pages.letter = o.Site.Template(files, "letters.html"), o.Site.Template(files, "letter.html")
	mux.Handle("GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		http.Redirect(w, r, Path, http.StatusSeeOther)
		return nil
	})
	mux.Handle("GET "+Path, o.list)
	mux.Handle("POST "+Path, o.receive)
	mux.Handle("GET "+Path+"/{id}", o.one)
	mux.Handle("GET "+Path+"/{id}/rapport.json", o.report)
	mux.Handle("POST "+Path+"/{id}/confirmer", o.confirm)
	mux.Handle("POST "+Path+"/{id}/reprendre", o.retry)
	mux.Handle("GET "+DeclarationsPath, o.asked)
	mux.Handle("POST "+DeclarationsPath, o.answer)
	mux.Handle("GET "+LettersPath, o.letters)
	if o.Held { // what a server takes is its reader's
		mux.Handle("GET "+LettersPath+"/{id}", o.letter)
	}
}

// frame is the menu of the operator's pages.
func frame(r *http.Request, s *look.Shell) {
	s.Area = s.T("operator.space")
	s.Nav = []look.Link{
		{Text: s.T("operator.deliveries"), Href: Path, Current: strings.HasPrefix(r.URL.Path, Path)},
		{Text: s.T("operator.declarations"), Href: DeclarationsPath, Current: r.URL.Path == DeclarationsPath},
		{Text: s.T("operator.letters"), Href: LettersPath, Current: strings.HasPrefix(r.URL.Path, LettersPath)},
	}
}

var errElsewhere = fault.New(fault.Denied, "operator.elsewhere")

// Here lets in who is on the machine itself, under one of its own names: a page of the world whose name leads here (DNS rebinding)
// is not let in either.
func Here(edge *httpx.Edge, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopback(r.RemoteAddr) || !ownName(r.Host) {
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
