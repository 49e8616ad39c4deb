package storetest

import (
	"context"
	"encoding/base32"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/federation/operator"
	"pupitre/federation/outsider"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/orders/trade"
	"pupitre/privacy"
	"pupitre/store"
	"pupitre/store/storetest/federationtest"
)

// Operators runs the rules of who comes in to run the installation, on one engine.
func Operators(t *testing.T, e dbtest.Engine) {
	w := NewWorld(t, e)
	w.SetNow(Monday)
	for name, rule := range map[string]func(t *testing.T, h *operating){
		"NoFactorNoSession":                   noFactorNoSession,
		"APasskeyIsAFactor":                   operatorByPasskey,
		"ASignInOpensOneSessionAndEndsTheOld": operatorOpensOne,
		"ASessionIsOverAfterHalfAnHour":       operatorIsOver,
		"WhoIsRemovedIsOutAtOnceOnEveryNode":  operatorRemoved,
		"ResetTakesTheFactorOffAndEndsAll":    operatorReset,
		"NobodyComesInBesideAReset":           operatorResetBeside,
		"ANameIsOfOneOperatorForGood":         operatorNames,
		"NothingIsHalfMade":                   operatorWhole,
		"AnotherRealmsSessionOpensNothing":    operatorRealm,
		"AnOperatorHasNoPseudonymNorPlace":    operatorNobody,
		"ANewPasswordEndsOtherSessions":       operatorChanges,
		"GuessesWait":                         operatorGuesses,
		"ActsAreUnderTheOperatorsName":        operatorActs,
		"AnOperatorIsForgotten":               operatorForgotten,
	} {
		t.Run(name, func(t *testing.T) {
			w.SetNow(Monday)
			rule(t, newOperating(w))
		})
	}
}

// operating is an installation that operators run.
type operating struct {
	*World
	accounts *local.Service
	service  *operator.Service
}

// onMachine is who makes operators.
var onMachine = journal.System("command")

func newOperating(w *World) *operating {
	h := &operating{World: w}
	h.accounts = &local.Service{Store: w.Store.Local(), Hasher: local.NewHasher(local.Params{Memory: 64, Passes: 1, Lanes: 1}, 2, time.Second), Base: "https://pupitre.example"}
	h.service = &operator.Service{Store: w.Store.Operator(), IDs: w.Store.IDs, Accounts: h.accounts}
	return h
}

// add makes an operator of a name that nobody has.
func (h *operating) add(t *testing.T) local.Slip {
	t.Helper()
	slip, err := h.service.Add(t.Context(), onMachine, "agent-"+h.Store.IDs.New())
	if err != nil {
		t.Fatal(err)
	}
	return slip
}

// chosen is a password that an operator chooses.
const chosen = local.Phrase("marmotte canif tabouret violet")

// passage goes through the sign-in as far as it leads.
func (h *operating) passage(t *testing.T, login local.Login, password local.Phrase) (local.Visit, local.Step) {
	t.Helper()
	v := local.Visit{Project: local.Operators, State: h.Store.IDs.New()}
	token, step, err := h.accounts.SignIn(t.Context(), local.Try{Project: v.Project, Login: login, Password: password, State: v.State, From: "192.0.2.7"})
	if err != nil {
		t.Fatal(err)
	}
	v.Token = token
	return v, step
}

// enrolled has gone through the first sign-in of a slip, and returns the passage that is done, and the telephone.
func (h *operating) enrolled(t *testing.T, slip local.Slip) (local.Visit, []byte) {
	t.Helper()
	v, step := h.passage(t, slip.Login, slip.Phrase)
	if step != local.Change {
		t.Fatalf("a slip's password leads to %s", step)
	}
	step, err := h.accounts.Choose(t.Context(), v, chosen, chosen)
	if err != nil || step != local.Enrol {
		t.Fatalf("%s, %v", step, err)
	}
	o, err := h.accounts.Offered(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	secret := telephone(t, o)
	if _, err := h.accounts.Take(t.Context(), v, federationtest.CodeAt(secret, h.Now())); err != nil {
		t.Fatal(err)
	}
	return v, secret
}

// telephone has taken what is offered.
func telephone(t *testing.T, o local.Offer) []byte {
	t.Helper()
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(o.Key)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// arrive begins the session of a passage.
func (h *operating) arrive(t *testing.T, v local.Visit, replaces federation.Token) (federation.Token, error) {
	t.Helper()
	external, until, err := h.accounts.Vouch(t.Context(), v)
	if err != nil {
		return "", err
	}
	return h.service.Arrive(t.Context(), outsider.Arrival{External: external, Once: v.Token, Until: until, Replaces: replaces})
}

// comeIn is a session of somebody who has just been let in.
func (h *operating) comeIn(t *testing.T, slip local.Slip) federation.Token {
	t.Helper()
	v, _ := h.enrolled(t, slip)
	token, err := h.arrive(t, v, "")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (h *operating) isIn(t *testing.T, s *operator.Service, token federation.Token, want bool) {
	t.Helper()
	_, err := s.Present(t.Context(), token)
	if want && err != nil || !want && !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("in %v: %v", want, err)
	}
}

// There is no way to a session but through a password of one's own and a telephone, whatever step is shown to the door.
func noFactorNoSession(t *testing.T, h *operating) {
	slip := h.add(t)
	v, step := h.passage(t, slip.Login, slip.Phrase)
	if step != local.Change {
		t.Fatalf("%s", step)
	}
	never := func(when string) {
		t.Helper()
		if _, err := h.arrive(t, v, ""); fault.CodeOf(err) != "local.passage.over" {
			t.Errorf("%s: %v", when, err)
		}
		_, err := h.service.Arrive(t.Context(), outsider.Arrival{External: string(slip.Login), Once: federation.NewToken(), Until: h.Now().Add(time.Minute)})
		refused(t, err, fault.Denied, "operator.closed")
	}
	never("with the slip's password alone")
	if step, err := h.accounts.Choose(t.Context(), v, chosen, chosen); err != nil || step != local.Enrol {
		t.Fatalf("%s, %v", step, err)
	}
	never("before the telephone")
	if _, err := h.accounts.Take(t.Context(), v, "000000"); fault.CodeOf(err) != "local.factor.wrong" {
		t.Errorf("a wrong code: %v", err)
	}
	never("after a wrong code")
	o, err := h.accounts.Offered(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.accounts.Take(t.Context(), v, federationtest.CodeAt(telephone(t, o), h.Now())); err != nil {
		t.Fatal(err)
	}
	token, err := h.arrive(t, v, "")
	if err != nil {
		t.Fatal(err)
	}
	h.isIn(t, h.service, token, true)
	// The next time the password alone does not do either.
	v, step = h.passage(t, slip.Login, chosen)
	if step != local.Factor {
		t.Errorf("the second sign-in asks for %s", step)
	}
	if _, err := h.arrive(t, v, ""); fault.CodeOf(err) != "local.passage.over" {
		t.Errorf("without the code: %v", err)
	}
}

// A passkey does instead of the telephone, and ends with a reset as the telephone does.
func operatorByPasskey(t *testing.T, h *operating) {
	slip := h.add(t)
	v, _ := h.passage(t, slip.Login, slip.Phrase)
	if step, err := h.accounts.Choose(t.Context(), v, chosen, chosen); err != nil || step != local.Enrol {
		t.Fatalf("%s, %v", step, err)
	}
	question, err := h.accounts.AskKeyFor(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	device := &federationtest.Device{Origin: "https://pupitre.example", RP: "pupitre.example"}
	codes, err := h.accounts.TakeKey(t.Context(), v, "computer", device.Make(t, question))
	if err != nil || len(codes) != local.RecoveryCodes {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	first, err := h.arrive(t, v, "")
	if err != nil {
		t.Fatal(err)
	}
	h.isIn(t, h.service, first, true)
	if v, step := h.passage(t, slip.Login, chosen); step != local.Factor {
		t.Errorf("the password alone leads to %s in %v", step, v.Project)
	}
	byKey := func() (local.Visit, error) {
		v := local.Visit{Project: local.Operators, State: h.Store.IDs.New()}
		question, err := h.accounts.AskKey(t.Context(), v.Project, v.State, "192.0.2.7")
		if err != nil {
			t.Fatal(err)
		}
		v.Token, _, err = h.accounts.SignInByKey(t.Context(), local.KeyTry{Project: v.Project, State: v.State, From: "192.0.2.7", Response: device.Sign(t, question)})
		return v, err
	}
	v, err = byKey()
	if err != nil {
		t.Fatal(err)
	}
	second, err := h.arrive(t, v, first)
	if err != nil {
		t.Fatal(err)
	}
	h.isIn(t, h.service, second, true)
	if list, err := h.service.List(t.Context()); err != nil || !slices.ContainsFunc(list, func(o operator.Operator) bool { return o.Name == string(slip.Login) && o.Guarded() }) {
		t.Errorf("the list does not say that they have one: %v", err)
	}
	if _, err := h.service.Reset(t.Context(), onMachine, string(slip.Login)); err != nil {
		t.Fatal(err)
	}
	h.isIn(t, h.service, second, false)
	_, err = byKey()
	refused(t, err, fault.Denied, "local.passkey.wrong")
}

func operatorOpensOne(t *testing.T, h *operating) {
	slip := h.add(t)
	v, secret := h.enrolled(t, slip)
	first, err := h.arrive(t, v, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.arrive(t, v, "")
	refused(t, err, fault.Denied, "federation.portal.again")
	h.SetNow(h.Now().Add(time.Minute))
	v, _ = h.passage(t, slip.Login, chosen)
	if _, err := h.accounts.Prove(t.Context(), v, federationtest.CodeAt(secret, h.Now())); err != nil {
		t.Fatal(err)
	}
	second, err := h.arrive(t, v, first)
	if err != nil {
		t.Fatal(err)
	}
	if second == first {
		t.Error("the token is what the browser held")
	}
	h.isIn(t, h.service, second, true)
	h.isIn(t, h.service, first, false)
	if err := h.service.Leave(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	for _, none := range []federation.Token{second, "", federation.NewToken()} {
		h.isIn(t, h.service, none, false)
	}
}

func operatorIsOver(t *testing.T, h *operating) {
	slip := h.add(t)
	used := h.comeIn(t, slip)
	idle, looked := h.comeIn(t, h.add(t)), h.comeIn(t, h.add(t))
	h.SetNow(h.Now().Add(29 * time.Minute))
	h.isIn(t, h.service, looked, true)
	h.isIn(t, h.service, used, true)
	h.SetNow(h.Now().Add(time.Minute))
	h.isIn(t, h.service, idle, false)
	h.isIn(t, h.service, looked, true)
	for range 18 {
		h.SetNow(h.Now().Add(449 * time.Minute / 18)) // until 7 h 59
		h.isIn(t, h.service, used, true)
	}
	h.isIn(t, h.service, looked, false)
	h.SetNow(h.Now().Add(2 * time.Minute)) // eight hours and a minute after the sign-in, and just used
	h.isIn(t, h.service, used, false)
	if n, err := h.service.Sweep(t.Context(), 100); err != nil || n < 2 {
		t.Errorf("%d swept, %v", n, err)
	}
}

// node is the same service in another process.
func (h *operating) node() *operator.Service {
	other := &store.Store{DB: h.Store.DB, IDs: id.NewMaker(h.Now)}
	return &operator.Service{Store: other.Operator(), IDs: other.IDs, Accounts: &local.Service{Store: other.Local(), Hasher: h.accounts.Hasher}}
}

func operatorRemoved(t *testing.T, h *operating) {
	slip := h.add(t)
	one, node := h.comeIn(t, slip), h.node()
	h.isIn(t, node, one, true)
	v, step := h.passage(t, slip.Login, chosen)
	if step != local.Factor {
		t.Fatalf("%s", step)
	}
	if err := h.service.Remove(t.Context(), onMachine, string(slip.Login)); err != nil {
		t.Fatal(err)
	}
	h.isIn(t, h.service, one, false)
	h.isIn(t, node, one, false)
	if _, err := h.accounts.Where(t.Context(), v); fault.CodeOf(err) != "local.passage.over" {
		t.Errorf("a sign-in half-way: %v", err)
	}
	_, _, err := h.accounts.SignIn(t.Context(), local.Try{Project: local.Operators, Login: slip.Login, Password: chosen, State: "x"})
	refused(t, err, fault.Denied, "local.signin.wrong")
	refused(t, h.service.Remove(t.Context(), onMachine, string(slip.Login)), fault.Conflict, "operator.over")
	// A session that is left somehow opens nothing either, once the account is closed.
	left := h.comeIn(t, h.add(t))
	who, err := h.service.Present(t.Context(), left)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.accounts.Refuse(t.Context(), onMachine, who.Person); err != nil {
		t.Fatal(err)
	}
	h.isIn(t, node, left, false)
	_, err = h.service.Reset(t.Context(), onMachine, string(slip.Login))
	refused(t, err, fault.Conflict, "operator.over")
	refused(t, h.service.Remove(t.Context(), onMachine, "nobody"), fault.NotFound, "operator.unknown")
}

func operatorReset(t *testing.T, h *operating) {
	slip := h.add(t)
	token := h.comeIn(t, slip)
	half, _ := h.passage(t, slip.Login, chosen)
	again, err := h.service.Reset(t.Context(), onMachine, string(slip.Login))
	if err != nil || again.Login != slip.Login || again.Phrase == slip.Phrase {
		t.Fatalf("%+v, %v", again, err)
	}
	h.isIn(t, h.service, token, false)
	if _, err := h.accounts.Where(t.Context(), half); fault.CodeOf(err) != "local.passage.over" {
		t.Errorf("a sign-in half-way: %v", err)
	}
	for _, old := range []local.Phrase{chosen, slip.Phrase} {
		_, _, err := h.accounts.SignIn(t.Context(), local.Try{Project: local.Operators, Login: slip.Login, Password: old, State: "x"})
		refused(t, err, fault.Denied, "local.signin.wrong")
	}
	// What is set up anew is another telephone, by another password.
	v, step := h.passage(t, slip.Login, again.Phrase)
	if step != local.Change {
		t.Errorf("the new slip leads to %s", step)
	}
	other := local.Phrase("girafe lampadaire mouette orge")
	if step, err = h.accounts.Choose(t.Context(), v, other, other); err != nil || step != local.Enrol {
		t.Errorf("the old telephone still counts: %s, %v", step, err)
	}
	o, err := h.accounts.Offered(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.accounts.Take(t.Context(), v, federationtest.CodeAt(telephone(t, o), h.Now())); err != nil {
		t.Fatal(err)
	}
	h.isIn(t, h.service, token, false) // once there is a telephone again, too
}

// Of a session that begins and a reset that comes at the same moment, the session is over afterwards.
func operatorResetBeside(t *testing.T, h *operating) {
	for range 6 {
		slip := h.add(t)
		v, _ := h.enrolled(t, slip)
		var token federation.Token
		var arrived, reset error
		var both sync.WaitGroup
		both.Go(func() { token, arrived = h.arrive(t, v, "") })
		both.Go(func() { _, reset = h.service.Reset(t.Context(), onMachine, string(slip.Login)) })
		both.Wait()
		if reset != nil {
			t.Fatal(reset)
		}
		var left int
		err := h.Store.Operator().Read(t.Context(), func(ctx context.Context, r operator.Reader) error {
			_, err := r.FindSession(ctx, token.Hash())
			if err == nil {
				left++
			}
			return nil
		})
		if err != nil || arrived == nil && left > 0 {
			t.Errorf("a session is kept: %d, %v", left, err)
		}
	}
}

func operatorNames(t *testing.T, h *operating) {
	for _, name := range []string{"", "a", "Camille", "camille renard", "camille.renard", "-camille", "9camille", "élodie", "a23456789012345678901234567890123"} {
		_, err := h.service.Add(t.Context(), onMachine, name)
		refused(t, err, fault.Invalid, "operator.name.form")
	}
	slip := h.add(t)
	_, err := h.service.Add(t.Context(), onMachine, string(slip.Login))
	refused(t, err, fault.Conflict, "operator.name.taken")
	if err := h.service.Remove(t.Context(), onMachine, string(slip.Login)); err != nil {
		t.Fatal(err)
	}
	_, err = h.service.Add(t.Context(), onMachine, string(slip.Login)) // somebody else's acts would be told under it
	refused(t, err, fault.Conflict, "operator.name.taken")
	list, err := h.service.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if o.Name == string(slip.Login) && o.Open() {
			t.Errorf("%+v", o)
		}
	}
}

// broken makes no account.
type broken struct{ *local.Service }

var errBroken = errors.New("broken")

func (broken) Hand(context.Context, journal.Actor, directory.PersonID) (local.Slip, error) {
	return local.Slip{}, errBroken
}

func (broken) Refuse(context.Context, journal.Actor, directory.PersonID) error { return errBroken }

func operatorWhole(t *testing.T, h *operating) {
	s := *h.service
	s.Accounts = broken{h.accounts}
	if _, err := s.Add(t.Context(), onMachine, "half-made"); !errors.Is(err, errBroken) {
		t.Fatal(err)
	}
	if _, err := h.service.Add(t.Context(), onMachine, "half-made"); err != nil {
		t.Errorf("what was not made is there: %v", err)
	}
	slip := h.add(t)
	token := h.comeIn(t, slip)
	if err := s.Remove(t.Context(), onMachine, string(slip.Login)); !errors.Is(err, errBroken) {
		t.Fatal(err)
	}
	h.isIn(t, h.service, token, true)
}

// A session of the trade, or of a school, opens nothing here, nor one of here there.
func operatorRealm(t *testing.T, h *operating) {
	agents := &trade.Service{Store: h.Store.Trade(), IDs: h.Store.IDs}
	theirs, mine := comeIn(t, h.World, agents, agent(t, agents)), h.comeIn(t, h.add(t))
	h.isIn(t, h.service, theirs, false)
	if _, err := agents.Present(t.Context(), mine); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("an operator is an agent: %v", err)
	}
	schools := &federation.Service{Store: h.Store.Federation(), IDs: h.Store.IDs, Now: h.Now}
	if _, err := schools.Present(t.Context(), mine); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("an operator is in a school: %v", err)
	}
	// An agent's account is none of an operator's, whatever is shown.
	a := agent(t, agents)
	_, err := h.service.Arrive(t.Context(), outsider.Arrival{External: string(a.Person), Once: federation.NewToken(), Until: h.Now().Add(time.Minute)})
	refused(t, err, fault.Denied, "operator.closed")
	slip, err := h.accounts.Hand(t.Context(), Seller, a.Person)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = h.accounts.SignIn(t.Context(), local.Try{Project: local.Operators, Login: slip.Login, Password: slip.Phrase, State: "x"})
	refused(t, err, fault.Denied, "local.signin.wrong")
}

func operatorNobody(t *testing.T, h *operating) {
	slip := h.add(t)
	schools := &federation.Service{Store: h.Store.Federation(), IDs: h.Store.IDs, Now: h.Now}
	_, _, err := schools.Arrive(t.Context(), federation.Arrival{Project: local.Operators, External: string(slip.Login), Upstream: "local"})
	refused(t, err, fault.Denied, "federation.person.nowhere")
	err = h.Store.Federation().Read(t.Context(), func(ctx context.Context, r federation.Reader) error {
		p, err := r.PersonByExternal(ctx, local.Operators, string(slip.Login))
		if err != nil {
			return err
		}
		secret, err := r.Secret(ctx, local.Operators, p.ID)
		if err == nil && secret != "" {
			t.Error("pseudonyms could be made of an operator")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	// The account outlives the sweep of those who are in no school.
	h.SetNow(h.Now().AddDate(1, 0, 0))
	for n := 1; n > 0; {
		if n, err = h.accounts.Sweep(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
	}
	if _, step := h.passage(t, slip.Login, slip.Phrase); step != local.Change {
		t.Errorf("%s", step)
	}
}

func operatorChanges(t *testing.T, h *operating) {
	slip := h.add(t)
	v, secret := h.enrolled(t, slip)
	mine, err := h.arrive(t, v, "")
	if err != nil {
		t.Fatal(err)
	}
	h.SetNow(h.Now().Add(time.Minute))
	v, _ = h.passage(t, slip.Login, chosen)
	if _, err := h.accounts.Prove(t.Context(), v, federationtest.CodeAt(secret, h.Now())); err != nil {
		t.Fatal(err)
	}
	other, err := h.arrive(t, v, "")
	if err != nil {
		t.Fatal(err)
	}
	who, err := h.service.Present(t.Context(), mine)
	if err != nil {
		t.Fatal(err)
	}
	var after federation.Token
	guest := local.Guest{Project: local.Operators, Person: who.Person, Alone: func(ctx context.Context) (err error) {
		after, err = h.service.Alone(ctx, mine)
		return err
	}}
	better := local.Phrase("girafe lampadaire mouette orge")
	refused(t, h.accounts.ChangeGuest(t.Context(), guest, "not this one", better, better), fault.Denied, "local.own.wrong")
	refused(t, h.accounts.ChangeGuest(t.Context(), guest, chosen, "azerty", "azerty"), fault.Invalid, "local.password.short")
	h.isIn(t, h.service, other, true)
	if err := h.accounts.ChangeGuest(t.Context(), guest, chosen, better, better); err != nil {
		t.Fatal(err)
	}
	for _, old := range []federation.Token{mine, other} {
		h.isIn(t, h.service, old, false)
	}
	h.isIn(t, h.service, after, true)
}

// Guesses of a password wait, and so do guesses of a code.
func operatorGuesses(t *testing.T, h *operating) {
	slip := h.add(t)
	h.comeIn(t, slip)
	try := local.Try{Project: local.Operators, Login: slip.Login, Password: "not this one", State: "x", From: "192.0.2.66"}
	waits := func(guess func() error) bool {
		for range 10 {
			if _, waits := local.WaitOf(guess()); waits {
				return true
			}
		}
		return false
	}
	if !waits(func() error { _, _, err := h.accounts.SignIn(t.Context(), try); return err }) {
		t.Error("passwords are guessed without a wait")
	}
	try.Password = chosen // a right one waits, too: it is not looked at
	if _, _, err := h.accounts.SignIn(t.Context(), try); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a right password in between: %v", err)
	}
	v, _ := h.passage(t, slip.Login, chosen)
	if !waits(func() error { _, err := h.accounts.Prove(t.Context(), v, "000000"); return err }) {
		t.Error("codes are guessed without a wait")
	}
}

// What happened to an operator, and what they did, is told under their person; who made them is the machine.
func operatorActs(t *testing.T, h *operating) {
	slip := h.add(t)
	token := h.comeIn(t, slip)
	who, err := h.service.Present(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if a := who.Actor(); a.Kind != journal.ByPerson || a.ID != string(who.Person) || who.Name != string(slip.Login) {
		t.Errorf("%+v acts as %+v", who, a)
	}
	if err := h.service.Remove(t.Context(), onMachine, who.Name); err != nil {
		t.Fatal(err)
	}
	told, err := tx.Answer(t.Context(), h.Store.Journal().Read, func(ctx context.Context, r journal.Reader) ([]journal.Written, error) {
		return r.OfPerson(ctx, string(who.Person), "", 100)
	})
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]journal.Actor{}
	for _, e := range told {
		by[e.Entry.Verb] = e.Entry.Actor
	}
	for verb, want := range map[string]journal.Actor{
		"operator.added": onMachine, "local.made": onMachine, "operator.signed-in": who.Actor(), "local.factor-added": who.Actor(), "operator.removed": onMachine,
		"local.closed": onMachine,
	} {
		if by[verb] != want {
			t.Errorf("%s is told of %+v, want %+v", verb, by[verb], want)
		}
	}
}

func operatorForgotten(t *testing.T, h *operating) {
	slip, holder := h.add(t), operator.Holder{Store: h.Store.Operator()}
	token := h.comeIn(t, slip)
	o, err := h.service.Present(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	who := privacy.Subject{Project: string(local.Operators), ID: string(o.Person)}
	if out, err := holder.Export(t.Context(), who); err != nil || out == nil {
		t.Errorf("%v, %v", out, err)
	}
	register := privacy.Register{holder, local.Holder{Store: h.Store.Local()}, directory.Holder{Store: h.Store.Directory()}}
	for range 2 { // erasing twice is erasing
		if err := register.Erase(t.Context(), who); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := holder.Export(t.Context(), who); err != nil || out != nil {
		t.Errorf("%v, %v", out, err)
	}
	h.isIn(t, h.service, token, false)
	if _, err := h.service.Add(t.Context(), onMachine, string(slip.Login)); err != nil {
		t.Errorf("whom nobody knows any more: %v", err)
	}
}
