package federation

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// RosterClass is a class or group of a teacher, for the pages of one publisher's resource (docs/contracts.md §5): who of it holds the
// resource, under the publisher's own pseudonyms, with the names that the teacher knows them by.
type RosterClass struct {
	Code    string
	Label   string
	Kind    directory.CohortKind
	Persons []RosterPerson
}

// RosterPerson is a pupil as their teacher reads them, and as the publisher knows them.
type RosterPerson struct {
	Pseudonym Pseudonym
	Name      string // « Inès M. »: no more than tells one from another
}

// Taught is a pupil of a class that somebody teaches, as the store has them.
type Taught struct {
	Code, Label string
	Kind        directory.CohortKind
	Person      directory.PersonID
	Name        directory.Name
	Secret      directory.Secret
}

// Roster lists the classes that the session's teacher teaches at its place, and of each the pupils who hold the resource now. It is
// journalled. Refusals: federation.roster.teacher for anybody but a teacher; those of Again.
func (s *Service) Roster(ctx context.Context, session Session, client Client, ark string) ([]RosterClass, error) {
	if _, err := s.Still(ctx, session, client, ark); err != nil {
		return nil, err
	}
	if session.Profile != directory.Teacher {
		return nil, fault.New(fault.Denied, "federation.roster.teacher")
	}
	var taught []Taught
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		taught, err = r.Taught(ctx, session.School, session.Person)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the classes of %s: %w", session.Person, err)
	}
	holds, err := s.holders(ctx, session.School, taught, ark)
	if err != nil {
		return nil, err
	}
	classes, persons := rosterOf(taught, holds, client.Sector)
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		_, err := w.Record(ctx, journal.Entry{
			School: string(session.School), Actor: by(session.Person), Verb: "federation.roster-shown", Subject: ark, Person: string(session.Person),
			Class: journal.ClassAccess, Detail: map[string]any{"publisher": client.Sector, "classes": len(classes), "persons": persons},
		})
		return err
	})
	return classes, err
}

// holders tells which of these pupils may use the resource now.
func (s *Service) holders(ctx context.Context, school directory.SchoolID, taught []Taught, ark string) (map[directory.PersonID]bool, error) {
	holds := map[directory.PersonID]bool{}
	for _, t := range taught {
		if _, asked := holds[t.Person]; asked {
			continue
		}
		err := s.Rights.Check(ctx, Ask{t.Person, school, directory.Pupil, ark})
		if err != nil && !Refuses(err) {
			return nil, fmt.Errorf("list who holds %s: %w", ark, err)
		}
		holds[t.Person] = err == nil
	}
	return holds, nil
}

// rosterOf puts rows, class by class, into classes; classes where nobody holds the resource are left out.
func rosterOf(taught []Taught, holds map[directory.PersonID]bool, sector Sector) (classes []RosterClass, persons int) {
	for len(taught) > 0 {
		n := 1
		for n < len(taught) && taught[n].Code == taught[0].Code {
			n++
		}
		class := RosterClass{Code: taught[0].Code, Label: taught[0].Label, Kind: taught[0].Kind}
		shown := shortNames(taught[:n])
		for i, t := range taught[:n] {
			if holds[t.Person] {
				class.Persons = append(class.Persons, RosterPerson{PseudonymOf(t.Secret, sector), shown[i]})
			}
		}
		if len(class.Persons) > 0 {
			classes, persons = append(classes, class), persons+len(class.Persons)
		}
		taught = taught[n:]
	}
	return classes, persons
}

// shortNames are the given names with as much of the family name as tells one from another in the class: « Inès M. », « Inès Mo. ».
func shortNames(class []Taught) []string {
	out := make([]string, len(class))
	for i, t := range class {
		for letters := 1; ; letters++ {
			out[i] = shortName(t.Name, letters)
			if whole := utf8.RuneCountInString(t.Name.Family) <= letters; whole || !isShared(class, i, letters) {
				break
			}
		}
	}
	return out
}

func isShared(class []Taught, i, letters int) bool {
	for j, other := range class {
		if j != i && strings.EqualFold(shortName(other.Name, letters), shortName(class[i].Name, letters)) {
			return true
		}
	}
	return false
}

func shortName(n directory.Name, letters int) string {
	family := []rune(n.Family)
	if len(family) <= letters {
		return strings.TrimSpace(n.Given + " " + n.Family)
	}
	initial := string(unicode.ToUpper(family[0])) + strings.ToLower(string(family[1:letters]))
	return strings.TrimSpace(n.Given + " " + initial + ".")
}
