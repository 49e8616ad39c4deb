package program

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends v as JSON: null, true, 3.5, "text", [ … ], { … }. Pairs and points are
// strings in lexical form, durations seconds. Written by hand: the device has no
// encoding/json.
func (v Value) AppendJSON(b []byte) []byte {
	switch {
	case !v.Some:
		return append(b, "null"...)
	case v.Card == Single:
		return v.One.appendJSON(b)
	case v.Card == Record:
		b = append(b, '{')
		for i, f := range v.Named {
			if i > 0 {
				b = append(b, ',')
			}
			b = AppendJSONString(b, f.Name)
			b = append(b, ':')
			b = f.Value.appendJSON(b)
		}
		return append(b, '}')
	}
	b = append(b, '[')
	for i, s := range v.Many {
		if i > 0 {
			b = append(b, ',')
		}
		b = s.appendJSON(b)
	}
	return append(b, ']')
}

// MarshalJSON makes v usable with encoding/json on the server.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

func (s Scalar) appendJSON(b []byte) []byte {
	switch s.Type {
	case None:
		return append(b, "null"...)
	case Boolean:
		return strconv.AppendBool(b, s.Int != 0)
	case Integer:
		return strconv.AppendInt(b, s.Int, 10)
	case Float, Duration:
		if math.IsNaN(s.Float) || math.IsInf(s.Float, 0) {
			return append(b, "null"...)
		}
		return append(b, FormatNumber(s.Float)...)
	}
	return AppendJSONString(b, s.Lexical())
}

// AppendJSONString appends s quoted; bytes that are not UTF-8 become U+FFFD.
func AppendJSONString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < 0x20 || r == 0x2028 || r == 0x2029 || r == '<' || r == '>' || r == '&':
			b = append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
