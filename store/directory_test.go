package store_test

import (
	"testing"

	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest"
)

func TestDirectory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, storetest.Directory)
}

func TestProvision(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, storetest.Provision)
}

func TestOneRoster(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, storetest.OneRoster)
}
