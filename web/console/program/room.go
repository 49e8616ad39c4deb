package program

import (
	"embed"

	"pupitre/internal/look"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// Room is the page of programs. Fill it as a struct literal, then Mount it.
type Room struct {
	*hall.Hall
	Programs Programs

	page *look.Template
}

//go:embed *.html
var files embed.FS

// Mount registers the page.
func (c *Room) Mount(mux web.Mux) {
	c.page = c.Template(files, "programs.html")
	const here = " /affectation/{uai}" + hall.ProgramsPath
	mux.Handle("GET"+here, c.In(c.programs))
	mux.Handle("POST"+here, c.In(c.makeToken))
	mux.Handle("POST"+here+"/{jeton}/revoquer", c.In(c.revokeToken))
}
