package program

import (
	"errors"
	"math"
)

// ErrFormat is what Decode answers to bytes that Encode did not write.
var ErrFormat = errors.New("program: not an encoded exercise of this version")

// The encoding: two magic bytes, a version byte, then the fields of each type in the order
// of layout.go. Integers are varints (zig-zag where negative makes sense), floats 8 bytes
// little-endian, strings and lists are prefixed by their length. There is one encoding of
// a Program, so its SHA-256 is its version.
const (
	magic0, magic1 = 'Q', 'P'
	formatVersion  = 1
	maxDepth       = 400 // nested expressions and rules; the parser allows fewer
)

// coder writes or reads, by one description of the layout for both directions.
type coder struct {
	buf     []byte
	reading bool
	depth   int
	err     error
}

func (c *coder) fail() {
	if c.err == nil {
		c.err = ErrFormat
		c.buf = nil
	}
}

func (c *coder) uint(p *uint64) {
	if !c.reading {
		c.buf = appendVarint(c.buf, *p)
		return
	}
	v, n := varint(c.buf)
	if n == 0 {
		c.fail()
	} else {
		c.buf = c.buf[n:]
	}
	*p = v
}

// appendVarint writes 7 bits a byte, least first. (encoding/binary has the same, and brings
// reflect to the device.)
func appendVarint(b []byte, v uint64) []byte {
	for ; v >= 0x80; v >>= 7 {
		b = append(b, byte(v)|0x80)
	}
	return append(b, byte(v))
}

// varint reads what appendVarint writes; n is 0 for anything else, overlong forms included,
// which would break "one encoding".
func varint(b []byte) (v uint64, n int) {
	for i, x := range b {
		if i == 10 || i == 9 && x > 1 {
			return 0, 0
		}
		v |= uint64(x&0x7f) << (7 * i)
		if x < 0x80 {
			if x == 0 && i > 0 {
				return 0, 0
			}
			return v, i + 1
		}
	}
	return 0, 0
}

func (c *coder) int64(p *int64) {
	u := uint64(*p)<<1 ^ uint64(*p>>63)
	c.uint(&u)
	*p = int64(u>>1) ^ -int64(u&1)
}

func (c *coder) int(p *int) {
	v := int64(*p)
	c.int64(&v)
	*p = int(v)
}

func (c *coder) float(p *float64) {
	if !c.reading {
		u := math.Float64bits(*p)
		for range 8 {
			c.buf = append(c.buf, byte(u))
			u >>= 8
		}
		return
	}
	if len(c.buf) < 8 {
		c.fail()
		return
	}
	u := uint64(0)
	for i := range 8 {
		u |= uint64(c.buf[i]) << (8 * i)
	}
	*p = math.Float64frombits(u)
	c.buf = c.buf[8:]
}

func (c *coder) bool(p *bool) {
	var u uint64
	if *p {
		u = 1
	}
	c.uint(&u)
	if u > 1 {
		c.fail()
	}
	*p = u == 1
}

func (c *coder) string(p *string) {
	n := uint64(len(*p))
	c.uint(&n)
	if !c.reading {
		c.buf = append(c.buf, *p...)
		return
	}
	if n > uint64(len(c.buf)) {
		c.fail()
		return
	}
	*p = string(c.buf[:n])
	c.buf = c.buf[n:]
}

// small codes any small unsigned type up to a known greatest value.
func small[T ~uint8 | ~uint16](c *coder, p *T, greatest T) {
	u := uint64(*p)
	c.uint(&u)
	if u > uint64(greatest) {
		c.fail()
		u = 0
	}
	*p = T(u)
}

// list codes a slice; an empty one reads back as nil.
func list[T any](c *coder, p *[]T, each func(*coder, *T)) {
	n := uint64(len(*p))
	c.uint(&n)
	if c.reading {
		if n > uint64(len(c.buf)) { // an element takes a byte at least
			c.fail()
			return
		}
		if n == 0 {
			return
		}
		*p = make([]T, n)
	}
	for i := range *p {
		if c.err != nil {
			return
		}
		each(c, &(*p)[i])
	}
}

// opt codes a pointer that may be nil.
func opt[T any](c *coder, p **T, each func(*coder, *T)) {
	some := *p != nil
	c.bool(&some)
	if !some || c.err != nil {
		return
	}
	if c.reading {
		*p = new(T)
	}
	each(c, *p)
}

// nest guards recursion.
func (c *coder) nest(deeper func()) {
	if c.depth++; c.depth > maxDepth {
		c.fail()
	} else {
		deeper()
	}
	c.depth--
}
