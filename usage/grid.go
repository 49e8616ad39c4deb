package usage

import (
	"slices"

	"pupitre/internal/clock"
)

// Count is what was counted of a resource in one week, in one class of a school or one département.
type Count struct {
	Users    int64 // persons who opened it
	Fresh    int64 // of them, those who had not opened it since the school year began
	Accesses int64
}

// Tally is a count with what it is of.
type Tally struct {
	Week clock.Date
	Part string // a class of a school, or a département; "" for who is in none
	Count
	Holders int64 // who had it as the week ended; nothing is known of a week of which no tally has any
}

// Part is one of the groups of persons that a grid's rows are: nobody is in two of them.
type Part struct {
	ID      string
	Label   string
	Persons int64 // how many there are: a row of fewer than Fewest is none of its own
	Holders int64 // who has the resource
}

// Cell is a figure of a grid. Where it is Hidden neither number may be told.
type Cell struct {
	Users    int64 // persons: of a week, or of all weeks together
	Accesses int64
	Hidden   bool
}

// Held is how many persons had the resource as a week ended. Where it is not Known, or Hidden, that may not be told.
type Held struct {
	Persons int64
	Known   bool
	Hidden  bool
}

// Row is one part through the weeks. Where its HoldersHidden its Holders may not be told.
type Row struct {
	Part
	HoldersHidden bool
	Weeks         []Cell
	Held          []Held // week by week
	Total         Cell
}

// Grid is one resource through the weeks of a school year: what may be told of it is not Hidden. Who has it is hidden by HideHolders, from
// those who are to be told no more than numbers.
type Grid struct {
	Weeks         []clock.Date
	Rows          []Row  // parts, as they came; the rest last, whose ID is ""
	All           []Cell // every week, of all rows together
	Held          []Held // likewise
	Total         Cell
	Holders       int64
	HoldersHidden bool
}

// NewGrid lays tallies out and hides what may not be told. Parts are rows in their order; those of fewer than Fewest persons, and what is in
// no part, are one row together, the last. Tallies of other weeks are left out.
func NewGrid(weeks []clock.Date, parts []Part, tallies []Tally) *Grid {
	g := &Grid{Weeks: weeks, All: make([]Cell, len(weeks)), Held: make([]Held, len(weeks))}
	at, when := map[string]int{}, make(map[clock.Date]int, len(weeks))
	for i, week := range weeks {
		when[week] = i
	}
	rest := Part{}
	for _, p := range parts {
		g.Holders += p.Holders
		if p.ID == "" || p.Persons < Fewest {
			rest.Persons, rest.Holders = rest.Persons+p.Persons, rest.Holders+p.Holders
			continue
		}
		at[p.ID] = len(g.Rows)
		g.Rows = append(g.Rows, Row{Part: p})
	}
	g.Rows = append(g.Rows, Row{Part: rest})
	for i := range g.Rows {
		g.Rows[i].Weeks, g.Rows[i].Held = make([]Cell, len(weeks)), make([]Held, len(weeks))
	}
	for _, t := range tallies {
		week, ok := when[t.Week]
		if !ok {
			continue
		}
		row, ok := at[t.Part]
		if !ok {
			row = len(g.Rows) - 1
		}
		g.add(&g.Rows[row].Weeks[week], t.Users, t.Accesses)
		g.add(&g.Rows[row].Total, t.Fresh, t.Accesses)
		g.add(&g.All[week], t.Users, t.Accesses)
		g.add(&g.Total, t.Fresh, t.Accesses)
		g.Rows[row].Held[week].Persons += t.Holders
		g.Held[week].Persons += t.Holders
	}
	for w := range weeks {
		for r := range g.Rows {
			g.Rows[r].Held[w].Known = g.Held[w].Persons > 0
		}
		g.Held[w].Known = g.Held[w].Persons > 0
	}
	held := func(h Held) bool { return h.Persons > 0 }
	if last := g.Rows[len(g.Rows)-1]; last.Persons+last.Holders == 0 && last.Total == (Cell{}) && !slices.ContainsFunc(last.Held, held) && len(g.Rows) > 1 {
		g.Rows = g.Rows[:len(g.Rows)-1] // nobody is left over
	}
	g.hide()
	return g
}

func (g *Grid) add(c *Cell, users, accesses int64) {
	c.Users += users
	c.Accesses += accesses
}

// HidesAny reports whether anything of the grid is hidden.
func (g *Grid) HidesAny() bool {
	hidden := func(c Cell) bool { return c.Hidden }
	held := func(h Held) bool { return h.Hidden }
	return g.Total.Hidden || g.HoldersHidden || slices.ContainsFunc(g.All, hidden) || slices.ContainsFunc(g.Held, held) ||
		slices.ContainsFunc(g.Rows, func(r Row) bool {
			return r.Total.Hidden || r.HoldersHidden || slices.ContainsFunc(r.Weeks, hidden) || slices.ContainsFunc(r.Held, held)
		})
}
