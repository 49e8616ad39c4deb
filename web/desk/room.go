package desk

import (
	"context"
	"embed"
	"io/fs"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/web"
)

// Room is the médiacentre. Fill it as a struct literal, then Mount it.
type Room struct {
	House   *web.House
	Desks   Desks
	Notices Notices
	Doors   Doors
	Moves   Moves
	Ways    Ways    // nil: every resource is at the address of its notice
	Pins    Pins    // nil: no links are ever pinned
	Marks   Marks   // nil: nobody keeps anything at hand, and nobody is told who gave
	Classes Classes // nil: what classes see has no pages; needs Marks

	mine, ofClass, away *look.Template
	worker              []byte
}

// Desks is what somebody finds in a school. mediacentre.Service satisfies it.
type Desks interface {
	Desk(ctx context.Context, person directory.PersonID, school directory.SchoolID) (mediacentre.Desk, error)
	// Open returns what is open to all.
	Open(ctx context.Context, profile directory.Profile) (mediacentre.Desk, error)
}

// Notices finds a resource by its identifier. catalogue.Service satisfies it.
type Notices interface {
	FindByARK(ctx context.Context, ark catalogue.ARK) (catalogue.Resource, error)
}

// Doors opens a right, and journals the access. licensing.Service satisfies it.
type Doors interface {
	Open(ctx context.Context, o licensing.Opening) (licensing.Grant, error)
}

// Moves takes a session to another school of its person: the one that a portal's link names. federation.Service satisfies it.
type Moves interface {
	Choose(ctx context.Context, token federation.Token, school directory.SchoolID, profile directory.Profile) (hint federation.Token, err error)
}

// Ways tells where a resource is opened: at the address of its notice, or at ours where the broker begins what its publisher's program
// ends.
type Ways interface {
	Way(ctx context.Context, resource catalogue.Resource) (address string, err error)
}

//go:embed *.html dist
var files embed.FS

// Mount registers the médiacentre's pages and launches.
func (d *Room) Mount(mux web.Mux) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	d.House.Site.Add(dist)
	d.mine = d.House.Site.Template(files, "desk.html")
	mux.Handle("GET "+web.DeskPath, d.House.For(d.desk))
	d.away, d.worker = d.House.Site.Template(files, "away.html"), workerScript(dist)
	mux.Handle("GET "+awayPath, d.House.For(d.showAway))
	mux.Handle("GET "+workerPath, d.sendWorker)
	if d.Marks != nil {
		mux.Handle("POST "+web.DeskPath+"/favoris", d.House.For(d.favour))
	}
	if d.Classes != nil {
		d.ofClass = d.House.Site.Template(files, "class.html")
		mux.Handle("GET "+classPath+"{class}", d.House.For(d.class))
		mux.Handle("POST "+classPath+"{class}/epingles", d.House.For(d.pin))
	}
	mux.Handle("GET /acces/{ark...}", d.House.For(d.access))
	mux.Handle("GET "+web.PortalLinkPath, d.portalLink)
}
