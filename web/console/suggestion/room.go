package suggestion

import (
	"embed"

	"pupitre/internal/look"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// Room is the pages of suggestions. Fill it as a struct literal, then Mount it.
type Room struct {
	*hall.Hall
	Suggestions Suggestions

	pages struct{ suggestions, suggestionPlan, decline *look.Template }
}

//go:embed *.html
var files embed.FS

// Mount registers the pages.
func (c *Room) Mount(mux web.Mux) {
	c.pages.suggestions, c.pages.decline = c.Template(files, "suggestions.html"), c.Template(files, "suggestiondecline.html")
	c.pages.suggestionPlan = c.Template(files, "suggestionplan.html", "planframe.html", "several.html")
	const list = " /affectation/{uai}" + hall.SuggestPath
	mux.Handle("GET"+list, c.Within(c.suggestions))
	mux.Handle("GET"+list+"/plan", c.Within(c.backToSuggestions))
	mux.Handle("POST"+list+"/plan", c.Within(c.suggestionPlan))
	mux.Handle("POST"+list+"/accepter", hall.Kept(c.Within(c.accept)))
	mux.Handle("GET"+list+"/motif", c.Within(c.backToSuggestions))
	mux.Handle("POST"+list+"/motif", c.Within(c.askReason))
	mux.Handle("POST"+list+"/decliner", hall.Kept(c.Within(c.decline)))
}
