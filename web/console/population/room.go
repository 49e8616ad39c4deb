package population

import (
	"embed"

	"pupitre/internal/look"
	"pupitre/web"
	"pupitre/web/console/errand"
	"pupitre/web/console/hall"
)

// Room is the pages of a population. Fill it as a struct literal, then Mount it.
type Room struct {
	*errand.Office
	Drafts Drafts

	pages struct{ crowd, crowdShelf *look.Template }
}

//go:embed *.html
var files embed.FS

// Mount registers the pages.
func (c *Room) Mount(mux web.Mux) {
	c.pages.crowd, c.pages.crowdShelf = c.Template(files, "crowd.html", "several.html", "tree.html"), c.Template(files, "crowdshelf.html", "several.html")
	const here = " /affectation/{uai}"
	mux.Handle("GET"+here+hall.CrowdPath, c.Within(c.populations))
	mux.Handle("POST"+here+hall.CrowdPath, c.Within(c.populations))
	mux.Handle("GET"+here+crowdShelfPath, c.Within(c.noCrowd))
	mux.Handle("POST"+here+crowdShelfPath, c.Within(c.crowdShelf))
	mux.Handle("GET"+here+hall.CrowdPlanPath, c.Within(c.noCrowd))
	mux.Handle("POST"+here+hall.CrowdPlanPath, c.Within(c.crowdPlan))
	mux.Handle("POST"+here+crowdGivePath, hall.Kept(c.Within(c.crowdGive)))
}
