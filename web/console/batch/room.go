package batch

import (
	"context"
	"embed"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// Room is the pages of files. Fill it as a struct literal, then Mount it.
type Room struct {
	*hall.Hall
	Files    Files
	Rolls    Rolls
	Holders  Holders
	Programs bool // the school's own programs have a page

	pages struct{ file, batch *look.Template }
}

// Holders lists who holds a copy. licensing.Service satisfies it.
type Holders interface {
	ListHoldersAmong(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, cohorts []directory.CohortID, page directory.Page) ([]licensing.Holder, error)
}

//go:embed *.html
var files embed.FS

// Mount registers the pages.
func (c *Room) Mount(mux web.Mux) {
	c.pages.file, c.pages.batch = c.Template(files, "file.html"), c.Template(files, "batch.html", "planframe.html", "several.html")
	const one = " /affectation/{uai}" + hall.FilePath
	mux.Handle("GET"+one, c.Within(c.file))
	mux.Handle("POST"+one, c.Within(c.upload))
	mux.Handle("GET"+one+"/stock.csv", c.Within(c.stockFile))
	mux.Handle("GET"+one+"/attributions.csv", c.Within(c.holdersFile))
	mux.Handle("GET"+one+"/{lot}", c.Within(c.batch))
	mux.Handle("POST"+one+"/{lot}/lancer", hall.Kept(c.Within(c.startBatch)))
	mux.Handle("POST"+one+"/{lot}/familles", c.Within(c.addFamilies))
	mux.Handle("GET"+one+"/{lot}/refus.csv", c.Within(c.refusedFile))
	mux.Handle("GET"+one+"/{lot}/resultats.csv", c.Within(c.outcomesFile))
}
