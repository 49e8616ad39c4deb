package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pupitre/exos"
	"pupitre/exos/author"
	"pupitre/internal/fault"
	"pupitre/internal/look"
)

// formPage is one exercise as its author fills it in. It works without script: « Ajouter une ligne » is a button of the form.
type formPage struct {
	look.Shell
	Action  string
	Back    string
	Edition int
	Kind    author.Kind
	Note    string // how the kind is filled in
	Name    look.Field
	Text    look.Field
	Extra   *look.Field
	Margin  *look.Field
	Unit    *look.Field
	Notes   *look.Field
	Hint    look.Field
	Explain look.Field
	Skills  look.Field
	Rows    []formRow
	RowsIn  rowsHead
	Ticks   []tick
	Preview string // where it is tried, "" while it is no exercise
	// Accepted is « accepté : 3,5 · 3.5 · 7/2 », of what is saved.
	Accepted string
}

// rowsHead says what the rows are.
type rowsHead struct {
	Legend, Text, Other, Right, Say string // labels; "" where the kind has no such field
	Single                          bool   // one row alone is right
}

type formRow struct {
	N     int // from 1
	Row   author.Row
	Error string
}

type tick struct {
	Name, Label string
	On          bool
}

// emptyRows is how many rows a new form has.
var emptyRows = map[author.Kind]int{
	author.Choice: 4, author.Several: 5, author.Words: 2, author.Number: 1, author.Match: 4, author.Order: 4,
}

// draftOf is the exercise that the address names: one of the notebook's, or a new one.
func (room *Room) draftOf(r *http.Request, v exos.Visitor) (exos.Notebook, exos.Draft, error) {
	n, drafts, err := room.notebook(r, v)
	if err != nil {
		return n, exos.Draft{}, err
	}
	id := exos.DraftID(r.PathValue("draft"))
	if id == "" {
		kind := author.Kind(r.FormValue("type"))
		if !slices.Contains(author.Kinds, kind) {
			return n, exos.Draft{}, fault.New(fault.NotFound, "exos.author.kind")
		}
		f := &author.Form{Kind: kind, Rows: make([]author.Row, emptyRows[kind]), Loose: kind == author.Number}
		return n, exos.Draft{Notebook: n.ID, Form: f}, nil
	}
	at := slices.IndexFunc(drafts, func(d exos.Draft) bool { return d.ID == id && d.Form != nil })
	if at < 0 {
		return n, exos.Draft{}, fault.New(fault.NotFound, "exos.draft.unknown")
	}
	return n, drafts[at], nil
}

func (room *Room) showForm(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	n, d, err := room.draftOf(r, v)
	if err != nil {
		return err
	}
	var troubles []author.Trouble
	if d.ID != "" {
		_, troubles = d.Form.Question()
	}
	return room.sendForm(w, r, http.StatusOK, n, d, troubles)
}

// takeForm saves what was filled in, though it be no exercise yet, or adds a row.
func (room *Room) takeForm(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "exosweb.form.unreadable")
	}
	n, d, err := room.draftOf(r, v)
	if err != nil {
		return err
	}
	f := readAuthored(r, d.Form.Kind)
	d.Form = &f
	if r.PostFormValue("do") == "row" {
		f.Rows = append(f.Rows, author.Row{}, author.Row{})
		f.Rows = f.Rows[:min(len(f.Rows), author.MaxRows)]
		d.Form = &f
		return room.sendForm(w, r, http.StatusOK, n, d, nil)
	}
	d.Edition, _ = strconv.Atoi(r.PostFormValue("edition"))
	saved, err := room.Service.SaveDraft(r.Context(), v, d)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exhausted) {
		s := room.Site.Shell(r)
		return room.sendForm(w, r, http.StatusConflict, n, d, nil, look.Problem{Text: said(&s, err)})
	}
	if err != nil {
		return err
	}
	if _, troubles := f.Question(); len(troubles) > 0 { // kept all the same
		return room.sendForm(w, r, http.StatusUnprocessableEntity, n, saved, troubles)
	}
	if r.PostFormValue("do") == "preview" {
		http.Redirect(w, r, notebookPath(n.ID)+"/apercu/"+strconv.Itoa(saved.Place), http.StatusSeeOther)
		return nil
	}
	return room.flashed(w, r, notebookPath(n.ID), "exosweb.own.saved", "name", saved.Name())
}

// readAuthored reads what was posted. Rows are read by their place; a box that is ticked says the number of its row.
func readAuthored(r *http.Request, kind author.Kind) author.Form {
	value := func(name string) string { return strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n") }
	f := author.Form{
		Kind: kind, Name: value("name"), Text: value("text"), Extra: value("extra"), Margin: value("margin"), Unit: value("unit"), Hint: value("hint"),
		Explain: value("explain"), Notes: value("notes"), Skills: value("skills"), Case: value("case") != "", Loose: value("loose") != "",
	}
	other, say := r.PostForm["other"], r.PostForm["say"]
	for i, text := range r.PostForm["row"] {
		row := author.Row{Text: text, Right: slices.Contains(r.PostForm["right"], strconv.Itoa(i+1))}
		if i < len(other) {
			row.Other = other[i]
		}
		if i < len(say) {
			row.Say = say[i]
		}
		f.Rows = append(f.Rows, row)
	}
	return f
}

// sendForm answers with the form; what is in the way of its being an exercise stands beside the fields.
func (room *Room) sendForm(w http.ResponseWriter, r *http.Request, status int, n exos.Notebook, d exos.Draft, troubles []author.Trouble, problems ...look.Problem) error {
	f := *d.Form
	p := &formPage{Shell: room.Site.Shell(r), Back: notebookPath(n.ID), Edition: d.Edition, Kind: f.Kind}
	p.Note = p.T("exosweb.own.kind." + string(f.Kind) + ".how")
	p.Title = p.T("exosweb.own.kind." + string(f.Kind))
	p.Action = p.Back + "/nouveau?type=" + string(f.Kind)
	if d.ID != "" {
		p.Action = p.Back + "/exercices/" + string(d.ID)
	}
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.own"), Href: notebooksPath}, {Text: n.Title, Href: p.Back}, {Text: p.Title, Current: true}}
	p.fields(f)
	p.Problems = problems
	p.mark(troubles)
	if d.ID != "" && len(troubles) == 0 {
		bound, err := room.Service.Bind(r.Context(), n, []exos.Draft{d})
		if err != nil {
			return err
		}
		if items := bound.Module.Items(); len(items) == 1 {
			p.Accepted, p.Preview = accepted(&p.Shell, items[0]), p.Back+"/apercu/"+strconv.Itoa(d.Place)
		}
	}
	return room.formPage.Send(w, r, status, p)
}

// fields lays out the form of a kind.
func (p *formPage) fields(f author.Form) {
	area := func(id, value string, hint bool) look.Field {
		out := look.Field{ID: id, Label: p.T("exosweb.own.field." + id), Type: "textarea", Value: value}
		if hint {
			out.Hint = p.T("exosweb.own.field." + id + ".hint")
		}
		return out
	}
	line := func(id, value string) *look.Field {
		return &look.Field{ID: id, Label: p.T("exosweb.own.field." + id), Hint: p.T("exosweb.own.field." + id + ".hint"), Value: value}
	}
	p.Name = *line("name", f.Name)
	p.Text = area("text", f.Text, true)
	p.Text.Required = true
	p.Skills = look.Field{ID: "skills", Label: p.T("exosclass.skills.field"), Hint: p.T("exosclass.skills.field.hint"), Value: f.Skills}
	p.Hint, p.Explain = area("hint", f.Hint, true), area("explain", f.Explain, true)
	if f.Kind == author.Gaps || f.Kind == author.Match {
		extra := area("extra", f.Extra, true)
		p.Extra = &extra
	}
	switch f.Kind {
	case author.Number:
		p.Margin, p.Unit = line("margin", f.Margin), line("unit", f.Unit)
		p.Ticks = []tick{{"loose", p.T("exosweb.own.field.fractions"), f.Loose}}
	case author.Words:
		p.Ticks = []tick{{"case", p.T("exosweb.own.field.case"), f.Case}, {"loose", p.T("exosweb.own.field.accents"), f.Loose}}
	case author.Essay:
		notes := area("notes", f.Notes, true)
		p.Notes = &notes
	}
	if !f.Kind.HasRows() {
		return
	}
	p.RowsIn = rowsHead{Legend: p.T("exosweb.own.rows." + string(f.Kind)), Text: p.T("exosweb.own.row." + string(f.Kind))}
	switch f.Kind {
	case author.Choice, author.Several:
		p.RowsIn.Right, p.RowsIn.Say, p.RowsIn.Single = p.T("exosweb.own.row.right"), p.T("exosweb.own.row.say"), f.Kind == author.Choice
	case author.Match:
		p.RowsIn.Other = p.T("exosweb.own.row.other")
	}
	for i, row := range f.Rows {
		p.Rows = append(p.Rows, formRow{N: i + 1, Row: row})
	}
}

// mark puts each trouble beside its field, and in the summary.
func (p *formPage) mark(troubles []author.Trouble) {
	fields := map[string]*look.Field{"name": &p.Name, "text": &p.Text, "hint": &p.Hint, "explain": &p.Explain, "extra": p.Extra, "margin": p.Margin, "notes": p.Notes, "skills": &p.Skills}
	for _, t := range troubles {
		text := p.T(t.Code, t.Args...)
		field := t.Field
		if f := fields[t.Field]; f != nil {
			f.Error = text
		}
		if t.Field == "rows" {
			n := max(1, t.Row)
			field = "row-" + strconv.Itoa(n)
			if n <= len(p.Rows) {
				p.Rows[n-1].Error = text
			}
			if t.Row > 0 {
				text = p.T("exosweb.own.row.nth", "n", t.Row, "text", text)
			}
		}
		p.Problems = append(p.Problems, look.Problem{Field: field, Text: text})
	}
}
