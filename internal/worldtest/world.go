package worldtest

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"pupitre/internal/app"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/lang"
)

// Options change the usual world: SQLite, one node, the machine's clock.
type Options struct {
	PostgreSQL bool // both products on one PostgreSQL server
	Nodes      int
	Now        func() time.Time
	Data       string // a folder to go on in
}

// World is a demonstration that lives as long as its test.
type World struct {
	*app.Demo
	Data     string
	Database string // the broker's
}

// Open starts one.
func Open(t testing.TB, o Options) *World {
	t.Helper()
	options := app.DemoOptions{Data: o.Data, Nodes: o.Nodes, Log: slog.New(slog.DiscardHandler), Words: lang.MustLoad(), Now: o.Now}
	if options.Data == "" {
		options.Data = t.TempDir()
	}
	if options.Now == nil {
		options.Now = clock.System
	}
	if o.PostgreSQL {
		for _, e := range dbtest.Engines() {
			if e.Name == db.PostgreSQL {
				options.Database, options.ExosDatabase = e.Address(t), e.Address(t)
			}
		}
	}
	demo, err := app.OpenDemo(t.Context(), options)
	if err != nil {
		t.Fatalf("open the demonstration: %v", err)
	}
	t.Cleanup(func() {
		if err := demo.Close(); err != nil {
			t.Errorf("close the demonstration: %v", err)
		}
	})
	return &World{demo, options.Data, cmp.Or(options.Database, "sqlite:"+filepath.Join(options.Data, "pupitre.db"))}
}

// JSON tells a journey where everything is.
func (w *World) JSON(t testing.TB, again bool) string {
	t.Helper()
	certificate := filepath.Join(w.Data, "certificats")
	text, err := json.Marshal(map[string]any{
		"again": again, "start": w.Start, "broker": w.Broker, "exos": w.Exos, "portal": w.Portal, "publisher": w.Publisher, "admin": w.Admin, "content": w.Content,
		"secure": w.Secure, "password": app.DemoPassword, "press": w.PublisherKey,
		"authority": filepath.Join(certificate, "autorite.pem"), "cert": filepath.Join(certificate, "distributeur.pem"), "key": filepath.Join(certificate, "distributeur.key"),
		"certificates": certificate, "school": "0991234D", "workbook": "ark:/99999/preau-labo-grammaire-5e",
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Soon tries f until it says yes, for at most the time given: for what Pupitre promises to be felt "within one second".
func Soon(ctx context.Context, within time.Duration, f func() bool) bool {
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if f() {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-deadline.C:
			return f()
		case <-tick.C:
		}
	}
}
