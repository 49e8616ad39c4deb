package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/licensing"
	"pupitre/token"
)

// Token runs the rules of tokens and of keys on one engine.
func Token(t *testing.T, e dbtest.Engine) {
	w := NewWorld(t, e)
	tokens := &token.Service{Store: w.Store.Token(), IDs: w.Store.IDs}
	t.Run("ATokenOpensUntilItIsOverOrRevoked", func(t *testing.T) { tokenLife(t, w, tokens) })
	t.Run("ARequestUnderAKeyIsDoneOnce", func(t *testing.T) { doneOnce(t, w, tokens) })
	t.Run("ManyWithOneKeyDoOneThing", func(t *testing.T) { manyWithOneKey(t, w, tokens) })
}

func tokenLife(t *testing.T, w *World, tokens *token.Service) {
	ctx := t.Context()
	school, other := w.School("099", "340"), w.School("099", "340")
	for ends, code := range map[time.Duration]string{0: "token.end.range", -time.Hour: "token.end.range", 400 * 24 * time.Hour: "token.end.range"} {
		_, _, err := tokens.Make(ctx, Manager, token.Token{School: school.ID, Person: "manager", Name: "x", Ends: w.Now().Add(ends)})
		refused(t, err, fault.Invalid, code)
	}
	_, _, err := tokens.Make(ctx, Manager, token.Token{School: school.ID, Person: "manager", Name: " ", Ends: w.Now().Add(time.Hour)})
	refused(t, err, fault.Invalid, "token.name.form")
	made, secret, err := tokens.Make(ctx, Manager, token.Token{School: school.ID, Person: "manager", Name: "Emploi du temps", Ends: w.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if w.count(`select count(*) from api_token where hash = $1`, string(secret)) != 0 {
		t.Error("the secret itself is kept")
	}
	got, err := tokens.Present(ctx, secret)
	if err != nil || got.ID != made.ID || got.Person != "manager" || got.School != school.ID {
		t.Errorf("%+v, %v", got, err)
	}
	for _, s := range []token.Secret{"", "x", secret + "x", "pupitre_"} {
		_, err := tokens.Present(ctx, s)
		refused(t, err, fault.Unauthenticated, "token.none")
	}
	refused(t, tokens.Revoke(ctx, Manager, other.ID, made.ID), fault.NotFound, "token.unknown")
	if err := tokens.Revoke(ctx, Manager, school.ID, made.ID); err != nil {
		t.Fatal(err)
	}
	_, err = tokens.Present(ctx, secret)
	refused(t, err, fault.Unauthenticated, "token.over")
	refused(t, tokens.Revoke(ctx, Manager, school.ID, made.ID), fault.NotFound, "token.unknown")
	_, second, err := tokens.Make(ctx, Manager, token.Token{School: school.ID, Person: "manager", Name: "Autre", Ends: w.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	w.SetNow(w.Now().Add(time.Hour))
	_, err = tokens.Present(ctx, second)
	refused(t, err, fault.Unauthenticated, "token.over")
	if list, err := tokens.List(ctx, school.ID); err != nil || len(list) != 2 || list[1].Used == "" || list[1].Revoked.IsZero() {
		t.Errorf("%+v, %v", list, err)
	}
	if n := w.count(`select count(*) from journal where school = $1 and verb in ('token.made', 'token.revoked')`, string(school.ID)); n != 3 {
		t.Errorf("%d entries", n)
	}
}

// program is a school with copies, and a token of its manager.
func program(t *testing.T, w *World, tokens *token.Service) (directory.School, licensing.Work, token.Token) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	made, _, err := tokens.Make(t.Context(), Manager, token.Token{School: school.ID, Person: "manager", Name: "Essai", Ends: w.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	return school, r, made
}

func doneOnce(t *testing.T, w *World, tokens *token.Service) {
	ctx := t.Context()
	school, r, made := program(t, w, tokens)
	give := func(p directory.PersonID) func(context.Context) (token.Answer, error) {
		return func(ctx context.Context) (token.Answer, error) {
			done, err := w.Licensing.Assign(ctx, made.Actor(), To(school, r, licensing.ToPerson(p)))
			return token.Answer{Status: 201, Location: "/" + string(done.Act), Body: "{}"}, err
		}
	}
	pupils := w.Persons(school.ID, directory.Pupil, 3, "")
	key := token.Key{Name: "k", Request: "one"}
	first, again, err := tokens.Once(ctx, made, key, give(pupils[0]))
	if err != nil || again {
		t.Fatal(again, err)
	}
	second, again, err := tokens.Once(ctx, made, key, give(pupils[1]))
	if err != nil || !again || second != first {
		t.Errorf("%+v, %v, %v", second, again, err)
	}
	_, _, err = tokens.Once(ctx, made, token.Key{Name: "k", Request: "another"}, give(pupils[1]))
	refused(t, err, fault.Invalid, "token.key.other")
	if c := w.Counters(t, school, r); c.Assigned != 1 {
		t.Errorf("%+v", c)
	}
	// What is refused afterwards takes the change back with it, and leaves the key free.
	broken := errors.New("broken")
	key.Name = "k2"
	_, _, err = tokens.Once(ctx, made, key, func(ctx context.Context) (token.Answer, error) {
		_, err := give(pupils[1])(ctx)
		return token.Answer{}, errors.Join(err, broken)
	})
	if !errors.Is(err, broken) || w.Counters(t, school, r).Assigned != 1 {
		t.Errorf("%v; %+v", err, w.Counters(t, school, r))
	}
	if _, again, err := tokens.Once(ctx, made, key, give(pupils[1])); err != nil || again {
		t.Errorf("%v, %v", again, err)
	}
	w.SetNow(w.Now().Add(25 * time.Hour))
	if n, err := tokens.Sweep(ctx, 100); n != 2 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	w.Sound(t)
}

// Several nodes are asked the same thing under the same key at once: one thing is done.
func manyWithOneKey(t *testing.T, w *World, tokens *token.Service) {
	school, r, made := program(t, w, tokens)
	pupil := w.Persons(school.ID, directory.Pupil, 8, "")
	var all sync.WaitGroup
	answers := make([]string, len(pupil))
	for i, p := range pupil {
		node := &token.Service{Store: w.Store.Token(), IDs: w.Store.IDs}
		all.Go(func() {
			a, _, err := node.Once(t.Context(), made, token.Key{Name: "same", Request: "same"}, func(ctx context.Context) (token.Answer, error) {
				done, err := w.Licensing.Assign(ctx, made.Actor(), To(school, r, licensing.ToPerson(p)))
				return token.Answer{Status: 201, Location: string(done.Act)}, err
			})
			answers[i] = fmt.Sprint(a.Location, err)
		})
	}
	all.Wait()
	for _, a := range answers {
		if a != answers[0] {
			t.Errorf("%q and %q", answers[0], a)
		}
	}
	if c := w.Counters(t, school, r); c.Assigned != 1 {
		t.Errorf("%d copies given", c.Assigned)
	}
}
