package local_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/privacy"
	"pupitre/store/storetest/federationtest"
)

func TestAPupilSignsInWithTheirSlip(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		if slip.Login != "ines.marchal" || slip.Class != "5e B" || slip.School.Name != "Collège des Tilleuls" || slip.Staff || slip.Address != "https://pupitre.example" {
			t.Errorf("the slip says %+v", slip)
		}
		v, step := o.enter(local.ParseLogin(" Ines.Marchal "), slip.Phrase)
		if step != local.Done {
			t.Fatalf("step %q", step)
		}
		token, err := o.arrive(v)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := o.Service.Find(t.Context(), token); err != nil || s.Person != federationtest.Ines || s.Upstream != "local" {
			t.Errorf("%+v, %v", s, err)
		}
		_, err = o.arrive(v)
		wants(t, "the same passage again", err, "federation.portal.again")
	})
}

// The answer, and the work, are the same whatever is wrong.
func TestAWrongPasswordAndAnUnknownIdentifierLookAlike(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		ines, noe := o.give(federationtest.Ines), o.give2(federationtest.Noe)
		if err := o.Accounts.Close(t.Context(), operator, local.Order{School: federationtest.College, Cohort: "c-lat", Person: federationtest.Noe}); err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, c := range []struct {
			login local.Login
			p     local.Phrase
		}{{ines.Login, "not this one"}, {"nobody.here", "not this one"}, {noe.Login, noe.Phrase}, {"", ""}, {local.Login(strings.Repeat("x", 9000)), "x"}, {ines.Login, local.Phrase(strings.Repeat("x", 90000))}} {
			before := o.Accounts.Hasher.Computed()
			_, _, err := o.try(o.Accounts, c.login, c.p)
			if err == nil {
				t.Fatalf("%s came in", c.login)
			}
			said = append(said, fmt.Sprint(fault.KindOf(err), err, o.Accounts.Hasher.Computed()-before))
		}
		for _, s := range said {
			if s != said[0] {
				t.Errorf("%q and %q can be told apart", s, said[0])
			}
		}
	})
}

// give2 makes the account of somebody who is in no class but a group.
func (o *office) give2(person directory.PersonID) local.Slip {
	o.t.Helper()
	o.exec(`insert into membership (school, cohort, person, subjects) values ('school-college', 'c-lat', $1, '[]')`, string(person))
	slips, err := o.Accounts.Issue(o.t.Context(), operator, local.Order{School: federationtest.College, Cohort: "c-lat", Person: person})
	if err != nil || len(slips) != 1 {
		o.t.Fatalf("%v, %v", slips, err)
	}
	return slips[0]
}

func TestGuessersWaitOnEveryNode(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		nodes := []*local.Service{o.Accounts, o.node()}
		for _, login := range []local.Login{slip.Login, "nobody.here"} {
			looked := 0
			for i := range 40 {
				if _, _, err := o.try(nodes[i%2], login, "a guess"); !mustWait(err) {
					looked++
				}
			}
			if looked != 6 {
				t.Errorf("%s: %d guesses were looked at on two nodes", login, looked)
			}
		}
		_, _, err := o.try(nodes[1], slip.Login, slip.Phrase)
		if !mustWait(err) {
			t.Errorf("the right one while waiting: %v", err)
		}
		// Waits grow, and end by themselves: nobody can keep anybody out for good.
		var waits []time.Duration
		for range 8 {
			wait := time.Duration(0)
			for ; ; wait += 5 * time.Second {
				if _, _, err := o.try(nodes[0], slip.Login, "a guess"); !mustWait(err) {
					break
				}
				o.Clock.Advance(5 * time.Second)
			}
			waits = append(waits, wait)
		}
		if waits[0] != 15*time.Second || waits[1] != 30*time.Second || waits[7] != 5*time.Minute {
			t.Errorf("waits %v", waits)
		}
		o.Clock.Advance(5 * time.Minute)
		if _, _, err := o.try(nodes[1], slip.Login, slip.Phrase); err != nil {
			t.Errorf("after the wait: %v", err)
		}
		for range 5 {
			if _, _, err := o.try(nodes[0], slip.Login, "a guess"); mustWait(err) {
				t.Error("a sign-in that was right did not begin anew")
			}
		}
	})
}

// Many at once are no way around: an attempt is counted before it is looked at.
func TestGuessesAtOnceAreCountedOneByOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		nodes := []*local.Service{o.Accounts, o.node()}
		var mu sync.Mutex
		var looked int
		var all sync.WaitGroup
		for i := range 32 {
			all.Go(func() {
				_, _, err := o.try(nodes[i%2], slip.Login, "a guess")
				mu.Lock()
				defer mu.Unlock()
				if !mustWait(err) {
					looked++
					wants(t, "a guess", err, "local.signin.wrong")
				}
			})
		}
		all.Wait()
		if looked != 6 {
			t.Errorf("%d guesses of 32 were looked at", looked)
		}
	})
}

// A classmate's guesses at school make nobody wait at home; guesses from everywhere do, and so do many identifiers from one address.
func TestWaitsAreOfIdentifierAndAddress(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		from := func(login local.Login, p local.Phrase, address string) error {
			_, _, err := o.Accounts.SignIn(t.Context(), local.Try{Project: federationtest.Project, Login: login, Password: p, From: address, State: state})
			return err
		}
		for range 10 {
			from(slip.Login, "a guess", "192.0.2.1")
		}
		if err := from(slip.Login, slip.Phrase, "192.0.2.1"); !mustWait(err) {
			t.Errorf("at school: %v", err)
		}
		if err := from(slip.Login, slip.Phrase, "198.51.100.7"); err != nil {
			t.Errorf("at home: %v", err)
		}
		for i := range 31 {
			from(slip.Login, "a guess", fmt.Sprintf("203.0.113.%d", i))
		}
		if err := from(slip.Login, "a guess", "203.0.113.99"); !mustWait(err) {
			t.Errorf("from everywhere: %v", err)
		}
		for i := range 101 {
			from(local.Login(fmt.Sprint("login", i)), "a guess", "192.0.2.200")
		}
		if err := from("another", "a guess", "192.0.2.200"); !mustWait(err) {
			t.Errorf("one address, many identifiers: %v", err)
		}
	})
}

func TestANewSlipEndsWaitsSessionsAndTheOldPassword(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		v, _ := o.enter(slip.Login, slip.Phrase)
		token, err := o.arrive(v)
		if err != nil {
			t.Fatal(err)
		}
		half, _ := o.enter(slip.Login, slip.Phrase) // not yet a session
		renew := order(federationtest.Ines)
		renew.Renew = true
		slips, err := o.Accounts.Issue(t.Context(), operator, renew)
		if err != nil || len(slips) != 1 || slips[0].Login != slip.Login || slips[0].Phrase == slip.Phrase {
			t.Fatalf("%v, %v", slips, err)
		}
		if _, err := o.Service.Find(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("the session goes on: %v", err)
		}
		_, err = o.arrive(half)
		wants(t, "a passage of the old password", err, "local.passage.over")
		_, _, err = o.try(o.Accounts, slip.Login, slip.Phrase)
		wants(t, "the old password", err, "local.signin.wrong")
		o.enter(slip.Login, slips[0].Phrase)
	})
}

// A sign-in at the very moment of a new slip or a closing: whichever is first, nothing that the old password began goes on.
func TestNoPassageOutlivesItsPassword(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		renew := order(federationtest.Ines)
		renew.Renew = true
		nodes := []*local.Service{o.Accounts, o.node()}
		for round := range 5 {
			visits := make([]local.Visit, 16)
			var fresh []local.Slip
			var all sync.WaitGroup
			for i := range visits {
				all.Go(func() { visits[i], _, _ = o.try(nodes[i%2], slip.Login, slip.Phrase) })
			}
			all.Go(func() {
				var err error
				if fresh, err = o.Accounts.Issue(context.Background(), operator, renew); err != nil || len(fresh) != 1 {
					t.Errorf("%v, %v", fresh, err)
				}
			})
			all.Wait()
			for _, v := range visits {
				if _, err := o.arrive(v); err == nil {
					t.Errorf("round %d: a passage of the old password opens a session", round)
				}
			}
			if len(fresh) != 1 {
				return
			}
			slip = fresh[0]
			o.exec(`delete from local_try`)
		}
	})
}

func TestAClosedAccountEndsItsSessions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		v, _ := o.enter(slip.Login, slip.Phrase)
		token, err := o.arrive(v)
		if err != nil {
			t.Fatal(err)
		}
		// A passage that has been vouched for, whose session is about to begin.
		half, _ := o.enter(slip.Login, slip.Phrase)
		external, until, err := o.Accounts.Vouch(t.Context(), half)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Accounts.Close(t.Context(), operator, order(federationtest.Ines)); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Service.Find(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("the session goes on: %v", err)
		}
		_, _, err = o.Service.Arrive(t.Context(), federation.Arrival{Project: half.Project, External: external, Upstream: "local", Once: half.Token, OnceUntil: until})
		wants(t, "a session that begins just afterwards", err, "federation.portal.again")
		_, _, err = o.try(o.Accounts, slip.Login, slip.Phrase)
		wants(t, "its password", err, "local.signin.wrong")
	})
}

// A passage is good in its own browser's attempt, for its own step, for ten minutes.
func TestAPassageIsOfOneAttempt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		v, _ := o.enter(slip.Login, slip.Phrase)
		for what, bad := range map[string]local.Visit{
			"another attempt": {Project: v.Project, Token: v.Token, State: "another"}, "another project": {Project: "B0", Token: v.Token, State: state},
			"another token": {Project: v.Project, Token: federation.NewToken(), State: state}, "none": {},
		} {
			_, err := o.arrive(bad)
			wants(t, what, err, "local.passage.over")
		}
		_, err := o.Accounts.Choose(t.Context(), v, chosen, chosen)
		wants(t, "another step", err, "local.passage.over")
		o.Clock.Advance(11 * time.Minute)
		_, err = o.arrive(v)
		wants(t, "too late", err, "local.passage.over")
	})
}

func TestStaffChooseTheirOwnPassword(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Renard)
		v, step := o.enter(slip.Login, slip.Phrase)
		if step != local.Change || !slip.Staff {
			t.Fatalf("step %q", step)
		}
		_, err := o.arrive(v)
		wants(t, "without", err, "local.passage.over")
		for p, code := range map[local.Phrase]string{
			"onze signes": "local.password.short", local.Phrase(strings.Repeat("é1a2b", 60)): "local.password.long", "MotDePasse2026!": "local.password.common",
			"aaaaaaaaaaaaaa": "local.password.common", "azertyazerty": "local.password.common", "1234567890123": "local.password.common",
			"claire.renard1": "local.password.named", "Renard-Renard-12": "local.password.named", slip.Phrase: "local.password.same",
		} {
			_, err := o.Accounts.Choose(t.Context(), v, p, p)
			wants(t, "a bad choice", err, code)
		}
		_, err = o.Accounts.Choose(t.Context(), v, chosen, "something else altogether")
		wants(t, "two that differ", err, "local.password.again")
		if step, err := o.Accounts.Choose(t.Context(), v, "déjà vu à l’Élysée", "déjà vu à l’Élysée"); err != nil || step != local.Enrol {
			t.Fatalf("%q, %v", step, err)
		}
		// However a keyboard composes its letters.
		o.enter(slip.Login, local.Phrase(norm.NFD.String("déjà vu à l’Élysée")))
	})
}

func TestAWeakerHashIsReplacedAtSignIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		o.Accounts.Hasher = local.NewHasher(local.Params{Memory: 128, Passes: 1, Lanes: 1}, 1, time.Minute)
		o.enter(slip.Login, slip.Phrase)
		if n := o.rows(`select count(*) from local_account where password like '$argon2id$v=19$m=128,t=1,p=1$%'`); n != 1 {
			t.Error("the hash is as weak as it was")
		}
		o.enter(slip.Login, slip.Phrase)
	})
}

func TestAFewHashesAtOnceAndTheRestAreToldToComeBack(t *testing.T) {
	t.Parallel()
	h := local.NewHasher(local.DefaultParams, 1, time.Nanosecond)
	var busy, done int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			_, err := h.Hash(context.Background(), "x")
			mu.Lock()
			defer mu.Unlock()
			if fault.CodeOf(err) == "local.signin.busy" {
				busy++
			} else if err == nil {
				done++
			}
		})
	}
	all.Wait()
	if busy+done != 16 || int64(done) != h.Computed() || busy == 0 {
		t.Errorf("%d busy, %d done, %d computed", busy, done, h.Computed())
	}
}

// What is in the clear is on the slip alone.
func TestThePassPhraseIsNowhere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		login, _, codes := o.settled()
		o.enter(slip.Login, slip.Phrase)
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "phrase", slip.Phrase, "login", slip.Login, "slip", slip)
		all := log.String() + fmt.Sprintf("%v %+v %s", slip, slip, slip.Phrase)
		for _, query := range []string{
			`select project || person || login || password || factor || act from local_account`, `select hash from local_recovery`,
			`select hash || attempt || secret from local_passage`, `select bucket from local_try`, `select detail || subject || verb from journal`, `select body from outbox`,
		} {
			err := o.Store.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.Each(ctx, query, nil, func(row db.Row) error {
					var text string
					err := row.Scan(&text)
					all += text + "\n"
					return err
				})
			})
			if err != nil {
				t.Fatalf("%s: %v", query, err)
			}
		}
		for _, secret := range append(codes, string(slip.Phrase), string(chosen), local.Bare(codes[0])) {
			if strings.Contains(all, secret) {
				t.Errorf("%q is kept, or printed", secret)
			}
		}
		if strings.Contains(log.String(), string(login)) {
			t.Error("an identifier is logged")
		}
	})
}

func TestAnAccountIsExportedErasedAndSwept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		o.holder()
		o.askKey("an attempt that ends here")
		ines := o.give(federationtest.Ines)
		o.enter(ines.Login, ines.Phrase)
		register := privacy.Register{local.Holder{Store: o.Store.Local()}}
		who := privacy.Subject{Project: "A70", ID: string(federationtest.Renard)}
		all, err := register.Export(t.Context(), who)
		if text := fmt.Sprintf("%+v", all); err != nil || len(all) != 1 || strings.Contains(text, "argon2") || !strings.Contains(text, "claire.renard") || !strings.Contains(text, "mon téléphone") {
			t.Fatalf("export: %v, %v", all, err)
		}
		for range 2 {
			if err := register.Erase(t.Context(), who); err != nil {
				t.Fatal(err)
			}
		}
		for _, table := range []string{"local_account", "local_passage", "local_recovery", "local_passkey"} {
			if n := o.rows(`select count(*) from `+table+` where person = $1`, string(federationtest.Renard)); n != 0 {
				t.Errorf("%s keeps %d rows", table, n)
			}
		}
		// Whoever leaves comes in no more at once, and their account goes after a while.
		o.Leave(t, federationtest.Ines, federationtest.College)
		v, _ := o.enter(ines.Login, ines.Phrase)
		_, err = o.arrive(v)
		wants(t, "somebody who left", err, "federation.person.nowhere")
		for _, c := range []struct{ days, left int }{{10, 1}, {190, 0}} {
			o.Clock.Advance(time.Duration(c.days) * 24 * time.Hour)
			if _, err := o.Accounts.Sweep(t.Context(), 100); err != nil {
				t.Fatal(err)
			}
			if n := o.rows(`select count(*) from local_account`); n != c.left {
				t.Errorf("%d accounts after %d days more", n, c.days)
			}
		}
		if n := o.rows(`select count(*) from local_passage`) + o.rows(`select count(*) from local_try`) + o.rows(`select count(*) from local_challenge`); n != 0 {
			t.Errorf("%d rows of attempts stay", n)
		}
	})
}

func TestOnlyLocalProjectsHaveAccounts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		if err := o.Accounts.Declare(t.Context(), "L01"); err != nil { // the project of the college has a portal now
			t.Fatal(err)
		}
		_, err := o.Accounts.Issue(t.Context(), operator, order(federationtest.Ines))
		wants(t, "an operator", err, "local.project.foreign")
		o.exec(`insert into assignment_manager (school, person, state, source) values ('school-college', 'person-renard', 'confirmed', 'portal')`)
		_, err = o.Accounts.Issue(t.Context(), local.ByPerson(federationtest.Renard), order(federationtest.Ines))
		wants(t, "the manager", err, "local.project.foreign")
		_, err = o.Accounts.Locate(t.Context(), "0991234D", "ent-ines")
		wants(t, "by the command", err, "local.project.foreign")
		if n := o.rows(`select count(*) from local_account`); n != 0 {
			t.Errorf("%d accounts", n)
		}
	})
}

func TestAnOperatorFindsPersonsByEitherIdentifier(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		for _, identifier := range []string{"ent-ines", string(slip.Login)} {
			got, err := o.Accounts.Locate(t.Context(), "0991234D", identifier)
			if err != nil || got != order(federationtest.Ines) {
				t.Errorf("%s: %+v, %v", identifier, got, err)
			}
		}
		_, err := o.Accounts.Locate(t.Context(), "0991234D", "nobody")
		wants(t, "nobody", err, "local.operator.unknown")
		if got, err := o.Accounts.Locate(t.Context(), "0991234D", "ent-renard"); err != nil || got != order(federationtest.Renard) {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
