package usage_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pupitre/internal/clock"
	"pupitre/usage"
)

var firstWeek = clock.Date{Year: 2026, Month: time.August, Day: 31}

func weeksOf(n int) (list []clock.Date) {
	for i := range n {
		list = append(list, firstWeek.AddDays(7*i))
	}
	return list
}

// table is a grid with its totals as one table.
func table(g *usage.Grid) [][]usage.Cell {
	var all [][]usage.Cell
	for _, r := range g.Rows {
		all = append(all, append(append([]usage.Cell{}, r.Weeks...), r.Total))
	}
	return append(all, append(append([]usage.Cell{}, g.All...), g.Total))
}

// parts are n classes of thirty.
func parts(n int) (list []usage.Part) {
	for i := range n {
		list = append(list, usage.Part{ID: fmt.Sprint("c", i), Label: fmt.Sprint("5e ", i), Persons: 30, Holders: 30})
	}
	return list
}

// draw is a grid of few persons: users of each week, of whom some are the same.
func draw(t *rapid.T) *usage.Grid {
	rows, columns := rapid.IntRange(1, 3).Draw(t, "rows"), rapid.IntRange(1, 4).Draw(t, "weeks")
	var tallies []usage.Tally
	for r := range rows {
		for w, week := range weeksOf(columns) {
			users := rapid.SampledFrom([]int64{0, 0, 1, 2, 4, 5, 6, 9}).Draw(t, "users")
			fresh := users
			if w > 0 {
				fresh = rapid.Int64Range(0, users).Draw(t, "fresh")
			}
			if users > 0 {
				tallies = append(tallies, usage.Tally{Week: week, Part: fmt.Sprint("c", r),
					Count: usage.Count{Users: users, Fresh: fresh, Accesses: users + rapid.Int64Range(0, 2).Draw(t, "more")}})
			}
		}
	}
	return usage.NewGrid(weeksOf(columns), parts(rows), tallies)
}

// Whoever adds and subtracts all that a grid tells, and knows that what is hidden is not nothing, finds no hidden figure: by trying all tables
// that say the same.
func TestNoHiddenFigureCanBeWorkedOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := draw(t)
		cells := table(g)
		if r, c, only := workedOut(cells); only {
			t.Fatalf("the accesses at %d, %d can only be %d:\n%s", r, c, cells[r][c].Accesses, drawn(cells))
		}
	})
}

// A figure that is told is about nobody or five at least, and what is left of a told total too.
func TestWhatIsToldIsAboutFivePersonsAtLeast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cells := table(draw(t))
		last := len(cells[0]) - 1
		for r := range cells {
			checkLine(t, fmt.Sprint("row ", r, " of\n", drawn(cells)), cells[r])
		}
		for c := range last + 1 {
			var of []usage.Cell
			for r := range cells {
				of = append(of, cells[r][c])
			}
			checkLine(t, fmt.Sprint("column ", c, " of\n", drawn(cells)), of)
		}
	})
}

// checkLine checks a row or a column, whose total is its last.
func checkLine(t *rapid.T, name string, of []usage.Cell) {
	t.Helper()
	hidden, most := 0, int64(0)
	for _, c := range of {
		if c.Hidden {
			hidden, most = hidden+1, max(most, c.Users)
		} else if c.Accesses > 0 && c.Users < usage.Fewest {
			t.Fatalf("told of %d persons: %s", c.Users, name)
		}
	}
	if hidden == 1 || hidden > 0 && !of[len(of)-1].Hidden && most < usage.Fewest {
		t.Fatalf("%d hidden, of %d persons at most, under a total that is told: %s", hidden, most, name)
	}
}

func drawn(cells [][]usage.Cell) string {
	var b strings.Builder
	for _, row := range cells {
		for _, c := range row {
			mark := " "
			if c.Hidden {
				mark = "*"
			}
			fmt.Fprintf(&b, "%4d/%d%s", c.Users, c.Accesses, mark)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// workedOut looks for a hidden cell that has one value in all tables that say what this one tells. It tries the inner hidden cells one after
// another; totals follow from them.
func workedOut(cells [][]usage.Cell) (row, column int, only bool) {
	rows, columns := len(cells)-1, len(cells[0])-1
	type place struct{ r, c int }
	var free []place
	value := make([][]int64, rows)
	for r := range rows {
		value[r] = make([]int64, columns)
		for c := range columns {
			if value[r][c] = cells[r][c].Accesses; cells[r][c].Hidden {
				free = append(free, place{r, c})
			}
		}
	}
	seen := map[place]map[int64]bool{}
	note := func(p place, v int64) {
		if seen[p] == nil {
			seen[p] = map[int64]bool{}
		}
		seen[p][v] = true
	}
	sum := func(r, c int) (s int64) { // of a line of totals; -1 is all
		for i := range rows {
			for j := range columns {
				if (r < 0 || i == r) && (c < 0 || j == c) {
					s += value[i][j]
				}
			}
		}
		return s
	}
	fits := func() bool {
		total := func(cell usage.Cell, s int64) bool { return cell.Hidden && s > 0 || !cell.Hidden && cell.Accesses == s }
		for r := range rows {
			if !total(cells[r][columns], sum(r, -1)) {
				return false
			}
		}
		for c := range columns {
			if !total(cells[rows][c], sum(-1, c)) {
				return false
			}
		}
		return total(cells[rows][columns], sum(-1, -1))
	}
	steps := 0
	var try func(i int)
	try = func(i int) {
		if steps++; steps > 300_000 {
			return
		}
		if i < len(free) {
			p, own := free[i], cells[free[i].r][free[i].c].Accesses
			for _, d := range []int64{0, 1, -1, 2, -2} {
				if own+d >= 1 {
					value[p.r][p.c] = own + d
					try(i + 1)
				}
			}
			value[p.r][p.c] = own
			return
		}
		if !fits() {
			return
		}
		for _, p := range free {
			note(p, value[p.r][p.c])
		}
		for r := range rows {
			note(place{r, columns}, sum(r, -1))
		}
		for c := range columns {
			note(place{rows, c}, sum(-1, c))
		}
		note(place{rows, columns}, sum(-1, -1))
	}
	try(0)
	if steps > 300_000 {
		return 0, 0, false // too many to try: smaller ones are tried in the same run
	}
	for r := range cells {
		for c := range cells[r] {
			if cells[r][c].Hidden && len(seen[place{r, c}]) < 2 {
				return r, c, true
			}
		}
	}
	return 0, 0, false
}

func TestWhatIsBigEnoughIsTold(t *testing.T) {
	t.Parallel()
	g := usage.NewGrid(weeksOf(2), parts(2), []usage.Tally{
		{Week: firstWeek, Part: "c0", Count: usage.Count{Users: 20, Fresh: 20, Accesses: 31}}, {Week: firstWeek, Part: "c1", Count: usage.Count{Users: 12, Fresh: 12, Accesses: 13}},
		{Week: firstWeek.AddDays(7), Part: "c0", Count: usage.Count{Users: 18, Fresh: 2, Accesses: 18}},
		{Week: firstWeek.AddDays(-7), Part: "c0", Count: usage.Count{Users: 18, Fresh: 2, Accesses: 18}}, // another school year's
	})
	if g.HidesAny() || g.Total != (usage.Cell{Users: 34, Accesses: 62}) || g.Rows[0].Total.Users != 22 || g.All[0].Accesses != 44 || g.Holders != 60 || len(g.Rows) != 2 {
		t.Errorf("%+v", g)
	}
}

// One pupil of a class is hidden, and the class with the fewest beside it; the school's figures stand.
func TestOneMoreIsHiddenBesideTheOneThatIsFew(t *testing.T) {
	t.Parallel()
	var tallies []usage.Tally
	for i, n := range []int64{1, 9, 20} {
		for w := range 2 {
			tallies = append(tallies, usage.Tally{Week: weeksOf(2)[w], Part: fmt.Sprint("c", i), Count: usage.Count{Users: n, Fresh: n * int64(1-w), Accesses: 2 * n}})
		}
	}
	g := usage.NewGrid(weeksOf(2), parts(3), tallies)
	for r, hidden := range []bool{true, true, false} {
		for _, c := range append(g.Rows[r].Weeks, g.Rows[r].Total) {
			if c.Hidden != hidden {
				t.Errorf("row %d: %+v", r, g.Rows[r])
			}
		}
	}
	if g.Total.Hidden || g.All[0].Hidden || g.All[1].Hidden {
		t.Errorf("totals are hidden: %+v, %+v", g.All, g.Total)
	}
}

// A class of three is no row: its figures are in the last one, with those of who is in no class.
func TestAClassOfThreeIsNoRow(t *testing.T) {
	t.Parallel()
	small := append(parts(1), usage.Part{ID: "ulis", Label: "ULIS", Persons: 3, Holders: 3}, usage.Part{Persons: 40, Holders: 2})
	g := usage.NewGrid(weeksOf(1), small, []usage.Tally{
		{Week: firstWeek, Part: "c0", Count: usage.Count{Users: 8, Fresh: 8, Accesses: 8}}, {Week: firstWeek, Part: "ulis", Count: usage.Count{Users: 3, Fresh: 3, Accesses: 3}},
		{Week: firstWeek, Part: "gone", Count: usage.Count{Users: 4, Fresh: 4, Accesses: 4}},
	})
	if len(g.Rows) != 2 || g.Rows[1].ID != "" || g.Rows[1].Weeks[0] != (usage.Cell{Users: 7, Accesses: 7}) || g.Rows[1].Holders != 5 || g.HidesAny() {
		t.Errorf("%+v", g)
	}
}

// A year of a big school is laid out in a moment.
func BenchmarkGrid(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	weeks := weeksOf(52)
	var tallies []usage.Tally
	for i := range 40 {
		for _, week := range weeks {
			if users := random.Int64N(16); users > 0 {
				tallies = append(tallies, usage.Tally{Week: week, Part: fmt.Sprint("c", i), Count: usage.Count{Users: users, Fresh: users / 8, Accesses: users * 2}})
			}
		}
	}
	for b.Loop() {
		usage.NewGrid(weeks, parts(40), tallies)
	}
}

func TestAWeekBeginsOnMonday(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]string{"2026-11-23": "2026-11-23", "2026-11-29": "2026-11-23", "2026-11-30": "2026-11-30", "2027-01-01": "2026-12-28", "2028-02-29": "2028-02-28"} {
		d, err := clock.ParseDate(day)
		if got := usage.Week(d); err != nil || got.String() != want {
			t.Errorf("%s: %s, want %s", day, got, want)
		}
	}
}

// Two blocks of hidden cells, and one hidden cell between: the totals of two rows less those of two columns would give it away, though no line
// has fewer than two.
func TestAHiddenCellBetweenTwoBlocksCannotBeWorkedOut(t *testing.T) {
	t.Parallel()
	var tallies []usage.Tally
	for r, row := range [][]int64{{2, 6, 2, 30}, {6, 2, 30, 30}, {30, 30, 6, 2}, {30, 30, 2, 6}} {
		for w, n := range row {
			tallies = append(tallies, usage.Tally{Week: weeksOf(4)[w], Part: fmt.Sprint("c", r), Count: usage.Count{Users: n, Fresh: n, Accesses: n}})
		}
	}
	g := usage.NewGrid(weeksOf(4), parts(4), tallies)
	between := 0
	for r, row := range g.Rows {
		for w, c := range row.Weeks {
			if c.Hidden && (r < 2) != (w < 2) {
				between++
			}
		}
	}
	if !g.Rows[0].Weeks[2].Hidden || between < 2 {
		t.Errorf("%d hidden between the blocks:\n%s", between, drawn(table(g)))
	}
}

// A hidden cell in a row and a column of which nothing is told any more: the total of all, less a row, less what a week leaves beside that row,
// would give it away.
func TestAHiddenCellWhoseLinesAreHiddenCannotBeWorkedOut(t *testing.T) {
	t.Parallel()
	var tallies []usage.Tally
	for r, row := range [][]usage.Count{{{}, {Users: 1, Accesses: 1}, {Users: 1, Accesses: 1}}, {{Users: 5, Fresh: 5, Accesses: 5}, {Users: 1, Accesses: 1}, {Users: 6, Fresh: 1, Accesses: 6}},
		{{}, {}, {Users: 5, Fresh: 5, Accesses: 5}}} {
		for w, n := range row {
			tallies = append(tallies, usage.Tally{Week: weeksOf(3)[w], Part: fmt.Sprint("c", r), Count: n})
		}
	}
	cells := table(usage.NewGrid(weeksOf(3), parts(3), tallies))
	if r, c, only := workedOut(cells); only {
		t.Errorf("the accesses at %d, %d can only be %d:\n%s", r, c, cells[r][c].Accesses, drawn(cells))
	}
}
