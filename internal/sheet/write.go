package sheet

import (
	"encoding/csv"
	"io"
	"strings"
)

// Writer writes a table that a French spreadsheet opens as it is. Errors are kept until Close.
type Writer struct {
	out   *csv.Writer
	first error
}

// NewWriter begins a table with its header.
func NewWriter(w io.Writer, header ...string) *Writer {
	_, err := io.WriteString(w, "\ufeff") // without the mark, spreadsheets of Windows read Latin-1
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	t := &Writer{out: out, first: err}
	t.Write(header...)
	return t
}

// Write writes one row. Cells that a spreadsheet would run as a formula are made text.
func (t *Writer) Write(cells ...string) {
	harmless := make([]string, len(cells))
	for i, cell := range cells {
		harmless[i] = Harmless(cell)
	}
	if err := t.out.Write(harmless); err != nil && t.first == nil {
		t.first = err
	}
}

// Close writes what is left, and says whether all was written.
func (t *Writer) Close() error {
	t.out.Flush()
	if t.first == nil {
		t.first = t.out.Error()
	}
	return t.first
}

// Harmless keeps a cell from being run: a spreadsheet calculates what begins with = + - @, or with a tab or a line's end before one
// (OWASP, « CSV Injection »). An apostrophe before it makes it text. Read gives the cell back without it.
func Harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
