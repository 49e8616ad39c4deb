package resource

import (
	"embed"

	"pupitre/internal/look"
	"pupitre/web"
	"pupitre/web/console/errand"
	"pupitre/web/console/hall"
)

// Room is the pages of one resource. Fill it as a struct literal, then Mount it.
type Room struct {
	*errand.Office
	Drafts   Drafts
	Holders  Holders
	Standing Standing // nil: nothing is given by itself

	pages struct {
		resources, population, plan, holders *look.Template
		persons                              look.Rows[personRow]
	}
}

//go:embed *.html
var files embed.FS

// Mount registers the pages.
func (c *Room) Mount(mux web.Mux) {
	c.pages.resources, c.pages.population = c.Template(files, "resources.html"), c.Template(files, "population.html", "head.html", "tree.html")
	c.pages.persons = look.Rows[personRow]{Page: c.pages.population, Part: "person", Texts: (*personRow).texts}
	c.pages.plan, c.pages.holders = c.Template(files, "plan.html", "planframe.html", "several.html"), c.Template(files, "holders.html", "head.html")
	mux.Handle("GET /affectation/{uai}"+hall.GivePath, c.Within(c.resources))
	const one = " /affectation/{uai}" + hall.GivePath + "/{resource}"
	mux.Handle("GET"+one+"/population", c.OnWithin(c.population))
	mux.Handle("POST"+one+"/population", c.OnWithin(c.population))
	mux.Handle("POST"+one+"/compteurs", c.OnWithin(c.count))
	mux.Handle("GET"+one+"/plan", c.OnWithin(c.plan))
	mux.Handle("POST"+one+"/plan", c.OnWithin(c.plan))
	mux.Handle("POST"+one+"/attribuer", hall.Kept(c.OnWithin(c.assign)))
	mux.Handle("GET"+one+"/attributions", c.OnWithin(c.holders))
	mux.Handle("POST"+one+"/reprise", c.OnWithin(c.retrieval))
	mux.Handle("POST"+one+"/reprendre", hall.Kept(c.OnWithin(c.takeBack)))
	if c.Standing != nil {
		mux.Handle("POST"+one+hall.StandPath, hall.Kept(c.On(c.stand)))
	}
}
