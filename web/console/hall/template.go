package hall

import (
	"embed"
	"io/fs"

	"pupitre/internal/look"
)

// The pieces of pages that rooms share: planframe.html a plan's, several.html lists of which several are chosen, tree.html boxes of classes.
//
//go:embed *.html
var pieces embed.FS

// Template is a page of a room's, with the pieces that it shares with others.
func (h *Hall) Template(files fs.FS, page string, shared ...string) *look.Template {
	return h.House.Site.Template(both{files, pieces}, page, shared...)
}

// both is a room's files, and the hall's beside them.
type both struct{ room, hall fs.FS }

// Open implements fs.FS.
func (b both) Open(name string) (fs.File, error) {
	if f, err := b.room.Open(name); err == nil {
		return f, nil
	}
	return b.hall.Open(name)
}
