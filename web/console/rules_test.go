package console_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/look/looktest"
	"pupitre/licensing"
	"pupitre/web/console/hall"
	"pupitre/web/console/rule"
	"pupitre/web/webtest"
)

const rules = school + "/permanentes"

// standing makes a standing assignment from the plan page, as a manager does.
func standing(t *testing.T, o *office, b webtest.Browser, form ...string) *looktest.Doc {
	t.Helper()
	plan := sent(t, b, labo+"/plan", "cible", class)
	says(t, plan, "Et les nouveaux venus aussi", "Exemplaires à garder en réserve pour eux")
	form = append([]string{"cible", class, "ordre", "class", "empreinte", value(plan, "empreinte")}, form...)
	return shown(t, b, b.Post(t, labo+"/permanente", form...))
}

func TestPlanBecomesAStandingAssignment(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	p := standing(t, o, b, "reserve", "5", "rendre", "1")
	says(t, p, "Affectation permanente créée", "25 exemplaires attribués", "Pour 5e B, nouveaux venus compris", "25 personnes servies", "4 personnes attendent",
		"5 exemplaires en réserve", "l’exemplaire revient au stock", "Suspendre", "Abandonner")
	made := o.rules.Made
	if len(made) != 1 || made[0].Reserve != 5 || made[0].Keep != licensing.GiveBack || len(made[0].Targets) != 1 || made[0].Targets[0].String() != class {
		t.Fatalf("made %+v", made)
	}
	says(t, page(t, b.Get(t, rules), http.StatusOK), "Le labo de grammaire 5e", "5e B", "Servis", "25", "En attente", "4", "5 sur 5", "En vigueur, des personnes attendent")
	again := b.Post(t, labo+"/permanente", "cible", class, "empreinte", "x")
	if text := looktest.Body(t, again); again.StatusCode != http.StatusConflict || !strings.Contains(text, "donne déjà cette ressource") {
		t.Errorf("the same again: %s, %s", again.Status, text)
	}
}

func TestStandingAssignmentIsExactlyThePlanThatWasSeen(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	says(t, page(t, b.Post(t, labo+"/permanente", "cible", class, "empreinte", "yesterday"), http.StatusConflict), "Le plan a changé", "Rien n’a été attribué")
	page(t, b.Post(t, labo+"/permanente", "cible", class, "reserve", "beaucoup", "empreinte", "x"), http.StatusBadRequest)
	page(t, b.Post(t, labo+"/permanente", "cible", class, "reserve", "-3", "empreinte", "x"), http.StatusBadRequest)
	if len(o.rules.Made) != 0 || len(o.stock.Acts) != 0 {
		t.Errorf("made %v, acts %v", o.rules.Made, o.stock.Acts)
	}
	page(t, b.Post(t, labo+"/permanente", "cible", "person:p-c-5a-00", "empreinte", "x"), http.StatusBadRequest)
	clear(t, b)
	one := sent(t, b, labo+"/plan", "cible", "person:p-c-5b-00")
	if text := looktest.Words(one.Find("body")[0]); strings.Contains(text, "nouveaux venus") {
		t.Error("a standing assignment is offered for one person")
	}
}

func TestStandingAssignmentIsSuspendedResumedAndDropped(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	standing(t, o, b, "reserve", "2")
	const one = rules + "/rule-1"
	p := shown(t, b, b.Post(t, one+"/suspendre"))
	says(t, p, "Affectation permanente suspendue", "2 exemplaires de réserve retournent au stock", "par un responsable d’affectation", "Remettre en vigueur",
		"quand l’affectation sera remise en vigueur")
	says(t, page(t, b.Post(t, one+"/remettre", "empreinte", "old"), http.StatusConflict), "Le plan a changé")
	p = shown(t, b, b.Post(t, one+"/remettre", "empreinte", value(p, "empreinte")))
	says(t, p, "remise en vigueur", "En vigueur")
	for _, reason := range []licensing.Reason{licensing.ByRelease, licensing.ByUndo} {
		o.rules.Made[0].State, o.rules.Made[0].Reason = licensing.RuleSuspended, reason
		says(t, page(t, b.Get(t, one), http.StatusOK), "Suspendue le 23 novembre 2026 :")
	}
	says(t, shown(t, b, b.Post(t, one+"/abandonner")), "Affectation permanente abandonnée", "Aucune affectation permanente")
	page(t, b.Get(t, one), http.StatusNotFound)
}

// What a standing assignment gives cannot be taken back behind its back: the manager is told that it stops.
func TestTakingBackSaysWhichRuleItStops(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	standing(t, o, b)
	says(t, page(t, b.Post(t, labo+"/reprise", "cible", "person:p-c-5b-00"), http.StatusOK), "1 affectation permanente, qui redonnerait aussitôt l’exemplaire, sera suspendue")
	o.rules.Made[0].State = licensing.RuleSuspended
	ask := page(t, b.Post(t, labo+"/reprise", "cible", "person:p-c-5b-00"), http.StatusOK)
	if text := looktest.Words(ask.Find("body")[0]); strings.Contains(text, "sera suspendue") {
		t.Error("it is suspended already")
	}
}

func TestSubscriptionsThatEndSayWhoGoesOn(t *testing.T) {
	t.Parallel()
	o := open()
	day := clock.Date{Year: 2026, Month: 12, Day: 18}
	o.rules.Ending = []licensing.EndingPool{
		{Pool: licensing.Pool{Resource: webtest.Labo, Ends: day}, Title: "Le labo de grammaire 5e", Holders: 28, Waits: 3},
		{Pool: licensing.Pool{Resource: webtest.Calcul, Ends: day}, Title: "L’atelier de calcul 6e", Holders: 3},
		{Pool: licensing.Pool{Resource: webtest.Musique, Ends: day.AddDays(-28)}, Title: "L’atelier de musique", Holders: 2, Waits: 2, Over: true},
	}
	says(t, page(t, o.as(webtest.Vasseur).Get(t, rules), http.StatusOK), "Abonnements qui se terminent", "18/12/2026", "28", "3 personnes n’auront plus d’exemplaire", "Tous passent à l’abonnement suivant", "2 personnes n’ont plus d’exemplaire")
}

// Undoing, and taking back in batches, say which standing assignments they stop.
func TestEveryPlanThatTakesBackSaysWhichRuleItStops(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	to := links(given(t, b), "annuler cette affectation")
	if len(to) != 1 {
		t.Fatalf("the receipt leads to %v", to)
	}
	o.rules.Made = []licensing.Rule{{ID: "rule-1", School: webtest.Tilleuls.ID, Resource: webtest.Labo, Targets: []licensing.Target{licensing.ToCohort("c-5b")}, State: licensing.RuleInForce}}
	const stops = "affectation permanente sera suspendue Sinon, ce qui est repris serait aussitôt redonné. Vous pourrez les remettre en vigueur. 5e B"
	says(t, page(t, b.Get(t, to[0]), http.StatusOK), stops)
	says(t, page(t, b.Post(t, school+"/recuperation/plan", "ressource", string(webtest.Labo)), http.StatusOK), stops)
	o.rules.Made[0].State = licensing.RuleSuspended
	if text := looktest.Words(page(t, b.Get(t, to[0]), http.StatusOK).Find("body")[0]); strings.Contains(text, "sera suspendue") {
		t.Error("it is suspended already")
	}
}

// What the first page says of standing assignments counts persons, and leads to where they are named.
func TestTheFirstPageCountsWhomNoRuleServesAndWhomNoSubscriptionFollows(t *testing.T) {
	t.Parallel()
	o := open()
	in := func(r licensing.Rule) licensing.Rule {
		r.School, r.State = webtest.Tilleuls.ID, licensing.RuleInForce
		return r
	}
	o.rules.Made = []licensing.Rule{in(licensing.Rule{ID: "rule-1", Resource: webtest.Labo, Targets: []licensing.Target{licensing.ToCohort("c-5b")}})}
	ends := clock.Date{Year: 2026, Month: time.December, Day: 1}
	o.rules.Ending = []licensing.EndingPool{{Pool: licensing.Pool{Resource: webtest.Musique, Ends: ends.AddDays(-9)}, Holders: 4, Over: true}, // they go on now
		{Pool: licensing.Pool{Resource: webtest.Labo, Ends: ends}, Holders: 20, Waits: 3}, {Pool: licensing.Pool{Resource: webtest.Calcul, Ends: ends.AddDays(4)}, Holders: 5}}
	waits := func(n hall.Notice) hall.Waiting {
		t.Helper()
		w, err := n(t.Context(), webtest.Tilleuls.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	list, err := o.rules.ListRules(t.Context(), webtest.Tilleuls.ID)
	if err != nil || len(list) != 1 || list[0].Waiting == 0 {
		t.Fatalf("%v: %+v", err, list)
	}
	if got, want := waits(rule.Unserved(o.rules)), (hall.Waiting{N: list[0].Waiting, Resource: webtest.Labo, Page: "/permanentes"}); got != want {
		t.Errorf("unserved: %+v, want %+v", got, want)
	}
	o.rules.Made[0].State = licensing.RuleSuspended
	if got := waits(rule.Unserved(o.rules)); got.N != 0 {
		t.Errorf("a rule that is suspended waits for nothing: %+v", got)
	}
	if got, want := waits(rule.Rollovers(o.rules)), (hall.Waiting{N: 3, Resource: webtest.Labo, Page: "/permanentes#h-ending", Rolls: 22, Day: ends.AddDays(1)}); got != want {
		t.Errorf("rollovers: %+v, want %+v", got, want)
	}
}

// The day on which a standing assignment's stock runs out is in the list and on its own page; where it cannot be told, nothing is.
func TestTheDayOnWhichTheStockRunsOutIsShown(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	standing(t, o, b, "reserve", "0")
	for _, path := range []string{rules, rules + "/rule-1"} {
		if text := looktest.Words(page(t, b.Get(t, path), http.StatusOK).Find("main")[0]); strings.Contains(text, "2027") {
			t.Errorf("%s foretells a day: %s", path, text)
		}
	}
	o.rules.Out = map[licensing.RuleID]clock.Date{"rule-1": {Year: 2027, Month: time.January, Day: 14}}
	says(t, page(t, b.Get(t, rules), http.StatusOK), "14/01/2027")
	says(t, page(t, b.Get(t, rules+"/rule-1"), http.StatusOK), "vers le 14 janvier 2027, au rythme des dernières arrivées")
}
