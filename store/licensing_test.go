package store_test

import (
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
		storetest.Walk(t, e, 2000, func(w *storetest.World) rapid.StateMachine { return storetest.NewMandateMachine(w) })
	})
}

// TestCopiesFollowTheModel does what distributors, managers, pupils, teachers and the calendar do, in any order, beside a model: 10,000
// operations on each engine; a million in scripts/soak.sh.
func TestCopiesFollowTheModel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		storetest.Walk(t, e, 10_000, func(w *storetest.World) rapid.StateMachine { return storetest.NewMachine(w) })
	})
}
