package licensing

import (
	"iter"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
)

// Line is one line of a file: somebody, and the resource that they are to have or give back.
type Line struct {
	Number        int    // in the file
	Identifier    string // the portal's; or else
	Family, Given string // a name, or the whole of it in Family, either part first; and
	Class         string // a class where the name is of several
	Resource      string // an ARK or a title; "" for those that stand for the whole file
}

// Matched is a file as a school's roll understands it.
type Matched struct {
	Lines   int
	Orders  []Order // one for each resource, in the order in which the file names them
	Refused []Refused
}

// Refused is a line that is not carried out, and why.
type Refused struct {
	Line int
	Err  error
}

// Match reads a file against the roll. Each person is ordered once for each resource. Whole stands for lines that name no resource.
// It is pure; an error of lines that is fault.Invalid refuses its line alone.
func (r *Roll) Match(take bool, whole []catalogue.ResourceID, lines iter.Seq2[Line, error]) (Matched, error) {
	m := matching{roll: r, take: take, at: map[catalogue.ResourceID]int{}, seen: map[matchKey]int{}}
	for line, err := range lines {
		if err == nil {
			m.Lines++
			err = m.line(line, whole)
		} else if fault.Is(err, fault.Invalid) {
			m.Lines++
		} else {
			return m.Matched, err
		}
		if err != nil {
			m.Refused = append(m.Refused, Refused{line.Number, err})
		}
	}
	return m.Matched, nil
}

type matchKey struct {
	person   directory.PersonID
	resource catalogue.ResourceID
}

type matching struct {
	Matched
	roll *Roll
	take bool
	at   map[catalogue.ResourceID]int // the order of each resource
	seen map[matchKey]int             // the line that named both first
}

func (m *matching) line(l Line, whole []catalogue.ResourceID) error {
	person, err := m.roll.person(l, m.take)
	if err != nil {
		return err
	}
	resources := whole
	if l.Resource != "" {
		work, err := m.roll.Work(l.Resource)
		if err != nil {
			return err
		}
		resources = []catalogue.ResourceID{work.ID}
	}
	if len(resources) == 0 {
		return fault.New(fault.Invalid, "licensing.line.resource.missing")
	}
	var again error
	for _, id := range resources {
		key := matchKey{person, id}
		if first, ok := m.seen[key]; ok {
			again = fault.New(fault.Invalid, "licensing.line.twice", "first", first)
			continue
		}
		m.seen[key] = l.Number
		i, ok := m.at[id]
		if !ok {
			i = len(m.Orders)
			m.at[id] = i
			m.Orders = append(m.Orders, Order{School: m.roll.School.ID, Resources: []catalogue.ResourceID{id}, Take: m.take})
		}
		m.Orders[i].Targets = append(m.Orders[i].Targets, ToPerson(person))
	}
	return again
}

// person finds who a line speaks of: by the identifier, and the name must then be theirs; or by the name, and the class where several
// persons have it. Who left may give copies back, and gets none.
func (r *Roll) person(l Line, take bool) (directory.PersonID, error) {
	if l.Class != "" {
		if _, err := r.Cohort(l.Class); err != nil {
			return "", err
		}
	}
	name := strings.TrimSpace(l.Given + " " + l.Family)
	var found []int
	switch {
	case l.Identifier != "":
		i, ok := r.external[l.Identifier]
		if !ok {
			return "", fault.New(fault.NotFound, "licensing.roll.identifier", "identifier", l.Identifier, "uai", string(r.School.UAI))
		}
		if l.Family != "" && !r.Persons[i].answersTo(l) {
			return "", fault.New(fault.Invalid, "licensing.line.person.other", "identifier", l.Identifier, "name", name)
		}
		found = []int{i}
	default:
		if found = r.called(l); len(found) == 0 && l.Given == "" { // nobody's whole name, or none at all
			return "", fault.New(fault.Invalid, "licensing.line.person.missing")
		}
	}
	if !take {
		found = slices.DeleteFunc(slices.Clone(found), func(i int) bool { return len(r.Persons[i].Profiles) == 0 })
		if len(found) == 0 && l.Identifier != "" {
			return "", fault.New(fault.NotFound, "licensing.person.elsewhere")
		}
	}
	switch len(found) {
	case 0:
		return "", fault.New(fault.NotFound, "licensing.line.person.unknown", "name", name, "uai", string(r.School.UAI))
	case 1:
		return r.Persons[found[0]].Person, nil
	}
	return "", fault.New(fault.Invalid, "licensing.line.person.several", "name", name, "n", len(found))
}

// answersTo reports whether a line's name may be theirs: the family name, or the whole of it.
func (e Enrolled) answersTo(l Line) bool {
	said := directory.Fold(l.Family)
	return said == directory.Fold(e.Name.Family) || l.Given == "" && slices.Contains(e.wholes(), said)
}

// wholes are the ways to write the whole name in one.
func (e Enrolled) wholes() []string {
	return []string{directory.Fold(e.Name.Family + " " + e.Name.Given), directory.Fold(e.Name.Given + " " + e.Name.Family)}
}

// called lists who has the line's name, in its class where it says one.
func (r *Roll) called(l Line) []int {
	all := r.named[nameKey(l.Family, l.Given)]
	if l.Given == "" {
		all = r.whole[directory.Fold(l.Family)]
	}
	if l.Class == "" {
		return all
	}
	class := tight(l.Class)
	if c, err := r.Cohort(l.Class); err == nil {
		class = tight(c.Label)
	}
	return slices.DeleteFunc(slices.Clone(all), func(i int) bool { return r.Persons[i].Class != "" && tight(r.Persons[i].Class) != class })
}
