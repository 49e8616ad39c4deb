package operator

import (
	"net/http"
	"strconv"

	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/journal"
)

// picturesPage is the pictures that notices name and that we do not have.
type picturesPage struct {
	look.Shell
	Path  string
	Rows  []pictureRow
	Empty look.Empty
}

// pictureRow is one of them.
type pictureRow struct{ ID, Address, Title, Others, Why, When string }

func (o *Room) refused(w http.ResponseWriter, r *http.Request) error {
	list, err := o.Pictures.Refused(r.Context())
	if err != nil {
		return err
	}
	p := &picturesPage{Shell: o.Site.Shell(r), Path: o.base + PicturesPath}
	p.Title, p.Parent = p.T("operator.pictures.title"), p.T("operator.space")
	for i, x := range list {
		row := pictureRow{ID: "h-" + strconv.Itoa(i), Address: x.Address, Title: x.Title, Why: o.Words.Error(p.Locale, x.Trouble), When: o.when(x.At)}
		if x.Others > 0 {
			row.Others = p.T("operator.pictures.others", "n", x.Others)
		}
		p.Rows = append(p.Rows, row)
	}
	if p.Lead = p.T("operator.pictures.lead"); len(list) == 0 {
		p.Lead = ""
		p.Empty = look.Empty{Title: p.T("operator.pictures.none"), Text: p.T("operator.pictures.none.text")}
	}
	return o.pages.pictures.Send(w, r, http.StatusOK, p)
}

// again has one asked for again.
func (o *Room) again(w http.ResponseWriter, r *http.Request, _ journal.Actor) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "operator.upload.form")
	}
	shell := o.Site.Shell(r)
	said := look.Message{Tone: look.Green, Text: shell.T("operator.pictures.again.done")}
	err := o.Pictures.Retry(r.Context(), r.PostForm.Get("adresse"))
	switch {
	case fault.Is(err, fault.NotFound): // its notice has changed meanwhile, or somebody was quicker
		said = look.Message{Tone: look.Amber, Text: shell.T("operator.pictures.again.gone")}
	case err != nil:
		return err
	}
	if err := o.Site.Flash(w, r, said); err != nil {
		return err
	}
	http.Redirect(w, r, o.base+PicturesPath, http.StatusSeeOther)
	return nil
}
