package provision

import (
	"encoding/binary"
	"slices"
)

// raw is a record as it was read: the values of its simple elements in the order of the document. The parser uses one raw for
// a whole file, so whoever keeps one encodes it.
type raw struct {
	kind   kind
	file   int // number of the file within the set
	line   int
	text   []byte
	values []value
}

// value is a part of raw.text.
type value struct {
	field      field
	start, end int
}

func (r *raw) reset(k kind, file, line int) {
	r.kind, r.file, r.line, r.text, r.values = k, file, line, r.text[:0], r.values[:0]
}

func (r *raw) add(f field, b []byte) {
	start := len(r.text)
	r.text = append(r.text, b...)
	r.values = append(r.values, value{f, start, len(r.text)})
}

// one returns the first value of a field, "" if there is none.
func (r *raw) one(f field) string {
	for _, v := range r.values {
		if v.field == f {
			return string(r.text[v.start:v.end])
		}
	}
	return ""
}

// bytes returns the first value of a field, good until the record is reset.
func (r *raw) bytes(f field) []byte {
	for _, v := range r.values {
		if v.field == f {
			return r.text[v.start:v.end]
		}
	}
	return nil
}

// all returns every value of a field.
func (r *raw) all(f field) []string {
	var out []string
	for _, v := range r.values {
		if v.field == f {
			out = append(out, string(r.text[v.start:v.end]))
		}
	}
	return out
}

// under returns the values of a field that follow a head with the given value: the posts of one school, the profile there.
func (r *raw) under(head field, is string, f field) []string {
	var out []string
	in := false
	for _, v := range r.values {
		switch v.field {
		case head:
			in = canonical(string(r.text[v.start:v.end])) == is
		case f:
			if in {
				out = append(out, string(r.text[v.start:v.end]))
			}
		}
	}
	return out
}

// encode appends the record to b. Encoded records of one kind sort by file and line.
func (r *raw) encode(b []byte) []byte {
	b = append(b, byte(r.kind))
	b = binary.BigEndian.AppendUint32(b, uint32(r.file))
	b = binary.BigEndian.AppendUint32(b, uint32(r.line))
	for _, v := range r.values {
		b = append(b, byte(v.field))
		b = binary.AppendUvarint(b, uint64(v.end-v.start))
		b = append(b, r.text[v.start:v.end]...)
	}
	return b
}

// decode reads what encode wrote. It trusts b, which is ours, but not to the point of a panic.
func decode(b []byte) raw {
	var r raw
	const head = 9 // bytes
	if len(b) < head {
		return r
	}
	r.kind, r.file, r.line = kind(b[0]), int(binary.BigEndian.Uint32(b[1:])), int(binary.BigEndian.Uint32(b[5:]))
	b = b[head:]
	r.text, r.values = slices.Clone(b), make([]value, 0, 16)
	for at := 0; at < len(b); {
		f := field(b[at])
		size, n := binary.Uvarint(b[at+1:])
		start := at + 1 + max(n, 0)
		end := start + int(size)
		if n <= 0 || end > len(b) {
			break
		}
		r.values = append(r.values, value{f, start, end})
		at = end
	}
	return r
}
