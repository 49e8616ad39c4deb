package head

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/web"
)

// found is an adult of the school whose name was looked for.
type found struct {
	Name, Profile string
	Manages       bool
	Do            string // where naming them is sent
}

// manyFound is how many persons a search lists.
const manyFound = 20

// find lists the adults of the school who are called as the page looks for.
func (h *Room) find(ctx context.Context, reader *web.Reader, p *managersPage, managing directory.Managing) error {
	if p.Find == "" {
		return nil
	}
	members, _, err := web.Adults(ctx, h.School, reader.Session.School, p.Find, manyFound)
	if err != nil {
		return err
	}
	for _, m := range members {
		p.Found = append(p.Found, found{Name: m.Name.Family + " " + m.Name.Given, Profile: web.Profile(&p.Shell, m.Profile, m.Name.Civility), Do: path(m.Person, "nommer"),
			Manages: slices.ContainsFunc(managing.Managers, func(x directory.AssignmentManager) bool {
				return x.Person == m.Person && x.State == directory.ManagerConfirmed
			})})
	}
	if len(p.Found) == 0 {
		p.None = p.T("web.head.none.name", "name", p.Find)
	}
	return nil
}

// path is where an act on a person is sent.
func path(person directory.PersonID, act string) string {
	return web.HeadPath + "/" + url.PathEscape(string(person)) + "/" + act
}

// askBack opens the dialog before the charge is taken from somebody.
func (p *managersPage) askBack(person directory.PersonID, name string) look.Dialog {
	return look.Dialog{ID: "retirer", Title: p.T("web.head.withdraw.title", "name", name), Text: p.T("web.head.withdraw.text"), Danger: true,
		Action: path(person, "retirer"), Verb: p.T("web.head.withdraw.verb"), Leave: look.Link{Text: p.T("web.head.withdraw.leave"), Href: web.HeadPath}}
}

func (h *Room) name(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	return h.decide(w, r, reader, h.School.NameManager, "web.head.confirmed")
}

func (h *Room) withdraw(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	return h.decide(w, r, reader, h.School.WithdrawManager, "web.head.withdrawn")
}

// decide carries out the head's word on the person of the address, and says so.
func (h *Room) decide(w http.ResponseWriter, r *http.Request, reader *web.Reader, word func(context.Context, directory.PersonID, directory.AssignmentManager) error, key string) error {
	person := directory.PersonID(r.PathValue("person"))
	if err := word(r.Context(), reader.Person.ID, directory.AssignmentManager{School: reader.Session.School, Person: person}); err != nil {
		return err
	}
	who, err := h.School.FindPerson(r.Context(), person)
	if err != nil {
		return err
	}
	return h.back(w, r, key, "name", who.Name.String())
}
