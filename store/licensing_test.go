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
// operations, 5,000 on each engine (on two cores 10 s of processor on SQLite, more on PostgreSQL with its server's); a million on each in
// scripts/soak.sh.
func TestCopiesFollowTheModel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		storetest.Walk(t, e, 5000, func(w *storetest.World) rapid.StateMachine { return storetest.NewMachine(w) })
	})
}
