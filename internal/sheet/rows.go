package sheet

import (
	"errors"
	"io"

	"pupitre/internal/fault"
)

// Rows reads the whole of a table that may have no header, of at most a number of rows, and says in what it was written. What is refused
// is fault.Invalid; unlike Next it stops at the first row that breaks the form, and says which.
func Rows(file []byte, most int) ([]Row, Encoding, error) {
	t, err := begin(file)
	if err != nil {
		return nil, "", err
	}
	var rows []Row
	for {
		row, err := t.Next()
		switch {
		case errors.Is(err, io.EOF) && len(rows) == 0:
			return nil, t.Encoding, fault.New(fault.Invalid, "sheet.file.empty")
		case errors.Is(err, io.EOF):
			return rows, t.Encoding, nil
		case fault.Is(err, fault.Invalid):
			return nil, t.Encoding, fault.Wrap(err, fault.Invalid, "sheet.rows.broken", "line", row.Line)
		case err != nil:
			return nil, t.Encoding, err
		case len(rows) == most:
			return nil, t.Encoding, fault.New(fault.Invalid, "sheet.file.long", "most", most)
		}
		rows = append(rows, row)
	}
}

// Cells are the row's cells, without blanks around.
func (r Row) Cells() []string { return r.cells }

// Text is a file as text: what somebody sees of it before it is a table.
func Text(file []byte) (string, error) {
	text, _, err := decode(file)
	return string(text), err
}
