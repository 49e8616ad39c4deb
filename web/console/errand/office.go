package errand

import (
	"embed"

	"pupitre/internal/look"
	"pupitre/web/console/hall"
)

// Office plans and carries out the errands of all methods.
type Office struct {
	*hall.Hall
	page *look.Template
}

//go:embed *.html
var files embed.FS

// Open makes the office of a hall.
func Open(h *hall.Hall) *Office {
	return &Office{h, h.Template(files, "errand.html", "planframe.html", "several.html")}
}
