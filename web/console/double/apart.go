package double

import (
	"net/http"
	"strings"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/look"
	"pupitre/web/console/hall"
	"pupitre/web/console/history"
)

// Where namesakes are told apart, and compared again.
const (
	apartPath = hall.DoublesPath + "/differentes"
	againPath = hall.ComparePath
)

type apartPaths struct{ Tell, Again string }

// apartRow is two accounts that are compared no more.
type apartRow struct {
	Value, Name string
	Accounts    []string
	Since       clock.Date
}

// sayApart lists who was told apart.
func (c *Room) sayApart(p *doublesPage, s *history.Sayer) error {
	p.Ways = apartPaths{s.At.Path(apartPath), s.At.Path(againPath)}
	list, err := c.Doubles.ListApart(s.R.Context(), s.At.School.ID, s.At.Mandate)
	if err != nil {
		return err
	}
	for _, x := range list[:min(len(list), mostDoubles)] {
		row := apartRow{Value: string(x.Persons[0]) + " " + string(x.Persons[1]), Since: clock.On(x.Since, s.At.School.Zone())}
		if row.Name, err = s.Name(x.Persons[0]); err != nil {
			return err
		}
		for _, person := range x.Persons {
			text, err := s.Account(person)
			if err != nil {
				return err
			}
			row.Accounts = append(row.Accounts, text)
		}
		p.Apart = append(p.Apart, row)
	}
	return nil
}

// tellApart remembers that the accounts of a double are of different persons.
func (c *Room) tellApart(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	if err := c.Doubles.TellApart(r.Context(), at.Reader.Actor(), at.School.ID, r.PostFormValue("differentes")); err != nil {
		return err
	}
	s := c.Said(r)
	return c.Flash(w, r, look.Message{Tone: look.Green, Title: s.T("console.doubles.apart.done"), Text: s.T("console.doubles.apart.done.text")}, at.Path(hall.DoublesPath))
}

// compareAgain takes that back.
func (c *Room) compareAgain(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	a, b, _ := strings.Cut(r.PostFormValue("comparer"), " ")
	if err := c.Doubles.CompareAgain(r.Context(), at.Reader.Actor(), at.School.ID, directory.PersonID(a), directory.PersonID(b)); err != nil {
		return err
	}
	return c.Flash(w, r, look.Message{Tone: look.Green, Title: c.Said(r).T("console.doubles.again.done")}, at.Path(hall.DoublesPath))
}
