package store_test

import (
	"testing"
	"time"

	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
)

func TestBothEnginesKeepWhatWasPromised(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		storetest.Run(t, func(t testing.TB, now func() time.Time) storetest.Stores {
			return &store.Store{DB: e.Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
		})
	})
}
