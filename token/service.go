package token

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store keeps tokens and answers.
type Store interface {
	tx.Store[Reader, Writer]
	tx.Looking[Reader]
}

// Reader finds tokens. What finds one asks once.
type Reader interface {
	tx.Moment
	// ByHash returns a token, whether it stands or not (fault.NotFound).
	ByHash(ctx context.Context, hash string) (Token, error)
	// List returns the school's tokens, the latest first.
	List(ctx context.Context, school directory.SchoolID) ([]Token, error)
	// FindAnswer returns what a token was answered under a key, and the request that it was answered to.
	FindAnswer(ctx context.Context, school directory.SchoolID, id ID, key string) (a Answer, request string, found bool, err error)
}

// Writer changes them.
type Writer interface {
	Reader
	journal.Appender
	Add(ctx context.Context, act journal.ActID, t Token, hash string) error
	// Revoke ends a token; false where none of the school stands under that id.
	Revoke(ctx context.Context, act journal.ActID, school directory.SchoolID, id ID) (bool, error)
	// Use notes the day on which a token was used.
	Use(ctx context.Context, school directory.SchoolID, id ID, day string) error
	// KeepAnswer keeps an answer. Where another transaction keeps one under the same key meanwhile, this one runs again.
	KeepAnswer(ctx context.Context, school directory.SchoolID, id ID, key Key, a Answer) error
	// Sweep removes at most limit answers from before an instant.
	Sweep(ctx context.Context, before time.Time, limit int) (int, error)
}

// FactChanged tells that a token of Fact.School, Fact.Subject, was made or ended. It has no body.
const FactChanged = "token.changed"

// Service makes tokens, knows them again, and remembers answers. Build it as a literal.
type Service struct {
	Store Store
	IDs   *id.Maker

	busy sync.Map // keys under which something is being done on this node
}

// Make makes a token for a program that is to act for a manager or a delegate, and returns its secret: nothing keeps it. That the person is
// one is for the caller to know.
func (s *Service) Make(ctx context.Context, by journal.Actor, t Token) (Token, Secret, error) {
	t.ID, t.Name, t.Scope = ID(s.IDs.New()), strings.TrimSpace(t.Name), cmp.Or(t.Scope, ScopeChange)
	secret := newSecret()
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		t.Made = w.Now()
		if err := t.check(t.Made); err != nil {
			return err
		}
		all, err := w.List(ctx, t.School)
		if err != nil {
			return err
		}
		live := 0
		for _, other := range all {
			if other.Stands(t.Made) {
				live++
			}
		}
		if live >= maxLive {
			return fault.New(fault.Conflict, "token.many", "most", maxLive)
		}
		act, err := w.Record(ctx, journal.Entry{School: string(t.School), Actor: by, Verb: "token.made", Subject: string(t.ID), Person: string(t.Person), Class: journal.ClassChange,
			Detail: map[string]any{"ends": t.Ends, "scope": t.Scope}})
		if err != nil {
			return err
		}
		if err := w.Add(ctx, act, t, secret.hash()); err != nil {
			return err
		}
		return tell(ctx, w, t.School, t.ID)
	})
	if err != nil {
		return Token{}, "", fmt.Errorf("make a token in school %s: %w", t.School, err)
	}
	return t, secret, nil
}

// List returns a school's tokens, the latest first: those that are over too, as long as they are kept.
func (s *Service) List(ctx context.Context, school directory.SchoolID) ([]Token, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]Token, error) { return r.List(ctx, school) })
}

// Revoke ends a token of the school at once (fault.NotFound, token.unknown).
func (s *Service) Revoke(ctx context.Context, by journal.Actor, school directory.SchoolID, id ID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{School: string(school), Actor: by, Verb: "token.revoked", Subject: string(id), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		ended, err := w.Revoke(ctx, act, school, id)
		if err != nil {
			return err
		}
		if !ended {
			return fault.New(fault.NotFound, "token.unknown", "id", string(id))
		}
		return tell(ctx, w, school, id)
	})
}

func tell(ctx context.Context, w Writer, school directory.SchoolID, id ID) error {
	return w.Tell(ctx, journal.Fact{Topic: FactChanged, School: string(school), Subject: string(id)}, nil)
}

// Present returns the token of a secret that a program shows; fault.Unauthenticated where none stands. It notes the day.
func (s *Service) Present(ctx context.Context, secret Secret) (Token, error) {
	if !strings.HasPrefix(string(secret), prefix) {
		return Token{}, fault.New(fault.Unauthenticated, "token.none")
	}
	var now time.Time
	t, err := tx.Answer(ctx, s.Store.Look, func(ctx context.Context, r Reader) (Token, error) {
		now = r.Now()
		return r.ByHash(ctx, secret.hash())
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return Token{}, fault.New(fault.Unauthenticated, "token.none")
	case err != nil:
		return Token{}, err
	case !t.Stands(now):
		return Token{}, fault.New(fault.Unauthenticated, "token.over")
	}
	if day := now.Format(time.DateOnly); t.Used != day {
		t.Used = day
		err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error { return w.Use(ctx, t.School, t.ID, day) })
	}
	return t, err
}

// Once does what a program asks for under a key, and keeps the answer in the same transaction: do must make its changes with the context
// that it is given, which is tx.Together's, and may run more than once. The same request again is answered the same, and again is true;
// another one under the same key is fault.Invalid (token.key.other); while the first is under way it is fault.Conflict (token.key.busy),
// or waits where another node is at it. A refusal has changed nothing, and is not kept.
func (s *Service) Once(ctx context.Context, t Token, k Key, do func(ctx context.Context) (Answer, error)) (a Answer, again bool, err error) {
	mine := string(t.School) + "\t" + string(t.ID) + "\t" + k.Name
	if _, busy := s.busy.LoadOrStore(mine, true); busy {
		return Answer{}, false, fault.New(fault.Conflict, "token.key.busy")
	}
	defer s.busy.Delete(mine)
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		kept, request, found, err := w.FindAnswer(ctx, t.School, t.ID, k.Name)
		switch {
		case err != nil:
			return err
		case found && request != k.Request:
			return fault.New(fault.Invalid, "token.key.other")
		case found:
			a, again = kept, true
			return nil
		}
		if a, err = do(tx.Together(ctx)); err != nil {
			return err
		}
		again = false
		return w.KeepAnswer(ctx, t.School, t.ID, k, a)
	})
	return a, again, err
}

// Sweep removes at most limit answers of more than a day.
func (s *Service) Sweep(ctx context.Context, limit int) (n int, err error) {
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		n, err = w.Sweep(ctx, w.Now().Add(-24*time.Hour), limit)
		return err
	})
	return n, err
}
