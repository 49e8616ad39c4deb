package storetest

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/internal/db/dbtest"
)

// Provision tells the rules of imports: what a file set does to what stands.
func Provision(t *testing.T, e dbtest.Engine) {
	for name, rule := range map[string]func(t *testing.T, p *portal){
		"one entry for each school, one fact for each arrival":        testFirstImport,
		"the same archive twice is no change":                         testSameArchiveTwice,
		"the order of files and the form of the source do not matter": testOrder,
		"the next night writes what differs and tells who it was":     testNextNight,
		"who returns is the same person":                              testReturn,
		"a change of name is no fact":                                 testRename,
		"a class that closes gives its pupils back":                   testClassCloses,
		"too many departures stop the school and no other":            testShare,
		"a school that is left out waits for a word":                  testAbsentSchool,
		"a school of another project is left alone":                   testOtherProject,
		"a set for another project is refused":                        testWrongFolder,
		"a refused set changes nothing":                               testRefusedSet,
		"a trial writes nothing":                                      testDryRun,
		"an import cut short goes on where it was":                    testResume,
		"managers come and go with the file, not the head's":          testManagersFollow,
		"a person in two schools is one person":                       testTwoSchools,
		"a person with two profiles is listed once":                   testTwoProfiles,
		"managers wait for the head where the school asks":            testManagersWait,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule(t, newPortal(t, e))
		})
	}
}

// state is everything that imports write, counted.
func (p *portal) state() map[string]int64 {
	out := map[string]int64{}
	for _, table := range []string{"school", "person", "attachment", "cohort", "cohort_within", "membership", "assignment_manager", "course", "subject", "journal", "outbox"} {
		out[table] = p.count(`select count(*) from ` + table)
	}
	return out
}

func equalState(t *testing.T, before, after map[string]int64) {
	t.Helper()
	for table, n := range before {
		if after[table] != n {
			t.Errorf("%s: %d rows, then %d", table, n, after[table])
		}
	}
}

func (p *portal) facts(topic string) int64 {
	return p.count(`select count(*) from outbox where topic = $1`, topic)
}

func one(t *testing.T, r provision.Report, uai directory.UAI) provision.SchoolReport {
	t.Helper()
	for _, s := range r.Schools {
		if s.UAI == uai {
			return s
		}
	}
	t.Fatalf("nothing about %s in %+v", uai, r)
	return provision.SchoolReport{}
}

func testFirstImport(t *testing.T, p *portal) {
	report := p.send(academy.Options{})
	arrived := 0
	for _, s := range report.Schools {
		if s.Outcome != provision.Applied || !s.New || s.Arrived != s.Persons || s.Left+s.Moved+s.Changed+s.Returned != 0 {
			t.Errorf("got %+v", s)
		}
		arrived += s.Arrived
	}
	if n := p.facts(directory.PersonArrived); n != int64(arrived) {
		t.Errorf("%d facts for %d arrivals", n, arrived)
	}
	if n := p.count(`select count(*) from journal where verb = 'directory.imported'`); n != 2 {
		t.Errorf("%d entries for 2 schools", n)
	}
	if n := p.facts(directory.SchoolJoined); n != 2 {
		t.Errorf("%d schools joined", n)
	}
	if n := p.count(`select count(*) from outbox where body like '%Marchal%'`) + p.count(`select count(*) from journal where detail like '%Marchal%'`); n != 0 {
		t.Error("a name is in the journal")
	}
}

func testSameArchiveTwice(t *testing.T, p *portal) {
	p.send(academy.Options{})
	before := p.state()
	report := p.send(academy.Options{})
	if !report.Unchanged() {
		t.Errorf("got %+v", report.Schools)
	}
	equalState(t, before, p.state())
}

func testOrder(t *testing.T, p *portal) {
	p.send(academy.Options{PerFile: 300})
	before := p.state()
	if report := p.deliver(p.folder(academy.Options{PerFile: 100_000})); !report.Unchanged() || report.Files != 5 {
		t.Errorf("%d files, %+v", report.Files, report.Schools)
	}
	equalState(t, before, p.state())
}

func testNextNight(t *testing.T, p *portal) {
	o := academy.Options{Schools: 3, Pupils: 200}
	p.send(o)
	before := p.facts(directory.PersonArrived)
	total := provision.SchoolReport{}
	for _, s := range p.send(o.NextDay()).Schools {
		if s.Outcome != provision.Applied {
			t.Errorf("%s: %s", s.UAI, s.Outcome)
		}
		if s.Before+s.Arrived-s.Left != s.Persons {
			t.Errorf("%s: %d before, %d arrived, %d left, %d now", s.UAI, s.Before, s.Arrived, s.Left, s.Persons)
		}
		total.Arrived, total.Left, total.Moved, total.Changed = total.Arrived+s.Arrived, total.Left+s.Left, total.Moved+s.Moved, total.Changed+s.Changed
	}
	if total.Arrived == 0 || total.Left == 0 || total.Moved == 0 || total.Changed == 0 {
		t.Fatalf("a night without events: %+v", total)
	}
	for topic, want := range map[string]int{directory.PersonLeft: total.Left, directory.PersonMoved: total.Moved, directory.PersonArrived: total.Arrived + int(before)} {
		if got := p.facts(topic); got != int64(want) {
			t.Errorf("%s: %d facts for %d", topic, got, want)
		}
	}
	// Nobody who left has a place, nobody who is there is without a row.
	if n := p.count(`select count(*) from membership m where not exists
		(select 1 from attachment a where a.school = m.school and a.person = m.person and a.until = '')`); n != 0 {
		t.Errorf("%d places of people who are not there", n)
	}
	equalState(t, p.state(), func() map[string]int64 { p.send(o.NextDay()); return p.state() }())
}

func testReturn(t *testing.T, p *portal) {
	o := academy.Options{Pupils: 200}
	p.send(o)
	secrets := p.count(`select count(distinct secret) from person`)
	next := o.NextDay()
	next.Turnover = 0.2
	left := 0
	for _, s := range p.send(next).Schools {
		left += s.Left
	}
	persons := p.count(`select count(*) from person`)
	returned := 0
	for _, s := range p.send(o).Schools { // the old archive again: those who left are back
		returned += s.Returned
	}
	if left == 0 || returned != left {
		t.Errorf("%d left, %d returned", left, returned)
	}
	if n := p.count(`select count(*) from person`); n != persons {
		t.Errorf("%d persons, then %d", persons, n)
	}
	if n := p.count(`select count(distinct secret) from person`); n < secrets {
		t.Errorf("secrets were lost: %d, then %d", secrets, n)
	}
}

func testRename(t *testing.T, p *portal) {
	p.send(academy.Options{})
	before := p.facts(directory.PersonMoved)
	ines := p.person(t, "ines.marchal")
	secret := must[directory.Secret](t)(p.directory.SecretOf(t.Context(), ines.ID))
	dir := p.folder(academy.Options{})
	p.edit(dir, "Eleve", func(s string) string {
		return strings.ReplaceAll(s, "<men:GARPersonNom>Marchal</men:GARPersonNom>", "<men:GARPersonNom>Marchal-Ortiz</men:GARPersonNom>")
	})
	s := one(t, p.deliver(dir), academy.Tilleuls)
	if s.Changed != 1 || s.Moved+s.Arrived+s.Left != 0 {
		t.Errorf("got %+v", s)
	}
	renamed := p.person(t, "ines.marchal")
	if renamed.ID != ines.ID || renamed.Name.Family != "Marchal-Ortiz" {
		t.Errorf("got %+v", renamed)
	}
	if must[directory.Secret](t)(p.directory.SecretOf(t.Context(), ines.ID)) != secret {
		t.Error("a new name made a new secret")
	}
	if n := p.facts(directory.PersonMoved); n != before {
		t.Errorf("%d facts", n-before)
	}
	if n := must[int](t)(p.directory.CountPersons(t.Context(), p.school(t, academy.Tilleuls).ID, directory.Filter{Text: "marchal or"})); n != 1 {
		t.Errorf("the new name finds %d", n)
	}
}

func testClassCloses(t *testing.T, p *portal) {
	p.send(academy.Options{})
	school := p.school(t, academy.Tilleuls)
	class := p.cohort(t, school.ID, "5e B")
	move := func(s string) string {
		s = regexp.MustCompile(`(?s)\s*<men:GARGroupe>\s*<men:GARGroupeCode>5B</men:GARGroupeCode>\s*<men:GARStructureUAI>0991234D<.*?</men:GARGroupe>`).ReplaceAllString(s, "")
		s = regexp.MustCompile(`(?s)\s*<men:GAREnsClasseMatiere>\s*<men:GARStructureUAI>0991234D</men:GARStructureUAI>\s*<men:GARPersonIdentifiant>[^<]*</men:GARPersonIdentifiant>\s*<men:GARGroupeCode>5B<.*?</men:GAREnsClasseMatiere>`).ReplaceAllString(s, "")
		s = regexp.MustCompile(`(<men:GARStructureUAI>0991234D</men:GARStructureUAI>\s*<men:GARPersonIdentifiant>[^<]*</men:GARPersonIdentifiant>\s*<men:GARGroupeCode>)5B<`).ReplaceAllString(s, "${1}5C<")
		return regexp.MustCompile(`<men:GARGroupeDivAppartenance>5B</men:GARGroupeDivAppartenance>\s*`).ReplaceAllString(s, "")
	}
	dir := p.folder(academy.Options{})
	p.edit(dir, "Groupe", move)
	report := p.deliver(dir)
	s := one(t, report, academy.Tilleuls)
	if s.Closed != 1 || s.Moved < 27 || len(report.Findings) != 0 {
		t.Errorf("got %+v %+v", s, report.Findings)
	}
	if n := p.facts(directory.CohortClosed); n != 1 {
		t.Errorf("%d classes closed", n)
	}
	for _, c := range must[[]directory.Cohort](t)(p.directory.Cohorts(t.Context(), school.ID)) {
		if c.Label == "5e B" {
			t.Error("5e B is still listed")
		}
		if c.Label == "5e C" && must[int](t)(p.directory.CountPersons(t.Context(), school.ID, directory.Filter{Cohort: c.ID, Profile: directory.Pupil})) != 54 {
			t.Error("5e C has not taken them in")
		}
	}
	p.send(academy.Options{}) // the class comes back
	if again := p.cohort(t, school.ID, "5e B"); again.ID != class.ID {
		t.Errorf("the class came back as %s, was %s", again.ID, class.ID)
	}
}

// without takes the records of most pupils of a school out of a folder.
func (p *portal) without(dir, slug string) {
	gone := regexp.MustCompile(`(?s)  <men:GAREleve>\s*<men:GARPersonIdentifiant>` + slug + `-e-00[012][0-9]{2}<.*?</men:GAREleve>\n`)
	p.edit(dir, "Eleve", func(s string) string { return gone.ReplaceAllString(s, "") })
}

func testShare(t *testing.T, p *portal) {
	o := academy.Options{Schools: 3, Pupils: 300}
	p.send(o)
	before := p.state()
	dir := p.folder(o)
	p.without(dir, "s-0002")
	p.edit(dir, "Eleve", func(s string) string { return strings.ReplaceAll(s, ">Marchal<", ">Marchal-Ortiz<") })
	report := p.deliver(dir)
	stopped := directory.UAI("0992002" + letter(t, "0992002"))
	s := one(t, report, stopped)
	if s.Outcome != provision.Waiting || s.Left < 200 || s.Before < 300 {
		t.Errorf("got %+v", s)
	}
	if s := one(t, report, academy.Tilleuls); s.Outcome != provision.Applied || s.Changed != 1 {
		t.Errorf("the others do not go on: %+v", s)
	}
	if n := p.facts(directory.PersonLeft); n != 0 {
		t.Errorf("%d were told gone", n)
	}
	if n := p.count(`select count(*) from journal where verb = 'directory.import.stopped'`); n != 1 {
		t.Errorf("%d entries", n)
	}
	p.deliver(dir) // every night the same: it waits on, without another entry
	if n := p.count(`select count(*) from journal where verb = 'directory.import.stopped'`); n != 1 {
		t.Errorf("%d entries after two nights", n)
	}
	if got := p.count(`select count(*) from attachment where until <> ''`); got != 0 || p.state()["person"] != before["person"] {
		t.Errorf("%d ended", got)
	}
	s = one(t, p.deliver(dir, provision.Options{Confirm: []directory.UAI{stopped}}), stopped)
	if s.Outcome != provision.Applied || p.facts(directory.PersonLeft) != int64(s.Left) || s.Left < 200 {
		t.Errorf("confirmed: %+v", s)
	}
}

func letter(t *testing.T, digits string) string {
	t.Helper()
	c, ok := directory.UAILetter(digits)
	if !ok {
		t.Fatal(digits)
	}
	return string(c)
}

func testAbsentSchool(t *testing.T, p *portal) {
	p.send(academy.Options{Schools: 3, Pupils: 60})
	gone := directory.UAI("0992002" + letter(t, "0992002"))
	report := p.send(academy.Options{Schools: 2})
	s := one(t, report, gone)
	if s.Outcome != provision.Waiting || !s.Absent || s.Left != s.Before || s.Left == 0 {
		t.Errorf("got %+v", s)
	}
	name := p.school(t, gone).Name
	s = one(t, p.send(academy.Options{Schools: 2}, provision.Options{Confirm: []directory.UAI{gone}}), gone)
	if s.Outcome != provision.Applied {
		t.Errorf("confirmed: %+v", s)
	}
	if got := p.school(t, gone); got.Name != name {
		t.Errorf("the school lost its name: %+v", got)
	}
	if report := p.send(academy.Options{Schools: 2}); !report.Unchanged() {
		t.Errorf("a school that is gone still waits: %+v", report.Schools)
	}
	if s := one(t, p.send(academy.Options{Schools: 3, Pupils: 60}), gone); s.Outcome != provision.Applied || s.Returned != s.Persons {
		t.Errorf("it opens again: %+v", s)
	}
}

func testOtherProject(t *testing.T, p *portal) {
	p.send(academy.Options{})
	before := p.state()
	report := p.send(academy.Options{Project: "B70"})
	if s := one(t, report, academy.Tilleuls); s.Outcome != provision.Elsewhere || s.OtherHome != "A70" {
		t.Errorf("got %+v", s)
	}
	equalState(t, before, p.state())
}

func testWrongFolder(t *testing.T, p *portal) {
	report := p.send(academy.Options{}, provision.Options{Project: "B70"})
	if !report.Refused || report.Findings[0].Rule != "provision.set.project" {
		t.Errorf("got %+v", report.Findings)
	}
}

func testRefusedSet(t *testing.T, p *portal) {
	p.send(academy.Options{})
	before := p.state()
	dir := p.folder(academy.Options{}.NextDay())
	p.edit(dir, "Eleve", func(s string) string { return strings.Replace(s, "tilleuls-e-00007", "tilleuls-e-00008", 1) })
	report := p.deliver(dir)
	if !report.Refused || len(report.Schools) != 0 || report.Err() == nil {
		t.Errorf("got %+v", report)
	}
	equalState(t, before, p.state())
}

func testDryRun(t *testing.T, p *portal) {
	before := p.state()
	first := p.send(academy.Options{}, provision.Options{DryRun: true})
	if first.Count(provision.Planned) != 2 || first.Schools[0].Arrived == 0 {
		t.Errorf("got %+v", first.Schools)
	}
	equalState(t, before, p.state())
	p.send(academy.Options{})
	before = p.state()
	plan := p.send(academy.Options{}.NextDay(), provision.Options{DryRun: true})
	equalState(t, before, p.state())
	done := p.send(academy.Options{}.NextDay())
	for i, s := range done.Schools {
		if q := plan.Schools[i]; q.Arrived != s.Arrived || q.Left != s.Left || q.Moved != s.Moved || q.Changed != s.Changed || q.Outcome != provision.Planned {
			t.Errorf("planned %+v, done %+v", q, s)
		}
	}
}

// A node that dies between two schools leaves whole schools; the next node stages the archive again and goes on.
func testResume(t *testing.T, p *portal) {
	o := academy.Options{Schools: 4, Pupils: 60}
	path, err := academy.WriteArchive(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	src, err := provision.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = p.importer.Import(ctx, src, provision.Options{Progress: func(done, _ int) {
		if done == 2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if n := p.count(`select count(*) from school`); n != 2 {
		t.Errorf("%d schools after two", n)
	}
	report := p.deliver(path)
	if report.Count(provision.Unchanged) != 2 || report.Count(provision.Applied) != 2 {
		t.Errorf("got %+v", report.Schools)
	}
	if n := p.count(`select count(*) from journal where verb = 'directory.imported'`); n != 4 {
		t.Errorf("%d entries for 4 schools", n)
	}
}

func testManagersFollow(t *testing.T, p *portal) {
	p.send(academy.Options{})
	school, claire, karim := p.school(t, academy.Tilleuls), p.person(t, "claire.vasseur"), p.person(t, "karim.belhadj")
	p.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'confirmed', 'head')`, string(school.ID), string(karim.ID))
	dir := p.folder(academy.Options{})
	p.edit(dir, "RespAff", func(s string) string {
		return strings.Replace(s, ">tilleuls-c-0001<", ">visitor-1<", 1) // somebody who is nothing else in the school
	})
	if report := p.deliver(dir); len(report.Findings) != 0 {
		t.Errorf("got %+v", report.Findings)
	}
	is := must[bool](t)
	if is(p.directory.IsManager(t.Context(), claire.ID, school.ID)) {
		t.Error("the file does not name Claire Vasseur any more")
	}
	if !is(p.directory.IsManager(t.Context(), karim.ID, school.ID)) {
		t.Error("the file took back what the head gave")
	}
	visitor := must[directory.Person](t)(p.directory.FindPersonByExternal(t.Context(), "A70", "visitor-1"))
	if !is(p.directory.IsManager(t.Context(), visitor.ID, school.ID)) {
		t.Error("the visitor may not assign")
	}
	if n := len(must[[]directory.Attachment](t)(p.directory.AttachmentsOf(t.Context(), visitor.ID))); n != 0 {
		t.Errorf("the visitor is attached %d times", n)
	}
	p.send(academy.Options{})
	if is(p.directory.IsManager(t.Context(), visitor.ID, school.ID)) || !is(p.directory.IsManager(t.Context(), claire.ID, school.ID)) {
		t.Error("the next file did not put things back")
	}
}

func testTwoSchools(t *testing.T, p *portal) {
	o := academy.Options{}
	second := "0992001" + letter(t, "0992001")
	p.send(o)
	dir := p.folder(o)
	p.edit(dir, "Enseignant", func(s string) string {
		head, rest, _ := strings.Cut(s, ">tilleuls-c-0003<")
		rest = strings.Replace(rest, "</men:GARPersonProfils>", "</men:GARPersonProfils><men:GARPersonProfils><men:GARStructureUAI>"+second+
			"</men:GARStructureUAI><men:GARPersonProfil>NATIONAL_DOC</men:GARPersonProfil></men:GARPersonProfils>", 1)
		rest = strings.Replace(rest, "</men:GARPersonEtab>", "</men:GARPersonEtab><men:GARPersonEtab>"+second+"</men:GARPersonEtab>", 1)
		return head + ">tilleuls-c-0003<" + rest
	})
	persons := p.count(`select count(*) from person`)
	report := p.deliver(dir)
	if s := one(t, report, directory.UAI(second)); s.Arrived != 1 || s.Returned != 0 {
		t.Errorf("got %+v", s)
	}
	if n := p.count(`select count(*) from person`); n != persons {
		t.Errorf("%d persons, then %d", persons, n)
	}
	profiles := map[directory.Profile]bool{}
	for _, a := range must[[]directory.Attachment](t)(p.directory.AttachmentsOf(t.Context(), p.person(t, "nadia.aubry").ID)) {
		profiles[a.Profile] = true
	}
	if !profiles[directory.Teacher] || !profiles[directory.Librarian] || len(profiles) != 2 {
		t.Errorf("got %v", profiles)
	}
}

func testManagersWait(t *testing.T, p *portal) {
	dir := p.folder(academy.Options{})
	p.edit(dir, "RespAff", func(s string) string { return strings.ReplaceAll(s, "0991234D", "0991234A") })
	if report := p.deliver(dir); report.Refused || report.Findings[0].Rule != "provision.school.mistyped" || report.Findings[0].Params["other"] != "0991234D" {
		t.Fatalf("got %+v", report.Findings)
	}
	school := p.school(t, academy.Tilleuls)
	p.exec(`update school set confirm_managers = $2 where school = $1`, string(school.ID), true)
	p.send(academy.Options{})
	managers := must[[]directory.AssignmentManager](t)(p.directory.ManagersOf(t.Context(), school.ID))
	if len(managers) != 1 || managers[0].State != directory.ManagerNamed {
		t.Errorf("got %+v", managers)
	}
}

func testTwoProfiles(t *testing.T, p *portal) {
	dir := p.folder(academy.Options{})
	p.edit(dir, "Enseignant", func(s string) string {
		head, rest, _ := strings.Cut(s, ">tilleuls-c-0005<") // the librarian teaches too
		return head + ">tilleuls-c-0005<" + strings.Replace(rest, "</men:GARPersonProfils>", "</men:GARPersonProfils><men:GARPersonProfils><men:GARStructureUAI>"+
			string(academy.Tilleuls)+"</men:GARStructureUAI><men:GARPersonProfil>National_ens</men:GARPersonProfil></men:GARPersonProfils>", 1)
	})
	p.deliver(dir)
	school := p.school(t, academy.Tilleuls).ID
	for filter, want := range map[directory.Profile]directory.Profile{"": directory.Teacher, directory.Librarian: directory.Librarian} {
		f := directory.Filter{Text: "tran odile", Profile: filter}
		found := must[[]directory.Member](t)(p.directory.ListPersons(t.Context(), school, f, directory.Page{}))
		if len(found) != 1 || found[0].Profile != want || must[int](t)(p.directory.CountPersons(t.Context(), school, f)) != 1 {
			t.Errorf("as %q: got %+v", filter, found)
		}
	}
	before := p.facts(directory.PersonMoved)
	p.send(academy.Options{}) // and stops teaching: a change of profile is a fact
	if found := must[[]directory.Member](t)(p.directory.ListPersons(t.Context(), school, directory.Filter{Text: "tran odile"}, directory.Page{})); len(found) != 1 || found[0].Profile != directory.Librarian {
		t.Errorf("got %+v", found)
	}
	if n := p.facts(directory.PersonMoved) - before; n != 1 {
		t.Errorf("%d facts", n)
	}
}
