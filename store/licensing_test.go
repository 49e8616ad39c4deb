package store_test

import (
	"os"
	"testing"

	"pgregory.net/rapid"

	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest"
)

func TestLicensing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, storetest.Licensing)
}

// TestDelegatesFollowTheModel does what a delegate and their manager do, in any order, beside a model: 2,000 operations on each engine.
func TestDelegatesFollowTheModel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := storetest.NewWorld(t, e)
		runs := 0
		rapid.Check(t, func(r *rapid.T) {
			if runs++; runs > 34 && os.Getenv("PUPITRE_SOAK") == "" {
				return
			}
			m := rapid.StateMachineActions(storetest.NewMandateMachine(w))
			for range 2 {
				r.Repeat(m)
			}
		})
		w.Sound(t)
	})
}

// TestCopiesFollowTheModel does what distributors, managers, pupils and the calendar do, in any order, beside a model.
// 5,000 operations on each engine; where PUPITRE_SOAK is set, as many as -rapid.checks asks for.
func TestCopiesFollowTheModel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := storetest.NewWorld(t, e)
		runs := 0
		rapid.Check(t, func(r *rapid.T) {
			if runs++; runs > 56 && os.Getenv("PUPITRE_SOAK") == "" {
				return
			}
			m := rapid.StateMachineActions(storetest.NewMachine(w))
			for range 3 { // rapid's own runs are 30 steps long: too short for a copy to be sold, given, opened, ended and given again
				r.Repeat(m)
			}
		})
		w.Sound(t)
	})
}
