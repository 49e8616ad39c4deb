package store_test

import (
	"testing"

	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest"
)

// BenchmarkOrderToShelf is what it takes from a distributor's word until a class of thirty may open what was ordered for it: the delivery,
// its subscription, the standing assignment that serves them. Goal (issue « Catalogue, orders, Médiacentre »): at most a second.
func BenchmarkOrderToShelf(b *testing.B) {
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			w := storetest.NewWorld(b, e)
			for b.Loop() {
				b.StopTimer()
				deliver := storetest.Delivered(b, w, 30)
				b.StartTimer()
				deliver()
			}
		})
	}
}
