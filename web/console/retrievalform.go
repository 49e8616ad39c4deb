package console

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
)

// maxList bounds a list of persons, in bytes. A form that carries it back may be four times as long, for its escapes.
const maxList = 1 << 20

// taken is a retrieval in the making.
type taken struct {
	errand
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
func (c *Room) retrieve(r *http.Request, at site) (*taken, error) {
	if err := c.takeForm(r); err != nil {
		return nil, err
	}
	labels, err := c.People.Cohorts(r.Context(), at.school.ID)
	if err != nil {
		return nil, err
	}
	s := c.said(r)
	t := &taken{which: r.FormValue("quoi"), errand: errand{site: at, labels: byID(at.cohorts(labels)), order: licensing.Order{School: at.school.ID, Take: true, For: at.asker()},
		crumbs: at.takeCrumbs(s, 2), steps: at.takeSteps(s, 2), back: takeWhichPath, plan: takePlanPath, apply: takeBackPath, done: takePath}}
	all, err := c.items(r, at)
	if err != nil {
		return nil, err
	}
	if err := t.pick(r, slices.DeleteFunc(all, item.never)); err != nil {
		return nil, err
	}
	chosen, err := readSelection(r, at.choosable(t.labels))
	if err != nil {
		return nil, err
	}
	chosen = slices.DeleteFunc(chosen, func(x licensing.Target) bool { return x.Kind != licensing.Cohort })
	t.carry("quoi", t.which)
	t.order.Only.Unopened = r.FormValue("jamais") != ""
	if t.order.Only.Unopened {
		t.carry("jamais", "1")
	}
	switch t.which {
	case "":
		t.which = whichAll
		fallthrough
	case whichAll:
		t.to(r, t.withGiven(at.everybody(t.labels), at.covers))
	case whichClass:
		t.carryTargets(chosen)
		t.to(r, t.withGiven(chosen, func(g licensing.Target) bool {
			return slices.ContainsFunc(chosen, func(x licensing.Target) bool { return x.Kind == g.Kind && x.ID == g.ID })
		}))
	case whichLeft:
		t.order.Only.Left = true
		t.to(r, selection{licensing.ToSchool()})
	case whichListed:
		t.to(r, at.everybody(t.labels))
		return t, c.readList(r, t)
	default:
		return nil, fault.New(fault.Invalid, "licensing.order.choice")
	}
	return t, nil
}

// withGiven adds the targets to which rights to these resources were given and that the choice means: a right comes back from where it was
// given, and « 5e B » means its pupils too.
func (t *taken) withGiven(chosen selection, means func(licensing.Target) bool) selection {
	for _, i := range t.items {
		for _, g := range i.Targets {
			if means(g.Target) {
				chosen = chosen.with(g.Target)
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
			t.order.Only.Persons = append(t.order.Only.Persons, directory.PersonID(id))
		}
		t.carry("personnes", strings.Join(carried, " "))
		t.list = r.FormValue("texte")
		t.carry("texte", t.list)
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
	if t.found, err = c.find(r, t.site, t.order.Resources, file); err != nil {
		return err
	}
	ids := make([]string, len(t.found.persons))
	for i, p := range t.found.persons {
		ids[i] = string(p)
	}
	t.order.Only.Persons = t.found.persons
	t.carry("personnes", strings.Join(ids, " "))
	t.carry("texte", t.list) // whoever comes back to correct it finds it there
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
	case (t.which == whichClass || t.scope() != nil) && len(t.chosen) == 0:
		return s.T("console.which.classes.none")
	case t.which == whichListed && len(t.order.Only.Persons) == 0 && len(t.found.wrong) > 0:
		return s.T("console.which.liste.nobody")
	case t.which == whichListed && len(t.order.Only.Persons) == 0:
		return s.T("console.which.liste.none")
	}
	return ""
}

// ready reads the form and goes back to what is missing, if anything is.
func (c *Room) ready(w http.ResponseWriter, r *http.Request, at site) (*taken, error) {
	t, err := c.retrieve(r, at)
	if err != nil {
		return nil, err
	}
	if len(t.items) == 0 {
		return nil, c.showRecovery(w, r, at, http.StatusBadRequest, c.said(r).T("console.resources.choose"))
	}
	if trouble := t.missing(c.said(r)); trouble != "" {
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
		lines = lines[:min(len(lines), manyNames)]
		m.Text = strings.Join(lines, " ")
		if rest := len(n.wrong) - len(lines); rest > 0 {
			m.Text += " " + lang.Capital(s.T("console.plan.names.more", "n", rest)) + "."
		}
		out = append(out, m)
	}
	return out
}
