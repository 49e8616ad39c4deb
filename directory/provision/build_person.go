package provision

import (
	"cmp"
	"slices"

	"pupitre/directory"
)

// takePerson takes what one record says of a person here. A person may be described as a pupil, as a teacher, and as a manager;
// the records come in that order.
func (b *builder) takePerson(r *raw) {
	external := r.one(fPerson)
	p := b.people[external]
	if r.kind == aManager {
		if p == nil {
			p = b.newPerson(r)
		}
		p.Manager = true
		if len(p.Mails) == 0 {
			p.Mails = r.all(fMail)
		}
		return
	}
	profiles := b.profiles(r)
	if len(profiles) == 0 {
		b.dropped[external] = p == nil
		return
	}
	if p == nil {
		p = b.newPerson(r)
		p.Secondary = r.one(fSecondary)
	}
	for _, profile := range directory.Profiles {
		if slices.Contains(profiles, profile) && !slices.Contains(p.Profiles, profile) {
			p.Profiles = append(p.Profiles, profile)
		}
	}
	slices.Sort(p.Profiles)
	p.Head = p.Head || slices.ContainsFunc(r.under(fProfileUAI, b.uai, fProfile), directory.IsHead)
	if r.kind == aTeacher {
		p.Mails = r.all(fMail)
		p.Posts = distinct(r.under(fPostUAI, b.uai, fPost))
	}
}

func (b *builder) newPerson(r *raw) *Person {
	p := &Person{External: r.one(fPerson), Family: r.one(fFamily), Given: r.one(fGiven), Civility: r.one(fCivility), Level: r.one(fLevel)}
	b.people[p.External] = p
	b.order = append(b.order, p)
	delete(b.dropped, p.External)
	return p
}

// profiles reads what the person is in this school. A school of theirs for which the record gives no profile gets the one that
// the record's own kind says; a profile that we do not take in (a parent, somebody of the academy) is set aside.
func (b *builder) profiles(r *raw) []directory.Profile {
	given := r.under(fProfileUAI, b.uai, fProfile)
	if len(given) == 0 {
		b.found.note("provision.profile.missing", b.place(r), "uai", b.uai)
		if r.kind == aPupil {
			return []directory.Profile{directory.Pupil}
		}
		return []directory.Profile{directory.Teacher}
	}
	var out []directory.Profile
	for _, s := range given {
		if p, ok := directory.ParseNationalProfile(s); ok {
			out = append(out, p)
		} else {
			b.found.aside("provision.profile.unknown", b.place(r), "profile", shorten(s))
		}
	}
	return out
}

// takeTie takes a record that ties a person to something of the school.
func (b *builder) takeTie(r *raw) {
	external := r.one(fPerson)
	p := b.people[external]
	if p == nil || len(p.Profiles) == 0 {
		if !b.dropped[external] {
			b.found.aside("provision.person.unknown", b.place(r), "person", shorten(external), "uai", b.uai)
		}
		return
	}
	switch r.kind {
	case aPersonCourse:
		code := r.one(fCourse)
		if _, ok := b.courses[code]; !ok && b.degree == directory.SecondDegree {
			b.found.note("provision.course.unknown", b.place(r), "code", shorten(code))
		}
		p.Courses = append(p.Courses, code)
	case aPupilSubject:
		b.knownSubject(r, r.one(fSubject))
		p.Subjects = append(p.Subjects, r.one(fSubject))
	default:
		b.takePlace(p, r)
	}
}

func (b *builder) knownSubject(r *raw, code string) {
	if !b.subjects[code] {
		b.found.note("provision.subject.unknown", b.place(r), "code", shorten(code))
	}
}

// takePlace takes a membership, or what a teacher teaches to a class or group.
func (b *builder) takePlace(p *Person, r *raw) {
	code := r.one(fCohort)
	if _, ok := b.cohorts[code]; !ok {
		b.found.aside("provision.cohort.unknown", b.place(r), "code", shorten(code), "uai", b.uai)
		return
	}
	subjects := r.all(fSubject)
	for _, s := range subjects {
		b.knownSubject(r, s)
	}
	i := slices.IndexFunc(p.Places, func(x Place) bool { return x.Code == code })
	if i < 0 {
		p.Places = append(p.Places, Place{Code: code})
		i = len(p.Places) - 1
	}
	p.Places[i].Subjects = distinct(append(p.Places[i].Subjects, subjects...))
}

// levels gives each pupil the level of their courses, each class that of its pupils, and each group that of its own; where
// courses do not say, the set does, or else labels.
func (b *builder) levels() {
	of := map[string]*tally{}
	for _, p := range b.order {
		if !slices.Contains(p.Profiles, directory.Pupil) {
			continue
		}
		if level := b.levelOf(p); level != "" {
			p.Level = level
		}
		for _, place := range p.Places {
			if of[place.Code] == nil {
				of[place.Code] = &tally{}
			}
			of[place.Code].add(p.Level)
		}
	}
	for code, c := range b.cohorts {
		given := c.Level
		if c.Level = of[code].only(); c.Level == "" && (c.Kind == directory.Class || !of[code].mixed()) {
			c.Level = cmp.Or(given, levelOfLabel(c.Label))
		}
	}
	for _, p := range b.order {
		for _, place := range p.Places {
			if c := b.cohorts[place.Code]; p.Level == "" && slices.Contains(p.Profiles, directory.Pupil) && c.Kind == directory.Class {
				p.Level = c.Level
			}
		}
	}
}

func (b *builder) levelOf(p *Person) string {
	t := tally{}
	for _, code := range p.Courses {
		if c, ok := b.courses[code]; ok {
			t.add(c.Level)
		} else {
			t.add(levelOfCourse(code, "", ""))
		}
	}
	return t.only()
}

// tally knows whether everything that was added is one level.
type tally struct{ level, other string }

func (t *tally) add(level string) {
	switch {
	case level == "" || level == t.level:
	case t.level == "":
		t.level = level
	default:
		t.other = level
	}
}

func (t *tally) mixed() bool { return t != nil && t.other != "" }

func (t *tally) only() string {
	if t == nil || t.other != "" {
		return ""
	}
	return t.level
}
