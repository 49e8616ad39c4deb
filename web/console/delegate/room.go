package delegate

import (
	"embed"

	"pupitre/internal/look"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// Room is the pages of delegates. Fill it as a struct literal, then Mount it.
type Room struct {
	*hall.Hall
	Mandates Mandates

	pages struct{ delegates, mandate *look.Template }
}

//go:embed *.html
var files embed.FS

// Mount registers the pages.
func (c *Room) Mount(mux web.Mux) {
	c.pages.delegates, c.pages.mandate = c.Template(files, "delegates.html"), c.Template(files, "mandate.html")
	const all = " /affectation/{uai}" + hall.DelegatesPath
	mux.Handle("GET"+all, c.Governing(c.delegates))
	mux.Handle("GET"+all+"/{person}", c.Governing(c.mandate))
	mux.Handle("POST"+all+"/{person}", c.Governing(c.delegate))
	mux.Handle("POST"+all+"/{person}/retirer", c.Governing(c.endMandate))
}
