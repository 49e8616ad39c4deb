package worldtest_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/federation"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/recent"
	"pupitre/journal"
	"pupitre/licensing"
)

// Two nodes on one database, and a right that one of them withdraws. There it is refused at once. A node that has decided the launch a
// moment ago may still stand by it (a launch is one decision, not two); once that moment is over, a second, it refuses, too.
func TestWithdrawnOnOneNodeIsRefusedOnTheOtherWithinASecond(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		began := clock.System()
		var passed atomic.Int64
		now := func() time.Time { return began.Add(time.Duration(passed.Load())) }
		database := e.Address(t)
		h := newHouseAt(t, database, now)
		h.furnish(t, 4)
		b := h.board(t)
		site := federation.Client{ID: siteID, Sector: federation.Sector(b.work.Publisher.ID), Name: "Le labo", Resource: string(b.work.ARK),
			Algorithm: federation.ES256, Services: []federation.CASService{{Prefix: "https://labo.example/cas/"}}}
		if err := h.Federation.Register(t.Context(), journal.System("test"), site, ""); err != nil {
			t.Fatal(err)
		}
		other := newNode(t, database, now)
		session := h.arrive(t, "ines.marchal")
		ticket := func() string {
			t.Helper()
			w := h.visit(t.Context(), session, http.MethodGet, "/cas/login?service="+url.QueryEscape(siteService), nil)
			_, ticket, ok := strings.Cut(w.Header().Get("Location"), siteService+"?ticket=")
			if !ok {
				t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
			}
			return ticket
		}
		validate := func(node *brokerapp.Broker, ticket string) string {
			w := httptest.NewRecorder()
			node.Handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet,
				"http://pupitre.localhost/cas/p3/serviceValidate?"+url.Values{"service": {siteService}, "ticket": {ticket}}.Encode(), nil))
			switch body := w.Body.String(); {
			case strings.Contains(body, "<cas:authenticationSuccess>"):
				return "enters"
			case strings.Contains(body, "licensing.right.none"):
				return "withdrawn"
			default:
				return body
			}
		}
		is := func(what, want, got string) {
			t.Helper()
			if got != want {
				t.Errorf("%s: %s, want %s", what, got, want)
			}
		}
		is("before, on this node", "enters", validate(h.Broker, ticket()))
		is("before, on the other", "enters", validate(other, ticket()))

		atOnce, there, here, later := ticket(), ticket(), ticket(), ticket()
		order := licensing.Order{School: h.school.ID, Resources: []catalogue.ResourceID{b.work.ID}, Targets: []licensing.Target{licensing.ToPerson(b.person(t, "ines.marchal").ID)}}
		if _, err := other.Licensing.Release(t.Context(), journal.System("test"), order); err != nil {
			t.Fatal(err)
		}
		is("at once, on the node that withdrew it", "withdrawn", validate(other, there))
		is("in the same moment, on the node that had decided", "enters", validate(h.Broker, atOnce)) // else nothing below is of what is remembered
		passed.Add(int64(recent.Moment))
		is("a second later", "withdrawn", validate(h.Broker, here))
		if w := h.visit(t.Context(), session, http.MethodGet, "/cas/login?service="+url.QueryEscape(siteService), nil); w.Code != http.StatusForbidden || w.Header().Get("Location") != "" {
			t.Errorf("a new launch: %d %s", w.Code, w.Header().Get("Location"))
		}
		passed.Add(int64(time.Second))
		is("later", "withdrawn", validate(h.Broker, later))
	})
}
