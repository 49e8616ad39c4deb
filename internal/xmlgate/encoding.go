package xmlgate

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// declaration reads the byte order mark and <?xml …?>, and settles the encoding. It runs once, on an empty window.
func (r *Reader) declaration() error {
	head := make([]byte, 3)
	n, err := io.ReadFull(r.src, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	head = head[:n]
	isWide := false
	switch {
	case bytes.Equal(head, []byte("\xEF\xBB\xBF")):
		head, r.mark = nil, int64(len(head))
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		if !r.limits.Encodings {
			return r.fail("xmlgate.encoding.refused", "encoding", "UTF-16")
		}
		order := binary.ByteOrder(binary.LittleEndian)
		if head[0] == 0xFE {
			order = binary.BigEndian
		}
		r.src, head, isWide = wide(io.MultiReader(bytes.NewReader(head[2:]), r.src), order), nil, true
	}
	return r.declared(head, isWide)
}

// longestDeclaration is more than any honest <?xml …?> takes.
const longestDeclaration = 256

// declared reads <?xml …?> byte by byte, before anything is checked as UTF-8: it says how to read the rest.
func (r *Reader) declared(head []byte, isWide bool) error {
	const open = "<?xml"
	b := head
	one := make([]byte, 1)
	for len(b) < longestDeclaration {
		if k := min(len(b), len(open)); string(b[:k]) != open[:k] || len(b) > len(open) && !isSpace(b[len(open)]) || bytes.HasSuffix(b, []byte("?>")) {
			break
		}
		if _, err := io.ReadFull(r.src, one); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		b = append(b, one[0])
	}
	if len(b) <= len(open) || string(b[:len(open)]) != open || !isSpace(b[len(open)]) {
		r.src = io.MultiReader(bytes.NewReader(b), r.src)
		return nil
	}
	content, ok := bytes.CutSuffix(b[len(open):], []byte("?>"))
	if !ok {
		return r.fail("xmlgate.declaration.malformed")
	}
	r.read += int64(len(b))
	encoding, err := r.pseudo(content)
	if err != nil {
		return err
	}
	r.line += bytes.Count(b, newline)
	return r.encode(encoding, isWide)
}

// pseudo reads the pseudo-attributes of the declaration (§2.8): version, then encoding, then standalone.
func (r *Reader) pseudo(b []byte) (encoding string, err error) {
	expected := []string{"version", "encoding", "standalone"}
	for first := true; ; first = false {
		trimmed := bytes.TrimLeft(b, " \t\r\n")
		if len(trimmed) == 0 {
			if first {
				return "", r.fail("xmlgate.declaration.malformed")
			}
			return encoding, nil
		}
		name, value, rest, ok := cutAttribute(trimmed)
		if !ok || len(trimmed) == len(b) {
			return "", r.fail("xmlgate.declaration.malformed")
		}
		at := 0
		for at < len(expected) && expected[at] != string(name) {
			at++
		}
		switch {
		case at == len(expected), first && at != 0:
			return "", r.fail("xmlgate.declaration.malformed")
		case string(name) == "version" && string(value) != "1.0":
			return "", r.fail("xmlgate.version.refused", "version", near(value))
		case string(name) == "encoding":
			encoding = near(value)
		case string(name) == "standalone" && string(value) != "yes" && string(value) != "no":
			return "", r.fail("xmlgate.declaration.malformed")
		}
		expected, b = expected[at+1:], rest
	}
}

// encode puts the converter that the declared encoding needs before the source.
func (r *Reader) encode(name string, isWide bool) error {
	upper := strings.ToUpper(name)
	switch upper {
	case "", "UTF-8", "UTF8", "US-ASCII", "ASCII":
		if !isWide {
			return nil
		}
	case "UTF-16", "UTF-16LE", "UTF-16BE":
		if isWide {
			return nil
		}
	}
	if table, ok := tables[upper]; ok && r.limits.Encodings && !isWide {
		r.src = narrow(r.src, table)
		return nil
	}
	return r.fail("xmlgate.encoding.refused", "encoding", name)
}

// tables are the characters in which an encoding differs from ISO-8859-1.
var tables = map[string]map[byte]rune{
	"ISO-8859-1": {}, "LATIN1": {},
	"ISO-8859-15": {0xA4: '€', 0xA6: 'Š', 0xA8: 'š', 0xB4: 'Ž', 0xB8: 'ž', 0xBC: 'Œ', 0xBD: 'œ', 0xBE: 'Ÿ'},
	"WINDOWS-1252": {
		0x80: '€', 0x82: '‚', 0x83: 'ƒ', 0x84: '„', 0x85: '…', 0x86: '†', 0x87: '‡', 0x88: 'ˆ', 0x89: '‰', 0x8A: 'Š', 0x8B: '‹', 0x8C: 'Œ', 0x8E: 'Ž',
		0x91: '‘', 0x92: '’', 0x93: '“', 0x94: '”', 0x95: '•', 0x96: '–', 0x97: '—', 0x98: '˜', 0x99: '™', 0x9A: 'š', 0x9B: '›', 0x9C: 'œ', 0x9E: 'ž', 0x9F: 'Ÿ',
	},
}

// converter turns another encoding into UTF-8, one character at a time.
type converter struct {
	src     *bufio.Reader
	next    func(*bufio.Reader) (rune, error) // -1 for what is no character
	pending []byte
	spare   [utf8.UTFMax]byte
}

func (c *converter) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(c.pending) == 0 {
			const unit = 4 // bytes of the longest character: with fewer at hand, give what there is rather than wait
			if n > 0 && c.src.Buffered() < unit {
				break
			}
			char, err := c.next(c.src)
			if err != nil {
				return n, err
			}
			if char < 0 {
				c.pending = append(c.spare[:0], 0xFF) // no UTF-8: the window refuses it
			} else {
				c.pending = utf8.AppendRune(c.spare[:0], char)
			}
		}
		k := copy(p[n:], c.pending)
		c.pending = c.pending[k:]
		n += k
	}
	return n, nil
}

func narrow(src io.Reader, table map[byte]rune) io.Reader {
	return &converter{src: bufio.NewReader(src), next: func(b *bufio.Reader) (rune, error) {
		c, err := b.ReadByte()
		if char, ok := table[c]; ok {
			return char, err
		}
		return rune(c), err
	}}
}

func wide(src io.Reader, order binary.ByteOrder) io.Reader {
	one := func(b *bufio.Reader) (rune, error) {
		var unit [2]byte
		_, err := io.ReadFull(b, unit[:])
		if err == io.ErrUnexpectedEOF {
			return -1, nil // half a unit
		}
		return rune(order.Uint16(unit[:])), err
	}
	return &converter{src: bufio.NewReader(src), next: func(b *bufio.Reader) (rune, error) {
		char, err := one(b)
		if err != nil || !utf16.IsSurrogate(char) {
			return char, err
		}
		low, err := one(b)
		if err == io.EOF {
			return -1, nil
		}
		if char = utf16.DecodeRune(char, low); char == utf8.RuneError {
			return -1, err
		}
		return char, err
	}}
}
