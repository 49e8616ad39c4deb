package family

import (
	"embed"

	"pupitre/internal/look"
	"pupitre/web"
	"pupitre/web/console/errand"
	"pupitre/web/console/hall"
)

// Room is the pages of families. Fill it as a struct literal, then Mount it.
type Room struct {
	*errand.Office

	page *look.Template
}

//go:embed *.html
var files embed.FS

// Mount registers the pages.
func (c *Room) Mount(mux web.Mux) {
	c.page = c.Template(files, "families.html", "several.html")
	const here = " /affectation/{uai}"
	mux.Handle("GET"+here+hall.FamiliesPath, c.Within(c.families))
	mux.Handle("POST"+here+hall.FamiliesPath, c.Within(c.families))
	mux.Handle("GET"+here+familiesPlanPath, c.Within(c.noFamily))
	mux.Handle("POST"+here+familiesPlanPath, c.Within(c.familyPlan))
	mux.Handle("POST"+here+familiesGivePath, hall.Kept(c.Within(c.familyGive)))
}
