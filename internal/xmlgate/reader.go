package xmlgate

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
)

// Kind is what a Token is.
type Kind uint8

// The kinds of tokens.
const (
	Start Kind = iota + 1
	End
	Text
)

// Name is an expanded name: the namespace's address ("" for none) and the local part.
type Name struct{ Space, Local string }

// String writes {space}local, as reports do.
func (n Name) String() string {
	if n.Space == "" {
		return n.Local
	}
	return "{" + n.Space + "}" + n.Local
}

// Attr is an attribute with its value, references resolved and white space normalised as §3.3.3 has it for CDATA.
type Attr struct {
	Name  Name
	Value string
}

// Token is one step through a document.
type Token struct {
	Kind Kind
	Name Name   // of a Start or End
	Attr []Attr // of a Start, in order, without xmlns; good until the next call of the Reader
	Text []byte // of a Text, references resolved, line ends \n; good until the next call of the Reader
	Line int    // where it begins, from 1
}

// Get returns the value of the attribute that has this local name and no namespace, "" if there is none.
func (t *Token) Get(local string) string {
	for i := range t.Attr {
		if t.Attr[i].Name.Local == local && t.Attr[i].Name.Space == "" {
			return t.Attr[i].Value
		}
	}
	return ""
}

// Blank reports whether a Text holds nothing but white space.
func (t *Token) Blank() bool { return isBlank(t.Text) }

// Reader reads one document. Once a method has returned an error, every later one returns the same.
type Reader struct {
	window
	names
	limits Limits

	stack    []frame
	attrs    []Attr
	scratch  []byte // text or value that differs from what is in the window
	line     int    // of the first byte not yet read as a token
	elements int64
	begun    bool // the declaration, or its absence, is behind us
	rooted   bool // the root has begun
	closing  bool // <a/> was read: its End is due
	err      error
}

// frame is an open element.
type frame struct {
	raw  string // the name as written, to match the end tag
	name Name
	held int // bindings in force around it
}

// NewReader returns a Reader of the document in src. It reads ahead.
func NewReader(src io.Reader, limits Limits) *Reader {
	l := limits.filled()
	return &Reader{window: window{src: src, limit: l.Bytes}, names: newNames(), limits: l, line: 1}
}

// Next returns the next token, and io.EOF after the end tag of the root and whatever may follow it.
// White space around the root is not shown.
func (r *Reader) Next() (t Token, err error) {
	if r.err == nil {
		r.err = r.next(&t)
	}
	if r.err != nil {
		return Token{}, r.err
	}
	return t, nil
}

// next fills an empty token: they are large, and there are millions.
func (r *Reader) next(t *Token) error {
	if r.closing {
		r.closing = false
		r.pop(t, r.line)
		return nil
	}
	if !r.begun {
		if err := r.declaration(); err != nil {
			return err
		}
		r.begun = true
	}
	line := r.line
	text, err := r.text()
	if err != nil {
		return err
	}
	if len(r.stack) == 0 {
		if !isBlank(text) {
			return r.failAt(line, "xmlgate.document.outside")
		}
		if r.atEnd() {
			return r.finish()
		}
	} else if len(text) > 0 {
		t.Kind, t.Text, t.Line = Text, text, line
		return nil
	}
	if r.byteAt(1) == '/' {
		return r.endTag(t)
	}
	return r.startTag(t)
}

// finish says how the document ended: io.EOF, or what was missing.
func (r *Reader) finish() error {
	if !r.rooted {
		return r.fail("xmlgate.document.empty")
	}
	return io.EOF
}

// Root returns the start of the document's root element. Call it first.
func (r *Reader) Root() (Token, error) { return r.Next() }

// Children yields the child elements of the element whose Start was returned last. Text between them must be white space.
// The caller may read a child (Text, Children, Next up to its End) or leave it: what is left is skipped. The sequence ends
// after the element's End, or with an error.
func (r *Reader) Children() iter.Seq2[Token, error] {
	return func(yield func(Token, error) bool) {
		outer := r.Depth()
		for {
			t, err := r.Next()
			switch {
			case err != nil:
				yield(Token{}, noEOF(err))
				return
			case t.Kind == End:
				return
			case t.Kind == Text:
				if !isBlank(t.Text) {
					r.err = r.failAt(t.Line, "xmlgate.text.misplaced", "path", r.Path())
					yield(Token{}, r.err)
					return
				}
				continue
			}
			if !yield(t, nil) {
				return
			}
			if err := r.leave(outer); err != nil {
				yield(Token{}, err)
				return
			}
		}
	}
}

// Text reads the simple content of the element whose Start was returned last, up to and with its End.
// A child element in it is an error; comments and CDATA are not.
func (r *Reader) Text() (string, error) {
	b, err := r.Bytes()
	return string(b), err
}

// Trimmed is Text without the white space around it.
func (r *Reader) Trimmed() (string, error) {
	b, err := r.Bytes()
	return string(bytes.Trim(b, " \t\r\n")), err
}

// Bytes is Text without the copy: what it returns is good until the next call of the Reader.
func (r *Reader) Bytes() ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	b, err := r.simple()
	if err != nil {
		r.err = noEOF(err)
		return nil, r.err
	}
	return b, nil
}

func (r *Reader) simple() ([]byte, error) {
	if r.closing {
		r.closing = false
		r.pop(&Token{}, r.line)
		return nil, nil
	}
	text, err := r.text()
	if err != nil {
		return nil, err
	}
	if r.byteAt(1) != '/' {
		return nil, r.fail("xmlgate.element.misplaced", "path", r.Path())
	}
	// The end tag may need more of the document, and reading more moves the window: text must not live there then.
	if !r.holdsEndTag() {
		r.scratch = append(r.scratch[:0], text...)
		text = r.scratch
	}
	if err := r.endTag(&Token{}); err != nil {
		return nil, err
	}
	return text, nil
}

// Skip reads to the End of the element whose Start was returned last.
func (r *Reader) Skip() error { return r.leave(r.Depth() - 1) }

// leave reads until no more than depth elements are open.
func (r *Reader) leave(depth int) error {
	for r.Depth() > depth {
		if _, err := r.Next(); err != nil {
			return noEOF(err)
		}
	}
	return nil
}

// Depth is the number of open elements.
func (r *Reader) Depth() int { return len(r.stack) }

// Line is where the next token begins, from 1.
func (r *Reader) Line() int { return r.line }

// Offset is how many bytes of the document lie before the next token, for a document in UTF-8.
// White space and comments before a tag count as before it only where they were returned as a Text.
func (r *Reader) Offset() int64 { return r.mark + r.read - int64(r.raw-r.at) }

// Path writes the open elements by their local names, outermost first: "abonnement/uaiEtab".
func (r *Reader) Path() string {
	parts := make([]string, len(r.stack))
	for i, f := range r.stack {
		parts[i] = f.name.Local
	}
	return strings.Join(parts, "/")
}

// noEOF keeps a caller that is inside an element from taking the end of the document for the end of its work.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func isBlank(b []byte) bool {
	for _, c := range b {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
