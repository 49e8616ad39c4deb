package storetest

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/privacy"
)

// Teacher is a person as who acts.
func Teacher(p directory.PersonID) journal.Actor {
	return journal.Actor{Kind: journal.ByPerson, ID: string(p)}
}

// lesson is a school with a resource of which there are n copies for pupils, and a teacher of two classes of four.
type lesson struct {
	school  directory.School
	r       licensing.Work
	teacher directory.PersonID
	a, b    []directory.PersonID
}

func (w *World) lesson(t *testing.T, n licensing.Count) lesson {
	t.Helper()
	l := lesson{school: w.School("099", "340"), r: w.Resource(false)}
	w.Sell(t, w.Offer(l.school, l.r, n))
	l.a = w.Persons(l.school.ID, directory.Pupil, 4, w.Class(l.school.ID, "5e A"))
	l.b = w.Persons(l.school.ID, directory.Pupil, 4, w.Class(l.school.ID, "5e B"))
	l.teacher = w.teach(l.school.ID, "5e A", "5e B")
	return l
}

// teach adds a teacher of these classes.
func (w *World) teach(school directory.SchoolID, classes ...directory.CohortID) directory.PersonID {
	w.TB.Helper()
	p := w.Persons(school, directory.Teacher, 1, "")[0]
	for _, c := range classes {
		w.exec(`insert into membership (school, cohort, person) values ($1, $2, $3)`, string(school), string(c), string(p))
	}
	return p
}

// of is the pupils of these classes, as targets.
func of(classes ...directory.CohortID) (list []licensing.Target) {
	for _, c := range classes {
		list = append(list, licensing.ToCohort(c, directory.Pupil))
	}
	return list
}

func (l lesson) suggestion(classes ...directory.CohortID) licensing.Suggestion {
	return licensing.Suggestion{School: l.school.ID, Resource: l.r.ID, Targets: of(classes...), Word: "Pour la séquence sur la Lune."}
}

// suggest suggests, and must succeed.
func (w *World) suggest(t *testing.T, teacher directory.PersonID, s licensing.Suggestion) licensing.Suggestion {
	t.Helper()
	out, err := w.Licensing.Suggest(t.Context(), Teacher(teacher), s)
	if err != nil {
		t.Fatalf("suggest: %v", err)
	}
	return out
}

// read is a suggestion as it is kept.
func (w *World) suggestion(t *testing.T, s licensing.Suggestion) licensing.Suggestion {
	t.Helper()
	list, err := w.Licensing.FindSuggestions(t.Context(), s.School, nil, s.ID)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d found, %v", len(list), err)
	}
	return list[0]
}

// accept plans and applies.
func (w *World) accept(t *testing.T, a licensing.Acceptance) (licensing.Applied, error) {
	t.Helper()
	plan, err := w.Licensing.PlanSuggestions(t.Context(), a)
	if err != nil {
		return licensing.Applied{}, err
	}
	return w.Licensing.ApplySuggestions(t.Context(), Manager, a, plan.Hash)
}

// news are the states that a school's suggestions were told to have, in order.
func (w *World) news(t *testing.T, school directory.School) (states []string) {
	t.Helper()
	if err := w.Store.DB.Read(t.Context(), func(ctx context.Context, x *db.Tx) error {
		return x.Each(ctx, `select body from outbox where topic = $1 and school = $2 order by seq`, []any{licensing.FactSuggestionChanged, string(school.ID)}, func(row db.Row) error {
			var body string
			var c licensing.SuggestionChanged
			if err := row.Scan(&body); err != nil {
				return err
			}
			err := json.Unmarshal([]byte(body), &c)
			states = append(states, string(c.State))
			return err
		})
	}); err != nil {
		t.Fatal(err)
	}
	return states
}

func suggestionIsKept(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	want := l.suggestion("5e B", "5e A", "5e B")
	want.Word = "  Deux\r\nlignes \u202e\x07 "
	made := w.suggest(t, l.teacher, want)
	got := w.suggestion(t, made)
	want = licensing.Suggestion{School: l.school.ID, ID: made.ID, Resource: l.r.ID, Teacher: l.teacher, Targets: of("5e A", "5e B"), Word: "Deux\nlignes",
		Made: made.Made, State: licensing.Suggested, Act: made.Act}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := w.count(`select count(*) from journal where school = $1 and id = $2 and person = $3 and verb = 'licensing.suggested'`, string(l.school.ID), string(made.Act), string(l.teacher)); n != 1 {
		t.Errorf("%d journal entries", n)
	}
	if n := w.count(`select count(*) from journal where school = $1 and detail like '%Deux%'`, string(l.school.ID)); n != 0 {
		t.Error("the journal keeps what was written")
	}
	_, err := w.Licensing.Suggest(t.Context(), Teacher(l.teacher), l.suggestion("5e A"))
	refused(t, err, fault.Conflict, "licensing.suggestion.again")
	if got, err := w.Licensing.CountSuggestions(t.Context(), l.school.ID, nil); got != 1 || err != nil {
		t.Errorf("%d open, %v", got, err)
	}
}

func suggestionIsForOwnClasses(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	other := w.Class(l.school.ID, "5e C")
	w.Persons(l.school.ID, directory.Pupil, 2, other)
	elsewhere := w.lesson(t, 10)
	try := func(who directory.PersonID, s licensing.Suggestion, kind fault.Kind, code string) {
		t.Helper()
		_, err := w.Licensing.Suggest(t.Context(), Teacher(who), s)
		refused(t, err, kind, code)
	}
	try(l.teacher, l.suggestion("5e A", other), fault.NotFound, "licensing.suggestion.cohort")
	try(l.teacher, l.suggestion("nowhere"), fault.NotFound, "licensing.suggestion.cohort")
	try(l.a[0], l.suggestion("5e A"), fault.Denied, "licensing.suggestion.teacher")
	try(elsewhere.teacher, l.suggestion("5e A"), fault.Denied, "licensing.suggestion.teacher")
	try(l.teacher, elsewhere.suggestion("5e A"), fault.Denied, "licensing.suggestion.teacher")
	try(l.teacher, l.suggestion(), fault.Invalid, "licensing.suggestion.empty")
	person := l.suggestion()
	person.Targets = []licensing.Target{licensing.ToPerson(l.a[0])}
	try(l.teacher, person, fault.Invalid, "licensing.suggestion.target")
	long := l.suggestion("5e A")
	long.Word = licensing.Word(strings.Repeat("é", 501))
	try(l.teacher, long, fault.Invalid, "licensing.word.long")
	long.Word = long.Word[:1000]
	w.suggest(t, l.teacher, long)
	if _, err := w.Licensing.Suggest(t.Context(), journal.System("rule"), l.suggestion("5e A")); fault.KindOf(err) != fault.Denied {
		t.Errorf("a rule suggests: %v", err)
	}
	if n := w.count(`select count(*) from suggestion where school in ($1, $2)`, string(l.school.ID), string(elsewhere.school.ID)); n != 1 {
		t.Errorf("%d kept", n)
	}
}

func suggestionIsOfUse(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	try := func(s licensing.Suggestion, code string) {
		t.Helper()
		_, err := w.Licensing.Suggest(t.Context(), Teacher(l.teacher), s)
		refused(t, err, fault.Conflict, code)
	}
	unsold := l.suggestion("5e A")
	unsold.Resource = w.Resource(false).ID
	try(unsold, "licensing.suggestion.subscription")
	teachers := w.Resource(false)
	offer := w.Offer(l.school, teachers, 5)
	offer.Publics = []directory.Profile{directory.Teacher}
	w.Sell(t, offer)
	unsold.Resource = teachers.ID
	try(unsold, "licensing.suggestion.public")
	w.exec(`insert into membership (school, cohort, person) values ($1, $2, $3)`, string(l.school.ID), string(w.Class(l.school.ID, "5e Z")), string(l.teacher))
	try(l.suggestion("5e Z"), "licensing.suggestion.nobody")
	w.Assign(t, To(l.school, l.r, of("5e A")...))
	try(l.suggestion("5e A"), "licensing.suggestion.held")
	w.suggest(t, l.teacher, l.suggestion("5e A", "5e B")) // some of them have not
}

func suggestedIsCounted(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	want := func(n int64) {
		t.Helper()
		if got := w.Counters(t, l.school, l.r).Suggested; got != n {
			t.Errorf("%d suggested, want %d", got, n)
		}
		stock, err := w.Licensing.ListStock(t.Context(), l.school.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range stock {
			if s.Resource == l.r.ID && s.Counters.Suggested != n || s.Resource != l.r.ID && s.Counters.Suggested != 0 {
				t.Errorf("%s: %d suggested in the list", s.Title, s.Counters.Suggested)
			}
		}
	}
	w.Sell(t, w.Offer(l.school, w.Resource(false), 5))
	want(0)
	first := w.suggest(t, l.teacher, l.suggestion("5e A"))
	want(4)
	second := w.suggest(t, w.teach(l.school.ID, "5e A", "5e B"), l.suggestion("5e A", "5e B"))
	want(8) // nobody twice
	w.exec(`insert into cohort (school, id, kind, code, label, level) values ($1, 'Latin', 'GROUPE', 'Latin', 'Latin', '5e')`, string(l.school.ID))
	w.exec(`insert into membership (school, cohort, person) values ($1, 'Latin', $2)`, string(l.school.ID), string(l.a[3]))
	third := w.suggest(t, w.teach(l.school.ID, "Latin"), l.suggestion("Latin"))
	want(8) // nor by a class and a group
	if err := w.Licensing.DeclineSuggestions(t.Context(), Manager, l.school.ID, []licensing.SuggestionID{third.ID}, "Non."); err != nil {
		t.Fatal(err)
	}
	w.Assign(t, To(l.school, l.r, licensing.ToPerson(l.a[0]), licensing.ToPerson(l.b[0])))
	want(6)
	w.Leave(l.school.ID, l.a[1])
	want(5)
	w.Arrive(l.school.ID, l.a[1], directory.Pupil, "5e A")
	want(6)
	// What a plan of the same persons would select is the same figure.
	plan, err := w.Licensing.PlanSuggestions(t.Context(), licensing.Acceptance{School: l.school.ID, Parts: []licensing.Part{{Suggestion: first.ID}, {Suggestion: second.ID}}})
	if err != nil || plan.Figures[0].Before.Selected != 6 {
		t.Errorf("the plan selects %+v, %v", plan.Figures, err)
	}
	if err := w.Licensing.Withdraw(t.Context(), Teacher(l.teacher), l.school.ID, first.ID); err != nil {
		t.Fatal(err)
	}
	want(6) // the other names them all
	wide := w.Offer(l.school, l.r, licensing.Unlimited)
	wide.Kind = licensing.Establishment
	wide.Publics = []directory.Profile{directory.Pupil, directory.Teacher}
	w.Sell(t, wide)
	want(6) // nobody was given it
	w.Assign(t, To(l.school, l.r, of("5e B")...))
	want(3)
	w.Assign(t, To(l.school, l.r, licensing.ToPerson(l.a[2])))
	want(2)
	if _, err := w.accept(t, licensing.Acceptance{School: l.school.ID, Parts: []licensing.Part{{Suggestion: second.ID}}}); err != nil {
		t.Fatal(err)
	}
	want(0)
}

func coverage(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	group := directory.CohortID("Latin")
	w.exec(`insert into cohort (school, id, kind, code, label, level) values ($1, 'Latin', 'GROUPE', 'Latin', 'Latin', '5e')`, string(l.school.ID))
	for _, p := range []directory.PersonID{l.a[0], l.b[0], l.teacher} {
		w.exec(`insert into membership (school, cohort, person) values ($1, $2, $3)`, string(l.school.ID), string(group), string(p))
	}
	w.Assign(t, To(l.school, l.r, of("5e A")...))
	wide := w.Resource(false)
	offer := w.Offer(l.school, wide, licensing.Unlimited)
	offer.Kind = licensing.Establishment
	w.Sell(t, offer)
	w.Assign(t, To(l.school, wide, licensing.ToSchool(directory.Pupil)))
	got, err := w.Licensing.ListCoverage(t.Context(), l.school.ID, group, "5e A", "5e B", "gone")
	if err != nil {
		t.Fatal(err)
	}
	type have = map[catalogue.ResourceID]int64
	want := []licensing.Coverage{
		{Cohort: "5e A", Pupils: 4, Have: have{l.r.ID: 4, wide.ID: 4}}, {Cohort: "5e B", Pupils: 4, Have: have{wide.ID: 4}},
		{Cohort: group, Pupils: 2, Have: have{l.r.ID: 1, wide.ID: 2}}, {Cohort: "gone", Have: have{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func suggestionPrivacy(t *testing.T, w *World) {
	l := w.lesson(t, 10)
	colleague := w.teach(l.school.ID, "5e A", "5e B")
	mine, theirs := w.suggest(t, l.teacher, l.suggestion("5e A")), w.suggest(t, colleague, l.suggestion("5e A", "5e B"))
	if err := w.Licensing.DeclineSuggestions(t.Context(), Teacher(l.teacher), l.school.ID, []licensing.SuggestionID{theirs.ID}, "Signé : moi."); err != nil {
		t.Fatal(err)
	}
	keeper := licensing.Keeper{Store: w.Store.Licensing()}
	who := privacy.Subject{Project: "A70", ID: string(l.teacher)}
	export := func() string {
		t.Helper()
		data, err := keeper.Export(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		if data == nil {
			return ""
		}
		text, err := json.Marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if got := export(); !strings.Contains(got, "séquence sur la Lune") || !strings.Contains(got, string(l.r.ID)) || strings.Contains(got, string(theirs.ID)) {
		t.Errorf("exported: %s", got)
	}
	for range 2 {
		if err := keeper.Erase(t.Context(), who); err != nil {
			t.Fatal(err)
		}
	}
	if got := export(); got != "" {
		t.Errorf("after the erasure: %s", got)
	}
	if list, err := w.Licensing.FindSuggestions(t.Context(), l.school.ID, nil, mine.ID); err != nil || len(list) != 0 {
		t.Errorf("it is there still: %v, %v", list, err)
	}
	if got := w.suggestion(t, theirs); got.Reason != "" || got.State != licensing.Declined || got.Word == "" || len(got.Targets) != 2 {
		t.Errorf("what another suggested: %+v", got)
	}
	if n := w.count(`select count(*) from suggestion_target where school = $1`, string(l.school.ID)); n != 2 {
		t.Errorf("%d targets are left", n)
	}
}

// sweepSuggestions has a database of its own: it moves the clock.
func sweepSuggestions(t *testing.T, w *World) {
	l := w.lesson(t, 100)
	old := w.suggest(t, l.teacher, l.suggestion("5e A"))
	w.SetNow(Monday.Add(30 * 24 * time.Hour))
	answered := w.suggest(t, w.teach(l.school.ID, "5e A"), l.suggestion("5e A"))
	if err := w.Licensing.DeclineSuggestions(t.Context(), Manager, l.school.ID, []licensing.SuggestionID{answered.ID, old.ID}, "Non."); err != nil {
		t.Fatal(err)
	}
	forgotten := w.suggest(t, l.teacher, l.suggestion("5e B"))
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{licensing.SuggestionsKept - time.Hour, 0}, {licensing.SuggestionsKept + time.Hour, 2}, {licensing.SuggestionsKept + time.Hour, 1}, {licensing.SuggestionsKept + time.Hour, 0}} {
		w.SetNow(Monday.Add(30*24*time.Hour + c.after))
		if got, err := w.Licensing.SweepSuggestions(t.Context(), 2); got != c.want || err != nil {
			t.Errorf("after %s: %d swept, %v, want %d", c.after, got, err, c.want)
		}
	}
	if n := w.count(`select count(*) from suggestion`) + w.count(`select count(*) from suggestion_target`); n != 0 {
		t.Errorf("%d rows are left, %s among them", n, forgotten.ID)
	}
}
