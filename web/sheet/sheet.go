package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"pupitre/internal/fault"
)

// Table is what a file holds.
type Table struct {
	Rows  []Row
	Latin bool // it was not in UTF-8, and was read as Windows-1252
}

// Row is one line that is not blank, its cells without blanks around.
type Row struct {
	Line  int // as an editor counts, from 1
	Cells []string
}

// Read reads a table of at most a number of rows.
func Read(file []byte, most int) (Table, error) {
	if bytes.HasPrefix(file, []byte("PK\x03\x04")) || bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")) {
		return Table{}, fault.New(fault.Invalid, "sheet.workbook")
	}
	text, latin := Text(file)
	if strings.ContainsRune(text, 0) {
		return Table{}, fault.New(fault.Invalid, "sheet.binary")
	}
	t := Table{Latin: latin}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = separator(text), -1
	for {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			return Table{}, fault.New(fault.Invalid, "sheet.quote", "line", bad.StartLine)
		} else if err != nil {
			return Table{}, err
		}
		blank := true
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
			blank = blank && cells[i] == ""
		}
		if blank {
			continue
		}
		if len(t.Rows) == most {
			return Table{}, fault.New(fault.Invalid, "sheet.long", "most", most)
		}
		line, _ := r.FieldPos(0)
		t.Rows = append(t.Rows, Row{line, cells})
	}
	if len(t.Rows) == 0 {
		return Table{}, fault.New(fault.Invalid, "sheet.empty")
	}
	return t, nil
}

// Text is a file as text, and reports whether it was taken for Windows-1252.
func Text(file []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xfe")):
		return wide(file[2:], 0, 1), false
	case bytes.HasPrefix(file, []byte("\xfe\xff")):
		return wide(file[2:], 1, 0), false
	case utf8.Valid(file):
		return strings.TrimPrefix(string(file), "\ufeff"), false
	}
	out := make([]byte, 0, len(file)+len(file)/8)
	for _, b := range file {
		out = utf8.AppendRune(out, western(b))
	}
	return string(out), true
}

// wide reads UTF-16; low and high are where the two bytes of a unit are.
func wide(b []byte, low, high int) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, uint16(b[low])|uint16(b[high])<<8)
	}
	return string(utf16.Decode(units))
}

// western is a letter of Windows-1252.
func western(b byte) rune {
	const high = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	if b < 0x80 || b > 0x9f {
		return rune(b)
	}
	return []rune(high)[b-0x80]
}

// separator is the sign that the first line has most of, outside quotes.
func separator(text string) rune {
	var semicolons, commas, tabs int
	quoted := false
line:
	for _, c := range strings.TrimLeft(text, "\r\n") {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ';':
			semicolons++
		case c == ',':
			commas++
		case c == '\t':
			tabs++
		case c == '\n':
			break line
		}
	}
	switch {
	case tabs > semicolons && tabs > commas:
		return '\t'
	case commas > semicolons:
		return ','
	}
	return ';'
}
