package web

import (
	"net/http"
	"net/url"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

const libraryPath = "/bibliotheque"

// mountLibrary registers what teachers share with one another.
func (room *Room) mountLibrary(mux *httpx.Mux) {
	mux.Handle("GET "+libraryPath, room.For(room.showLibrary))
	mux.Handle("POST "+libraryPath, room.For(room.findShared))
	mux.Handle("POST "+libraryPath+"/copier", room.For(room.copyNotebook))
	mux.Handle("POST "+notebooksPath+"/{notebook}/partager", room.For(func(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
		return room.share(w, r, v, classroom.SharedNotebook, r.PathValue("notebook"), notebookPath(exos.NotebookID(r.PathValue("notebook"))))
	}))
	mux.Handle("POST "+homeworkRoot+"/{homework}/partager", room.For(func(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
		return room.share(w, r, v, classroom.SharedHomework, r.PathValue("homework"), homeworkPath(exos.HomeworkID(r.PathValue("homework"))))
	}))
}

// shareBox is how something of the reader's own is shared, and the form to change it.
type shareBox struct {
	Action         string
	Everyone, Code bool
	Says           string // the code, as people read it
}

func (room *Room) shareBox(r *http.Request, v exos.Visitor, kind classroom.ShareKind, thing, path string) (shareBox, error) {
	s, err := room.Classroom.ShareOf(r.Context(), v, kind, thing)
	box := shareBox{Action: path + "/partager", Everyone: s.Everyone, Code: s.Code != ""}
	if s.Code != "" {
		box.Says = s.Code[:len(s.Code)/2] + " " + s.Code[len(s.Code)/2:]
	}
	return box, err
}

func (room *Room) share(w http.ResponseWriter, r *http.Request, v exos.Visitor, kind classroom.ShareKind, thing, back string) error {
	if _, err := room.Classroom.Share(r.Context(), v, kind, thing, r.PostFormValue("tous") != "", r.PostFormValue("code") != ""); err != nil {
		return err
	}
	return room.done(w, r, back, "exosclass.share.done")
}

// libraryPage lists what colleagues share.
type libraryPage struct {
	look.Shell
	Rows  []sharedRow
	Found *sharedRow // by a code
	Code  look.Field
	Empty string
}

type sharedRow struct {
	Title, Author, Kind, Exercises string
	Thing, Code                    string
	Give                           string // of a homework: where one's own begins; "" of a notebook
}

func (room *Room) showLibrary(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	return room.sendLibrary(w, r, http.StatusOK, v, nil, "", nil)
}

// sendLibrary lists what is shared, with what was found by a code; trouble is why nothing was.
func (room *Room) sendLibrary(w http.ResponseWriter, r *http.Request, status int, v exos.Visitor, found *classroom.Shared, typed string, trouble error) error {
	all, err := room.Classroom.Library(r.Context(), v)
	if err != nil {
		return err
	}
	p := &libraryPage{Shell: room.Site.Shell(r)}
	p.Title, p.Lead = p.T("exosclass.library"), p.T("exosclass.library.lead")
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.own"), Href: notebooksPath}, {Text: p.Title, Current: true}}
	for _, s := range all {
		s.Code = "" // a colleague's code is not told on
		p.Rows = append(p.Rows, sharedOf(&p.Shell, s))
	}
	p.Empty = p.T("exosclass.library.empty")
	p.Code = look.Field{ID: "code", Label: p.T("exosclass.library.code"), Hint: p.T("exosclass.library.code.hint"), Value: typed, Required: true}
	if found != nil {
		row := sharedOf(&p.Shell, *found)
		p.Found = &row
	}
	if trouble != nil {
		p.Code.Error = said(&p.Shell, trouble)
		p.Problems = []look.Problem{{Field: p.Code.ID, Text: p.Code.Error}}
	}
	return room.library.Send(w, r, status, p)
}

func sharedOf(s *look.Shell, of classroom.Shared) sharedRow {
	row := sharedRow{
		Title: of.Title, Author: of.Author, Kind: s.T("exosclass.library." + string(of.Kind)), Exercises: lang.Number(s.Locale, int64(of.Exercises)), Thing: of.Thing, Code: of.Code,
	}
	if row.Author == "" {
		row.Author = s.T("exosclass.library.colleague")
	}
	if of.Kind == classroom.SharedHomework {
		row.Give = givePath + "?" + url.Values{"partage": {of.Thing}, "code": {of.Code}}.Encode()
	}
	return row
}

func (room *Room) findShared(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	code := r.PostFormValue("code")
	found, err := room.Classroom.SharedUnder(r.Context(), v, code, httpx.From(r, room.Behind))
	if mendable(err) {
		return room.sendLibrary(w, r, http.StatusUnprocessableEntity, v, nil, code, err)
	}
	if err != nil {
		return err
	}
	return room.sendLibrary(w, r, http.StatusOK, v, &found, code, nil)
}

func (room *Room) copyNotebook(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	id, err := room.Classroom.CopyNotebook(r.Context(), v, r.PostFormValue("recueil"), r.PostFormValue("code"))
	if err != nil {
		return err
	}
	return room.done(w, r, notebookPath(id), "exosclass.library.copied")
}
