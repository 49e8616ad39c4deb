package trade

import (
	"context"
	"embed"
	"net/http"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/notify"
	"pupitre/orders"
	"pupitre/orders/trade"
	"pupitre/web"
	"pupitre/web/notification"
	"pupitre/web/order"
	"pupitre/web/usage"
)

// Room is the pages of the trade. Fill it as a struct literal, then Mount it after the rooms of orders, whose style it shares.
type Room struct {
	House         *web.House
	Agents        Agents
	Orders        Orders
	Schools       Schools
	Counter       *order.Room        // what booksellers order at
	Notifications *notification.Room // what agents are told
	Usage         *usage.Room        // what publishers read
	Houses        Publishers
	Accounts      web.GuestAccounts
	Behind        bool                                                                  // TLS ends at a proxy in front
	Called        func(ctx context.Context, house trade.House) (name string, err error) // what a house is called

	clients, received, ordered, one *look.Template
}

// Agents tells who is signed in. trade.Service satisfies it.
type Agents interface {
	Present(ctx context.Context, token federation.Token) (trade.Agent, error)
	Alone(ctx context.Context, old federation.Token) (federation.Token, error)
	Leave(ctx context.Context, token federation.Token) error
}

// Orders is what the trade does with them. orders.Service satisfies it.
type Orders interface {
	AskClient(ctx context.Context, seller orders.BooksellerID, school directory.SchoolID) error
	LeaveClient(ctx context.Context, seller orders.BooksellerID, school directory.SchoolID) error
	ListClients(ctx context.Context, seller orders.BooksellerID) ([]orders.Client, error)
	KeyOf(ctx context.Context, number string) (orders.Key, error)
	FindReceived(ctx context.Context, distributor string, key orders.Key) (orders.Order, error)
	HistoryReceived(ctx context.Context, distributor string, key orders.Key) ([]orders.Step, error)
	ListOrdered(ctx context.Context, seller orders.BooksellerID, f orders.Filter) ([]orders.Order, error)
	ListReceived(ctx context.Context, distributor string, f orders.Filter) ([]orders.Order, error)
	Deliver(ctx context.Context, by journal.Actor, distributor string, key orders.Key, seen orders.Sight, parts orders.Parts) (orders.Order, error)
	Refuse(ctx context.Context, by journal.Actor, distributor string, key orders.Key, why licensing.Word) (orders.Order, error)
	Cancel(ctx context.Context, by journal.Actor, distributor string, key orders.Key, seen orders.Sight, parts orders.Parts, why licensing.Word) (orders.Order, error)
}

// Schools finds schools. directory.Service satisfies it.
type Schools interface {
	FindSchool(ctx context.Context, id directory.SchoolID) (directory.School, error)
	FindSchoolByUAI(ctx context.Context, uai directory.UAI) (directory.School, error)
}

// Publishers finds them. catalogue.Service satisfies it.
type Publishers interface {
	FindPublisher(ctx context.Context, id catalogue.PublisherID) (catalogue.Publisher, error)
}

//go:embed *.html
var files embed.FS

const (
	schoolsPath  = web.TradePath + "/etablissements"
	receivedPath = web.TradePath + "/recues"
	counterPath  = schoolsPath + "/{school}/commandes"
	leavePath    = web.TradePath + "/quitter"
	usagePath    = web.TradePath + "/usages"
	passwordPath = web.TradePath + "/mot-de-passe"
)

// page is a handler for an agent.
type page func(w http.ResponseWriter, r *http.Request, agent trade.Agent) error

// Mount registers the pages.
func (s *Room) Mount(mux web.Mux) {
	for file, page := range map[string]**look.Template{"clients.html": &s.clients, "received.html": &s.received, "ordered.html": &s.ordered, "one.html": &s.one} {
		*page = s.House.Site.Template(files, file, "table.html")
	}
	mux.Handle("GET "+web.TradePath, s.let(s.home))
	mux.Handle("POST "+schoolsPath, s.let(s.bookseller(s.ask)))
	mux.Handle("POST "+schoolsPath+"/{school}/quitter", s.let(s.bookseller(s.leaveSchool)))
	s.Counter.MountAt(mux, counterPath, func(at order.Page) httpx.Handler {
		return s.let(s.bookseller(func(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
			v, err := s.visit(r, agent)
			if err != nil {
				return err
			}
			return at(w, r, v)
		}))
	})
	s.Notifications.MountAt(mux, web.TradeNotificationsPath, func(at notification.Page) httpx.Handler {
		return s.let(func(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
			return at(w, r, notification.Visit{Person: whom(agent), Role: notify.Role{Sells: agent.Bookseller != "", Distributes: agent.Distributor != ""}, Base: web.TradeNotificationsPath})
		})
	})
	s.Usage.MountAt(mux, usagePath, s.publisher)
	mux.Handle("GET "+orderedPath, s.let(s.bookseller(s.showOrdered)))
	password := &web.Password{House: s.House, Accounts: s.Accounts, Project: local.Guests, Path: passwordPath, Home: web.TradePath, Cookie: trade.SessionCookie,
		Behind: s.Behind, Alone: s.Agents.Alone, Shell: s.shell}
	mux.Handle("GET "+passwordPath, s.let(func(w http.ResponseWriter, r *http.Request, _ trade.Agent) error { return password.Show(w, r) }))
	mux.Handle("POST "+passwordPath, s.let(func(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
		return password.Change(w, r, agent.Person)
	}))
	mux.Handle("GET "+receivedPath+"/{number}", s.let(s.distributor(s.showOne)))
	mux.Handle("POST "+receivedPath+"/{number}/{act}", s.let(s.distributor(s.act)))
	mux.Handle("POST "+leavePath, s.leave)
}

// let makes a page a handler: it finds whose agent is reading, or answers fault.Unauthenticated.
func (s *Room) let(p page) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		httpx.Private(w)
		agent, err := s.Agents.Present(r.Context(), federation.Token(httpx.Cookie(r, trade.SessionCookie)))
		if err != nil {
			return err
		}
		httpx.Event(r.Context()).Set("person", string(agent.Person))
		name, err := s.Called(r.Context(), agent.House)
		if err != nil {
			return err
		}
		fresh, err := s.House.Notifications.CountUnread(r.Context(), whom(agent))
		if err != nil {
			return err
		}
		return p(w, web.Framed(r, func(r *http.Request, p *look.Shell) {
			frame(r, p, agent, name)
			p.Bell = web.Ring(r, p, fresh, web.TradeNotificationsPath)
		}), agent)
	}
}

// whom is an agent as one who is told.
func whom(agent trade.Agent) notify.Person {
	return notify.Person{Project: local.Guests, ID: agent.Person}
}

// bookseller, distributor and publisher are pages that agents of other houses do not have: as if they were not there.
func (s *Room) bookseller(p page) page {
	return func(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
		if agent.Bookseller == "" {
			return errElsewhere
		}
		return p(w, r, agent)
	}
}

func (s *Room) distributor(p page) page {
	return func(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
		if agent.Distributor == "" {
			return errElsewhere
		}
		return p(w, r, agent)
	}
}

func (s *Room) publisher(p func(w http.ResponseWriter, r *http.Request, publisher catalogue.Publisher) error) httpx.Handler {
	return s.let(func(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
		if agent.Publisher == "" {
			return errElsewhere
		}
		publisher, err := s.Houses.FindPublisher(r.Context(), agent.Publisher)
		if err != nil {
			return err
		}
		return p(w, r, publisher)
	})
}

var errElsewhere = fault.New(fault.NotFound, "trade.page.elsewhere")

// home is where one comes in.
func (s *Room) home(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
	switch {
	case agent.Bookseller != "":
		return s.showClients(w, r, agent, http.StatusOK, "", nil)
	case agent.Publisher != "":
		http.Redirect(w, r, usagePath, http.StatusSeeOther)
		return nil
	}
	return s.showReceived(w, r, agent)
}

// leave signs out, and leads to the trade's own sign-in: a portal's, at another host, no form of ours may lead to.
func (s *Room) leave(w http.ResponseWriter, r *http.Request) error {
	if err := s.Agents.Leave(r.Context(), federation.Token(httpx.Cookie(r, trade.SessionCookie))); err != nil {
		return err
	}
	httpx.SetCookie(w, r, trade.SessionCookie, "", -1)
	http.Redirect(w, r, web.TradePath, http.StatusSeeOther)
	return nil
}

// frame is the masthead of the trade's pages.
func frame(r *http.Request, p *look.Shell, agent trade.Agent, house string) {
	p.Area, p.Home = p.T("trade.space"), web.TradePath
	p.Who = &look.Who{Name: agent.Name.String(), Role: house, Initials: lang.Initials(agent.Name.Given, agent.Name.Family), SignOut: leavePath,
		Own: look.Link{Text: p.T("local.own.change.title"), Href: passwordPath, Current: r.URL.Path == passwordPath}}
	title, path := "trade.received", web.TradePath
	switch {
	case agent.Bookseller != "":
		title = "trade.clients"
	case agent.Publisher != "":
		title, path = "usage.title", usagePath
	}
	p.Nav = []look.Link{{Text: p.T(title), Href: path, Current: r.URL.Path == path || path == usagePath}}
	if agent.Bookseller != "" {
		p.Nav = append(p.Nav, look.Link{Text: p.T("trade.ordered"), Href: orderedPath, Current: r.URL.Path == orderedPath})
	}
}

// shell begins a page of the room.
func (s *Room) shell(r *http.Request, title string, args ...any) look.Shell {
	p := s.House.Site.Shell(r)
	p.Title, p.Parent, p.Styles = p.T(title, args...), p.T("trade.space"), []string{"order.css"}
	return p
}

// to leads to a page that says what was done.
func (s *Room) to(w http.ResponseWriter, r *http.Request, where, said string, args ...any) error {
	shell := s.House.Site.Shell(r)
	if err := s.House.Site.Flash(w, r, look.Message{Tone: look.Green, Text: shell.T(said, args...)}); err != nil {
		return err
	}
	http.Redirect(w, r, where, http.StatusSeeOther)
	return nil
}

// said puts a refusal in the reader's words.
func said(p *look.Shell, err error) string { return p.T(fault.CodeOf(err), fault.ParamsOf(err)...) }
