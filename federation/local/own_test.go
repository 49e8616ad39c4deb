package local_test

import (
	"encoding/base32"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/store/storetest/federationtest"
)

const another = local.Phrase("tabouret violet marmotte canif")

func TestAPasswordIsChangedForTheOldOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		me, login, secret, _ := o.teacher()
		other, half := o.come(login, secret), local.Visit{}
		half, _ = o.enter(login, chosen)
		for name, c := range map[string]struct {
			old, password, again local.Phrase
			code                 string
		}{
			"a wrong old one": {"not this one", another, another, "local.own.wrong"},
			"two that differ": {chosen, another, another + "s", "local.password.again"},
			"the same":        {chosen, chosen, chosen, "local.password.unchanged"},
			"too short":       {chosen, "court", "court", "local.password.short"},
			"of the school":   {chosen, "collegedestilleuls", "collegedestilleuls", "local.password.named"},
			"a common one":    {chosen, "MotDePasse2026!", "MotDePasse2026!", "local.password.common"},
		} {
			_, err := o.Accounts.ChangeOwn(t.Context(), me, c.old, c.password, c.again)
			wants(t, name, err, c.code)
		}
		o.lasts("after refusals", me.Token, true)
		token, err := o.Accounts.ChangeOwn(t.Context(), me, chosen, another, another)
		if err != nil {
			t.Fatal(err)
		}
		o.lasts("the session that changed it", token, true)
		o.lasts("its old token", me.Token, false)
		o.lasts("another session", other.Token, false)
		_, err = o.Accounts.Prove(t.Context(), half, federationtest.CodeAt(secret, o.Clock.Now()))
		wants(t, "a sign-in half-way", err, "local.passage.over")
		_, _, err = o.try(o.Accounts, login, chosen)
		wants(t, "the old password", err, "local.signin.wrong")
		if _, step := o.enter(login, another); step != local.Factor {
			t.Errorf("step %q", step)
		}
		_, err = o.Accounts.ChangeOwn(t.Context(), me, another, chosen, chosen)
		if !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("with the old token: %v", err)
		}
	})
}

// Whoever has found a session open waits as at the door, on every node.
func TestGuessesOfTheOldPasswordWait(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		me, login, _, _ := o.teacher()
		nodes := []*local.Service{o.Accounts, o.node()}
		looked := 0
		for i := range 20 {
			var err error
			if i%2 == 0 {
				_, err = nodes[i/2%2].ChangeOwn(t.Context(), me, "a guess", another, another)
			} else {
				_, _, err = nodes[i/2%2].Confirm(t.Context(), me, "a guess", "000000")
			}
			if !mustWait(err) {
				looked++
				wants(t, "a guess", err, "local.own.wrong")
			}
		}
		if looked != 6 {
			t.Errorf("%d guesses were looked at", looked)
		}
		if _, _, err := o.try(o.Accounts, login, chosen); !mustWait(err) {
			t.Errorf("at the door: %v", err)
		}
		o.Clock.Advance(20 * time.Second)
		if _, err := o.Accounts.ChangeOwn(t.Context(), me, chosen, another, another); err != nil {
			t.Errorf("after the wait: %v", err)
		}
	})
}

func TestOf32ChangesOfAPasswordOneSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		me, _, _, _ := o.teacher()
		nodes := []*local.Service{o.Accounts, o.node()}
		tokens := make([]federation.Token, 32)
		n := federationtest.Together(func(i int) bool {
			p := another + local.Phrase(strings.Repeat("x", i))
			var err error
			tokens[i], err = nodes[i%2].ChangeOwn(t.Context(), me, chosen, p, p)
			return err == nil
		})
		live := 0
		for _, token := range tokens {
			if _, err := o.Service.Find(t.Context(), token); err == nil {
				live++
			}
		}
		if n != 1 || live != 1 {
			t.Errorf("%d changes, %d sessions", n, live)
		}
	})
}

// A session, a password, and a code or a recovery code: each is needed, and the session is a new one afterwards.
func TestOneConfirmsByPasswordAndCode(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		me, login, secret, codes := o.teacher()
		o.Clock.Advance(time.Minute)
		for name, c := range map[string]struct {
			password local.Phrase
			code     string
			want     string
		}{
			"no code": {chosen, "", "local.factor.wrong"}, "a wrong code": {chosen, "000000", "local.factor.wrong"},
			"a wrong password": {"no", federationtest.CodeAt(secret, o.Clock.Now()), "local.own.wrong"},
		} {
			_, _, err := o.Accounts.Confirm(t.Context(), me, c.password, c.code)
			wants(t, name, err, c.want)
		}
		code := federationtest.CodeAt(secret, o.Clock.Now())
		token, proof, err := o.Accounts.Confirm(t.Context(), me, chosen, code)
		if err != nil {
			t.Fatal(err)
		}
		o.lasts("the new token", token, true)
		o.lasts("the old one", me.Token, false)
		now := me
		now.Token, now.Proof = token, proof
		if own, err := o.Accounts.Mine(t.Context(), now); err != nil || !own.Confirmed || own.Codes != 10 || !own.Staff || !own.MayChange || own.Login != login {
			t.Errorf("%+v, %v", own, err)
		}
		_, _, err = o.Accounts.Confirm(t.Context(), now, chosen, code)
		wants(t, "the code again", err, "local.factor.wrong")
		if _, _, err := o.Accounts.Confirm(t.Context(), now, chosen, codes[0]); err != nil {
			t.Errorf("a recovery code: %v", err)
		}
		// The proof is of this session, and of no sign-in.
		stranger := o.come(login, secret)
		stranger.Proof = proof
		_, err = o.Accounts.RenewCodes(t.Context(), stranger)
		wants(t, "in another session", err, "local.own.confirm")
		_, err = o.arrive(local.Visit{Project: federationtest.Project, Token: proof, State: "session " + string(now.Session.ID)})
		wants(t, "as a passage", err, "local.passage.over")
		half, _ := o.enter(login, chosen)
		now.Proof = half.Token
		_, err = o.Accounts.RenewCodes(t.Context(), now)
		wants(t, "a passage as a proof", err, "local.own.confirm")
		now.Proof = proof
		o.Clock.Advance(11 * time.Minute)
		_, err = o.Accounts.RenewCodes(t.Context(), now)
		wants(t, "too late", err, "local.own.confirm")
	})
}

func TestANewTelephoneTakesThePlaceOfTheOld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		me, login, secret, codes := o.teacher()
		_, err := o.Accounts.NewOffer(t.Context(), me)
		wants(t, "without a word", err, "local.own.confirm")
		other := o.come(login, secret)
		me = o.confirm(me, secret)
		offer, err := o.Accounts.NewOffer(t.Context(), me)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(offer.Key)
		if err != nil || string(fresh) == string(secret) {
			t.Fatalf("%v", err)
		}
		_, _, err = o.Accounts.Replace(t.Context(), me, federationtest.CodeAt(secret, o.Clock.Now()))
		wants(t, "the old telephone's code", err, "local.factor.wrong")
		nodes := []*local.Service{o.Accounts, o.node()}
		kept, tokens := make([][]string, 32), make([]federation.Token, 32)
		code := federationtest.CodeAt(fresh, o.Clock.Now())
		won := -1
		n := federationtest.Together(func(i int) bool {
			var err error
			if kept[i], tokens[i], err = nodes[i%2].Replace(t.Context(), me, code); err == nil {
				won = i
			}
			return err == nil
		})
		if n != 1 {
			t.Fatalf("%d successes of 32", n)
		}
		o.lasts("the session that did it", tokens[won], true)
		o.lasts("its old token", me.Token, false)
		o.lasts("another session", other.Token, false)
		_, err = o.Accounts.NewOffer(t.Context(), me)
		wants(t, "the confirmation", err, "local.own.confirm")

		o.exec(`delete from local_try`)
		o.Clock.Advance(time.Minute)
		for name, code := range map[string]string{"the old telephone": federationtest.CodeAt(secret, o.Clock.Now()), "an old recovery code": codes[5]} {
			v, _ := o.enter(login, chosen)
			_, err = o.Accounts.Prove(t.Context(), v, code)
			wants(t, name, err, "local.factor.wrong")
		}
		for _, code := range []string{federationtest.CodeAt(fresh, o.Clock.Now()), kept[won][0]} {
			v, _ := o.enter(login, chosen)
			if _, err := o.Accounts.Prove(t.Context(), v, code); err != nil {
				t.Errorf("the new one: %v", err)
			}
		}
		if n := o.rows(`select count(*) from local_recovery`); n != 9 {
			t.Errorf("%d recovery codes", n)
		}
	})
}

func TestNewRecoveryCodesTakeThePlaceOfTheOld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		me, login, secret, old := o.teacher()
		_, err := o.Accounts.RenewCodes(t.Context(), me)
		wants(t, "without a word", err, "local.own.confirm")
		me = o.confirm(me, secret)
		nodes := []*local.Service{o.Accounts, o.node()}
		all := make([][]string, 32)
		federationtest.Together(func(i int) bool {
			var err error
			all[i], err = nodes[i%2].RenewCodes(t.Context(), me)
			return err == nil
		})
		if n := o.rows(`select count(*) from local_recovery`); n != 10 {
			t.Errorf("%d recovery codes after 32 at once", n)
		}
		fresh, err := o.Accounts.RenewCodes(t.Context(), me)
		if err != nil || len(fresh) != 10 {
			t.Fatalf("%d, %v", len(fresh), err)
		}
		for _, code := range []string{old[0], all[3][0]} {
			v, _ := o.enter(login, chosen)
			_, err = o.Accounts.Prove(t.Context(), v, code)
			wants(t, "an old code", err, "local.factor.wrong")
		}
		v, _ := o.enter(login, chosen)
		if _, err := o.Accounts.Prove(t.Context(), v, fresh[9]); err != nil {
			t.Error(err)
		}
	})
}

// A pupil keeps the slip's pass phrase, unless every school of theirs lets them choose; the school's manager decides.
func TestPupilsChooseWhereTheirSchoolLetsThem(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		slip := o.give(federationtest.Ines)
		v, _ := o.enter(slip.Login, slip.Phrase)
		me := o.me(v)
		_, err := o.Accounts.ChangeOwn(t.Context(), me, slip.Phrase, another, another)
		wants(t, "at first", err, "local.own.school")
		for _, who := range []directory.PersonID{federationtest.Ines, federationtest.Renard} { // a pupil, a teacher
			err = o.Accounts.SetPupilsChoose(t.Context(), local.ByPerson(who), federationtest.College, true)
			wants(t, string(who), err, "local.reach.none")
		}
		o.exec(`insert into assignment_manager (school, person, state, source) values ('school-college', 'person-renard', 'confirmed', 'portal')`)
		if err := o.Accounts.SetPupilsChoose(t.Context(), local.ByPerson(federationtest.Renard), federationtest.College, true); err != nil {
			t.Fatal(err)
		}
		if may, err := o.Accounts.PupilsChoose(t.Context(), federationtest.College); err != nil || !may {
			t.Errorf("%v, %v", may, err)
		}
		o.exec(`insert into attachment (school, person, profile, level, courses, subjects, posts, digest, since) values ('school-lycee', 'person-ines', 'eleve', '', '[]', '[]', '[]', '', '2026-09-01')`)
		_, err = o.Accounts.ChangeOwn(t.Context(), me, slip.Phrase, another, another)
		wants(t, "of two schools one", err, "local.own.school")
		o.exec(`update attachment set until = '2026-10-01' where school = 'school-lycee' and person = 'person-ines'`)
		token, err := o.Accounts.ChangeOwn(t.Context(), me, slip.Phrase, another, another)
		if err != nil {
			t.Fatal(err)
		}
		o.lasts("her session", token, true)
		me.Token = token
		if err := o.Accounts.SetPupilsChoose(t.Context(), operator, federationtest.College, false); err != nil {
			t.Fatal(err)
		}
		_, err = o.Accounts.ChangeOwn(t.Context(), me, another, chosen, chosen)
		wants(t, "no more", err, "local.own.school")
		if _, step := o.enter(slip.Login, another); step != local.Done {
			t.Errorf("step %q", step)
		}
	})
}

// A change at the very moment of a closing or a new slip: whichever is first, a closed account stays closed, and nothing of it goes on.
func TestNoChangeOutlivesAClosing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		login, secret, _ := o.settled()
		old, node := chosen, o.node()
		for round := range 5 {
			v, _ := o.enter(login, old)
			o.Clock.Advance(time.Minute)
			if _, err := o.Accounts.Prove(t.Context(), v, federationtest.CodeAt(secret, o.Clock.Now())); err != nil {
				t.Fatal(err)
			}
			me := o.me(v)
			p := another + local.Phrase(strings.Repeat("x", round))
			var token federation.Token
			federationtest.Together(func(i int) bool {
				if i == 0 {
					return o.Accounts.Close(t.Context(), operator, order(federationtest.Renard)) == nil
				}
				if got, err := node.ChangeOwn(t.Context(), me, old, p, p); err == nil {
					token = got
				}
				return true
			})
			if n := o.rows(`select count(*) from local_account where closed_at = 0`); n != 0 {
				t.Fatalf("round %d: the closed account is open", round)
			}
			if token != "" {
				o.lasts("a session of a closed account", token, false)
			}
			_, err := o.Accounts.Mine(t.Context(), me)
			wants(t, "its own page", err, "local.own.none")
			// The next round: open again, with a password that is known.
			o.exec(`delete from local_try`)
			o.exec(`update local_account set closed_at = 0`)
			if token != "" {
				old = p
			}
		}
	})
}
