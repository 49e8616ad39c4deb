package program

// AppendValue appends the encoding of v, the same as inside a Program.
func AppendValue(b []byte, v Value) []byte {
	c := &coder{buf: b}
	c.value(&v)
	return c.buf
}

// AppendString appends a length and the bytes of s.
func AppendString(b []byte, s string) []byte {
	c := &coder{buf: b}
	c.string(&s)
	return c.buf
}

// Reader reads back what the Append functions wrote; after an error all reads give zero.
type Reader struct{ c coder }

// NewReader reads data.
func NewReader(data []byte) *Reader { return &Reader{coder{buf: data, reading: true}} }

// Value reads one value.
func (r *Reader) Value() (v Value) { r.c.value(&v); return v }

// String reads one string.
func (r *Reader) String() (s string) { r.c.string(&s); return s }

// Int reads one integer.
func (r *Reader) Int() (i int) { r.c.int(&i); return i }

// Float reads one float.
func (r *Reader) Float() (f float64) { r.c.float(&f); return f }

// Close tells whether all was read, exactly.
func (r *Reader) Close() error {
	if r.c.err == nil && len(r.c.buf) > 0 {
		return ErrFormat
	}
	return r.c.err
}

// AppendInt appends an integer.
func AppendInt(b []byte, i int) []byte {
	c := &coder{buf: b}
	c.int(&i)
	return c.buf
}

// AppendFloat appends a float.
func AppendFloat(b []byte, f float64) []byte {
	c := &coder{buf: b}
	c.float(&f)
	return c.buf
}

// Failed tells whether a read has failed already: a loop over a length should stop.
func (r *Reader) Failed() bool { return r.c.err != nil }
