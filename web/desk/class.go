package desk

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/web"
)

// Classes tells what the pupils of classes may open, and what the resources are. licensing.Service and catalogue.Service satisfy it
// together.
type Classes interface {
	ListCoverage(ctx context.Context, school directory.SchoolID, cohorts ...directory.CohortID) ([]licensing.Coverage, error)
	ListResources(ctx context.Context, ids ...catalogue.ResourceID) ([]catalogue.Resource, error)
}

const classPath = web.DeskPath + "/classes/"

// classPage is what a pupil of a class sees: no pupil in particular, what all of them have.
type classPage struct {
	look.Shell
	Class       string
	All, Some   []classCard
	Empty       look.Empty
	TitleOfAll  string
	TitleOfSome string
	Others      []look.Link
}

// classCard is a resource that pupils of a class have, and whether it is pinned for them.
type classCard struct {
	look.Card
	ID, Title string
	ARK       catalogue.ARK
	Pinned    bool
	Word      string // beside the pin
	MostWord  int
	Action    string    // where a pin goes
	Do        string    // what the button says to who does not see it
	Suggest   look.Link // where not all have it
}

// classes leads who teaches to what their classes see.
func classes(s *look.Shell, reader *web.Reader) (list []look.Link) {
	if !reader.Teaches() {
		return nil
	}
	for _, c := range reader.Cohorts {
		list = append(list, look.Link{Text: c.Label, Href: classPath + url.PathEscape(string(c.ID))})
	}
	return list
}

// taught is a class or group that the reader teaches; anything else is NotFound.
func taught(r *http.Request, reader *web.Reader) (directory.Cohort, error) {
	cohort, ok := reader.Cohort(directory.CohortID(r.PathValue("class")))
	if !ok || !reader.Teaches() {
		return cohort, fault.New(fault.NotFound, "mediacentre.class.unknown")
	}
	return cohort, nil
}

func (d *Room) class(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	cohort, err := taught(r, reader)
	if err != nil {
		return err
	}
	coverage, err := d.Classes.ListCoverage(r.Context(), reader.Session.School, cohort.ID)
	if err != nil {
		return fmt.Errorf("what %s has: %w", cohort.ID, err)
	}
	pins, err := d.Marks.Pins(r.Context(), reader.Session.School, []directory.CohortID{cohort.ID}, mostPins)
	if err != nil {
		return fmt.Errorf("what is pinned for %s: %w", cohort.ID, err)
	}
	p := &classPage{Shell: d.House.Site.Shell(r), Class: cohort.Label}
	p.Title, p.Parent, p.Airy = p.T("mediacentre.class.title", "class", cohort.Label), p.T("web.space.desk"), true
	p.Lead = p.T("mediacentre.class.lead")
	p.Crumbs = []look.Link{{Text: p.T("web.nav.desk"), Href: web.DeskPath}, {Text: cohort.Label}}
	p.Styles = []string{"desk.css"}
	for _, c := range classes(&p.Shell, reader) {
		c.Current = c.Text == cohort.Label
		p.Others = append(p.Others, c)
	}
	if err := d.cover(r.Context(), p, cohort, coverage[0], pins); err != nil {
		return err
	}
	p.TitleOfAll, p.TitleOfSome = p.T("mediacentre.class.all", "n", len(p.All)), p.T("mediacentre.class.some", "n", len(p.Some))
	if len(p.All)+len(p.Some) == 0 {
		p.Empty = look.Empty{Title: p.T("mediacentre.class.none"), Text: p.T("mediacentre.class.none.text"), Action: look.Link{Text: p.T("web.nav.suggest"), Href: web.SuggestPath}}
	}
	return d.ofClass.Send(w, r, http.StatusOK, p)
}

// cover fills the page: what is pinned first, then by title.
func (d *Room) cover(ctx context.Context, p *classPage, cohort directory.Cohort, has licensing.Coverage, pins []mediacentre.Pin) error {
	ids := make([]catalogue.ResourceID, 0, len(has.Have))
	for id := range has.Have {
		ids = append(ids, id)
	}
	resources, err := d.Classes.ListResources(ctx, ids...)
	if err != nil {
		return fmt.Errorf("notices of %s: %w", cohort.ID, err)
	}
	words := map[catalogue.ResourceID]string{}
	for _, pin := range pins {
		words[pin.Resource] = pin.Word
	}
	for _, r := range resources {
		if r.IsFamily {
			continue // she is no card
		}
		c := mediacentre.Card{Resource: r, Openable: true}
		one := classCard{ID: cardID(r), Title: r.Title, ARK: r.ARK, MostWord: mediacentre.MostWord, Action: classPath + url.PathEscape(string(cohort.ID)) + "/epingles"}
		one.Word, one.Pinned = words[r.ID]
		if one.Do = p.T("mediacentre.class.pin.what", "title", r.Title); one.Pinned {
			one.Do = p.T("mediacentre.class.unpin.what", "title", r.Title)
		}
		one.Card = look.Card{Cover: web.CoverOf(&p.Shell, r), Title: r.Title,
			By: p.T("mediacentre.by", "publisher", r.Publisher.Name), Tags: tags(&p.Shell, &c)}
		if n := has.Have[r.ID]; n >= has.Pupils {
			p.All = append(p.All, one)
		} else {
			one.Foot = p.T("mediacentre.class.share", "n", int(n), "all", int(has.Pupils))
			one.Suggest = look.Link{Text: p.T("mediacentre.class.suggest"), Href: web.SuggestPath + "/nouvelle?" + url.Values{"ressource": {string(r.ID)}, "classe": {string(cohort.ID)}}.Encode()}
			p.Some = append(p.Some, one)
		}
	}
	for _, list := range [][]classCard{p.All, p.Some} {
		slices.SortFunc(list, func(a, b classCard) int {
			return cmp.Or(pinnedFirst(a)-pinnedFirst(b), cmp.Compare(directory.Fold(a.Title), directory.Fold(b.Title)), cmp.Compare(a.ARK, b.ARK))
		})
	}
	return nil
}

func pinnedFirst(c classCard) int {
	if c.Pinned {
		return 0
	}
	return 1
}

// pin pins a resource for a class, or takes it down.
func (d *Room) pin(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	cohort, err := taught(r, reader)
	if err != nil {
		return err
	}
	resource, err := d.named(r)
	if err != nil {
		return err
	}
	pin := mediacentre.Pin{School: reader.Session.School, Cohort: cohort.ID, Resource: resource.ID, Teacher: reader.Person.ID, Word: r.FormValue("mot")}
	act := d.Marks.Pin
	if r.FormValue("epingle") != "oui" {
		act = d.Marks.Unpin
	}
	if err := act(r.Context(), pin); err != nil {
		return err
	}
	http.Redirect(w, r, classPath+url.PathEscape(string(cohort.ID))+"#"+cardID(resource), http.StatusSeeOther)
	return nil
}
