package suggest

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web"
)

// Room is the teacher's pages of suggestions. Fill it as a struct literal, then Mount it.
type Room struct {
	House       *web.House
	Suggestions Suggestions
	Notices     Notices

	list, form *look.Template
}

// Suggestions is what a teacher suggests, and what there is. licensing.Service satisfies it.
type Suggestions interface {
	Suggest(ctx context.Context, by journal.Actor, n licensing.Suggestion) (licensing.Suggestion, error)
	Withdraw(ctx context.Context, by journal.Actor, school directory.SchoolID, id licensing.SuggestionID) error
	ListSuggestions(ctx context.Context, f licensing.SuggestionFilter) ([]licensing.Suggestion, error)
	ListCoverage(ctx context.Context, school directory.SchoolID, cohorts ...directory.CohortID) ([]licensing.Coverage, error)
	ListStock(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) ([]licensing.Stock, error)
	FindStock(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, within *licensing.Mandate) (licensing.Stock, error)
}

// Notices tells what the resources are. catalogue.Service satisfies it.
type Notices interface {
	ListResources(ctx context.Context, ids ...catalogue.ResourceID) ([]catalogue.Resource, error)
}

//go:embed *.html dist
var files embed.FS

// Mount registers the pages.
func (s *Room) Mount(mux web.Mux) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	s.House.Site.Add(dist)
	s.list, s.form = s.House.Site.Template(files, "list.html"), s.House.Site.Template(files, "form.html")
	mux.Handle("GET "+web.SuggestPath, s.teacher(s.mine))
	mux.Handle("GET "+web.SuggestPath+"/nouvelle", s.teacher(s.fresh))
	mux.Handle("POST "+web.SuggestPath, s.teacher(s.suggest))
	mux.Handle("POST "+web.SuggestPath+"/{id}/retirer", s.teacher(s.withdraw))
}

// teacher lets in those who teach a class or group where they are.
func (s *Room) teacher(page web.Page) func(w http.ResponseWriter, r *http.Request) error {
	return s.House.For(func(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
		if reader.Teaches() {
			return page(w, r, reader)
		}
		p := &web.Closed{Shell: s.House.Site.Shell(r)}
		p.Title, p.Why = p.T("web.suggest.denied"), reader.You(&p.Shell, "web.suggest.denied.why.")
		p.Do = look.Link{Text: p.T("web.space.desk.go"), Href: web.DeskPath}
		var err error
		if p.Ask, err = s.House.Ask(r.Context(), &p.Shell, reader); err != nil {
			return err
		}
		return s.House.SendClosed(w, r, http.StatusForbidden, p)
	})
}

// back leads to the list, which says what was done.
func (s *Room) back(w http.ResponseWriter, r *http.Request, said look.Message) error {
	if err := s.House.Site.Flash(w, r, said); err != nil {
		return err
	}
	http.Redirect(w, r, web.SuggestPath, http.StatusSeeOther)
	return nil
}
