package local_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pupitre/federation/local"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// RFC 6238, appendix B, with six digits.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := local.CodeOf([]byte("12345678901234567890"), at/30); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

func TestStaffSignInWithASecondFactor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		login, secret, _ := o.settled()
		v, step := o.enter(login, chosen)
		if step != local.Factor {
			t.Fatalf("step %q", step)
		}
		_, err := o.arrive(v)
		wants(t, "the password alone", err, "local.passage.over")
		_, err = o.Accounts.Take(t.Context(), v, "123456")
		wants(t, "another factor in place of the first", err, "local.passage.over")
		for _, late := range []time.Duration{-90 * time.Second, 90 * time.Second} {
			_, err := o.Accounts.Prove(t.Context(), v, federationtest.CodeAt(secret, o.Clock.Now().Add(late)))
			wants(t, late.String(), err, "local.factor.wrong")
		}
		if step, err := o.Accounts.Prove(t.Context(), v, federationtest.CodeAt(secret, o.Clock.Now().Add(30*time.Second))); err != nil || step != local.Done {
			t.Fatalf("%q, %v", step, err)
		}
		if _, err := o.arrive(v); err != nil {
			t.Error(err)
		}
		if n := o.rows(`select count(*) from local_account where factor like '01%'`); n != 1 {
			t.Error("the secret is not sealed")
		}
	})
}

func TestOf32UsesOfASecondFactorsCodeOneSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		login, secret, codes := o.settled()
		for _, c := range []struct{ what, code string }{{"time", federationtest.CodeAt(secret, o.Clock.Now())}, {"recovery", codes[3]}} { // the time's first: it ages
			o.exec(`delete from local_try`)
			nodes := []*local.Service{o.Accounts, o.node()}
			visits := make([]local.Visit, 32)
			for i := range visits {
				visits[i], _ = o.enter(login, chosen)
			}
			var good atomic.Int32
			var all sync.WaitGroup
			for i, v := range visits {
				all.Go(func() {
					if _, err := nodes[i%2].Prove(t.Context(), v, c.code); err == nil {
						good.Add(1)
					}
				})
			}
			all.Wait()
			if good.Load() != 1 {
				t.Errorf("%s: %d successes", c.what, good.Load())
			}
			o.Clock.Advance(time.Hour)
		}
	})
}

func TestARecoveryCodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		login, _, codes := o.settled()
		if len(codes) != 10 {
			t.Fatalf("%d codes", len(codes))
		}
		for i, code := range []string{codes[0], local.Bare(codes[1])} {
			v, _ := o.enter(login, chosen)
			if _, err := o.Accounts.Prove(t.Context(), v, code); err != nil {
				t.Errorf("code %d: %v", i, err)
			}
			v, _ = o.enter(login, chosen)
			_, err := o.Accounts.Prove(t.Context(), v, code)
			wants(t, "again", err, "local.factor.wrong")
		}
		if n := o.rows(`select count(*) from local_recovery`); n != 8 {
			t.Errorf("%d codes are left", n)
		}
	})
}

func TestGuessersOfCodesWait(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		login, secret, _ := o.settled()
		looked := 0
		for range 20 {
			v, _ := o.enter(login, chosen) // a new passage is no way around
			if _, err := o.Accounts.Prove(t.Context(), v, "000000"); !mustWait(err) {
				looked++
			}
		}
		if looked != 6 {
			t.Errorf("%d guesses were looked at", looked)
		}
		o.Clock.Advance(20 * time.Second)
		v, _ := o.enter(login, chosen)
		if _, err := o.Accounts.Prove(t.Context(), v, federationtest.CodeAt(secret, o.Clock.Now())); err != nil {
			t.Errorf("after the wait: %v", err)
		}
	})
}

// Whoever gives a new password does not come in by it; an operator alone takes the second factor off.
func TestANewSlipLeavesTheSecondFactor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		login, _, _ := o.settled()
		renew := order(federationtest.Renard)
		renew.Renew = true
		slips, err := o.Accounts.Issue(t.Context(), operator, renew)
		if err != nil {
			t.Fatal(err)
		}
		if _, step := o.enter(login, slips[0].Phrase); step != local.Factor {
			t.Errorf("step %q", step)
		}
		o.exec(`insert into assignment_manager (school, person, state, source) values ('school-college', 'person-renard', 'confirmed', 'portal')`)
		wants(t, "a manager", o.Accounts.DropFactor(t.Context(), local.ByPerson(federationtest.Renard), renew), "local.reach.none")
		if err := o.Accounts.DropFactor(t.Context(), operator, renew); err != nil {
			t.Fatal(err)
		}
		if _, step := o.enter(login, slips[0].Phrase); step != local.Change {
			t.Errorf("step %q", step)
		}
		if n := o.rows(`select count(*) from local_recovery`); n != 0 {
			t.Errorf("%d recovery codes stay", n)
		}
	})
}
