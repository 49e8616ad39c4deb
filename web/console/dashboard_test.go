package console_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/live"
	"pupitre/internal/look/looktest"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/token"
	"pupitre/web"
	"pupitre/web/console"
	"pupitre/web/console/hall"
	"pupitre/web/console/history"
	"pupitre/web/console/home"
	"pupitre/web/console/rule"
	"pupitre/web/console/suggestion"
	"pupitre/web/webtest"
)

// line is a Live that tells nobody anything, and remembers who listened.
type line struct{ heard []live.Stream }

func (l *line) At(context.Context) (string, error) { return "7", nil }

func (l *line) Serve(w http.ResponseWriter, _ *http.Request, s live.Stream) error {
	l.heard = append(l.heard, s)
	return nil
}

// chronicle is news as a test has them, and who asked.
type chronicle struct {
	news  licensing.News
	asked []string
}

func (c *chronicle) News(_ context.Context, school directory.SchoolID, manager directory.PersonID, glance bool) (licensing.News, error) {
	c.asked = append(c.asked, string(school)+" "+string(manager)+map[bool]string{true: " by itself"}[glance])
	return c.news, nil
}

// waits is a notice of some that wait.
func waits(n int64, resource catalogue.ResourceID, page string) hall.Notice {
	return func(_ context.Context, school directory.SchoolID, _ *licensing.Mandate) (hall.Waiting, error) {
		if school != webtest.Tilleuls.ID {
			return hall.Waiting{}, fault.New(fault.Internal, "another school")
		}
		return hall.Waiting{N: n, Resource: resource, Page: page}, nil
	}
}

// todos are the page's items: figure, title, what to do, where.
func todos(p *looktest.Doc) (list []string) {
	for _, n := range p.Find("li") {
		if !strings.HasPrefix(looktest.Attr(n, "class"), "margin") {
			continue
		}
		list = append(list, strings.ReplaceAll(looktest.Words(n), "\u00a0", " "))
	}
	return list
}

func TestTheFirstPageTellsWhatIsNewWhatWaitsAndWhatEnds(t *testing.T) {
	t.Parallel()
	friday := time.Date(2026, time.November, 20, 16, 42, 0, 0, time.UTC)
	told := &chronicle{news: licensing.News{Since: friday, From: friday,
		Arrivals: []licensing.Arrival{{Resource: webtest.Musique, Total: 5}, {Resource: webtest.Labo, Total: 30}},
		Freed:    licensing.Freed{Persons: 2, Copies: 3, Resources: []catalogue.ResourceID{webtest.Labo}},
		Ending:   []licensing.Ending{{Resource: webtest.Calcul, Ends: clock.Date{Year: 2026, Month: time.December, Day: 1}, Assigned: 3}},
	}}
	o := openWith(home.Dashboard{News: told, Unserved: waits(6, webtest.Calcul, "/permanentes"), Suggestions: waits(0, "", "/suggestions"), Doubles: waits(1, "", "/doubles")})
	p := page(t, o.as(webtest.Vasseur).Get(t, school), http.StatusOK)
	says(t, p, "Bonjour, Claire Vasseur", "Depuis votre dernière visite, vendredi 20 novembre à 17 h 42.")
	got := todos(p)
	want := []string{
		"6 personnes attendent un exemplaire L’atelier de calcul 6e : l’affectation permanente n’a pas pu les servir. Trouver des exemplaires",
		"35 exemplaires nouveaux Nouveau « L’atelier de musique » (5), « Le labo de grammaire 5e » (30). Attribuer",
		"1 mère de famille à attribuer", "2 ressources jamais attribuées",
		"1 ressource finit bientôt L’atelier de calcul 6e : le 1er décembre 2026. 3 personnes perdront l’accès. Voir qui l’a",
		"3 exemplaires libérés 2 personnes ont quitté l’établissement ; ce qu’elles pouvaient rendre est revenu. L’attribuer à d’autres",
		"1 personne a deux fois la même ressource Un exemplaire par personne peut revenir. Reprendre les doubles",
	}
	if len(got) != len(want) {
		t.Fatalf("%d items: %q", len(got), got)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("item %d is %q, want %q", i, got[i], want[i])
		}
	}
	var ways []string
	filled := 0
	for _, a := range p.Find("a") {
		if strings.HasPrefix(looktest.Attr(a, "id"), "do-") {
			ways = append(ways, strings.TrimPrefix(looktest.Attr(a, "href"), school))
		}
		if strings.Contains(looktest.Attr(a, "class"), "btn-primary") {
			filled++
		}
	}
	if want := []string{"/permanentes", "/ressources", "/ressources/r-preau/population", "/ressources?etat=jamais", "/ressources/r-calcul/attributions", "/ressources/r-labo/population", "/doubles"}; !slices.Equal(ways, want) {
		t.Errorf("the items lead to %q", ways)
	}
	if filled != 1 {
		t.Errorf("%d filled buttons", filled)
	}
	english := o.as(webtest.Vasseur)
	english.English = true
	says(t, page(t, english.Get(t, school), http.StatusOK), "Hello, Claire Vasseur", "Since your last visit, on Friday 20 November at 17:42.")
}

// What colleagues suggest, and what becomes of who holds what ends soon, is counted from what the other pages list, and leads there; what
// there is none of is left out.
func TestTheFirstPageTellsOfSuggestionsAndOfRollOvers(t *testing.T) {
	t.Parallel()
	o := openWith(home.Dashboard{}, func(o *office, room *console.Room) {
		room.Home = home.Dashboard{Suggestions: suggestion.Suggested(o.asked), Rollovers: rule.Rollovers(o.rules)}
	})
	told := func() (list, ways []string) {
		t.Helper()
		p := page(t, o.as(webtest.Vasseur).Get(t, school), http.StatusOK)
		for _, key := range []string{"rollovers", "rolling", "suggestions"} {
			if a := p.ByID("do-" + key); a != nil {
				ways = append(ways, strings.TrimPrefix(looktest.Attr(a, "href"), school))
			}
		}
		return todos(p), ways
	}
	if list, ways := told(); len(ways) != 0 {
		t.Errorf("of nothing: %q", list)
	}
	o.asked.Add(webtest.Labo, "", pupilsOf("c-5a")...)
	o.asked.Add(webtest.Calcul, "", pupilsOf("c-5b")...)
	ends := clock.Date{Year: 2026, Month: time.December, Day: 1}
	o.rules.Ending = []licensing.EndingPool{{Pool: licensing.Pool{Resource: webtest.Labo, Ends: ends}, Holders: 20, Waits: 3}, {Pool: licensing.Pool{Resource: webtest.Calcul, Ends: ends.AddDays(9)}, Holders: 5}}
	list, ways := told()
	if want := []string{"/permanentes#h-ending", "/permanentes#h-ending", "/suggestions"}; !slices.Equal(ways, want) {
		t.Errorf("the items lead to %q", ways)
	}
	for i, want := range []string{"3 personnes n’auront plus d’exemplaire Dont Le labo de grammaire 5e : l’abonnement se termine, et le suivant n’a pas assez d’exemplaires.",
		"22 personnes passent d’elles-mêmes à l’abonnement suivant À partir du 2 décembre 2026 ; il n’y a rien à faire.", "2 suggestions"} {
		if len(list) <= i || !strings.HasPrefix(list[i], want) {
			t.Errorf("no item %q: %q", want, list)
		}
	}
}

func TestAPageThatRenewsItselfIsNoVisit(t *testing.T) {
	t.Parallel()
	told := &chronicle{}
	o := openWith(home.Dashboard{News: told})
	b := o.as(webtest.Vasseur)
	says(t, page(t, b.Get(t, school), http.StatusOK), "Votre première visite ici")
	b.Headers = map[string]string{web.GlanceHeader: "1"}
	page(t, b.Get(t, school), http.StatusOK)
	if want := []string{"school-tilleuls p-vasseur", "school-tilleuls p-vasseur by itself"}; !slices.Equal(told.asked, want) {
		t.Errorf("asked %q", told.asked)
	}
}

// Every page of a school's console follows its stream from where it stands, and the stream lasts as long as the mandate.
func TestAPageFollowsItsSchoolForAsLongAsItsReaderManagesIt(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	for _, path := range []string{school, school + "/ressources", labo + "/population", labo + "/attributions"} {
		p := page(t, b.Get(t, path), http.StatusOK)
		followed := slices.ContainsFunc(p.Find("div"), func(n *html.Node) bool {
			return looktest.Attr(n, "data-follow") == school+"/suivre" && looktest.Attr(n, "data-from") == "7" && looktest.Attr(n, "data-several") == "{n} ressources mises à jour"
		})
		if !followed {
			t.Errorf("%s follows nothing", path)
		}
	}
	b.Headers = map[string]string{"Accept": "text/event-stream"}
	if r := b.Get(t, school+"/suivre"); r.StatusCode != http.StatusOK || len(o.line.heard) != 1 {
		t.Fatalf("%s, %d streams", r.Status, len(o.line.heard))
	}
	s := o.line.heard[0]
	if s.School != string(webtest.Tilleuls.ID) || s.Holder == "" {
		t.Errorf("the stream is %+v", s)
	}
	if err := s.Still(t.Context()); err != nil {
		t.Errorf("while the mandate lasts: %v", err)
	}
	o.world.Managers = o.world.Managers[1:] // of another school, and named for this one
	if err := s.Still(t.Context()); !fault.Is(err, fault.NotFound) {
		t.Errorf("after the mandate: %v", err)
	}
}

func TestOpenPagesAreToldOfResourcesAndOfNobody(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"resources":["r-labo","r-calcul"],"cause":"assigned"}`:           `{"resources":["r-labo","r-calcul"]}`,
		`{"resources":["r-labo"],"persons":["p-ines"],"cause":"assigned"}`: `{"resources":["r-labo"]}`,
		`{"resources":[]}`: "", `{}`: "", `nonsense`: "", ``: "",
	} {
		if got := hall.Moved(journal.Fact{Person: "p-ines", Body: []byte(body)}); got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
	for want, f := range map[string]journal.Fact{
		`{"resources":[],"batch":"b-1"}`:              {Topic: licensing.FactBatchChanged, Subject: "b-1"},
		`{"resources":[],"delegates":true}`:           {Topic: licensing.FactMandateChanged, Subject: "p-aubry", Person: "p-aubry"},
		`{"resources":[],"programs":true}`:            {Topic: token.FactChanged, Subject: "t-1"},
		`{"resources":["r-labo"],"suggestions":true}`: {Topic: licensing.FactSuggestionChanged, Person: "p-aubry", Subject: "s-1", Body: []byte(`{"resource":"r-labo","state":"open"}`)},
		``: {Topic: licensing.FactSuggestionChanged, Body: []byte(`{}`)},
	} {
		if got := hall.Moved(f); got != want {
			t.Errorf("of %s: %s, want %s", f.Topic, got, want)
		}
		if want != "" && !slices.Contains(hall.Followed, f.Topic) {
			t.Errorf("nobody is told of %s", f.Topic)
		}
	}
}

// marked are the values of an attribute, "" where it has none, on all elements of a page.
func marked(p *looktest.Doc, attribute string) (values []string) {
	for n := range p.Find("html")[0].Descendants() {
		for _, a := range n.Attr {
			if a.Key == attribute {
				values = append(values, a.Val)
			}
		}
	}
	return values
}

// Every page that shows others' work says of what to its script: the lists are figures, and their lines have names.
func TestEveryListOfOthersWorkIsFollowedLineByLine(t *testing.T) {
	t.Parallel()
	o := open()
	o.asked.Add(webtest.Labo, "", licensing.ToCohort("c-5a", directory.Pupil))
	o.stock.Delegation(webtest.Aubry, 20, "c-5a")
	o.stock.Twice = []directory.PersonID{webtest.Ines}
	b := o.as(webtest.Vasseur)
	for path, want := range map[string]string{
		school + "/ressources": "list", labo + "/population": "tree count without list", labo + "/attributions": "counters holders",
		school + "/recuperation": "main shelf", school + "/recuperation/exemplaires?ressource=r-labo": "all left unopened lines", school + "/familles": "families",
		school + "/suggestions": "tabs suggestions", school + "/historique": "history", school + "/doubles": "main doubles apart", school + "/delegues": "delegates managers",
		school + "/permanentes": "rules ending",
	} {
		p := page(t, b.Get(t, path), http.StatusOK)
		got := slices.DeleteFunc(marked(p, "data-figure"), func(name string) bool { return name == "asked" || name == "bell" || strings.Contains(name, " ") }) // the masthead, cells of a line
		if strings.Join(got, " ") != want {
			t.Errorf("%s follows %q, want %q", path, got, want)
		}
		if len(marked(p, "data-row")) == 0 && !strings.HasSuffix(path, "/permanentes") && !strings.HasSuffix(path, "/historique") {
			t.Errorf("the lines of %s have no names", path)
		}
	}
	shelf := page(t, b.Post(t, school+"/populations/ressources", "cible", class, "comptees", "1"), http.StatusOK)
	if got, lines := marked(shelf, "data-figure"), marked(shelf, "data-row"); !slices.Contains(got, "shelf") || len(lines) == 0 {
		t.Errorf("what a population is given follows %q, lines %q", got, lines)
	}
	if len(marked(shelf, "data-again")) != 1 || len(marked(shelf, "data-posted")) != 1 {
		t.Error("a page that answers a form does not say so, or by which it is asked for again")
	}
}

// The menu's count follows wherever one is, and a delegate's terms on each of their pages.
func TestTheMenuAndADelegatesTermsFollow(t *testing.T) {
	t.Parallel()
	o := open()
	b, _ := o.delegated(t, 20)
	p := page(t, b.Get(t, school+"/ressources"), http.StatusOK)
	for _, want := range []string{"terms", "asked"} {
		if got := marked(p, "data-figure"); !slices.Contains(got, want) {
			t.Errorf("a delegate's page follows %q, without %s", got, want)
		}
	}
}

// A delegate hears of the resources of their mandate as it stands, and of no batch: those are the managers'.
func TestADelegateHearsOfTheirScopeAlone(t *testing.T) {
	t.Parallel()
	o := open()
	b, m := o.delegated(t, 20)
	b.Headers = map[string]string{"Accept": "text/event-stream"}
	if r := b.Get(t, school+"/suivre"); r.StatusCode != http.StatusOK || len(o.line.heard) != 1 {
		t.Fatalf("%s, %d streams", r.Status, len(o.line.heard))
	}
	s := o.line.heard[0]
	for said, want := range map[string]string{
		`{"resources":["r-labo","r-calcul"]}`: `{"resources":["r-labo"]}`, `{"resources":["r-calcul"]}`: "", `{"resources":["r-calcul"],"suggestions":true}`: "",
		`{"resources":[],"batch":"b-1"}`: "", `{"resources":[],"delegates":true}`: `{"resources":[],"delegates":true}`, `{"resources":[],"notifications":true}`: `{"resources":[],"notifications":true}`,
		`nonsense`: "",
	} {
		if got := s.Narrow(said); got != want {
			t.Errorf("of %s a delegate hears %s, want %s", said, got, want)
		}
	}
	m.Resources = []catalogue.ResourceID{webtest.Calcul}
	if err := s.Still(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.Narrow(`{"resources":["r-labo"]}`); got != "" {
		t.Errorf("with other terms: %s", got)
	}
	o.line.heard = nil
	b = o.as(webtest.Vasseur)
	b.Headers = map[string]string{"Accept": "text/event-stream"}
	b.Get(t, school+"/suivre")
	if got := o.line.heard[0].Narrow(`{"resources":[],"batch":"b-1"}`); got == "" {
		t.Error("a manager hears of no batch")
	}
}

// What a distributor ended and opened again is offered to those who had it: by the plan of an undo.
func TestTheFirstPageOffersWhatIsOpenAgain(t *testing.T) {
	t.Parallel()
	list := reopening{{Act: "a 1", Resource: webtest.Labo, Copies: 4}, {Act: "a 1", Resource: webtest.Calcul, Copies: 3}, {Act: "a 2", Resource: webtest.Calcul, Targets: 1}}
	o := openWith(home.Dashboard{Reopened: history.Reopened(list)})
	p := page(t, o.as(webtest.Vasseur).Get(t, school), http.StatusOK)
	says(t, p, "7 droits terminés par le distributeur peuvent être rendus", "L’abonnement à Le labo de grammaire 5e est revenu")
	if got := links(p, "Rendre à ceux qui l’avaient"); len(got) != 1 || got[0] != school+"/historique/a%201/annuler" {
		t.Errorf("the way: %q", got)
	}
}

type reopening []licensing.Reopened

func (l reopening) ListReopened(_ context.Context, id directory.SchoolID) ([]licensing.Reopened, error) {
	if id != webtest.Tilleuls.ID {
		return nil, fault.New(fault.Internal, "another school")
	}
	return l, nil
}
