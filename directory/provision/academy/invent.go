package academy

import (
	"fmt"
	"slices"

	"pupitre/directory"
)

// school is an invented school.
type school struct {
	uai     string
	slug    string // begins its persons' identifiers
	name    string
	town    string
	courses []course
	classes []*class
	groups  []*group
	pupils  []*pupil
	staff   []*adult
}

type class struct {
	code, label string
	course      course
}

type group struct {
	code, label string
	within      []*class
	subject     subject
}

type pupil struct {
	external, family, given, born string
	class                         *class
	group                         *group // "" or an option
}

type adult struct {
	external, family, given, civility, born, profile string
	subject                                          string
	classes                                          []*class
	groups                                           []*group
	manager                                          bool
	also                                             []string // other schools where they are the same
}

// invent makes the school of this number. The first two are the demonstration's.
func invent(o Options, number int) *school {
	c := chanceOf(o.Seed, uint64(number))
	s := &school{uai: uaiOf(o.Degree, number), slug: fmt.Sprintf("%s-%04d", map[directory.Degree]string{directory.FirstDegree: "p", directory.SecondDegree: "s"}[o.Degree], number)}
	pupils, perLevel := o.Pupils, 0
	switch {
	case o.Degree == directory.FirstDegree:
		s.name, s.town, s.courses = "École "+pick(c, schoolNames), pick(c, townNames), ecole
	case number == 0:
		s.uai, s.slug, s.name, s.town, s.courses = string(Tilleuls), "tilleuls", TilleulsName, TilleulsTown, college
		pupils, perLevel = 432, 4
	case number%2 == 1:
		s.name, s.town, s.courses = "Lycée "+pick(c, schoolNames), pick(c, townNames), lycee
		if number == 1 {
			s.name, s.town, pupils, perLevel = "Lycée La Pierre Levée", TilleulsTown, 390, 4
		}
	default:
		s.name, s.town, s.courses = "Collège "+pick(c, schoolNames), pick(c, townNames), college
	}
	if perLevel == 0 {
		perLevel = max(1, (pupils+13)/27/len(s.courses))
	}
	s.open(perLevel, o.Degree)
	s.enrol(c, o, pupils)
	s.hire(c, o)
	if number == 0 && o.Degree == directory.SecondDegree {
		s.play(o)
	}
	for day := 1; day <= o.Day; day++ {
		s.night(chanceOf(o.Seed, uint64(number), uint64(day)), o, day)
	}
	return s
}

// uaiOf numbers schools in the départements 099 and (first degree) 098, which there are none of.
func uaiOf(degree directory.Degree, number int) string {
	digits := fmt.Sprintf("099%04d", 2000+number)
	if degree == directory.FirstDegree {
		digits = fmt.Sprintf("098%04d", 2000+number)
	}
	letter, _ := directory.UAILetter(digits)
	return digits + string(letter)
}

// open makes the classes « 5e A », « 5e B »… and a group per level and option.
func (s *school) open(perLevel int, degree directory.Degree) {
	for _, course := range s.courses {
		var level []*class
		for i := range perLevel {
			k := &class{code: course.code + letters(i), label: course.level + " " + letters(i), course: course}
			level = append(level, k)
		}
		s.classes = append(s.classes, level...)
		if degree == directory.FirstDegree {
			continue
		}
		for _, option := range options {
			if course.level == "6e" && option.code == latin {
				continue // Latin begins in 5e
			}
			word := map[string]string{latin: "Latin"}[option.code]
			if word == "" {
				word = "Allemand"
			}
			s.groups = append(s.groups, &group{code: course.code + "-" + word, label: course.level + " " + word, within: level, subject: option})
		}
	}
}

// letters counts A, B … Z, AA, AB …
func letters(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letters(i/26-1) + letters(i%26)
}

func (s *school) enrol(c *chance, o Options, n int) {
	for i := range n {
		s.pupils = append(s.pupils, s.newPupil(c, o, i, s.classes[i*len(s.classes)/n]))
	}
}

func (s *school) newPupil(c *chance, o Options, number int, in *class) *pupil {
	p := &pupil{external: fmt.Sprintf("%s-e-%05d", s.slug, number+1), given: pick(c, givenNames), family: familyName(c), class: in,
		born: fmt.Sprintf("%04d-%02d-%02d", o.Date.Year()-in.course.age, 1+c.below(12), 1+c.below(28))}
	if c.happens(0.3) {
		p.group = s.groupOf(c, in)
	}
	return p
}

// groupOf picks an option of the class, nil where there is none.
func (s *school) groupOf(c *chance, in *class) *group {
	var open []*group
	for _, g := range s.groups {
		if slices.Contains(g.within, in) {
			open = append(open, g)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return pick(c, open)
}

func familyName(c *chance) string {
	name := pick(c, familyNames)
	if c.happens(0.04) {
		if other := pick(c, familyNames); other != name {
			return name + "-" + other
		}
	}
	return name
}

// hire gives each subject of each class a teacher, and the school a head, a librarian, a manager.
func (s *school) hire(c *chance, o Options) {
	add := func(profile, subject string) *adult {
		a := &adult{external: fmt.Sprintf("%s-p-%04d", s.slug, len(s.staff)+1), given: pick(c, givenNames), family: familyName(c), profile: profile, subject: subject,
			civility: pick(c, []string{"M.", "Mme"}), born: fmt.Sprintf("%04d-%02d-%02d", o.Date.Year()-28-c.below(34), 1+c.below(12), 1+c.below(28))}
		s.staff = append(s.staff, a)
		return a
	}
	add("National_eta", "").manager = true
	add("National_dir", "")
	if o.Degree == directory.FirstDegree {
		for _, k := range s.classes {
			add("National_ens", "").classes = []*class{k}
		}
		return
	}
	add("National_doc", "")
	const load = 5 // classes of one teacher
	for _, subject := range subjects {
		for i := 0; i < len(s.classes); i += load {
			a := add("National_ens", subject.code)
			a.classes = slices.Clone(s.classes[i:min(i+load, len(s.classes))])
		}
	}
	for _, option := range options {
		a := add("National_ens", option.code)
		for _, g := range s.groups {
			if g.subject == option {
				a.groups = append(a.groups, g)
			}
		}
	}
}

// play puts the cast in: pupils take the first places of their classes, adults those of their posts.
func (s *school) play(o Options) {
	byCode := map[string]*class{}
	for _, k := range s.classes {
		byCode[k.code], byCode[k.label] = k, k
	}
	for _, who := range Cast {
		if who.Role == "eleve" {
			i := slices.IndexFunc(s.pupils, func(p *pupil) bool { return p.class == byCode[who.Class] && !isCast(p.external) })
			p := s.pupils[i]
			p.external, p.given, p.family = who.External, who.Given, who.Family
			continue
		}
		a := s.post(who)
		a.external, a.given, a.family, a.civility = who.External, who.Given, who.Family, who.civility
		if who.Shared && o.Schools > 1 {
			a.also = []string{uaiOf(o.Degree, 1)}
		}
		for _, code := range who.classes {
			s.takeOver(a, byCode[code])
		}
	}
}

// post finds whose place a character takes.
func (s *school) post(who Character) *adult {
	i := slices.IndexFunc(s.staff, func(a *adult) bool {
		return a.profile == who.profile && a.subject == who.subject && !isCast(a.external)
	})
	a := s.staff[i]
	if len(who.classes) > 0 { // a character has the classes that the story gives; a colleague takes on the others
		next := slices.IndexFunc(s.staff[i+1:], func(b *adult) bool { return b.subject == a.subject })
		colleague := s.staff[i+1+next]
		colleague.classes = append(colleague.classes, a.classes...)
		a.classes = nil
	}
	return a
}

// takeOver gives a class to a teacher, who alone teaches that subject there.
func (s *school) takeOver(a *adult, k *class) {
	for _, other := range s.staff {
		if other != a && other.subject == a.subject {
			other.classes = slices.DeleteFunc(other.classes, func(x *class) bool { return x == k })
		}
	}
	a.classes = append(a.classes, k)
}

func isCast(external string) bool {
	return slices.ContainsFunc(Cast, func(c Character) bool { return c.External == external })
}

// night changes a share of the pupils: equally many leave, arrive, change class, change name. The cast sleeps well.
func (s *school) night(c *chance, o Options, day int) {
	quarter := o.Turnover / 4
	arrivals := 0
	s.pupils = slices.DeleteFunc(s.pupils, func(p *pupil) bool {
		if isCast(p.external) {
			return false
		}
		switch {
		case c.happens(quarter):
			arrivals++
			return true
		case c.happens(quarter):
			p.class = pick(c, s.classes)
			p.group = nil
		case c.happens(quarter):
			p.family = familyName(c)
		}
		return false
	})
	for range arrivals {
		p := s.newPupil(c, o, 0, pick(c, s.classes))
		p.external = fmt.Sprintf("%s-n%d-%05d", s.slug, day, len(s.pupils))
		s.pupils = append(s.pupils, p)
	}
}
