package app

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// heapFloor is how far the heap grows before it is collected.
const heapFloor = 64 << 20

// LooseHeap lets the heap grow to 64 MB between two collections where Go would collect it as soon as it has doubled: of a server most of
// what is allocated lives as long as one request, and what stays is some megabytes, so that it would spend a tenth of its time on
// collecting. A heap that is larger is collected as ever. Who sets GOGC decides otherwise, and GOMEMLIMIT holds all the same.
func LooseHeap() {
	if os.Getenv("GOGC") == "" {
		loosen()
	}
}

// loosen is done again after each collection, when what lives is known: that is when what nobody points to is finalized.
func loosen() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(percentFor(live[0].Value.Uint64()))
	runtime.SetFinalizer(&collected{}, func(*collected) { loosen() })
}

// collected holds a pointer, or Go might keep it among others that are collected later.
type collected struct{ _ *collected }

// percentFor is by how much a heap may grow in which so much lives.
func percentFor(live uint64) int {
	if live < 1 || live*2 >= heapFloor {
		return 100
	}
	return int(math.Min(float64(heapFloor-live)*100/float64(live), 800))
}
