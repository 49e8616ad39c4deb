package storetest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
)

// Directory tells the rules of who is where, over the demonstration's academy brought in by its archive.
func Directory(t *testing.T, e dbtest.Engine) {
	p := newPortal(t, e)
	if report := p.send(academy.Options{}); report.Refused || len(report.Findings) > 0 {
		t.Fatalf("the academy is refused: %+v", report.Findings)
	}
	// Everything below only asks, but the last.
	t.Run("the cast is found by the portal's identifier", p.testCast)
	t.Run("classes come before groups, in order, with their levels", p.testCohorts)
	t.Run("lists are in the order of names, by pages, and counted", p.testPages)
	t.Run("filters add up", p.testFilters)
	t.Run("names are found without accents, case or hyphens", p.testFolded)
	t.Run("a teacher has places with subjects, a pupil without", p.testPlaces)
	t.Run("a manager assigns in their schools and nowhere else", p.testManagers)
	t.Run("what does not exist is not found", p.testUnknown)
	t.Run("a secret is one's own", p.testSecrets)
	t.Run("schools are listed by project and nature", p.testSchools)
	t.Run("a manager who waits becomes one by the head's word", p.testConfirmation)
	t.Run("the head names and withdraws managers, whatever the portal says", p.testNaming)
}

// portal is a world that a portal provisions.
type portal struct {
	*World
	t         testing.TB
	importer  *provision.Importer
	directory *directory.Service
}

func newPortal(t *testing.T, e dbtest.Engine) *portal {
	t.Helper()
	w := NewWorld(t, e)
	return &portal{w, t, &provision.Importer{Store: w.Store.Provision(), IDs: w.Store.IDs, Limits: provision.Limits{Dir: t.TempDir()}},
		&directory.Service{Store: w.Store.Directory()}}
}

// send imports an invented academy's archive.
func (p *portal) send(o academy.Options, options ...provision.Options) provision.Report {
	p.t.Helper()
	path, err := academy.WriteArchive(p.t.TempDir(), o)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.deliver(path, options...)
}

// deliver imports an archive or a folder.
func (p *portal) deliver(path string, options ...provision.Options) provision.Report {
	p.t.Helper()
	report, err := p.try(path, options...)
	if err != nil {
		p.t.Fatal(err)
	}
	return report
}

func (p *portal) try(path string, options ...provision.Options) (provision.Report, error) {
	p.t.Helper()
	src, err := provision.Open(path)
	if err != nil {
		p.t.Fatal(err)
	}
	var o provision.Options
	if len(options) > 0 {
		o = options[0]
	}
	return p.importer.Import(p.t.Context(), src, o)
}

// folder writes an academy unpacked, for tests that change a file by hand.
func (p *portal) folder(o academy.Options) string {
	p.t.Helper()
	dir := p.t.TempDir()
	if err := academy.WriteFolder(dir, o); err != nil {
		p.t.Fatal(err)
	}
	return dir
}

// edit rewrites the files of a folder that hold a root.
func (p *portal) edit(dir, root string, change func(text string) string) {
	p.t.Helper()
	names, _ := filepath.Glob(filepath.Join(dir, "*_"+root+"_*.xml"))
	changed := false
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			p.t.Fatal(err)
		}
		after := change(string(b))
		changed = changed || after != string(b)
		if err := os.WriteFile(name, []byte(after), 0o644); err != nil {
			p.t.Fatal(err)
		}
	}
	if !changed {
		p.t.Fatalf("nothing was changed in %s", root)
	}
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (p *portal) school(t testing.TB, uai directory.UAI) directory.School {
	t.Helper()
	return must[directory.School](t)(p.directory.FindSchoolByUAI(t.Context(), uai))
}

func (p *portal) person(t testing.TB, login string) directory.Person {
	t.Helper()
	c, ok := academy.FindCharacter(login)
	if !ok {
		t.Fatalf("nobody signs in as %s", login)
	}
	return must[directory.Person](t)(p.directory.FindPersonByExternal(t.Context(), "A70", c.External))
}

// cohort finds a class or group by its label.
func (p *portal) cohort(t testing.TB, school directory.SchoolID, label string) directory.Cohort {
	t.Helper()
	for _, c := range must[[]directory.Cohort](t)(p.directory.Cohorts(t.Context(), school)) {
		if c.Label == label {
			return c
		}
	}
	t.Fatalf("no class %q", label)
	return directory.Cohort{}
}

func (p *portal) testCast(t *testing.T) {
	tilleuls := p.school(t, academy.Tilleuls)
	if tilleuls.Name != academy.TilleulsName || tilleuls.Town != academy.TilleulsTown || tilleuls.Nature != "340" {
		t.Errorf("got %+v", tilleuls)
	}
	if got, want := tilleuls.Label(), "0991234D : Collège Les Tilleuls"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	roles := map[string]directory.Profile{"eleve": directory.Pupil, "enseignant": directory.Teacher, "documentaliste": directory.Librarian,
		"responsable": directory.Staff, "direction": directory.Staff}
	for _, c := range academy.Cast {
		who := p.person(t, c.Login)
		if who.Name.String() != c.Name() {
			t.Errorf("%s: got %q", c.Login, who.Name.String())
		}
		places := must[[]directory.Attachment](t)(p.directory.AttachmentsOf(t.Context(), who.ID))
		schools := 1
		if c.Shared {
			schools = 2
		}
		places = slices.DeleteFunc(places, func(a directory.Attachment) bool {
			elsewhere := a.School != tilleuls.ID && a.Profile == roles[c.Role]
			if elsewhere {
				schools--
			}
			return elsewhere
		})
		if schools != 1 || len(places) != 1 || places[0].School != tilleuls.ID || places[0].Profile != roles[c.Role] || !places[0].Present() || places[0].Since.IsZero() {
			t.Errorf("%s: got %+v", c.Login, places)
		}
		if c.Class != "" && (places[0].Level != "5e" || !cmp.Equal(places[0].Courses, []string{"10110001110"})) {
			t.Errorf("%s: level %q, courses %v", c.Login, places[0].Level, places[0].Courses)
		}
	}
}

func (p *portal) testCohorts(t *testing.T) {
	all := must[[]directory.Cohort](t)(p.directory.Cohorts(t.Context(), p.school(t, academy.Tilleuls).ID))
	var labels []string
	for _, c := range all {
		labels = append(labels, c.Label)
		if c.Level == "" || c.Level != c.Label[:len(c.Level)] {
			t.Errorf("%s: level %q", c.Label, c.Level)
		}
		if c.Kind == directory.Group && len(c.Within) != 4 {
			t.Errorf("%s draws from %d classes, want 4", c.Label, len(c.Within))
		}
	}
	want := []string{"3e A", "3e B", "3e C", "3e D", "4e A", "4e B", "4e C", "4e D", "5e A", "5e B", "5e C", "5e D", "6e A", "6e B", "6e C", "6e D",
		"3e Allemand", "3e Latin", "4e Allemand", "4e Latin", "5e Allemand", "5e Latin", "6e Allemand"}
	if diff := cmp.Diff(want, labels); diff != "" {
		t.Error(diff)
	}
}

func (p *portal) testPages(t *testing.T) {
	school := p.school(t, academy.Tilleuls).ID
	total := must[int](t)(p.directory.CountPersons(t.Context(), school, directory.Filter{}))
	var names []string
	seen := map[directory.PersonID]bool{}
	for page := (directory.Page{Limit: 37}); ; {
		some := must[[]directory.Member](t)(p.directory.ListPersons(t.Context(), school, directory.Filter{}, page))
		for _, m := range some {
			names, seen[m.Person] = append(names, m.Name.Sorting()), true
		}
		if len(some) < 37 {
			break
		}
		page.After = some[len(some)-1].Key
	}
	if len(names) != total || len(seen) != total {
		t.Errorf("%d rows of %d persons, %d counted", len(names), len(seen), total)
	}
	for i := 1; i < len(names); i++ {
		if names[i-1] > names[i] {
			t.Fatalf("%q before %q", names[i-1], names[i])
		}
	}
	if some := must[[]directory.Member](t)(p.directory.ListPersons(t.Context(), school, directory.Filter{}, directory.Page{Limit: 100_000})); len(some) != directory.MaxPage {
		t.Errorf("a page of %d rows", len(some))
	}
}

func (p *portal) testFilters(t *testing.T) {
	school := p.school(t, academy.Tilleuls).ID
	class := p.cohort(t, school, "5e B")
	count := func(f directory.Filter) int { return must[int](t)(p.directory.CountPersons(t.Context(), school, f)) }
	for _, c := range []struct {
		what   string
		filter directory.Filter
		want   int
	}{
		{"the class's pupils", directory.Filter{Cohort: class.ID, Profile: directory.Pupil}, 27},
		{"pupils of the level", directory.Filter{Level: "5e"}, 108},
		{"all pupils", directory.Filter{Profile: directory.Pupil}, 432},
		{"librarians", directory.Filter{Profile: directory.Librarian}, 1},
		{"librarians of the class", directory.Filter{Profile: directory.Librarian, Cohort: class.ID}, 0},
		{"pupils of two classes", directory.Filter{Profile: directory.Pupil, Among: []directory.CohortID{class.ID, p.cohort(t, school, "5e A").ID}}, 54},
		{"one by name among other classes", directory.Filter{Text: "kerbrat malo", Among: []directory.CohortID{p.cohort(t, school, "5e A").ID}}, 0},
		{"one by name in the class", directory.Filter{Cohort: class.ID, Text: "kerbrat malo"}, 1},
		{"the same in another class", directory.Filter{Cohort: p.cohort(t, school, "5e A").ID, Text: "kerbrat malo"}, 0},
	} {
		if got := count(c.filter); got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
	}
	for _, f := range []directory.Filter{{}, {Profile: directory.Pupil}, {Profile: directory.Teacher, Among: []directory.CohortID{class.ID, p.cohort(t, school, "5e A").ID}}} {
		got := must[directory.Headcounts](t)(p.directory.Headcounts(t.Context(), school, f))
		want := directory.Headcounts{Everybody: count(directory.Filter{Among: f.Among}), Profiles: map[directory.Profile]int{}, Cohorts: map[directory.CohortID]int{}}
		for _, profile := range directory.Profiles {
			if n := count(directory.Filter{Profile: profile, Among: f.Among}); n > 0 {
				want.Profiles[profile] = n
			}
		}
		for _, c := range must[[]directory.Cohort](t)(p.directory.Cohorts(t.Context(), school)) {
			if n := count(directory.Filter{Profile: f.Profile, Among: f.Among, Cohort: c.ID}); n > 0 {
				want.Cohorts[c.ID] = n
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("counted for %+v: %s", f, diff)
		}
	}
	members := must[[]directory.Member](t)(p.directory.MembersOfCohort(t.Context(), school, class.ID))
	teachers := count(directory.Filter{Cohort: class.ID, Profile: directory.Teacher})
	if len(members) != 27+teachers || teachers < 8 {
		t.Errorf("%d members of 5e B, %d of them teachers", len(members), teachers)
	}
}

func (p *portal) testFolded(t *testing.T) {
	school := p.school(t, academy.Tilleuls).ID
	for _, text := range []string{"INES", "inès", "marchal", "Marchal In", "  marchal  ines "} {
		found := must[[]directory.Member](t)(p.directory.ListPersons(t.Context(), school, directory.Filter{Text: text, Profile: directory.Pupil}, directory.Page{}))
		ines := p.person(t, "ines.marchal").ID
		ok := false
		for _, m := range found {
			ok = ok || m.Person == ines
		}
		if !ok {
			t.Errorf("%q does not find Inès Marchal (%d found)", text, len(found))
		}
	}
	for _, text := range []string{"%", "_", `\`, "archal"} {
		if n := must[int](t)(p.directory.CountPersons(t.Context(), school, directory.Filter{Text: text})); n != 0 {
			t.Errorf("%q finds %d", text, n)
		}
	}
}

func (p *portal) testPlaces(t *testing.T) {
	school := p.school(t, academy.Tilleuls).ID
	nadia, ines := p.person(t, "nadia.aubry"), p.person(t, "ines.marchal")
	var taught []string
	for _, c := range must[[]directory.Cohort](t)(p.directory.CohortsOf(t.Context(), nadia.ID, school)) {
		taught = append(taught, c.Label)
	}
	if diff := cmp.Diff([]string{"5e B", "6e A"}, taught); diff != "" {
		t.Errorf("Nadia Aubry teaches: %s", diff)
	}
	for _, place := range must[[]directory.Place](t)(p.directory.PlacesOf(t.Context(), nadia.ID, school)) {
		if diff := cmp.Diff([]string{"020700"}, place.Subjects); diff != "" {
			t.Errorf("subjects: %s", diff)
		}
	}
	if len(nadia.Mails) != 1 {
		t.Errorf("mails: %v", nadia.Mails)
	}
	for _, place := range must[[]directory.Place](t)(p.directory.PlacesOf(t.Context(), ines.ID, school)) {
		if len(place.Subjects) != 0 {
			t.Errorf("a pupil teaches %v", place.Subjects)
		}
	}
	subjects := must[[]directory.Subject](t)(p.directory.Subjects(t.Context(), school))
	if len(subjects) != 12 {
		t.Errorf("%d subjects", len(subjects))
	}
}

func (p *portal) testManagers(t *testing.T) {
	tilleuls, claire := p.school(t, academy.Tilleuls), p.person(t, "claire.vasseur")
	is := must[bool](t)
	if !is(p.directory.IsManager(t.Context(), claire.ID, tilleuls.ID)) {
		t.Error("Claire Vasseur does not assign at Les Tilleuls")
	}
	if is(p.directory.IsManager(t.Context(), p.person(t, "helene.castaing").ID, tilleuls.ID)) {
		t.Error("the head assigns without having been named")
	}
	schools := must[[]directory.School](t)(p.directory.SchoolsOfManager(t.Context(), claire.ID))
	if len(schools) != 1 || schools[0].ID != tilleuls.ID {
		t.Errorf("Claire Vasseur assigns in %v", schools)
	}
	if n := len(must[[]directory.AssignmentManager](t)(p.directory.ManagersOf(t.Context(), tilleuls.ID))); n != 1 {
		t.Errorf("%d managers", n)
	}
}

func (p *portal) testUnknown(t *testing.T) {
	for what, ask := range map[string]func() error{
		"school": func() error { _, err := p.directory.FindSchool(t.Context(), "nowhere"); return err },
		"uai":    func() error { _, err := p.directory.FindSchoolByUAI(t.Context(), "0990000A"); return err },
		"person": func() error { _, err := p.directory.FindPerson(t.Context(), "nobody"); return err },
		"external": func() error {
			_, err := p.directory.FindPersonByExternal(t.Context(), "B70", "tilleuls-c-0001")
			return err
		},
		"secret": func() error { _, err := p.directory.SecretOf(t.Context(), "nobody"); return err },
	} {
		if err := ask(); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func (p *portal) testSecrets(t *testing.T) {
	a := must[directory.Secret](t)(p.directory.SecretOf(t.Context(), p.person(t, "ines.marchal").ID))
	b := must[directory.Secret](t)(p.directory.SecretOf(t.Context(), p.person(t, "malo.kerbrat").ID))
	if len(a) != 64 || len(b) != 64 || a == b {
		t.Errorf("lengths %d and %d, equal %v", len(a), len(b), a == b)
	}
	if n := p.count(`select count(distinct secret) from person`); n != p.count(`select count(id) from person`) {
		t.Errorf("%d different secrets", n)
	}
}

func (p *portal) testSchools(t *testing.T) {
	listed := must[[]directory.School](t)
	if got := listed(p.directory.ListSchools(t.Context(), directory.SchoolFilter{Nature: "340"}, directory.Page{})); len(got) != 1 || got[0].UAI != academy.Tilleuls {
		t.Errorf("collèges: %v", got)
	}
	all := listed(p.directory.ListSchools(t.Context(), directory.SchoolFilter{Project: "A70"}, directory.Page{Limit: 1}))
	rest := listed(p.directory.ListSchools(t.Context(), directory.SchoolFilter{Project: "A70"}, directory.Page{After: string(all[0].UAI)}))
	if len(all) != 1 || len(rest) != 1 || rest[0].UAI <= all[0].UAI {
		t.Errorf("pages: %v then %v", all, rest)
	}
	if got := listed(p.directory.ListSchools(t.Context(), directory.SchoolFilter{Project: "B70"}, directory.Page{})); len(got) != 0 {
		t.Errorf("another project has %v", got)
	}
}

func (p *portal) testConfirmation(t *testing.T) {
	school, karim := p.school(t, academy.Tilleuls), p.person(t, "karim.belhadj")
	p.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'named', 'portal')`, string(school.ID), string(karim.ID))
	if must[bool](t)(p.directory.IsManager(t.Context(), karim.ID, school.ID)) {
		t.Error("a manager who waits may assign already")
	}
	head := p.person(t, "helene.castaing").ID
	if !must[bool](t)(p.directory.IsHead(t.Context(), head, school.ID)) || must[bool](t)(p.directory.IsHead(t.Context(), karim.ID, school.ID)) {
		t.Error("the head is not known for the head, or another is")
	}
	if heads := must[[]directory.Person](t)(p.directory.HeadsOf(t.Context(), school.ID)); len(heads) != 1 || heads[0].ID != head || heads[0].Name.Family != "Castaing" {
		t.Errorf("the heads are %+v", heads)
	}
	named := directory.AssignmentManager{School: school.ID, Person: karim.ID}
	for _, err := range []error{p.directory.ConfirmManager(t.Context(), karim.ID, named), p.directory.AskHead(t.Context(), karim.ID, school.ID, true)} {
		if !fault.Is(err, fault.Denied) {
			t.Errorf("who is not the head has a word: %v", err)
		}
	}
	if must[bool](t)(p.directory.IsManager(t.Context(), karim.ID, school.ID)) {
		t.Error("a manager confirmed himself")
	}
	for _, asks := range []bool{true, false} {
		if err := p.directory.AskHead(t.Context(), head, school.ID, asks); err != nil {
			t.Fatal(err)
		}
		if m := must[directory.Managing](t)(p.directory.ManagingOf(t.Context(), school.ID)); m.AsksHead != asks || m.Waiting() != 1 {
			t.Errorf("asks %v: %+v", asks, m)
		}
	}
	if err := p.directory.ConfirmManager(t.Context(), head, named); err != nil {
		t.Fatal(err)
	}
	if !must[bool](t)(p.directory.IsManager(t.Context(), karim.ID, school.ID)) {
		t.Error("the head's word changed nothing")
	}
	if n := p.count(`select count(*) from journal where verb = 'directory.manager.confirmed' and person = $1`, string(karim.ID)); n != 1 {
		t.Errorf("%d entries", n)
	}
	err := p.directory.ConfirmManager(t.Context(), head, directory.AssignmentManager{School: school.ID, Person: "nobody"})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("a manager nobody named: %v", err)
	}
	if n := p.count(`select count(*) from journal where verb = 'directory.manager.confirmed'`); n != 1 {
		t.Errorf("a refusal left an entry: %d", n)
	}
}

func (p *portal) testNaming(t *testing.T) {
	school, head := p.school(t, academy.Tilleuls), p.person(t, "helene.castaing").ID
	claire, karim, ines := p.person(t, "claire.vasseur").ID, p.person(t, "karim.belhadj").ID, p.person(t, "ines.marchal").ID
	is := func(person directory.PersonID) bool {
		t.Helper()
		return must[bool](t)(p.directory.IsManager(t.Context(), person, school.ID))
	}
	manager := func(person directory.PersonID) directory.AssignmentManager {
		return directory.AssignmentManager{School: school.ID, Person: person}
	}
	for _, by := range []directory.PersonID{claire, ines, "nobody"} {
		for _, err := range []error{p.directory.NameManager(t.Context(), by, manager(karim)), p.directory.WithdrawManager(t.Context(), by, manager(claire))} {
			if !fault.Is(err, fault.Denied) {
				t.Errorf("%s has a word: %v", by, err)
			}
		}
	}
	for _, person := range []directory.PersonID{ines, "nobody"} {
		if err := p.directory.NameManager(t.Context(), head, manager(person)); fault.CodeOf(err) != "directory.manager.adult" {
			t.Errorf("%s is named: %v", person, err)
		}
	}
	if err := p.directory.WithdrawManager(t.Context(), head, manager(ines)); !fault.Is(err, fault.NotFound) {
		t.Errorf("withdrawn who was none: %v", err)
	}
	for _, err := range []error{p.directory.WithdrawManager(t.Context(), head, manager(claire)), p.directory.WithdrawManager(t.Context(), head, manager(karim)),
		p.directory.NameManager(t.Context(), head, manager(karim))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	// The file is read again from its first line to its last; it names Claire Vasseur as before.
	p.exec(`update school set digest = ''`)
	if report := p.send(academy.Options{}); report.Count(provision.Applied) == 0 {
		t.Fatalf("nothing was applied: %+v", report.Schools)
	}
	if is(claire) || !is(karim) {
		t.Errorf("after the portal's file: Claire Vasseur assigns %v, Karim Belhadj %v", is(claire), is(karim))
	}
	if n := len(must[[]directory.AssignmentManager](t)(p.directory.ManagersOf(t.Context(), school.ID))); n != 1 {
		t.Errorf("%d managers", n)
	}
	if err := p.directory.ConfirmManager(t.Context(), head, manager(claire)); !fault.Is(err, fault.NotFound) {
		t.Errorf("who was withdrawn is confirmed: %v", err)
	}
	if err := p.directory.NameManager(t.Context(), head, manager(claire)); err != nil || !is(claire) {
		t.Errorf("named again: %v", err)
	}
	if n := p.count(`select count(*) from outbox where topic = $1 and school = $2`, directory.ManagerChanged, string(school.ID)); n != 4 {
		t.Errorf("%d facts of four words", n)
	}
	// Whom the portal names, and whom it names no more, is of the same history.
	portal := func(verb string, person directory.PersonID, detail string) {
		t.Helper()
		if n := p.count(`select count(*) from journal where school = $1 and class = 'ledger' and verb = $2 and person = $3 and actor_kind = 'portal' and detail = $4`,
			string(school.ID), verb, string(person), detail); n != 1 {
			t.Errorf("%d entries of the portal, %s of %s", n, verb, person)
		}
	}
	portal(directory.VerbManagerNamed, claire, `{"is":"confirmed"}`)
	p.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'named', 'portal')`, string(school.ID), string(ines))
	p.exec(`update school set digest = ''`)
	p.send(academy.Options{})
	portal(directory.VerbManagerWithdrawn, ines, `{"was":"named"}`)
}
