package app_test

import (
	"log/slog"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"pupitre/internal/app/brokerapp"
	"pupitre/internal/app/exosapp"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

// shared are the rooms that both products stand on; each product has an instance of its own of whatever keeps something.
var shared = []string{"journal", "journal/journaldb", "privacy", "internal/clock", "internal/db", "internal/fault", "internal/httpx", "internal/id", "internal/keyset",
	"internal/lang", "internal/live", "internal/look", "internal/metric", "internal/recent", "internal/sheet", "internal/tx", "internal/xmlgate"}

// linked lists the project's packages that a package brings along.
func linked(t *testing.T, pkg string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "pupitre/"+pkg).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var own []string
	for line := range strings.Lines(string(out)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "pupitre/"); ok {
			own = append(own, name)
		}
	}
	return own
}

// `pupitre serve --only exos` is Biblio Exos as any publisher could write it: nothing of the broker comes along, by no detour. And
// the broker knows nothing of an exercise.
func TestNeitherProductBringsTheOtherAlong(t *testing.T) {
	t.Parallel()
	for pkg, own := range map[string][]string{
		"internal/app/exosapp":    {"exos"},
		"internal/app/desktopapp": {"exos"},
		"internal/app/brokerapp":  {"directory", "catalogue", "licensing", "orders", "mediacentre", "federation", "partners", "store", "web", "token", "usage", "notify", "internal/libcrypto", "internal/mail", "internal/xmlsec"},
	} {
		found := linked(t, pkg)
		if len(found) < 10 {
			t.Fatalf("%s brings only %v: does the test still read the list?", pkg, found)
		}
		for _, name := range found {
			room, _, _ := strings.Cut(name, "/")
			if name != pkg && !slices.Contains(own, room) && !slices.Contains(own, name) && !slices.Contains(shared, name) {
				t.Errorf("%s brings along %s, which is neither its own nor shared", pkg, name)
			}
		}
	}
}

// Whichever product comes second to a database is refused, and the first finds it as it was.
func TestTheProductsRefuseEachOthersDatabase(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		broker := func(address string) error {
			b, err := brokerapp.Open(t.Context(), brokerapp.Settings{
				Database: address, Base: "http://pupitre.localhost", Client: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: clock.System, Words: lang.MustLoad(),
			})
			if err == nil {
				err = b.Close()
			}
			return err
		}
		exos := func(address string) error {
			x, err := exosapp.Open(t.Context(), exosapp.Settings{
				Database: address, Base: "http://exos.localhost", Content: "http://contenu.localhost", Issuer: "http://pupitre.localhost", ClientID: "exos", Client: http.DefaultClient,
				Log: slog.New(slog.DiscardHandler), Now: clock.System, Words: lang.MustLoad(),
			})
			if err == nil {
				err = x.Close()
			}
			return err
		}
		for name, order := range map[string]struct{ first, second func(string) error }{"the broker's": {broker, exos}, "Biblio Exos's": {exos, broker}} {
			address := e.Address(t)
			if err := order.first(address); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := order.second(address); fault.CodeOf(err) != "db.product.other" || !fault.Is(err, fault.Invalid) {
				t.Errorf("%s, opened by the other: %v", name, err)
			}
			if err := order.first(address); err != nil {
				t.Errorf("%s, afterwards: %v", name, err)
			}
		}
	})
}
