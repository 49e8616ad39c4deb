package provision

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// builder makes one school's model from its records, in the order of their kinds. What refers to nothing is set aside.
type builder struct {
	found  *findings
	place  func(*raw) place
	uai    string
	degree directory.Degree // "" where the set does not say: then the school's name does

	school    *School
	courses   map[string]Course
	subjects  map[string]bool
	cohorts   map[string]*Cohort
	described map[string]place // where each cohort is described
	people    map[string]*Person
	order     []*Person
	dropped   map[string]bool // persons set aside: what concerns them goes with them, without a word more
}

// build returns nil where the records are of no school.
func (b *builder) build(records []raw) *School {
	if records[0].kind != aSchool {
		b.strangers(records)
		return nil
	}
	b.courses, b.subjects = map[string]Course{}, map[string]bool{}
	b.cohorts, b.described = map[string]*Cohort{}, map[string]place{}
	b.people, b.dropped = map[string]*Person{}, map[string]bool{}
	for i := range records {
		b.take(&records[i])
	}
	b.within()
	b.levels()
	return b.finish()
}

func (b *builder) take(r *raw) {
	switch r.kind {
	case aSchool:
		b.takeSchool(r)
	case aCourse:
		c := Course{Code: r.one(fCourse), Label: r.one(fLabel), Attached: r.one(fAttached), Stat11: r.one(fStat11)}
		c.Level = levelOfCourse(c.Code, c.Label, c.Stat11)
		b.courses[c.Code] = c
		b.school.Courses = append(b.school.Courses, c)
	case aSubject:
		s := directory.Subject{Code: r.one(fSubject), Label: r.one(fLabel)}
		b.subjects[s.Code] = true
		b.school.Subjects = append(b.school.Subjects, s)
	case aCohort:
		b.takeCohort(r)
	case aPupil, aTeacher, aManager:
		b.takePerson(r)
	default:
		b.takeTie(r)
	}
}

// strangers sets aside the records of a school that the set does not describe. A code with a wrong letter is the usual reason.
func (b *builder) strangers(records []raw) {
	hint := ""
	if len(b.uai) == 8 {
		if letter, ok := directory.UAILetter(b.uai[:7]); ok && letter != b.uai[7] {
			hint = b.uai[:7] + string(letter)
		}
	}
	for i := range records {
		if hint != "" {
			b.found.aside("provision.school.mistyped", b.place(&records[i]), "uai", shorten(b.uai), "other", hint)
		} else {
			b.found.aside("provision.school.unknown", b.place(&records[i]), "uai", shorten(b.uai))
		}
	}
}

func (b *builder) takeSchool(r *raw) {
	name, town := townOf(strings.TrimSpace(r.one(fName)))
	if b.degree == "" {
		b.degree = degreeOf(name)
	}
	b.school = &School{UAI: directory.UAI(b.uai), Name: name, Town: town, Nature: natureOf(name, b.degree), Degree: b.degree,
		Contract: r.one(fContract), Phone: r.one(fPhone), Mail: r.one(fMail), Seat: r.one(fSeat)}
	if _, err := directory.ParseUAI(b.uai); err != nil {
		b.found.refuse(fault.CodeOf(err), b.place(r), fault.ParamsOf(err)...)
	}
}

func (b *builder) takeCohort(r *raw) {
	c := Cohort{Kind: directory.CohortKind(strings.ToUpper(r.one(fStatus))), Code: r.one(fCohort), Label: r.one(fLabel), Level: r.one(fLevel), Within: r.all(fWithin)}
	if c.Kind != directory.Class && c.Kind != directory.Group {
		b.found.aside("provision.cohort.status", b.place(r), "status", shorten(r.one(fStatus)))
		return
	}
	b.cohorts[c.Code] = &c
	b.described[c.Code] = b.place(r)
}

// within keeps the classes that a group draws from, where they are classes of the school.
func (b *builder) within() {
	for _, code := range slices.Sorted(maps.Keys(b.cohorts)) {
		c := b.cohorts[code]
		c.Within = slices.DeleteFunc(c.Within, func(code string) bool {
			class, ok := b.cohorts[code]
			if ok = ok && class.Kind == directory.Class; !ok {
				b.found.note("provision.class.unknown", b.described[c.Code], "code", shorten(code))
			}
			return !ok
		})
		c.Within = distinct(c.Within)
	}
}

// finish puts the model in its canonical order.
func (b *builder) finish() *School {
	for _, c := range b.cohorts {
		b.school.Cohorts = append(b.school.Cohorts, *c)
	}
	slices.SortFunc(b.school.Cohorts, func(x, y Cohort) int { return cmp.Compare(x.Code, y.Code) })
	for _, p := range b.order {
		p.Courses, p.Subjects = distinct(p.Courses), distinct(p.Subjects)
		slices.SortFunc(p.Places, func(x, y Place) int { return cmp.Compare(x.Code, y.Code) })
		b.school.People = append(b.school.People, *p)
	}
	return b.school
}

// distinct sorts a list and drops what comes twice; nothing stays nil.
func distinct(list []string) []string {
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) == 0 {
		return nil
	}
	return list
}
