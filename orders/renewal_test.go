package orders_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/licensing"
	"pupitre/orders"
)

// Next year everybody is a level further: who leaves a school is counted there no more, who arrives is guessed.
func TestEverybodyMovesUpByALevel(t *testing.T) {
	t.Parallel()
	college := []orders.Heads{{"6e", "6e A", 27}, {"6e", "6e B", 26}, {"5e", "5e A", 24}, {"4e", "4e A", 30}, {"3e", "3e A", 22}, {"", "ULIS", 9}}
	type row struct {
		level   string
		now     int
		then    int
		guessed bool
	}
	for name, c := range map[string]struct {
		heads []orders.Heads
		next  bool
		want  []row
	}{
		"a collège":             {college, true, []row{{"6e", 53, 53, true}, {"5e", 24, 53, false}, {"4e", 30, 24, false}, {"3e", 22, 30, false}, {"", 9, 9, false}}},
		"its year as it is":     {college, false, []row{{"6e", 53, 53, false}, {"5e", 24, 24, false}, {"4e", 30, 30, false}, {"3e", 22, 22, false}, {"", 9, 9, false}}},
		"a collège that begins": {[]orders.Heads{{"6e", "6e A", 27}}, true, []row{{"6e", 27, 27, true}, {"5e", 0, 27, false}}},
		"a collège and lycée":   {[]orders.Heads{{"3e", "3e A", 20}, {"2de", "2de 1", 30}}, true, []row{{"3e", 20, 20, true}, {"2de", 30, 20, false}, {"1re", 0, 30, false}}},
		"an école":              {[]orders.Heads{{"CM1", "CM1", 12}, {"CM2", "CM2", 14}}, true, []row{{"CM1", 12, 12, true}, {"CM2", 14, 12, false}}},
		"nobody":                {nil, true, nil},
	} {
		var got []row
		for _, l := range orders.Move(c.heads, c.next) {
			got = append(got, row{l.Level, l.Now, l.Then, l.Guessed})
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(row{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestANoticeMeansLevels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ words, want []string }{
		{[]string{"5e"}, []string{"5e"}}, {[]string{"Collège", "5e"}, []string{"6e", "5e", "4e", "3e"}}, {[]string{"cycle 4"}, []string{"5e", "4e", "3e"}},
		{[]string{"TLE"}, []string{"Tle"}}, {[]string{"formation continue"}, nil}, {nil, nil},
	} {
		if diff := cmp.Diff(c.want, orders.LevelsOf(c.words)); diff != "" {
			t.Errorf("%q: %s", c.words, diff)
		}
	}
}

// What is advised is explained by what was opened: never more than there will be, nothing of what nobody opened.
func TestAsManyAreAdvisedAsOpenedIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name              string
		kind              licensing.Kind
		opened, now, then int
		want              int
	}{
		{"the same heads", licensing.Individual, 24, 27, 27, 24},
		{"more to come", licensing.Individual, 24, 27, 54, 48},
		{"a part is a whole copy", licensing.Individual, 1, 3, 4, 2},
		{"fewer to come", licensing.Individual, 24, 27, 20, 18},
		{"no more than there will be", licensing.Individual, 60, 27, 30, 30},
		{"nobody opened it", licensing.Individual, 0, 27, 27, 0},
		{"nobody to count by", licensing.Individual, 5, 0, 0, 5},
		{"the whole school", licensing.Establishment, 300, 400, 500, 1},
		{"nobody of the whole school", licensing.Establishment, 0, 400, 500, 0},
	} {
		if got := orders.Advise(orders.Use{Kind: c.kind, Opened: c.opened}, c.now, c.then); got != c.want {
			t.Errorf("%s: %d, not %d", c.name, got, c.want)
		}
	}
}

// The publics of what is renewed.
var (
	pupils   = []directory.Profile{directory.Pupil}
	teachers = []directory.Profile{directory.Teacher}
	both     = []directory.Profile{directory.Pupil, directory.Teacher}
)

// used is a subscription of the year before, by which so many opened the resource.
func used(publics []directory.Profile, copies licensing.Count, opened int) orders.Use {
	return orders.Use{
		Subscription: "abo", Distributor: "d", Described: orders.Described{Resource: "r", Levels: []string{"5e"}}, Kind: licensing.Individual, Publics: publics,
		Copies: copies, Given: int(copies), Opened: opened, Starts: clock.Date{Year: 2026, Month: time.August, Day: 16}, Ends: clock.Date{Year: 2027, Month: time.August, Day: 15},
	}
}

// longer is a subscription that goes on for a year.
func longer(u orders.Use) orders.Use {
	u.Ends.Year++
	return u
}

// later is a subscription that begins with the year that is ordered for.
func later(u orders.Use) orders.Use {
	u.Starts.Year, u.Ends.Year = u.Starts.Year+1, u.Ends.Year+1
	return u
}

func sold(id orders.OfferID, least int, publics []directory.Profile) orders.Shelved {
	o := orders.Offer{OfferKey: orders.OfferKey{Distributor: "d", ID: id}, Resource: "r", Kind: licensing.Individual, Publics: publics, Years: 1, Least: least}
	return orders.Shelved{Offer: o, Of: orders.Described{Resource: "r"}}
}

// onOrder is an order for the next year that its distributor has.
func onOrder(publics []directory.Profile, n int) orders.Order {
	return orders.Order{State: orders.Sent, Lines: []orders.Line{{No: 1, Resource: "r", Kind: licensing.Individual, Publics: publics, Year: "2027-2028", Years: 1, Ordered: n}}}
}

// What is ordered for pupils is not there for their teachers.
func TestWhatComesCountsForItsPublics(t *testing.T) {
	t.Parallel()
	type row struct {
		coming int
		ahead  licensing.Count
		advice int
	}
	apart := []orders.Shelved{sold("eleves", 1, pupils), sold("enseignants", 1, teachers)}
	had := []orders.Use{used(pupils, 30, 28), used(teachers, 4, 3)}
	for name, c := range map[string]struct {
		uses  []orders.Use
		had   []orders.Order
		wants []row // the pupils', the teachers'
	}{
		"nothing comes":                 {had, nil, []row{{0, 0, 28}, {0, 0, 3}}},
		"for pupils":                    {had, []orders.Order{onOrder(pupils, 28)}, []row{{28, 0, 0}, {0, 0, 3}}},
		"for each":                      {had, []orders.Order{onOrder(pupils, 20), onOrder(teachers, 1)}, []row{{20, 0, 8}, {1, 0, 2}}},
		"for both":                      {had, []orders.Order{onOrder(both, 31)}, []row{{31, 0, 0}, {31, 0, 0}}},
		"for others":                    {had, []orders.Order{onOrder([]directory.Profile{directory.Librarian}, 1)}, []row{{0, 0, 28}, {0, 0, 3}}},
		"there already for pupils":      {[]orders.Use{longer(used(pupils, 30, 28)), used(teachers, 4, 3)}, nil, []row{{0, 30, 0}, {0, 0, 3}}},
		"begins for both":               {append(slices.Clone(had), later(used(both, 31, 0))), nil, []row{{0, 31, 0}, {0, 31, 0}}},
		"begins for teachers":           {append(slices.Clone(had), later(used(teachers, 2, 0))), nil, []row{{0, 0, 28}, {0, 2, 1}}},
		"begins for somebody of either": {append(slices.Clone(had), later(used([]directory.Profile{directory.Teacher, directory.Staff}, 2, 0))), nil, []row{{0, 0, 28}, {0, 2, 1}}},
	} {
		var got []row
		for _, r := range (orders.Weighing{Uses: c.uses, Offers: apart, Had: c.had, Levels: levels(30, 30), Others: heads(4)}).Rows() {
			got = append(got, row{r.Coming, r.Ahead, r.Advice})
		}
		if diff := cmp.Diff(c.wants, got, cmp.AllowUnexported(row{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	// Copies of which the same publics had some before are theirs, though others could have them too.
	uses := append(slices.Clone(had), used(both, 6, 5))
	rows := orders.Weighing{Uses: uses, Offers: append(slices.Clone(apart), sold("tous", 1, both)), Had: []orders.Order{onOrder(both, 5)}, Levels: levels(30, 30), Others: heads(4)}.Rows()
	if len(rows) != 3 || rows[0].Coming != 0 || rows[1].Coming != 5 || rows[1].Advice != 0 || rows[2].Coming != 0 || rows[2].Advice != 3 {
		t.Errorf("%+v", rows)
	}
}

// One offer for all has one row, with the very figures that it would have if the publics had not been told apart the year before.
func TestOneOfferIsOneRow(t *testing.T) {
	t.Parallel()
	apart := []orders.Use{used(pupils, 30, 20), used(teachers, 4, 3)}
	for name, c := range map[string]struct {
		apart, one []orders.Use
		least      int
		had        []orders.Order
		want       int
	}{
		"nothing comes":      {apart, nil, 1, nil, 32}, // 23 of 34, of 47 to come
		"some come for all":  {apart, nil, 1, []orders.Order{onOrder(both, 10)}, 22},
		"some for each":      {apart, nil, 1, []orders.Order{onOrder(pupils, 10), onOrder(teachers, 4)}, 18},
		"all come":           {apart, nil, 1, []orders.Order{onOrder(both, 40)}, 0},
		"at least so many":   {apart, nil, 50, nil, 50},
		"some are there":     {append(slices.Clone(apart), later(used(both, 12, 0))), []orders.Use{used(both, 30, 20), used(both, 4, 3), later(used(both, 12, 0))}, 1, nil, 20},
		"some go on":         {[]orders.Use{longer(used(pupils, 30, 20)), used(teachers, 4, 3)}, []orders.Use{longer(used(both, 30, 20)), used(both, 4, 3)}, 1, nil, 2},
		"nobody opened it":   {[]orders.Use{used(pupils, 30, 0), used(teachers, 4, 0)}, []orders.Use{used(both, 30, 0), used(both, 4, 0)}, 1, nil, 0},
		"the teachers first": {[]orders.Use{used(teachers, 4, 3), used(pupils, 30, 20)}, nil, 1, []orders.Order{onOrder(both, 10)}, 22},
	} {
		if c.one == nil {
			c.one = []orders.Use{used(both, 30, 20), used(both, 4, 3)}
		}
		w := orders.Weighing{Uses: c.apart, Offers: []orders.Shelved{sold("tous", c.least, both)}, Had: c.had, Levels: levels(30, 43), Others: heads(4)}
		got := w.Rows()
		w.Uses = c.one
		if diff := cmp.Diff(w.Rows(), got, cmpopts.EquateComparable(clock.Date{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if len(got) != 1 || got[0].Advice != c.want || got[0].Heads != 47 {
			t.Errorf("%s: not one row that advises %d: %+v", name, c.want, got)
		}
	}
}

func levels(now, then int) []orders.Levelled {
	return []orders.Levelled{{Level: "5e", Now: now, Then: then}}
}

func heads(teachers int) map[directory.Profile]int {
	return map[directory.Profile]int{directory.Teacher: teachers}
}
