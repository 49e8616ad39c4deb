package gradebook

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/web"
)

// Room is the pages of classes. Fill it as a struct literal, then Mount it.
type Room struct {
	House *web.House
	Books Books

	list, page *look.Template
}

// Books reads and changes what a class has. Only somebody of the class may ask, and only of their own line unless they teach it.
type Books interface {
	Read(ctx context.Context, session federation.Session, class directory.CohortID) (Book, error)
	Unpin(ctx context.Context, session federation.Session, link string) error
}

// Book is a class's links and marks.
type Book struct {
	Links   []Link
	Choices []Choice // where the reader may choose content for the class
	Columns []Column
	Rows    []Row
}

// Link is a pinned link.
type Link struct{ ID, Title, Text, Tool, Href string }

// Choice is a tool where content may be chosen.
type Choice struct{ Tool, Title, Href string }

// Column is something that is marked.
type Column struct {
	ID, Label, Tool string
	Maximum         float64
}

// Row is a pupil's marks, by column.
type Row struct {
	Name  directory.Name
	Marks map[string]Mark
}

// Mark is what a tool last said of a pupil's work.
type Mark struct {
	Marked   bool    // false: only how far the work is
	Final    bool    // false: it may change yet
	Points   float64 // on the column's scale
	Progress Progress
	Remark   string
	Said     time.Time // by the tool's clock
	Received time.Time // by ours
}

// Progress is how far the work is.
type Progress string

// The stages of work.
const (
	Begun  Progress = "begun"
	Handed Progress = "handed"
	Done   Progress = "done"
	None   Progress = "none"
)

//go:embed *.html dist
var files embed.FS

// Mount registers the pages.
func (g *Room) Mount(mux web.Mux) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	g.House.Site.Add(dist)
	g.list, g.page = g.House.Site.Template(files, "list.html"), g.House.Site.Template(files, "class.html")
	mux.Handle("GET "+web.ClassesPath, g.House.For(g.classes))
	mux.Handle("GET "+web.ClassesPath+"/{class}", g.House.For(g.class))
	mux.Handle("POST "+web.ClassesPath+"/{class}/retirer", g.House.For(g.unpin))
}

// listPage is the reader's classes and groups.
type listPage struct {
	look.Shell
	Classes []look.Link
	Empty   look.Empty
}

func (g *Room) classes(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	if len(reader.Cohorts) == 1 {
		http.Redirect(w, r, path(reader.Cohorts[0].ID), http.StatusSeeOther)
		return nil
	}
	p := &listPage{Shell: g.House.Site.Shell(r)}
	p.Title, p.Parent, p.Lead = p.T("web.classes.title"), p.T("web.space.desk"), reader.You(&p.Shell, "web.classes.lead.")
	for _, c := range reader.Cohorts {
		p.Classes = append(p.Classes, look.Link{Text: c.Label, Href: path(c.ID)})
	}
	if len(p.Classes) == 0 {
		p.Empty = look.Empty{Title: p.T("web.classes.none"), Text: reader.You(&p.Shell, "web.classes.none.text."), Action: look.Link{Text: p.T("web.space.desk.go"), Href: web.DeskPath}}
	}
	return g.list.Send(w, r, http.StatusOK, p)
}

func path(class directory.CohortID) string { return web.ClassesPath + "/" + string(class) }

func (g *Room) class(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	class, ok := reader.Cohort(directory.CohortID(r.PathValue("class")))
	if !ok {
		return errClass
	}
	book, err := g.Books.Read(r.Context(), reader.Session, class.ID)
	if err != nil {
		return err
	}
	return g.page.Send(w, r, http.StatusOK, g.show(r, reader, class, book))
}

// errClass says the same of a class that is not the reader's as of one that is not there.
var errClass = fault.New(fault.NotFound, "web.class.unknown")

func (g *Room) unpin(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	class, ok := reader.Cohort(directory.CohortID(r.PathValue("class")))
	if !ok {
		return errClass
	}
	if err := g.Books.Unpin(r.Context(), reader.Session, r.PostFormValue("lien")); err != nil {
		return err
	}
	shell := g.House.Site.Shell(r)
	if err := g.House.Site.Flash(w, r, look.Message{Tone: look.Green, Text: shell.T("web.class.unpinned")}); err != nil {
		return err
	}
	http.Redirect(w, r, path(class.ID), http.StatusSeeOther)
	return nil
}
