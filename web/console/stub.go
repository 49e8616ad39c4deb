package console

import (
	"net/http"

	"pupitre/web"
)

func (c *Room) schools(w http.ResponseWriter, r *http.Request, reader *web.Reader) error { panic("not yet") }
func (c *Room) notForYou(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	panic("not yet")
}
func (c *Room) home(w http.ResponseWriter, r *http.Request, at site) error       { panic("not yet") }
func (c *Room) resources(w http.ResponseWriter, r *http.Request, at site) error  { panic("not yet") }
func (c *Room) population(w http.ResponseWriter, r *http.Request, at desk) error { panic("not yet") }
func (c *Room) count(w http.ResponseWriter, r *http.Request, at desk) error      { panic("not yet") }
func (c *Room) noPlan(w http.ResponseWriter, r *http.Request, at desk) error     { panic("not yet") }
func (c *Room) plan(w http.ResponseWriter, r *http.Request, at desk) error       { panic("not yet") }
func (c *Room) assign(w http.ResponseWriter, r *http.Request, at desk) error     { panic("not yet") }
func (c *Room) holders(w http.ResponseWriter, r *http.Request, at desk) error    { panic("not yet") }
func (c *Room) retrieval(w http.ResponseWriter, r *http.Request, at desk) error  { panic("not yet") }
func (c *Room) takeBack(w http.ResponseWriter, r *http.Request, at desk) error   { panic("not yet") }
