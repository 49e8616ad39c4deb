package academy

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// A OneRoster package of the same academy. What the standard has no word for goes by extensions (docs/protocols/oneroster.md) or
// is left out: civility, MEF, what a teacher teaches to a class, from which classes a group comes.

// WriteOneRoster writes the academy as a OneRoster 1.2 package (.zip) into a folder and returns its path: the whole academy, or,
// where delta is asked for, what the last of its nights has changed.
func WriteOneRoster(dir string, o Options, delta bool) (string, error) {
	o = o.filled()
	if err := o.check(); err != nil {
		return "", err
	}
	mode := "bulk"
	if delta {
		mode = "delta"
	}
	path := filepath.Join(dir, string(o.Project)+"_OneRoster_"+mode+"_"+o.Date.UTC().Format("20060102_150405")+".zip")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	err = writeRoster(o, delta, func(name string) (io.Writer, error) {
		return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: o.Date})
	})
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return "", fmt.Errorf("write the package %s: %w", filepath.Base(path), err)
	}
	return path, f.Close()
}

// WriteOneRosterFolder writes the same files into a folder, unpacked.
func WriteOneRosterFolder(dir string, o Options, delta bool) error {
	o = o.filled()
	if err := o.check(); err != nil {
		return err
	}
	var open []*os.File
	err := writeRoster(o, delta, func(name string) (io.Writer, error) {
		f, err := os.Create(filepath.Join(dir, name))
		open = append(open, f)
		return f, err
	})
	for _, f := range open {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}
	return err
}

// sheet is a file of the package; its rows begin with their sourcedId, and status and date come after it as they are written.
type sheet struct {
	name   string
	header []string
	rows   [][]string
}

func (s *sheet) add(cells ...string) { s.rows = append(s.rows, cells) }

func writeRoster(o Options, delta bool, create func(name string) (io.Writer, error)) error {
	sheets := sheetsOf(o)
	mode := "bulk"
	if delta {
		mode = "delta"
		before := o
		before.Day = max(0, o.Day-1)
		for i, old := range sheetsOf(before) {
			sheets[i].rows = since(old.rows, sheets[i].rows, o.Date)
		}
	}
	manifest := [][]string{{"propertyName", "value"}, {"manifest.version", "1.0"}, {"oneroster.version", "1.2"}}
	for _, s := range sheets {
		said := mode
		if len(s.rows) == 0 {
			said = "absent" // the standard has no file without a row
		}
		manifest = append(manifest, []string{"file." + s.name, said})
	}
	for _, name := range []string{"categories", "classResources", "courseResources", "demographics", "lineItemLearningObjectiveIds", "lineItems", "lineItemScoreScales",
		"resources", "resultLearningObjectiveIds", "results", "resultScoreScales", "scoreScales", "userProfiles", "userResources"} {
		manifest = append(manifest, []string{"file." + name, "absent"})
	}
	manifest = append(manifest, []string{"source.systemName", "Pupitre"}, []string{"source.systemCode", string(o.Project)})
	if err := writeSheet(create, "manifest.csv", manifest); err != nil {
		return err
	}
	for _, s := range sheets {
		if len(s.rows) == 0 {
			continue
		}
		lines := [][]string{append([]string{"sourcedId", "status", "dateLastModified"}, s.header...)}
		for _, r := range s.rows {
			if !delta {
				r = slices.Insert(slices.Clone(r), 1, "", "")
			}
			lines = append(lines, r)
		}
		if err := writeSheet(create, s.name+".csv", lines); err != nil {
			return err
		}
	}
	return nil
}

// since is what a night has changed, with status and date.
func since(before, after [][]string, date time.Time) [][]string {
	when := date.UTC().Format("2006-01-02T15:04:05.000Z")
	was := map[string][]string{}
	for _, r := range before {
		was[r[0]] = r
	}
	var out [][]string
	for _, r := range after {
		if !slices.Equal(was[r[0]], r) {
			out = append(out, slices.Insert(slices.Clone(r), 1, "active", when))
		}
		delete(was, r[0])
	}
	for _, r := range before {
		if was[r[0]] != nil {
			gone := append([]string{r[0], "tobedeleted", when}, make([]string, len(r)-1)...)
			out = append(out, gone)
		}
	}
	return out
}

func writeSheet(create func(name string) (io.Writer, error), name string, lines [][]string) error {
	w, err := create(name)
	if err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.WriteAll(lines) // a csv.Writer remembers its first error
	return c.Error()
}

// roles are the words of OneRoster for our profiles; two of them are extensions.
var roles = map[string]string{"National_elv": "student", "National_ens": "teacher", "National_doc": "ext:documentaliste",
	"National_eta": "aide", "National_dir": "principal"}

// sheetsOf writes the academy as rows, in the order of the standard's columns.
func sheetsOf(o Options) []*sheet {
	year := o.Date.Year()
	if o.Date.Month() < time.August {
		year--
	}
	sessions := &sheet{name: "academicSessions", header: []string{"title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"}}
	term := fmt.Sprintf("annee-%d", year)
	sessions.add(term, fmt.Sprintf("%d-%d", year, year+1), "schoolYear", fmt.Sprintf("%d-09-01", year), fmt.Sprintf("%d-07-06", year+1), "", strconv.Itoa(year+1))
	orgs := &sheet{name: "orgs", header: []string{"name", "type", "identifier", "parentSourcedId"}}
	orgs.add("academie", "Académie", "district", "", "")
	r := rosterSheets{
		term: term, orgs: orgs,
		courses:     &sheet{name: "courses", header: []string{"schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes"}},
		classes:     &sheet{name: "classes", header: []string{"title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods"}},
		users:       &sheet{name: "users", header: []string{"enabledUser", "username", "userIds", "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password", "userMasterIdentifier", "preferredGivenName", "preferredMiddleName", "preferredFamilyName", "primaryOrgSourcedId", "pronouns"}},
		roles:       &sheet{name: "roles", header: []string{"userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId"}},
		enrollments: &sheet{name: "enrollments", header: []string{"classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"}},
	}
	for n := range o.Schools {
		r.put(invent(o, n))
	}
	return []*sheet{sessions, orgs, r.courses, r.classes, r.users, r.roles, r.enrollments}
}

// rosterSheets are the files that schools fill.
type rosterSheets struct {
	term                                              string
	orgs, courses, classes, users, roles, enrollments *sheet
}

func (r *rosterSheets) put(s *school) {
	r.orgs.add("etab-"+s.uai, s.name+", "+s.town, "school", s.uai, "academie")
	for _, c := range s.courses {
		r.courses.add(s.uai+"-"+c.code, r.term, c.level, c.code, c.level, "etab-"+s.uai, "", "")
	}
	class := func(code, label, course, kind, grade string, taught ...subject) {
		labels, codes := "", ""
		if len(taught) > 0 {
			labels, codes = taught[0].label, taught[0].code
		}
		r.classes.add(s.uai+"-"+code, label, grade, course, code, kind, "", "etab-"+s.uai, r.term, labels, codes, "")
	}
	for _, k := range s.classes {
		class(k.code, k.label, s.uai+"-"+k.course.code, "homeroom", k.course.level)
	}
	for _, g := range s.groups {
		course := g.within[0].course
		class(g.code, g.label, s.uai+"-"+course.code, "scheduled", course.level, g.subject)
	}
	for _, p := range s.pupils {
		r.user(s, p.external, p.given, p.family, "", p.class.course.level)
		r.role(p.external, "National_elv", s.uai)
		r.enroll(s, p.external, "student", p.class.code)
		if p.group != nil {
			r.enroll(s, p.external, "student", p.group.code)
		}
	}
	for _, a := range s.staff {
		r.user(s, a.external, a.given, a.family, a.external+"@ecoles.example", "")
		for _, uai := range append([]string{s.uai}, a.also...) {
			r.role(a.external, a.profile, uai)
		}
		if a.manager {
			r.roles.add(a.external+"-affectation", a.external, "secondary", "ext:responsableAffectation", "", "", "etab-"+s.uai, "")
		}
		for _, k := range a.classes {
			r.enroll(s, a.external, "teacher", k.code)
		}
		for _, g := range a.groups {
			r.enroll(s, a.external, "teacher", g.code)
		}
	}
}

func (r *rosterSheets) user(s *school, external, given, family, mail, grade string) {
	r.users.add(external, "true", external, "", given, family, "", "", mail, "", "", "", grade, "", "", "", "", "", "etab-"+s.uai, "")
}

func (r *rosterSheets) role(external, profile, uai string) {
	r.roles.add(external+"-"+uai, external, "primary", roles[profile], "", "", "etab-"+uai, "")
}

func (r *rosterSheets) enroll(s *school, external, role, code string) {
	r.enrollments.add(external+"-"+s.uai+"-"+code, s.uai+"-"+code, "etab-"+s.uai, external, role, "", "", "")
}
