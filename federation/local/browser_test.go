package local_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db/dbtest"
	"pupitre/privacy"
	"pupitre/store/storetest/federationtest"
)

// remember signs a pupil in who asks to be remembered, and returns what the browser holds and the session.
func (o *office) remember(slip local.Slip) (local.Mark, federation.Session) {
	o.t.Helper()
	token, step, err := o.Accounts.SignIn(o.t.Context(), local.Try{
		Project: federationtest.Project, Login: slip.Login, Password: slip.Phrase, From: "192.0.2.1", State: state, Remember: "Firefox, Windows"})
	if err != nil || step != local.Done {
		o.t.Fatalf("%q, %v", step, err)
	}
	return o.seat(local.Visit{Project: federationtest.Project, Token: token, State: state}, local.Mark{})
}

// seat takes a passage to its session, and says what the browser holds then.
func (o *office) seat(v local.Visit, held local.Mark) (local.Mark, federation.Session) {
	o.t.Helper()
	token, err := o.arrive(v)
	if err != nil {
		o.t.Fatal(err)
	}
	session, err := o.Service.Find(o.t.Context(), token)
	if err != nil {
		o.t.Fatal(err)
	}
	mark, err := o.Accounts.Arrived(o.t.Context(), v, session.ID, held)
	if err != nil {
		o.t.Fatal(err)
	}
	return mark, session
}

func (o *office) recall(s *local.Service, m local.Mark) (local.Recalled, error) {
	return s.Recall(o.t.Context(), local.Recalling{Project: federationtest.Project, Mark: m, State: state})
}

// again is recall, and must be let in; then the session begins.
func (o *office) again(m local.Mark) (local.Mark, federation.Session) {
	o.t.Helper()
	out, err := o.recall(o.Accounts, m)
	if err != nil || out.Step != local.Done {
		o.t.Fatalf("%q, %v", out.Step, err)
	}
	if out.Mark == m || out.Mark.ID != m.ID {
		o.t.Fatal("the browser holds what it held")
	}
	_, session := o.seat(local.Visit{Project: federationtest.Project, Token: out.Passage, State: state}, out.Mark)
	return out.Mark, session
}

func TestARememberedBrowserIsLetInWithAnotherTokenEachTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		mark, first := o.remember(o.give(federationtest.Ines))
		o.Clock.Advance(20 * time.Hour)
		if err := o.alive(first); err == nil {
			t.Fatal("a session lasts for ever: nothing is shown")
		}
		next, second := o.again(mark)
		if second.Person != federationtest.Ines || second.ID == first.ID {
			t.Errorf("%+v", second)
		}
		o.Clock.Advance(20 * time.Hour)
		if last, _ := o.again(next); last.Token == mark.Token {
			t.Error("a token comes back")
		}
		for what, m := range map[string]local.Mark{"no browser": {}, "an unknown one": {ID: "x", Token: mark.Token}, "parsed from nothing": local.ParseMark("a"), "parsed": local.ParseMark(".b")} {
			_, err := o.recall(o.Accounts, m)
			wants(t, what, err, "local.browser.none")
		}
		if got := local.ParseMark(mark.String()); got != mark {
			t.Errorf("%+v is read as %+v", mark, got)
		}
		for _, kept := range []string{string(mark.Token), string(next.Token)} {
			if o.rows(`select count(*) from local_browser where hash = $1 or before_hash = $1 or id = $1`, kept) != 0 {
				t.Error("a token is kept as it is")
			}
		}
	})
}

// alive is nil while a session may be used.
func (o *office) alive(s federation.Session) error {
	if n := o.rows(`select count(*) from session where id = $1 and ended_at = 0`, string(s.ID)); n == 0 || !s.Lasts(o.Clock.Now(), federation.DefaultLimits) {
		return errOver
	}
	return nil
}

func TestABrowserIsRememberedForAWhileOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		ines, noe := o.give(federationtest.Ines), o.give2(federationtest.Noe)
		used, _ := o.remember(ines)
		idle, _ := o.remember(noe)
		for range 2 {
			o.Clock.Advance(13 * 24 * time.Hour)
			used, _ = o.again(used)
		}
		_, err := o.recall(o.Accounts, idle)
		wants(t, "unused for 14 days", err, "local.browser.none")
		o.Clock.Advance(4*24*time.Hour + time.Second)
		_, err = o.recall(o.Accounts, used)
		wants(t, "after 30 days, though it was used", err, "local.browser.none")
		if _, err := o.Accounts.Sweep(t.Context(), 100); err != nil || o.rows(`select count(*) from local_browser`) != 0 {
			t.Errorf("what is over stays: %v", err)
		}
	})
}

// Whoever copied what a browser holds uses it before or after its owner does: the second of the two to come shows what was used already.
func TestACopiedMarkEndsBoth(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		mark, _ := o.remember(o.give(federationtest.Ines))
		o.Clock.Advance(time.Hour)
		thiefs, _ := o.again(mark)
		thiefs, stolen := o.again(thiefs) // twice, so that the owner's is none of the last two
		o.Clock.Advance(time.Hour)
		_, err := o.recall(o.Accounts, mark)
		wants(t, "the owner", err, "local.browser.copied")
		_, err = o.recall(o.Accounts, thiefs)
		wants(t, "the thief", err, "local.browser.none")
		if o.alive(stolen) == nil {
			t.Error("what the thief began goes on")
		}
		if n := o.rows(`select count(*) from journal where verb = 'local.browser-copied' and person = $1`, string(federationtest.Ines)); n != 1 {
			t.Errorf("%d entries tell their person", n)
		}
		_, err = o.recall(o.Accounts, local.Mark{ID: mark.ID, Token: "a guess"})
		wants(t, "a guess", err, "local.browser.none")
	})
}

// Two windows that open at the same moment show the same token: both are let in, one turns it.
func TestTwoWindowsAtOnceAreNoCopy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		mark, _ := o.remember(o.give(federationtest.Ines))
		nodes := []*local.Service{o.Accounts, o.node()}
		turned := make(chan local.Mark, 32)
		let := federationtest.Together(func(i int) bool {
			out, err := o.recall(nodes[i%2], mark)
			if err == nil && out.Mark != (local.Mark{}) {
				turned <- out.Mark
			}
			return err == nil && out.Step == local.Done
		})
		if let != 32 || len(turned) != 1 {
			t.Fatalf("%d let in, %d tokens", let, len(turned))
		}
		o.Clock.Advance(time.Hour)
		o.again(<-turned)
	})
}

// A second factor is asked for in a remembered browser too: it stands for the password alone.
func TestARememberedBrowserIsNoSecondFactor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		login, secret, _ := o.settled()
		token, _, err := o.Accounts.SignIn(t.Context(), local.Try{Project: federationtest.Project, Login: login, Password: chosen, State: state, Remember: "Safari, macOS"})
		v := local.Visit{Project: federationtest.Project, Token: token, State: state}
		if err == nil {
			_, err = o.Accounts.Prove(t.Context(), v, federationtest.CodeAt(secret, o.Clock.Now()))
		}
		if err != nil {
			t.Fatal(err)
		}
		mark, _ := o.seat(v, local.Mark{})
		o.Clock.Advance(24 * time.Hour)
		out, err := o.recall(o.Accounts, mark)
		if err != nil || out.Step != local.Factor {
			t.Fatalf("%q, %v", out.Step, err)
		}
		v.Token = out.Passage
		_, err = o.arrive(v)
		wants(t, "without the code", err, "local.passage.over")
		if _, err := o.Accounts.Prove(t.Context(), v, federationtest.CodeAt(secret, o.Clock.Now())); err != nil {
			t.Fatal(err)
		}
		if _, session := o.seat(v, out.Mark); session.Person != federationtest.Renard {
			t.Errorf("%+v", session)
		}
	})
}

// Whatever ends an account's ways in, or the session there, ends what a browser remembers.
func TestWhatEndsARememberedBrowser(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		for name, ends := range map[string]func(o *office, m local.Mark, s federation.Session) error{
			"a new slip": func(o *office, _ local.Mark, _ federation.Session) error {
				renewed := order(federationtest.Ines)
				renewed.Renew = true
				_, err := o.Accounts.Issue(o.t.Context(), operator, renewed)
				return err
			},
			"a closed account": func(o *office, _ local.Mark, _ federation.Session) error {
				return o.Accounts.Close(o.t.Context(), operator, order(federationtest.Ines))
			},
			"signing out there": func(o *office, _ local.Mark, s federation.Session) error {
				return o.Service.SignOutFor(o.t.Context(), s, federation.Client{ID: federationtest.ExosID})
			},
			"the word of whoever sits there": func(o *office, m local.Mark, _ federation.Session) error {
				return o.Accounts.Forget(o.t.Context(), federationtest.Project, m)
			},
			"their own word, elsewhere": func(o *office, m local.Mark, s federation.Session) error {
				other := federation.Session{ID: "another", Project: s.Project, Person: s.Person}
				if err := o.Accounts.ForgetOwn(o.t.Context(), local.Me{Session: other}, m.ID); err != nil {
					return err
				}
				if o.alive(s) == nil {
					o.t.Error("the lost device's session goes on")
				}
				return nil
			},
			"erasure": func(o *office, _ local.Mark, _ federation.Session) error {
				return local.Holder{Store: o.Store.Local()}.Erase(o.t.Context(), privacy.Subject{Project: string(federationtest.Project), ID: string(federationtest.Ines)})
			},
			"leaving the school": func(o *office, _ local.Mark, _ federation.Session) error {
				o.Leave(o.t, federationtest.Ines, federationtest.College)
				return nil
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				o := open(t, e)
				mark, session := o.remember(o.give(federationtest.Ines))
				if err := ends(o, mark, session); err != nil {
					t.Fatal(err)
				}
				_, err := o.recall(o.Accounts, mark)
				wants(t, name, err, "local.browser.none")
			})
		}
	})
}

// Somebody else's browser is nobody's business: it is neither listed nor forgotten; and of one's own there are ten.
func TestBrowsersAreTheirPersonsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		ines, noe := o.give(federationtest.Ines), o.give2(federationtest.Noe)
		mark, session := o.remember(ines)
		_, theirs := o.remember(noe)
		err := o.Accounts.ForgetOwn(t.Context(), local.Me{Session: theirs}, mark.ID)
		wants(t, "another's browser", err, "local.browser.none")
		if err := o.Accounts.Forget(t.Context(), federationtest.Project, local.Mark{ID: mark.ID, Token: "a guess"}); err != nil {
			t.Fatal(err)
		}
		for range 12 {
			o.Clock.Advance(time.Minute)
			_, session = o.remember(ines)
		}
		own, err := o.Accounts.Mine(t.Context(), local.Me{Session: session})
		if err != nil || len(own.Browsers) != 10 || own.Browsers[0].Session != session.ID || own.Browsers[0].Name != "Firefox, Windows" {
			t.Errorf("%d browsers, %v: %+v", len(own.Browsers), err, own.Browsers)
		}
		_, err = o.recall(o.Accounts, mark)
		wants(t, "the one used longest ago", err, "local.browser.none")
		out, err := local.Holder{Store: o.Store.Local()}.Export(t.Context(), privacy.Subject{Project: string(federationtest.Project), ID: string(federationtest.Ines)})
		if err != nil || !contains(t, out, `"rememberedBrowsers":[{"name":"Firefox, Windows"`) {
			t.Errorf("the export has none: %v", err)
		}
		// The browser is another's now.
		v, _ := o.enter(noe.Login, noe.Phrase)
		held, _ := o.remember(ines)
		o.seat(v, held)
		_, err = o.recall(o.Accounts, held)
		wants(t, "where somebody else has signed in since", err, "local.browser.none")
	})
}

var errOver = errors.New("the session is over")

func contains(t *testing.T, v any, want string) bool {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(text), want)
}
