package xmlgate

import (
	"bytes"

	"pupitre/internal/fault"
)

// fail makes an error at the line of the next token.
func (r *Reader) fail(code string, params ...any) error { return r.failAt(r.line, code, params...) }

func (r *Reader) failAt(line int, code string, params ...any) error {
	return fault.New(fault.Invalid, code, append([]any{"line", line}, params...)...)
}

// starved says why there is no more: the source failed, the document is too large or badly encoded, or it simply stops.
func (r *Reader) starved() error {
	end := r.line + bytes.Count(r.buf[r.at:r.end], newline)
	switch {
	case r.refused != "":
		return r.failAt(end, r.refused, r.why...)
	case r.failed != nil:
		return r.failed
	case len(r.stack) > 0:
		return r.failAt(end, "xmlgate.document.truncated", "path", r.Path())
	}
	return r.failAt(end, "xmlgate.markup.malformed", "near", near(r.buf[r.at:r.end]))
}

var newline = []byte{'\n'}

// near quotes the beginning of what could not be read, short enough for a message.
func near(b []byte) string {
	const enough = 40
	if len(b) > enough {
		b = b[:enough]
	}
	return string(bytes.Map(func(c rune) rune {
		if c < ' ' || c == '\uFFFD' {
			return ' '
		}
		return c
	}, b))
}
