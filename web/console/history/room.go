package history

import (
	"embed"

	"pupitre/internal/look"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// Room is the pages of the history. Fill it as a struct literal, then Mount it.
type Room struct {
	*hall.Hall
	Past Past

	pages struct{ history, act, undo *look.Template }
}

//go:embed *.html
var files embed.FS

// Mount registers the pages.
func (c *Room) Mount(mux web.Mux) {
	c.pages.history, c.pages.act, c.pages.undo = c.Template(files, "history.html", "lines.html"), c.Template(files, "act.html"), c.Template(files, "undo.html", "planframe.html")
	const here = " /affectation/{uai}" + hall.HistoryPath
	mux.Handle("GET"+here, c.Within(c.history))
	mux.Handle("GET"+here+"/{act}", c.Within(c.oneAct))
	mux.Handle("GET"+here+"/{act}/annuler", c.Within(c.undoing))
	mux.Handle("POST"+here+"/{act}/annuler", hall.Kept(c.Within(c.undo)))
}
