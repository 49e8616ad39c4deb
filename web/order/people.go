package order

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/look"
	"pupitre/orders"
	"pupitre/web"
)

// peoplePage is who orders for the school: for its head whom they name, and for whoever orders the booksellers.
type peoplePage struct {
	look.Shell
	Heads       bool
	Named       []named
	Find, Path  string // a name, and where it is looked for
	Found       []named
	None        string // nobody is called so
	Booksellers []bookseller
}

type named struct {
	Name, Profile string
	Since         clock.Date
	Buys          bool
	Do            string // where naming them, or the end of it, is sent
}

type bookseller struct {
	Name, State, Icon, SIRET string
	Tone                     look.Tone
	Since                    clock.Date
	Take, End                string
}

const manyFound = 20

func (s *Room) showPeople(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	ctx, school := r.Context(), reader.Session.School
	clients, err := s.Orders.ListBooksellers(ctx, reader.Person.ID, school)
	if err != nil {
		return err
	}
	p := &peoplePage{Shell: s.shell(r, "web.order.people"), Heads: reader.Office.Heads, Path: peoplePath, Find: strings.TrimSpace(r.FormValue("nom"))}
	p.Lead = p.T("web.order.people.lead")
	for _, c := range clients {
		b := bookseller{Name: c.Bookseller.Name, SIRET: c.Bookseller.SIRET, State: p.T("web.order.client." + string(c.State)), Since: visit(reader).on(c.Since), Icon: "hourglass"}
		act := peoplePath + "/libraires/" + url.PathEscape(string(c.Bookseller.ID)) + "/"
		switch c.State {
		case orders.ClientAsked:
			b.Take, b.End = act+"accepter", act+"quitter"
		case orders.ClientAccepted:
			b.Icon, b.Tone, b.End = "circle-check", look.Green, act+"quitter"
		default:
			b.Icon = "ban"
		}
		p.Booksellers = append(p.Booksellers, b)
	}
	if p.Heads {
		if err := s.named(r, reader, p); err != nil {
			return err
		}
	}
	return s.people.Send(w, r, http.StatusOK, p)
}

// named lists whom the head named, and the adults who are called as the page looks for.
func (s *Room) named(r *http.Request, reader *web.Reader, p *peoplePage) error {
	all, err := s.Orders.ListNamed(r.Context(), reader.Person.ID, reader.Session.School)
	if err != nil {
		return err
	}
	for _, n := range all {
		p.Named = append(p.Named, named{Name: n.Name.String(), Since: visit(reader).on(n.Since), Do: personPath(n.Person, "retirer")})
	}
	if p.Find == "" {
		return nil
	}
	members, _, err := web.Adults(r.Context(), s.People, reader.Session.School, p.Find, manyFound)
	if err != nil {
		return err
	}
	for _, m := range members {
		p.Found = append(p.Found, named{Name: m.Name.Family + " " + m.Name.Given, Profile: web.Profile(&p.Shell, m.Profile, m.Name.Civility), Do: personPath(m.Person, "nommer"),
			Buys: slices.ContainsFunc(all, func(n orders.Named) bool { return n.Person == m.Person })})
	}
	if len(p.Found) == 0 {
		p.None = p.T("web.head.none.name", "name", p.Find)
	}
	return nil
}

const peoplePath = web.OrdersPath + "/qui"

func personPath(person directory.PersonID, act string) string {
	return peoplePath + "/" + url.PathEscape(string(person)) + "/" + act
}

// name names somebody, or ends it.
func (s *Room) name(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	return s.decide(w, r, reader, "web.order.people.named", s.Orders.Name)
}

func (s *Room) unname(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	return s.decide(w, r, reader, "web.order.people.unnamed", s.Orders.Unname)
}

func (s *Room) decide(w http.ResponseWriter, r *http.Request, reader *web.Reader, key string, word naming) error {
	person := directory.PersonID(r.PathValue("person"))
	if err := word(r.Context(), reader.Person.ID, reader.Session.School, person); err != nil {
		return err
	}
	who, err := s.People.FindPerson(r.Context(), person)
	if err != nil {
		return err
	}
	shell := s.House.Site.Shell(r)
	return s.to(w, r, peoplePath, look.Message{Tone: look.Green, Text: shell.T(key, "name", who.Name.String())})
}

// takeBookseller takes a bookseller that asked; leaveBookseller ends it.
func (s *Room) takeBookseller(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	return s.answerBookseller(w, r, reader, true, "web.order.client.taken")
}

func (s *Room) leaveBookseller(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	return s.answerBookseller(w, r, reader, false, "web.order.client.left")
}

func (s *Room) answerBookseller(w http.ResponseWriter, r *http.Request, reader *web.Reader, takes bool, key string) error {
	if err := s.Orders.AnswerClient(r.Context(), reader.Person.ID, reader.Session.School, orders.BooksellerID(r.PathValue("bookseller")), takes); err != nil {
		return err
	}
	shell := s.House.Site.Shell(r)
	return s.to(w, r, peoplePath, look.Message{Tone: look.Green, Text: shell.T(key)})
}
