package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	textunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"pupitre/internal/fault"
)

// MaxBytes is the most that a file may weigh: some 400,000 lines of a person and a resource.
const MaxBytes = 32 << 20

// maxCell is the most that a cell may hold, in bytes: a quotation mark left open would otherwise make one of the rest of the file.
const maxCell = 4000

// Encoding is how the letters of a file were written.
type Encoding string

// The encodings. Everything that is neither of the Unicode ones reads as Windows's Latin-1: there no byte is wrong.
const (
	UTF8   Encoding = "UTF-8"
	UTF16  Encoding = "UTF-16"
	Latin1 Encoding = "Latin-1"
)

// Column is something that a table may say of each row, with the names that its header may have. Case, accents and what is
// between words do not count.
type Column struct {
	ID    string
	Names []string
}

// Table is a file being read, row after row.
type Table struct {
	Encoding  Encoding
	Separator rune
	Ignored   []string // headers that are no column's

	rows *csv.Reader
	at   map[string]int // where each column stands
}

// Row is one row, and the line of the file on which it begins.
type Row struct {
	Line  int
	at    map[string]int
	cells []string
}

// Read begins to read a file: its encoding and its separator are found, its header is understood. What is refused is fault.Invalid.
func Read(from io.Reader, columns []Column) (*Table, error) {
	text, err := io.ReadAll(io.LimitReader(from, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	t, err := begin(text)
	if err != nil {
		return nil, err
	}
	header, err := t.rows.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fault.New(fault.Invalid, "sheet.file.empty")
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "sheet.header.form")
	}
	return t, t.understand(header, columns)
}

// Text is a file as text: what somebody sees of it before it is a table.
func Text(file []byte) (string, error) {
	text, _, err := decode(file)
	return string(text), err
}

// begin finds a file's encoding and its separator.
func begin(file []byte) (*Table, error) {
	if len(file) > MaxBytes {
		return nil, fault.New(fault.Invalid, "sheet.file.large", "most", MaxBytes>>20)
	}
	text, encoding, err := decode(file)
	if err != nil {
		return nil, err
	}
	t := &Table{Encoding: encoding, Separator: separator(text), rows: csv.NewReader(bytes.NewReader(text))}
	t.rows.Comma, t.rows.FieldsPerRecord = t.Separator, -1
	return t, nil
}

// decode gives the text in UTF-8 and says what it was in.
func decode(text []byte) ([]byte, Encoding, error) {
	switch {
	case bytes.HasPrefix(text, []byte("PK\x03\x04")), bytes.HasPrefix(text, []byte("\xd0\xcf\x11\xe0")):
		return nil, "", fault.New(fault.Invalid, "sheet.file.workbook")
	case bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) && utf8.Valid(text):
		return text[3:], UTF8, nil
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
		out, _, err := transform.Bytes(textunicode.UTF16(textunicode.LittleEndian, textunicode.UseBOM).NewDecoder(), text)
		return out, UTF16, err
	case bytes.IndexByte(text, 0) >= 0:
		return nil, "", fault.New(fault.Invalid, "sheet.file.binary")
	case utf8.Valid(text):
		return text, UTF8, nil
	}
	out, _, err := transform.Bytes(charmap.Windows1252.NewDecoder(), text)
	return out, Latin1, err
}

// separators are those that spreadsheets write, the French one first: it wins where a header has as many of another.
var separators = []rune{';', '\t', ',', '|'}

// separator is the sign that the first line has most of, outside quotation marks.
func separator(text []byte) rune {
	counts, quoted := map[rune]int{}, false
	for _, r := range string(bytes.TrimLeft(text, "\r\n")) {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[r]++
		}
	}
	best := separators[0]
	for _, r := range separators {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// understand finds the columns in the header.
func (t *Table) understand(header []string, columns []Column) error {
	known := map[string]string{}
	for _, c := range columns {
		for _, name := range append(c.Names, c.ID) {
			known[plain(name)] = c.ID
		}
	}
	t.at = map[string]int{}
	for i, name := range header {
		id, ok := known[plain(name)]
		if !ok {
			if name = strings.TrimSpace(name); name != "" {
				t.Ignored = append(t.Ignored, short(name))
			}
			continue
		}
		if _, twice := t.at[id]; twice {
			return fault.New(fault.Invalid, "sheet.header.twice", "name", short(name))
		}
		t.at[id] = i
	}
	if len(t.at) == 0 {
		var names []string
		for _, c := range columns {
			names = append(names, c.Names[0])
		}
		return fault.New(fault.Invalid, "sheet.header.unknown", "names", strings.Join(names, ", "))
	}
	return nil
}

// Has reports whether the header names a column.
func (t *Table) Has(column string) bool {
	_, ok := t.at[column]
	return ok
}

// Next gives the next row that says anything, io.EOF after the last. A row that breaks the form is fault.Invalid, with its line:
// the next call goes on after it.
func (t *Table) Next() (Row, error) {
	for {
		cells, err := t.rows.Read()
		if errors.Is(err, io.EOF) {
			return Row{}, io.EOF
		}
		if broken, ok := errors.AsType[*csv.ParseError](err); ok {
			return Row{Line: broken.StartLine}, fault.Wrap(err, fault.Invalid, "sheet.row.quotes")
		} else if err != nil {
			return Row{}, err
		}
		line, _ := t.rows.FieldPos(0)
		row := Row{Line: line, at: t.at, cells: cells}
		said := false
		for i, cell := range cells {
			if len(cell) > maxCell {
				return row, fault.New(fault.Invalid, "sheet.row.long")
			}
			if strings.IndexByte(cell, 0) >= 0 || strings.ContainsRune(cell, utf8.RuneError) {
				return row, fault.New(fault.Invalid, "sheet.row.letters")
			}
			cells[i] = bare(strings.TrimSpace(cell))
			said = said || cells[i] != ""
		}
		if said {
			return row, nil
		}
	}
}

// Get is a cell of the row; "" where the table has no such column or the row ends before it.
func (r Row) Get(column string) string {
	if i, ok := r.at[column]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// bare takes back what Harmless put before a cell.
func bare(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && Harmless(rest) != rest {
		return rest
	}
	return cell
}

// plain is a header without case, accents, and what is between words.
func plain(name string) string {
	folded, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		folded = name
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, folded)
}

// short is a name of somebody's file as a message may repeat it.
func short(name string) string {
	const most = 40
	if r := []rune(name); len(r) > most {
		return string(r[:most]) + "…"
	}
	return name
}
