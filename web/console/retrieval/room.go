package retrieval

import (
	"context"
	"embed"

	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/console/errand"
	"pupitre/web/console/hall"
)

// Room is the pages of retrieval. Fill it as a struct literal, then Mount it.
type Room struct {
	*errand.Office
	Rolls Rolls

	pages struct{ takeShelf, takeWhich *look.Template }
}

// Rolls reads the names by which lists name persons. licensing.Service satisfies it.
type Rolls interface {
	Roll(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (*licensing.Roll, error)
}

//go:embed *.html
var files embed.FS

// Mount registers the pages.
func (c *Room) Mount(mux web.Mux) {
	c.pages.takeShelf, c.pages.takeWhich = c.Template(files, "takeshelf.html", "several.html"), c.Template(files, "takewhich.html", "several.html", "tree.html")
	const here = " /affectation/{uai}"
	mux.Handle("GET"+here+hall.TakePath, c.Within(c.recovery))
	mux.Handle("GET"+here+takeWhichPath, c.Within(c.which))
	mux.Handle("POST"+here+takeWhichPath, c.Within(c.which))
	mux.Handle("GET"+here+takePlanPath, c.Within(c.noTake))
	mux.Handle("POST"+here+takePlanPath, c.Within(c.takePlan))
	mux.Handle("POST"+here+takeBackPath, hall.Kept(c.Within(c.takeMany)))
}
