package id

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
	"sync"
	"time"
)

// Length is the number of characters of every id.
const Length = 20

const (
	alphabet  = "0123456789abcdefghjkmnpqrstvwxyz"
	timeChars = 9  // 45 bits of milliseconds: until the year 3084
	randBits  = 55 // 11 characters
)

// Maker makes ids. The zero Maker is not usable: call NewMaker. It is safe for concurrent use.
type Maker struct {
	now  func() time.Time
	read func([]byte)

	mu   sync.Mutex
	ms   uint64
	rest uint64
}

// NewMaker returns a Maker on the given clock.
func NewMaker(now func() time.Time) *Maker {
	return &Maker{now: now, read: func(b []byte) { rand.Read(b) }} // crypto/rand.Read never fails since Go 1.24
}

// Seeded returns a Maker whose ids follow from the seed: for tests and for generated academies that must come out
// the same each time.
func Seeded(now func() time.Time, seed uint64) *Maker {
	return &Maker{now: now, read: func(b []byte) {
		// SplitMix64 (Steele, Lea, Flood 2014): small, and enough to look scattered.
		seed += 0x9e3779b97f4a7c15
		z := seed
		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
		z = (z ^ (z >> 27)) * 0x94d049bb133111eb
		binary.BigEndian.PutUint64(b, z^(z>>31))
	}}
}

// New returns an id greater than every one this Maker has made.
func (m *Maker) New() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	ms := uint64(m.now().UnixMilli())
	if ms > m.ms {
		var b [8]byte
		m.read(b[:])
		// The top bit stays clear, so that counting up within the millisecond cannot overflow.
		m.ms, m.rest = ms, binary.BigEndian.Uint64(b[:])>>(64-randBits+1)
	} else {
		// Same millisecond, or a clock that stepped back: count up by a random stride, which keeps ids unguessable.
		var b [8]byte
		m.read(b[:])
		m.rest += 1 + binary.BigEndian.Uint64(b[:])>>36
		if m.rest >= 1<<randBits {
			m.ms, m.rest = m.ms+1, m.rest-1<<randBits
		}
	}
	return encode(m.ms, m.rest)
}

func encode(ms, rest uint64) string {
	var out [Length]byte
	for i := timeChars - 1; i >= 0; i-- {
		out[i] = alphabet[ms&31]
		ms >>= 5
	}
	for i := Length - 1; i >= timeChars; i-- {
		out[i] = alphabet[rest&31]
		rest >>= 5
	}
	return string(out[:])
}

// Floor is the least id that can be made at an instant: ids of a time are found by their order.
func Floor(t time.Time) string { return encode(uint64(max(0, t.UnixMilli())), 0) }

// Valid reports whether s has the form of an id. It says nothing about whether the thing exists.
func Valid(s string) bool {
	if len(s) != Length {
		return false
	}
	for i := range len(s) {
		if strings.IndexByte(alphabet, s[i]) < 0 {
			return false
		}
	}
	return true
}
