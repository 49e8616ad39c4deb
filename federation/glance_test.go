package federation_test

import (
	"testing"
	"time"

	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/store/storetest/federationtest"
)

// A page that lies open and renews itself keeps nobody signed in, and is told of the end like any other.
func TestAGlanceIsNoUseOfASession(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		token := w.Arrive(t, "ent-ines")
		for range 11 {
			w.Clock.Advance(10 * time.Minute)
			if p, err := w.Service.Glance(t.Context(), token); err != nil || p.Person.ID != federationtest.Ines {
				t.Fatalf("%+v, %v", p.Person, err)
			}
		}
		w.Clock.Advance(11 * time.Minute)
		if _, err := w.Service.Glance(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("after two hours without a click: %v", err)
		}
		token = w.Arrive(t, "ent-ines")
		if _, err := w.Service.SignOut(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Service.Glance(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("after signing out: %v", err)
		}
	})
}
