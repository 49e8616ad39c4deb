package store_test

import (
	"testing"

	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest"
)

func TestOperators(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, storetest.Operators)
}
