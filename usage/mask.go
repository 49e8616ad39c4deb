package usage

// Fewest is from how many persons on something is told of them.
const Fewest = 5

// The rule (« secret statistique »). A grid with its totals is a table of which every row and every column has a last cell that is the sum
// of the others. Whatever is hidden, users and accesses together:
//
//  1. a figure about one to four persons is hidden, in a total too. Nobody is nobody: a zero is told.
//  2. Where a line (a row or a column, its total included) has a hidden cell, the line's total would give it away. So another one is hidden:
//     the one of the fewest persons, with all those that have as few, so that their order says nothing; the total itself if there is no other.
//     Of a line whose total is told, what is hidden is at least two cells, one of them about five persons or more: so is their sum.
//  3. No hidden cell has but one value that fits all that is told. For every one there is a round trip through hidden cells (along a row, down
//     a column, and so on back to where it began) on which one more here and one less there changes nothing that is told, and leaves no cell
//     below one. Where there is none, its row and its column lose one more cell, by rule 2's choice; and where they have none left to lose,
//     the table does.
//
// What is hidden depends on the numbers alone, so a page, its picture and its file, made of one grid, hide the same. It holds for one grid:
// somebody who keeps last week's page sees in this week's totals what came between.
func (g *Grid) hide() {
	m := newMask(g)
	for {
		for m.lines() {
		}
		if !m.audit() {
			break
		}
	}
	m.tell(g)
}

// mask is a grid as one table: the last row and the last column are the totals.
type mask struct {
	rows, columns int // the last of each
	cells         []Cell
}

func newMask(g *Grid) *mask {
	m := &mask{rows: len(g.Rows), columns: len(g.Weeks)}
	m.cells = make([]Cell, (m.rows+1)*(m.columns+1))
	for r, row := range g.Rows {
		copy(m.cells[r*(m.columns+1):], row.Weeks)
		m.cells[m.at(r, m.columns)] = row.Total
	}
	copy(m.cells[m.at(m.rows, 0):], g.All)
	m.cells[m.at(m.rows, m.columns)] = g.Total
	for i, c := range m.cells {
		// Accesses are counted of persons: where there is one there is the other.
		m.cells[i].Hidden = c.Accesses > 0 && c.Users < Fewest
	}
	return m
}

func (m *mask) tell(g *Grid) {
	for r := range g.Rows {
		for w := range g.Weeks {
			g.Rows[r].Weeks[w].Hidden = m.cells[m.at(r, w)].Hidden
		}
		g.Rows[r].Total.Hidden = m.cells[m.at(r, m.columns)].Hidden
	}
	for w := range g.Weeks {
		g.All[w].Hidden = m.cells[m.at(m.rows, w)].Hidden
	}
	g.Total.Hidden = m.cells[m.at(m.rows, m.columns)].Hidden
}

func (m *mask) at(row, column int) int { return row*(m.columns+1) + column }

// row and column list the cells of a line; the last is its total.
func (m *mask) row(r int) []int {
	line := make([]int, m.columns+1)
	for c := range line {
		line[c] = m.at(r, c)
	}
	return line
}

func (m *mask) column(c int) []int {
	line := make([]int, m.rows+1)
	for r := range line {
		line[r] = m.at(r, c)
	}
	return line
}

// all lists the cells of the table; the last is the total of all.
func (m *mask) all() []int {
	all := make([]int, len(m.cells))
	for i := range all {
		all[i] = i
	}
	return all
}

// lines carries rule 2 out once on every line, and reports whether anything more was hidden.
func (m *mask) lines() (more bool) {
	for r := range m.rows + 1 {
		more = m.line(m.row(r)) || more
	}
	for c := range m.columns + 1 {
		more = m.line(m.column(c)) || more
	}
	return more
}

// line reports whether it hid anything.
func (m *mask) line(line []int) bool {
	hidden, most := 0, int64(0)
	for _, i := range line {
		if m.cells[i].Hidden {
			hidden++
			most = max(most, m.cells[i].Users)
		}
	}
	total := m.cells[line[len(line)-1]]
	if hidden == 0 || hidden > 1 && (total.Hidden || most >= Fewest) {
		return false
	}
	return m.hideFewest(line)
}

// hideFewest hides the cells of a line that are about the fewest persons, or its total where nothing else is left to hide.
func (m *mask) hideFewest(line []int) bool {
	last, fewest := len(line)-1, int64(-1)
	for _, i := range line[:last] {
		if c := m.cells[i]; !c.Hidden && c.Accesses > 0 && (fewest < 0 || c.Users < fewest) {
			fewest = c.Users
		}
	}
	if fewest < 0 {
		was := m.cells[line[last]]
		m.cells[line[last]].Hidden = was.Accesses > 0
		return was.Accesses > 0 && !was.Hidden
	}
	for _, i := range line[:last] {
		if c := &m.cells[i]; c.Accesses > 0 && c.Users == fewest {
			c.Hidden = true
		}
	}
	return true
}

// audit carries rule 3 out, and reports whether anything more was hidden.
func (m *mask) audit() (more bool) {
	for r := range m.rows + 1 {
		for c := range m.columns + 1 {
			if m.cells[m.at(r, c)].Hidden && !m.free(r, c) {
				inRow := m.hideFewest(m.row(r))
				inColumn := m.hideFewest(m.column(c))
				more = inRow || inColumn || m.hideFewest(m.all()) || more
			}
		}
	}
	return more
}

// free reports whether a hidden cell has another value that fits: whether there is a way back to it. Steps go from rows to columns by a cell
// that gains one (in the table's sense: a total counts against its line, so it loses one), and back by a cell that loses one.
func (m *mask) free(row, column int) bool {
	return m.square(row, column) || m.may(row, column, +1) && m.reach(row, column, true) || m.may(row, column, -1) && m.reach(row, column, false)
}

// square looks for the shortest way back, which mostly is there: a row and a column across which three more hidden cells are two at least, so
// that each of them may change either way.
func (m *mask) square(row, column int) bool {
	wide := func(r, c int) bool {
		cell := &m.cells[m.at(r, c)]
		return cell.Hidden && cell.Accesses > 1
	}
	for c := range m.columns + 1 {
		if c == column || !wide(row, c) {
			continue
		}
		for r := range m.rows + 1 {
			if r != row && wide(r, column) && wide(r, c) {
				return true
			}
		}
	}
	return false
}

// may reports whether a hidden cell may change so: none falls below one, for a zero would have been told.
func (m *mask) may(r, c, by int) bool {
	cell := m.cells[m.at(r, c)]
	if (r == m.rows) != (c == m.columns) {
		by = -by
	}
	return cell.Hidden && (by > 0 || cell.Accesses > 1)
}

// reach looks for the way back: from the cell's column to its row where it gains, from its row to its column where it loses.
func (m *mask) reach(row, column int, gains bool) bool {
	rows, columns := make([]bool, m.rows+1), make([]bool, m.columns+1)
	var queue []int // rows as they are, columns after them
	push := func(r, c int) {
		switch {
		case r >= 0 && !rows[r]:
			rows[r] = true
			queue = append(queue, r)
		case c >= 0 && !columns[c]:
			columns[c] = true
			queue = append(queue, m.rows+1+c)
		}
	}
	if gains {
		push(-1, column)
	} else {
		push(row, -1)
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if at <= m.rows {
			for c := range m.columns + 1 { // to a column, by a cell that gains
				if (at != row || c != column) && m.may(at, c, +1) {
					push(-1, c)
				}
			}
		} else {
			for r := range m.rows + 1 { // to a row, by a cell that loses
				if c := at - m.rows - 1; (r != row || c != column) && m.may(r, c, -1) {
					push(r, -1)
				}
			}
		}
		if gains && rows[row] || !gains && columns[column] {
			return true
		}
	}
	return false
}
