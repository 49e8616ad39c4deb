package signin_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/federation/local"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
	"pupitre/store/storetest/federationtest"
)

// held is a cookie that the browser has.
func (b *browser) held(h *lodge, name string) string {
	u, _ := url.Parse(h.Broker)
	for _, c := range b.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// knock signs somebody in who ticks « Se souvenir de moi », and returns where they end.
func (b *browser) knock(h *lodge, slip local.Slip) seen {
	b.t.Helper()
	state := b.begin(h, "/mediacentre")
	got := b.send(http.MethodPost, h.Broker+"/connexion/local/A70/entree",
		url.Values{"etat": {state}, "identifiant": {string(slip.Login)}, "passe": {string(slip.Phrase)}, "souvenir": {"1"}})
	return b.get(h.Broker + got.To)
}

// form goes to the sign-in form, or past it.
func (b *browser) form(h *lodge) seen {
	b.t.Helper()
	return b.get(h.Broker + b.get(h.Broker+"/connexion?idENT=A70&next=/mediacentre").To)
}

func TestWhoIsRememberedComesInWithoutAPassword(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, b, other := lodging(t, e), newBrowser(t), newBrowser(t)
		if got := other.begin(h, ""); got == "" || !strings.Contains(other.form(h).Body, "remember") {
			t.Error("it is not offered")
		}
		other.get(h.Broker + other.submit(h, other.begin(h, ""), h.Slip.Login, h.Slip.Phrase).To)
		if other.held(h, "souvenir") != "" {
			t.Error("somebody is remembered who did not ask for it")
		}
		if got := b.knock(h, h.Slip); got.To != "/mediacentre" || b.held(h, "souvenir") == "" {
			t.Fatalf("%+v", got)
		}
		h.Clock.Advance(20 * time.Hour) // the session is over
		if page := b.get(h.Broker + "/mediacentre"); page.Status != 401 {
			t.Fatalf("the session lasts: %+v", page)
		}
		before := b.held(h, "souvenir")
		came := b.form(h)
		if came.Status != 303 || !strings.HasPrefix(came.To, "/connexion/local/A70?etat=") || b.held(h, "souvenir") == before {
			t.Fatalf("%+v", came)
		}
		if got := b.get(h.Broker + came.To); got.To != "/mediacentre" {
			t.Fatalf("%+v", got)
		}
		if page := b.get(h.Broker + "/mediacentre"); page.Body != string(federationtest.Ines) {
			t.Errorf("the Médiacentre knows %q", page.Body)
		}

		// A copy of what it held, in another browser: nobody comes in, and the page says why.
		h.Clock.Advance(time.Hour)
		u, _ := url.Parse(h.Broker)
		other.Jar.SetCookies(u, []*http.Cookie{{Name: "souvenir", Value: before, Path: "/"}})
		if got := other.form(h); got.Status != 200 || !strings.Contains(got.Body, "quelqu’un l’a peut-être copié") || other.held(h, "souvenir") != "" {
			t.Errorf("a copy: %+v", got)
		}
		if got := b.form(h); got.Status != 200 {
			t.Errorf("after a copy: %+v", got)
		}
	})
}

func TestSigningOutForgetsTheBrowser(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		for name, first := range map[string]time.Duration{"during the session": time.Minute, "once it has run out": 20 * time.Hour} {
			h, b := lodging(t, e), newBrowser(t)
			b.knock(h, h.Slip)
			copied := b.held(h, "souvenir")
			h.Clock.Advance(first)
			b.send(http.MethodPost, h.Broker+"/deconnexion", nil)
			if b.held(h, "souvenir") != "" {
				t.Errorf("%s: the browser holds it still", name)
			}
			u, _ := url.Parse(h.Broker)
			b.Jar.SetCookies(u, []*http.Cookie{{Name: "souvenir", Value: copied, Path: "/"}})
			if got := b.form(h); got.Status != 200 {
				t.Errorf("%s: what it held opens something: %+v", name, got)
			}
		}
	})
}

// A browser in which two persons sign in remembers neither, until somebody says that it is theirs alone; whoever knows says so at once.
func TestASharedBrowserRemembersNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, b := lodging(t, e), newBrowser(t)
		noe := h.noe(t)
		b.get(h.Broker + b.submit(h, b.begin(h, ""), h.Slip.Login, h.Slip.Phrase).To)
		if got := b.form(h); !strings.Contains(got.Body, "remember") {
			t.Errorf("after one person: %q", got.Body)
		}
		b.get(h.Broker + b.submit(h, b.begin(h, ""), noe.Login, noe.Phrase).To)
		if got := b.form(h); !strings.Contains(got.Body, "shared") {
			t.Errorf("after two: %q", got.Body)
		}
		if b.knock(h, noe); b.held(h, "souvenir") != "" {
			t.Error("a form of before is believed")
		}
		say := func(shared string) seen {
			return b.send(http.MethodPost, h.Broker+"/connexion/local/A70/appareil", url.Values{"etat": {b.begin(h, "")}, "partage": {shared}})
		}
		if got := say(""); got.Status != 303 || !strings.Contains(b.form(h).Body, "remember") {
			t.Errorf("theirs alone: %+v", got)
		}
		if b.knock(h, noe); b.held(h, "souvenir") == "" {
			t.Error("it is not remembered where it is theirs alone")
		}
		// The page that says so is of a sign-in under way: with a remembered browser there is none without a click.
		if got := b.send(http.MethodPost, h.Broker+"/connexion/local/A70/appareil", url.Values{"etat": {"x"}, "partage": {"1"}}); got.Status != 403 || b.held(h, "souvenir") == "" {
			t.Errorf("from nowhere: %+v", got)
		}
		if got := b.send(http.MethodPost, h.Broker+"/connexion/local/A70/oubli", url.Values{"etat": {"x"}}); got.Status != 403 || b.held(h, "souvenir") == "" {
			t.Errorf("from nowhere: %+v", got)
		}
		if got := say("1"); got.Status != 303 || b.held(h, "souvenir") != "" || !strings.Contains(b.form(h).Body, "shared") {
			t.Errorf("shared, as somebody says: %+v", got)
		}
	})
}

// noe is another pupil's slip.
func (h *lodge) noe(t *testing.T) local.Slip {
	t.Helper()
	err := h.Store.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `insert into membership (school, cohort, person, subjects) values ('school-college', 'c-5b', 'person-noe', '[]')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slips, err := h.Accounts.Issue(t.Context(), operator, local.Order{School: federationtest.College, Cohort: "c-5b", Person: federationtest.Noe})
	if err != nil || len(slips) != 1 {
		t.Fatalf("%v, %v", slips, err)
	}
	return slips[0]
}

func TestABrowserIsCalledByWordsOfOurs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := lodging(t, e)
		for agent, want := range map[string]string{
			"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0":                                                 "Firefox, Windows",
			"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0":                  "Edge, Linux",
			"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/604.1":        "Safari, iOS",
			"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36": "Samsung Internet, Android",
			"<script>alert(1)</script>": "-",
		} {
			h.Clock.Advance(time.Minute)
			b := newBrowser(t)
			b.agent = agent
			b.knock(h, h.Slip)
			if got := h.named(t); got != want {
				t.Errorf("%.60q is called %q, want %q", agent, got, want)
			}
		}
	})
}

// named is the name of the browser that Inès's last sign-in had remembered.
func (h *lodge) named(t *testing.T) string {
	t.Helper()
	var name string
	err := h.Store.Local().Read(t.Context(), func(ctx context.Context, r local.Reader) error {
		all, err := r.Browsers(ctx, federationtest.Project, federationtest.Ines)
		if err == nil && len(all) > 0 {
			name = all[0].Name
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

var operator = local.Actor{By: journal.System("operator")}
