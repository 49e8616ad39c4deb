package usage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pupitre/usage"
)

// held is a grid of rows of which so many persons have the resource, the rest last, as a publisher is told of it.
func held(rows ...int64) *usage.Grid {
	named := parts(len(rows) - 1)
	for i := range named {
		named[i].Holders = rows[i]
	}
	var tallies []usage.Tally // as many had it in each of two weeks
	for _, week := range weeksOf(2) {
		for i, n := range rows {
			part := ""
			if i < len(named) {
				part = named[i].ID
			}
			tallies = append(tallies, usage.Tally{Week: week, Part: part, Holders: n})
		}
	}
	g := usage.NewGrid(weeksOf(2), append(named, usage.Part{Persons: 30, Holders: rows[len(rows)-1]}), tallies)
	g.HideHolders()
	return g
}

// column is the holders of a grid as a table of one week: the rows, and their sum last.
func column(g *usage.Grid) [][]usage.Cell {
	cell := func(n int64, hidden bool) []usage.Cell {
		c := usage.Cell{Users: n, Accesses: n, Hidden: hidden}
		return []usage.Cell{c, c}
	}
	var all [][]usage.Cell
	for _, r := range g.Rows {
		all = append(all, cell(r.Holders, r.HoldersHidden))
	}
	return append(all, cell(g.Holders, g.HoldersHidden))
}

// view is what a grid tells of holders, as a page writes it.
func view(g *usage.Grid) (s string) {
	for _, line := range column(g) {
		if c := line[0]; c.Hidden {
			s += " *"
		} else {
			s += fmt.Sprint(" ", c.Users)
		}
	}
	return s
}

// What holds of users holds of holders: sums and differences of what is told give no hidden figure, nor one about fewer than five.
func TestNoHiddenHoldersCanBeWorkedOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := held(rapid.SliceOfN(rapid.SampledFrom([]int64{0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 30}), 1, 5).Draw(t, "holders")...)
		cells := column(g)
		if r, _, only := workedOut(cells); only {
			t.Fatalf("the holders of row %d can only be %d:%s", r, cells[r][0].Users, view(g))
		}
		var line []usage.Cell
		for _, row := range cells {
			line = append(line, row[0])
		}
		checkLine(t, "the column", line)
	})
}

// Nor does somebody find how few it is who knows the rule by which figures are hidden, and who knows that rows with a name are of five persons
// at least, or of any number: all columns that are told alike are laid side by side.
func TestNorByWhoKnowsTheRule(t *testing.T) {
	t.Parallel()
	const top, edge = 12, 8 // beyond the edge some that are told alike are not among those that are tried
	for _, least := range []int64{0, usage.Fewest} {
		for named := range 4 {
			alike := map[string][][]int64{}
			rows := make([]int64, named+1)
			var try func(i int)
			try = func(i int) {
				if i > named {
					g := held(rows...)
					alike[view(g)] = append(alike[view(g)], append(slices.Clone(rows), g.Holders))
					return
				}
				from := least
				if i == named {
					from = 0
				}
				for rows[i] = from; rows[i] <= top; rows[i]++ {
					try(i + 1)
				}
			}
			try(0)
			for told, all := range alike {
				for r, n := range all[0] {
					other := func(rows []int64) bool { return rows[r] != n }
					if few := strings.Fields(told)[r] == "*" && n < usage.Fewest; few && slices.Max(all[0][:named+1]) <= edge && !slices.ContainsFunc(all, other) {
						t.Errorf("told%s, row %d can only be %d", told, r, n)
					}
				}
			}
		}
	}
}

func TestWhoHasItIsHiddenAsItMustBeAndNoFurther(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rows []int64
		want string
	}{
		{[]int64{157, 34, 58, 4}, " 157 * 58 * 253"},          // the sum less the others would be four
		{[]int64{157, 34, 58, 0}, " 157 34 58 0 249"},         // nobody is nobody
		{[]int64{157, 34, 58, 5}, " 157 34 58 5 254"},         // five are told of
		{[]int64{9, 9, 9, 30, 1}, " 9 9 * 30 * 58"},           // one of those that have as few: 28 by three would leave one
		{[]int64{5, 30, 1}, " * 30 * *"},                      // six are one and five
		{[]int64{10, 11, 4}, " * 11 * *"},                     // of fourteen, ten at most are not few
		{[]int64{10, 12, 4}, " * 12 * 26"},                    // three and eleven fit too
		{[]int64{12, 10, 4}, " 12 * * 26"},                    // wherever the second stands
		{[]int64{0, 3}, " 0 * *"},                             // the sum is few
		{[]int64{1, 3, 30, 0}, " * * 30 0 *"},                 // two rows that are few are no more than eight
		{[]int64{3}, " * *"},                                  // nobody else is told of
		{[]int64{30, 4}, " * * 34"},                           // two rows
		{[]int64{1000000, 999999, 2}, " 1000000 * * 2000001"}, // whatever their size
	} {
		if got := view(held(c.rows...)); got != c.want {
			t.Errorf("%v: told%s, want%s", c.rows, got, c.want)
		}
	}
}

// Each week hides what the column of all hides: a week's figures are no way around it.
func TestAWeekHidesWhatTheWholeHides(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := held(rapid.SliceOfN(rapid.SampledFrom([]int64{0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 30}), 1, 5).Draw(t, "holders")...)
		same := func(what string, n int64, hidden bool, weeks []usage.Held) {
			for w, h := range weeks {
				if h.Persons != n || h.Hidden != hidden || h.Known != (g.Holders > 0) {
					t.Fatalf("%s, week %d: %+v, want %d, hidden %v", what, w, h, n, hidden)
				}
			}
		}
		for r, row := range g.Rows {
			same(fmt.Sprint("row ", r), row.Holders, row.HoldersHidden, row.Held)
		}
		same("the sum", g.Holders, g.HoldersHidden, g.Held)
	})
}
