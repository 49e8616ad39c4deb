package storetest

import (
	"context"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/orders/trade"
	"pupitre/privacy"
)

// Trade runs the rules of who comes in for booksellers and distributors on one engine.
func Trade(t *testing.T, e dbtest.Engine) {
	w := NewWorld(t, e)
	w.SetNow(Monday)
	s := &trade.Service{Store: w.Store.Trade(), IDs: w.Store.IDs}
	for name, rule := range map[string]func(t *testing.T, w *World, s *trade.Service){
		"ASignInOpensOneSession":           signInOpensOne,
		"ASessionIsOverAfterTwoHours":      sessionIsOver,
		"WhoIsClosedIsOutAtOnce":           closedIsOut,
		"AnAgentIsOfOneHouse":              agentOfOneHouse,
		"AnAccountIsHandedAndOpensNoClass": accountIsHanded,
		"AnAgentIsForgotten":               agentIsForgotten,
		"AnAgentChangesTheirPassword":      agentChanges,
	} {
		t.Run(name, func(t *testing.T) { w.SetNow(Monday); rule(t, w, s) })
	}
}

// agent is one of a distributor's.
func agent(t *testing.T, s *trade.Service) trade.Agent {
	t.Helper()
	a, err := s.Add(t.Context(), Seller, trade.Agent{Name: directory.Name{Given: "Basile", Family: "Thévenin"}, Mail: "basile@comptoir.example",
		House: trade.House{Distributor: "999000808_0000000000000808"}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func comeIn(t *testing.T, w *World, s *trade.Service, a trade.Agent) federation.Token {
	t.Helper()
	token, err := s.Arrive(t.Context(), string(a.Person), federation.NewToken(), w.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func signInOpensOne(t *testing.T, w *World, s *trade.Service) {
	a, once := agent(t, s), federation.NewToken()
	token, err := s.Arrive(t.Context(), string(a.Person), once, w.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if is, err := s.Present(t.Context(), token); err != nil || is.Person != a.Person || is.Distributor != a.Distributor || is.Name != a.Name {
		t.Errorf("%+v, %v", is, err)
	}
	_, err = s.Arrive(t.Context(), string(a.Person), once, w.Now().Add(time.Minute))
	refused(t, err, fault.Denied, "federation.portal.again")
	_, err = s.Arrive(t.Context(), "nobody", federation.NewToken(), w.Now().Add(time.Minute))
	refused(t, err, fault.Denied, "trade.agent.closed")
	if err := s.Leave(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	for _, none := range []federation.Token{token, "", federation.NewToken()} {
		if _, err := s.Present(t.Context(), none); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("signed out: %v", err)
		}
	}
}

func sessionIsOver(t *testing.T, w *World, s *trade.Service) {
	a := agent(t, s)
	idle, used := comeIn(t, w, s, a), comeIn(t, w, s, a)
	for range 7 {
		w.SetNow(w.Now().Add(100 * time.Minute))
		if _, err := s.Present(t.Context(), used); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Present(t.Context(), idle); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("two hours without a click: %v", err)
	}
	w.SetNow(w.Now().Add(30 * time.Minute))
	if _, err := s.Present(t.Context(), used); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("twelve hours: %v", err)
	}
	if n, err := s.Sweep(t.Context(), 100); err != nil || n < 2 {
		t.Errorf("%d swept, %v", n, err)
	}
}

func closedIsOut(t *testing.T, w *World, s *trade.Service) {
	a := agent(t, s)
	token := comeIn(t, w, s, a)
	if err := s.Close(t.Context(), Seller, a.Person); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Present(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("closed: %v", err)
	}
	_, err := s.Arrive(t.Context(), string(a.Person), federation.NewToken(), w.Now().Add(time.Minute))
	refused(t, err, fault.Denied, "trade.agent.closed")
	refused(t, s.Close(t.Context(), Seller, a.Person), fault.Conflict, "trade.agent.over")
	refused(t, s.Close(t.Context(), Seller, "nobody"), fault.NotFound, "trade.agent.unknown")
}

func agentOfOneHouse(t *testing.T, _ *World, s *trade.Service) {
	name := directory.Name{Given: "Basile", Family: "Thévenin"}
	for code, a := range map[string]trade.Agent{
		"trade.house.one":             {Name: name, House: trade.House{Bookseller: "x", Distributor: "999000808_0000000000000808"}},
		"orders.distributor.form":     {Name: name, House: trade.House{Distributor: "808"}},
		"orders.mail.form":            {Name: name, Mail: "basile", House: trade.House{Distributor: "999000808_0000000000000808"}},
		"trade.name.form":             {Name: directory.Name{Given: " "}, House: trade.House{Distributor: "999000808_0000000000000808"}},
		"catalogue.publisher.unknown": {Name: name, House: trade.House{Publisher: "nobody"}},
		"orders.bookseller.unknown":   {Name: name, House: trade.House{Bookseller: "nobody"}},
	} {
		_, err := s.Add(t.Context(), Seller, a)
		if fault.CodeOf(err) != code {
			t.Errorf("want %s: %v", code, err)
		}
	}
	_, err := s.Add(t.Context(), Seller, trade.Agent{Name: name})
	refused(t, err, fault.Invalid, "trade.house.one")
	if a, err := s.Add(t.Context(), Seller, trade.Agent{Name: name, House: trade.House{Publisher: "preau"}}); err != nil || a.Publisher != "preau" {
		t.Errorf("a publisher's: %+v, %v", a, err)
	}
}

// A guest's account asks for a second factor as an adult's does, outlives the sweep of those who are in no school, and begins no session
// of a school.
func accountIsHanded(t *testing.T, w *World, s *trade.Service) {
	accounts := &local.Service{Store: w.Store.Local(), Hasher: local.NewHasher(local.Params{Memory: 64, Passes: 1, Lanes: 1}, 2, time.Second)}
	a := agent(t, s)
	slip, err := accounts.Hand(t.Context(), Seller, a.Person)
	if err != nil {
		t.Fatal(err)
	}
	w.SetNow(w.Now().AddDate(1, 0, 0))
	for n := 1; n > 0; {
		if n, err = accounts.Sweep(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
	}
	again, err := accounts.Hand(t.Context(), Seller, a.Person)
	if err != nil || again.Login != slip.Login || again.Phrase == slip.Phrase {
		t.Fatalf("%+v, %v", again, err)
	}
	try := local.Try{Project: local.Guests, Login: slip.Login, Password: slip.Phrase, State: "state"}
	_, _, err = accounts.SignIn(t.Context(), try)
	refused(t, err, fault.Denied, "local.signin.wrong")
	try.Password = again.Phrase
	token, step, err := accounts.SignIn(t.Context(), try)
	if err != nil || step != local.Change {
		t.Fatalf("%s, %v", step, err)
	}
	chosen := local.Phrase("marmotte canif tabouret violet")
	step, err = accounts.Choose(t.Context(), local.Visit{Project: local.Guests, Token: token, State: "state"}, chosen, chosen)
	if err != nil || step != local.Enrol {
		t.Errorf("a guest without a second factor: %s, %v", step, err)
	}
	sessions := &federation.Service{Store: w.Store.Federation(), IDs: w.Store.IDs, Now: w.Now}
	_, _, err = sessions.Arrive(t.Context(), federation.Arrival{Project: local.Guests, External: string(a.Person), Upstream: "local"})
	refused(t, err, fault.Denied, "federation.person.nowhere")
	if err := accounts.Refuse(t.Context(), Seller, a.Person); err != nil {
		t.Fatal(err)
	}
	try.Password = chosen
	_, _, err = accounts.SignIn(t.Context(), try)
	refused(t, err, fault.Denied, "local.signin.wrong")
	pupil := w.Persons(w.School("099", "340").ID, directory.Pupil, 1, "")[0]
	_, err = accounts.Hand(t.Context(), Seller, pupil)
	refused(t, err, fault.NotFound, "local.person.unknown")
}

// The new password is in force together with the end of every other session, or neither is.
func agentChanges(t *testing.T, w *World, s *trade.Service) {
	ctx := t.Context()
	accounts := &local.Service{Store: w.Store.Local(), Hasher: local.NewHasher(local.Params{Memory: 64, Passes: 1, Lanes: 1}, 2, time.Second)}
	a := agent(t, s)
	slip, err := accounts.Hand(ctx, Seller, a.Person)
	if err != nil {
		t.Fatal(err)
	}
	mine, other := comeIn(t, w, s, a), comeIn(t, w, s, a)
	colleague := comeIn(t, w, s, agent(t, s))
	var after federation.Token
	guest := local.Guest{Project: local.Guests, Person: a.Person, Alone: func(ctx context.Context) (err error) {
		after, err = s.Alone(ctx, mine)
		return err
	}}
	chosen := local.Phrase("marmotte canif tabouret violet")
	refused(t, accounts.ChangeGuest(ctx, guest, "not this one", chosen, chosen), fault.Denied, "local.own.wrong")
	refused(t, accounts.ChangeGuest(ctx, guest, slip.Phrase, chosen, "another"), fault.Invalid, "local.password.again")
	refused(t, accounts.ChangeGuest(ctx, guest, slip.Phrase, "azerty", "azerty"), fault.Invalid, "local.password.short")
	stale := guest
	stale.Alone = func(ctx context.Context) error {
		_, err := s.Alone(ctx, federation.NewToken())
		return err
	}
	if err := accounts.ChangeGuest(ctx, stale, slip.Phrase, chosen, chosen); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("without a session: %v", err)
	}
	for _, token := range []federation.Token{mine, other} {
		if _, err := s.Present(ctx, token); err != nil {
			t.Errorf("what was refused ended a session: %v", err)
		}
	}
	if err := accounts.ChangeGuest(ctx, guest, slip.Phrase, chosen, chosen); err != nil {
		t.Fatal(err)
	}
	for _, token := range []federation.Token{mine, other} {
		if _, err := s.Present(ctx, token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("another session, or the old token: %v", err)
		}
	}
	for _, token := range []federation.Token{after, colleague} {
		if _, err := s.Present(ctx, token); err != nil {
			t.Errorf("their own session, or a colleague's: %v", err)
		}
	}
	try := local.Try{Project: local.Guests, Login: slip.Login, Password: slip.Phrase, State: "state"}
	_, _, err = accounts.SignIn(ctx, try)
	refused(t, err, fault.Denied, "local.signin.wrong")
	try.Password = chosen
	if _, step, err := accounts.SignIn(ctx, try); err != nil || step != local.Enrol {
		t.Errorf("%s, %v", step, err)
	}
}

func agentIsForgotten(t *testing.T, w *World, s *trade.Service) {
	a, holder := agent(t, s), trade.Holder{Store: w.Store.Trade()}
	token, who := comeIn(t, w, s, a), privacy.Subject{Project: string(local.Guests), ID: string(a.Person)}
	if out, err := holder.Export(t.Context(), who); err != nil || out == nil {
		t.Errorf("%v, %v", out, err)
	}
	for range 2 { // erasing twice is erasing
		if err := holder.Erase(t.Context(), who); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := holder.Export(t.Context(), who); err != nil || out != nil {
		t.Errorf("%v, %v", out, err)
	}
	if _, err := s.Present(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("forgotten: %v", err)
	}
}
