package web

import (
	"context"
	"fmt"
	"net/http"

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

// WhomToAsk names those who may assign copies where the reader is, as one asks for them: « Mme Vasseur ou M. Etchegaray »; ""
// where the school has nobody. Names are said to the school's own people only, which the reader is.
func (h *House) WhomToAsk(ctx context.Context, s *look.Shell, reader *Reader) (string, error) {
	managers, err := h.People.ManagersOf(ctx, reader.Session.School)
	if err != nil {
		return "", fmt.Errorf("managers of %s: %w", reader.Session.School, err)
	}
	whom := ""
	for _, m := range managers {
		if m.State != directory.ManagerConfirmed {
			continue
		}
		person, err := h.People.FindPerson(ctx, m.Person)
		if err != nil {
			return "", fmt.Errorf("managers of %s: %w", reader.Session.School, err)
		}
		if whom == "" {
			whom = Address(person.Name)
		} else {
			whom = s.T("web.ask.or", "before", whom, "last", Address(person.Name))
		}
	}
	return whom, nil
}

// Ask is the sentence that sends the reader to somebody: by name where there is one.
func (h *House) Ask(ctx context.Context, s *look.Shell, reader *Reader) (string, error) {
	whom, err := h.WhomToAsk(ctx, s, reader)
	switch {
	case err != nil:
		return "", err
	case whom == "":
		return reader.You(s, "web.ask.nobody."), nil
	}
	return reader.You(s, "web.ask.somebody.", "whom", whom), nil
}
