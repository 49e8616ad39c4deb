package worldtest_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/lti"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
	"pupitre/licensing"
)

// board is a publisher's tool from which a teacher of Inès' class pins links.
type board struct {
	*house
	tool    federation.Client
	key     *ecdsa.PrivateKey // the tool's
	work    catalogue.Resource
	class   directory.CohortID // 5e B
	cohorts []directory.Cohort
	teacher directory.Person
}

// board registers a tool for one of the resources that furnish gave.
func (h *house) board(t testing.TB) *board {
	t.Helper()
	resources, err := h.Catalogue.List(t.Context(), catalogue.Find{})
	if err != nil {
		t.Fatal(err)
	}
	b := &board{house: h}
	for _, r := range resources { // the one whose notice asks for most: without the class there would be none for a tool
		if !r.IsFamily && len(r.Declared) >= len(b.work.Declared) {
			b.work = r
		}
	}
	if b.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	b.tool = federation.Client{
		ID: "labo-lti", Sector: federation.Sector(b.work.Publisher.ID), Name: "Le labo", Algorithm: federation.ES256,
		LTI: &federation.LTI{
			Login: "https://labo.example/lti/login", Redirects: []string{"https://labo.example/lti/message"}, Deployment: "1",
			Targets: []federation.LTITarget{{Address: "https://labo.example/lti/travail", ARK: string(b.work.ARK)}},
		},
		Proof: federation.Proof{Method: federation.ByKey, Keys: []jose.JSONWebKey{{Key: b.key.Public(), KeyID: "t1"}}},
	}
	if err := h.Federation.Register(t.Context(), journal.System("test"), b.tool, ""); err != nil {
		t.Fatal(err)
	}
	if b.cohorts, err = h.Directory.Cohorts(t.Context(), h.school.ID); err != nil {
		t.Fatal(err)
	}
	for _, c := range b.cohorts {
		if c.Label == h.ines.Class {
			b.class = c.ID
		}
	}
	b.teacher = b.person(t, "nadia.aubry")
	return b
}

func (b *board) person(t testing.TB, login string) directory.Person {
	t.Helper()
	session, err := b.Federation.Find(t.Context(), b.arrive(t, login))
	if err != nil {
		t.Fatal(err)
	}
	person, err := b.Directory.FindPerson(t.Context(), session.Person)
	if err != nil {
		t.Fatal(err)
	}
	return person
}

// others are at most n other classes of the school.
func (b *board) others(n int) (list []directory.CohortID) {
	for _, c := range b.cohorts {
		if c.ID != b.class && c.Kind == directory.Class && len(list) < n {
			list = append(list, c.ID)
		}
	}
	return list
}

// pin keeps a link as the choice of a teacher does.
func (b *board) pin(t testing.TB, title string, class directory.CohortID) {
	t.Helper()
	l := lti.Link{
		ID: lti.LinkID(b.Store.IDs.New()), School: b.school.ID, Cohort: class, Client: b.tool.ID, ARK: string(b.work.ARK),
		URL: b.tool.LTI.Targets[0].Address + "/lecon", Title: title,
	}
	err := b.Store.LTI().Write(t.Context(), func(ctx context.Context, w lti.Writer) error {
		act, err := w.Record(ctx, journal.Entry{
			School: string(b.school.ID), Actor: journal.Actor{Kind: journal.ByPerson, ID: string(b.teacher.ID)}, Verb: "federation.link-pinned",
			Subject: string(l.ID), Class: journal.ClassChange,
		})
		if err != nil {
			return err
		}
		return w.Pin(ctx, act, l)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What a teacher pinned is in the Médiacentre of the class's pupils as long as they hold its resource, and of nobody else.
func TestWhatATeacherPinsIsWhereThePupilsFindIt(t *testing.T) {
	t.Parallel()
	for _, e := range dbtest.Engines() {
		t.Run(string(e.Name), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, e.Address(t))
			h.furnish(t, 4)
			b := h.board(t)
			b.pin(t, "Les accords", b.class)
			ines, malo, sacha, nadia := h.arrive(t, "ines.marchal"), h.arrive(t, "malo.kerbrat"), h.arrive(t, "sacha.lemoine"), h.arrive(t, "nadia.aubry")
			sees := func(who string, token federation.Token, want bool) string {
				t.Helper()
				page := h.visit(t.Context(), token, http.MethodGet, "/mediacentre", nil).Body.String()
				if got := strings.Contains(page, "Les accords"); got != want || strings.Contains(page, "h-pins") != want {
					t.Errorf("%s sees it: %v, want %v: %s", who, got, want, page)
				}
				return page
			}
			page := sees("a pupil of the class", ines, true)
			if text := strings.ReplaceAll(page, "\u00a0", " "); !strings.Contains(text, "Mme Aubry, pour la 5e B") {
				t.Errorf("by whom and for whom is not said: %s", page)
			}
			sees("another pupil of the class", malo, true)
			sees("a pupil of another class", sacha, false)
			sees("a teacher who does not hold it", nadia, false)

			// One click leads to the tool, as on the class's own page.
			_, rest, _ := strings.Cut(page, `class="card-link pin-link" href="`)
			href, _, _ := strings.Cut(rest, `"`)
			book := h.visit(t.Context(), ines, http.MethodGet, "/carnets/"+string(b.class), nil).Body.String()
			if !strings.HasPrefix(href, "/lti/launch?lien=") || !strings.Contains(book, `href="`+href+`"`) {
				t.Errorf("the link leads to %q, unlike on the class's page", href)
			}
			w := h.visit(t.Context(), ines, http.MethodGet, href, nil)
			if to := w.Header().Get("Location"); w.Code != http.StatusFound || !strings.HasPrefix(to, "https://labo.example/lti/login?") || !strings.Contains(to, url.QueryEscape(b.tool.LTI.Targets[0].Address+"/lecon")) {
				t.Errorf("the click: %d, to %q", w.Code, to)
			}

			// The right is taken from one pupil.
			order := licensing.Order{School: h.school.ID, Resources: []catalogue.ResourceID{b.work.ID}, Targets: []licensing.Target{licensing.ToPerson(b.person(t, "malo.kerbrat").ID)}}
			if _, err := h.Licensing.Release(t.Context(), journal.System("test"), order); err != nil {
				t.Fatal(err)
			}
			sees("who holds it no more", malo, false)
			sees("who still does", ines, true)

			// A teacher of the class unpins it.
			_, rest, _ = strings.Cut(href, "lien=")
			if w := h.visit(t.Context(), nadia, http.MethodPost, "/carnets/"+string(b.class)+"/retirer", url.Values{"lien": {rest}}); w.Code != http.StatusSeeOther {
				t.Fatalf("unpinned: %d %s", w.Code, w.Body)
			}
			sees("after it was unpinned", ines, false)
		})
	}
}
