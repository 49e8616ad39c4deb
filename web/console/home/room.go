package home

import (
	"context"
	"embed"

	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// Room is the first page. Fill it as a struct literal, then Mount it.
type Room struct {
	*hall.Hall
	Home  Dashboard
	Past  Past  // nil: nothing is told of what was done
	Files Files // nil: copies come and go by no file

	pages struct{ schools, home *look.Template }
}

// Past is what was done. licensing.Service satisfies it.
type Past interface {
	History(ctx context.Context, f licensing.HistoryFilter) ([]licensing.Deed, error)
}

// Files is what is carried out in the background. licensing.Service satisfies it.
type Files interface {
	ListBatches(ctx context.Context, school directory.SchoolID, limit int, within *licensing.Mandate) ([]licensing.Batch, error)
}

//go:embed *.html
var files embed.FS

// Mount registers the pages.
func (c *Room) Mount(mux web.Mux) {
	c.pages.schools, c.pages.home = c.Template(files, "schools.html"), c.Template(files, "home.html", "feed.html")
	mux.Handle("GET /affectation", c.House.For(c.schools))
	mux.Handle("GET /affectation/{uai}", c.Within(c.home))
}
