package worldtest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/directory/provision/academy"
	"pupitre/federation"
	"pupitre/internal/clock"
	"pupitre/internal/worldtest"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/web"
	"pupitre/web/account"
	"pupitre/web/console"
	"pupitre/web/console/home"
	"pupitre/web/console/rule"
	"pupitre/web/desk"
	"pupitre/web/gradebook"
	"pupitre/web/webtest"
)

// step is what a journey prints of each of its steps.
type step struct {
	Step    string
	OK      bool
	Skipped bool
	Error   string
	Picture string
	MS      int
}

// journey runs one of browser/*.mjs in a world, told as JSON; each of its steps is a subtest.
func journey(t *testing.T, world, name string) {
	t.Helper()
	for _, need := range []string{"node", "chromium"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Skipf("%s is not installed: no journey was made (make test installs it)", need)
		}
	}
	folder, err := filepath.Abs("../../browser")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "playwright-core")); err != nil {
		t.Skip("browser/node_modules is missing: no journey was made (scripts/setup.sh installs it)")
	}
	shots := os.Getenv("PUPITRE_SHOTS")
	if shots == "" {
		shots = t.TempDir()
	}
	cmd := exec.CommandContext(t.Context(), "node", name+".mjs")
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "PUPITRE_WORLD="+world, "PUPITRE_SHOTS="+shots)
	var troubles bytes.Buffer
	cmd.Stderr = &troubles
	out, err := cmd.Output()
	lines := bufio.NewScanner(bytes.NewReader(out))
	steps := 0
	for lines.Scan() {
		var s step
		if json.Unmarshal(lines.Bytes(), &s) != nil {
			t.Log(lines.Text())
			continue
		}
		steps++
		t.Run(s.Step, func(t *testing.T) {
			t.Logf("%d ms", s.MS)
			switch {
			case s.Skipped:
				t.Skip("an earlier step failed")
			case !s.OK:
				t.Errorf("%s\npicture: %s", s.Error, s.Picture)
			}
		})
	}
	if err != nil || steps == 0 {
		t.Errorf("the journey %s ended with %v after %d steps\n%s", name, err, steps, troubles.String())
	}
}

func TestTheStoryInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "story")
}

// Two nodes on one PostgreSQL, requests alternating between them: a node with a state of its own would lose the thread. The pages
// are the same as on one node, so that they are not looked at in every size and theme again.
func TestTheStoryOnTwoNodes(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{PostgreSQL: true, Nodes: 2}).JSON(t, true), "story")
}

// Standing assignments, from the plan to the last word.
func TestStandingAssignmentsInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "standing")
}

// A delegate, from being named to undoing what they gave.
func TestADelegateInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "delegates")
}

// The three methods once more, with no pointer: what a keyboard cannot reach it cannot give.
func TestMethodsByKeyboardInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "keyboard")
}

// The user's document, step by step: the three methods and the families.
func TestTheMethodsInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "methods")
}

// Biblio Exos by keyboard alone and with a finger, with a lost line, and without script.
func TestExercisesInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "exercises")
}

// Every interaction of QTI by keyboard alone, in every state, on a screen and without script.
func TestGesturesInABrowser(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{})
	module, err := w.PublishWorkshop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var world map[string]any
	if err := json.Unmarshal([]byte(w.JSON(t, false)), &world); err != nil {
		t.Fatal(err)
	}
	world["workshop"] = module
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "gestures")
}

// Homework, from the teacher's form to the class at work, by name.
func TestHomeworkInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "homework")
}

// The console and the Médiacentre without script, then every page in English: one world will do for both.
func TestWithoutScriptAndInEnglishInABrowser(t *testing.T) {
	t.Parallel()
	world := worldtest.Open(t, worldtest.Options{}).JSON(t, false)
	journey(t, world, "without-script")
	journey(t, world, "english")
}

// From an offer to copies: basket, quote, order, delivery.
func TestOrdersInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "orders")
}

// Trials, and last year's resources ordered again.
func TestTrialsAndRenewalInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "renewal")
}

// An order that is confirmed is on the shelf of a pupil whose class waited for it.
func TestFromAnOrderToTheShelfInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "shelf")
}

// A program's token, its batch, and the page that follows it.
func TestProgramsInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "programs")
}

// Hundreds of persons chosen in one act, from page to page and window to window.
func TestSelectionInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "selection")
}

// Every page that the story does not pass.
func TestCornersInABrowser(t *testing.T) {
	t.Parallel()
	var world map[string]any
	if err := json.Unmarshal([]byte(worldtest.Open(t, worldtest.Options{}).JSON(t, false)), &world); err != nil {
		t.Fatal(err)
	}
	world["rare"] = rare(t)
	// The next night's archive of the demonstration's portal, without the lycée.
	night := academy.Options{Schools: 1, Seed: 2026, Project: "A70"}.NextDay()
	var err error
	if world["night"], err = academy.WriteArchive(t.TempDir(), night); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "corners")
}

// rare serves the pages that nobody of the demonstration meets: a manager of two schools, somebody with two places, a choice of
// portals, rights that are over or to come, copies that are used up.
func rare(t *testing.T) map[string]any {
	t.Helper()
	school := webtest.NewWorld()
	school.Managers = append(school.Managers,
		directory.AssignmentManager{School: webtest.Tilleuls.ID, Person: webtest.Both, State: directory.ManagerConfirmed},
		directory.AssignmentManager{School: webtest.Saules.ID, Person: webtest.Both, State: directory.ManagerConfirmed})
	stock := webtest.NewStock(school)
	double := func(kind licensing.DoubleKind, persons ...directory.PersonID) licensing.Double {
		return licensing.Double{Kind: kind, Resource: webtest.Labo, Persons: persons}
	}
	stock.Twice = []directory.PersonID{"p-c-5a-00", "p-c-5a-01"}
	stock.Doubtful = []licensing.Double{double(licensing.DoubleAccounts, "p-c-5a-02", "p-c-5a-03"), double(licensing.DoubleNamesakes, "p-c-5b-00", "p-c-5b-01"),
		double(licensing.DoubleElsewhere, "p-c-5b-02"), double(licensing.DoubleSpent, "p-c-5b-03")}
	apart := double(licensing.DoubleNamesakes, "p-c-5b-04", "p-c-5b-05")
	stock.Doubtful = append(stock.Doubtful, apart)
	if err := stock.TellApart(t.Context(), journal.Actor{Kind: journal.ByPerson, ID: string(webtest.Vasseur)}, webtest.Tilleuls.ID, apart.Key()); err != nil {
		t.Fatal(err)
	}
	day := clock.On(webtest.Now, webtest.Tilleuls.Zone())
	rules := &webtest.Rules{Stock: stock, Ending: []licensing.EndingPool{
		{Pool: licensing.Pool{Resource: webtest.Labo, Ends: day.AddDays(9)}, Title: stock.Notice(webtest.Labo).Title, Holders: 28, Waits: 3},
		{Pool: licensing.Pool{Resource: webtest.Calcul, Ends: day.AddDays(-2)}, Title: stock.Notice(webtest.Calcul).Title, Holders: 1, Waits: 1, Over: true},
		{Pool: licensing.Pool{Resource: webtest.Lanterne, Ends: day.AddDays(30)}, Title: stock.Notice(webtest.Lanterne).Title, Holders: 1204},
	}}
	rights := &webtest.Rights{Stock: stock}
	for resource, status := range map[catalogue.ResourceID]licensing.Status{
		webtest.Labo: licensing.Active, webtest.Musique: licensing.Future, webtest.Calcul: licensing.Expired, webtest.Lanterne: licensing.Ended,
	} {
		stock.Notice(resource).LaunchURL = "https://exos.example/ouvrir"
		rights.Give(webtest.Ines, resource, licensing.ToPerson(webtest.Ines), status)
	}
	school.Everyone[slices.IndexFunc(school.Everyone, func(p webtest.Someone) bool { return p.ID == webtest.Both })].In = []directory.CohortID{"c-5b", "g-latin"}
	rights.Give(webtest.Both, webtest.Labo, licensing.ToPerson(webtest.Both), licensing.Active)
	pages := webtest.Serve(school, func(h *web.House) []webtest.Room {
		return []webtest.Room{
			&console.Room{House: h, Copies: stock, People: school, Notices: stock, Past: stock, Rules: rules,
				Home: home.Dashboard{Rollovers: rule.Rollovers(rules)}},
			&desk.Room{House: h, Desks: &mediacentre.Service{Rights: rights, Notices: stock}, Notices: stock, Doors: rights, Moves: rights, Pins: pinned{}},
			entrance{&account.Room{House: h, Notices: stock}},
			&gradebook.Room{House: h, Books: marks{}},
		}
	})
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	resource := "/affectation/" + string(webtest.Tilleuls.UAI) + "/ressources/"
	access := func(id catalogue.ResourceID) string { return "/acces/" + string(stock.Notice(id).ARK) }
	return map[string]any{"at": server.URL, "cookie": federation.SessionCookie, "pages": [][]any{
		{"", "/connexion", "portals", http.StatusOK},
		{webtest.Both, "/affectation", "console-schools", http.StatusOK},
		{webtest.Both, "/mes-lieux", "places-two", http.StatusOK},
		{webtest.Vasseur, resource + string(webtest.Calcul) + "/attributions", "console-holders-locked", http.StatusOK},
		{webtest.Vasseur, resource + string(webtest.Lanterne) + "/population", "console-population-school-wide", http.StatusOK},
		{webtest.Vasseur, "/affectation/" + string(webtest.Tilleuls.UAI) + "/doubles", "console-doubles", http.StatusOK},
		{webtest.Vasseur, "/affectation/" + string(webtest.Tilleuls.UAI), "console-home-rollovers", http.StatusOK},
		{webtest.Vasseur, "/affectation/" + string(webtest.Tilleuls.UAI) + "/permanentes", "console-rollovers", http.StatusOK},
		{webtest.Vasseur, "/affectation/" + string(webtest.Tilleuls.UAI) + "/historique", "console-history-apart", http.StatusOK},
		{webtest.Vasseur, "/affectation/" + string(webtest.Tilleuls.UAI) + "/historique/act-1", "console-act-apart", http.StatusOK},
		{webtest.Ines, "/mediacentre", "mediacentre-to-come", http.StatusOK},
		{webtest.Ines, "/mediacentre?epingles=tous", "mediacentre-pinned", http.StatusOK},
		{webtest.Both, "/mediacentre", "mediacentre-pinned-teacher", http.StatusOK},
		{webtest.Ines, access(webtest.Musique), "refused-to-come", http.StatusForbidden},
		{webtest.Ines, access(webtest.Calcul), "refused-over", http.StatusForbidden},
		{webtest.Ines, access(webtest.Lanterne), "refused-ended", http.StatusForbidden},
		{webtest.Aubry, "/mediacentre", "mediacentre-nothing", http.StatusOK},
		{webtest.Aubry, "/carnets/c-5b", "gradebook", http.StatusOK},
		{webtest.Ines, "/carnets", "gradebooks", http.StatusOK},
	}}
}

// marks is a class's page with a link, a choice and marks of every sort.
type marks struct{}

func (marks) Read(context.Context, federation.Session, directory.CohortID) (gradebook.Book, error) {
	at := webtest.Now
	return gradebook.Book{
		Links:   []gradebook.Link{{ID: "1", Title: "Les accords", Text: "Dix questions", Tool: "Le labo", Href: "/lti/launch?lien=1"}},
		Choices: []gradebook.Choice{{Tool: "Le labo", Title: "Le labo de grammaire 5e", Href: "/lti/choose?client_id=labo"}},
		Columns: []gradebook.Column{{ID: "a", Label: "Accords", Tool: "Le labo", Maximum: 20}, {ID: "b", Label: "Dictée", Tool: "Le labo", Maximum: 10}},
		Rows: []gradebook.Row{
			{Name: directory.Name{Family: "Marchal", Given: "Inès"}, Marks: map[string]gradebook.Mark{
				"a": {Marked: true, Final: true, Points: 14.5, Progress: gradebook.Done, Remark: "B. R.", Said: at, Received: at}, "b": {Progress: gradebook.Handed, Said: at, Received: at.Add(time.Hour)}}},
			{Name: directory.Name{Family: "Abadie", Given: "Noé"}, Marks: map[string]gradebook.Mark{"a": {Marked: true, Points: 9, Said: at, Received: at, Progress: gradebook.Done}}},
		},
	}, nil
}

func (marks) Unpin(context.Context, federation.Session, string) error { return nil }

// pinned is what teachers pinned for a class and a group, with titles of every length.
type pinned struct{}

func (pinned) Pinned(_ context.Context, _ federation.Session, _ mediacentre.Desk, most int) ([]desk.Pin, error) {
	aubry := directory.Name{Family: "Aubry", Given: "Hélène", Civility: "Mme"}
	all := []desk.Pin{
		{Title: "Les accords", Class: "c-5b", By: aubry}, {Title: "Rosa, rosam, rosae", Class: "g-latin"},
		{Title: "Le participe passé employé avec l’auxiliaire avoir : reconnaître le complément d’objet direct, et l’accorder", Class: "c-5b", By: aubry},
		{Title: "Anticonstitutionnellement-et-autres-mots-interminables-de-la-langue-française", Class: "c-5b", By: aubry},
		{Title: "Dictée", Class: "c-5b", By: directory.Name{Family: "de la Tour-Vandermeersch", Civility: "Mme"}}, {Title: "Révisions", Class: "c-5b", By: aubry}, {Title: "La première leçon", Class: "c-5b", By: aubry},
	}
	for i := range all {
		all[i].ARK, all[i].Href = "ark:/99999/labo", "/lti/launch?lien="+strconv.Itoa(i)
	}
	return all[:min(most, len(all))], nil
}

// entrance gives the choice of portals an address.
type entrance struct{ *account.Room }

func (e entrance) Mount(mux web.Mux) {
	e.Room.Mount(mux)
	mux.Handle("GET /connexion", func(w http.ResponseWriter, r *http.Request) error {
		return e.ChooseENT(w, r, federation.ENTChoice{
			ENTs: []federation.ENT{{Project: "A99", Name: "Portail de Rochebrune"}, {Project: "A98", Name: "L’Escale"}}, Remembered: "A98", Next: "/mediacentre",
			Search: true, Last: webtest.Tilleuls,
		})
	})
}

// The catalogue, searched while one types and without script.
func TestTheCatalogueInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "catalogue")
}

// The Médiacentre: stars, what was opened, slips forgiven, what a teacher pins, both languages, without script.
func TestTheMediacentreInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "desk")
}
