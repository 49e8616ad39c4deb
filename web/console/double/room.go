package double

import (
	"embed"

	"pupitre/internal/look"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// Room is the page of doubles. Fill it as a struct literal, then Mount it.
type Room struct {
	*hall.Hall
	Doubles Doubles

	page *look.Template
}

//go:embed *.html
var files embed.FS

// Mount registers the page.
func (c *Room) Mount(mux web.Mux) {
	c.page = c.Template(files, "doubles.html")
	const here = " /affectation/{uai}" + hall.DoublesPath
	mux.Handle("GET"+here, c.Within(c.doubles))
	mux.Handle("POST"+here, hall.Kept(c.Within(c.undouble)))
	mux.Handle("POST /affectation/{uai}"+apartPath, c.Within(c.tellApart))
	mux.Handle("POST /affectation/{uai}"+againPath, c.Within(c.compareAgain))
}
