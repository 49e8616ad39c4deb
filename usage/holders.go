package usage

import "math"

// HideHolders hides how many persons have the resource, as far as it may not be told to who does not know them: to publishers. A school's head
// reads their names.
//
// It is mask.go's rule for figures that are one column, the rows and their sum. So short a column needs one thing more: which figures are hidden
// must not tell of them either, to who knows this rule. Rows of as many are not hidden together: of one person and four rows of nine, 37 would
// be told, and its remainder by four. And of two rows that are hidden under a sum that is told, three and four always fit the one that is few.
//
// Each week is such a column of its own, hidden as the last is.
//
//  1. A figure about one to four persons is hidden, the sum too. Nobody is nobody: a zero is told.
//  2. Where that is one row, the sum would give it away. So of the rows of five persons and more the one of the fewest is hidden too, the last
//     where several have as few.
//  3. The sum is hidden too where two rows or more are few, and where it would tell how those two share it: the second is of five persons at
//     least, and of no more than any row that is told.
func (g *Grid) HideHolders() {
	column := make([]int64, len(g.Rows))
	for r := range g.Rows {
		column[r] = g.Rows[r].Holders
	}
	hidden, sum := hideColumn(column)
	for r := range g.Rows {
		g.Rows[r].HoldersHidden = hidden[r]
	}
	g.HoldersHidden = sum
	for w := range g.Weeks {
		for r := range g.Rows {
			column[r] = g.Rows[r].Held[w].Persons
		}
		hidden, sum := hideColumn(column)
		for r := range g.Rows {
			g.Rows[r].Held[w].Hidden = hidden[r]
		}
		g.Held[w].Hidden = sum
	}
}

// hideColumn tells which rows of a column are hidden, and whether their sum is.
func hideColumn(rows []int64) (hidden []bool, sum bool) {
	hidden = make([]bool, len(rows))
	few, second, n := int64(0), -1, 0
	for r, holders := range rows {
		hidden[r] = holders > 0 && holders < Fewest
		switch {
		case hidden[r]:
			few, n = holders, n+1
		case holders > 0 && (second < 0 || holders <= rows[second]):
			second = r
		}
	}
	sum = n > 1 || n == 1 && second < 0
	if n == 1 && second >= 0 {
		hidden[second] = true
		both := few + rows[second]
		sum = both-(Fewest-1) < Fewest || both-(Fewest-2) > most(rows, hidden, second)
	}
	return hidden, sum
}

// most is how many persons a row may be of, by the rows that are told: those before it have as many at least, those after it have more.
func most(rows []int64, hidden []bool, second int) int64 {
	most := int64(math.MaxInt64)
	for r, holders := range rows {
		switch {
		case holders == 0 || hidden[r]:
		case r < second:
			most = min(most, holders)
		default:
			most = min(most, holders-1)
		}
	}
	return most
}
