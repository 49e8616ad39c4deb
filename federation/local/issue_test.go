package local_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"pupitre/directory"
	"pupitre/federation/local"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
	"pupitre/store/storetest/federationtest"
)

// manager makes somebody the assignment manager of a school.
func (o *office) manager(person directory.PersonID, school directory.SchoolID) local.Actor {
	o.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'confirmed', 'portal')`, string(school), string(person))
	return local.ByPerson(person)
}

// newcomer adds a teacher of the college, who teaches nothing yet.
func (o *office) newcomer(person directory.PersonID, family string) {
	o.exec(`insert into person (project, id, external, secondary, family_name, given_name, civility, mails, folded, secret, created_at) values
		('A70', $1, $1, '', $2, 'Sami', 'M.', '[]', $3, '44', 1)`, string(person), family, directory.Fold(family)+" sami")
	o.exec(`insert into attachment (school, person, profile, level, courses, subjects, posts, digest, since) values
		('school-college', $1, 'enseignant', '', '[]', '[]', '[]', '', '2026-09-01')`, string(person))
}

func TestWhoMayMakeAccounts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		o.newcomer("person-atlan", "Atlan")
		pupils := local.Order{School: federationtest.College, Cohort: "c-5b"}
		adults := local.Order{School: federationtest.College}
		renard, atlan, ines := local.ByPerson(federationtest.Renard), local.ByPerson("person-atlan"), local.ByPerson(federationtest.Ines)
		elsewhere := o.manager("person-atlan", federationtest.Lycee) // manages the lycée, teaches nothing at the college
		named := local.ByPerson("person-named")
		o.newcomer("person-named", "Nommé")
		o.exec(`insert into assignment_manager (school, person, state, source) values ('school-college', 'person-named', 'named', 'portal')`)
		for _, c := range []struct {
			what  string
			who   local.Actor
			order local.Order
			code  string
		}{
			{"a pupil", ines, pupils, "local.reach.none"},
			{"a teacher of no class", atlan, pupils, "local.cohort.unknown"},
			{"a teacher of another class", renard, local.Order{School: federationtest.College, Cohort: "c-5c"}, "local.cohort.unknown"},
			{"a teacher, for adults", renard, adults, "local.cohort.unknown"},
			{"a teacher, for themself", renard, local.Order{School: federationtest.College, Cohort: "c-5b", Person: federationtest.Renard}, "local.person.unknown"},
			{"a teacher, for a pupil of another class", renard, local.Order{School: federationtest.College, Cohort: "c-5b", Person: federationtest.Noe}, "local.person.unknown"},
			{"the manager of another school", elsewhere, pupils, "local.cohort.unknown"},
			{"the manager of another school, for adults", elsewhere, adults, "local.cohort.unknown"},
			{"a manager who waits for the head", named, adults, "local.cohort.unknown"},
			{"a school that is not there", renard, local.Order{School: "nowhere", Cohort: "c-5b"}, "directory.school.unknown"},
		} {
			_, err := o.Accounts.Issue(t.Context(), c.who, c.order)
			wants(t, c.what, err, c.code)
			if c.order.Person == "" {
				c.order.Person = federationtest.Ines
			}
			if err := o.Accounts.Close(t.Context(), c.who, c.order); err == nil {
				t.Errorf("%s closes", c.what)
			}
		}
		if n := o.rows(`select count(*) from local_account`); n != 0 {
			t.Fatalf("%d accounts were made", n)
		}
		if slips, err := o.Accounts.Issue(t.Context(), renard, pupils); err != nil || len(slips) != 1 || slips[0].Name.Given != "Inès" {
			t.Errorf("a teacher of the class: %v, %v", slips, err)
		}
		college := o.manager(federationtest.Renard, federationtest.College)
		if slips, err := o.Accounts.Issue(t.Context(), college, adults); err != nil || len(slips) != 3 {
			t.Errorf("the manager: %v, %v", slips, err)
		}
		if slips, err := o.Accounts.Issue(t.Context(), college, adults); err != nil || len(slips) != 0 {
			t.Errorf("the second time: %v, %v", slips, err)
		}
	})
}

// A pupil of one's class who is somebody of the staff elsewhere is not a teacher's to renew.
func TestATeacherRenewsPupilsOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		o.give(federationtest.Ines)
		o.exec(`insert into attachment (school, person, profile, level, courses, subjects, posts, digest, since) values
			('school-lycee', 'person-ines', 'autre', '', '[]', '[]', '[]', '', '2026-09-01')`)
		for _, renew := range []bool{true, false} {
			if !renew {
				o.exec(`delete from local_account`)
			}
			_, err := o.Accounts.Issue(t.Context(), local.ByPerson(federationtest.Renard), local.Order{School: federationtest.College, Cohort: "c-5b", Renew: renew})
			wants(t, "a teacher", err, "local.person.unknown")
		}
	})
}

func TestWhoMadeAnAccountIsJournalled(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		pupils := local.Order{School: federationtest.College, Cohort: "c-5b"}
		if _, err := o.Accounts.Issue(t.Context(), local.ByPerson(federationtest.Renard), pupils); err != nil {
			t.Fatal(err)
		}
		pupils.Renew = true
		if _, err := o.Accounts.Issue(t.Context(), local.ByPerson(federationtest.Renard), pupils); err != nil {
			t.Fatal(err)
		}
		pupils.Person = federationtest.Ines
		if err := o.Accounts.Close(t.Context(), local.ByPerson(federationtest.Renard), pupils); err != nil {
			t.Fatal(err)
		}
		var verbs []string
		for _, e := range entries(o, federationtest.Ines) {
			verbs = append(verbs, e.Entry.Verb)
			if e.Entry.Actor != (journal.Actor{Kind: journal.ByPerson, ID: string(federationtest.Renard)}) || e.Entry.School != string(federationtest.College) {
				t.Errorf("%+v", e.Entry)
			}
		}
		if got := strings.Join(verbs, " "); got != "local.closed local.renewed local.made" {
			t.Errorf("the journal says %s", got)
		}
	})
}

// Nothing is half-applied: where one account cannot be made, none is.
func TestAnOrderIsWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		o.exec(`insert into membership (school, cohort, person, subjects) values ('school-college', 'c-5b', 'person-noe', '[]')`)
		o.exec(`insert into attachment (school, person, profile, level, courses, subjects, posts, digest, since) values
			('school-lycee', 'person-noe', 'autre', '', '[]', '[]', '[]', '', '2026-09-01')`)
		_, err := o.Accounts.Issue(t.Context(), local.ByPerson(federationtest.Renard), local.Order{School: federationtest.College, Cohort: "c-5b"})
		wants(t, "one of two", err, "local.person.unknown")
		if n := o.rows(`select count(*) from local_account`) + o.rows(`select count(*) from journal where verb like 'local.made'`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}

func TestTwoWhoMakeTheSameAccountsAtOnceMakeEachOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		var mu sync.Mutex
		var slips []local.Slip
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				got, err := o.Accounts.Issue(context.Background(), operator, local.Order{School: federationtest.College, Cohort: "c-5b"})
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					wants(t, "meanwhile", err, "local.account.known")
				}
				slips = append(slips, got...)
			})
		}
		all.Wait()
		if len(slips) != 1 {
			t.Fatalf("%d slips", len(slips))
		}
		o.enter(slips[0].Login, slips[0].Phrase)
	})
}

func TestIdentifiersAreUniqueInTheirProject(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		for _, p := range []struct{ id, family string }{{"person-a", "D’Été-Hölderlin"}, {"person-b", "D’été Holderlin"}, {"person-c", "李"}} {
			o.newcomer(directory.PersonID(p.id), p.family)
		}
		slips, err := o.Accounts.Issue(t.Context(), operator, local.Order{School: federationtest.College})
		if err != nil {
			t.Fatal(err)
		}
		var logins []string
		for _, s := range slips {
			logins = append(logins, string(s.Login))
		}
		if got := strings.Join(logins, " "); got != "sami.dete-holderlin sami.dete-holderlin2 claire.renard sami" {
			t.Errorf("identifiers %s", got)
		}
	})
}

func TestPassPhrasesCannotBeGuessed(t *testing.T) {
	t.Parallel()
	seen := map[local.Phrase]bool{}
	for range 3000 {
		p := local.NewPhrase()
		if seen[p] {
			t.Fatal("the same twice")
		}
		seen[p] = true
		if n := len(p); n < 14 || n > 32 || strings.Count(string(p), "-") != 2 {
			t.Fatalf("%q", string(p))
		}
		for _, word := range local.Wordlist {
			if strings.Contains(string(p), word) {
				t.Fatalf("%q", string(p))
			}
		}
		if err := local.CheckChosen(p, local.Account{}, directory.Name{}); err != nil {
			t.Fatal(errors.Join(err, errors.New(string(p))))
		}
	}
}

func entries(o *office, person directory.PersonID) []journal.Written {
	o.t.Helper()
	var list []journal.Written
	err := o.Store.Journal().Read(o.t.Context(), func(ctx context.Context, r journal.Reader) (err error) {
		list, err = r.OfPerson(ctx, string(person), "", 100)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return list
}
