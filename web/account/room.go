package account

import (
	"context"
	"embed"
	"io/fs"

	"pupitre/catalogue"
	"pupitre/federation"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/web"
)

// Room is the account's pages. Fill it as a struct literal, then Mount it. It satisfies federation.Pages and federation.Poster.
type Room struct {
	House   *web.House
	Journal Journal
	Notices Notices
	Names   Names
	Ways    Ways // nil: nobody is asked by which place
	Own     Own  // nil: nobody has an account here
	Behind  bool // a proxy in front says, in X-Forwarded-For, who asks

	pages pages
}

// Journal gives the entries to read. The store's Journal() satisfies it.
type Journal interface {
	Read(ctx context.Context, f func(ctx context.Context, r journal.Reader) error) error
}

// Notices tells what the resources are. catalogue.Service satisfies it.
type Notices interface {
	ListResources(ctx context.Context, ids ...catalogue.ResourceID) ([]catalogue.Resource, error)
}

// Names tells what a publisher calls somebody. federation.Service satisfies it.
type Names interface {
	As(ctx context.Context, session federation.Session, publisher federation.Sector) (federation.Pseudonym, string, error)
}

// Ways tells by which of somebody's places they may open a resource. federation.Service satisfies it.
type Ways interface {
	PlacesFor(ctx context.Context, session federation.Session, ark string) ([]federation.Place, error)
}

//go:embed *.html dist
var files embed.FS

type pages struct {
	ents, leave, left, post, places, journal, receipt *look.Template
	local, codes                                      *look.Template // our own sign-in
	own, keys                                         *look.Template // somebody's own account
}

// Mount registers the account's pages. Those of signing in and out are mounted by the sign-in itself.
func (a *Room) Mount(mux web.Mux) {
	site := a.House.Site
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	site.Add(dist)
	a.pages = pages{
		ents: site.Template(files, "ents.html"), leave: site.Template(files, "leave.html"), left: site.Template(files, "left.html"),
		post:  site.Template(files, "post.html"),
		local: site.Template(files, "local.html", "passkey.html"), codes: site.Template(files, "codes.html"),
		own: site.Template(files, "own.html"), keys: site.Template(files, "ownkeys.html", "passkey.html"),
		places: site.Template(files, "places.html"), journal: site.Template(files, "journal.html"), receipt: site.Template(files, "receipt.html"),
	}
	mux.Handle("GET /mes-lieux", a.House.For(a.places))
	mux.Handle("GET /mon-journal", a.House.For(a.journal))
	mux.Handle("GET /mon-journal/{entry}", a.House.For(a.receipt))
	if a.Own != nil {
		a.mountOwn(mux)
	}
}
