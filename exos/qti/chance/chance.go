package chance

import "math/bits"

// Source is one stream of draws.
type Source struct{ state uint64 }

// New opens the stream called label under seed.
func New(seed uint64, label string) *Source {
	hash := uint64(0xcbf29ce484222325)
	for i := range len(label) {
		hash = (hash ^ uint64(label[i])) * 0x100000001b3
	}
	s := &Source{state: seed ^ hash}
	s.state = s.Uint64()
	return s
}

// Uint64 draws 64 bits.
func (s *Source) Uint64() uint64 {
	s.state += 0x9E3779B97F4A7C15
	z := s.state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// Below draws an integer in [0, n), evenly; 0 for n of 0.
func (s *Source) Below(n uint64) uint64 {
	if n == 0 {
		return 0
	}
	// Multiply-and-reject (Lemire 2019): the first 2⁶⁴ mod n low halves would favour some results.
	reject := -n % n
	for {
		hi, lo := bits.Mul64(s.Uint64(), n)
		if lo >= reject {
			return hi
		}
	}
}

// Unit draws a float in [0, 1), a multiple of 2⁻⁵³.
func (s *Source) Unit() float64 { return float64(s.Uint64()>>11) * 0x1p-53 }

// Shuffle draws an order of n places: the i-th element of the result is the index that
// stands at place i. Indexes for which fixed is true keep their place; nil fixes none.
func (s *Source) Shuffle(n int, fixed func(int) bool) []int {
	order := make([]int, n)
	free := make([]int, 0, n)
	for i := range order {
		order[i] = i
		if fixed == nil || !fixed(i) {
			free = append(free, i)
		}
	}
	for i := len(free) - 1; i > 0; i-- {
		j := int(s.Below(uint64(i + 1)))
		a, b := free[i], free[j]
		order[a], order[b] = order[b], order[a]
	}
	return order
}
