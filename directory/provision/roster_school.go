package provision

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
)

// roster translates the rows of a OneRoster package into the records of any set. Sessions, orgs, courses and classes stay in
// memory, for what comes after refers to them: a few hundred bytes a class.
type roster struct {
	found    *findings
	now      time.Time
	limits   Limits
	manifest *manifest
	revision int64   // of the kept rows
	rows     *sorter // every row, by table and sourcedId
	people   *sorter // users, roles and enrollments, by user
	out      *stager
	in       *intake // of out

	sessions map[string]span
	orgs     map[string]*rosterOrg // nil for one that was set aside: what concerns it goes with it, without a word more
	courses  map[string][]directory.Subject
	classes  map[string]*rosterClass // nil for one that was set aside, or is over
	named    map[directory.UAI]string
	taught   map[string]bool // subjects by school and code that have been said
}

func (g *roster) close() {
	g.rows.close()
	g.people.close()
	g.out.close()
}

// span is from a day to the day before another; "" where there is no bound.
type span struct{ from, until string }

// current reports whether the span is not over on a day, and has begun or begins within that day's school year: what begins in
// September is there from 16 August, and the second term's groups from the first.
func (s span) current(day clock.Date) bool {
	if s.until != "" && day.String() >= s.until { // the end is not within (OneRoster 1.2, endDate)
		return false
	}
	from, err := clock.ParseDate(s.from)
	return err != nil || clock.SchoolYear(from) <= clock.SchoolYear(day)
}

// with is the span from the earlier beginning to the later end.
func (s span) with(o span) span { return span{min(s.from, o.from), max(s.until, o.until)} }

// rosterOrg is an org; its code is "" where it is no school.
type rosterOrg struct {
	uai string
	day clock.Date // there, now
}

type rosterClass struct {
	org      *rosterOrg
	subjects []string
}

// take takes a row that stands.
func (g *roster) take(r *raw) error {
	id := r.one(fRowID)
	switch rosterTable(r.kind) {
	case rosterSessions:
		put(&g.sessions, id, span{r.one(fFrom), r.one(fUntil)})
	case rosterOrgs:
		return g.takeOrg(id, r)
	case rosterCourses:
		put(&g.courses, id, subjectsOf(r))
	case rosterClasses:
		return g.takeClass(id, r)
	case rosterUsers:
		return g.people.add(append([]byte(id), 0, byte(r.kind)), r.encode(nil))
	default:
		return g.people.add(append([]byte(r.one(fPerson)), 0, byte(r.kind)), r.encode(nil))
	}
	return nil
}

func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// takeOrg takes a school, if the org is one. Its identifier is the UAI.
func (g *roster) takeOrg(id string, r *raw) error {
	if r.one(fType) != "school" {
		put(&g.orgs, id, &rosterOrg{})
		return nil
	}
	uai, err := directory.ParseUAI(r.one(fUAI))
	if err != nil {
		put(&g.orgs, id, nil)
		if code := canonical(r.one(fUAI)); len(code) == 8 {
			if letter, ok := directory.UAILetter(code[:7]); ok {
				g.found.aside("provision.oneroster.org.letter", rosterPlace(r), "uai", code, "other", code[:7]+string(letter))
				return nil
			}
		}
		g.found.aside("provision.oneroster.org.uai", rosterPlace(r), "uai", shorten(r.one(fUAI)))
		return nil
	}
	if other, twice := g.named[uai]; twice {
		g.found.refuse("provision.oneroster.org.twice", rosterPlace(r), "uai", string(uai), "other", other)
		return nil
	}
	if g.named == nil {
		g.named = map[directory.UAI]string{}
	}
	g.named[uai] = id
	put(&g.orgs, id, &rosterOrg{string(uai), clock.On(g.now, clock.ZoneOfUAI(string(uai)))})
	return g.emit(aSchool, r, fUAI, string(uai), fName, r.one(fName))
}

// takeClass takes a class that is not over: a homeroom is a class (division), every other a group.
func (g *roster) takeClass(id string, r *raw) error {
	put(&g.classes, id, nil)
	org, known := g.orgs[r.one(fOrg)]
	switch {
	case !known:
		g.dangling(r, "schoolSourcedId", r.one(fOrg), rosterOrgs)
		return nil
	case org == nil:
		return nil
	case org.uai == "":
		g.found.aside("provision.oneroster.class.school", rosterPlace(r), "value", shorten(r.one(fOrg)))
		return nil
	}
	if when, ok := g.terms(r); ok && !when.current(org.day) {
		return nil
	}
	subjects := subjectsOf(r)
	if course := r.one(fCourseID); course != "" && g.courses != nil {
		of, known := g.courses[course]
		if !known {
			g.dangling(r, "courseSourcedId", course, rosterCourses)
		}
		if len(subjects) == 0 {
			subjects = of
		}
	}
	class := &rosterClass{org: org}
	for _, s := range subjects {
		class.subjects = append(class.subjects, s.Code)
		if said := org.uai + " " + s.Code; !g.taught[said] {
			put(&g.taught, said, true)
			if err := g.emit(aSubject, r, fUAI, org.uai, fSubject, s.Code, fLabel, s.Label); err != nil {
				return err
			}
		}
	}
	put(&g.classes, id, class)
	status := directory.Group
	if r.one(fType) == "homeroom" {
		status = directory.Class
	}
	return g.emit(aCohort, r, fUAI, org.uai, fCohort, id, fLabel, r.one(fName), fStatus, string(status), fLevel, levelOfGrades(r))
}

// terms is the span of a class's sessions; !ok where none is known.
func (g *roster) terms(r *raw) (span, bool) {
	var out span
	found := false
	for _, id := range listOf(r.one(fTerms)) {
		term, known := g.sessions[id]
		switch {
		case known && found:
			out = out.with(term)
		case known:
			out, found = term, true
		case g.sessions != nil:
			g.dangling(r, "termSourcedIds", id, rosterSessions)
		}
	}
	return out, found
}

// dangling sets aside a reference to a row that is not there.
func (g *roster) dangling(r *raw, column, value string, to rosterTable) {
	g.found.aside("provision.oneroster.reference", rosterPlace(r), "column", column, "value", shorten(value), "table", rosterTables[to].file())
}

// subjectsOf pairs a row's codes with its labels. A label without a code is nothing that a school's subjects could be known by.
func subjectsOf(r *raw) []directory.Subject {
	labels := listOf(r.one(fLabel))
	var out []directory.Subject
	for i, code := range listOf(r.one(fSubjects)) {
		s := directory.Subject{Code: code, Label: code}
		if i < len(labels) {
			s.Label = labels[i]
		}
		out = append(out, s)
	}
	return out
}

// levelOfGrades is the level of a row's grades, if they say one.
func levelOfGrades(r *raw) string {
	var t tally
	for _, grade := range listOf(r.one(fGrades)) {
		t.add(levelOfGrade(grade))
	}
	return t.only()
}

// emit makes a record of a row: fields and their texts by turns.
func (g *roster) emit(k kind, from *raw, fields ...any) error {
	r := raw{kind: k, file: int(from.kind), line: from.line}
	for i := 0; i+1 < len(fields); i += 2 {
		if text := fields[i+1].(string); text != "" {
			r.add(fields[i].(field), []byte(text))
		}
	}
	return g.in.take(&r)
}

// everybody goes through the users, each with their roles and then their enrollments.
func (g *roster) everybody(ctx context.Context) error {
	var id []byte
	p := &rosterPerson{}
	for e, err := range g.people.all() {
		if err != nil {
			return fmt.Errorf("read the sorted users: %w", err)
		}
		if head := e.key[:indexZero(e.key)]; string(head) != string(id) {
			if err := g.putPerson(p); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			id, p = append(id[:0], head...), &rosterPerson{}
		}
		r := decode(e.payload)
		switch rosterTable(r.kind) {
		case rosterUsers:
			p.user = &r
		case rosterRoles:
			g.takeRole(p, &r)
		default:
			if err := g.takeEnrollment(p, &r); err != nil {
				return err
			}
		}
	}
	return g.putPerson(p)
}

// rosterPerson is a user with what has been read of them.
type rosterPerson struct {
	user     *raw
	roles    int
	profiles map[string][]directory.Profile // by school
	manages  []string
	seen     map[string]bool // classes, and subjects by school and code
}

// away reports that the user is nobody here; if they are not even described, it is said.
func (g *roster) away(p *rosterPerson, r *raw) bool {
	if p.user == nil {
		g.dangling(r, "userSourcedId", r.one(fPerson), rosterUsers)
		return true
	}
	return p.user.one(fEnabled) != "true"
}

// profileOf is what a role is in a school; "" for who is nobody of it (a parent), or whom we have no word for.
func profileOf(role string) (directory.Profile, bool) {
	switch role {
	case "student":
		return directory.Pupil, true
	case "teacher":
		return directory.Teacher, true
	case extLibrarian:
		return directory.Librarian, true
	case "aide", "counselor", "districtAdministrator", "principal", "proctor", "siteAdministrator", "systemAdministrator":
		return directory.Staff, true
	case extManager, "guardian", "parent", "relative":
		return "", true
	}
	return "", false
}

func (g *roster) takeRole(p *rosterPerson, r *raw) {
	p.roles++
	if g.away(p, r) {
		return
	}
	org, known := g.orgs[r.one(fOrg)]
	if !known {
		g.dangling(r, "orgSourcedId", r.one(fOrg), rosterOrgs)
		return
	}
	role := r.one(fRole)
	profile, told := profileOf(role)
	switch {
	case !told:
		g.found.aside("provision.profile.unknown", rosterPlace(r), "profile", shorten(role))
	case org == nil || org.uai == "" || !(span{r.one(fFrom), r.one(fUntil)}).current(org.day):
	case role == extManager:
		p.manages = append(p.manages, org.uai)
	case profile != "" && !slices.Contains(p.profiles[org.uai], profile):
		put(&p.profiles, org.uai, append(p.profiles[org.uai], profile))
	}
}

func (g *roster) takeEnrollment(p *rosterPerson, r *raw) error {
	if g.away(p, r) {
		return nil
	}
	class, known := g.classes[r.one(fClassID)]
	switch {
	case !known:
		g.dangling(r, "classSourcedId", r.one(fClassID), rosterClasses)
		return nil
	case class == nil || p.seen[r.one(fClassID)] || !(span{r.one(fFrom), r.one(fUntil)}).current(class.org.day):
		return nil
	case len(p.profiles[class.org.uai]) == 0:
		g.found.aside("provision.oneroster.enrollment.role", rosterPlace(r), "person", shorten(r.one(fPerson)), "uai", class.org.uai)
		return nil
	}
	put(&p.seen, r.one(fClassID), true)
	person := []any{fUAI, class.org.uai, fPerson, r.one(fPerson)}
	place := append(slices.Clone(person), fCohort, r.one(fClassID))
	pupil := slices.Contains(p.profiles[class.org.uai], directory.Pupil)
	for _, code := range class.subjects {
		if !pupil {
			place = append(place, fSubject, code)
		} else if followed := class.org.uai + " " + code; !p.seen[followed] {
			p.seen[followed] = true
			if err := g.emit(aPupilSubject, r, append(slices.Clone(person), fSubject, code)...); err != nil {
				return err
			}
		}
	}
	return g.emit(aMembership, r, place...)
}

// putPerson makes the records of a user: as a pupil, as somebody of the staff, as a manager.
func (g *roster) putPerson(p *rosterPerson) error {
	if p.user == nil || p.user.one(fEnabled) != "true" {
		return nil
	}
	if p.roles == 0 {
		g.found.aside("provision.oneroster.user.role", rosterPlace(p.user))
		return nil
	}
	name := []any{fPerson, p.user.one(fRowID), fFamily, chosen(p.user, fChosenFamily, fFamily), fGiven, chosen(p.user, fChosenGiven, fGiven)}
	as := map[kind][]any{}
	for uai, profiles := range p.profiles {
		for _, profile := range profiles {
			k := aTeacher
			if profile == directory.Pupil {
				k = aPupil
			}
			as[k] = append(as[k], fProfileUAI, uai, fProfile, profile.National(), fSchool, uai)
		}
	}
	for _, uai := range p.manages {
		as[aManager] = append(as[aManager], fSchool, uai)
	}
	more := map[kind][]any{aPupil: {fLevel, levelOfGrades(p.user)}, aTeacher: {fMail, p.user.one(fMail)}, aManager: {fMail, p.user.one(fMail)}}
	for k, schools := range as {
		if err := g.emit(k, p.user, slices.Concat(name, more[k], schools)...); err != nil {
			return err
		}
	}
	return nil
}
