package operator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
)

// askedPage is the notices that ask for other personal data than before.
type askedPage struct {
	look.Shell
	Path  string
	Asked []askedRow
	Empty look.Empty
}

// askedRow is one of them.
type askedRow struct {
	ID, Heading, Title, Whose string
	Seen                      string // what is asked, as it was shown
	Data                      []datum
	Joins                     string // what of it would join people across publishers
	Apart                     bool   // nothing would
}

// datum is one piece of personal data: how it is today, and how it would be.
type datum struct {
	Name, Before, After string
	Changes             bool
}

func (o *Room) asked(w http.ResponseWriter, r *http.Request) error {
	list, err := o.Declarations.ListAsked(r.Context())
	if err != nil {
		return err
	}
	p := &askedPage{Shell: o.Site.Shell(r), Path: o.base + DeclarationsPath}
	p.Title, p.Parent, p.Lead = p.T("operator.declarations.title"), p.T("operator.space"), p.T("operator.declarations.lead")
	for _, a := range list {
		row, err := o.askedRow(&p.Shell, a)
		if err != nil {
			return err
		}
		p.Asked = append(p.Asked, row)
	}
	if len(list) == 0 {
		p.Lead = ""
		p.Empty = look.Empty{Title: p.T("operator.declarations.none"), Text: p.T("operator.declarations.none.text")}
	}
	return o.pages.declarations.Send(w, r, http.StatusOK, p)
}

func (o *Room) askedRow(s *look.Shell, a catalogue.Asked) (askedRow, error) {
	seen, err := json.Marshal(a.Declared)
	if err != nil {
		return askedRow{}, err
	}
	row := askedRow{
		ID: string(a.Resource.ID), Heading: "h-" + string(a.Resource.ID), Title: a.Resource.Title, Seen: string(seen),
		Whose: s.T("operator.declarations.asked", "publisher", a.Resource.Publisher.Name, "when", o.when(a.At)),
	}
	for _, name := range both(a.Resource.Declared, a.Declared) {
		before, after := said(s, a.Resource.Declared, name), said(s, a.Declared, name)
		d := datum{Name: lang.Capital(attribute(s, name)), Before: before, After: after, Changes: before != after}
		if d.Before == "" {
			d.Before = s.T("operator.declarations.not")
		}
		if d.After == "" {
			d.After = s.T("operator.declarations.dropped")
		}
		row.Data = append(row.Data, d)
	}
	var joins []string
	for _, d := range a.Added() {
		if slices.Contains(catalogue.Joining, d.Attribute) {
			joins = append(joins, attribute(s, d.Attribute))
		}
	}
	row.Apart = len(joins) == 0
	if !row.Apart {
		row.Joins = s.T("operator.declarations.joins", "names", strings.Join(joins, ", "))
	}
	return row, nil
}

// both are the attributes of two declarations, in the order of their names.
func both(a, b []catalogue.Declared) []catalogue.Attribute {
	var all []catalogue.Attribute
	for _, d := range slices.Concat(a, b) {
		all = append(all, d.Attribute)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func attribute(s *look.Shell, a catalogue.Attribute) string {
	return s.T("browse.attribute." + strings.ToLower(string(a)))
}

// said is the reason that a declaration gives for an attribute, "" where it does not have it.
func said(s *look.Shell, list []catalogue.Declared, name catalogue.Attribute) string {
	i := slices.IndexFunc(list, func(d catalogue.Declared) bool { return d.Attribute == name })
	switch {
	case i < 0:
		return ""
	case list[i].Reason == "":
		return s.T("operator.declarations.unsaid")
	}
	return list[i].Reason
}

// answer allows or refuses one change, as it was shown.
func (o *Room) answer(w http.ResponseWriter, r *http.Request, by journal.Actor) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "operator.upload.form")
	}
	var seen []catalogue.Declared
	if err := json.Unmarshal([]byte(r.PostForm.Get("vu")), &seen); err != nil {
		return fault.Wrap(err, fault.Invalid, "operator.upload.form")
	}
	id, done, do := catalogue.ResourceID(r.PostForm.Get("ressource")), "operator.declarations.refused", o.Declarations.Refuse
	if r.PostForm.Get("mot") == "autoriser" {
		done, do = "operator.declarations.allowed", o.Declarations.Allow
	}
	shell := o.Site.Shell(r)
	said := look.Message{Tone: look.Green, Text: shell.T(done, "title", r.PostForm.Get("titre"))}
	err := do(r.Context(), by, id, seen)
	switch {
	case fault.Is(err, fault.NotFound), fault.Is(err, fault.Conflict): // somebody was quicker: the page says how it is now
		said = look.Message{Tone: look.Amber, Text: o.Words.Error(shell.Locale, err)}
	case err != nil:
		return err
	}
	if err := o.Site.Flash(w, r, said); err != nil {
		return err
	}
	http.Redirect(w, r, o.base+DeclarationsPath, http.StatusSeeOther)
	return nil
}
