package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"pupitre/directory"
	"pupitre/internal/look"
)

// Closed says why something is not open to the reader, and whom to ask.
type Closed struct {
	look.Shell
	Cover *look.Cover // of what is closed, where it is a resource
	Why   string      // the fact
	Ask   string      // the way out: « Demande à Mme Vasseur. »
	Do    look.Link
	Note  string
}

// SendClosed answers with the page, under the given status.
func (h *House) SendClosed(w http.ResponseWriter, r *http.Request, status int, p *Closed) error {
	return h.closed.Send(w, r, status, p)
}

// WhomToAsk names those who may assign copies in a school, as one asks for them: « Mme Vasseur ou M. Etchegaray »; "" where it has nobody.
// Names are for the school's own people only.
func (h *House) WhomToAsk(ctx context.Context, s *look.Shell, school directory.SchoolID) (string, error) {
	managers, err := h.People.ManagersOf(ctx, school)
	if err != nil {
		return "", fmt.Errorf("managers of %s: %w", school, err)
	}
	var persons []directory.Person
	for _, m := range managers {
		if m.State != directory.ManagerConfirmed {
			continue
		}
		person, err := h.People.FindPerson(ctx, m.Person)
		if err != nil {
			return "", fmt.Errorf("managers of %s: %w", school, err)
		}
		persons = append(persons, person)
	}
	return oneOf(s, persons), nil
}

// oneOf names persons as one asks for any of them.
func oneOf(s *look.Shell, persons []directory.Person) string {
	whom := ""
	for i, person := range persons {
		if i == 0 {
			whom = Address(person.Name)
		} else {
			whom = s.T("web.ask.or", "before", whom, "last", Address(person.Name))
		}
	}
	return whom
}

// WaitsIn finds a school where the reader is, and would assign copies if its head had confirmed it; false where there is none.
func (h *House) WaitsIn(ctx context.Context, reader *Reader) (directory.School, bool, error) {
	for _, place := range reader.Places {
		managers, err := h.People.ManagersOf(ctx, place.School.ID)
		if err != nil {
			return directory.School{}, false, fmt.Errorf("managers of %s: %w", place.School.ID, err)
		}
		if slices.Contains(managers, directory.AssignmentManager{School: place.School.ID, Person: reader.Person.ID, State: directory.ManagerNamed}) {
			return place.School, true, nil
		}
	}
	return directory.School{}, false, nil
}

// HeadOf names who heads a school, as one asks for them; "" where the portal does not say.
func (h *House) HeadOf(ctx context.Context, s *look.Shell, school directory.SchoolID) (string, error) {
	heads, err := h.People.HeadsOf(ctx, school)
	if err != nil {
		return "", fmt.Errorf("heads of %s: %w", school, err)
	}
	return oneOf(s, heads), nil
}

// Ask is the sentence that sends the reader to somebody: by name where there is one.
func (h *House) Ask(ctx context.Context, s *look.Shell, reader *Reader) (string, error) {
	whom, err := h.WhomToAsk(ctx, s, reader.Session.School)
	switch {
	case err != nil:
		return "", err
	case whom == "":
		return reader.You(s, "web.ask.nobody."), nil
	}
	return reader.You(s, "web.ask.somebody.", "whom", whom), nil
}
