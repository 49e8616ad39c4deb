package rule

import (
	"embed"

	"pupitre/internal/look"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// Room is the pages of standing assignments. Fill it as a struct literal, then Mount it.
type Room struct {
	*hall.Hall
	Rules Rules

	pages struct{ rules, rule *look.Template }
}

//go:embed *.html
var files embed.FS

// Mount registers the pages.
func (c *Room) Mount(mux web.Mux) {
	c.pages.rules, c.pages.rule = c.Template(files, "rules.html"), c.Template(files, "rule.html", "planframe.html")
	const here = " /affectation/{uai}" + hall.RulesPath
	mux.Handle("GET"+here, c.In(c.rules))
	mux.Handle("GET"+here+"/{rule}", c.In(c.onRule(c.rule)))
	mux.Handle("POST"+here+"/{rule}/suspendre", hall.Kept(c.In(c.onRule(c.suspendRule))))
	mux.Handle("POST"+here+"/{rule}/remettre", hall.Kept(c.In(c.onRule(c.resumeRule))))
	mux.Handle("POST"+here+"/{rule}/abandonner", hall.Kept(c.In(c.onRule(c.dropRule))))
}
