package local_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// phone is a device at the broker's own address.
func phone() *federationtest.Device {
	return &federationtest.Device{Origin: "https://pupitre.example", RP: "pupitre.example"}
}

// me is somebody in a session of their own, by whichever way they came.
func (o *office) me(v local.Visit) local.Me {
	o.t.Helper()
	token, err := o.arrive(v)
	if err != nil {
		o.t.Fatal(err)
	}
	session, err := o.Service.Find(o.t.Context(), token)
	if err != nil {
		o.t.Fatal(err)
	}
	return local.Me{Session: session, Token: token, From: "192.0.2.1"}
}

// teacher is Renard, settled and signed in.
func (o *office) teacher() (me local.Me, login local.Login, secret []byte, codes []string) {
	o.t.Helper()
	login, secret, codes = o.settled()
	return o.come(login, secret), login, secret, codes
}

// come signs somebody in by password and code.
func (o *office) come(login local.Login, secret []byte) local.Me {
	o.t.Helper()
	o.Clock.Advance(time.Minute)
	v, _ := o.enter(login, chosen)
	if _, err := o.Accounts.Prove(o.t.Context(), v, federationtest.CodeAt(secret, o.Clock.Now())); err != nil {
		o.t.Fatal(err)
	}
	return o.me(v)
}

// confirm shows anew who somebody is.
func (o *office) confirm(me local.Me, secret []byte) local.Me {
	o.t.Helper()
	o.Clock.Advance(time.Minute)
	token, proof, err := o.Accounts.Confirm(o.t.Context(), me, chosen, federationtest.CodeAt(secret, o.Clock.Now()))
	if err != nil {
		o.t.Fatal(err)
	}
	me.Token, me.Proof = token, proof
	return me
}

// addKey adds a passkey of a device.
func (o *office) addKey(me local.Me, d *federationtest.Device) {
	o.t.Helper()
	question, err := o.Accounts.AskNewKey(o.t.Context(), me)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := o.Accounts.AddKey(o.t.Context(), me, "  mon   téléphone ", d.Make(o.t, question)); err != nil {
		o.t.Fatal(err)
	}
}

// holder is Renard with a passkey.
func (o *office) holder() (me local.Me, login local.Login, secret []byte, d *federationtest.Device) {
	o.t.Helper()
	me, login, secret, _ = o.teacher()
	me, d = o.confirm(me, secret), phone()
	o.addKey(me, d)
	return me, login, secret, d
}

func (o *office) askKey(state string) []byte {
	o.t.Helper()
	question, err := o.Accounts.AskKey(o.t.Context(), federationtest.Project, state, "192.0.2.1")
	if err != nil {
		o.t.Fatal(err)
	}
	return question
}

func (o *office) byKey(s *local.Service, state string, response []byte) (local.Visit, local.Step, error) {
	token, step, err := s.SignInByKey(o.t.Context(), local.KeyTry{Project: federationtest.Project, State: state, From: "192.0.2.1", Response: response})
	return local.Visit{Project: federationtest.Project, Token: token, State: state}, step, err
}

func TestAPasskeySignsInAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		_, _, _, d := o.holder()
		for range 2 {
			v, step, err := o.byKey(o.Accounts, state, d.Sign(t, o.askKey(state)))
			if err != nil || step != local.Done {
				t.Fatalf("%q, %v", step, err)
			}
			if me := o.me(v); me.Session.Person != federationtest.Renard {
				t.Errorf("%s came in", me.Session.Person)
			}
		}
		if n := o.rows(`select count(*) from local_passkey where sign_count = 3 and used_at > 0 and name = 'mon téléphone'`); n != 1 {
			t.Error("the use is not noted")
		}
		if n := o.rows(`select count(*) from local_challenge`); n != 0 {
			t.Errorf("%d challenges stay", n)
		}
	})
}

func TestAPasskeyIsASecondFactor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		_, login, _, d := o.holder()
		v, step := o.enter(login, chosen)
		if phone, key, err := o.Accounts.Means(t.Context(), v); err != nil || !phone || !key || step != local.Factor {
			t.Fatalf("%v, %v, %v, %q", phone, key, err, step)
		}
		question, err := o.Accounts.AskKeyFor(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		if step, err := o.Accounts.ProveByKey(t.Context(), v, d.Sign(t, question)); err != nil || step != local.Done {
			t.Fatalf("%q, %v", step, err)
		}
		o.me(v)
	})
}

// What a browser is told asks for a discoverable key that its person unlocks, for our host, and for no word on who made the device.
func TestAPasskeyIsAskedForAsItMustBe(t *testing.T) {
	t.Parallel()
	o := open(t, dbtest.Engines()[0])
	me, login, secret, _ := o.holder()
	raw, err := o.Accounts.AskNewKey(t.Context(), o.confirm(me, secret))
	if err != nil {
		t.Fatal(err)
	}
	type told struct {
		PublicKey struct {
			RP                     struct{ ID string }
			RPID                   string `json:"rpId"`
			Challenge              string
			User                   struct{ ID, Name string }
			Attestation            string
			UserVerification       string
			AuthenticatorSelection struct{ ResidentKey, UserVerification string }
			PubKeyCredParams       []struct{ Alg int }
			ExcludeCredentials     []struct{ ID string }
			AllowCredentials       []struct{ ID string }
		}
	}
	var made, asked told
	if err := json.Unmarshal(raw, &made); err != nil {
		t.Fatal(err)
	}
	p := made.PublicKey
	if p.RP.ID != "pupitre.example" || p.Attestation != "none" || p.AuthenticatorSelection.ResidentKey != "required" || p.AuthenticatorSelection.UserVerification != "required" ||
		len(p.ExcludeCredentials) != 1 || len(p.Challenge) != 43 || p.User.Name != string(login) || len(p.User.ID) != 43 || len(p.PubKeyCredParams) != 3 {
		t.Errorf("%s", raw)
	}
	if bytes.Contains(raw, []byte(federationtest.Renard)) || bytes.Contains(raw, []byte("ent-renard")) {
		t.Error("the device is told who they are inside the house")
	}
	raw = o.askKey(state)
	if err := json.Unmarshal(raw, &asked); err != nil {
		t.Fatal(err)
	}
	p = asked.PublicKey
	if p.RPID != "pupitre.example" || p.UserVerification != "required" || len(p.AllowCredentials) != 0 || len(p.Challenge) != 43 || p.Challenge == made.PublicKey.Challenge {
		t.Errorf("%s", raw)
	}
}

// A count that does not grow may be a copy's: it opens nothing, and its person reads of it. A synchronised passkey counts nothing.
func TestACopiedPasskeyOpensNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		_, _, _, d := o.holder()
		copied := *d.Keys[0]
		if _, _, err := o.byKey(o.Accounts, state, d.Sign(t, o.askKey(state))); err != nil {
			t.Fatal(err)
		}
		clone := phone()
		clone.Keys = []*federationtest.DeviceKey{&copied}
		_, _, err := o.byKey(o.Accounts, state, clone.Sign(t, o.askKey(state)))
		wants(t, "a copy", err, "local.passkey.count")
		told := 0
		for _, e := range entries(o, federationtest.Renard) {
			if e.Entry.Verb == "local.passkey-refused" {
				told++
			}
		}
		if told != 1 {
			t.Errorf("its person reads of it %d times", told)
		}
		synced := phone()
		synced.Steady = true
		o.addKey(o.confirm(o.come("claire.renard", o.secret), o.secret), synced)
		for range 2 {
			if _, _, err := o.byKey(o.Accounts, state, synced.Sign(t, o.askKey(state))); err != nil {
				t.Errorf("a synchronised one: %v", err)
			}
		}
	})
}

// Each question is a row in the database, for whoever asks: an address that asks for many waits, and others do not.
func TestWhoAsksForManyQuestionsWaits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		_, _, _, d := o.holder()
		ask := func(from string) error {
			_, err := o.Accounts.AskKey(t.Context(), federationtest.Project, string(federation.NewToken()), from)
			return err
		}
		for range 305 { // what comes to something is not counted
			if _, _, err := o.byKey(o.Accounts, state, d.Sign(t, o.askKey(state))); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 301 {
			if err := ask("192.0.2.1"); err != nil {
				t.Fatalf("question %d: %v", i, err)
			}
			o.byKey(o.Accounts, state, []byte("{}")) // what comes to nothing is
		}
		if err := ask("192.0.2.1"); !mustWait(err) {
			t.Errorf("one more: %v", err)
		}
		if err := ask("198.51.100.7"); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
		o.Clock.Advance(20 * time.Second)
		if err := ask("192.0.2.1"); err != nil {
			t.Errorf("after the wait: %v", err)
		}
	})
}

// Who may have one, and how it is made.
func TestAPasskeyIsAddedByWhoHasConfirmed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		me, _, secret, _ := o.teacher()
		_, err := o.Accounts.AskNewKey(t.Context(), me)
		wants(t, "without a word", err, "local.own.confirm")
		me = o.confirm(me, secret)
		pupil := o.give(federationtest.Ines)
		v, _ := o.enter(pupil.Login, pupil.Phrase)
		ines := o.me(v)
		if _, ines.Proof, err = o.Accounts.Confirm(t.Context(), ines, pupil.Phrase, ""); err != nil {
			t.Fatal(err)
		}
		_, err = o.Accounts.AskNewKey(t.Context(), ines)
		wants(t, "a pupil", err, "local.passkey.staff")
		ines.Proof = me.Proof
		_, err = o.Accounts.AskNewKey(t.Context(), ines)
		wants(t, "by another's confirmation", err, "local.own.confirm")

		offer := func(change func(*federationtest.Device)) error {
			question, err := o.Accounts.AskNewKey(t.Context(), me)
			if err != nil {
				t.Fatal(err)
			}
			d := phone()
			change(d)
			return o.Accounts.AddKey(t.Context(), me, "clé", d.Make(t, question))
		}
		for name, change := range map[string]func(*federationtest.Device){
			"another origin":        func(d *federationtest.Device) { d.Origin = "https://evil.example" },
			"in other letters":      func(d *federationtest.Device) { d.Origin = "https://PUPITRE.example" },
			"another relying party": func(d *federationtest.Device) { d.RP = "evil.example" },
			"nobody unlocked it":    func(d *federationtest.Device) { d.Unasked = true },
		} {
			wants(t, name, offer(change), "local.passkey.wrong")
		}
		question, err := o.Accounts.AskNewKey(t.Context(), me)
		if err != nil {
			t.Fatal(err)
		}
		d := phone()
		response := d.Make(t, question)
		wants(t, "no name", o.Accounts.AddKey(t.Context(), me, "  ", response), "local.passkey.name")
		wants(t, "a long name", o.Accounts.AddKey(t.Context(), me, strings.Repeat("é", 61), response), "local.passkey.name")
		nodes := []*local.Service{o.Accounts, o.node()}
		if n := federationtest.Together(func(i int) bool { return nodes[i%2].AddKey(t.Context(), me, "clé", response) == nil }); n != 1 {
			t.Errorf("%d successes of 32", n)
		}
		if n := o.rows(`select count(*) from local_passkey`); n != 1 {
			t.Errorf("%d passkeys", n)
		}
		for range 9 {
			if err := offer(func(*federationtest.Device) {}); err != nil {
				t.Fatal(err)
			}
		}
		_, err = o.Accounts.AskNewKey(t.Context(), me)
		wants(t, "an eleventh", err, "local.passkey.many")
	})
}

// A passkey that is removed, an account that is closed, a factor that an operator takes off: nothing is left of it.
func TestAPasskeyEndsWithWhatItHangsOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		me, login, secret, d := o.holder()
		half, _, err := o.byKey(o.Accounts, state, d.Sign(t, o.askKey(state)))
		if err != nil {
			t.Fatal(err)
		}
		other := o.come(login, secret)
		me = o.confirm(me, secret)
		_, err = o.Accounts.DropKey(t.Context(), other, d.Keys[0].ID)
		wants(t, "without a word", err, "local.own.confirm")
		_, err = o.Accounts.DropKey(t.Context(), me, []byte("another's"))
		wants(t, "one that is not theirs", err, "local.passkey.unknown")
		token, err := o.Accounts.DropKey(t.Context(), me, d.Keys[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		o.lasts("the session that removed it", token, true)
		o.lasts("its old token", me.Token, false)
		o.lasts("another session", other.Token, false)
		_, err = o.arrive(half)
		wants(t, "what it had begun", err, "local.passage.over")
		_, _, err = o.byKey(o.Accounts, state, d.Sign(t, o.askKey(state)))
		wants(t, "itself", err, "local.passkey.wrong")

		d = phone()
		o.addKey(o.confirm(o.come(login, secret), secret), d)
		if err := o.Accounts.Close(t.Context(), operator, order(federationtest.Renard)); err != nil {
			t.Fatal(err)
		}
		_, _, err = o.byKey(o.Accounts, state, d.Sign(t, o.askKey(state)))
		wants(t, "of a closed account", err, "local.passkey.wrong")
		renew := order(federationtest.Renard)
		renew.Renew = true
		if _, err := o.Accounts.Issue(t.Context(), operator, renew); err != nil {
			t.Fatal(err)
		}
		if _, step, err := o.byKey(o.Accounts, state, d.Sign(t, o.askKey(state))); err != nil || step != local.Change {
			t.Errorf("of one opened again: %q, %v", step, err)
		}
		if err := o.Accounts.DropFactor(t.Context(), operator, renew); err != nil {
			t.Fatal(err)
		}
		_, _, err = o.byKey(o.Accounts, state, d.Sign(t, o.askKey(state)))
		wants(t, "after the operator took factors off", err, "local.passkey.wrong")
	})
}

func (o *office) lasts(what string, token federation.Token, want bool) {
	o.t.Helper()
	if _, err := o.Service.Find(o.t.Context(), token); (err == nil) != want {
		o.t.Errorf("%s: %v", what, err)
	}
}

// No browser has passkeys under a number or in clear: nothing is offered there, and nothing fails.
func TestPasskeysNeedANameAndTLS(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]bool{
		"https://pupitre.example": true, "https://pupitre.example:8443": true, "http://pupitre.localhost:8080": true, "http://localhost": true,
		"http://pupitre.example": false, "https://192.0.2.1": false, "http://127.0.0.1:8080": false, "https://[::1]": false, "": false, "pupitre.example": false,
	} {
		s := &local.Service{Base: base}
		if s.TakesKeys() != want {
			t.Errorf("%q: %v", base, !want)
		}
		if !want {
			_, err := s.AskKey(t.Context(), directory.ProjectID("A70"), state, "")
			wants(t, base, err, "local.passkey.nowhere")
		}
	}
}
