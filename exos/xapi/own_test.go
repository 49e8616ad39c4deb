package xapi_test

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/store/storetest"
)

// tell makes our own statements on so many nodes at once.
func (w *world) tell(nodes int) {
	w.t.Helper()
	var all sync.WaitGroup
	for range nodes {
		all.Go(func() {
			if _, err := w.lrs.Tell(w.t.Context()); err != nil {
				w.t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestWhatAPupilDoesIsSaidOnceUnderAPseudonymOfTheRegister(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other := w.open("Ailleurs", "")
		v := w.Pupil("ines")
		prof := w.Visit(w.Arrive(storetest.Claims("nadia", exos.Teacher), "s9"))
		w.Sit(prof, 0)
		s := w.Sit(v, 0)
		w.Tell(v, w.Event(s, exos.Answered, storetest.Wrong))
		w.Tell(v, w.Event(s, exos.Answered, w.Declared(0, s.Seed)))
		for range 3 {
			w.tell(4)
			w.Clock.Pass(20 * time.Second)
		}
		list := w.all()
		var verbs []string
		for _, one := range list {
			verbs = append(verbs, one["verb"].(m)["display"].(m)["en"].(string))
		}
		count := map[string]int{}
		for _, v := range verbs {
			count[v]++
		}
		if count["attempted"] != 1 || count["answered"] != 2 || count["completed"] != 1 || len(list) != 4 {
			t.Fatalf("%v", verbs)
		}
		var right map[string]any
		for _, one := range list {
			if one["verb"].(m)["display"].(m)["en"] == "completed" {
				right = one
			}
		}
		result := right["result"].(m)
		if result["success"] != true || result["score"].(m)["scaled"] != 1.0 || result["duration"] != "PT30S" {
			t.Errorf("%v", result)
		}
		name := right["actor"].(m)["account"].(m)["name"].(string)
		elsewhere, _ := w.client(other, "all/read").find().statements()
		if len(elsewhere) != 4 || elsewhere[0]["actor"].(m)["account"].(m)["name"] == name {
			t.Error("two registers call a pupil the same")
		}
		body := w.program.find().body
		for _, secret := range []string{"ines", "Inès", string(v.Learner.ID), "NOWHERE", "5B", "0991234D"} {
			if bytes.Contains(body, []byte(secret)) {
				t.Errorf("%q is told", secret)
			}
		}

		// The register takes its own statements from others as well.
		for _, one := range list {
			for _, name := range []string{"id", "stored", "authority", "version"} {
				delete(one, name)
			}
			w.program.post(one).is(200)
		}

		// They go with the pupil.
		if _, err := w.Heed(t.Context(), exos.Notice{Issuer: v.Learner.Issuer, ID: "n1", Kind: exos.PersonErased, Subject: "ines", Ends: w.Clock.Now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		w.tell(1)
		if left, _ := w.client(other, "all").find().statements(); len(left) != 0 {
			t.Errorf("%d are left", len(left))
		}
	})
}

func TestAPublishersRegisterHasItsOwnModulesAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, p := range []exos.Publisher{{Name: "Le Préau", Prefix: "ark:/99999/preau."}, {Name: "Le Canal", Prefix: "ark:/99999/canal."}} {
			if _, err := w.AddPublisher(t.Context(), by, p); err != nil {
				t.Fatal(err)
			}
		}
		preau, canal := w.open("Le Préau", "ark:/99999/preau."), w.open("Le Canal", "ark:/99999/canal.")
		w.Sit(w.Pupil("ines"), 0)
		w.tell(1)
		for _, one := range []struct {
			p    *program
			want int
		}{{w.client(preau, "all"), 1}, {w.client(canal, "all"), 0}} {
			if list, _ := one.p.find().statements(); len(list) != one.want {
				t.Errorf("%d statements, want %d", len(list), one.want)
			}
		}
	})
}
