package retrieval

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/internal/sheet"
	"pupitre/licensing"
	"pupitre/web/console/errand"
	"pupitre/web/console/hall"
)

// maxList bounds a list of persons, in bytes. A form that carries it back may be four times as long, for its escapes.
const maxList = 1 << 20

// taken is a retrieval in the making.
type taken struct {
	errand.Errand
	which string
	list  string // the list as it came, as text
	found names
}

// takeForm reads the form; one with a file comes in parts.
func (c *Room) takeForm(r *http.Request) error {
	if r.Method != http.MethodPost {
		return r.ParseForm()
	}
	httpx.AllowBody(r, 4*maxList)
	if err := r.ParseMultipartForm(maxList); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return err
		}
		return fault.Wrap(err, fault.Invalid, "console.list.form")
	}
	return nil
}

// retrieve reads what is to come back.
func (c *Room) retrieve(r *http.Request, at hall.Site) (*taken, error) {
	if err := c.takeForm(r); err != nil {
		return nil, err
	}
	labels, err := c.Scoped(r, at)
	if err != nil {
		return nil, err
	}
	s := c.Said(r)
	t := &taken{which: r.FormValue("quoi"), Errand: errand.Errand{Site: at, Labels: labels, Order: licensing.Order{School: at.School.ID, Take: true, For: at.Asker()},
		Crumbs: takeCrumbs(at, s, 2), Steps: takeSteps(at, s, 2), Back: takeWhichPath, Plan: takePlanPath, Apply: takeBackPath, Done: hall.TakePath}}
	all, err := c.Items(r, at)
	if err != nil {
		return nil, err
	}
	if err := t.Pick(r, slices.DeleteFunc(all, hall.Item.Never)); err != nil {
		return nil, err
	}
	chosen, err := hall.ReadSelection(r, at.Choosable(t.Labels))
	if err != nil {
		return nil, err
	}
	chosen = slices.DeleteFunc(chosen, func(x licensing.Target) bool { return x.Kind != licensing.Cohort })
	t.Carry("quoi", t.which)
	t.Order.Only.Unopened = r.FormValue("jamais") != ""
	if t.Order.Only.Unopened {
		t.Carry("jamais", "1")
	}
	switch t.which {
	case "":
		t.which = whichAll
		fallthrough
	case whichAll:
		t.To(r, t.withGiven(at.Everybody(t.Labels), at.Covers))
	case whichClass:
		t.CarryTargets(chosen)
		t.To(r, t.withGiven(chosen, func(g licensing.Target) bool {
			return slices.ContainsFunc(chosen, func(x licensing.Target) bool { return x.Kind == g.Kind && x.ID == g.ID })
		}))
	case whichLeft:
		t.Order.Only.Left = true
		t.To(r, hall.Selection{licensing.ToSchool()})
	case whichListed:
		t.To(r, at.Everybody(t.Labels))
		return t, c.readList(r, t)
	default:
		return nil, fault.New(fault.Invalid, "licensing.order.choice")
	}
	return t, nil
}

// withGiven adds the targets to which rights to these resources were given and that the choice means: a right comes back from where it was
// given, and « 5e B » means its pupils too.
func (t *taken) withGiven(chosen hall.Selection, means func(licensing.Target) bool) hall.Selection {
	for _, i := range t.Items {
		for _, g := range i.Targets {
			if means(g.Target) {
				chosen = chosen.With(g.Target)
			}
		}
	}
	return chosen
}

// readList reads the persons: those that a plan carried, or a list or file as it came.
func (c *Room) readList(r *http.Request, t *taken) error {
	if carried := strings.Fields(r.FormValue("personnes")); len(carried) > 0 {
		if len(carried) > maxLines {
			return fault.New(fault.Invalid, "sheet.file.long", "most", maxLines)
		}
		for _, id := range carried {
			t.Order.Only.Persons = append(t.Order.Only.Persons, directory.PersonID(id))
		}
		t.Carry("personnes", strings.Join(carried, " "))
		t.list = r.FormValue("texte")
		t.Carry("texte", t.list)
		return nil
	}
	t.list = r.FormValue("texte")
	file, err := uploaded(r)
	if err != nil {
		return err
	}
	if len(file) == 0 {
		file = []byte(t.list)
	}
	if t.list, err = sheet.Text(file); err != nil {
		return err
	}
	switch {
	case len(bytes.TrimSpace(file)) == 0:
		return nil // said with the choice
	case len(file) > maxList:
		return fault.New(fault.Invalid, "console.list.large")
	}
	if t.found, err = c.find(r, t.Site, t.Order.Resources, file); err != nil {
		return err
	}
	ids := make([]string, len(t.found.persons))
	for i, p := range t.found.persons {
		ids[i] = string(p)
	}
	t.Order.Only.Persons = t.found.persons
	t.Carry("personnes", strings.Join(ids, " "))
	t.Carry("texte", t.list) // whoever comes back to correct it finds it there
	return nil
}

// uploaded is the file that the form brought, nil for none.
func uploaded(r *http.Request) ([]byte, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	f, _, err := r.FormFile("fichier")
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// missing says which choice is missing, "" for none.
func (t *taken) missing(s *look.Shell) string {
	switch {
	case (t.which == whichClass || t.Scope() != nil) && len(t.Chosen) == 0:
		return s.T("console.which.classes.none")
	case t.which == whichListed && len(t.Order.Only.Persons) == 0 && len(t.found.wrong) > 0:
		return s.T("console.which.liste.nobody")
	case t.which == whichListed && len(t.Order.Only.Persons) == 0:
		return s.T("console.which.liste.none")
	}
	return ""
}

// ready reads the form and goes back to what is missing, if anything is.
func (c *Room) ready(w http.ResponseWriter, r *http.Request, at hall.Site) (*taken, error) {
	t, err := c.retrieve(r, at)
	if err != nil {
		return nil, err
	}
	if len(t.Items) == 0 {
		return nil, c.showRecovery(w, r, at, http.StatusBadRequest, c.Said(r).T("console.resources.choose"))
	}
	if trouble := t.missing(c.Said(r)); trouble != "" {
		return nil, c.showWhich(w, r, t, http.StatusBadRequest, trouble)
	}
	return t, nil
}

// notes say of a list what was read of it and what was not.
func (n names) notes(s *look.Shell) []look.Message {
	var out []look.Message
	if n.latin {
		out = append(out, look.Message{Title: s.T("console.list.latin.title"), Text: s.T("console.list.latin.text")})
	}
	if len(n.wrong) > 0 {
		m := look.Message{Tone: look.Amber, Title: s.T("console.list.wrong", "n", len(n.wrong))}
		lines := n.said(s)
		lines = lines[:min(len(lines), hall.ManyNames)]
		m.Text = strings.Join(lines, " ")
		if rest := len(n.wrong) - len(lines); rest > 0 {
			m.Text += " " + lang.Capital(s.T("console.plan.names.more", "n", rest)) + "."
		}
		out = append(out, m)
	}
	return out
}
