package xmlgate

import (
	"bytes"
	"strconv"
)

// text reads up to the next tag, or to the end of the document where no element is open, and returns what was there: comments
// dropped, CDATA sections and references resolved, line ends as \n. It leaves the window at the tag's <.
func (r *Reader) text() ([]byte, error) {
	run, err := r.run()
	if err != nil {
		return nil, err
	}
	if r.held() == len(run) && r.stopped() {
		return nil, r.starved()
	}
	if next := r.byteAt(len(run) + 1); next != '!' && next != '?' {
		run = r.buf[r.at : r.at+len(run)] // looking ahead may have moved it
		if lines, ok := plain(run); ok {
			r.line += lines
			r.at += len(run)
			return run, nil
		}
	}
	return r.mixed()
}

// plain reports whether text is what it looks like, and counts its lines. Most is short: one walk is faster than four searches.
func plain(text []byte) (lines int, ok bool) {
	for _, c := range text {
		switch {
		case c > '&' && c != ']':
		case c == '\n':
			lines++
		case c == '&' || c == '\r' || c == ']':
			return 0, false
		}
	}
	return lines, true
}

// run brings everything up to the next < into the window, and returns it.
func (r *Reader) run() ([]byte, error) {
	for seen := 0; ; {
		b := r.buf[r.at+seen : r.end]
		if i := bytes.IndexByte(b, '<'); i >= 0 {
			seen += i
			if seen > r.limits.Text {
				return nil, r.fail("xmlgate.text.too-long", "limit", r.limits.Text)
			}
			return r.buf[r.at : r.at+seen], nil
		}
		if seen = r.held(); seen > r.limits.Text {
			return nil, r.fail("xmlgate.text.too-long", "limit", r.limits.Text)
		}
		if !r.more() {
			return r.buf[r.at:r.end], nil
		}
	}
}

// stopped reports whether the document ends, or fails, where it may not. What could be read has been.
func (r *Reader) stopped() bool { return len(r.stack) > 0 || r.refused != "" || r.failed != nil }

func (r *Reader) consume(n int) {
	r.line += bytes.Count(r.buf[r.at:r.at+n], newline)
	r.at += n
}

// mixed is text that must be rewritten, into r.scratch.
func (r *Reader) mixed() ([]byte, error) {
	r.scratch = r.scratch[:0]
	for spent := 0; ; {
		run, err := r.run()
		if err != nil {
			return nil, err
		}
		if len(r.stack) == 0 && !isBlank(run) { // not even a reference to a space (§2.8)
			return nil, r.fail("xmlgate.document.outside")
		}
		if err := r.resolve(run); err != nil {
			return nil, err
		}
		spent += len(run)
		r.consume(len(run))
		switch {
		case r.byteAt(0) == 0:
			if r.stopped() {
				return nil, r.starved()
			}
			return r.scratch, nil
		case r.byteAt(1) == '?':
			return nil, r.fail("xmlgate.instruction.refused")
		case r.byteAt(1) != '!':
			return r.scratch, nil
		}
		n, err := r.bang()
		if err != nil {
			return nil, err
		}
		if spent += n; spent > r.limits.Text {
			return nil, r.fail("xmlgate.text.too-long", "limit", r.limits.Text)
		}
	}
}

// bang reads a comment or a CDATA section at the window's beginning, and returns its length; anything else that begins with <! is refused.
func (r *Reader) bang() (int, error) {
	switch {
	case r.hasPrefix("<!--"):
		n, err := r.until(4, "--")
		if err != nil {
			return 0, err
		}
		if r.byteAt(n) != '>' { // §2.5: no -- inside
			return 0, r.malformed()
		}
		r.consume(n + 1)
		return n + 1, nil
	case r.hasPrefix("<![CDATA["):
		if len(r.stack) == 0 {
			return 0, r.fail("xmlgate.document.outside")
		}
		n, err := r.until(9, "]]>")
		if err != nil {
			return 0, err
		}
		r.appendLines(r.buf[r.at+9 : r.at+n-3])
		r.consume(n)
		return n, nil
	case r.hasPrefix("<!DOCTYPE"):
		return 0, r.fail("xmlgate.doctype.refused")
	}
	return 0, r.malformed()
}

func (r *Reader) hasPrefix(s string) bool {
	for r.held() < len(s) {
		if !r.more() {
			return false
		}
	}
	return string(r.buf[r.at:r.at+len(s)]) == s
}

// until brings everything up to and with the mark into the window, from the byte at from on, and returns its length.
func (r *Reader) until(from int, mark string) (int, error) {
	for {
		if i := bytes.Index(r.buf[r.at+from:r.end], []byte(mark)); i >= 0 {
			return from + i + len(mark), nil
		}
		from = max(from, r.held()-len(mark)+1)
		if from > r.limits.Text {
			return 0, r.fail("xmlgate.text.too-long", "limit", r.limits.Text)
		}
		if !r.more() {
			return 0, r.starved()
		}
	}
}

// resolve appends character data to r.scratch with its references resolved.
func (r *Reader) resolve(b []byte) error {
	if bytes.Contains(b, []byte("]]>")) { // §2.4
		return r.malformed()
	}
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			r.appendLines(b)
			return nil
		}
		r.appendLines(b[:i])
		char, n, err := r.reference(b[i:])
		if err != nil {
			return err
		}
		r.scratch = append(r.scratch, string(char)...)
		b = b[i+n:]
	}
}

// appendLines appends text with its line ends turned into \n (§2.11).
func (r *Reader) appendLines(b []byte) {
	for {
		i := bytes.IndexByte(b, '\r')
		if i < 0 {
			r.scratch = append(r.scratch, b...)
			return
		}
		r.scratch = append(append(r.scratch, b[:i]...), '\n')
		b = b[i+1:]
		if len(b) > 0 && b[0] == '\n' {
			b = b[1:]
		}
	}
}

// reference reads &name; or &#number; at the beginning of b, and returns the character and the length of the reference.
func (r *Reader) reference(b []byte) (rune, int, error) {
	const longest = 12
	i := bytes.IndexByte(b[:min(len(b), longest)], ';')
	if i < 0 {
		return 0, 0, r.fail("xmlgate.entity.refused", "name", near(b[1:min(len(b), longest)]))
	}
	name := string(b[1:i])
	switch name {
	case "amp":
		return '&', i + 1, nil
	case "lt":
		return '<', i + 1, nil
	case "gt":
		return '>', i + 1, nil
	case "quot":
		return '"', i + 1, nil
	case "apos":
		return '\'', i + 1, nil
	}
	if char, ok := numbered(name); ok {
		return char, i + 1, nil
	}
	return 0, 0, r.fail("xmlgate.entity.refused", "name", near(b[1:i]))
}

// numbered reads #233 or #xE9, for the characters of §2.2.
func numbered(s string) (rune, bool) {
	if len(s) < 2 || s[0] != '#' {
		return 0, false
	}
	digits, base := s[1:], 10
	if s[1] == 'x' {
		digits, base = s[2:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32) // takes no sign
	if err != nil {
		return 0, false
	}
	ok := n == '\t' || n == '\n' || n == '\r' || n >= 0x20 && n <= 0xD7FF || n >= 0xE000 && n <= 0xFFFD || n >= 0x10000 && n <= 0x10FFFF
	return rune(n), ok
}
