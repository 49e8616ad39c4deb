package storetest

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// undo undoes an act by its plan, and must succeed.
func (w *World) undo(t testing.TB, school directory.School, act journal.ActID) licensing.Undone {
	t.Helper()
	o := licensing.UndoOrder{School: school.ID, Act: act}
	plan, err := w.Licensing.PlanUndo(context.Background(), o)
	if err != nil {
		t.Fatalf("plan to undo: %v", err)
	}
	done, err := w.Licensing.Undo(context.Background(), Manager, o, plan.Hash)
	if err != nil {
		t.Fatalf("undo: %v", err)
	}
	if diff := cmp.Diff(plan, done.Plan); diff != "" {
		t.Errorf("what was undone is not the plan (-plan +done):\n%s", diff)
	}
	return done
}

// release takes back, and must succeed.
func (w *World) release(t testing.TB, o licensing.Order) licensing.Applied {
	t.Helper()
	done, err := w.Licensing.Release(context.Background(), Manager, o)
	if err != nil {
		t.Fatalf("release: %v", err)
	}
	return done
}

// holding lists who holds a copy of the resource, with the target by which they do.
func (w *World) holding(t testing.TB, school directory.School, r licensing.Work) map[directory.PersonID]string {
	t.Helper()
	list, err := w.Licensing.ListHolders(context.Background(), school.ID, r.ID, directory.Page{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[directory.PersonID]string{}
	for _, h := range list {
		out[h.Person] = h.Through.String()
	}
	return out
}

func undoAssignment(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	pupils := w.Persons(school.ID, directory.Pupil, 4, w.Class(school.ID, "5e B"))
	before := w.Assign(t, To(school, r, licensing.ToPerson(pupils[0])))
	act := w.Assign(t, To(school, r, licensing.ToCohort("5e B"))).Act
	w.release(t, To(school, r, licensing.ToPerson(pupils[3])))

	done := w.undo(t, school, act)
	if f := done.Plan.Sum(); f.Loses != 2 || f.Lacks != 1 || f.Cannot != 0 || f.Gets != 0 {
		t.Errorf("of three given, one taken back since: %+v", f)
	}
	if got := w.holding(t, school, r); len(got) != 1 || got[pupils[0]] == "" {
		t.Errorf("left: %v, want the copy of the act before, %s", got, before.Act)
	}
	if diff := cmp.Diff(licensing.Counters{Available: 9, Remaining: 9, Assigned: 1, Total: 10}, w.Counters(t, school, r)); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	if n := w.count(`select count(*) from journal where school = $1 and id = $2 and verb = 'licensing.undone' and subject = $3`,
		string(school.ID), string(done.Act), string(act)); n != 1 {
		t.Errorf("%d journal entries of the undo", n)
	}
	told := w.told(school, licensing.FactRightChanged)
	if last := told[len(told)-1]; last.Cause != licensing.CauseUndone || len(last.Persons) != 2 {
		t.Errorf("told %+v", last)
	}
	if again := w.undo(t, school, act); again.Act != "" || !again.Plan.Empty() {
		t.Errorf("undone twice: %+v", again)
	}
}

func undoOfUndo(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	pupils := w.Persons(school.ID, directory.Pupil, 3, w.Class(school.ID, "5e B"))
	w.Assign(t, To(school, r, licensing.ToCohort("5e B")))
	want := w.holding(t, school, r)
	act := w.release(t, To(school, r, licensing.ToSchool())).Act
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[0]))) // one of them has got another meanwhile

	first := w.undo(t, school, act)
	if f := first.Plan.Sum(); f.Gets != 2 || f.Has != 1 {
		t.Errorf("of three taken back: %+v", f)
	}
	want[pupils[0]] = licensing.ToPerson(pupils[0]).String()
	if diff := cmp.Diff(want, w.holding(t, school, r)); diff != "" {
		t.Errorf("they have it by another target than before (-want +got):\n%s", diff)
	}
	second := w.undo(t, school, first.Act)
	if f := second.Plan.Sum(); f.Loses != 2 || len(w.holding(t, school, r)) != 1 {
		t.Errorf("the undo undone: %+v", f)
	}
	third := w.undo(t, school, second.Act)
	if f := third.Plan.Sum(); f.Gets != 2 || len(w.holding(t, school, r)) != 3 {
		t.Errorf("and that undone: %+v", f)
	}
	// What the first act took has been moved since, by acts that are there to be undone themselves.
	w.release(t, To(school, r, licensing.ToSchool()))
	if f := w.undo(t, school, act).Plan.Sum(); f.Gets != 0 || f.Cannot != 3 {
		t.Errorf("an undo reached over a later act: %+v", f)
	}
}

func undoWhatCannot(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, 4)
	sub.Transferable = false
	w.Sell(t, sub)
	pupils := w.Persons(school.ID, directory.Pupil, 4, "")
	act := w.Assign(t, To(school, r, licensing.ToSchool())).Act
	if _, err := w.Open(school, r, pupils[0]); err != nil {
		t.Fatal(err)
	}
	done := w.undo(t, school, act)
	if f := done.Plan.Sum(); f.Loses != 3 || f.Cannot != 1 || done.Plan.Outcomes[0].Why != licensing.WhyLocked {
		t.Errorf("one was opened: %+v", done.Plan.Outcomes)
	}
	newcomers := w.Persons(school.ID, directory.Pupil, 2, "")
	for _, p := range newcomers {
		w.Assign(t, To(school, r, licensing.ToPerson(p)))
	}
	w.Leave(school.ID, pupils[3])
	w.Follow()
	o := licensing.UndoOrder{School: school.ID, Act: done.Act}
	plan, err := w.Licensing.PlanUndo(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	got := map[directory.PersonID]licensing.Why{}
	for _, x := range plan.Outcomes {
		got[x.Person] = x.Why
	}
	if diff := cmp.Diff(map[directory.PersonID]licensing.Why{pupils[1]: "", pupils[2]: licensing.WhyShort, pupils[3]: licensing.WhyGone}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = w.Licensing.Undo(t.Context(), Manager, o, plan.Hash)
	refused(t, err, fault.Exhausted, "licensing.plan.short")
	if param(err, "n") != int64(1) || param(err, "asked") != int64(2) || param(err, "short") != int64(1) {
		t.Errorf("figures of the refusal: %v", fault.ParamsOf(err))
	}
	o.Short = licensing.ShortServe
	if _, err = w.Licensing.Undo(t.Context(), Manager, o, plan.Hash); err != nil {
		t.Errorf("the manager's choice is not part of the plan's hash: %v", err)
	}
	if got := w.Counters(t, school, r); got.Assigned != 4 || got.Available != 0 {
		t.Errorf("got %+v", got)
	}
}

// Who left with a copy that they consumed is gone, whether anybody else of the act is still there or not.
func undoOfTheGone(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	offer := w.Offer(school, r, 1)
	offer.Transferable = false
	w.Sell(t, offer)
	pupils := w.Persons(school.ID, directory.Pupil, 1, "")
	first := To(school, r, licensing.ToPerson(pupils[0]))
	w.Assign(t, first)
	act := w.release(t, first).Act
	w.Assign(t, first)
	if _, err := w.Open(school, r, pupils[0]); err != nil {
		t.Fatal(err)
	}
	w.Leave(school.ID, pupils[0])
	w.Follow()
	plan, err := w.Licensing.PlanUndo(t.Context(), licensing.UndoOrder{School: school.ID, Act: act})
	if err != nil || len(plan.Outcomes) != 1 || plan.Outcomes[0].Verdict != licensing.Cannot || plan.Outcomes[0].Why != licensing.WhySince {
		t.Errorf("%+v, %v", plan.Outcomes, err)
	}
}

func undoChanged(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	pupils := w.Persons(school.ID, directory.Pupil, 3, "")
	act := w.Assign(t, To(school, r, licensing.ToSchool())).Act
	o := licensing.UndoOrder{School: school.ID, Act: act}
	plan, err := w.Licensing.PlanUndo(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	w.release(t, To(school, r, licensing.ToPerson(pupils[1])))
	done, err := w.Licensing.Undo(t.Context(), Manager, o, plan.Hash)
	refused(t, err, fault.Conflict, "licensing.plan.changed")
	if f := done.Plan.Sum(); done.Act != "" || f.Loses != 2 || f.Lacks != 1 || len(w.holding(t, school, r)) != 2 {
		t.Errorf("the new plan: %+v", f)
	}
	if _, err := w.Licensing.Undo(t.Context(), Manager, o, done.Plan.Hash); err != nil {
		t.Errorf("the new plan: %v", err)
	}
}

func undoTargets(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, licensing.Unlimited)
	sub.Kind = licensing.Establishment
	w.Sell(t, sub)
	w.Class(school.ID, "5e A")
	pupil := w.Persons(school.ID, directory.Pupil, 1, w.Class(school.ID, "5e B"))[0]
	opens := func() bool { _, err := w.Open(school, r, pupil); return err == nil }
	act := w.Assign(t, To(school, r, licensing.ToCohort("5e A"), licensing.ToCohort("5e B"))).Act
	w.release(t, To(school, r, licensing.ToCohort("5e A")))

	first := w.undo(t, school, act)
	if len(first.Plan.Back) != 1 || len(first.Plan.Kept) != 1 || opens() {
		t.Errorf("back %v, kept %v, still open %v", first.Plan.Back, first.Plan.Kept, opens())
	}
	second := w.undo(t, school, first.Act)
	if len(second.Plan.Again) != 1 || !opens() {
		t.Errorf("again %v, open %v", second.Plan.Again, opens())
	}
	if third := w.undo(t, school, second.Act); len(third.Plan.Back) != 1 || opens() {
		t.Errorf("a right given again by an undo: %v", third.Plan.Back)
	}
	w.Assign(t, To(school, r, licensing.ToCohort("5e B")))
	elder := w.release(t, To(school, r, licensing.ToCohort("5e B"))).Act
	w.Assign(t, To(school, r, licensing.ToCohort("5e B")))
	w.release(t, To(school, r, licensing.ToCohort("5e B")))
	if p := w.undo(t, school, elder).Plan; len(p.Kept) != 1 || !p.Empty() || opens() {
		t.Errorf("an undo reached over a later act: %+v", p)
	}
}

// twice gives each of these persons a copy out of two subscriptions, and returns the subscriptions: that which ends first comes first.
// The first was to begin later when the second was given.
func (w *World) twice(t testing.TB, school directory.School, r licensing.Work, persons ...directory.PersonID) (sooner, later licensing.Subscription) {
	t.Helper()
	amend := func(sub licensing.Subscription) {
		if _, err := w.Licensing.Amend(context.Background(), Seller, sub); err != nil {
			t.Fatal(err)
		}
	}
	today := clock.On(w.Now(), school.Zone())
	sooner, later = w.Offer(school, r, 10), w.Offer(school, r, 10)
	sooner.SchoolYear, sooner.Ends = "", today.AddDays(30)
	sooner = w.Sell(t, sooner)
	var targets []licensing.Target
	for _, p := range persons {
		targets = append(targets, licensing.ToPerson(p))
	}
	w.Assign(t, To(school, r, targets...))
	away := sooner
	away.Starts = today.AddDays(1)
	amend(away)
	later = w.Sell(t, later)
	w.Assign(t, To(school, r, targets...))
	amend(sooner)
	return sooner, later
}

func undoOfTwo(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	pupil := w.Persons(school.ID, directory.Pupil, 1, "")[0]
	w.twice(t, school, r, pupil)
	if got := w.Counters(t, school, r).Assigned; got != 2 {
		t.Fatalf("%d copies, want two of one pupil", got)
	}
	act := w.release(t, To(school, r, licensing.ToSchool())).Act
	if f := w.undo(t, school, act).Plan.Sum(); f.Gets != 1 || f.Has != 1 || w.Counters(t, school, r).Assigned != 1 {
		t.Errorf("an undo gave a second copy: %+v", f)
	}
}

func undoRefused(t *testing.T, w *World) {
	school, other, r := w.School("099", "340"), w.School("099", "340"), w.Resource(false)
	sub := w.Sell(t, w.Offer(school, r, 10))
	pupils := w.Persons(school.ID, directory.Pupil, 2, "")
	act := w.Assign(t, To(school, r, licensing.ToSchool())).Act
	try := func(in directory.School, act journal.ActID, kind fault.Kind, code string) error {
		t.Helper()
		o := licensing.UndoOrder{School: in.ID, Act: act}
		_, err := w.Licensing.PlanUndo(t.Context(), o)
		refused(t, err, kind, code)
		_, err = w.Licensing.Undo(t.Context(), Manager, o, "")
		refused(t, err, kind, code)
		return err
	}
	try(other, act, fault.NotFound, "licensing.act.unknown") // another school's act does not exist
	try(school, "", fault.NotFound, "licensing.act.unknown")
	try(school, "nonsense", fault.NotFound, "licensing.act.unknown")
	if _, err := w.Licensing.PlanUndo(t.Context(), licensing.UndoOrder{School: school.ID, Act: act, Short: "maybe"}); fault.CodeOf(err) != "licensing.order.choice" {
		t.Errorf("got %v", err)
	}
	w.Leave(school.ID, pupils[0])
	w.Follow()
	for _, verb := range []string{"licensing.left", "licensing.subscribed"} {
		var id string
		w.scan(`select id from journal where school = $1 and verb = $2`, []any{string(school.ID), verb}, &id)
		try(school, journal.ActID(id), fault.Conflict, "licensing.undo.kind")
	}
	// A copy that ended with its subscription is not there to come back, nor to be given again.
	if err := w.Licensing.End(t.Context(), Seller, Distributor, sub.ID); err != nil {
		t.Fatal(err)
	}
	if f := w.undo(t, school, act).Plan.Sum(); f.Lacks != 2 {
		t.Errorf("after the end: %+v", f)
	}
}

// reopening: what a distributor ended is given to those who had it, once the same subscription is there again, by the undo of the ending; to
// nobody who has it by then or has gone, and that can be undone.
func reopening(t *testing.T, w *World) {
	school, r, wide := w.School("099", "340"), w.Resource(false), w.Resource(false)
	pupils := w.Persons(school.ID, directory.Pupil, 4, w.Class(school.ID, "5e B"))
	sub := w.Sell(t, w.Offer(school, r, 10))
	right := w.Offer(school, wide, licensing.Unlimited)
	right.Kind = licensing.Establishment
	right = w.Sell(t, right)
	w.Assign(t, To(school, r, licensing.ToCohort("5e B")))
	w.Assign(t, To(school, wide, licensing.ToCohort("5e B")))
	ending := func(sub licensing.Subscription, resource licensing.Work) journal.ActID {
		t.Helper()
		if err := w.Licensing.End(t.Context(), Seller, Distributor, sub.ID); err != nil {
			t.Fatal(err)
		}
		var id string
		w.scan(`select max(id) from journal where school = $1 and verb = 'licensing.ended'`, []any{string(school.ID)}, &id)
		return journal.ActID(id)
	}
	open := func(want int) []licensing.Reopened {
		t.Helper()
		list, err := w.Licensing.ListReopened(t.Context(), school.ID)
		if err != nil || len(list) != want {
			t.Fatalf("opened again: %+v, %v, want %d", list, err, want)
		}
		return list
	}
	act, rights := ending(sub, r), ending(right, wide)
	_, err := w.Licensing.PlanUndo(t.Context(), licensing.UndoOrder{School: school.ID, Act: act})
	refused(t, err, fault.Conflict, "licensing.undo.kind") // it is the distributor's
	open(0)
	for _, s := range []licensing.Subscription{sub, right} {
		w.Sell(t, s)
	}
	if list := open(2); list[0].Act != act || list[0].Copies != 4 || list[0].Resource != r.ID || list[1].Act != rights || list[1].Targets != 1 {
		t.Errorf("opened again: %+v", list)
	}
	if n := len(w.holding(t, school, r)); n != 0 {
		t.Errorf("%d have it again by themselves", n)
	}
	w.Assign(t, To(school, r, licensing.ToPerson(pupils[0])))
	w.Leave(school.ID, pupils[1])
	deed, err := w.Licensing.FindDeed(t.Context(), school.ID, act, nil)
	if err != nil || deed.Until.IsZero() {
		t.Errorf("the history offers nothing: %+v, %v", deed, err)
	}
	done := w.undo(t, school, act)
	if f := done.Plan.Sum(); f.Gets != 2 || f.Has != 1 || f.Cannot != 1 {
		t.Errorf("given again: %+v", f)
	}
	if got := slices.Sorted(maps.Keys(w.holding(t, school, r))); !slices.Equal(got, []directory.PersonID{pupils[0], pupils[2], pupils[3]}) {
		t.Errorf("they have it: %v", got)
	}
	if again := w.undo(t, school, rights); len(again.Plan.Again) != 1 {
		t.Errorf("the right: %+v", again.Plan)
	}
	if _, err := w.Licensing.May(t.Context(), licensing.Opening{Person: pupils[2], Resource: wide.ID}); err != nil {
		t.Errorf("the right opens: %v", err)
	}
	open(0)
	if f := w.undo(t, school, done.Act).Plan.Sum(); f.Loses != 2 {
		t.Errorf("undone: %+v", f)
	}
	w.Sound(t)
}

// reopeningLate moves the world's clock: for thirty days from when it is there again, however long it was gone.
func reopeningLate(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Persons(school.ID, directory.Pupil, 2, "")
	sub := w.Sell(t, w.Offer(school, r, 10))
	w.Assign(t, To(school, r, licensing.ToSchool()))
	if err := w.Licensing.End(t.Context(), Seller, Distributor, sub.ID); err != nil {
		t.Fatal(err)
	}
	w.SetNow(Monday.AddDate(0, 2, 0))
	w.Sell(t, sub)
	list, err := w.Licensing.ListReopened(t.Context(), school.ID)
	if err != nil || len(list) != 1 {
		t.Fatalf("two months later: %+v, %v", list, err)
	}
	w.SetNow(w.Now().AddDate(0, 0, licensing.UndoDays))
	o := licensing.UndoOrder{School: school.ID, Act: list[0].Act}
	if plan, err := w.Licensing.PlanUndo(t.Context(), o); err != nil || plan.Sum().Gets != 2 {
		t.Errorf("on the last day: %+v, %v", plan.Sum(), err)
	}
	w.SetNow(w.Now().AddDate(0, 0, 1))
	if list, err = w.Licensing.ListReopened(t.Context(), school.ID); err != nil || len(list) != 0 {
		t.Errorf("after the last day: %+v, %v", list, err)
	}
	_, err = w.Licensing.PlanUndo(t.Context(), o)
	refused(t, err, fault.Conflict, "licensing.undo.late")
}

// undoLate moves the world's clock.
func undoLate(t *testing.T, w *World) {
	school, r := w.School("974", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	w.Persons(school.ID, directory.Pupil, 2, "")
	act := w.Assign(t, To(school, r, licensing.ToSchool())).Act
	o := licensing.UndoOrder{School: school.ID, Act: act}
	last := clock.On(Monday, school.Zone()).AddDays(licensing.UndoDays)
	w.SetNow(last.End(school.Zone()))
	_, err := w.Licensing.PlanUndo(t.Context(), o)
	refused(t, err, fault.Conflict, "licensing.undo.late")
	if param(err, "end") != last {
		t.Errorf("the refusal names %v, want %s", param(err, "end"), last)
	}
	w.SetNow(last.End(school.Zone()).Add(-1))
	if f := w.undo(t, school, act).Plan; f.Sum().Loses != 2 || f.Until != last {
		t.Errorf("on the last day: %+v", f)
	}
	w.Sound(t)
}

// undoAgainstOthers races the undo of a gift of copies that are consumed by their opening against openings and releases: every copy
// comes back once or stays, consumed.
func undoAgainstOthers(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	sub := w.Offer(school, r, 40)
	sub.Transferable = false
	w.Sell(t, sub)
	pupils := w.Persons(school.ID, directory.Pupil, 40, "")
	act := w.Assign(t, To(school, r, licensing.ToSchool())).Act
	var opened, released [40]bool
	var undone licensing.Undone
	together(61, func(i int) {
		switch {
		case i == 20:
			o := licensing.UndoOrder{School: school.ID, Act: act}
			for range 200 { // each time the plan has changed, the manager looks at the new one
				plan, err := w.Licensing.PlanUndo(t.Context(), o)
				if err == nil {
					undone, err = w.Licensing.Undo(t.Context(), Manager, o, plan.Hash)
				}
				if err == nil {
					return
				}
				refused(t, err, fault.Conflict, "licensing.plan.changed")
			}
			t.Error("the undo never came through")
		case i%2 == 0:
			_, err := w.Open(school, r, pupils[i*2/3%40])
			if opened[i*2/3%40] = err == nil; err != nil {
				refused(t, err, fault.Denied, "licensing.right.none")
			}
		default:
			_, err := w.Licensing.Release(t.Context(), Manager, To(school, r, licensing.ToPerson(pupils[i*2/3%40])))
			if err == nil {
				released[i*2/3%40] = true
			} else {
				refused(t, err, fault.Conflict, "licensing.why.locked")
			}
		}
	})
	back := map[directory.PersonID]bool{}
	for _, o := range undone.Plan.Outcomes {
		back[o.Person] = o.Verdict == licensing.Loses
	}
	var locked int64
	for i, p := range pupils {
		if opened[i] {
			locked++
		}
		if opened[i] && back[p] {
			t.Errorf("pupil %d opened a copy that the undo took back", i)
		}
	}
	if got := w.Counters(t, school, r); got.Locked != locked || got.Assigned != locked {
		t.Errorf("got %+v, want %d locked and nothing else", got, locked)
	}
}

// undoTogether presses the same button from many places: the act is undone once.
func undoTogether(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 20))
	w.Persons(school.ID, directory.Pupil, 20, "")
	o := licensing.UndoOrder{School: school.ID, Act: w.Assign(t, To(school, r, licensing.ToSchool())).Act}
	plan, err := w.Licensing.PlanUndo(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	acts := make([]journal.ActID, workers)
	together(workers, func(i int) {
		done, err := w.Licensing.Undo(t.Context(), Manager, o, plan.Hash)
		if acts[i] = done.Act; err != nil {
			refused(t, err, fault.Conflict, "licensing.plan.changed")
		}
	})
	acts = slices.DeleteFunc(acts, func(a journal.ActID) bool { return a == "" })
	if len(acts) != 1 || w.Counters(t, school, r).Assigned != 0 {
		t.Errorf("undone by %v", acts)
	}
}
