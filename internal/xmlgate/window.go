package xmlgate

import (
	"encoding/binary"
	"io"
	"unicode/utf8"
)

// window is the part of the document in memory: buf[at:end] is checked UTF-8 not yet consumed, buf[end:raw] the beginning of a
// character whose rest is still to come.
type window struct {
	src   io.Reader
	limit int64 // bytes of the document
	read  int64 // bytes taken from src
	mark  int64 // bytes of the byte order mark, which read leaves out

	buf          []byte
	at, end, raw int

	over    bool   // src has nothing more
	failed  error  // src failed, not with io.EOF
	refused string // the code of what is wrong with the bytes after end
	why     []any
}

// A window is small until the document turns out to be long: most come one by one, and are short.
const (
	firstSize  = 4 << 10
	windowSize = 64 << 10
)

// held is the number of bytes that may be looked at.
func (w *window) held() int { return w.end - w.at }

// byteAt returns the byte off bytes ahead, 0 where the document ends before it. (0 itself is no character of XML.)
func (w *window) byteAt(off int) byte {
	for w.at+off >= w.end {
		if !w.more() {
			return 0
		}
	}
	return w.buf[w.at+off]
}

// atEnd reports whether the document is wholly consumed.
func (w *window) atEnd() bool { return w.byteAt(0) == 0 && w.refused == "" && w.failed == nil }

// more brings at least one more byte into the window, and reports whether it could. What is in the window may move.
func (w *window) more() bool {
	had := w.held()
	for idle := 0; w.held() == had; {
		if w.over || w.refused != "" || w.failed != nil {
			return false
		}
		w.room()
		space := w.buf[w.raw:]
		if left := w.limit - w.read; left < int64(len(space)) {
			space = space[:left+1] // one more byte than allowed tells too large from just right
		}
		n, err := w.src.Read(space)
		w.read += int64(n)
		w.raw += n
		if idle++; n > 0 {
			idle = 0
		}
		switch {
		case w.read > w.limit:
			w.refused, w.why = "xmlgate.document.too-large", []any{"limit", w.limit}
			return false
		case err == io.EOF:
			w.over = true
		case err != nil:
			w.failed = err
		case idle == 100:
			w.failed = io.ErrNoProgress
		}
		w.check()
	}
	return true
}

// room makes space to read into: by moving what is held to the front, or by doubling.
func (w *window) room() {
	if w.buf == nil {
		w.buf = make([]byte, firstSize)
	}
	size := 2 * len(w.buf)
	if len(w.buf) < windowSize && w.raw == len(w.buf) {
		size = windowSize
	} else if w.raw-w.at <= len(w.buf)/2 {
		if w.at > 0 && w.raw > len(w.buf)/2 {
			w.raw = copy(w.buf, w.buf[w.at:w.raw])
			w.end -= w.at
			w.at = 0
		}
		return
	}
	bigger := make([]byte, size)
	w.raw = copy(bigger, w.buf[w.at:w.raw])
	w.end -= w.at
	w.buf, w.at = bigger, 0
}

// check moves end over the bytes that are UTF-8 and characters of XML 1.0 (§2.2).
func (w *window) check() {
	const high, low = 0x8080808080808080, 0x2020202020202020
	b := w.buf[:w.raw]
	i := w.end
	for i < len(b) {
		// Eight at a time: none above 7F, none below 20.
		if i+8 <= len(b) {
			x := binary.LittleEndian.Uint64(b[i:])
			if (x|(x-low)&^x)&high == 0 {
				i += 8
				continue
			}
		}
		c := b[i]
		if c < utf8.RuneSelf {
			if c < ' ' && !isSpace(c) {
				w.refused = "xmlgate.character.forbidden"
				break
			}
			i++
			continue
		}
		char, size := utf8.DecodeRune(b[i:])
		if char == utf8.RuneError && size == 1 {
			if !w.over && !utf8.FullRune(b[i:]) {
				break // its rest is still to come
			}
			w.refused = "xmlgate.encoding.broken"
			break
		}
		if char == 0xFFFE || char == 0xFFFF {
			w.refused = "xmlgate.character.forbidden"
			break
		}
		i += size
	}
	w.end = i
}
