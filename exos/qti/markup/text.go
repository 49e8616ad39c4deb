package markup

import (
	"strconv"
	"strings"
)

// Format is how a text is to be read.
type Format string

// The formats, by the names that GIFT has for them.
const (
	Moodle   Format = "moodle" // HTML in which line ends are kept
	HTML     Format = "html"
	Plain    Format = "plain"
	Markdown Format = "markdown"
)

// FormatNamed is the format of that name, in GIFT's words or in those of Moodle's XML; false where it is none.
func FormatNamed(name string) (Format, bool) {
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "moodle", "moodle_auto_format", "wiki_like":
		return Moodle, true
	case "html":
		return HTML, true
	case "plain", "plain_text":
		return Plain, true
	case "markdown":
		return Markdown, true
	}
	return Moodle, false
}

// Text is what a teacher typed.
type Text struct {
	Source string
	Format Format
}

// IsZero tells whether there is nothing.
func (t Text) IsZero() bool { return strings.TrimSpace(t.Source) == "" }

// Words is the text without its form, on one line.
func (t Text) Words() string {
	var b strings.Builder
	if t.Format == Plain {
		b.WriteString(t.Source)
	} else {
		words(&b, t.nodes())
	}
	space := func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' } // a no-break space is a sign
	return strings.Join(strings.FieldsFunc(withoutMarks(b.String()), space), " ")
}

// HasTeX tells whether the text holds a formula in TeX, which is shown as it was typed.
func (t Text) HasTeX() bool {
	for _, pair := range [][2]string{{"$$", "$$"}, {`\(`, `\)`}, {`\[`, `\]`}, {"[tex]", "[/tex]"}} {
		if _, after, ok := strings.Cut(t.Source, pair[0]); ok && strings.Contains(after, pair[1]) {
			return true
		}
	}
	return false
}

// Marks stand in a text for the places where the pupil acts: characters of the private use area, which no keyboard has.
const markBegin, markEnd = '\ue000', '\ue001'

// Mark is the sign of place i.
func Mark(i int) string { return string(markBegin) + strconv.Itoa(i) + string(markEnd) }

// withoutMarks takes all marks out of a text.
func withoutMarks(s string) string {
	var b strings.Builder
	cutMarks(s, func(text string) { b.WriteString(text) }, func(int) {})
	return b.String()
}

// cutMarks tells the pieces of s apart: words, and the numbers of places.
func cutMarks(s string, text func(string), place func(int)) {
	for s != "" {
		before, after, ok := strings.Cut(s, string(markBegin))
		if before != "" {
			text(strings.ReplaceAll(before, string(markEnd), ""))
		}
		if !ok {
			return
		}
		number, rest, ok := strings.Cut(after, string(markEnd))
		if n, err := strconv.Atoi(number); ok && err == nil && len(number) < 6 {
			place(n)
			after = rest
		}
		s = after
	}
}

// Setting is what a text is set into.
type Setting struct {
	// Places are what stands where Mark(i) is, written by a quill.
	Places []Place
	placed map[int]bool
}

// Place is one of the places where the pupil acts.
type Place struct {
	XML   string
	Block bool // stands by itself, not in a line
	Often bool // may be set more than once
}

// Placed tells whether place i was met. Each is set once, unless it may stand often.
func (s *Setting) Placed(i int) bool { return s.placed[i] }
