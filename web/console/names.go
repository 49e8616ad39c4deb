package console

import (
	"net/http"
	"slices"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/internal/sheet"
)

// maxLines is how many lines a list of persons may have: more than the largest school has persons.
const maxLines = 5000

// names is a list of persons as a manager has it, and whom of the school it means.
type names struct {
	persons []directory.PersonID // each once, in the order of the list
	wrong   []wrongLine
	latin   bool // the file was not in UTF-8, and was converted
}

// wrongLine is a line that names nobody, or nobody for sure. Its words are console.list.<why>.
type wrongLine struct {
	line int
	why  string
	text string // what the line says
}

func (l wrongLine) say(s *look.Shell) string {
	return s.T("console.list."+l.why, "line", l.line, "text", l.text)
}

// columns says where a list has what; -1 for nowhere.
type columns struct{ id, family, given, class int }

// headings are the words by which lists call their columns.
var headings = map[string]func(*columns) *int{
	"identifiant": func(c *columns) *int { return &c.id }, "id": func(c *columns) *int { return &c.id }, "identifier": func(c *columns) *int { return &c.id },
	"nom": func(c *columns) *int { return &c.family }, "eleve": func(c *columns) *int { return &c.family }, "name": func(c *columns) *int { return &c.family },
	"last name": func(c *columns) *int { return &c.family }, "nom de famille": func(c *columns) *int { return &c.family },
	"prenom": func(c *columns) *int { return &c.given }, "first name": func(c *columns) *int { return &c.given },
	"classe": func(c *columns) *int { return &c.class }, "division": func(c *columns) *int { return &c.class }, "class": func(c *columns) *int { return &c.class },
}

// readHead finds the columns; false where the first line is no head.
func readHead(cells []string) (columns, bool) {
	c := columns{-1, -1, -1, -1}
	for i, cell := range cells {
		if at := headings[directory.Fold(cell)]; at != nil && *at(&c) < 0 {
			*at(&c) = i
		}
	}
	return c, c.id >= 0 || c.family >= 0
}

// find reads a list: by « identifiant » (the portal's), or by name and class; one column without a head is identifiers. Those who left the
// school are looked for too.
func (c *Room) find(r *http.Request, at site, labels cohorts, gone []directory.PersonID, file []byte) (names, error) {
	rows, encoding, err := sheet.Rows(file, maxLines)
	if err != nil {
		return names{}, err
	}
	cols, headed := readHead(rows[0].Cells())
	switch {
	case headed:
		rows = rows[1:]
	case slices.ContainsFunc(rows, func(row sheet.Row) bool { return len(row.Cells()) > 1 }):
		return names{}, fault.New(fault.Invalid, "console.list.head")
	default:
		cols.id = 0
	}
	f := finder{room: c, r: r, at: at, labels: labels, cols: cols}
	if err := f.load(gone); err != nil {
		return names{}, err
	}
	out := names{latin: encoding == sheet.Latin1}
	seen := map[directory.PersonID]bool{}
	for _, row := range rows {
		person, why, err := f.person(row.Cells())
		switch {
		case err != nil:
			return names{}, err
		case why == "" && seen[person]:
			out.wrong = append(out.wrong, wrongLine{row.Line, "twice", f.said(row.Cells())})
		case why != "":
			out.wrong = append(out.wrong, wrongLine{row.Line, why, f.said(row.Cells())})
		default:
			seen[person] = true
			out.persons = append(out.persons, person)
		}
	}
	return out, nil
}

// finder knows the persons of a school by their names and classes.
type finder struct {
	room   *Room
	r      *http.Request
	at     site
	labels cohorts
	cols   columns
	here   map[directory.PersonID]bool
	byName map[string][]directory.PersonID
	in     map[string]map[directory.PersonID]bool // by the folded label of a class
}

// load reads who is in the school, and who left it with a copy.
func (f *finder) load(gone []directory.PersonID) error {
	f.here, f.byName, f.in = map[directory.PersonID]bool{}, map[string][]directory.PersonID{}, map[string]map[directory.PersonID]bool{}
	add := func(id directory.PersonID, name directory.Name) {
		if f.here[id] {
			return
		}
		f.here[id] = true
		for _, key := range []string{directory.Fold(name.Family + " " + name.Given), directory.Fold(name.Given + " " + name.Family)} {
			if !slices.Contains(f.byName[key], id) {
				f.byName[key] = append(f.byName[key], id)
			}
		}
	}
	err := f.room.eachPerson(f.r, f.at.school.ID, directory.Filter{Among: f.at.scope()}, func(m directory.Member) error {
		add(m.Person, m.Name)
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range gone {
		p, err := f.room.People.FindPerson(f.r.Context(), id)
		if fault.Is(err, fault.NotFound) {
			continue
		} else if err != nil {
			return err
		}
		add(id, p.Name)
	}
	return nil
}

// eachPerson does something with every person of a filter.
func (c *Room) eachPerson(r *http.Request, school directory.SchoolID, filter directory.Filter, do func(directory.Member) error) error {
	page := directory.Page{Limit: directory.MaxPage}
	for {
		some, err := c.People.ListPersons(r.Context(), school, filter, page)
		if err != nil {
			return err
		}
		for _, m := range some {
			if err := do(m); err != nil {
				return err
			}
		}
		if len(some) < directory.MaxPage {
			return nil
		}
		page.After = some[len(some)-1].Key
	}
}

// members are the persons of a class, nil where the school has no such class.
func (f *finder) members(label string) (map[directory.PersonID]bool, error) {
	key := directory.Fold(label)
	if in, ok := f.in[key]; ok {
		return in, nil
	}
	for _, cohort := range sorted(f.labels) {
		if cohort.Kind != directory.Class || directory.Fold(cohort.Label) != key && directory.Fold(cohort.Code) != key {
			continue
		}
		in := map[directory.PersonID]bool{}
		err := f.room.eachPerson(f.r, f.at.school.ID, directory.Filter{Cohort: cohort.ID}, func(m directory.Member) error {
			in[m.Person] = true
			return nil
		})
		f.in[key] = in
		return in, err
	}
	f.in[key] = nil
	return nil, nil
}

// cell is what a line says in a column.
func cell(cells []string, at int) string {
	if at < 0 || at >= len(cells) {
		return ""
	}
	return cells[at]
}

// said is a line as a message repeats it, no longer than a name is.
func (f *finder) said(cells []string) string {
	text := cell(cells, f.cols.id)
	if text == "" {
		text = cell(cells, f.cols.family)
		for _, more := range []string{cell(cells, f.cols.given), cell(cells, f.cols.class)} {
			if more != "" {
				text += " " + more
			}
		}
	}
	const most = 60
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}

// person finds whom a line means, or says why it means nobody.
func (f *finder) person(cells []string) (id directory.PersonID, why string, err error) {
	if external := cell(cells, f.cols.id); external != "" {
		p, err := f.room.People.FindPersonByExternal(f.r.Context(), f.at.school.Project, external)
		if fault.Is(err, fault.NotFound) || err == nil && !f.here[p.ID] {
			return "", "unknown.id", nil
		}
		return p.ID, "", err
	}
	name := cell(cells, f.cols.family)
	if given := cell(cells, f.cols.given); given != "" {
		name += " " + given
	}
	label := cell(cells, f.cols.class)
	if name == "" {
		return "", "blank", nil
	}
	some := f.byName[directory.Fold(name)]
	if label != "" && len(some) > 0 {
		in, err := f.members(label)
		if err != nil {
			return "", "", err
		}
		if in == nil {
			return "", "unknown.class", nil
		}
		some = slices.DeleteFunc(slices.Clone(some), func(p directory.PersonID) bool { return !in[p] })
	}
	switch len(some) {
	case 0:
		return "", "unknown.name", nil
	case 1:
		return some[0], "", nil
	}
	return "", "several", nil
}
