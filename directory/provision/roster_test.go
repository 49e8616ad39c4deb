package provision_test

import (
	"archive/zip"
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

// september is when the invented academy is read.
var september = time.Date(2026, time.September, 2, 6, 0, 0, 0, time.UTC)

// rosterPackage is a folder of OneRoster files that a test changes before it is read.
type rosterPackage struct {
	t   testing.TB
	dir string
	now time.Time
}

// rostered writes Les Tilleuls alone.
func rostered(t testing.TB) rosterPackage {
	t.Helper()
	d := rosterPackage{t, t.TempDir(), september}
	if err := academy.WriteOneRosterFolder(d.dir, academy.Options{Schools: 1}, false); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d rosterPackage) read(name string) string {
	d.t.Helper()
	b, err := os.ReadFile(filepath.Join(d.dir, name+".csv"))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(b)
}

func (d rosterPackage) write(name, text string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.dir, name+".csv"), []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// replace puts text in the place of the first old, which must be there.
func (d rosterPackage) replace(name, old, text string) {
	d.t.Helper()
	s := d.read(name)
	if !strings.Contains(s, old) {
		d.t.Fatalf("%s.csv does not contain %q", name, old)
	}
	d.write(name, strings.Replace(s, old, text, 1))
}

func (d rosterPackage) remove(name string) {
	d.t.Helper()
	if err := os.Remove(filepath.Join(d.dir, name+".csv")); err != nil {
		d.t.Fatal(err)
	}
}

// duplicate says a line again that begins so.
func (d rosterPackage) duplicate(name, begins string) {
	d.t.Helper()
	s := d.read(name)
	i := strings.Index(s, "\n"+begins)
	line := s[i+1 : i+2+strings.Index(s[i+1:], "\n")]
	d.write(name, s+line)
}

func (d rosterPackage) check(limits ...provision.Limits) provision.Report {
	d.t.Helper()
	return checkRoster(d.t, d.dir, d.now, limits...)
}

func checkRoster(t testing.TB, path string, now time.Time, limits ...provision.Limits) provision.Report {
	t.Helper()
	src, err := provision.OpenOneRoster(path, now)
	if err != nil {
		t.Fatal(err)
	}
	l := provision.Limits{}
	if len(limits) > 0 {
		l = limits[0]
	}
	report, err := provision.Check(t.Context(), src, l)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestAPackageThatIsRightIsReadWithoutAWord(t *testing.T) {
	t.Parallel()
	path, err := academy.WriteOneRoster(t.TempDir(), academy.Options{Schools: 3, Pupils: 80}, false)
	if err != nil {
		t.Fatal(err)
	}
	report := checkRoster(t, path, september)
	if report.Refused || len(report.Findings) != 0 || report.Files != 8 || len(report.Schools) != 3 || report.Mode != "bulk" {
		t.Errorf("got %+v", report)
	}
	for _, s := range report.Schools {
		if s.Persons < 80 {
			t.Errorf("%s has %d persons", s.UAI, s.Persons)
		}
	}
}

// The same academy, as its portal's archive and as a package: the same people in the same places.
func TestAPackageSaysWhatTheArchiveSays(t *testing.T) {
	t.Parallel()
	mails := regexp.MustCompile(`\[\S*@\S*\]|\[\]`) // archives of the first degree have none but managers'
	for _, degree := range []directory.Degree{directory.FirstDegree, directory.SecondDegree} {
		o := academy.Options{Schools: 3, Pupils: 90, Degree: degree}
		archive, err := academy.WriteArchive(t.TempDir(), o)
		if err != nil {
			t.Fatal(err)
		}
		pack, err := academy.WriteOneRoster(t.TempDir(), o, false)
		if err != nil {
			t.Fatal(err)
		}
		ent, err := provision.Open(archive)
		if err != nil {
			t.Fatal(err)
		}
		roster, err := provision.OpenOneRoster(pack, september)
		if err != nil {
			t.Fatal(err)
		}
		outline := func(src provision.Source) []string {
			lines, err := provision.Outline(src)
			if err != nil {
				t.Fatal(err)
			}
			if degree == directory.FirstDegree {
				for i, line := range lines {
					lines[i] = mails.ReplaceAllString(line, "")
				}
			}
			return lines
		}
		want, got := outline(ent), outline(roster)
		if len(want) < 500 {
			t.Fatalf("only %d lines are compared", len(want))
		}
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Errorf("only in the archive: %s", line)
			}
		}
		for _, line := range got {
			if !slices.Contains(want, line) {
				t.Errorf("only in the package: %s", line)
			}
		}
	}
}

// A museum of what exporters get wrong. Each case changes a good package, and must be met by one finding of the right rule, effect,
// file and record, with a line where there is one.
func TestWhatIsWrongInAPackageIsNamed(t *testing.T) {
	t.Parallel()
	const (
		refused, aside, noted = provision.Refused, provision.Aside, provision.Noted
		pupil                 = "tilleuls-e-00002"
	)
	for name, c := range map[string]struct {
		spoil  func(d rosterPackage)
		rule   string
		effect provision.Effect
		file   string
		record string
		line   bool
	}{
		"no manifest":             {func(d rosterPackage) { d.remove("manifest") }, "provision.oneroster.manifest.missing", refused, "manifest", "", false},
		"a manifest of 1.1":       {func(d rosterPackage) { d.replace("manifest", "oneroster.version,1.2", "oneroster.version,1.1") }, "provision.oneroster.manifest.version", refused, "manifest", "oneroster.version", true},
		"a manifest of nothing":   {func(d rosterPackage) { d.replace("manifest", "oneroster.version,1.2\n", "") }, "provision.oneroster.manifest.lacks", refused, "manifest", "", false},
		"a manifest's header":     {func(d rosterPackage) { d.replace("manifest", "propertyName,value", "property,value") }, "provision.oneroster.manifest.header", refused, "manifest", "", true},
		"a manifest's word":       {func(d rosterPackage) { d.replace("manifest", "file.users,bulk", "file.users,full") }, "provision.oneroster.choice", refused, "manifest", "file.users", true},
		"a property twice":        {func(d rosterPackage) { d.duplicate("manifest", "file.users") }, "provision.schema.key", refused, "manifest", "file.users", true},
		"an unknown property":     {func(d rosterPackage) { d.replace("manifest", "source.systemName", "source.name") }, "provision.oneroster.manifest.unknown", noted, "manifest", "source.name", true},
		"a file that is missing":  {func(d rosterPackage) { d.remove("enrollments") }, "provision.oneroster.file.missing", refused, "enrollments", "", false},
		"a file that is not said": {func(d rosterPackage) { d.replace("manifest", "file.classes,bulk", "file.classes,absent") }, "provision.oneroster.file.unsaid", refused, "classes", "", false},
		"no roles": {func(d rosterPackage) {
			d.remove("roles")
			d.replace("manifest", "file.roles,bulk", "file.roles,absent")
		}, "provision.oneroster.file.needed", refused, "roles", "", false},
		"a file of another name": {func(d rosterPackage) { d.write("pupils", "a,b\n") }, "provision.oneroster.ignored", noted, "pupils", "", false},

		"a column missing":   {func(d rosterPackage) { d.replace("users", "familyName", "lastName") }, "provision.oneroster.column.missing", refused, "users", "", true},
		"an unknown column":  {func(d rosterPackage) { d.replace("users", "pronouns", "pronoun") }, "provision.oneroster.column.unknown", noted, "users", "", true},
		"an optional column": {func(d rosterPackage) { d.replace("orgs", "identifier", "indentifier") }, "provision.oneroster.column.absent", noted, "orgs", "", true},
		"a column twice":     {func(d rosterPackage) { d.replace("users", "sms", "phone") }, "provision.oneroster.column.twice", refused, "users", "", true},
		"an empty file":      {func(d rosterPackage) { d.write("courses", "") }, "provision.oneroster.empty", refused, "courses", "", false},
		"a line too short":   {func(d rosterPackage) { d.write("users", d.read("users")+"x,y\n") }, "provision.oneroster.width", refused, "users", "", true},
		"a quote left open":  {func(d rosterPackage) { d.write("users", d.read("users")+"\"x,y\n") }, "provision.oneroster.quote", refused, "users", "", true},
		"a quote inside":     {func(d rosterPackage) { d.replace("users", "Marchal", `Mar"chal`) }, "provision.oneroster.quote", refused, "users", "", true},
		"a quote of a file": {func(d rosterPackage) {
			d.replace("users", "tilleuls-e-00002,", "\"tilleuls-e-00002,"+strings.Repeat("x", 2<<20))
		}, "provision.oneroster.long", refused, "users", "", false},
		"Latin-1":             {func(d rosterPackage) { d.replace("users", "Inès", "In\xe8s") }, "provision.oneroster.encoding", refused, "users", "", true},
		"UTF-16":              {func(d rosterPackage) { d.write("users", "\xff\xfes\x00o\x00") }, "provision.oneroster.encoding", refused, "users", "", true},
		"a line in a name":    {func(d rosterPackage) { d.replace("users", "Marchal", "\"Mar\nchal\"") }, "provision.oneroster.control", refused, "users", "users tilleuls-c-0006", true},
		"a byte that is zero": {func(d rosterPackage) { d.replace("users", "tilleuls-c-0006", "tilleuls\x00c") }, "provision.oneroster.control", refused, "users", "users tilleuls", true},

		"no name":              {func(d rosterPackage) { d.replace("users", "Marchal", "") }, "provision.oneroster.blank", refused, "users", "users tilleuls-c-0006", true},
		"a name too long":      {func(d rosterPackage) { d.replace("users", "Marchal", strings.Repeat("é", 501)) }, "provision.schema.length", refused, "users", "users tilleuls-c-0006", true},
		"an unknown role":      {func(d rosterPackage) { d.replace("roles", ",student,", ",pupil,") }, "provision.oneroster.choice", refused, "roles", "roles tilleuls-", true},
		"a role's kind":        {func(d rosterPackage) { d.replace("roles", ",primary,", ",first,") }, "provision.oneroster.choice", refused, "roles", "roles tilleuls-", true},
		"an org's type":        {func(d rosterPackage) { d.replace("orgs", ",school,", ",college,") }, "provision.oneroster.choice", refused, "orgs", "orgs etab-0991234D", true},
		"a class's type":       {func(d rosterPackage) { d.replace("classes", ",homeroom,", ",division,") }, "provision.oneroster.choice", refused, "classes", "classes 0991234D-6A", true},
		"an enrollment's role": {func(d rosterPackage) { d.replace("enrollments", ",student,", ",guardian,") }, "provision.oneroster.choice", refused, "enrollments", "enrollments tilleuls-", true},
		"enabled or not":       {func(d rosterPackage) { d.replace("users", ",true,", ",yes,") }, "provision.oneroster.choice", refused, "users", "users tilleuls-", true},
		"a status":             {func(d rosterPackage) { d.replace("users", pupil+",,", pupil+",inactive,") }, "provision.oneroster.choice", refused, "users", "users " + pupil, true},
		"no such day":          {func(d rosterPackage) { d.replace("academicSessions", "2026-09-01", "2026-02-30") }, "provision.schema.date", refused, "academicSessions", "academicSessions annee-2026", true},
		"a day for an instant": {func(d rosterPackage) { d.replace("users", pupil+",,", pupil+",,2026-09-01") }, "provision.oneroster.instant", refused, "users", "users " + pupil, true},
		"one sourcedId twice":  {func(d rosterPackage) { d.duplicate("users", pupil) }, "provision.schema.key", refused, "users", "users " + pupil, true},
		"one UAI twice": {func(d rosterPackage) {
			d.replace("orgs", "academie,,,Académie,district,,", "double,,,Collège,school,0991234D,")
		}, "provision.oneroster.org.twice", refused, "orgs", "orgs ", true},
		"no school":             {func(d rosterPackage) { d.replace("orgs", ",school,", ",local,") }, "provision.oneroster.schools", refused, "orgs", "", false},
		"a school without code": {func(d rosterPackage) { d.replace("orgs", ",school,0991234D", ",school,") }, "provision.oneroster.org.uai", aside, "orgs", "orgs etab-0991234D", true},
		"a school's letter":     {func(d rosterPackage) { d.replace("orgs", ",school,0991234D", ",school,0991234E") }, "provision.oneroster.org.letter", aside, "orgs", "orgs etab-0991234D", true},

		"a role nowhere":          {func(d rosterPackage) { d.replace("roles", ",etab-0991234D,", ",etab-x,") }, "provision.oneroster.reference", aside, "roles", "roles tilleuls-", true},
		"a role of nobody":        {func(d rosterPackage) { d.replace("roles", ",tilleuls-e-00002,", ",ghost,") }, "provision.oneroster.reference", aside, "roles", "roles tilleuls-", true},
		"a class nowhere":         {func(d rosterPackage) { d.replace("classes", ",etab-0991234D,", ",etab-x,") }, "provision.oneroster.reference", aside, "classes", "classes 0991234D-6A", true},
		"a class at the academy":  {func(d rosterPackage) { d.replace("classes", ",etab-0991234D,", ",academie,") }, "provision.oneroster.class.school", aside, "classes", "classes 0991234D-6A", true},
		"a class at no time":      {func(d rosterPackage) { d.replace("classes", ",annee-2026,", ",annee-x,") }, "provision.oneroster.reference", aside, "classes", "classes 0991234D-6A", true},
		"a class of no course":    {func(d rosterPackage) { d.replace("classes", ",0991234D-6,", ",x,") }, "provision.oneroster.reference", aside, "classes", "classes 0991234D-6A", true},
		"an enrollment nowhere":   {func(d rosterPackage) { d.replace("enrollments", ",0991234D-6A,", ",x,") }, "provision.oneroster.reference", aside, "enrollments", "enrollments tilleuls-", true},
		"an enrollment of nobody": {func(d rosterPackage) { d.replace("enrollments", ",tilleuls-e-00002,", ",ghost,") }, "provision.oneroster.reference", aside, "enrollments", "enrollments tilleuls-", true},
		"enrolled without a role": {func(d rosterPackage) { d.replace("roles", ",student,", ",parent,") }, "provision.oneroster.enrollment.role", aside, "enrollments", "enrollments tilleuls-", true},
		"a user without a role": {func(d rosterPackage) {
			d.write("users", d.read("users")+"seul,,,true,seul,,Alix,Seul,,,,,,,,,,,,,,\n")
		}, "provision.oneroster.user.role", aside, "users", "users seul", true},
		"an unknown extension": {func(d rosterPackage) { d.replace("roles", ",student,", ",ext:cuisinier,") }, "provision.profile.unknown", aside, "roles", "roles tilleuls-", true},

		"a delta by itself": {func(d rosterPackage) {
			d.write("manifest", strings.ReplaceAll(d.read("manifest"), ",bulk", ",delta"))
			for _, name := range []string{"academicSessions", "orgs", "courses", "classes", "users", "roles", "enrollments"} {
				head, _, _ := strings.Cut(d.read(name), "\n")
				d.write(name, head+"\n")
			}
		}, "provision.oneroster.delta.alone", noted, "manifest", "", false},
		"a delta without a date": {func(d rosterPackage) {
			d.replace("manifest", "file.users,bulk", "file.users,delta")
		}, "provision.oneroster.blank", refused, "users", "users tilleuls-", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := rostered(t)
			c.spoil(d)
			report := d.check()
			f, ok := rule(report, c.rule)
			if !ok {
				t.Fatalf("got %+v", report.Findings)
			}
			if f.Effect != c.effect || c.effect == refused && !report.Refused {
				t.Errorf("effect %s, refused %v", f.Effect, report.Refused)
			}
			if f.File != c.file+".csv" || f.Line > 0 != c.line || !strings.HasPrefix(f.Record, c.record) {
				t.Errorf("at %s:%d %q", f.File, f.Line, f.Record)
			}
			inWords(t, report)
		})
	}
}

func TestALineIsTheOneOfTheFile(t *testing.T) {
	t.Parallel()
	d := rostered(t)
	d.replace("users", "Marchal", "")
	s := d.read("users")
	want := strings.Count(s[:strings.Index(s, "tilleuls-c-0006")], "\n") + 1
	if f, _ := rule(d.check(), "provision.oneroster.blank"); f.Line != want || f.Params["column"] != "familyName" {
		t.Errorf("got %+v, want line %d", f, want)
	}
}

func TestPackagesAreTakenAsExportersWriteThem(t *testing.T) {
	t.Parallel()
	want := rostered(t).check().Schools[0].Persons
	for name, change := range map[string]func(d rosterPackage){
		"with a byte order mark":    func(d rosterPackage) { d.write("users", "\uFEFF"+d.read("users")) },
		"with Windows' line ends":   func(d rosterPackage) { d.write("users", strings.ReplaceAll(d.read("users"), "\n", "\r\n")) },
		"with quotes":               func(d rosterPackage) { d.replace("users", "Marchal", `"Marchal, dite ""l’Aigle"""`) },
		"with blanks":               func(d rosterPackage) { d.replace("users", "Marchal", " Marchal ") },
		"with columns of their own": func(d rosterPackage) { d.replace("users", "pronouns", "pronouns,metadata.x"); widen(d, "users") },
		"with a status in bulk": func(d rosterPackage) {
			d.replace("users", "tilleuls-e-00002,,", "tilleuls-e-00002,active,2026-09-01T00:00:00Z")
		},
		"without the other files":    func(d rosterPackage) { d.replace("manifest", "file.results,absent\n", "") },
		"with files we do not read":  func(d rosterPackage) { d.write("demographics", "\xff\xfe") },
		"with the columns elsewhere": func(d rosterPackage) { swap(d, "orgs") },
		"with a proctor":             func(d rosterPackage) { d.replace("roles", ",principal,", ",proctor,") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := rostered(t)
			change(d)
			report := d.check()
			if report.Refused || len(report.Findings) != 0 || report.Schools[0].Persons != want {
				t.Errorf("got %+v", report)
			}
		})
	}
}

// widen gives every line but the first a value more.
func widen(d rosterPackage, name string) {
	lines := strings.Split(strings.TrimSpace(d.read(name)), "\n")
	for i := 1; i < len(lines); i++ {
		lines[i] += ",1"
	}
	d.write(name, strings.Join(lines, "\n"))
}

// swap exchanges the fourth column and the fifth.
func swap(d rosterPackage, name string) {
	lines := strings.Split(strings.TrimSpace(d.read(name)), "\n")
	for i, line := range lines {
		cells := strings.Split(line, ",")
		if len(cells) > 7 { // a quoted comma: the school's name
			head, tail, _ := strings.Cut(line, `"`)
			quoted, rest, _ := strings.Cut(tail, `"`)
			after := strings.SplitN(strings.TrimPrefix(rest, ","), ",", 2)
			lines[i] = head + after[0] + `,"` + quoted + `",` + after[1]
			continue
		}
		cells[3], cells[4] = cells[4], cells[3]
		lines[i] = strings.Join(cells, ",")
	}
	d.write(name, strings.Join(lines, "\n"))
}

func TestWhoIsNotEnabledIsNotThere(t *testing.T) {
	t.Parallel()
	d := rostered(t)
	whole := d.check().Schools[0].Persons
	d.replace("users", "tilleuls-c-0006,,,true", "tilleuls-c-0006,,,false")
	report := d.check()
	if len(report.Findings) != 0 || report.Schools[0].Persons != whole-1 {
		t.Errorf("%d persons of %d, %+v", report.Schools[0].Persons, whole, report.Findings)
	}
}

// Classes are there from 16 August to the day before the end of their last term.
func TestDatesSayWhichClassesAreCurrent(t *testing.T) {
	t.Parallel()
	for day, open := range map[string]bool{"2026-06-30": false, "2026-08-15": false, "2026-08-16": true, "2026-09-01": true, "2026-12-25": true, "2027-07-05": true, "2027-07-06": false, "2027-09-01": false} {
		now, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		d := rostered(t)
		src, err := provision.OpenOneRoster(d.dir, now)
		if err != nil {
			t.Fatal(err)
		}
		lines, err := provision.Outline(src)
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(lines, func(s string) bool { return strings.Contains(s, " 5e B ") }); got != open {
			t.Errorf("%s: open %v", day, got)
		}
	}
}

func TestGradesAreReadAsLevels(t *testing.T) {
	t.Parallel()
	for grade, want := range map[string]string{"06": "6e", "12": "Tle", "05": "CM2", "2115": "4e", "10110001110": "5e", "5e": "5e", "2nde": "2de", "CM2": "CM2", "Terminale": "Tle", "PK": "", "13": "", "": ""} {
		if got := provision.LevelOfGrade(grade); got != want {
			t.Errorf("%q: got %q, want %q", grade, got, want)
		}
	}
}

func TestZipsThatAreRefusedNameTheEntry(t *testing.T) {
	t.Parallel()
	good := map[string]string{}
	d := rostered(t)
	for _, name := range []string{"manifest", "academicSessions", "orgs", "courses", "classes", "users", "roles", "enrollments"} {
		good[name+".csv"] = d.read(name)
	}
	whole := zipOf(t, good)
	with := func(name, text string) []byte {
		more := maps.Clone(good)
		more[name] = text
		return zipOf(t, more)
	}
	link := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		h := &zip.FileHeader{Name: "users.csv"}
		h.SetMode(os.ModeSymlink | 0o777)
		w, _ := z.CreateHeader(h)
		w.Write([]byte("/etc/passwd"))
		z.Close()
		return b.Bytes()
	}()
	twice := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for range 2 {
			w, _ := z.Create("users.csv")
			w.Write([]byte("x"))
		}
		z.Close()
		return b.Bytes()
	}()
	for name, c := range map[string]struct {
		zip    []byte
		limits provision.Limits
		rule   string
		file   string
	}{
		"a parent folder":     {with("../users.csv", "x"), provision.Limits{}, "provision.archive.path", "../users.csv"},
		"an absolute name":    {with("/tmp/users.csv", "x"), provision.Limits{}, "provision.archive.path", "/tmp/users.csv"},
		"a backslash":         {with(`..\users.csv`, "x"), provision.Limits{}, "provision.archive.path", `..\users.csv`},
		"a folder":            {with("export/", ""), provision.Limits{}, "provision.archive.path", "export/"},
		"a link":              {link, provision.Limits{}, "provision.archive.link", "users.csv"},
		"an entry twice":      {twice, provision.Limits{}, "provision.set.twice", "users.csv"},
		"cut":                 {whole[:len(whole)/2], provision.Limits{}, "provision.zip.damaged", ""},
		"nothing":             {nil, provision.Limits{}, "provision.zip.damaged", ""},
		"no zip":              {[]byte("sourcedId,status"), provision.Limits{}, "provision.zip.damaged", ""},
		"bytes changed":       {slices.Concat(whole[:2000], []byte("????????"), whole[2008:]), provision.Limits{}, "provision.zip.damaged", ""},
		"a bomb":              {with("zeros.csv", strings.Repeat(" ", 64<<20)), provision.Limits{Ratio: 20}, "provision.archive.bomb", "zeros.csv"},
		"a bomb that is read": {with("users.csv", "sourcedId\n"+strings.Repeat("\n", 64<<20)), provision.Limits{Ratio: 20}, "provision.archive.bomb", "users.csv"},
		"too much in all":     {whole, provision.Limits{TotalBytes: 20_000}, "provision.archive.bomb", "enrollments.csv"},
		"too large a file":    {whole, provision.Limits{FileBytes: 20_000}, "provision.oneroster.large", "enrollments.csv"},
		"too many files":      {whole, provision.Limits{Entries: 4}, "provision.archive.entries", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "paquet.zip")
			if err := os.WriteFile(path, c.zip, 0o644); err != nil {
				t.Fatal(err)
			}
			report := checkRoster(t, path, september, c.limits)
			f, ok := rule(report, c.rule)
			if !ok || f.Effect == provision.Refused != report.Refused {
				t.Fatalf("got %+v", report.Findings)
			}
			if c.file != "" && f.File != c.file {
				t.Errorf("names %q, want %q", f.File, c.file)
			}
			inWords(t, report)
		})
	}
}

func zipOf(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAPackageIsAZipOrAFolder(t *testing.T) {
	t.Parallel()
	plain := filepath.Join(t.TempDir(), "users.csv")
	if err := os.WriteFile(plain, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]fault.Kind{filepath.Join(t.TempDir(), "none.zip"): fault.NotFound, plain: fault.Invalid} {
		if _, err := provision.OpenOneRoster(path, september); !fault.Is(err, kind) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func FuzzRosterTable(f *testing.F) {
	for _, name := range []string{"manifest", "academicSessions", "orgs", "courses", "classes", "users", "roles", "enrollments"} {
		head := rostered(f).read(name)
		f.Add(name+".csv", []byte(head[:min(len(head), 600)]))
	}
	f.Add("users.csv", []byte("\uFEFFsourcedId,enabledUser,givenName,familyName\r\nu1,true,\"A\"\"b\",C\r\n"))
	f.Add("users.csv", []byte("sourcedId,status,dateLastModified\n\"open"))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		if _, err := provision.RosterVerdict(name, text); err != nil {
			t.Fatalf("a file's fault was taken for the machine's: %v", err)
		}
	})
}

// Whatever the rows refer to, a package is a report: schools, or findings that have words.
func FuzzRosterPackage(f *testing.F) {
	names := []string{"academicSessions", "orgs", "classes", "users", "roles", "enrollments"}
	manifest := "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n"
	heads := map[string]string{
		"academicSessions": "sourcedId,startDate,endDate", "orgs": "sourcedId,name,type,identifier", "classes": "sourcedId,title,grades,classType,schoolSourcedId,termSourcedIds,subjects,subjectCodes",
		"users": "sourcedId,enabledUser,givenName,familyName,grades,email", "roles": "sourcedId,userSourcedId,role,orgSourcedId,beginDate,endDate", "enrollments": "sourcedId,classSourcedId,userSourcedId,role,beginDate,endDate",
	}
	for _, name := range names {
		manifest += "file." + name + ",bulk\n"
	}
	f.Add("t,2026-09-01,2027-07-06", "o,Collège,school,0991234D\nd,Académie,district,", "c,5e B,5e,homeroom,o,t,,\ng,Latin,,scheduled,o,\"t,x\",LATIN,020300", "u,true,Inès,Marchal,07,\nv,false,A,B,,\np,true,N,A,,a@b.example",
		"1,u,student,o,,\n2,p,teacher,o,,\n3,p,ext:responsableAffectation,o,,\n4,v,parent,d,,", "1,c,u,student,,\n2,g,u,student,2026-09-01,\n3,g,p,teacher,,\n4,c,p,teacher,,\n5,x,p,teacher,,")
	f.Add("t,2025-09-01,2026-07-06", "o,École,school,0991234D\no2,École,school,0991234D", "c,CP,,ext:atelier,o,t,,", "u,true,I,M,,", "1,u,ext:cuisinier,o,,\n2,u,student,o,,\n3,u,teacher,o,,", "1,c,u,student,,\n2,c,u,teacher,,")
	words := lang.MustLoad()
	f.Fuzz(func(t *testing.T, sessions, orgs, classes, users, roles, enrollments string) {
		texts := map[string]string{"manifest.csv": manifest}
		for i, text := range []string{sessions, orgs, classes, users, roles, enrollments} {
			texts[names[i]+".csv"] = heads[names[i]] + "\n" + text
		}
		report, err := provision.Check(t.Context(), provision.InMemory(texts, september), provision.Limits{})
		if err != nil {
			t.Fatalf("a package's fault was taken for the machine's: %v", err)
		}
		if !report.Refused && len(report.Schools) == 0 {
			t.Error("neither a school nor a refusal")
		}
		for _, line := range report.Lines(words, lang.French) {
			if strings.Contains(line, "⟦") {
				t.Error(line)
			}
		}
	})
}

func FuzzZip(f *testing.F) {
	small := zipOf(f, map[string]string{"a.csv": "a,b\n", "b.csv": strings.Repeat("b", 3000), "manifest.csv": "m"})
	f.Add(small)
	f.Add(small[:len(small)/2])
	f.Add(zipOf(f, map[string]string{"../x.csv": "x"}))
	f.Fuzz(func(t *testing.T, b []byte) {
		const most = 1 << 20
		entries, err := provision.Unzip(b, provision.Limits{TotalBytes: most, FileBytes: most, Entries: 100})
		if err != nil {
			t.Fatalf("a package's fault was taken for the machine's: %v", err)
		}
		total := 0
		for name, text := range entries {
			if strings.ContainsAny(name, "/\\\x00") || name == ".." || !strings.HasSuffix(name, ".csv") {
				t.Errorf("let %q through", name)
			}
			total += len(text)
		}
		if total > most {
			t.Errorf("unpacked %d bytes", total)
		}
	})
}
