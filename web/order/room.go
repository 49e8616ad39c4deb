package order

import (
	"cmp"
	"context"
	"embed"
	"io/fs"
	"net/http"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/orders"
	"pupitre/web"
)

// Room is the pages of orders. Fill it as a struct literal, then Mount it.
type Room struct {
	House  *web.House
	Orders Orders
	People People
	Now    func() time.Time
	Seller func(ctx context.Context, distributor string) (name string, err error) // "" where nobody knows it

	list, offers, basket, one, requests, people, renewal *look.Template
}

// Orders is what is ordered, and what may be. orders.Service satisfies it.
type Orders interface {
	Offers(ctx context.Context, of orders.BasketKey, resource catalogue.ResourceID, after orders.OfferKey) ([]orders.Offer, error)
	FindBasket(ctx context.Context, of orders.BasketKey) (orders.Basket, error)
	Put(ctx context.Context, of orders.BasketKey, changes ...orders.Change) error
	Quote(ctx context.Context, of orders.BasketKey, version int64, changes ...orders.Change) ([]orders.Order, error)
	Try(ctx context.Context, of orders.BasketKey, offer orders.OfferKey, quantity int) (orders.Order, error)
	FindRenewal(ctx context.Context, of orders.Renewing) (orders.Renewal, error)
	Send(ctx context.Context, buyer orders.Buyer, key orders.Key, refs orders.References) (orders.Order, error)
	Withdraw(ctx context.Context, buyer orders.Buyer, key orders.Key) (orders.Order, error)
	Find(ctx context.Context, buyer orders.Buyer, key orders.Key) (orders.Order, error)
	History(ctx context.Context, buyer orders.Buyer, key orders.Key) ([]orders.Step, error)
	List(ctx context.Context, of orders.BasketKey, f orders.Filter) ([]orders.Order, error)
	Ask(ctx context.Context, teacher directory.PersonID, school directory.SchoolID, offer orders.OfferKey, quantity int, word licensing.Word) (orders.Request, error)
	Unask(ctx context.Context, teacher directory.PersonID, school directory.SchoolID, id orders.RequestID) error
	Take(ctx context.Context, buyer directory.PersonID, school directory.SchoolID, id orders.RequestID, trial bool) (tried orders.Order, err error)
	Decline(ctx context.Context, buyer directory.PersonID, school directory.SchoolID, id orders.RequestID, why licensing.Word) error
	ListRequests(ctx context.Context, person directory.PersonID, school directory.SchoolID, open bool) ([]orders.Request, error)
	Name(ctx context.Context, head directory.PersonID, school directory.SchoolID, person directory.PersonID) error
	Unname(ctx context.Context, head directory.PersonID, school directory.SchoolID, person directory.PersonID) error
	ListNamed(ctx context.Context, head directory.PersonID, school directory.SchoolID) ([]orders.Named, error)
	AnswerClient(ctx context.Context, person directory.PersonID, school directory.SchoolID, seller orders.BooksellerID, takes bool) error
	ListBooksellers(ctx context.Context, person directory.PersonID, school directory.SchoolID) ([]orders.Client, error)
}

// naming is a head's word on somebody.
type naming func(ctx context.Context, head directory.PersonID, school directory.SchoolID, person directory.PersonID) error

// People tells who asked, and who there is. directory.Service satisfies it.
type People interface {
	FindPerson(ctx context.Context, id directory.PersonID) (directory.Person, error)
	ListPersons(ctx context.Context, school directory.SchoolID, filter directory.Filter, page directory.Page) ([]directory.Member, error)
}

//go:embed *.html dist
var files embed.FS

// Mount registers the pages.
func (s *Room) Mount(mux web.Mux) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	s.House.Site.Add(dist)
	for _, page := range []struct {
		template **look.Template
		file     string
	}{{&s.list, "list.html"}, {&s.offers, "offers.html"}, {&s.basket, "basket.html"}, {&s.one, "one.html"}, {&s.requests, "requests.html"}, {&s.people, "people.html"}, {&s.renewal, "renewal.html"}} {
		*page.template = s.House.Site.Template(files, page.file, "totals.html")
	}
	s.MountAt(mux, web.OrdersPath, func(page Page) httpx.Handler {
		return s.House.For(func(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
			return page(w, r, visit(reader))
		})
	})
	for pattern, page := range map[string]web.Page{
		"GET " + renewalPath:                                      s.showRenewal,
		"POST " + renewalPath:                                     s.renew,
		"GET " + requestsPath:                                     s.showRequests,
		"POST " + requestsPath:                                    s.ask,
		"POST " + requestsPath + "/{id}/{answer}":                 s.answer,
		"GET " + peoplePath:                                       s.showPeople,
		"POST " + peoplePath + "/{person}/nommer":                 s.name,
		"POST " + peoplePath + "/{person}/retirer":                s.unname,
		"POST " + peoplePath + "/libraires/{bookseller}/accepter": s.takeBookseller,
		"POST " + peoplePath + "/libraires/{bookseller}/quitter":  s.leaveBookseller,
	} {
		mux.Handle(pattern, s.House.For(page))
	}
}

const requestsPath = web.OrdersPath + "/demandes"

// shell begins a page of the room.
func (s *Room) shell(r *http.Request, title string, crumbs ...look.Link) look.Shell {
	p := s.House.Site.Shell(r)
	p.Title, p.Parent, p.Styles = p.T(title), p.T("web.space.orders"), []string{"order.css"}
	if len(crumbs) > 0 {
		p.Crumbs = append(crumbs, look.Link{Text: p.Title, Current: true})
	}
	return p
}

// seller is what a distributor is called: its number, where nobody knows its name.
func (s *Room) seller(r *http.Request, distributor string) (string, error) {
	name, err := s.Seller(r.Context(), distributor)
	return cmp.Or(name, distributor), err
}

// to leads to a page that says what was done.
func (s *Room) to(w http.ResponseWriter, r *http.Request, where string, said look.Message) error {
	if err := s.House.Site.Flash(w, r, said); err != nil {
		return err
	}
	http.Redirect(w, r, where, http.StatusSeeOther)
	return nil
}
