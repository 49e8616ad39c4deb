package trial

import (
	"context"
	_ "embed"
	"strings"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/store"
)

const (
	project   = directory.ProjectID("ESSAI")
	publisher = federation.Sector("essai-editeur")
)

// Resource is what is meant where the program names no other: whatever ARK it names is its own publisher's here.
const Resource = "ark:/99999/essai"

// somebody is a fictional person at one of their places.
type somebody struct {
	name    string // the portal's
	school  directory.SchoolID
	profile directory.Profile
}

// cast are the persons of the bench: a pupil of each degree, a teacher with two classes and a group, a librarian, somebody of the
// staff, a teacher of two schools, and a pupil who holds nothing.
var cast = []somebody{
	{"lina", "essai-ecole", directory.Pupil}, malo, {"helene", "essai-college", directory.Teacher},
	{"karim", "essai-college", directory.Librarian}, {"odile", "essai-college", directory.Staff},
	{"sacha", "essai-college", directory.Teacher}, {"sacha", "essai-lycee", directory.Teacher}, jade,
}

var (
	malo = somebody{"malo", "essai-college", directory.Pupil} // who signs in
	jade = somebody{"jade", "essai-college", directory.Pupil} // who holds nothing
)

func (p somebody) person() directory.PersonID { return directory.PersonID("essai-" + p.name) }

// session is one that was never begun: enough to ask what the person would be told of.
func (p somebody) session() federation.Session {
	return federation.Session{Project: project, Person: p.person(), School: p.school, Profile: p.profile}
}

//go:embed school.sql
var school string

// settle puts the persons into the database, unless a trial before has. They are nobody's, so their secrets need not be random.
func settle(ctx context.Context, d *db.DB) error {
	text := strings.ReplaceAll(school, "{secret}", strings.Repeat("e5", 31)+"0")
	return d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for statement := range strings.SplitSeq(text, ";\n") {
			if strings.TrimSpace(statement) == "" {
				continue
			}
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// declarations says of every resource the same: it is the publisher's, and its notice declares what the trial was given.
type declarations struct {
	meant    string
	declares []federation.Attribute
}

// Of implements federation.Declarations.
func (d declarations) Of(_ context.Context, ark string) (federation.Declaration, error) {
	return federation.Declaration{ARK: ark, Title: "Essai", Publisher: publisher, Attributes: d.declares}, nil
}

// AtAddress implements federation.Declarations.
func (declarations) AtAddress(_ context.Context, _ federation.Sector, address string) (federation.Declaration, error) {
	return federation.Declaration{}, fault.New(fault.NotFound, "federation.resource.foreign", "ark", address)
}

// rights stand in for licensing: everybody holds everything, but one person.
type rights struct{ store *store.Store }

// Check implements federation.Rights.
func (rights) Check(_ context.Context, ask federation.Ask) error {
	if ask.Person == jade.person() {
		return fault.New(fault.Denied, "licensing.right.none")
	}
	return nil
}

// Open implements federation.Rights.
func (r rights) Open(ctx context.Context, ask federation.Ask, released []federation.Attribute, sector federation.Sector,
	with func(ctx context.Context, entry journal.ActID) error) (act journal.ActID, err error) {
	if err := r.Check(ctx, ask); err != nil {
		return "", err
	}
	err = r.store.Journal().Write(ctx, func(ctx context.Context, w journal.Appender) error {
		act, err = w.Record(ctx, journal.Entry{
			School: string(ask.School), Actor: journal.Actor{Kind: journal.ByPerson, ID: string(ask.Person)}, Verb: "licensing.opened",
			Subject: ask.ARK, Person: string(ask.Person), Class: journal.ClassAccess, Detail: map[string]any{"attributes": released, "publisher": sector},
		})
		if err != nil || with == nil {
			return err
		}
		return with(tx.Together(ctx), act)
	})
	return act, err
}

// OfPublisher implements federation.Rights.
func (r rights) OfPublisher(ctx context.Context, ask federation.Ask, _ federation.Sector) ([]federation.Right, error) {
	if r.Check(ctx, ask) != nil {
		return nil, nil
	}
	return []federation.Right{{ARK: Resource, Title: "Essai", Status: federation.RightOpen, Why: "assigned"}}, nil
}
