package retrieval

import (
	"bytes"
	"net/http"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/internal/sheet"
	"pupitre/licensing"
	"pupitre/web/console/hall"
	"pupitre/web/copyfile"
)

// maxLines is how many lines a list of persons may have: more than the largest school has persons.
const maxLines = 5000

// names is a list of persons as a manager has it, and whom of the school it means.
type names struct {
	persons []directory.PersonID // each once, in the order of the list
	wrong   []licensing.Refused  // the lines that name nobody, or nobody for sure
	latin   bool                 // the file was not in UTF-8, and was converted
}

// find reads a list as any file of persons is read, those who left the school included. Its lines are of no resource: they stand for all
// that were chosen.
func (c *Room) find(r *http.Request, at hall.Site, resources []catalogue.ResourceID, file []byte) (names, error) {
	f, headless, err := readNames(file)
	if err != nil {
		return names{}, err
	}
	var lines []licensing.Line
	var broken []error // beside each line
	for line, err := range f.Lines() {
		if len(lines) == maxLines {
			return names{}, fault.New(fault.Invalid, "sheet.file.long", "most", maxLines)
		}
		line.Resource = ""
		line.Number -= headless
		lines, broken = append(lines, line), append(broken, err)
	}
	roll, err := c.Rolls.Roll(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return names{}, err
	}
	m, err := roll.Match(true, resources, func(yield func(licensing.Line, error) bool) {
		for i, line := range lines {
			if !yield(line, broken[i]) {
				return
			}
		}
	})
	out := names{wrong: m.Refused, latin: f.Encoding == sheet.Latin1}
	if len(m.Orders) > 0 { // each person is in all of them
		for _, t := range m.Orders[0].Targets {
			out.persons = append(out.persons, directory.PersonID(t.ID))
		}
	}
	return out, err
}

// readNames begins to read a list; headless are the lines that were put before it: a column without a head is identifiers.
func readNames(file []byte) (f copyfile.File, headless int, err error) {
	f, err = copyfile.Read(bytes.NewReader(file))
	if fault.CodeOf(err) != "sheet.header.unknown" || bytes.ContainsAny(file, ";,\t|") {
		return f, 0, err
	}
	text, err := sheet.Text(file)
	if err != nil {
		return f, 0, err
	}
	f, err = copyfile.Read(bytes.NewReader([]byte("identifiant\n" + text)))
	return f, 1, err
}

// said are the lines that are not taken, each with why.
func (n names) said(s *look.Shell) []string {
	out := make([]string, len(n.wrong))
	for i, l := range n.wrong {
		out[i] = s.T("console.list.line", "line", l.Line, "why", hall.Why(s, l.Err))
	}
	return out
}
