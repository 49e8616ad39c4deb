package academy

// chance is a source of numbers that follows from a seed and never changes with the language's own: SplitMix64 (Steele, Lea,
// Flood 2014).
type chance uint64

// chanceOf makes an independent source from parts: the same parts, the same numbers.
func chanceOf(parts ...uint64) *chance {
	c := chance(0x2545f4914f6cdd1d)
	for _, p := range parts {
		c ^= chance(p)
		c = chance(c.next())
	}
	return &c
}

func (c *chance) next() uint64 {
	*c += 0x9e3779b97f4a7c15
	z := uint64(*c)
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// below is a number from 0 to n-1.
func (c *chance) below(n int) int { return int(c.next() % uint64(n)) }

// happens is true with the given probability.
func (c *chance) happens(p float64) bool { return float64(c.next()>>11)/(1<<53) < p }

func pick[T any](c *chance, list []T) T { return list[c.below(len(list))] }
