package xmlgate

import (
	"bytes"
	"io"

	"pupitre/internal/fault"
)

// Check reads a whole small document and refuses what a Reader would, and also an identifier given twice: it is for documents
// that another library is going to read, where two elements with one ID are how signatures are moved.
// Identifiers are the attributes ID, Id and id of no namespace, and xml:id.
func Check(b []byte, limits Limits) error {
	r := NewReader(bytes.NewReader(b), limits)
	seen := map[string]bool{}
	for {
		t, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		for _, a := range t.Attr {
			if !isIdentifier(a.Name) {
				continue
			}
			if seen[a.Value] {
				return fault.New(fault.Invalid, "xmlgate.identifier.duplicate", "line", t.Line, "id", near([]byte(a.Value)))
			}
			seen[a.Value] = true
		}
	}
}

func isIdentifier(n Name) bool {
	switch n.Space {
	case "":
		return n.Local == "ID" || n.Local == "Id" || n.Local == "id"
	case xmlSpace:
		return n.Local == "id"
	}
	return false
}
