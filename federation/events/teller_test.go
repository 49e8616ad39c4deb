package events_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/events"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
	"pupitre/privacy"
	"pupitre/store/storetest/federationtest"
)

const issuer = "https://pupitre.example"

// publisher takes what it is told, verified; fail makes it refuse.
type publisher struct {
	t    testing.TB
	w    *federationtest.World
	URL  string
	mu   sync.Mutex
	got  []heard
	lost []heard // what it read and then refused
	fail func() bool
}

// heard is a token taken, its iat left out.
type heard struct {
	Path  string
	Typ   string
	Who   string
	Event map[string]any
	ID    string
}

func (p *publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	text := string(body)
	if r.URL.Path == "/logout" {
		form, _ := url.ParseQuery(text)
		text = form.Get("logout_token")
	} else if r.Header.Get("Content-Type") != "application/secevent+jwt" {
		p.t.Errorf("content type %q", r.Header.Get("Content-Type"))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	one := p.read(r.URL.Path, text)
	if p.fail != nil && p.fail() {
		p.lost = append(p.lost, one)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	p.got = append(p.got, one)
	w.WriteHeader(http.StatusAccepted)
}

func (p *publisher) read(path, text string) heard {
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		p.t.Errorf("%q: %v", text, err)
		return heard{}
	}
	set, err := p.w.Keys.Public(context.Background())
	if err != nil {
		p.t.Error(err)
	}
	header := signed.Signatures[0].Header
	plain, err := signed.Verify(set.Key(header.KeyID)[0])
	if err != nil {
		p.t.Error(err)
	}
	var claims struct {
		Iss, Aud, Jti, Sub string
		Events             map[string]any
		SubID              map[string]any `json:"sub_id"`
	}
	if err := json.Unmarshal(plain, &claims); err != nil {
		p.t.Error(err)
	}
	if claims.Iss != issuer || claims.Aud != "exos" || claims.Jti == "" {
		p.t.Errorf("claims %s", plain)
	}
	who := claims.Sub
	if user, ok := claims.SubID["user"].(map[string]any); ok {
		who, _ = user["sub"].(string)
	} else if s, ok := claims.SubID["sub"].(string); ok {
		who = s
	}
	return heard{path, fmt.Sprint(header.ExtraHeaders[jose.HeaderType]), who, claims.Events, claims.Jti}
}

// told returns what has been heard so far.
func (p *publisher) told() []heard {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]heard(nil), p.got...)
}

type house struct {
	*federationtest.World
	Teller    *events.Teller
	Publisher *publisher
}

// open makes a world whose client exos has been entered by Inès; the other publisher's has not.
func open(t *testing.T, e dbtest.Engine) (*house, federation.Token) {
	t.Helper()
	w := federationtest.New(t, e)
	p := &publisher{t: t, w: w}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.URL = server.URL
	exos, err := w.Service.FindClient(t.Context(), federationtest.ExosID)
	if err != nil {
		t.Fatal(err)
	}
	exos.EventsURL, exos.LogoutURL = server.URL+"/events", server.URL+"/logout"
	if err := w.Service.Register(t.Context(), journal.System("test"), exos, ""); err != nil {
		t.Fatal(err)
	}
	err = w.Store.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `insert into publisher (id, official, name) values ('publisher-preau', 'x', 'Préau')`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into resource (id, ark, publisher, title, folded, description, technical, presentation, pedagogical, documents,
			levels, subjects, declared, launch_url, thumbnail, family, is_family, shown, offline, notice, act, updated_at)
			values ('r-grammar', $1, 'publisher-preau', 'T', 't', '', '', 'ACC', '[]', '[]', '[]', '[]', '[]', '', '', '', false, true, false, '', 'a', 1)`,
			federationtest.Grammar)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{w, &events.Teller{Federation: w.Service, Keys: w.Keys, Store: w.Store.Events(), Now: w.Clock.Now, Issuer: issuer,
		Client: server.Client(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, p}
	token := w.Arrive(t, "ent-ines")
	federationtest.Enter(t, w, token, federationtest.ExosID, federationtest.Grammar)
	return h, token
}

// change tells, as licensing does, that rights on the grammar changed.
func (h *house) change(t testing.TB, cause string, everybody bool, persons ...directory.PersonID) {
	t.Helper()
	err := h.Store.Journal().Write(t.Context(), func(ctx context.Context, w journal.Appender) error {
		return w.Tell(ctx, journal.Fact{Topic: "licensing.right.changed", School: string(federationtest.College)},
			map[string]any{"persons": persons, "resources": []string{"r-grammar"}, "cause": cause, "everybody": everybody})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) follow(t testing.TB, facts int) { federationtest.Follow(t, facts, h.Teller.Follow) }

func (h *house) deliver(t testing.TB, want int) {
	t.Helper()
	if n, err := h.Teller.Deliver(t.Context()); err != nil || n != want {
		t.Errorf("told %d, %v; want %d", n, err, want)
	}
}

func (h *house) ines() string {
	return federation.PseudonymOf("1111111111111111111111111111111111111111111111111111111111111111", federationtest.Preau).Subject()
}

// Who is erased here must be erased by the publishers who have seen them, once they themselves are nobody here any more.
func TestPublishersAreToldOfTheErased(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, _ := open(t, e)
		register := privacy.Register{federation.Holder{Store: h.Store.Federation()}}
		for _, person := range []directory.PersonID{federationtest.Ines, federationtest.Noe, federationtest.Ines} { // Noé was never seen
			if err := register.Erase(t.Context(), privacy.Subject{Project: string(federationtest.Project), ID: string(person)}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := h.Store.DB.Pool().ExecContext(t.Context(), `delete from person`); err != nil {
			t.Fatal(err)
		}
		h.deliver(t, 1)
		h.deliver(t, 0)
		got := h.Publisher.told()
		want := heard{"/events", "secevent+jwt", h.ines(), map[string]any{"https://schemas.openid.net/secevent/risc/event-type/account-purged": map[string]any{}}, ""}
		if len(got) != 1 {
			t.Fatalf("told %+v", got)
		}
		got[0].ID = ""
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAPublisherIsToldOfThoseWhoEntered(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, token := open(t, e)
		// Noé never entered: to the publisher he does not exist, whatever changes for him.
		h.change(t, "assigned", false, federationtest.Ines, federationtest.Noe)
		h.change(t, "opened", false, federationtest.Ines) // an opening changes nobody's rights
		h.change(t, "ended", true)                        // the whole school's
		if _, err := h.Service.SignOut(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		h.follow(t, 4)
		h.deliver(t, 4)
		rights := map[string]any{"urn:pupitre:event-type/rights-changed": map[string]any{"ark": federationtest.Grammar, "event_timestamp": 1795420800.0}}
		want := []heard{
			{"/events", "secevent+jwt", h.ines(), rights, ""},
			{"/events", "secevent+jwt", h.ines(), rights, ""},
			{"/logout", "logout+jwt", h.ines(), map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}, ""},
			{"/events", "secevent+jwt", h.ines(), map[string]any{"https://schemas.openid.net/secevent/caep/event-type/session-revoked": map[string]any{"event_timestamp": 1795420800.0}}, ""},
		}
		got := h.Publisher.told()
		ids := map[string]bool{}
		for i := range got {
			ids[got[i].ID] = true
			got[i].ID = ""
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if len(ids) != 4 {
			t.Errorf("%d events have %d names", len(got), len(ids))
		}
		h.deliver(t, 0)
	})
}

func TestAnEventIsTriedUntilItIsTakenAndIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, _ := open(t, e)
		var tries int
		var names []string
		h.Publisher.fail = func() bool { tries++; return tries <= 3 }
		h.change(t, "assigned", false, federationtest.Ines)
		h.change(t, "released", false, federationtest.Ines)
		h.follow(t, 2)
		// The second waits behind the first, however often the first fails: events of one person come in order.
		h.deliver(t, 0)
		h.deliver(t, 0) // put off by a second: not tried
		if tries != 1 {
			t.Errorf("tried %d times at once", tries)
		}
		h.Clock.Advance(time.Second)
		h.deliver(t, 0)
		h.Clock.Advance(time.Second)
		h.deliver(t, 0)
		if tries != 2 {
			t.Errorf("after a second failure it waits longer: %d tries", tries)
		}
		h.Clock.Advance(time.Second)
		h.deliver(t, 0)
		h.Clock.Advance(4 * time.Second)
		h.deliver(t, 2)
		for _, g := range h.Publisher.told() {
			names = append(names, g.ID)
		}
		if len(names) != 2 || names[0] == names[1] {
			t.Errorf("told %v", names)
		}
		// By its name (jti) the publisher knows what it has had already (RFC 8417 §2.2): the first has it at each try.
		if diff := cmp.Diff([]heard{h.Publisher.got[0], h.Publisher.got[0], h.Publisher.got[0]}, h.Publisher.lost); diff != "" {
			t.Error(diff)
		}
	})
}

// A node that dies once a publisher has heard an event, and before it has written so: another tells it again, by the same name.
func TestAnEventToldAgainAfterALapsedLeaseIsTheSame(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, _ := open(t, e)
		h.change(t, "assigned", false, federationtest.Ines)
		h.follow(t, 1)
		dying := *h.Teller
		dying.Store = mortal{h.Teller.Store, new(int)}
		if _, err := dying.Deliver(t.Context()); !errors.Is(err, errDied) {
			t.Fatalf("it lives: %v", err)
		}
		h.deliver(t, 0) // still leased
		h.Clock.Advance(time.Minute)
		h.deliver(t, 1)
		got := h.Publisher.told()
		if len(got) != 2 || got[0].ID == "" || !cmp.Equal(got[0], got[1]) {
			t.Errorf("told %+v", got)
		}
	})
}

var errDied = errors.New("the node died")

// mortal is a store whose node dies before its second writing: it has leased, and told.
type mortal struct {
	events.Store
	writings *int
}

func (m mortal) Write(ctx context.Context, f func(context.Context, events.Writer) error) error {
	if *m.writings++; *m.writings > 1 {
		return errDied
	}
	return m.Store.Write(ctx, f)
}

// What another node is telling is not told twice, but what a node took and died with is told by another.
func TestALeasedEventIsTakenOverOnlyWhenItsLeaseEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, _ := open(t, e)
		h.change(t, "assigned", false, federationtest.Ines)
		h.follow(t, 1)
		err := h.Store.Events().Write(t.Context(), func(ctx context.Context, w events.Writer) error {
			pushes, err := w.Lease(ctx, federationtest.ExosID, 10, time.Minute)
			if len(pushes) != 1 {
				t.Errorf("leased %d", len(pushes))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h.deliver(t, 0)
		h.Clock.Advance(time.Minute)
		h.deliver(t, 1)
	})
}

func TestTwoNodesLeaseAnEventOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, _ := open(t, e)
		for range 20 {
			h.change(t, "assigned", false, federationtest.Ines)
			h.follow(t, 1)
			var mu sync.Mutex
			var all sync.WaitGroup
			var leased []events.Push
			for range 8 {
				all.Go(func() {
					var mine []events.Push
					err := h.Store.Events().Write(t.Context(), func(ctx context.Context, w events.Writer) (err error) {
						mine, err = w.Lease(ctx, federationtest.ExosID, 10, time.Minute)
						return err
					})
					mu.Lock()
					defer mu.Unlock()
					leased = append(leased, mine...)
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if len(leased) != 1 {
				t.Fatalf("leased %d times", len(leased))
			}
			err := h.Store.Events().Write(t.Context(), func(ctx context.Context, w events.Writer) error { return w.Done(ctx, leased[0]) })
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestAnEventIsGivenUpAfterThreeDays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, _ := open(t, e)
		h.Publisher.fail = func() bool { return true }
		h.change(t, "assigned", false, federationtest.Ines)
		h.follow(t, 1)
		h.deliver(t, 0)
		h.Clock.Advance(72 * time.Hour)
		h.deliver(t, 1) // taken out of the queue
		h.Clock.Advance(time.Hour)
		h.deliver(t, 0)
	})
}

// Publishers that hang, that are down, and that never stop answering: the other is told nevertheless, and nobody waits for them. While
// they are being told and have not answered, a person enters, is signed out, and signs in again: each is done before any of the
// three is let go.
func TestPublishersInTroubleDelayNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, token := open(t, e)
		release, asked := make(chan struct{}), make(chan string, 1000)
		var once sync.Once
		letGo := func() { once.Do(func() { close(release) }) }
		endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked <- "endless"
			for garbage := bytes.Repeat([]byte("\x00<{"), 1<<10); ; {
				if _, err := w.Write(garbage); err != nil || r.Context().Err() != nil {
					return
				}
			}
		}))
		down := httptest.NewServer(nil)
		down.Close()
		t.Cleanup(endless.Close)
		h.Teller.Client = &http.Client{Transport: hanging{asked, release}}
		for name, address := range map[federation.ClientID]string{"hung": "https://pendu.example/", "endless": endless.URL, "down": down.URL} {
			c := federation.Client{ID: name, Sector: federationtest.Preau, Name: string(name), Redirects: []string{"https://lent.example/"},
				Algorithm: federation.ES256, EventsURL: address, LogoutURL: address}
			if err := h.Service.Register(t.Context(), journal.System("test"), c, federationtest.ExosProof); err != nil {
				t.Fatal(err)
			}
			federationtest.Enter(t, h.World, token, name, federationtest.Grammar)
		}
		h.change(t, "assigned", false, federationtest.Ines)
		ctx, stop := context.WithCancel(t.Context())
		var done sync.WaitGroup
		done.Go(func() { h.Teller.Run(ctx) })
		t.Cleanup(func() { letGo(); stop(); done.Wait() })
		watch := time.AfterFunc(20*time.Second, letGo) // so that a test that must fail ends
		defer watch.Stop()
		waiting := map[string]bool{}
		for !waiting["hung"] || !waiting["endless"] {
			waiting[<-asked] = true
		}
		federationtest.Until(t, func() bool { return len(h.Publisher.told()) == 1 })

		// The teller is in the middle of it, and stays there: whoever waited for it, or for a lock of its, would wait until it is let go.
		federationtest.Enter(t, h.World, token, "hung", federationtest.Grammar)
		if _, err := h.Service.SignOut(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		again := h.Arrive(t, "ent-ines")
		federationtest.Enter(t, h.World, again, federationtest.ExosID, federationtest.Grammar)
		federationtest.Enter(t, h.World, again, "hung", federationtest.Grammar)
		federationtest.Until(t, func() bool { return len(h.Publisher.told()) == 3 }) // of the end: logout, and session-revoked
		select {
		case <-release:
			t.Error("somebody waited for the publisher that hangs")
		default:
		}
	})
}

// hanging is a network on which one publisher says nothing until it is let go, however little patience one has with it.
type hanging struct {
	asked   chan<- string
	release <-chan struct{}
}

func (n hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Hostname() == "pendu.example" {
		n.asked <- "hung"
		<-n.release
		return nil, errors.New("let go")
	}
	return http.DefaultTransport.RoundTrip(r)
}
