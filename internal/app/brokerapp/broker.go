package brokerapp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"pupitre/catalogue"
	"pupitre/catalogue/harvest"
	"pupitre/catalogue/repository"
	"pupitre/catalogue/thumbnail"
	"pupitre/directory"
	"pupitre/directory/delivery"
	"pupitre/directory/provision"
	"pupitre/federation"
	"pupitre/federation/cas"
	"pupitre/federation/events"
	"pupitre/federation/local"
	"pupitre/federation/lti"
	"pupitre/federation/oidc"
	"pupitre/federation/operator"
	"pupitre/federation/proof"
	"pupitre/federation/saml"
	"pupitre/federation/signin"
	"pupitre/internal/db"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/internal/live"
	"pupitre/internal/look"
	"pupitre/internal/mail"
	"pupitre/internal/metric"
	"pupitre/journal/journaldb"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/notify"
	"pupitre/orders"
	"pupitre/orders/trade"
	"pupitre/partners"
	"pupitre/store"
	"pupitre/token"
	"pupitre/usage"
	"pupitre/web"
	"pupitre/web/account"
	"pupitre/web/api"
	"pupitre/web/browse"
	"pupitre/web/console"
	"pupitre/web/console/double"
	"pupitre/web/console/hall"
	"pupitre/web/console/history"
	"pupitre/web/console/home"
	"pupitre/web/console/rule"
	"pupitre/web/console/suggestion"
	"pupitre/web/desk"
	"pupitre/web/gradebook"
	"pupitre/web/head"
	"pupitre/web/notification"
	operatorpages "pupitre/web/operator"
	"pupitre/web/order"
	"pupitre/web/slips"
	"pupitre/web/suggest"
	tradepages "pupitre/web/trade"
	usagepages "pupitre/web/usage"
	"pupitre/web/widget"
)

// Product is the name by which the database knows whose it is.
const Product = "Pupitre"

// Settings are what an operator decides about the broker.
type Settings struct {
	Database string       // sqlite:FILE or postgres://…
	Base     string       // its address, without a slash at the end: the issuer of tokens
	Names    []string     // other host names of its sign-in: the GAR’s, « idp-auth.DOMAIN »
	Portals  []Portal     // the ENT projects that sign persons in
	Secret   []byte       // 32 random bytes that seal private keys; none: they lie in the database as they are
	Client   *http.Client // back-channels
	Behind   bool         // TLS ends at a proxy in front
	Spool    string       // folder where deliveries of portals are kept while they wait, shared by all nodes; "": this process takes none
	Drop     string       // folder with a folder for each ENT project, where portals put their archives; "": none
	Log      *slog.Logger
	Now      func() time.Time
	Words    *lang.Words
	Rules    licensing.Rules // how strictly distributors are read
	Content  string          // address of what publishers made, a host name of its own, where their pictures are served; "": covers are drawn
	Abroad   *http.Client    // reaches publishers' sites for their pictures; nil: the public internet, and nothing else
	Contact  string          // an e-mail address that harvesters of the catalogue may write to; "": none is read

	Meter *metric.Meter // what a monitoring system may ask; nil: nothing is measured

	Mail     *mail.Server // what takes our letters; nil: nobody is written to
	HoldMail bool         // without a server, letters are written all the same, and wait: the operator's page shows them

	ByCertificate string // address under which publishers' programs are asked for a certificate; "": none is
}

// Broker is the running broker: its services, for commands and doors, and its handler.
type Broker struct {
	Store      *store.Store
	Directory  *directory.Service
	Importer   *provision.Importer
	Catalogue  *catalogue.Service
	Harvest    *harvest.Service
	Thumbnails *thumbnail.Service
	Licensing  *licensing.Service
	Orders     *orders.Service
	Trade      *trade.Service
	Usage      *usage.Service
	Federation *federation.Service
	Keys       *federation.Keyring
	Accounts   *local.Service
	Operators  *operator.Service
	Partners   *partners.Service
	Deliveries *delivery.Service
	Tokens     *token.Service
	Notify     *notify.Service
	Handler    http.Handler
	Content    http.Handler // answers under the host name of content, below catalogue.PicturesPath
	Routes     []string     // the patterns of Handler

	settings Settings
	provider *oidc.Provider
	proofs   *proof.Checker
	tickets  *cas.Server
	tools    *lti.Platform
	asserts  *saml.Provider
	teller   *events.Teller
	worker   string // this process's name, for leases
	live     *live.Hub
	over     chan struct{} // closed when the broker stops
	loops    sync.WaitGroup
	stop     context.CancelFunc
}

// Open opens the database, brings its schema up, and puts the broker together. Call Run to start its loops, Close at the end.
func Open(ctx context.Context, s Settings) (*Broker, error) {
	d, err := db.Open(ctx, s.Database, s.Now)
	if err != nil {
		return nil, err
	}
	if err := d.Claim(ctx, Product); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if err := d.Migrate(ctx, store.Migrations()); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	ids := id.NewMaker(s.Now)
	b := &Broker{Store: &store.Store{DB: d, IDs: ids}, settings: s, worker: ids.New(), over: make(chan struct{})}
	b.Directory = &directory.Service{Store: b.Store.Directory()}
	b.Importer = &provision.Importer{Store: b.Store.Provision(), IDs: ids}
	b.Deliveries = &delivery.Service{Store: b.Store.Delivery(), IDs: ids, Spool: s.Spool}
	b.Catalogue = &catalogue.Service{Store: b.Store.Catalogue(), IDs: ids}
	b.Harvest = &harvest.Service{
		Store: b.Store.Harvest(), Notices: b.Catalogue, IDs: ids, Worker: ids.New(), Log: s.Log,
		Client: &harvest.Client{HTTP: &http.Client{Timeout: 2 * time.Minute}, Now: s.Now},
	}
	b.Thumbnails = &thumbnail.Service{Store: b.Store.Thumbnails(), Client: s.Abroad, Worker: ids.New(), Log: s.Log}
	if s.Abroad == nil {
		b.Thumbnails.Client = httpx.Abroad(httpx.Public)
	}
	b.Licensing = &licensing.Service{Store: b.Store.Licensing(), IDs: ids, Rules: s.Rules}
	b.Orders = &orders.Service{Store: b.Store.Orders(), IDs: ids, Subscriptions: b.Licensing}
	b.Trade = &trade.Service{Store: b.Store.Trade(), IDs: ids}
	b.Notify = &notify.Service{Store: b.Store.Notify(), IDs: ids, Words: s.Words, Base: s.Base, Writes: s.Mail != nil || s.HoldMail, Stock: b.Licensing}
	b.Usage = &usage.Service{Store: b.Store.Usage()}
	b.Tokens = &token.Service{Store: b.Store.Token(), IDs: ids}
	b.Partners = &partners.Service{Store: b.Store.Partners(), IDs: ids}
	asked := &notices{catalogue: b.Catalogue, now: s.Now}
	b.Federation = &federation.Service{
		Store: b.Store.Federation(), IDs: ids, Now: s.Now, Rights: rights{b.Licensing, asked}, Declarations: declarations{asked}, Changes: b.Store.Changes,
		Places: web.PlacesPath,
	}
	b.Accounts = &local.Service{Store: b.Store.Local(), Hasher: local.Usual(), Base: s.Base}
	b.Operators = &operator.Service{Store: b.Store.Operator(), IDs: ids, Accounts: b.Accounts}
	if err := s.declare(ctx, b.Accounts); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	if b.Handler, err = b.compose(ids); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	b.Content = b.content()
	return b, nil
}

// compose is the broker's whole front as one readable list.
func (b *Broker) compose(ids *id.Maker) (http.Handler, error) {
	s := b.settings
	site := look.New(look.Pupitre, s.Words)
	site.Pictures = s.Content
	programs := &programs{federation: b.Federation, now: s.Now}
	house := &web.House{Site: site, Sessions: b.Federation, People: b.Directory, Mandates: b.Licensing, Shared: b.Store, Classes: programs, Offices: b.Orders, Notifications: b.Notify, Local: s.locals()}
	rooms := &account.Room{House: house, Journal: b.Store.Journal(), Notices: b.Catalogue, Names: b.Federation, Ways: b.Federation, Own: b.Accounts, Behind: s.Behind}

	keys := &federation.Keyring{Store: b.Store.Federation(), IDs: ids, Now: s.Now}
	b.Keys = keys
	if len(s.Secret) > 0 {
		seal, err := federation.NewSeal(s.Secret)
		if err != nil {
			return nil, err
		}
		keys.Seal, b.Accounts.Seal = seal, seal
	}
	b.teller = &events.Teller{
		Federation: b.Federation, Keys: keys, Store: b.Store.Events(), Now: s.Now, Issuer: s.Base, Client: s.Client, Log: s.Log,
	}
	b.proofs = &proof.Checker{Federation: b.Federation, Store: b.Store.Proofs(), Client: s.Client, Now: s.Now, Words: s.Words}
	b.provider = &oidc.Provider{Federation: b.Federation, Keys: keys, Store: b.Store.OIDC(), IDs: ids, Now: s.Now, Proofs: b.proofs, Issuer: s.Base, ByCertificate: s.ByCertificate}
	b.tickets = &cas.Server{Federation: b.Federation, Store: b.Store.CAS(), IDs: ids, Now: s.Now, Issuer: s.Base, Client: s.Client}
	b.tools = &lti.Platform{
		Federation: b.Federation, Keys: keys, Proofs: b.proofs, Store: b.Store.LTI(), IDs: ids, Now: s.Now, Issuer: s.Base, Pages: rooms,
	}
	b.asserts = &saml.Provider{
		Federation: b.Federation, Keys: keys, Store: b.Store.SAML(), Pages: rooms, IDs: ids, Now: s.Now, Issuer: s.Base, Names: s.Names,
	}
	portals, err := s.connectors(keys, b.Accounts, rooms)
	if err != nil {
		return nil, err
	}
	portals = append(portals, b.guests(rooms), b.operators(rooms))
	door := &signin.Door{Federation: b.Federation, Connectors: portals, Pages: rooms, Poster: rooms, Partings: b.asserts, Base: s.Base,
		Schools: &directory.Finder{Service: b.Directory, Now: s.Now}}

	told := &notification.Room{House: house, Words: s.Words, Notifications: b.Notify, Writes: b.Notify.Writes}
	served := &repository.Face{Service: &repository.Service{Store: b.Store.Repository(), Base: s.Base + repository.Path, Name: Product, Admin: s.Contact}}
	overTLS, strict := httpx.TLSOf(s.Base)
	edge := &httpx.Edge{
		Log: s.Log, Now: s.Now, Words: s.Words, Pages: house, SignIn: house.SignIn, Behind: s.Behind || overTLS, Strict: strict,
		CrossOrigin: slices.Concat(b.provider.CrossOrigin(), b.tickets.CrossOrigin(), b.asserts.CrossOrigin(), b.tools.CrossOrigin(), door.CrossOrigin(), told.CrossOrigin(), served.CrossOrigin()),
		Watch:       s.Meter.Front("broker"),
	}
	mux := edge.Mux()
	house.Mount(mux)
	b.live = &live.Hub{Outbox: b.Store.Outbox(), Topics: hall.Followed, Say: hall.Moved, Now: s.Now, Log: s.Log}
	(&console.Room{
		House: house, Copies: b.Licensing, People: b.Directory, Notices: b.Catalogue, Live: b.live, Past: b.Licensing, Suggestions: b.Licensing, Rules: b.Licensing, Files: b.Licensing,
		Programs: b.Tokens, Now: s.Now,
		Home: home.Dashboard{
			News: b.Licensing, Unserved: rule.Unserved(b.Licensing), Suggestions: suggestion.Suggested(b.Licensing),
			Rollovers: rule.Rollovers(b.Licensing), Doubles: double.Doubled(b.Licensing), Reopened: history.Reopened(b.Licensing),
		},
	}).Mount(mux)
	(&api.Room{Tokens: b.Tokens, Copies: b.Licensing, People: b.Directory, Say: b.say, Over: b.over}).Mount(mux)
	desks := b.desks()
	(&desk.Room{
		House: house, Notices: b.Catalogue, Moves: b.Federation,
		Doors: doors{b.Licensing, b.Catalogue, programs}, Ways: programs,
		Desks: desks, Pins: pins{b.tools, programs}, Marks: desks, Classes: classes{b.Licensing, b.Catalogue},
	}).Mount(mux)
	framing, err := s.widgets()
	if err != nil {
		return nil, err
	}
	(&widget.Room{House: house, Vouched: b.Federation, Desks: desks, Portals: framing, Base: s.Base, Now: s.Now}).Mount(mux)
	(&browse.Room{House: house, Notices: b.Catalogue, Orders: b.Orders}).Mount(mux)
	(&head.Room{House: house, School: b.Directory}).Mount(mux)
	(&gradebook.Room{House: house, Books: books{b.tools, b.Federation, b.Catalogue}}).Mount(mux)
	counter := &order.Room{House: house, Orders: b.Orders, People: b.Directory, Now: s.Now, Seller: b.seller}
	counter.Mount(mux)
	told.Mount(mux)
	figures := &usagepages.Room{House: house, Books: b.Usage}
	figures.Mount(mux)
	(&tradepages.Room{House: house, Agents: b.Trade, Orders: b.Orders, Schools: b.Directory, Counter: counter, Notifications: told, Usage: figures, Houses: b.Catalogue,
		Called: b.called, Accounts: b.Accounts, Behind: s.Behind}).Mount(mux)
	(&operatorpages.Front{House: house, Room: b.desk(site), Operators: b.Operators, Accounts: b.Accounts, Behind: s.Behind}).Mount(mux)
	(&suggest.Room{House: house, Suggestions: b.Licensing, Notices: b.Catalogue}).Mount(mux)
	(&slips.Room{House: house, Accounts: b.Accounts}).Mount(mux)
	rooms.Mount(mux)
	door.Mount(mux)
	b.provider.Mount(mux)
	b.tickets.Mount(mux)
	b.tools.Mount(mux)
	b.asserts.Mount(mux)
	served.Mount(mux)
	b.Routes = mux.Routes()
	return edge.Wrap(house.Wrap(mux)), nil
}

// say tells a program's user what went wrong.
func (b *Broker) say(r *http.Request, err error) string {
	return b.settings.Words.Error(httpx.Spoken(r), err)
}

// desks are what persons find, for their own page and for portals that list it.
func (b *Broker) desks() *mediacentre.Service {
	return &mediacentre.Service{Rights: b.Licensing, Notices: b.Catalogue, Store: b.Store.Mediacentre()}
}

// content is the front of publishers' pictures: no session, no cookie, no page of ours.
func (b *Broker) content() http.Handler {
	s := b.settings
	overTLS, strict := httpx.TLSOf(s.Content)
	edge := &httpx.Edge{Log: s.Log, Now: s.Now, Words: s.Words, Behind: s.Behind || overTLS, Strict: strict, Watch: s.Meter.Front("pictures")}
	mux := edge.Mux()
	(&thumbnail.Face{Pictures: b.Thumbnails}).Mount(mux)
	return edge.Wrap(mux)
}

// desk is the operator's pages, to be mounted somewhere.
func (b *Broker) desk(site *look.Site) *operatorpages.Room {
	s := b.settings
	return &operatorpages.Room{Site: site, Words: s.Words, Deliveries: b.Deliveries, Declarations: b.Catalogue, Pictures: b.Thumbnails, Letters: b.Notify,
		Held: s.Mail == nil && s.HoldMail, Now: s.Now}
}

// Unguarded is the operator's pages for whoever is on the machine itself, where nobody signs in: for the demonstration, whose persons are
// invented, and for nothing else (docs/decisions/0021-operators.md).
func (b *Broker) Unguarded() http.Handler {
	s := b.settings
	site := look.New(look.Pupitre, s.Words)
	edge := &httpx.Edge{Log: s.Log, Now: s.Now, Words: s.Words, Pages: site, Watch: s.Meter.Front("operator")}
	mux := edge.Mux()
	site.Mount(mux)
	b.desk(site).Mount(mux)
	return edge.Wrap(operatorpages.Here(edge, mux))
}

// Run starts the loops that carry facts from area to area, and the sweeping of what is over. They end with Close.
func (b *Broker) Run(ctx context.Context) {
	ctx, b.stop = context.WithCancel(ctx)
	b.follow(ctx, "licensing", func(ctx context.Context) (int, error) { return b.Licensing.Follow(ctx, followLimit) })
	b.every(ctx, "rollover", time.Minute, func(ctx context.Context) error {
		_, err := b.Licensing.RollOver(ctx)
		return err
	})
	b.every(ctx, "harvest", time.Minute, func(ctx context.Context) error {
		for more := true; more; {
			var err error
			if more, err = b.Harvest.Next(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if b.settings.Content != "" {
		for range fetchers {
			b.every(ctx, "thumbnails", fetchPause, all(1, func(ctx context.Context) (int, error) {
				more, err := b.Thumbnails.Next(ctx)
				if more {
					return 1, err
				}
				return 0, err
			}))
		}
		b.sweep(ctx, "thumbnails", time.Hour, b.Thumbnails.Sweep)
	}
	b.follow(ctx, "federation", b.Federation.Follow)
	b.follow(ctx, "notify", func(ctx context.Context) (int, error) { return b.Notify.Follow(ctx, followLimit) })
	b.every(ctx, "stocks", time.Minute, all(1, b.Notify.Watch))
	if server := b.settings.Mail; server != nil {
		sender := &notify.Sender{Service: b.Notify, Worker: b.worker, Log: b.settings.Log,
			Open: func(ctx context.Context) (notify.Line, error) { return server.Open(ctx) }}
		b.loops.Go(func() { sender.Run(ctx) })
	}
	b.loops.Go(func() { b.teller.Run(ctx) })
	b.loops.Go(func() { b.live.Run(ctx) })
	b.loops.Go(func() {
		<-ctx.Done()
		close(b.over)
	})
	b.loops.Go(func() { b.warn(ctx) })
	if s := b.settings; s.Spool != "" {
		worker := &delivery.Runner{Service: b.Deliveries, Importer: b.Importer, Worker: b.Store.IDs.New(), Log: s.Log}
		b.loops.Go(func() { worker.Run(ctx) })
		if s.Drop != "" {
			drop := &delivery.Drop{Dir: s.Drop, Service: b.Deliveries, Words: s.Words, Log: s.Log, Now: s.Now}
			b.loops.Go(func() { drop.Run(ctx) })
		}
	}
	b.every(ctx, "batches", batchPause, all(1, func(ctx context.Context) (int, error) { return b.Licensing.Work(ctx, b.worker) }))
	b.sweep(ctx, "batches", time.Hour, b.Licensing.SweepBatches)
	b.sweep(ctx, "answers", 10*time.Minute, b.Tokens.Sweep)
	b.sweep(ctx, "sessions", 10*time.Minute, b.Federation.Sweep)
	b.sweep(ctx, "tokens", time.Minute, b.provider.Sweep)
	b.sweep(ctx, "proofs", time.Minute, b.proofs.Sweep)
	b.sweep(ctx, "sites", 10*time.Minute, b.asserts.Sweep)
	b.sweep(ctx, "tickets", time.Minute, b.tickets.Sweep)
	b.sweep(ctx, "messages", time.Minute, b.tools.Sweep)
	b.sweep(ctx, "gradebooks", time.Hour, b.tools.SweepGrades)
	b.sweep(ctx, "accounts", time.Hour, b.Accounts.Sweep)
	b.sweep(ctx, "weeks", time.Hour, b.Usage.CountWeeks)
	b.sweep(ctx, "counts", time.Hour, b.Usage.Sweep)
	b.sweep(ctx, "suggestions", time.Hour, b.Licensing.SweepSuggestions)
	b.sweep(ctx, "agents", time.Hour, b.Trade.Sweep)
	b.sweep(ctx, "operators", time.Hour, b.Operators.Sweep)
	b.sweep(ctx, "notifications", time.Hour, b.Notify.SweepNotifications)
	b.sweep(ctx, "letters", time.Hour, b.Notify.SweepLetters)
	b.sweep(ctx, "requests", time.Hour, b.Orders.SweepRequests)
	b.sweep(ctx, "selections", time.Hour, b.Licensing.SweepSelections)
	b.sweep(ctx, "journal", time.Hour, func(ctx context.Context, limit int) (int, error) { return journaldb.Sweep(ctx, b.Store.DB, limit) })
}

// Ready reports whether the broker can serve: its database answers, and the clocks agree.
func (b *Broker) Ready(ctx context.Context) error { return b.Store.DB.Ping(ctx) }

// Close stops the loops and closes the database.
func (b *Broker) Close() error {
	if b.stop != nil {
		b.stop()
	}
	b.loops.Wait()
	return b.Store.DB.Close()
}
