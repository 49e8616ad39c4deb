package worldtest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
)

// An access is journalled before anything of it leaves: where the journal cannot take it the person is told that something failed, the site
// gets neither ticket nor code nor assertion nor message, and nothing is kept, the copy's first opening included. Afterwards the same
// person enters.
func TestWhereAnAccessCannotBeJournalledNothingLeavesAndNothingIsKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		p := newLaunchpad(t, e.Address(t))
		b := p.board(t)
		get := func(address string) func(federation.Token) *httptest.ResponseRecorder {
			return func(session federation.Token) *httptest.ResponseRecorder {
				return p.visit(t.Context(), session, http.MethodGet, address, nil)
			}
		}
		for name, way := range map[string]struct {
			enter func(federation.Token) *httptest.ResponseRecorder
			site  string
			gives string
		}{
			"CAS":            {get("/cas/login?service=" + url.QueryEscape(siteService)), siteService, "ticket"},
			"OpenID Connect": {get("/oidc/authorize?" + authorization), siteRedirect, "code"},
			"SAML":           {get("/saml/start?sp=" + url.QueryEscape(siteEntity)), siteConsumer, "SAMLResponse"},
			"LTI":            {func(session federation.Token) *httptest.ResponseRecorder { return b.open(t, session) }, b.tool.LTI.Redirects[0], "id_token"},
		} {
			one := federation.Token(p.next().session.Value)
			before, accesses := p.kept(t), p.accesses(t)
			p.noJournal(t, true)
			w := way.enter(one)
			if leaves(w, way.gives) || w.Code < http.StatusInternalServerError && !strings.HasPrefix(w.Header().Get("Location"), way.site+"?error=server_error") {
				t.Errorf("%s, not journalled: %d %s %s", name, w.Code, w.Header().Get("Location"), w.Body)
			}
			if kept := p.kept(t); kept != before {
				t.Errorf("%s, not journalled: %d rows are kept, %d before", name, kept, before)
			}
			p.noJournal(t, false)
			w = way.enter(one)
			if !leaves(w, way.gives) || p.accesses(t) != accesses+1 || p.kept(t) == before {
				t.Errorf("%s, journalled: %d, %d accesses, %d before: %s", name, w.Code, p.accesses(t), accesses, w.Body)
			}
		}
	})
}

// leaves reports whether an answer carries what it is called: in an address, or in a form that the browser posts.
func leaves(w *httptest.ResponseRecorder, what string) bool {
	to, err := url.Parse(w.Header().Get("Location"))
	return err != nil || to.Query().Has(what) || strings.Contains(w.Body.String(), `name="`+what+`"`)
}

// kept counts what entries leave, but for the journal.
func (p *launchpad) kept(t testing.TB) (n int) {
	t.Helper()
	err := p.Store.DB.Pool().QueryRowContext(t.Context(), `
		select (select count(*) from cas_ticket) + (select count(*) from oidc_grant) + (select count(*) from oidc_token) + (select count(*) from saml_session) +
			(select count(*) from lti_context) + (select count(*) from visit) + (select count(*) from holding where opened_at > 0)`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// noJournal has the journal refuse accesses, and those alone, or take them again.
func (p *launchpad) noJournal(t testing.TB, refuse bool) {
	t.Helper()
	taken := map[db.Engine][]string{db.SQLite: {`drop trigger no_access`}, db.PostgreSQL: {`drop trigger no_access on journal`, `drop function no_access`}}
	refused := map[db.Engine][]string{
		db.SQLite: {`create trigger no_access before insert on journal when new.verb = 'licensing.opened' begin select raise(fail, 'the journal is full'); end`},
		db.PostgreSQL: {
			`create function no_access() returns trigger language plpgsql as $$ begin raise exception 'the journal is full'; end $$`,
			`create trigger no_access before insert on journal for each row when (new.verb = 'licensing.opened') execute function no_access()`,
		},
	}
	statements := taken
	if refuse {
		statements = refused
	}
	err := p.Store.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, statement := range statements[p.Store.DB.Engine] {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
