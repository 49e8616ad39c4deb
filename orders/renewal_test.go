package orders_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

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
