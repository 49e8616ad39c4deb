package exosapp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/content"
	"pupitre/exos/desktop/release"
	"pupitre/exos/device"
	"pupitre/exos/lti"
	"pupitre/exos/signin"
	exosstore "pupitre/exos/store"
	"pupitre/exos/web"
	"pupitre/exos/web/player"
	"pupitre/exos/xapi"
	"pupitre/internal/db"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/internal/live"
	"pupitre/internal/look"
	"pupitre/internal/metric"
	"pupitre/journal/journaldb"
	"pupitre/privacy"
)

// Product is the name by which the database knows whose it is.
const Product = "Biblio Exos"

// Settings are what an operator decides about Biblio Exos.
type Settings struct {
	Database     string // sqlite:FILE or postgres://…: never the broker's
	Base         string // its address, without a slash at the end
	Content      string // that of publishers' content: a host name of its own
	Issuer       string // the broker that signs learners in
	ClientID     string // as registered there
	ClientSecret string
	Client       *http.Client // back-channels
	Behind       bool         // TLS ends at a proxy in front
	AppStopped   bool         // the app takes itself off devices (exos/web.Room)
	Programs     string       // folder of the program for computers (exos/desktop/release); "": none is offered
	Log          *slog.Logger
	Now          func() time.Time
	Words        *lang.Words
	Meter        *metric.Meter // what a monitoring system may ask; nil: nothing is measured
}

// Exos is the running Biblio Exos.
type Exos struct {
	Service   *exos.Service
	Classroom *classroom.Service
	LTI       *lti.Tool
	XAPI      *xapi.Service
	Devices   *device.Service
	Handler   http.Handler
	Content   http.Handler // answers under the host name of publishers' content

	settings Settings
	db       *db.DB
	live     *live.Hub
	loops    sync.WaitGroup
	stop     context.CancelFunc
}

// Open opens the database, brings its schema up, and puts Biblio Exos together. Call Run to start its loops, Close at the end.
func Open(ctx context.Context, s Settings) (*Exos, error) {
	var programs *release.Release
	if s.Programs != "" {
		var err error
		if programs, err = release.Read(s.Programs); err != nil {
			return nil, err
		}
	}
	d, err := db.Open(ctx, s.Database, s.Now)
	if err != nil {
		return nil, err
	}
	if err := d.Claim(ctx, Product); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if err := d.Migrate(ctx, exosstore.Migrations()); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	ids := id.NewMaker(s.Now)
	e := &Exos{settings: s, db: d}
	store := &exosstore.Store{DB: d, IDs: ids}
	e.Service = &exos.Service{Store: store, IDs: ids, Now: s.Now, Log: s.Log, Draws: player.Draws}
	e.Classroom = &classroom.Service{Store: store.Classroom(), Exos: e.Service, IDs: ids, Now: s.Now}
	e.Devices = &device.Service{Store: store.Devices(), Exos: e.Service, IDs: ids, Now: s.Now}
	party := &signin.Party{
		Service: e.Service, Issuer: s.Issuer, ClientID: s.ClientID, ClientSecret: s.ClientSecret, Base: s.Base, Now: s.Now, HTTP: s.Client,
	}
	key, err := e.Service.ContentKey(ctx)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	host := &content.Host{Service: e.Service, Key: key, Base: s.Content, Pages: s.Base, Now: s.Now}
	e.LTI = &lti.Tool{Service: e.Service, Store: store.LTI(), IDs: ids, Now: s.Now, Base: s.Base, HTTP: s.Client, Log: s.Log}
	e.XAPI = &xapi.Service{Exos: e.Service, Store: store.Registers(), IDs: ids, Now: s.Now, Base: s.Base, Log: s.Log}
	e.Service.Rights = e.LTI.Beside(party)
	e.live = &live.Hub{Outbox: store.Outbox(), Topics: web.Followed, Say: web.Moved, Now: s.Now, Log: s.Log}
	e.Handler, e.Content = e.compose(party, host, programs), e.composeContent(host)
	return e, nil
}

// composeContent is the front of publishers' content: no session, no cookie, no page of ours.
func (e *Exos) composeContent(host *content.Host) http.Handler {
	s := e.settings
	overTLS, strict := httpx.TLSOf(s.Content)
	edge := &httpx.Edge{Log: s.Log, Now: s.Now, Words: s.Words, Behind: s.Behind || overTLS, Strict: strict, Watch: s.Meter.Front("content")}
	mux := edge.Mux()
	host.Mount(mux)
	return edge.Wrap(mux)
}

// withoutENT is where the broker signs in those who have an account of its own and no portal (docs/accounts.md).
const withoutENT = "/connexion?idENT=sans-ent&next=%2Fmediacentre"

// ofKind is where the broker has somebody look for their portal among those of one kind of school.
const ofKind = "/connexion?next=%2Fmediacentre&niveau="

// compose is the front of Biblio Exos as one readable list.
func (e *Exos) compose(party *signin.Party, host *content.Host, programs *release.Release) http.Handler {
	s := e.settings
	site := look.New(look.Exos, s.Words)
	rooms := &web.Room{Service: e.Service, Classroom: e.Classroom, Devices: e.Devices, Base: s.Base, AppStopped: s.AppStopped, Programs: programs, Site: site, Door: party, Content: host, Desk: s.Issuer + "/", Without: s.Issuer + withoutENT, College: s.Issuer + ofKind + "college", Lycee: s.Issuer + ofKind + "lycee", Roster: rosters{party}, Live: e.live, Behind: s.Behind}
	e.LTI.Pages = rooms
	overTLS, strict := httpx.TLSOf(s.Base)
	edge := &httpx.Edge{
		Log: s.Log, Now: s.Now, Words: s.Words, Pages: rooms, SignIn: web.SignInPath, Behind: s.Behind || overTLS, Strict: strict,
		CrossOrigin: e.LTI.CrossOrigin(), Watch: s.Meter.Front("exos"),
	}
	mux := edge.Mux()
	rooms.Mount(mux)
	party.Mount(mux)
	e.LTI.Mount(mux)
	e.XAPI.Mount(mux)
	return edge.Wrap(rooms.Wrap(mux))
}

// Register is Biblio Exos's register of personal data.
func (e *Exos) Register() privacy.Register {
	return privacy.Register{exos.Holder{Store: e.Service.Store}}
}

// Run starts what works by itself: telling platforms what is owed to them, making statements, telling open pages of hints, sweeping what is over. It ends with Close.
func (e *Exos) Run(ctx context.Context) {
	ctx, e.stop = context.WithCancel(ctx)
	e.loops.Go(func() { e.LTI.Run(ctx) })
	e.loops.Go(func() { e.XAPI.Run(ctx) })
	e.loops.Go(func() { e.live.Run(ctx) })
	e.loops.Go(func() {
		tick := time.NewTicker(10 * time.Minute)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := e.sweep(ctx)
			if errors.Is(err, context.Canceled) {
				err = nil // given up, not failed: the end is near
			}
			e.settings.Meter.Loop("exos sweep", e.settings.Now(), err)
			if err != nil {
				e.settings.Log.Error("loop failed", "loop", "exos sweep", "err", err)
			}
		}
	})
}

// sweep removes sessions that are over, and entries of the journal whose time has come.
func (e *Exos) sweep(ctx context.Context) error {
	if _, err := e.Service.Sweep(ctx); err != nil {
		return err
	}
	if _, err := e.LTI.Sweep(ctx); err != nil {
		return err
	}
	const limit = 500 // rows in one transaction
	for {
		if n, err := journaldb.Sweep(ctx, e.db, limit); err != nil || n < limit {
			return err
		}
	}
}

// rosters are where a teacher's browser asks for names: at the broker, or here for those who came from another platform.
type rosters struct{ *signin.Party }

// RosterAt implements web.Roster.
func (r rosters) RosterAt(req *http.Request) (address, token string, err error) {
	v, err := r.Visitor(req)
	if err == nil && v.Learner.Abroad() {
		return lti.NamesPath, "cookie", nil // the session says who asks
	}
	if err != nil {
		return "", "", err
	}
	return r.Party.RosterAt(req)
}

// Ready reports whether Biblio Exos can serve: its database answers, and the clocks agree.
func (e *Exos) Ready(ctx context.Context) error { return e.db.Ping(ctx) }

// Close stops the loops and closes the database.
func (e *Exos) Close() error {
	if e.stop != nil {
		e.stop()
	}
	e.loops.Wait()
	return e.db.Close()
}
