package local_test

import (
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation/local"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// enrolling is a sign-in of Renard that asks for a second factor.
func (o *office) enrolling() (local.Visit, local.Login) {
	o.t.Helper()
	slip := o.give(federationtest.Renard)
	v, _ := o.enter(slip.Login, slip.Phrase)
	if step, err := o.Accounts.Choose(o.t.Context(), v, chosen, chosen); err != nil || step != local.Enrol {
		o.t.Fatalf("%q, %v", step, err)
	}
	return v, slip.Login
}

// ask is what a browser is asked in a sign-in.
func (o *office) ask(v local.Visit) []byte {
	o.t.Helper()
	question, err := o.Accounts.AskKeyFor(o.t.Context(), v)
	if err != nil {
		o.t.Fatal(err)
	}
	return question
}

// keyed is Renard, whose only second factor is a passkey, and signed in.
func (o *office) keyed() (me local.Me, login local.Login, d *federationtest.Device, codes []string) {
	o.t.Helper()
	v, login := o.enrolling()
	d = phone()
	codes, err := o.Accounts.TakeKey(o.t.Context(), v, "clé", d.Make(o.t, o.ask(v)))
	if err != nil {
		o.t.Fatal(err)
	}
	return o.me(v), login, d, codes
}

// confirmByKey shows anew who somebody is.
func (o *office) confirmByKey(me local.Me, d *federationtest.Device) local.Me {
	o.t.Helper()
	question, err := o.Accounts.AskToConfirm(o.t.Context(), me)
	if err != nil {
		o.t.Fatal(err)
	}
	if me.Token, me.Proof, err = o.Accounts.ConfirmByKey(o.t.Context(), me, d.Sign(o.t, question)); err != nil {
		o.t.Fatal(err)
	}
	return me
}

// A passkey is the second factor of who has no telephone: asked for after the password, enough alone, and with recovery codes of its own.
func TestAPasskeyIsTheSecondFactorOfWhoHasNoTelephone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		_, login, d, codes := o.keyed()
		if len(codes) != local.RecoveryCodes {
			t.Errorf("%d recovery codes", len(codes))
		}
		v, step, err := o.byKey(o.Accounts, state, d.Sign(t, o.askKey(state)))
		if err != nil || step != local.Done {
			t.Fatalf("alone: %q, %v", step, err)
		}
		o.me(v)
		if v, step = o.enter(login, chosen); step != local.Factor {
			t.Fatalf("the password alone leads to %q", step)
		}
		_, err = o.arrive(v)
		wants(t, "the password alone", err, "local.passage.over")
		if phone, key, err := o.Accounts.Means(t.Context(), v); err != nil || phone || !key {
			t.Errorf("telephone %v, passkey %v, %v", phone, key, err)
		}
		_, err = o.Accounts.Prove(t.Context(), v, "000000")
		wants(t, "a code of no telephone", err, "local.factor.wrong")
		if step, err := o.Accounts.ProveByKey(t.Context(), v, d.Sign(t, o.ask(v))); err != nil || step != local.Done {
			t.Errorf("after the password: %q, %v", step, err)
		}
		v, _ = o.enter(login, chosen) // without the device
		if step, err := o.Accounts.Prove(t.Context(), v, codes[3]); err != nil || step != local.Done {
			t.Errorf("a recovery code: %q, %v", step, err)
		}
		v, _ = o.enter(login, chosen)
		_, err = o.Accounts.Prove(t.Context(), v, codes[3])
		wants(t, "a recovery code again", err, "local.factor.wrong")
		// Whoever hands out a new slip does not come in by it; and an operator takes the passkey off, with what it stood for.
		renew := order(federationtest.Renard)
		renew.Renew = true
		slips, err := o.Accounts.Issue(t.Context(), operator, renew)
		if err != nil {
			t.Fatal(err)
		}
		if _, step := o.enter(login, slips[0].Phrase); step != local.Factor {
			t.Errorf("by a new slip: %q", step)
		}
		if err := o.Accounts.DropFactor(t.Context(), operator, renew); err != nil {
			t.Fatal(err)
		}
		if n := o.rows(`select (select count(*) from local_passkey) + (select count(*) from local_recovery)`); n != 0 {
			t.Errorf("%d rows stay", n)
		}
		if _, step = o.enter(login, slips[0].Phrase); step != local.Change {
			t.Errorf("after that: %q", step)
		}
	})
}

// What is not their device's own word sets up nothing, and leads nowhere; nor does a question of one sign-in in another.
func TestWhatIsNoPasskeySetsUpNoSecondFactor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		v, login := o.enrolling()
		take := func(v local.Visit, name string, response []byte) error {
			_, err := o.Accounts.TakeKey(t.Context(), v, name, response)
			return err
		}
		for what, change := range map[string]func(*federationtest.Device){
			"another origin":        func(d *federationtest.Device) { d.Origin = "https://evil.example" },
			"another relying party": func(d *federationtest.Device) { d.RP = "evil.example" },
			"nobody unlocked it":    func(d *federationtest.Device) { d.Unasked = true },
		} {
			d := phone()
			change(d)
			wants(t, what, take(v, "clé", d.Make(t, o.ask(v))), "local.passkey.wrong")
		}
		response := phone().Make(t, o.ask(v))
		wants(t, "no name", take(v, " ", response), "local.passkey.name")
		other := v
		other.State = "another browser's attempt"
		wants(t, "in another browser", take(other, "clé", response), "local.passage.over")
		second, _ := o.enter(login, chosen)
		wants(t, "in another sign-in", take(second, "clé", response), "local.passkey.wrong")
		if _, err := o.arrive(v); err == nil {
			t.Error("a session without a second factor")
		}
		if err := take(v, "clé", response); err != nil {
			t.Error(err)
		}
		wants(t, "twice", take(v, "clé", response), "local.passage.over")
		pupil := o.give(federationtest.Ines)
		of, _ := o.enter(pupil.Login, pupil.Phrase)
		_, err := o.Accounts.AskKeyFor(t.Context(), of)
		wants(t, "a pupil", err, "local.passage.over")
	})
}

// Of two browsers that know the password, one sets up the second factor: who stole a slip's does not add theirs beside its owner's.
func TestOneSecondFactorIsSetUpFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		_, login := o.enrolling()
		nodes := []*local.Service{o.Accounts, o.node()}
		var tries []func(s *local.Service) error
		for i := range 32 {
			v, step := o.enter(login, chosen)
			if step != local.Enrol {
				t.Fatal(step)
			}
			if i%4 < 2 {
				response := phone().Make(t, o.ask(v))
				tries = append(tries, func(s *local.Service) error {
					_, err := s.TakeKey(t.Context(), v, "clé", response)
					return err
				})
				continue
			}
			offer, err := o.Accounts.Offered(t.Context(), v)
			if err != nil {
				t.Fatal(err)
			}
			code, err := local.ShownBy(offer.Key, o.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			tries = append(tries, func(s *local.Service) error {
				_, err := s.Take(t.Context(), v, code)
				return err
			})
		}
		if n := federationtest.Together(func(i int) bool { return tries[i](nodes[i%2]) == nil }); n != 1 {
			t.Errorf("%d second factors were set up", n)
		}
		if n := o.rows(`select (select count(*) from local_passkey) + (select count(*) from local_account where factor <> '')`); n != 1 {
			t.Errorf("%d are there", n)
		}
	})
}

// The last second factor stays, whoever asks; a telephone, or another passkey, makes it one of two.
func TestTheLastSecondFactorStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		me, _, d, codes := o.keyed()
		me = o.confirmByKey(me, d)
		_, err := o.Accounts.DropKey(t.Context(), me, d.Keys[0].ID)
		wants(t, "the only one", err, "local.passkey.last")
		other := phone()
		o.addKey(me, other)
		both := []*federationtest.DeviceKey{d.Keys[0], other.Keys[0]}
		nodes := []*local.Service{o.Accounts, o.node()}
		var token [32]local.Me
		if n := federationtest.Together(func(i int) bool {
			said, err := nodes[i%2].DropKey(t.Context(), me, both[i%2].ID)
			token[i] = me
			token[i].Token = said
			return err == nil
		}); n != 1 {
			t.Errorf("%d of two were removed", n)
		}
		for _, now := range token {
			if now.Token != "" {
				me = now
			}
		}
		if n := o.rows(`select count(*) from local_passkey`); n != 1 {
			t.Fatalf("%d passkeys stay", n)
		}
		left := d
		if o.rows(`select count(*) from local_passkey where name = 'mon téléphone'`) == 1 {
			left = other
		}
		me = o.confirmByKey(me, left)
		offer, err := o.Accounts.NewOffer(t.Context(), me)
		if err != nil {
			t.Fatal(err)
		}
		code, err := local.ShownBy(offer.Key, o.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if _, me.Token, err = o.Accounts.Replace(t.Context(), me, code); err != nil {
			t.Fatal(err)
		}
		if verbs := verbs(o, federationtest.Renard); verbs["local.factor-added"] != 1 || verbs["local.factor-renewed"] != 0 {
			t.Errorf("the journal tells %v", verbs)
		}
		o.Clock.Advance(time.Minute)
		me = o.confirmByKey(me, left)
		_, _, err = o.Accounts.Confirm(t.Context(), me, chosen, codes[0])
		wants(t, "a recovery code of before the telephone", err, "local.factor.wrong")
		if _, err := o.Accounts.DropKey(t.Context(), me, left.Keys[0].ID); err != nil {
			t.Errorf("beside a telephone: %v", err)
		}
	})
}

func verbs(o *office, person directory.PersonID) map[string]int {
	all := map[string]int{}
	for _, e := range entries(o, person) {
		all[e.Entry.Verb]++
	}
	return all
}

// A passkey confirms alone, in the session that asked, once; it needs its own question.
func TestAPasskeyConfirms(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		me, login, d, codes := o.keyed()
		confirm := func(me local.Me, response []byte) error {
			_, _, err := o.Accounts.ConfirmByKey(t.Context(), me, response)
			return err
		}
		wants(t, "by a question of the door", confirm(me, d.Sign(t, o.askKey(string(me.Token)))), "local.passkey.wrong")
		v, _ := o.enter(login, chosen)
		if _, err := o.Accounts.Prove(t.Context(), v, codes[0]); err != nil {
			t.Fatal(err)
		}
		other := o.me(v)
		question, err := o.Accounts.AskToConfirm(t.Context(), me)
		if err != nil {
			t.Fatal(err)
		}
		response := d.Sign(t, question)
		wants(t, "in another session", confirm(other, response), "local.passkey.wrong")
		unasked := *d
		unasked.Unasked = true
		wants(t, "nobody unlocked it", confirm(me, unasked.Sign(t, question)), "local.passkey.wrong")
		wants(t, "after that", confirm(me, response), "local.passkey.wrong")
		if question, err = o.Accounts.AskToConfirm(t.Context(), me); err != nil {
			t.Fatal(err)
		}
		response = d.Sign(t, question)
		if n := federationtest.Together(func(int) bool { return confirm(me, response) == nil }); n != 1 {
			t.Errorf("%d successes of 32", n)
		}
		o.lasts("the token before", me.Token, false)
		_, _, err = o.Accounts.Confirm(t.Context(), other, chosen, "")
		wants(t, "the password alone", err, "local.factor.wrong")
		if _, _, err := o.Accounts.Confirm(t.Context(), other, chosen, codes[1]); err != nil {
			t.Errorf("the password and a recovery code: %v", err)
		}
	})
}
