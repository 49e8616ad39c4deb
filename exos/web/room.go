package web

import (
	"context"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"sync/atomic"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/desktop/release"
	"pupitre/exos/device"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// Room is the pages of Biblio Exos. Fill it as a struct literal, then Mount it, once.
type Room struct {
	Service   *exos.Service      // required
	Classroom *classroom.Service // required
	Devices   *device.Service    // required
	Site      *look.Site         // required; Mount sets its frame
	Door      Door               // required
	Content   Content            // required
	Desk      string             // optional: the address where workbooks are opened from, the Médiacentre's
	College   string             // optional: where those find their portal, at the issuer's, who are at a collège
	Lycee     string             // optional: likewise at a lycée
	Without   string             // optional: where those sign in, at the issuer's, who have no portal
	Live      Live               // optional: without it, a hint that is given to everybody is seen when a page is next read
	Roster    Roster             // optional: without it, teachers' pages show no names
	Behind    bool               // a proxy stands in front: it says where requests come from
	Base      string             // our own address, without a slash at the end: what a QR code leads to
	// AppStopped takes the app off every device that speaks to us: its worker goes, what is not sent stays.
	AppStopped bool
	Programs   *release.Release // optional: the program for computers, offered where the app is installed

	forms atomic.Int32 // packages that are coming in by a form

	home, stranger, modules, contents, exercise, groups, homework, paper, help, farewell, failure *look.Template
	pressDoor, pressHome, pressModule, depositPage, rehearsal                                     *look.Template
	notebooks, notebookPage, formPage                                                             *look.Template
	correction, late, times, library                                                              *look.Template
	window, choosing, posting                                                                     *look.Template
	given, giving, results, live, group, hand, history, print                                     *look.Template
	app, devicesPage, pairing, pupilsDevices, receipts, board                                     *look.Template
	worker                                                                                        []byte // the app's worker, without its list of files
	icons                                                                                         map[string]template.HTML
}

// Door tells who has come in. *signin.Party satisfies it.
type Door interface {
	// Visitor returns who is here; fault.Unauthenticated where nobody is, or where only a sign-in can make the rights known.
	Visitor(r *http.Request) (exos.Visitor, error)
	// Stays refuses whoever is here no more. It is asked every few seconds of a line that is kept open, and is no use of the session.
	Stays(r *http.Request) error
}

// Content says where publishers' content is served: on an origin of its own, by addresses that open one thing each, for some time.
// *content.Host satisfies it.
type Content interface {
	Origin() string
	File(sha256 exos.Hash) string
	Frame(e exos.ExerciseID, response string) string
	Deposited(d exos.Deposit, sha256 exos.Hash) string
	DepositedFrame(d exos.Deposit, number int, response string) string
}

//go:embed *.html
var pages embed.FS

//go:embed dist
var bundles embed.FS

// Mount registers the routes, and the files of the site.
func (room *Room) Mount(mux *httpx.Mux) {
	room.parse()
	room.Site.Frame = frame
	room.Site.Mount(mux)

	mux.Handle("GET /{$}", room.showHome)
	mux.Handle("GET /modules", room.For(room.showModules))
	mux.Handle("GET /modules/{module}", room.For(room.showContents))
	mux.Handle("POST /modules/{module}/version", room.For(room.renew))
	mux.Handle("GET /modules/{module}/exercices/{exercise}", room.For(room.showExercise))
	mux.Handle("POST /modules/{module}/exercices/{exercise}", room.For(room.answerExercise))
	mux.Handle("POST /modules/{module}/exercices/{exercise}/encore", room.For(room.tryAgain))
	mux.Handle("POST /modules/{module}/exercices/{exercise}/fichiers", room.For(room.takeFile))
	mux.Handle("GET /remis/{attempt}/{sha256}", room.For(room.serveHanded))
	mux.Handle("GET /groupes", room.For(room.showGroups))
	mux.Handle("POST /groupes", room.For(room.makeGroup))
	mux.Handle("POST /groupes/rejoindre", room.For(room.joinGroup))
	mux.Handle("GET /groupes/{group}", room.For(room.showGroup))
	mux.Handle("POST /groupes/{group}/code", room.For(room.renewCode))
	mux.Handle("POST /groupes/{group}/retirer", room.For(room.removeMember))
	mux.Handle("POST /groupes/{group}/quitter", room.For(room.leaveGroup))
	mux.Handle("POST /groupes/{group}/supprimer", room.For(room.dropGroup))
	mux.Handle("GET /devoirs", room.For(room.showHomework))
	mux.Handle("POST "+aidsPath, room.saveAids)
	mux.Handle("GET /devoirs/nouveau", room.For(room.showGive))
	mux.Handle("POST /devoirs/nouveau", room.For(room.give))
	mux.Handle("GET /devoirs/{homework}", room.For(room.showPaper))
	mux.Handle("POST /devoirs/{homework}/commencer", room.For(room.begin))
	mux.Handle("POST /devoirs/{homework}/suite", room.For(room.passOn))
	mux.Handle("GET /devoirs/{homework}/exercices/{exercise}", room.For(room.showTask))
	mux.Handle("POST /devoirs/{homework}/exercices/{exercise}", room.For(room.answerTask))
	mux.Handle("POST /devoirs/{homework}/exercices/{exercise}/encore", room.For(room.taskAgain))
	mux.Handle("POST /devoirs/{homework}/exercices/{exercise}/fichiers", room.For(room.takeFile))
	mux.Handle("GET /devoirs/{homework}/modifier", room.For(room.showChange))
	mux.Handle("POST /devoirs/{homework}/modifier", room.For(room.change))
	mux.Handle("POST /devoirs/{homework}/retirer", room.For(room.withdraw))
	mux.Handle("POST /devoirs/{homework}/rendre", room.For(room.returnPapers))
	mux.Handle("GET /devoirs/{homework}/corriger", room.For(room.showQueue))
	mux.Handle("POST /devoirs/{homework}/corriger", room.For(room.markByHand))
	mux.Handle("GET /devoirs/{homework}/remis/{learner}/{attempt}/{sha256}", room.For(room.serveScript))
	mux.Handle("POST /devoirs/{homework}/indice", room.For(room.giveHint))
	mux.Handle("GET /devoirs/{homework}/correction", room.For(room.showCorrection))
	mux.Handle("POST /devoirs/{homework}/correction", room.For(room.correct))
	mux.Handle("GET /devoirs/{homework}/retards", room.For(room.showLate))
	mux.Handle("POST /devoirs/{homework}/retards", room.For(room.acceptLate))
	mux.Handle("GET /devoirs/{homework}/heures", room.For(room.showTimes))
	mux.Handle("GET /devoirs/{homework}/papier", room.For(room.showPrint))
	mux.Handle("GET /devoirs/{homework}/direct", room.For(room.showLive))
	mux.Handle("GET /devoirs/{homework}/resultats.csv", room.For(room.serveResults))
	mux.Handle("GET /devoirs/{homework}/competences.csv", room.For(room.serveSkills))
	if room.Live != nil {
		mux.Handle("GET "+hintsPath, room.For(room.followHints))
	}
	mux.Handle("GET /noms", room.For(room.serveRoster))
	mux.Handle("GET /travail", room.For(room.showHistory))
	mux.Handle("GET /travail.csv", room.For(room.takeAway))
	mux.Handle("GET /aide", room.For(room.showHelp))
	mux.Handle("POST /api/evenements", room.For(room.takeEvents))
	mux.Handle("GET /deconnexion", room.showFarewell)
	room.mountApp(mux)
	room.mountPress(mux)
	room.mountNotebooks(mux)
	room.mountLibrary(mux)
}

func (room *Room) parse() {
	dist, err := fs.Sub(bundles, "dist")
	if err != nil {
		panic(err) // embedded
	}
	room.Site.Add(dist, "exos.css", "exos.js")
	room.worker = workerScript(dist)
	room.Site.Add(appIcons())
	for name, page := range map[string]**look.Template{
		"home.html": &room.home, "stranger.html": &room.stranger, "modules.html": &room.modules, "contents.html": &room.contents,
		"exercise.html": &room.exercise, "groups.html": &room.groups, "homework.html": &room.homework, "paper.html": &room.paper, "help.html": &room.help,
		"given.html": &room.given, "give.html": &room.giving, "results.html": &room.results, "live.html": &room.live, "group.html": &room.group, "hand.html": &room.hand, "history.html": &room.history, "print.html": &room.print,
		"correction.html": &room.correction, "late.html": &room.late, "times.html": &room.times, "library.html": &room.library,
		"farewell.html": &room.farewell, "failure.html": &room.failure,
		"app.html": &room.app, "pair.html": &room.pairing, "pupilsdevices.html": &room.pupilsDevices, "receipts.html": &room.receipts, "board.html": &room.board,
		"notebooks.html": &room.notebooks, "notebook.html": &room.notebookPage, "form.html": &room.formPage,
		"ltiwindow.html": &room.window, "ltichoose.html": &room.choosing, "ltipost.html": &room.posting,
		"pressdoor.html": &room.pressDoor, "press.html": &room.pressHome, "pressmodule.html": &room.pressModule, "deposit.html": &room.depositPage,
	} {
		*page = room.Site.Template(pages, name, "piece.html")
	}
	room.devicesPage = room.Site.Template(pages, "devices.html", "systems.html")                // whose pictures they are
	room.rehearsal = room.Site.Template(pages, "rehearsal.html", "piece.html", "exercise.html") // whose sheet it is
	room.icons = map[string]template.HTML{}
	for _, name := range []string{"check", "rotate-ccw", "arrow-up", "arrow-down", "info", "lightbulb"} {
		icon, err := room.exercise.Part(lang.French, "glyph", name)
		if err != nil {
			panic(err) // a program that cannot show its pages must not start
		}
		room.icons[name] = icon
	}
}

// icon is one of the icons that stand among the controls of an exercise.
func (room *Room) icon(name string) template.HTML { return room.icons[name] }

// Wrap lets failures, which are told outside of handlers, know who is reading, and pages show what publishers made. It goes around the
// whole mux.
func (room *Room) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpx.AllowSource(w, httpx.ImgSrc, room.Content.Origin())
		httpx.AllowSource(w, httpx.MediaSrc, room.Content.Origin())
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), seatKey{}, new(seat))))
	})
}

// Page is a handler for somebody who has come in.
type Page func(w http.ResponseWriter, r *http.Request, v exos.Visitor) error

// For makes a page a handler: it finds who is here, or answers as the door does.
func (room *Room) For(page Page) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v, err := room.Door.Visitor(r)
		if err != nil {
			return err
		}
		return page(w, sitDown(r, v), v)
	}
}

// seat holds who one request is from, once known: a learner, or a publisher's staff.
type seat struct {
	visitor *exos.Visitor
	press   *exos.Press
}

type seatKey struct{}

func sitDown(r *http.Request, v exos.Visitor) *http.Request {
	if s, ok := r.Context().Value(seatKey{}).(*seat); ok {
		s.visitor = &v
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), seatKey{}, &seat{visitor: &v}))
}

func visitorOf(r *http.Request) *exos.Visitor {
	if s, ok := r.Context().Value(seatKey{}).(*seat); ok {
		return s.visitor
	}
	return nil
}
