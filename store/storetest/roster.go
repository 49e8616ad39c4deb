package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/privacy"
)

// OneRoster tells what packages do to what stands, whole ones and deltas.
func OneRoster(t *testing.T, e dbtest.Engine) {
	for name, rule := range map[string]func(t *testing.T, p *portal){
		"an academy is the same as an archive and as a package": testSameAcademy,
		"the same package twice is no change":                   testSamePackageTwice,
		"a delta is the night that it tells":                    testDelta,
		"a delta twice is no change":                            testDeltaTwice,
		"a delta without a whole package is refused":            testFirstDelta,
		"a delta that comes late is set aside":                  testLateDelta,
		"what a delta deletes goes":                             testDeletion,
		"what is left out of a delta stays as it is":            testPartOfADelta,
		"a package mends what a delta left":                     testWholeAfterDelta,
		"an import cut short is completed by the next delta":    testDeltaResumed,
		"too many departures wait, and are confirmed":           testRosterShare,
		"a school that is left out waits for a word":            testRosterAbsent,
		"a trial keeps nothing":                                 testRosterTrial,
		"a refused package keeps nothing":                       testRefusedPackage,
		"two packages at once are not mixed":                    testMeanwhile,
		"a person's rows are given back and erased":             testRowsErased,
		"an archive ends the rows of packages":                  testArchiveAfterPackages,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule(t, newPortal(t, e))
		})
	}
}

// schoolDay is when packages of the invented academy are read.
var schoolDay = time.Date(2026, time.September, 2, 6, 0, 0, 0, time.UTC)

func (p *portal) rosterFrom(path string, options ...provision.Options) provision.Report {
	p.t.Helper()
	report, err := p.tryRoster(path, options...)
	if err != nil {
		p.t.Fatal(err)
	}
	return report
}

func (p *portal) tryRoster(path string, options ...provision.Options) (provision.Report, error) {
	p.t.Helper()
	src, err := provision.OpenOneRoster(path, schoolDay)
	if err != nil {
		p.t.Fatal(err)
	}
	o := provision.Options{}
	if len(options) > 0 {
		o = options[0]
	}
	o.Project = "A70"
	return p.importer.Import(p.t.Context(), src, o)
}

// roster imports an invented academy's package.
func (p *portal) roster(o academy.Options, delta bool, options ...provision.Options) provision.Report {
	p.t.Helper()
	path, err := academy.WriteOneRoster(p.t.TempDir(), o, delta)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.rosterFrom(path, options...)
}

// rosterFolder writes one unpacked, for tests that change a file by hand.
func (p *portal) rosterFolder(o academy.Options, delta bool) string {
	p.t.Helper()
	dir := p.t.TempDir()
	if err := academy.WriteOneRosterFolder(dir, o, delta); err != nil {
		p.t.Fatal(err)
	}
	return dir
}

func editRoster(t *testing.T, dir, name string, change func(string) string) {
	t.Helper()
	path := filepath.Join(dir, name+".csv")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	after := change(string(b))
	if after == string(b) {
		t.Fatalf("%s is not changed", name)
	}
	if err := os.WriteFile(path, []byte(after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// outline is who is where, by the names that every form of a set gives: a line for each school, cohort, person, place and manager.
func (p *portal) outline() []string {
	p.t.Helper()
	var out []string
	err := p.Store.DB.Read(p.t.Context(), func(ctx context.Context, t *db.Tx) error {
		out = nil
		for _, query := range []string{
			`select 'school ' || uai || ' ' || name || ' ' || town || ' ' || nature || ' ' || degree from school`,
			`select 'cohort ' || s.uai || ' ' || c.kind || ' ' || c.label || ' ' || c.level from cohort c join school s on s.school = c.school where not c.closed`,
			`select 'person ' || s.uai || ' ' || p.external || ' ' || p.family_name || ' ' || p.given_name || ' ' || p.mails || ' ' || a.profile || ' ' || a.level
				from attachment a join person p on p.id = a.person join school s on s.school = a.school where a.until = ''`,
			`select 'place ' || s.uai || ' ' || p.external || ' ' || c.label from membership m join person p on p.id = m.person
				join cohort c on c.school = m.school and c.id = m.cohort join school s on s.school = m.school`,
			`select 'manager ' || s.uai || ' ' || p.external from assignment_manager m join person p on p.id = m.person join school s on s.school = m.school`,
		} {
			err := t.Each(ctx, query, nil, func(row db.Row) error {
				var line string
				err := row.Scan(&line)
				out = append(out, line)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// equalOutline names the first lines that differ.
func equalOutline(t *testing.T, got, want []string) {
	t.Helper()
	shown := 0
	for _, pair := range []struct {
		what  string
		a, in []string
	}{{"missing", want, got}, {"too much", got, want}} {
		for _, line := range pair.a {
			if _, ok := slices.BinarySearch(pair.in, line); !ok && shown < 10 {
				t.Errorf("%s: %s", pair.what, line)
				shown++
			}
		}
	}
	if len(want) < 500 || len(got) != len(want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
}

func testSameAcademy(t *testing.T, p *portal) {
	o := academy.Options{Schools: 3, Pupils: 90}
	if report := p.roster(o, false); report.Count(provision.Applied) != 3 || len(report.Findings) != 0 {
		t.Fatalf("got %+v", report)
	}
	got := p.outline()
	facts := p.facts(directory.PersonMoved)
	report := p.send(o) // the portal's own archive now: everybody stays, only classes have other codes
	for _, s := range report.Schools {
		if s.Arrived+s.Left != 0 {
			t.Errorf("got %+v", s)
		}
	}
	equalOutline(t, got, p.outline())
	if p.facts(directory.PersonMoved) == facts {
		t.Error("nobody moved, though classes have other codes: does the test still compare two forms?")
	}
}

func testSamePackageTwice(t *testing.T, p *portal) {
	first := p.roster(academy.Options{}, false)
	if first.Mode != "bulk" || first.Project != "A70" || first.Files != 8 || first.Records["users"] < 800 {
		t.Errorf("got %+v", first)
	}
	before, rows := p.state(), p.kept()
	if report := p.roster(academy.Options{}, false); !report.Unchanged() || len(report.Findings) != 0 {
		t.Errorf("got %+v", report)
	}
	equalState(t, before, p.state())
	if p.kept() != rows || p.count(`select revision from oneroster_package`) != 1 {
		t.Error("the kept rows were written again")
	}
	if n := p.count(`select count(*) from oneroster_row where cells like '%tilleuls-c-0006,%' or cells like '%username%'`); n != 0 {
		t.Error("a column that nobody uses is kept")
	}
}

func (p *portal) kept() int64 { return p.count(`select count(*) from oneroster_row`) }

func testDelta(t *testing.T, p *portal) {
	o := academy.Options{Schools: 3, Pupils: 200}
	p.roster(o, false)
	report := p.roster(o.NextDay(), true)
	if report.Mode != "delta" || report.Refused || len(report.Findings) != 0 || report.Count(provision.Applied) != 3 {
		t.Fatalf("got %+v", report)
	}
	if report.Records["users"] > 100 {
		t.Errorf("the delta tells %d users: nearly all of them", report.Records["users"])
	}
	total := provision.SchoolReport{}
	for _, s := range report.Schools {
		total.Arrived, total.Left, total.Moved, total.Changed = total.Arrived+s.Arrived, total.Left+s.Left, total.Moved+s.Moved, total.Changed+s.Changed
	}
	if total.Arrived == 0 || total.Left == 0 || total.Moved == 0 || total.Changed == 0 {
		t.Errorf("a night without events: %+v", total)
	}
	// The whole package of that day has nothing to add.
	if again := p.roster(o.NextDay(), false); !again.Unchanged() {
		t.Errorf("got %+v", again.Schools)
	}
}

func testDeltaTwice(t *testing.T, p *portal) {
	p.roster(academy.Options{}, false)
	p.roster(academy.Options{}.NextDay(), true)
	before, rows := p.state(), p.kept()
	if report := p.roster(academy.Options{}.NextDay(), true); !report.Unchanged() || len(report.Findings) != 0 {
		t.Errorf("got %+v", report)
	}
	equalState(t, before, p.state())
	if p.kept() != rows {
		t.Error("the kept rows were changed")
	}
}

func testFirstDelta(t *testing.T, p *portal) {
	report := p.roster(academy.Options{}.NextDay(), true)
	if !report.Refused || report.Findings[0].Rule != "provision.oneroster.delta.first" || len(report.Schools) != 0 {
		t.Errorf("got %+v", report)
	}
	if p.count(`select count(*) from school`)+p.kept() != 0 {
		t.Error("something was written")
	}
}

func testLateDelta(t *testing.T, p *portal) {
	o := academy.Options{}
	p.roster(o, false)
	first := p.rosterFolder(o.NextDay(), true)
	second := p.rosterFolder(o.NextDay().NextDay(), true)
	same := "tilleuls-c-0006,active,%s,true,x,,Alix,%s,,,,,,,5e,,,,,,,\n"
	for dir, tell := range map[string][2]string{first: {"2026-09-02T21:00:00.000Z", "Premier"}, second: {"2026-09-03T21:00:00.000Z", "Second"}} {
		editRoster(t, dir, "users", func(s string) string { return s + fmt.Sprintf(same, tell[0], tell[1]) })
	}
	if report := p.rosterFrom(second); report.Refused {
		t.Fatalf("got %+v", report)
	}
	report := p.rosterFrom(first)
	if !slices.ContainsFunc(report.Findings, func(f provision.Finding) bool {
		return f.Rule == "provision.oneroster.stale" && f.Effect == provision.Aside && f.File == "users.csv" && f.Record == "users tilleuls-c-0006" && f.Line > 0
	}) {
		t.Errorf("got %+v", report.Findings)
	}
	if n := p.count(`select count(*) from person where external = 'tilleuls-c-0006' and family_name = 'Second'`); n != 1 {
		t.Error("what came late has won")
	}
}

func testDeletion(t *testing.T, p *portal) {
	p.roster(academy.Options{}, false)
	head := map[string]string{}
	dir := p.rosterFolder(academy.Options{}.NextDay(), true)
	for _, name := range []string{"users", "roles", "enrollments"} {
		editRoster(t, dir, name, func(s string) string {
			line, _, _ := strings.Cut(s, "\n")
			head[name] = line
			return line + "\n"
		})
	}
	date := ",tobedeleted,2026-09-02T21:00:00.000Z"
	blank := func(name string) string { return strings.Repeat(",", strings.Count(head[name], ",")-2) + "\n" }
	editRoster(t, dir, "users", func(s string) string { return s + "tilleuls-e-00100" + date + blank("users") })
	report := p.rosterFrom(dir)
	s := one(t, report, academy.Tilleuls)
	if s.Left != 1 || s.Outcome != provision.Applied {
		t.Errorf("got %+v", s)
	}
	// The roles and enrollments that stay behind are named, though no file of this delta holds them.
	found := map[string]bool{}
	for _, f := range report.Findings {
		if f.Rule == "provision.oneroster.reference" && f.Line == 0 {
			found[f.File] = true
		}
	}
	if !found["roles.csv"] || !found["enrollments.csv"] {
		t.Errorf("got %+v", report.Findings)
	}
	editRoster(t, dir, "roles", func(s string) string { return s + "tilleuls-e-99999-0991234D" + date + blank("roles") })
	report = p.rosterFrom(dir)
	if !slices.ContainsFunc(report.Findings, func(f provision.Finding) bool {
		return f.Rule == "provision.oneroster.unknown" && f.Effect == provision.Noted && f.File == "roles.csv" && f.Line == 2
	}) {
		t.Errorf("got %+v", report.Findings)
	}
}

func testPartOfADelta(t *testing.T, p *portal) {
	p.roster(academy.Options{}, false)
	dir := p.rosterFolder(academy.Options{}.NextDay(), true)
	for _, name := range []string{"roles", "enrollments"} {
		if err := os.Remove(filepath.Join(dir, name+".csv")); err != nil {
			t.Fatal(err)
		}
		editRoster(t, dir, "manifest", func(s string) string { return strings.Replace(s, "file."+name+",delta", "file."+name+",absent", 1) })
	}
	editRoster(t, dir, "users", func(s string) string {
		head, _, _ := strings.Cut(s, "\n")
		return head + "\ntilleuls-c-0006,active,2026-09-02T21:00:00.000Z,true,x,,Inès,Marchal-Ortiz,,,,,,,5e,,,,,,,\n"
	})
	report := p.rosterFrom(dir)
	if s := one(t, report, academy.Tilleuls); s.Changed != 1 || s.Arrived+s.Left+s.Moved != 0 || len(report.Findings) != 0 {
		t.Errorf("got %+v %+v", s, report.Findings)
	}
}

func testWholeAfterDelta(t *testing.T, p *portal) {
	o := academy.Options{}
	p.roster(o, false)
	want, rows := p.outline(), p.kept()
	p.roster(o.NextDay(), true)
	if report := p.roster(o, false); report.Refused || len(report.Findings) != 0 {
		t.Errorf("got %+v", report.Findings)
	}
	equalOutline(t, p.outline(), want)
	if p.kept() != rows {
		t.Errorf("%d rows are kept, want %d: deletions of a delta are not told again", p.kept(), rows)
	}
}

// A node that dies between two schools has kept the rows: the next delta, of another night, brings the other schools up to it.
func testDeltaResumed(t *testing.T, p *portal) {
	o := academy.Options{Schools: 3, Pupils: 200}
	p.roster(o, false)
	path, err := academy.WriteOneRoster(t.TempDir(), o.NextDay(), true)
	if err != nil {
		t.Fatal(err)
	}
	src, err := provision.OpenOneRoster(path, schoolDay)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = p.importer.Import(ctx, src, provision.Options{Project: "A70", Progress: func(int, int) { cancel() }})
	if err == nil {
		t.Fatal("the import was not cut short")
	}
	p.roster(o.NextDay().NextDay(), true)
	if report := p.roster(o.NextDay().NextDay(), false); !report.Unchanged() {
		t.Errorf("got %+v", report.Schools)
	}
}

func testRosterShare(t *testing.T, p *portal) {
	p.roster(academy.Options{}, false)
	dir := p.rosterFolder(academy.Options{}, false)
	editRoster(t, dir, "users", func(s string) string {
		lines := strings.Split(s, "\n")
		for i, line := range lines {
			if strings.HasPrefix(line, "tilleuls-e-00") {
				lines[i] = strings.Replace(line, ",true,", ",false,", 1)
			}
		}
		return strings.Join(lines, "\n")
	})
	report := p.rosterFrom(dir)
	if s := one(t, report, academy.Tilleuls); s.Outcome != provision.Waiting || s.Left < 200 {
		t.Errorf("got %+v", s)
	}
	report = p.rosterFrom(dir, provision.Options{Confirm: []directory.UAI{academy.Tilleuls}})
	if s := one(t, report, academy.Tilleuls); s.Outcome != provision.Applied || s.Left < 200 {
		t.Errorf("got %+v", s)
	}
}

// A school that a package leaves out is missed as long as nobody has confirmed it, though its rows are kept no longer.
func testRosterAbsent(t *testing.T, p *portal) {
	p.roster(academy.Options{Schools: 3, Pupils: 60}, false)
	gone := directory.UAI("0992002N")
	fewer := academy.Options{Schools: 2}
	for range 2 {
		if s := one(t, p.roster(fewer, false), gone); s.Outcome != provision.Waiting || !s.Absent || s.Left == 0 || s.Left != s.Before {
			t.Fatalf("got %+v", s)
		}
	}
	if s := one(t, p.roster(fewer, false, provision.Options{Confirm: []directory.UAI{gone}}), gone); s.Outcome != provision.Applied || s.Left == 0 {
		t.Errorf("got %+v", s)
	}
	if report := p.roster(fewer, false); !report.Unchanged() {
		t.Errorf("got %+v", report.Schools)
	}
}

func testRosterTrial(t *testing.T, p *portal) {
	if report := p.roster(academy.Options{}, false, provision.Options{DryRun: true}); report.Count(provision.Planned) != 2 {
		t.Errorf("got %+v", report.Schools)
	}
	if p.kept()+p.count(`select count(*) from oneroster_package`)+p.count(`select count(*) from school`) != 0 {
		t.Error("a trial has written")
	}
	p.roster(academy.Options{}, false)
	rows := p.kept()
	p.roster(academy.Options{}.NextDay(), true, provision.Options{DryRun: true})
	if p.kept() != rows || p.count(`select revision from oneroster_package`) != 1 {
		t.Error("a trial has changed what is kept")
	}
}

func testRefusedPackage(t *testing.T, p *portal) {
	p.roster(academy.Options{}, false)
	before, rows := p.state(), p.kept()
	dir := p.rosterFolder(academy.Options{}.NextDay(), true)
	editRoster(t, dir, "roles", func(s string) string { return strings.Replace(s, ",student,", ",pupil,", 1) })
	if report := p.rosterFrom(dir); !report.Refused || len(report.Schools) != 0 || !fault.Is(report.Err(), fault.Invalid) {
		t.Errorf("got %+v", report)
	}
	equalState(t, before, p.state())
	if p.kept() != rows || p.count(`select revision from oneroster_package`) != 1 {
		t.Error("a refused package has changed what is kept")
	}
}

func testMeanwhile(t *testing.T, p *portal) {
	p.roster(academy.Options{}, false)
	err := p.Store.Provision().Write(t.Context(), func(ctx context.Context, w provision.Writer) error {
		return w.KeepRows(ctx, "A70", 0, func(func(provision.KeptRow, error) bool) {})
	})
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
	if _, err := p.tryRoster(p.rosterFolder(academy.Options{}, false), provision.Options{}); err != nil {
		t.Error(err)
	}
	src, err := provision.OpenOneRoster(p.rosterFolder(academy.Options{}, false), schoolDay)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.importer.Import(t.Context(), src, provision.Options{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a project: %v", err)
	}
}

// about counts the kept rows that hold these words.
func (p *portal) about(words string) int64 {
	return p.count(`select count(*) from oneroster_row where id like $1 or cells like $1`, "%"+words+"%")
}

func testRowsErased(t *testing.T, p *portal) {
	o := academy.Options{}
	p.roster(o, false)
	before, noe := p.kept(), p.about("tilleuls-c-0007")
	register := privacy.Register{provision.Holder{Store: p.Store.Provision()}}
	who := privacy.Subject{Project: "A70", ID: string(p.person(t, "ines.marchal").ID)}
	given := must[[]privacy.Section](t)(register.Export(t.Context(), who))
	if text := must[[]byte](t)(json.Marshal(given)); !bytes.Contains(text, []byte("Marchal")) || !bytes.Contains(text, []byte(`"roles"`)) || !bytes.Contains(text, []byte(`"enrollments"`)) {
		t.Errorf("given back: %s", text)
	}
	mine := p.about("tilleuls-c-0006")
	for range 2 { // it may be repeated
		if err := register.Erase(t.Context(), who); err != nil {
			t.Fatal(err)
		}
	}
	if left := must[[]privacy.Section](t)(register.Export(t.Context(), who)); len(left) != 0 || mine < 3 || p.about("tilleuls-c-0006") != 0 || p.about("Marchal") != 0 {
		t.Errorf("of %d rows are left %v", mine, left)
	}
	if p.kept() != before-mine || p.about("tilleuls-c-0007") != noe {
		t.Error("other persons' rows are gone")
	}
	// An import that was compared with the rows of before begins anew.
	if got := p.count(`select revision from oneroster_package`); got != 2 {
		t.Errorf("revision %d", got)
	}
	if s := one(t, p.roster(o.NextDay(), true), academy.Tilleuls); s.Outcome != provision.Applied || p.about("tilleuls-c-0006") != 0 {
		t.Errorf("a delta brings them back: %+v", s)
	}
	if err := register.Erase(t.Context(), privacy.Subject{Project: "A70", ID: "nobody"}); err != nil {
		t.Error(err)
	}
}

// A project that sends archives now has nothing to complete deltas with, and the rows of people no purpose.
func testArchiveAfterPackages(t *testing.T, p *portal) {
	o := academy.Options{}
	p.roster(o, false)
	p.send(o, provision.Options{DryRun: true})
	if p.kept() == 0 {
		t.Fatal("a trial erases")
	}
	p.send(o)
	if p.kept()+p.count(`select count(*) from oneroster_package`) != 0 {
		t.Error("rows are kept")
	}
	entries := func() int64 {
		return p.count(`select count(*) from journal where verb = 'provision.package-forgotten'`)
	}
	if p.send(o.NextDay()); entries() != 1 {
		t.Errorf("%d entries", entries())
	}
	if report := p.roster(o.NextDay(), true); !report.Refused || fault.CodeOf(report.Err()) != "provision.oneroster.delta.first" {
		t.Errorf("a delta on nothing: %+v", report.Findings)
	}
}
