package local_test

import (
	"context"
	"encoding/base32"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/store"
	"pupitre/store/storetest/federationtest"
)

const (
	chosen = local.Phrase("quatre mots sans rapport")
	state  = "the state of this browser's attempt"
)

// office is a school without a portal, its accounts, and an operator.
type office struct {
	*federationtest.World
	t        *testing.T
	Accounts *local.Service
	secret   []byte // of Renard's telephone, once settled
}

var operator = local.Actor{By: journal.System("operator")}

func open(t *testing.T, e dbtest.Engine) *office {
	t.Helper()
	w := federationtest.New(t, e)
	o := &office{World: w, t: t}
	o.Accounts = o.over(w.Store)
	if err := o.Accounts.Declare(t.Context(), federationtest.Project); err != nil {
		t.Fatal(err)
	}
	return o
}

// node is the service as another node has it: over the same database, by connections of its own.
func (o *office) node() *local.Service { return o.over(o.World.Node(o.t).Store) }

func (o *office) over(s *store.Store) *local.Service {
	seal, err := federation.NewSeal([]byte("thirty-two bytes of an operator's key"))
	if err != nil {
		o.t.Fatal(err)
	}
	return &local.Service{Store: s.Local(), Hasher: local.NewHasher(local.Weak, 8, time.Minute), Seal: seal, Base: "https://pupitre.example"}
}

// order is an order for one of the world's persons.
func order(person directory.PersonID) local.Order {
	if person == federationtest.Renard {
		return local.Order{School: federationtest.College, Person: person}
	}
	return local.Order{School: federationtest.College, Cohort: "c-5b", Person: person}
}

// give makes somebody's account.
func (o *office) give(person directory.PersonID) local.Slip {
	o.t.Helper()
	slips, err := o.Accounts.Issue(o.t.Context(), operator, order(person))
	if err != nil || len(slips) != 1 {
		o.t.Fatalf("%v, %v", slips, err)
	}
	return slips[0]
}

// try signs in from a school's address.
func (o *office) try(s *local.Service, login local.Login, p local.Phrase) (local.Visit, local.Step, error) {
	token, step, err := s.SignIn(o.t.Context(), local.Try{Project: federationtest.Project, Login: login, Password: p, From: "192.0.2.1", State: state})
	return local.Visit{Project: federationtest.Project, Token: token, State: state}, step, err
}

// enter signs in, and must be let in.
func (o *office) enter(login local.Login, p local.Phrase) (local.Visit, local.Step) {
	o.t.Helper()
	v, step, err := o.try(o.Accounts, login, p)
	if err != nil {
		o.t.Fatal(err)
	}
	return v, step
}

// settled is somebody of the staff with a password and a second factor of their own.
func (o *office) settled() (login local.Login, secret []byte, codes []string) {
	o.t.Helper()
	slip := o.give(federationtest.Renard)
	v, step := o.enter(slip.Login, slip.Phrase)
	if step != local.Change {
		o.t.Fatalf("step %q", step)
	}
	if step, err := o.Accounts.Choose(o.t.Context(), v, chosen, chosen); err != nil || step != local.Enrol {
		o.t.Fatalf("%q, %v", step, err)
	}
	offer, err := o.Accounts.Offered(o.t.Context(), v)
	if err != nil {
		o.t.Fatal(err)
	}
	if secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(offer.Key); err != nil {
		o.t.Fatal(err)
	}
	if codes, err = o.Accounts.Take(o.t.Context(), v, federationtest.CodeAt(secret, o.Clock.Now())); err != nil {
		o.t.Fatal(err)
	}
	o.Clock.Advance(time.Minute)
	o.secret = secret
	return slip.Login, secret, codes
}

// arrive takes a passage to its session, as the door does.
func (o *office) arrive(v local.Visit) (federation.Token, error) {
	external, until, err := o.Accounts.Vouch(o.t.Context(), v)
	if err != nil {
		return "", err
	}
	token, _, err := o.Service.Arrive(o.t.Context(), federation.Arrival{Project: v.Project, External: external, Upstream: "local", Once: v.Token, OnceUntil: until})
	return token, err
}

// rows counts the rows of a query.
func (o *office) rows(query string, args ...any) int {
	o.t.Helper()
	var n int
	if err := o.Store.DB.Read(o.t.Context(), func(ctx context.Context, t *db.Tx) error { return t.One(ctx, query, args, &n) }); err != nil {
		o.t.Fatal(err)
	}
	return n
}

func (o *office) exec(query string, args ...any) {
	o.t.Helper()
	err := o.Store.DB.Write(o.t.Context(), func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// mustWait reports whether an error asks to come back in a while.
func mustWait(err error) bool {
	_, waits := local.WaitOf(err)
	return waits
}

func wants(t *testing.T, what string, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code || err == nil {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}
