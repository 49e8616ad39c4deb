package store_test

import (
	"testing"

	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, storetest.Usage)
}
