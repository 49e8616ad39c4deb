package provision

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// A OneRoster package (1EdTech OneRoster 1.2, CSV binding 1.2.1) says with tables what GAR-ENT says with elements. Its rows are
// checked one by one, joined to what was kept of the last package, and become the same records (raw), so that everything behind
// is the same: one model per school, its difference, its transaction. docs/protocols/oneroster.md has what each clause became.
//
//	read        manifest.csv, then each file against its columns; every row into one sort, by table and sourcedId
//	fold        what was kept, then what is new, of each sourcedId: what stands from now on, and what changes of the kept rows
//	translate   sessions, orgs, courses and classes in memory; users with their roles and enrollments as a second sort brings them

// rosterSet is a OneRoster package.
type rosterSet struct {
	files
	now time.Time
}

// OpenOneRoster opens a OneRoster 1.2 package, a ZIP or a folder, by its path. It is read as it stands at the instant now: what is
// over by then is left out.
func OpenOneRoster(path string, now time.Time) (Source, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.Wrap(err, fault.NotFound, "provision.source.unknown", "path", path)
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", path)
	case info.IsDir():
		return rosterSet{folder{path, ".csv"}, now}, nil
	case info.Mode().IsRegular() && strings.EqualFold(path[max(0, len(path)-4):], ".zip"):
		return rosterSet{zipped(path), now}, nil
	}
	return nil, fault.New(fault.Invalid, "provision.oneroster.source", "path", path)
}

// stage implements Source.
func (s rosterSet) stage(ctx context.Context, d delivery) (*staged, error) {
	if d.kept != nil && !projectCode.MatchString(string(d.project)) { // the files do not name one
		return nil, fault.New(fault.Invalid, "provision.academy.project", "project", string(d.project))
	}
	limits := d.limits
	limits.SortBuffer /= 2 // there are two sorts more than for GAR-ENT
	g := &roster{found: d.found, now: s.now, limits: limits, out: newStager(limits, d.found), people: newSorter(limits.Dir, limits.SortBuffer/2)}
	defer g.close()
	g.out.labels, g.out.files = rosterLabels, rosterFiles()
	g.in = g.out.intake(d.found)

	// A package is the whole of its project, whatever the degree.
	staged := &staged{common: setName{project: d.project}, degrees: map[directory.Degree]bool{directory.FirstDegree: true, directory.SecondDegree: true}}
	if err := g.base(ctx, d.kept); err != nil {
		return nil, err
	}
	reader := &rosterReader{limits: limits, found: d.found, rows: g.rows, records: map[string]int{}}
	if err := s.each(ctx, limits, d.found, reader.read); err != nil {
		return nil, err
	}
	staged.files, staged.records = reader.files, reader.records
	if g.manifest = reader.manifest; g.manifest != nil {
		staged.mode = g.manifest.mode()
	}
	if !d.found.refused {
		reader.complete(d.kept != nil, g.revision > 0)
		s.agree(d, staged.mode)
	}
	if d.found.refused {
		return staged, nil
	}
	if g.manifest.delta && d.kept == nil {
		return staged, nil // nothing to complete it with
	}
	if err := g.translate(ctx, staged); err != nil {
		staged.close()
		return nil, err
	}
	return staged, nil
}

// agree holds the package to what its name says, where it has one that portals give.
func (s rosterSet) agree(d delivery, mode string) {
	n, ok := ParseName(s.Name())
	switch {
	case !ok || n.Mode == "":
	case d.project != "" && n.Project != d.project:
		d.found.refuse("provision.set.project", place{file: s.Name()}, "project", string(n.Project), "other", string(d.project))
	case mode != "" && n.Mode != mode:
		d.found.refuse("provision.oneroster.mode", place{file: manifestFile}, "found", mode, "wanted", n.Mode)
	}
}

// translate brings a package whose rows are right into the form of every set.
func (g *roster) translate(ctx context.Context, s *staged) error {
	changes, err := newSpool(g.limits.Dir)
	if err != nil {
		return err
	}
	s.keep = &keeping{g.revision, changes}
	if err := g.fold(ctx, s); err != nil || g.found.refused {
		return err
	}
	if err := g.everybody(ctx); err != nil {
		return err
	}
	if err := g.in.flush(); err != nil {
		return err
	}
	if err := g.out.schools(ctx, s); err != nil {
		return err
	}
	if len(s.schools) == 0 && !g.found.refused {
		g.found.refuse("provision.oneroster.schools", place{file: rosterTables[rosterOrgs].file()})
	}
	return nil
}

// rosterTable is one of the seven files that are read, in the order in which their rows are needed.
type rosterTable uint8

const (
	rosterSessions rosterTable = iota
	rosterOrgs
	rosterCourses
	rosterClasses
	rosterUsers
	rosterRoles
	rosterEnrollments
)

// form is how the text of a column is checked.
type form uint8

const (
	anyText form = iota
	aDay
	anInstant
	oneOf    // the column's words, or an extension: « ext: » and something
	onlyOf   // the column's words
	rosterID // 1 to 255 characters
)

// column is a column of a table. One without a field is known and not kept; one that must be there has a text in every row.
type column struct {
	name  string
	field field
	must  bool
	form  form
	words []string
}

// table is a file of the package: its columns beside the three that every file begins with.
type table struct {
	name    string
	columns []column
}

func (t table) file() string { return t.name + ".csv" }

// idle are columns of the standard that we do not use.
func idle(names ...string) []column {
	var out []column
	for _, n := range names {
		out = append(out, column{name: n})
	}
	return out
}

func columns(lists ...[]column) []column {
	out := []column{{"sourcedId", fRowID, true, rosterID, nil}, {"status", fRowStatus, false, onlyOf, []string{statusActive, statusDeleted}},
		{"dateLastModified", fModified, false, anInstant, nil}}
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// The two words of the column status.
const (
	statusActive  = "active"
	statusDeleted = "tobedeleted"
)

// Roles that are more than their word: the standard lets vocabularies grow by words that begin with « ext: ».
const (
	extLibrarian = "ext:documentaliste"
	extManager   = "ext:responsableAffectation"
)

// rosterTables is the binding as data. What must be there is what we need; of the rest the standard asks more than we do.
var rosterTables = [...]table{
	rosterSessions: {"academicSessions", columns([]column{
		{"type", fNone, false, oneOf, []string{"gradingPeriod", "semester", "schoolYear", "term"}},
		{"startDate", fFrom, true, aDay, nil}, {"endDate", fUntil, true, aDay, nil}}, idle("title", "parentSourcedId", "schoolYear"))},
	rosterOrgs: {"orgs", columns([]column{
		{"name", fName, true, anyText, nil}, {"type", fType, true, oneOf, []string{"department", "school", "district", "local", "state", "national"}},
		{"identifier", fUAI, false, anyText, nil}}, idle("parentSourcedId"))},
	rosterCourses: {"courses", columns([]column{
		{"subjects", fLabel, false, anyText, nil}, {"subjectCodes", fSubjects, false, anyText, nil}},
		idle("schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId"))},
	rosterClasses: {"classes", columns([]column{
		{"title", fName, true, anyText, nil}, {"grades", fGrades, false, anyText, nil}, {"courseSourcedId", fCourseID, false, rosterID, nil},
		{"classType", fType, true, oneOf, []string{"homeroom", "scheduled"}}, {"schoolSourcedId", fOrg, true, rosterID, nil},
		{"termSourcedIds", fTerms, false, anyText, nil}, {"subjects", fLabel, false, anyText, nil}, {"subjectCodes", fSubjects, false, anyText, nil}},
		idle("classCode", "location", "periods"))},
	rosterUsers: {"users", columns([]column{
		{"enabledUser", fEnabled, true, onlyOf, []string{"true", "false"}}, {"givenName", fGiven, true, anyText, nil}, {"familyName", fFamily, true, anyText, nil},
		{"email", fMail, false, anyText, nil}, {"grades", fGrades, false, anyText, nil},
		{"preferredGivenName", fChosenGiven, false, anyText, nil}, {"preferredFamilyName", fChosenFamily, false, anyText, nil}},
		idle("username", "userIds", "middleName", "identifier", "sms", "phone", "agentSourcedIds", "password", "userMasterIdentifier",
			"preferredMiddleName", "primaryOrgSourcedId", "pronouns"))},
	rosterRoles: {"roles", columns([]column{
		{"userSourcedId", fPerson, true, rosterID, nil}, {"roleType", fNone, false, onlyOf, []string{"primary", "secondary"}},
		{"role", fRole, true, oneOf, []string{"aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor", "relative",
			"siteAdministrator", "student", "systemAdministrator", "teacher"}},
		{"beginDate", fFrom, false, aDay, nil}, {"endDate", fUntil, false, aDay, nil}, {"orgSourcedId", fOrg, true, rosterID, nil}}, idle("userProfileSourcedId"))},
	rosterEnrollments: {"enrollments", columns([]column{
		{"classSourcedId", fClassID, true, rosterID, nil}, {"userSourcedId", fPerson, true, rosterID, nil},
		{"role", fNone, true, oneOf, []string{"administrator", "proctor", "student", "teacher"}},
		{"primary", fNone, false, onlyOf, []string{"true", "false"}},
		{"beginDate", fFrom, false, aDay, nil}, {"endDate", fUntil, false, aDay, nil}}, idle("schoolSourcedId"))},
}

// rosterOthers are the files of the standard that we do not read: marks, resources, and what we would rather not know of people.
var rosterOthers = []string{"categories", "classResources", "courseResources", "demographics", "lineItemLearningObjectiveIds", "lineItems",
	"lineItemScoreScales", "resources", "resultLearningObjectiveIds", "results", "resultScoreScales", "scoreScales", "userProfiles", "userResources"}

func rosterFiles() []string {
	var out []string
	for _, t := range rosterTables {
		out = append(out, t.file())
	}
	return out
}

// rosterLabels are the tables that records come from.
var rosterLabels = map[kind]string{
	aSchool: "orgs", aSubject: "classes", aCohort: "classes", aPupil: "users", aTeacher: "users", aManager: "roles",
	aPupilSubject: "enrollments", aMembership: "enrollments",
}

// rosterPlace is where a row is; one that is kept has no line any more.
func rosterPlace(r *raw) place {
	t := rosterTables[r.kind]
	return place{t.file(), r.line, t.name + " " + shorten(r.one(fRowID))}
}

// listOf splits a list within a text, as the binding writes it: with commas.
func listOf(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// chosen is the name that somebody goes by.
func chosen(r *raw, preferred, official field) string {
	return cmp.Or(r.one(preferred), r.one(official))
}
