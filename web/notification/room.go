package notification

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/notify"
	"pupitre/web"
)

// Room is the pages of notifications. Fill it as a struct literal, then Mount it.
type Room struct {
	House         *web.House
	Words         *lang.Words
	Notifications Notifications
	Writes        bool // letters are sent

	list, settings, ask *look.Template
}

// Notifications is what persons are told. notify.Service satisfies it.
type Notifications interface {
	List(ctx context.Context, of notify.Person, before notify.NotificationID) ([]notify.Notification, error)
	Open(ctx context.Context, of notify.Person, id notify.NotificationID) (notify.Notification, error)
	ReadAll(ctx context.Context, of notify.Person, upTo notify.NotificationID) error
	Settings(ctx context.Context, of notify.Person) (notify.Settings, error)
	GiveAddress(ctx context.Context, of notify.Person, address string, locale lang.Locale) error
	RemoveAddress(ctx context.Context, of notify.Person) error
	Choose(ctx context.Context, of notify.Person, locale lang.Locale, choices []notify.Choice) error
	Pending(ctx context.Context, token federation.Token) (string, error)
	Confirm(ctx context.Context, token federation.Token) (string, error)
	Stoppable(ctx context.Context, stop string) (notify.Address, error)
	Stop(ctx context.Context, stop string, kind notify.Kind) error
}

// Visit is somebody at the pages: who they are, what they may be told of, where the pages are for them.
type Visit struct {
	Person notify.Person
	Role   notify.Role
	Base   string             // the path of the list
	School directory.SchoolID // where they are; "" for somebody of the trade
}

// Page is a handler of a page for a visit.
type Page func(w http.ResponseWriter, r *http.Request, v Visit) error

//go:embed *.html dist
var files embed.FS

// Mount registers the pages of schools' persons, and those that letters lead to.
func (s *Room) Mount(mux web.Mux) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	site := s.House.Site
	site.Add(dist)
	s.list, s.settings, s.ask = site.Template(files, "list.html"), site.Template(files, "settings.html"), site.Template(files, "ask.html")
	s.MountAt(mux, web.NotificationsPath, func(page Page) httpx.Handler {
		return s.House.For(func(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
			if reader.IsPupil() {
				return errPupil
			}
			return page(w, r, Visit{reader.Whom(), role(reader), web.NotificationsPath, reader.Session.School})
		})
	})
	mux.Handle("GET "+notify.ConfirmPath+"/{token}", s.askConfirm)
	mux.Handle("POST "+notify.ConfirmPath+"/{token}", s.confirm)
	for _, path := range []string{notify.StopPath + "/{stop}", notify.StopPath + "/{stop}/{kind}"} {
		mux.Handle("GET "+path, s.askStop)
		mux.Handle("POST "+path, s.stop)
	}
}

// MountAt registers the pages of those whom a door lets in, below a path.
func (s *Room) MountAt(mux web.Mux, base string, let func(page Page) httpx.Handler) {
	for pattern, page := range map[string]Page{
		"GET " + base:                       s.show,
		"GET " + base + "/{id}":             s.open,
		"POST " + base + "/lues":            s.readAll,
		"GET " + base + "/choix":            s.showSettings,
		"POST " + base + "/choix":           s.choose,
		"POST " + base + "/adresse":         s.give,
		"POST " + base + "/adresse/retirer": s.remove,
	} {
		mux.Handle(pattern, let(page))
	}
}

// CrossOrigin lists the routes that other origins may post to: mail programs that stop letters by one click say where they come from, or
// do not. What they post proves itself, and stops letters only.
func (*Room) CrossOrigin() []string {
	return []string{"POST " + notify.StopPath + "/{stop}", "POST " + notify.StopPath + "/{stop}/{kind}"}
}

// role is what a reader is, as far as notifications go.
func role(r *web.Reader) notify.Role {
	return notify.Role{Orders: r.Office.MayOrder(), Teaches: r.Office.Teaches, Assigns: len(r.Manages) > 0}
}

// shell begins a page of the room.
func (s *Room) shell(r *http.Request, title string) look.Shell {
	p := s.House.Site.Shell(r)
	p.Title, p.Styles = p.T(title), []string{"notification.css"}
	return p
}

// to leads to a page that says what was done.
func (s *Room) to(w http.ResponseWriter, r *http.Request, where string, said look.Message) error {
	if err := s.House.Site.Flash(w, r, said); err != nil {
		return err
	}
	http.Redirect(w, r, where, http.StatusSeeOther)
	return nil
}
