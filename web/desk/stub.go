package desk

import (
	"net/http"

	"pupitre/web"
)

func (d *Room) desk(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	panic("not yet")
}
func (d *Room) access(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	panic("not yet")
}
func (d *Room) portalLink(w http.ResponseWriter, r *http.Request) error { panic("not yet") }
