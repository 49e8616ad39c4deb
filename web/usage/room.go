package usage

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"net/url"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/usage"
	"pupitre/web"
)

// Room is the pages of usage. Fill it as a struct literal, then Mount it.
type Room struct {
	House *web.House
	Books Books

	list, one *look.Template
}

// Books tells what became of resources. usage.Service satisfies it.
type Books interface {
	OfSchool(ctx context.Context, school directory.SchoolID) (usage.Told, error)
	OfSchoolWork(ctx context.Context, school directory.SchoolID, ark catalogue.ARK) (usage.Told, error)
	OfPublisher(ctx context.Context, publisher catalogue.PublisherID, after catalogue.ARK) (usage.Told, error)
	OfPublisherWork(ctx context.Context, publisher catalogue.PublisherID, ark catalogue.ARK) (usage.Told, error)
}

//go:embed *.html dist
var files embed.FS

// view is whose figures are read, and where.
type view struct {
	path      string // of the list
	name      string // whose, in files' names
	publisher catalogue.PublisherID
	school    directory.School
}

// Mount registers the head's pages.
func (u *Room) Mount(mux web.Mux) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	u.House.Site.Add(dist)
	u.list, u.one = u.House.Site.Template(files, "list.html", "piece.html"), u.House.Site.Template(files, "one.html", "piece.html")
	head := func(p page) httpx.Handler {
		return u.House.For(func(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
			if !reader.Heads {
				return fault.New(fault.Denied, "directory.head.only")
			}
			school := reader.School()
			return p(w, r, view{path: web.UsagePath, name: string(school.UAI), school: school})
		})
	}
	u.mountAt(mux, web.UsagePath, head)
}

// page is a page for somebody who may read it.
type page func(w http.ResponseWriter, r *http.Request, v view) error

func (u *Room) mountAt(mux web.Mux, path string, let func(p page) httpx.Handler) {
	mux.Handle("GET "+path, let(u.showList))
	mux.Handle("GET "+path+"/ressource/{ark...}", let(u.showOne))
	mux.Handle("GET "+path+"/fichier", let(u.listFile))
	mux.Handle("GET "+path+"/fichier/{ark...}", let(u.oneFile))
}

// MountAt registers the publishers' pages; who tells for which publisher somebody reads.
func (u *Room) MountAt(mux web.Mux, path string, who func(p func(w http.ResponseWriter, r *http.Request, publisher catalogue.Publisher) error) httpx.Handler) {
	u.mountAt(mux, path, func(p page) httpx.Handler {
		return who(func(w http.ResponseWriter, r *http.Request, publisher catalogue.Publisher) error {
			return p(w, r, view{path: path, name: publisher.Official, publisher: publisher.ID})
		})
	})
}

func (u *Room) all(r *http.Request, v view) (usage.Told, error) {
	if v.publisher == "" {
		return u.Books.OfSchool(r.Context(), v.school.ID)
	}
	return u.Books.OfPublisher(r.Context(), v.publisher, catalogue.ARK(r.FormValue("apres")))
}

// work tells of the resource that the address names.
func (u *Room) work(r *http.Request, v view) (usage.Told, error) {
	ark, err := catalogue.ParseARK(r.PathValue("ark"))
	if err != nil {
		return usage.Told{}, err
	}
	if v.publisher == "" {
		return u.Books.OfSchoolWork(r.Context(), v.school.ID, ark)
	}
	return u.Books.OfPublisherWork(r.Context(), v.publisher, ark)
}

// to is the address of a resource's page, or of its file.
func (v view) to(what string, ark catalogue.ARK) string {
	return (&url.URL{Path: v.path + "/" + what + "/" + string(ark)}).EscapedPath()
}
