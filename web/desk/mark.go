package desk

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/mediacentre"
	"pupitre/web"
)

// Marks is what somebody keeps at hand, what they opened, and who gave what. mediacentre.Service satisfies it.
type Marks interface {
	Favourites(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]catalogue.ResourceID, error)
	Favour(ctx context.Context, f mediacentre.Favourite, on bool) error
	Opened(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]mediacentre.Opened, error)
	Givers(ctx context.Context, school directory.SchoolID, cards []mediacentre.Card) (map[journal.ActID]directory.Name, error)
	Pins(ctx context.Context, school directory.SchoolID, cohorts []directory.CohortID, limit int) ([]mediacentre.Pin, error)
	Pin(ctx context.Context, p mediacentre.Pin) error
	Unpin(ctx context.Context, p mediacentre.Pin) error
}

// marks are the reader's favourites, the latest first.
type marks struct {
	kept bool // whether there are any marks here at all
	list []catalogue.ResourceID
	set  map[catalogue.ResourceID]bool
}

func (d *Room) marked(ctx context.Context, reader *web.Reader) (marks, error) {
	if d.Marks == nil {
		return marks{}, nil
	}
	list, err := d.Marks.Favourites(ctx, reader.Session.School, reader.Person.ID)
	if err != nil {
		return marks{}, fmt.Errorf("favourites of %s: %w", reader.Person.ID, err)
	}
	m := marks{true, list, make(map[catalogue.ResourceID]bool, len(list))}
	for _, id := range list {
		m.set[id] = true
	}
	return m, nil
}

// star is the button of a resource's card on a page of cards.
func (m marks) star(p *deskPage, r *catalogue.Resource) *look.Star {
	if !m.kept {
		return nil
	}
	on, value := m.set[r.ID], "oui"
	if on {
		value = "non"
	}
	return &look.Star{
		Action: p.Path + "/favoris", Fields: []look.Hidden{{Name: "ressource", Value: string(r.ARK)}, {Name: "retour", Value: p.Here}},
		Name: "favori", Value: value, On: on, Label: p.T("mediacentre.favourite", "title", r.Title),
	}
}

// cardID is where the page comes back to when a star was pressed.
func cardID(r catalogue.Resource) string { return "r-" + string(r.ID) }

// favour keeps a resource at hand, or lets it go, and comes back to the page.
func (d *Room) favour(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	resource, err := d.named(r)
	if err != nil {
		return err
	}
	f := mediacentre.Favourite{School: reader.Session.School, Person: reader.Person.ID, Resource: resource.ID}
	if err := d.Marks.Favour(r.Context(), f, r.FormValue("favori") == "oui"); err != nil {
		return err
	}
	http.Redirect(w, r, back(r)+"#"+cardID(resource), http.StatusSeeOther)
	return nil
}

// back is the page of the médiacentre that a form came from.
func back(r *http.Request) string {
	path, local := httpx.LocalPath(r.FormValue("retour"))
	if !local || path != web.DeskPath && !strings.HasPrefix(path, web.DeskPath+"?") && !strings.HasPrefix(path, web.DeskPath+"/") {
		return web.DeskPath
	}
	return path
}
