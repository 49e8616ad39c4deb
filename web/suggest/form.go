package suggest

import (
	"fmt"
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
)

// formPage suggests one resource.
type formPage struct {
	look.Shell
	Resource string
	Cover    look.Cover
	By       string
	Classes  []classBox
	Wrong    string // what is wrong with the choice of classes
	Word     look.Field
	Do, List string
}

// classBox is a class or group of the reader's.
type classBox struct {
	ID          string
	Label, Note string
	On          bool
	All         bool // all have it: there is nothing to suggest
}

// choice is what the form says.
type choice struct {
	resource catalogue.ResourceID
	classes  []directory.CohortID
	word     string
}

func readChoice(r *http.Request) (choice, error) {
	if err := r.ParseForm(); err != nil {
		return choice{}, err
	}
	c := choice{resource: catalogue.ResourceID(r.Form.Get("ressource")), word: r.Form.Get("mot")}
	for _, id := range r.Form["classe"] {
		c.classes = append(c.classes, directory.CohortID(id))
	}
	return c, nil
}

// fresh is the form for one resource. With one class only, it is ticked.
func (s *Room) fresh(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	c, err := readChoice(r)
	if err != nil {
		return err
	}
	if len(reader.Cohorts) == 1 {
		c.classes = taught(reader)
	}
	return s.show(w, r, reader, c, http.StatusOK, nil)
}

// suggest keeps the suggestion, or shows the form again with what is wrong.
func (s *Room) suggest(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	c, err := readChoice(r)
	if err != nil {
		return err
	}
	n := licensing.Suggestion{School: reader.Session.School, Resource: c.resource, Word: licensing.Word(c.word)}
	for _, id := range c.classes {
		if _, ok := reader.Cohort(id); !ok {
			return fault.New(fault.NotFound, "licensing.suggestion.cohort")
		}
		n.Targets = append(n.Targets, licensing.ToCohort(id, directory.Pupil))
	}
	if len(n.Targets) == 0 {
		return s.show(w, r, reader, c, http.StatusBadRequest, fault.New(fault.Invalid, "licensing.suggestion.empty"))
	}
	_, err = s.Suggestions.Suggest(r.Context(), reader.Actor(), n)
	switch {
	case fault.Is(err, fault.Invalid):
		return s.show(w, r, reader, c, http.StatusBadRequest, err)
	case fault.Is(err, fault.Conflict):
		return s.show(w, r, reader, c, http.StatusConflict, err)
	case err != nil:
		return err
	}
	shell := s.House.Site.Shell(r)
	whom, err := s.House.WhomToAsk(r.Context(), &shell, reader.Session.School)
	if err != nil {
		return err
	}
	said := look.Message{Tone: look.Green, Title: shell.T("web.suggest.done"), Text: shell.T("web.suggest.done.text")}
	if whom != "" {
		said.Text = shell.T("web.suggest.done.whom", "whom", whom)
	}
	return s.back(w, r, said)
}

// withdraw takes a suggestion back.
func (s *Room) withdraw(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	shell := s.House.Site.Shell(r)
	said := look.Message{Tone: look.Green, Text: shell.T("web.suggest.withdrawn")}
	err := s.Suggestions.Withdraw(r.Context(), reader.Actor(), reader.Session.School, licensing.SuggestionID(r.PathValue("id")))
	if fault.Is(err, fault.Conflict) { // the answer came first: it is on the page
		said = look.Message{Tone: look.Amber, Title: shell.T("web.suggest.late"), Text: shell.T("web.suggest.late.text")}
	} else if err != nil {
		return err
	}
	return s.back(w, r, said)
}

// show renders the form of one resource, with what was chosen and what is wrong.
func (s *Room) show(w http.ResponseWriter, r *http.Request, reader *web.Reader, c choice, status int, refusal error) error {
	school := reader.Session.School
	x, err := s.find(r, school, c.resource)
	if err != nil {
		return err
	}
	covered, err := s.Suggestions.ListCoverage(r.Context(), school, taught(reader)...)
	if err != nil {
		return fmt.Errorf("what the classes of %s have: %w", reader.Person.ID, err)
	}
	p := &formPage{Shell: s.House.Site.Shell(r), Resource: string(c.resource), Cover: x.cover(), By: x.notice.Publisher.Name, Do: web.SuggestPath, List: web.SuggestPath}
	p.Title, p.Parent, p.Styles = x.Title, p.T("web.suggest.title"), []string{"suggest.css"}
	p.Shell.Here = web.SuggestPath
	p.Crumbs = []look.Link{{Text: p.T("web.suggest.title"), Href: web.SuggestPath}, {Text: p.T("web.suggest.form"), Current: true}}
	have := byCohort(covered)
	for _, cohort := range reader.Cohorts {
		of, n := have[cohort.ID].Pupils, have[cohort.ID].Have[c.resource]
		box := classBox{ID: string(cohort.ID), Label: cohort.Label, Note: p.T("web.suggest.pupils", "n", of), All: n == of, On: n < of && slices.Contains(c.classes, cohort.ID)}
		if n > 0 {
			box.Note = p.T("web.suggest.have.long", "pupils", box.Note, "n", n)
		}
		p.Classes = append(p.Classes, box)
	}
	p.Word = look.Field{ID: "mot", Type: "textarea", Label: p.T("web.suggest.word"), Hint: p.T("web.suggest.word.hint"), Value: c.word}
	p.say(refusal)
	return s.form.Send(w, r, status, p)
}

// say puts a refusal beside what it is about.
func (p *formPage) say(refusal error) {
	if refusal == nil {
		return
	}
	text := p.T(fault.CodeOf(refusal), fault.ParamsOf(refusal)...)
	if fault.CodeOf(refusal) == "licensing.word.long" {
		p.Word.Error = text
		p.Problems = []look.Problem{{Field: p.Word.ID, Text: text}}
		return
	}
	p.Wrong = text
	p.Problems = []look.Problem{{Field: "classes", Text: text}}
}

// find finds a resource of the school's stock; what is not in it, or not for pupils, is not found.
func (s *Room) find(r *http.Request, school directory.SchoolID, id catalogue.ResourceID) (stocked, error) {
	none := fault.New(fault.NotFound, "licensing.suggestion.subscription")
	if id == "" {
		return stocked{}, none
	}
	one, err := s.Suggestions.FindStock(r.Context(), school, id, nil)
	if fault.Is(err, fault.NotFound) {
		return stocked{}, none
	} else if err != nil {
		return stocked{}, fmt.Errorf("stock of %s in %s: %w", id, school, err)
	}
	notices, err := s.Notices.ListResources(r.Context(), id)
	if err != nil {
		return stocked{}, err
	}
	x := stocked{Stock: one}
	if len(notices) == 1 {
		x.notice = notices[0]
	}
	if !x.forPupils() {
		return stocked{}, none
	}
	return x, nil
}
