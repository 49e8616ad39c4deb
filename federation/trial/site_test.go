package trial_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"pupitre/federation"
	"pupitre/federation/trial"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
)

const (
	clientID = federation.ClientID("labo")
	secret   = federation.Token("the secret of the program that the test tries")
)

// declares is what the notice of the tests declares.
var declares = []federation.Attribute{federation.IDO, federation.UAI, federation.PRO, federation.DIV, federation.PMEL}

// open puts a bench together for a program, which proves itself by the secret.
func open(t *testing.T, client federation.Client, change ...func(*trial.Settings)) (*trial.Bench, string) {
	t.Helper()
	s := settings(t, listen(t), client)
	for _, c := range change {
		c(&s)
	}
	b, err := trial.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b, s.Base
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func settings(t *testing.T, listener net.Listener, client federation.Client) trial.Settings {
	file := filepath.Join(t.TempDir(), "essai.db")
	if err := os.WriteFile(file, withKeys(), 0o600); err != nil {
		t.Fatal(err)
	}
	return trial.Settings{
		Database: "sqlite:" + file, Listener: listener, Base: "http://" + listener.Addr().String(),
		Client: client, Secret: secret, Declares: declares, Now: clock.System, Words: lang.MustLoad(),
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

// withKeys is the database of a bench that has its keys: RSA takes its time.
var withKeys = sync.OnceValue(func() []byte {
	text, err := func() ([]byte, error) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		dir, err := os.MkdirTemp("", "pupitre-essai-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		file, base := filepath.Join(dir, "essai.db"), "http://"+listener.Addr().String()
		b, err := trial.Open(context.Background(), trial.Settings{
			Database: "sqlite:" + file, Listener: listener, Base: base, Secret: secret, Now: clock.System, Words: lang.MustLoad(),
			Client: federation.Client{ID: clientID, Redirects: []string{"https://labo.example/retour"}, Algorithm: federation.ES256},
			Log:    slog.New(slog.DiscardHandler),
		})
		if err != nil {
			return nil, err
		}
		for _, path := range []string{"/oidc/jwks", "/saml/metadata"} {
			if _, err := fetch(context.Background(), base+path); err != nil {
				return nil, err
			}
		}
		if err := b.Close(); err != nil {
			return nil, err
		}
		return os.ReadFile(file)
	}()
	if err != nil {
		panic(err)
	}
	return text
})

// try runs the trial.
func try(t *testing.T, b *trial.Bench, start string) trial.Report {
	t.Helper()
	r, err := b.Try(t.Context(), start)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// mustFind compares what failed, or was remarked, with what had to: the names of the checks, a remark as « name (remark) ».
func mustFind(t *testing.T, r trial.Report, want ...string) {
	t.Helper()
	if !r.Entered {
		t.Fatalf("the honest sign-in: %s at %s\n%+v", r.Stopped, r.Ended, r.Asked)
	}
	var got []string
	for _, f := range r.Findings {
		switch f.Outcome {
		case trial.Failed:
			got = append(got, f.Check)
		case trial.Remark:
			got = append(got, f.Check+" (remark)")
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, slices.Compact(want)) {
		t.Errorf("found %q\n want %q", got, want)
	}
}

// outcome is what came of one check.
func outcome(r trial.Report, check string) trial.Outcome {
	for _, f := range r.Findings {
		if f.Check == check {
			return f.Outcome
		}
	}
	return ""
}

// site is a publisher's site of the tests: a page for people who are signed in, and sessions that it keeps. How people sign in is each
// protocol's own. It is careful but for what careless names.
type site struct {
	*httptest.Server
	mux      *http.ServeMux
	careless map[string]bool
	open     bool // its page is for everybody
	limit    int  // of sign-ins that it begins; 0: none

	mu       sync.Mutex
	sessions map[string]visitor
	begun    map[string]bool
	count    int
}

// visitor is somebody who is signed in.
type visitor struct{ subject, name string }

func newSite(t *testing.T, careless ...string) *site {
	s := &site{mux: http.NewServeMux(), careless: map[string]bool{}, sessions: map[string]visitor{}, begun: map[string]bool{}}
	for _, c := range careless {
		s.careless[c] = true
	}
	s.Server = httptest.NewServer(s.mux)
	t.Cleanup(s.Close)
	s.mux.HandleFunc("GET /cours", func(w http.ResponseWriter, r *http.Request) {
		who, ok := s.who(r)
		if !ok && s.open {
			fmt.Fprint(w, "Entrez")
			return
		} else if !ok {
			http.Redirect(w, r, "/entrer", http.StatusFound)
			return
		}
		fmt.Fprintf(w, "Bonjour %s", who.subject)
	})
	return s
}

func (s *site) who(r *http.Request) (visitor, bool) {
	c, err := r.Cookie("site")
	if err != nil {
		return visitor{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.sessions[c.Value]
	return v, ok
}

// welcome signs somebody in. name is what the broker calls the session.
func (s *site) welcome(w http.ResponseWriter, r *http.Request, subject, name string) {
	token := string(federation.NewToken())
	s.mu.Lock()
	s.sessions[token] = visitor{subject, name}
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: "site", Value: token, Path: "/", HttpOnly: true})
	http.Redirect(w, r, "/cours", http.StatusSeeOther)
}

// end ends the sessions of that name.
func (s *site) end(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, v := range s.sessions {
		if v.name == name {
			delete(s.sessions, token)
		}
	}
}

// isTired counts a sign-in, and reports whether it is one too many.
func (s *site) isTired() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	return s.limit > 0 && s.count > s.limit
}

// once reports whether this is the first time that the site meets a name.
func (s *site) once(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := !s.begun[name]
	s.begun[name] = true
	return first
}

func refuse(w http.ResponseWriter, why any) {
	http.Error(w, fmt.Sprint("refused: ", why), http.StatusForbidden)
}

// direct keeps no connection: a port that one bench leaves another takes, and a request that is sent into a connection to the former is lost.
var direct = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func fetch(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	res, err := direct.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}
