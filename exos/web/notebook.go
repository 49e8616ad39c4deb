package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pupitre/exos"
	"pupitre/exos/author"
	"pupitre/exos/classroom"
	"pupitre/exos/qti"
	"pupitre/exos/qti/export"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

const notebooksPath = "/mes-exercices"

// mountNotebooks registers what teachers make exercises with.
func (room *Room) mountNotebooks(mux *httpx.Mux) {
	mux.Handle("GET "+notebooksPath, room.For(room.showNotebooks))
	mux.Handle("POST "+notebooksPath, room.For(room.newNotebook))
	at := notebooksPath + "/{notebook}"
	mux.Handle("GET "+at, room.For(room.showNotebook))
	mux.Handle("POST "+at+"/titre", room.For(room.renameNotebook))
	mux.Handle("POST "+at+"/publier", room.For(room.publishNotebook))
	mux.Handle("POST "+at+"/supprimer", room.For(room.dropNotebook))
	mux.Handle("POST "+at+"/importer", room.For(room.importQuestions))
	mux.Handle("GET "+at+"/exporter", room.For(room.exportNotebook))
	mux.Handle("GET "+at+"/nouveau", room.For(room.showForm))
	mux.Handle("POST "+at+"/nouveau", room.For(room.takeForm))
	mux.Handle("GET "+at+"/exercices/{draft}", room.For(room.showForm))
	mux.Handle("POST "+at+"/exercices/{draft}", room.For(room.takeForm))
	mux.Handle("POST "+at+"/exercices/{draft}/deplacer", room.For(room.moveDraft))
	mux.Handle("POST "+at+"/exercices/{draft}/supprimer", room.For(room.dropDraft))
	mux.Handle("GET "+at+"/apercu/{number}", room.For(room.rehearseDraft))
	mux.Handle("POST "+at+"/apercu/{number}", room.For(room.rehearseDraft))
	mux.Handle("POST "+at+"/apercu/{number}/encore", room.For(func(w http.ResponseWriter, r *http.Request, _ exos.Visitor) error {
		return room.rehearseAgain(w, r, exos.Press{})
	}))
}

func notebookPath(n exos.NotebookID) string { return notebooksPath + "/" + string(n) }

// notebooksPage lists a teacher's notebooks.
type notebooksPage struct {
	look.Shell
	Field look.Field
	Rows  []notebookRow
}

type notebookRow struct {
	Href, Title, Count, Changed string
	State                       look.Tag
}

func (room *Room) showNotebooks(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	return room.sendNotebooks(w, r, v, http.StatusOK, "", "")
}

func (room *Room) sendNotebooks(w http.ResponseWriter, r *http.Request, v exos.Visitor, status int, title, trouble string) error {
	all, err := room.Service.Notebooks(r.Context(), v)
	if err != nil {
		return err
	}
	p := &notebooksPage{Shell: room.Site.Shell(r)}
	p.Title, p.Lead = p.T("exosweb.nav.own"), p.T("exosweb.own.lead")
	p.Field = look.Field{ID: "title", Label: p.T("exosweb.own.title"), Hint: p.T("exosweb.own.title.hint"), Value: title, Required: true, Error: trouble}
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "title", Text: trouble}}
	}
	for _, n := range all {
		p.Rows = append(p.Rows, notebookRow{
			Href: notebookPath(n.ID), Title: n.Title, Count: lang.Number(p.Locale, int64(n.Drafts)),
			Changed: lang.Moment(p.Locale, n.ChangedAt, clock.ZoneOfUAI(v.Learner.School)), State: notebookState(&p.Shell, n),
		})
	}
	return room.notebooks.Send(w, r, status, p)
}

func notebookState(s *look.Shell, n exos.Notebook) look.Tag {
	switch {
	case n.Version == "":
		return look.Tag{Text: s.T("exosweb.own.state.draft"), Icon: "pencil"}
	case n.Changed():
		return look.Tag{Text: s.T("exosweb.own.state.changed", "n", n.Number), Tone: look.Amber, Icon: "pencil"}
	}
	return look.Tag{Text: s.T("exosweb.own.state.ready", "n", n.Number), Tone: look.Green, Icon: "check"}
}

func (room *Room) newNotebook(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	n, err := room.Service.NewNotebook(r.Context(), v, r.PostFormValue("title"))
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Exhausted) {
		s := room.Site.Shell(r)
		return room.sendNotebooks(w, r, v, http.StatusUnprocessableEntity, r.PostFormValue("title"), said(&s, err))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, notebookPath(n.ID), http.StatusSeeOther)
	return nil
}

// notebookPage is one notebook: its exercises, and what can be done with it.
type notebookPage struct {
	look.Shell
	Path     string
	State    look.Tag
	Module   string // where it is as pupils have it, "" before the first time
	Field    look.Field
	Share    shareBox
	Kinds    []kindLink
	Drafts   []draftRow
	Problem  string
	Findings []findingRow // of a file that came in
	Went     string       // what became of it
	Ready    bool
	May      bool // something to give
}

type kindLink struct{ Href, Text, Note string }

type draftRow struct {
	ID, Name, Kind, Href, Preview string
	First, Last                   bool
	State                         state
	Accepted                      string // « accepté : 3,5 · 3.5 · 7/2 »
}

func (room *Room) notebook(r *http.Request, v exos.Visitor) (exos.Notebook, []exos.Draft, error) {
	return room.Service.Notebook(r.Context(), v, exos.NotebookID(r.PathValue("notebook")))
}

func (room *Room) showNotebook(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	return room.sendNotebook(w, r, v, http.StatusOK, func(*notebookPage) {})
}

func (room *Room) sendNotebook(w http.ResponseWriter, r *http.Request, v exos.Visitor, status int, more func(*notebookPage)) error {
	n, drafts, err := room.notebook(r, v)
	if err != nil {
		return err
	}
	bound, err := room.Service.Bind(r.Context(), n, drafts)
	if err != nil {
		return err
	}
	p := &notebookPage{Shell: room.Site.Shell(r), Path: notebookPath(n.ID)}
	p.Title, p.State = n.Title, notebookState(&p.Shell, n)
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.own"), Href: notebooksPath}, {Text: n.Title, Current: true}}
	p.Field = look.Field{ID: "title", Label: p.T("exosweb.own.title"), Value: n.Title, Required: true}
	if n.Module != "" {
		p.Module = modulePath(n.Module)
	}
	if n.Origin != "" {
		p.Lead = p.T("exosclass.library.origin", "origin", n.Origin)
	}
	if p.Share, err = room.shareBox(r, v, classroom.SharedNotebook, string(n.ID), p.Path); err != nil {
		return err
	}
	for _, k := range author.Kinds {
		p.Kinds = append(p.Kinds, kindLink{p.Path + "/nouveau?type=" + string(k), p.T("exosweb.own.kind." + string(k)), p.T("exosweb.own.kind." + string(k) + ".note")})
	}
	items := bound.Module.Items()
	p.Ready = len(drafts) > 0 && len(bound.Unready) == 0 && bound.Err == nil
	p.May = p.Ready && n.Changed()
	for i, d := range drafts {
		p.Drafts = append(p.Drafts, room.draftRow(&p.Shell, p.Path, d, i, len(drafts), bound, items))
	}
	more(p)
	return room.notebookPage.Send(w, r, status, p)
}

// draftRow is one line of a notebook. An exercise that is none yet has no preview.
func (room *Room) draftRow(s *look.Shell, path string, d exos.Draft, i, of int, bound exos.Bound, items []*qti.Item) draftRow {
	row := draftRow{ID: string(d.ID), Name: d.Name(), Kind: s.T("exosweb.own.kind.file"), First: i == 0, Last: i == of-1, State: state{s.T("exosweb.own.ready"), "check", "green"}}
	if d.Form != nil {
		row.Kind, row.Href = s.T("exosweb.own.kind."+string(d.Form.Kind)), path+"/exercices/"+string(d.ID)
	}
	if slices.Contains(bound.Unready, d.Place) {
		row.State = state{s.T("exosweb.own.unready"), "pencil", "amber"}
		return row
	}
	at := slices.IndexFunc(items, func(it *qti.Item) bool { return isOf(it, d) })
	if at < 0 {
		row.State = state{s.T("exosweb.own.lost"), "triangle-alert", "amber"}
		return row
	}
	row.Preview, row.Accepted = path+"/apercu/"+strconv.Itoa(i+1), accepted(s, items[at])
	return row
}

// isOf tells whether an item was made of a draft: an identifier begins with a letter.
func isOf(it *qti.Item, d exos.Draft) bool {
	return it.Identifier == string(d.ID) || it.Identifier == "q-"+string(d.ID)
}

// accepted says what is taken where the pupil types, in every way of writing it.
func accepted(s *look.Shell, it *qti.Item) string {
	var forms []string
	for _, w := range it.Written(1) {
		forms = append(forms, w.Forms...)
	}
	for _, a := range it.Key(1) {
		for _, other := range a.Accepted {
			if !slices.Contains(forms, other) && len(forms) > 0 {
				forms = append(forms, other)
			}
		}
	}
	if len(forms) == 0 {
		return ""
	}
	return s.T("exosweb.own.accepted", "list", strings.Join(forms, " · "))
}

func (room *Room) renameNotebook(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	n := exos.NotebookID(r.PathValue("notebook"))
	err := room.Service.RenameNotebook(r.Context(), v, n, r.PostFormValue("title"))
	if fault.Is(err, fault.Invalid) {
		return room.sendNotebook(w, r, v, http.StatusUnprocessableEntity, func(p *notebookPage) {
			p.Field.Value, p.Field.Error = r.PostFormValue("title"), said(&p.Shell, err)
			p.Problems = []look.Problem{{Field: "title", Text: p.Field.Error}}
		})
	}
	return room.afterDraft(w, r, n, err)
}

func (room *Room) publishNotebook(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	out, err := room.Service.PublishNotebook(r.Context(), v, exos.NotebookID(r.PathValue("notebook")))
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return room.sendNotebook(w, r, v, http.StatusUnprocessableEntity, func(p *notebookPage) { p.Problem = said(&p.Shell, err) })
	}
	if err != nil {
		return err
	}
	return room.flashed(w, r, notebookPath(exos.NotebookID(r.PathValue("notebook"))), "exosweb.own.published", "n", out.Version.Number)
}

func (room *Room) dropNotebook(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if err := room.Service.DropNotebook(r.Context(), v, exos.NotebookID(r.PathValue("notebook"))); err != nil {
		return err
	}
	return room.flashed(w, r, notebooksPath, "exosweb.own.dropped")
}

// importQuestions takes a GIFT or a Moodle file into the notebook, and says of each line what became of it.
func (room *Room) importQuestions(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	httpx.AllowBody(r, exos.MaxImport+formRoom)
	name, data, err := fileOf(r, exos.MaxImport)
	var found exos.Found
	n := 0
	if err == nil {
		found, n, err = room.Service.ImportQuestions(r.Context(), v, exos.NotebookID(r.PathValue("notebook")), data)
	}
	if err != nil && !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Exhausted) {
		return err
	}
	status := http.StatusOK
	if err != nil {
		status = http.StatusUnprocessableEntity
	}
	return room.sendNotebook(w, r, v, status, func(p *notebookPage) {
		for _, f := range found.Tell(p.Locale, func(key string, args ...any) string { return p.T(key, args...) }).Findings {
			p.Findings = append(p.Findings, findingRow{Where: where(exos.Said{Line: f.Line}, name), Text: f.Text, Code: f.Code})
		}
		if err != nil {
			p.Problem = said(&p.Shell, err)
			p.Problems = []look.Problem{{Field: "file", Text: p.Problem}}
			return
		}
		p.Went = p.T("exosweb.own.imported", "n", n)
	})
}

// exportNotebook sends what is ready of a notebook as a QTI package or a GIFT file.
func (room *Room) exportNotebook(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	n, drafts, err := room.notebook(r, v)
	if err != nil {
		return err
	}
	bound, err := room.Service.Bind(r.Context(), n, drafts)
	if err != nil {
		return err
	}
	if len(bound.Module.Items()) == 0 {
		return fault.New(fault.Invalid, "exos.notebook.empty")
	}
	data, name, media := []byte(nil), "recueil.gift", "text/plain; charset=utf-8"
	if r.FormValue("en") == "qti" {
		name, media = "recueil.zip", "application/zip"
		data, _, err = export.QTI(bound.Module)
	} else {
		data, _, _ = export.GIFT(bound.Module)
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	_, err = w.Write(data)
	return err
}

func (room *Room) moveDraft(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	by := 1
	if r.PostFormValue("vers") == "haut" {
		by = -1
	}
	n := exos.NotebookID(r.PathValue("notebook"))
	return room.afterDraft(w, r, n, room.Service.MoveDraft(r.Context(), v, n, exos.DraftID(r.PathValue("draft")), by))
}

func (room *Room) dropDraft(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	n := exos.NotebookID(r.PathValue("notebook"))
	return room.afterDraft(w, r, n, room.Service.DropDraft(r.Context(), v, n, exos.DraftID(r.PathValue("draft"))))
}

// afterDraft leads back to the notebook.
func (room *Room) afterDraft(w http.ResponseWriter, r *http.Request, n exos.NotebookID, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, r, notebookPath(n), http.StatusSeeOther)
	return nil
}

// rehearseDraft shows an exercise of a notebook as pupils will have it; the address has its place in the notebook.
func (room *Room) rehearseDraft(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	n, drafts, err := room.notebook(r, v)
	if err != nil {
		return err
	}
	number, _ := strconv.Atoi(r.PathValue("number"))
	if number < 1 || number > len(drafts) {
		return fault.New(fault.NotFound, "exos.draft.unknown")
	}
	bound, err := room.Service.Bind(r.Context(), n, drafts[number-1:number])
	if err != nil {
		return err
	}
	items := bound.Module.Items()
	if len(items) == 0 {
		return fault.New(fault.NotFound, "exos.draft.unready")
	}
	s := room.Site.Shell(r)
	return room.rehearse(w, r, rehearsed{
		items: items, number: 1, of: len(drafts), at: number, path: notebookPath(n.ID) + "/apercu", held: held{file: room.file},
		crumbs: []look.Link{{Text: s.T("exosweb.nav.own"), Href: notebooksPath}, {Text: n.Title, Href: notebookPath(n.ID)}},
	})
}
