package browse

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"pupitre/catalogue"
	"pupitre/catalogue/search"
	"pupitre/internal/look"
	"pupitre/orders"
	"pupitre/web"
)

// Room is the catalogue's pages. Fill it as a struct literal, then Mount it.
type Room struct {
	House   *web.House
	Notices Notices
	Orders  Orders // nil: nothing is ordered here

	list, one *look.Template
}

// Notices is what there is. catalogue.Service satisfies it.
type Notices interface {
	Search(ctx context.Context, q search.Query) (catalogue.Found, error)
	FindResource(ctx context.Context, id catalogue.ResourceID) (catalogue.Resource, error)
	ListMembers(ctx context.Context, mother catalogue.ResourceID) ([]catalogue.Resource, error)
}

// Orders is what a school may order. orders.Service satisfies it.
type Orders interface {
	Offers(ctx context.Context, of orders.BasketKey, resource catalogue.ResourceID, after orders.OfferKey) ([]orders.Offer, error)
}

//go:embed *.html dist
var files embed.FS

// Mount registers the pages.
func (b *Room) Mount(mux web.Mux) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	b.House.Site.Add(dist)
	b.list, b.one = b.House.Site.Template(files, "list.html"), b.House.Site.Template(files, "one.html")
	mux.Handle("GET "+web.CataloguePath, b.adult(b.search))
	mux.Handle("GET "+web.CataloguePath+"/{id}", b.adult(b.resource))
}

// adult lets in everybody but pupils, who do not choose.
func (b *Room) adult(page web.Page) func(w http.ResponseWriter, r *http.Request) error {
	return b.House.For(func(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
		if !reader.IsPupil() {
			return page(w, r, reader)
		}
		p := &web.Closed{Shell: b.House.Site.Shell(r)}
		p.Title, p.Why = p.T("browse.denied"), p.T("browse.denied.why")
		p.Do = look.Link{Text: p.T("web.space.desk.go"), Href: web.DeskPath}
		return b.House.SendClosed(w, r, http.StatusForbidden, p)
	})
}
