package order

import (
	"net/http"
	"net/url"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/orders"
	"pupitre/web"
)

// Visit is who is at the counter where a school's orders are made: somebody of the school, or a bookseller that it took.
type Visit struct {
	Buyer  orders.Buyer
	School directory.School
	Base   string // where the counter's pages are, without a slash at the end
	Asks   bool   // a teacher, who asks and does not order
}

// Page is a page of the counter.
type Page func(w http.ResponseWriter, r *http.Request, v Visit) error

// MountAt registers the pages of the counter under a pattern; let finds who visits, and whether they may.
func (s *Room) MountAt(mux web.Mux, base string, let func(Page) httpx.Handler) {
	for pattern, page := range map[string]Page{
		"GET " + base:                        s.showList,
		"GET " + base + "/offres":            s.showOffers,
		"GET " + base + "/panier":            s.showBasket,
		"POST " + base + "/panier":           s.put,
		"POST " + base + "/devis":            s.quote,
		"POST " + base + "/essais":           s.try,
		"GET " + base + "/{id}":              s.showOne,
		"GET " + base + "/{id}/document.pdf": s.document,
		"POST " + base + "/{id}/envoyer":     s.send,
		"POST " + base + "/{id}/abandonner":  s.withdraw,
	} {
		mux.Handle(pattern, let(page))
	}
}

// visit is a reader's at the counter of the school where they are.
func visit(reader *web.Reader) Visit {
	return Visit{Buyer: orders.Buyer{Person: reader.Person.ID}, School: reader.School(), Base: web.OrdersPath, Asks: !reader.Office.MayOrder()}
}

// of is the visitor's basket for the school.
func (v Visit) of() orders.BasketKey { return orders.BasketKey{School: v.School.ID, Buyer: v.Buyer} }

// key is the order of the address, of the school.
func (v Visit) key(r *http.Request) orders.Key {
	return orders.Key{School: v.School.ID, ID: orders.OrderID(r.PathValue("id"))}
}

// at is the address of one of the counter's pages.
func (v Visit) at(page string) string { return v.Base + "/" + page }

// path is the address of an order's page, or of an act on it.
func (v Visit) path(id orders.OrderID, act string) string {
	p := v.at(url.PathEscape(string(id)))
	if act != "" {
		p += "/" + act
	}
	return p
}

// on is a day at the school.
func (v Visit) on(at time.Time) clock.Date {
	return clock.On(at, clock.ZoneOfUAI(string(v.School.UAI)))
}

// home is the first crumb.
func (v Visit) home(p *look.Shell) look.Link {
	return look.Link{Text: p.T("web.order.list"), Href: v.Base}
}
