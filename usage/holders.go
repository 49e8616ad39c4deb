package usage

import "math"

// HideHolders hides how many persons have the resource, as far as it may not be told to who does not know them: to publishers. A school's head
// reads their names.
//
// It is mask.go's rule for figures that are one column, the rows and their sum. So short a column needs one thing more: which figures are hidden
// must not tell of them either, to who knows this rule. Rows of as many are not hidden together: of one person and four rows of nine, 37 would
// be told, and its remainder by four. And of two rows that are hidden under a sum that is told, three and four always fit the one that is few.
//
//  1. A figure about one to four persons is hidden, the sum too. Nobody is nobody: a zero is told.
//  2. Where that is one row, the sum would give it away. So of the rows of five persons and more the one of the fewest is hidden too, the last
//     where several have as few.
//  3. The sum is hidden too where two rows or more are few, and where it would tell how those two share it: the second is of five persons at
//     least, and of no more than any row that is told.
func (g *Grid) HideHolders() {
	few, second, rows := int64(0), -1, 0
	for r := range g.Rows {
		row := &g.Rows[r]
		row.HoldersHidden = row.Holders > 0 && row.Holders < Fewest
		switch {
		case row.HoldersHidden:
			few, rows = row.Holders, rows+1
		case row.Holders > 0 && (second < 0 || row.Holders <= g.Rows[second].Holders):
			second = r
		}
	}
	g.HoldersHidden = rows > 1 || rows == 1 && second < 0
	if rows == 1 && second >= 0 {
		g.Rows[second].HoldersHidden = true
		sum := few + g.Rows[second].Holders
		g.HoldersHidden = sum-(Fewest-1) < Fewest || sum-(Fewest-2) > g.most(second)
	}
}

// most is how many persons a row may be of, by the rows that are told: those before it have as many at least, those after it have more.
func (g *Grid) most(second int) int64 {
	most := int64(math.MaxInt64)
	for r, row := range g.Rows {
		switch {
		case row.Holders == 0 || row.HoldersHidden:
		case r < second:
			most = min(most, row.Holders)
		default:
			most = min(most, row.Holders-1)
		}
	}
	return most
}
