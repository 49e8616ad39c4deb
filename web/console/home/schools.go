package home

import (
	"net/http"

	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// schoolsPage lists the manager's schools.
type schoolsPage struct {
	look.Shell
	Schools []directory.School
	Paths   []string
}

// schools shows the manager's schools, or goes straight to the only one.
func (c *Room) schools(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	assigns := reader.Assigns()
	switch len(assigns) {
	case 0:
		return c.NotForYou(w, r, reader)
	case 1:
		http.Redirect(w, r, hall.Site{School: assigns[0]}.Path(""), http.StatusSeeOther)
		return nil
	}
	p := &schoolsPage{Shell: c.House.Site.Shell(r), Schools: assigns}
	p.Title, p.Parent, p.Lead = p.T("console.schools.title"), p.T("web.space.console"), p.T("console.schools.lead")
	p.Styles = []string{"console.css"}
	for _, school := range assigns {
		p.Paths = append(p.Paths, hall.Site{School: school}.Path(""))
	}
	return c.pages.schools.Send(w, r, http.StatusOK, p)
}
