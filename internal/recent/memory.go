package recent

import (
	"cmp"
	"sync"
	"time"
)

const (
	// Moment is how old what a Memory says may be.
	Moment = time.Second

	// Most is how many values one keeps that says nothing else.
	Most = 4096
)

// Memory remembers values by a key. Its zero value is ready, and may be used by many at once.
type Memory[K comparable, V any] struct {
	Most int // of values that are kept: where there would be one more, all are forgotten; 0: Most

	mu   sync.Mutex
	kept map[K]remembered[V]
}

type remembered[V any] struct {
	value V
	until time.Time
}

// Find returns what is remembered, or reads it. What cannot be read is not remembered: strangers cannot fill it with names of nothing.
func (m *Memory[K, V]) Find(key K, now time.Time, read func() (V, error)) (V, error) {
	m.mu.Lock()
	found, ok := m.kept[key]
	m.mu.Unlock()
	if ok && now.Before(found.until) {
		return found.value, nil
	}
	value, err := read()
	if err != nil {
		return value, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.kept[key]; m.kept == nil || !there && len(m.kept) >= cmp.Or(m.Most, Most) {
		m.kept = map[K]remembered[V]{}
	}
	m.kept[key] = remembered[V]{value, now.Add(Moment)}
	return value, nil
}

// Forget forgets one value: for whoever has changed it here.
func (m *Memory[K, V]) Forget(key K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, key)
}
