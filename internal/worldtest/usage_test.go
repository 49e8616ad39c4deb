package worldtest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/worldtest"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/orders/trade"
	"pupitre/usage"
	"pupitre/web"
)

// autumn is a school that has opened one of its resources since September: twelve weeks that are counted, and this one.
type autumn struct {
	*brokerapp.Broker
	school directory.School
	work   catalogue.Resource
	agents map[string]trade.Agent
}

func newAutumn(t *testing.T, w *worldtest.World) *autumn {
	t.Helper()
	a := &autumn{Broker: operator(t, w), agents: map[string]trade.Agent{}}
	ctx := t.Context()
	var err error
	if a.school, err = a.Directory.FindSchoolByUAI(ctx, ourUAI); err != nil {
		t.Fatal(err)
	}
	stocks, err := a.Licensing.ListStock(ctx, a.school.ID, nil)
	at := slices.IndexFunc(stocks, func(s licensing.Stock) bool { return s.Title == workbookTitle })
	if err != nil || at < 0 {
		t.Fatal(stocks, err)
	}
	if a.work, err = a.Catalogue.FindResource(ctx, stocks[at].Resource); err != nil {
		t.Fatal(err)
	}
	cohorts, err := a.Directory.Cohorts(ctx, a.school.ID)
	if err != nil {
		t.Fatal(err)
	}
	var targets []licensing.Target
	var counted, held, areas []usage.Counted
	monday := usage.Week(clock.On(time.Now(), clock.ZoneOfUAI(ourUAI)))
	users := map[string]int64{"5e A": 17, "5e B": 21, "6e A": 3, "6e B": 12}
	for i, label := range []string{"5e A", "5e B", "6e A", "6e B"} {
		at := slices.IndexFunc(cohorts, func(c directory.Cohort) bool { return c.Label == label })
		if at < 0 {
			t.Fatalf("no class %s", label)
		}
		if strings.HasPrefix(label, "5e") {
			targets = append(targets, licensing.ToCohort(cohorts[at].ID, directory.Pupil))
		}
		held = append(held, usage.Counted{Resource: a.work.ID, Tally: usage.Tally{Week: monday.AddDays(-7 * 12), Part: string(cohorts[at].ID), Holders: 20}},
			usage.Counted{Resource: a.work.ID, Tally: usage.Tally{Week: monday.AddDays(-7 * 6), Part: string(cohorts[at].ID), Holders: 24 + int64(i)}})
		for back := int64(1); back <= 12; back++ {
			n := users[label] - (back*int64(i+1))%3
			fresh := int64(0)
			if back == 12 {
				fresh = n
			}
			if n > 0 && back != 5 { // a week of holidays
				counted = append(counted, usage.Counted{Resource: a.work.ID, Tally: usage.Tally{Week: monday.AddDays(int(-7 * back)), Part: string(cohorts[at].ID),
					Count: usage.Count{Users: n, Fresh: fresh, Accesses: n + n*(13-back)/6}}})
			}
		}
	}
	for _, area := range []struct {
		number string
		n      int64
	}{{"099", 31}, {"075", 140}, {"974", 52}, {"013", 4}} {
		for back := int64(1); back <= 12; back++ {
			n := area.n - back*area.n/20
			fresh := int64(0)
			if back == 12 {
				fresh = n
			}
			areas = append(areas, usage.Counted{Resource: a.work.ID, Tally: usage.Tally{Holders: area.n + area.n/8, Week: monday.AddDays(int(-7 * back)), Part: area.number,
				Count: usage.Count{Users: n, Fresh: fresh, Accesses: n * 2}}})
		}
	}
	given, err := a.Licensing.Assign(ctx, journal.System("test"), licensing.Order{School: a.school.ID, Resources: []catalogue.ResourceID{a.work.ID}, Targets: targets, Short: licensing.ShortServe})
	if err != nil {
		t.Fatal(given, err)
	}
	holders, err := a.Licensing.ListHoldersAmong(ctx, a.school.ID, a.work.ID, nil, directory.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for i, h := range holders {
		if i%3 > 0 {
			if _, err := a.Licensing.Open(ctx, licensing.Opening{Person: h.Person, School: a.school.ID, Resource: a.work.ID}); err != nil {
				t.Fatal(err)
			}
		}
	}
	err = a.Store.Usage().Write(ctx, func(ctx context.Context, x usage.Writer) error {
		if _, err := x.CountUntil(ctx, a.school.ID, monday); err != nil {
			return err
		}
		if err := x.AddWeek(ctx, a.school.ID, counted); err != nil {
			return err
		}
		if err := x.AddHeld(ctx, a.school.ID, held); err != nil {
			return err
		}
		return x.AddArea(ctx, areas)
	})
	if err != nil {
		t.Fatal(err)
	}
	publishers, err := a.Catalogue.ListPublishers(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range publishers {
		if p.ID != a.work.Publisher.ID {
			a.agents["another publisher"] = agentOf(t, a.Broker, "Noé", "Carlin", trade.House{Publisher: p.ID})
		}
	}
	a.agents["the publisher"] = agentOf(t, a.Broker, "Aude", "Rivoire", trade.House{Publisher: a.work.Publisher.ID})
	a.agents["a distributor"] = agentOf(t, a.Broker, "Basile", "Thévenin", trade.House{Distributor: "999000816_0000000000000816"})
	return a
}

// Every route of figures, walked by the wrong one, shows nothing of them.
func TestNobodyReadsAnothersFigures(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		a := newAutumn(t, w)
		m := &market{Broker: a.Broker, agents: a.agents}
		readers := map[string]*worldtest.Visitor{"a stranger": worldtest.NewVisitor()}
		for _, login := range []string{"ines.marchal", "nadia.aubry", "claire.vasseur"} {
			readers[login] = worldtest.NewVisitor()
			readers[login].SignIn(t, w.Broker+"/mediacentre", login)
		}
		for who := range a.agents {
			readers[who] = m.visitor(t, w, who)
		}
		head := worldtest.NewVisitor()
		head.SignIn(t, w.Broker+"/mediacentre", "helene.castaing")
		readers["the head"] = head
		walked := 0
		for who, v := range readers {
			for _, route := range a.Routes {
				ours := strings.HasPrefix(route, "GET "+web.UsagePath)
				theirs := strings.HasPrefix(route, "GET "+web.TradePath+"/usages")
				if !ours && !theirs {
					continue
				}
				walked++
				path := strings.Replace(strings.TrimPrefix(route, "GET "), "{ark...}", string(a.work.ARK), 1)
				page := v.Get(t, w.Broker+path)
				right := ours && who == "the head" || theirs && who == "the publisher"
				if shown := page.Status == http.StatusOK && strings.Contains(page.Text, a.work.Title); shown != right {
					t.Errorf("%s, %s: status %d, shown %v", who, path, page.Status, shown)
				}
				for _, name := range []string{"Marchal", "Belhadj"} {
					if right && strings.Contains(page.Text, name) {
						t.Errorf("%s, %s: names %s", who, path, name)
					}
				}
			}
		}
		if walked != 8*len(readers) {
			t.Errorf("%d routes were walked by %d readers: does the test still know them?", walked, len(readers))
		}
	})
}

// A head and a publisher read what became of a workbook, as figures, as a picture, and as a file.
func TestUsageInABrowser(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{})
	a := newAutumn(t, w)
	var world map[string]any
	if err := json.Unmarshal([]byte(w.JSON(t, false)), &world); err != nil {
		t.Fatal(err)
	}
	slip, err := a.Accounts.Hand(t.Context(), journal.System("operator"), a.agents["the publisher"].Person)
	if err != nil {
		t.Fatal(err)
	}
	world["publisher"], world["title"] = map[string]string{"login": string(slip.Login), "phrase": string(slip.Phrase)}, a.work.Title
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "usage")
}
