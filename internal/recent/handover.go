package recent

import (
	"sync"
	"time"
)

// Handover passes what one step decided to the step that follows at once. What is put is taken once, within a Moment; what nobody takes is
// forgotten. Its zero value is ready, and may be used by many at once.
type Handover[K comparable, V any] struct {
	mu           sync.Mutex
	kept, before map[K]remembered[V] // of this moment or half of it, and of the one before
	since        time.Time
}

// Put leaves a value. Where there are more than Most at a time, the oldest are forgotten.
func (h *Handover[K, V]) Put(key K, value V, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.kept == nil || len(h.kept) >= Most || now.Sub(h.since) >= Moment {
		h.before, h.kept, h.since = h.kept, map[K]remembered[V]{}, now
	}
	h.kept[key] = remembered[V]{value, now.Add(Moment)}
}

// Take takes a value; false where there is none that young.
func (h *Handover[K, V]) Take(key K, now time.Time) (V, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range []map[K]remembered[V]{h.kept, h.before} {
		if found, ok := m[key]; ok {
			delete(m, key)
			return found.value, now.Before(found.until)
		}
	}
	var none V
	return none, false
}
