package worldtest_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/federation/local"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/lang"
	"pupitre/journal"
)

// A school without a portal, in a browser: a teacher comes in by a slip, a telephone and a passkey, and sees to their own account; another
// has a passkey and no telephone; another comes in without script, and so does a pupil where the school lets them.
func TestAccountsInABrowser(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) { journey(t, lodge(t, e), "accounts") })
}

// lodge is a broker for a school that has no portal, told as JSON with the slips of some of its people.
func lodge(t *testing.T, e dbtest.Engine) string {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	database := "sqlite:" + filepath.Join(t.TempDir(), "pupitre.db")
	if e.Name == db.PostgreSQL {
		database = e.Address(t)
	}
	base := "http://pupitre.localhost:" + port // a name, as passkeys need one
	b, err := brokerapp.Open(t.Context(), brokerapp.Settings{
		Database: database, Base: base, Portals: []brokerapp.Portal{{Project: "L01", Name: "Écoles sans portail", Kind: brokerapp.PortalLocal}},
		Secret: []byte("thirty-two bytes of an operator's key"), Log: slog.New(slog.DiscardHandler), Now: clock.System, Words: lang.MustLoad(),
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Run(context.WithoutCancel(t.Context()))
	server.Config.Handler = b.Handler
	server.Start()
	t.Cleanup(func() {
		server.Close()
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	archive, err := academy.WriteArchive(t.TempDir(), academy.Options{Schools: 1, Seed: 2026, Project: "L01"})
	if err != nil {
		t.Fatal(err)
	}
	source, err := provision.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	if report, err := b.Importer.Import(t.Context(), source, provision.Options{Project: "L01"}); err != nil || report.Err() != nil {
		t.Fatal(err, report.Err())
	}
	world := map[string]any{"broker": base, "again": e.Name == db.PostgreSQL}
	for name, login := range map[string]string{"teacher": "claire.vasseur", "other": "nadia.aubry", "pupil": "sacha.lemoine", "keyed": "karim.belhadj"} {
		world[name] = slipOf(t, b, login)
	}
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// slipOf makes the account of one of the cast, and says what its slip says.
func slipOf(t *testing.T, b *brokerapp.Broker, login string) map[string]string {
	t.Helper()
	who, ok := academy.FindCharacter(login)
	if !ok {
		t.Fatalf("nobody is called %s", login)
	}
	order, err := b.Accounts.Locate(t.Context(), who.School, who.External)
	if err != nil {
		t.Fatal(err)
	}
	slips, err := b.Accounts.Issue(t.Context(), local.Actor{By: journal.System("operator")}, order)
	if err != nil || len(slips) != 1 {
		t.Fatalf("%v, %v", slips, err)
	}
	return map[string]string{"login": string(slips[0].Login), "phrase": string(slips[0].Phrase)}
}
