package hall

import (
	"fmt"

	"pupitre/internal/look"
	"pupitre/licensing"
)

// Figures puts a resource's counters into the six cells of the console.
func Figures(s *look.Shell, stock licensing.Stock, c licensing.Counters) look.Counters {
	out := look.Counters{
		Selected:  look.Figure{N: c.Selected, Live: c.Selected > 0},
		Available: look.Figure{N: c.Available},
		Left:      look.Figure{N: c.Remaining, Wrong: c.Remaining < 0, Low: c.Remaining > 0 && licensing.Scarce(c.Remaining, c.Total)},
		Suggested: look.Figure{N: c.Suggested},
		Assigned:  look.Figure{N: c.Assigned},
		Total:     look.Figure{N: c.Total},
	}
	if c.Unlimited {
		endless := look.Figure{Text: s.T("console.unlimited")}
		out.Available, out.Left, out.Total = endless, endless, endless
	}
	if c.SiteWide && WholeSchool(stock) {
		out.Assigned = look.Figure{Text: s.T("console.everybody")}
	} else if c.SiteWide {
		out.Assigned.N += int64(len(stock.Targets))
	}
	return out
}

// WholeSchool reports whether a right of the whole school has been given to everybody.
func WholeSchool(stock licensing.Stock) bool {
	for _, g := range stock.Targets {
		if g.Target.Kind == licensing.WholeSchool {
			return true
		}
	}
	return false
}

// Share is how much of the copies is in somebody's hands, in whole percent; false where copies are not counted.
func Share(c licensing.Counters) (int, bool) {
	if c.Unlimited || c.Total == 0 {
		return 0, false
	}
	percent := int(c.Assigned * 100 / c.Total)
	return percent, true
}

// ShareTone warns where a stock is nearly out.
func ShareTone(c licensing.Counters) string {
	if !c.Unlimited && c.Available > 0 && licensing.Scarce(c.Available, c.Total) {
		return "soon"
	}
	return ""
}

// ends is the last day of the soonest subscription in force.
func ends(stock licensing.Stock) (day licensing.Pool, ok bool) {
	for _, p := range stock.Pools {
		if !ok || p.Ends.Before(day.Ends) {
			day, ok = p, true
		}
	}
	return day, ok
}

// LeftNote says what is left and until when: « Il reste 25 exemplaires sur 150, jusqu’au 31 août 2027 ».
func LeftNote(s *look.Shell, stock licensing.Stock) string {
	pool, ok := ends(stock)
	switch {
	case !ok:
		return ""
	case stock.Counters.Unlimited:
		return s.T("console.left.unlimited", "end", pool.Ends)
	}
	return s.T("console.left.counted", "n", stock.Counters.Available, "total", stock.Counters.Total, "end", pool.Ends)
}

// FigureCell is one of the six figures in a line, with its name for narrow screens.
type FigureCell struct {
	Key    string // of the resource and the figure, for a page that follows
	Label  string
	Figure look.Figure
}

// CounterLabels names the six figures, in their order.
func CounterLabels(s *look.Shell) []string {
	return []string{s.T("look.counter.selected"), s.T("look.counter.available"), s.T("look.counter.left"),
		s.T("look.counter.suggested"), s.T("look.counter.assigned"), s.T("look.counter.total")}
}

// Cells are the six figures of a line, with their names for narrow screens.
func Cells(page *look.Shell, stock licensing.Stock, counters licensing.Counters) []FigureCell {
	c, heads := Figures(page, stock, counters), CounterLabels(page)
	out := make([]FigureCell, 0, len(heads))
	for n, f := range []look.Figure{c.Selected, c.Available, c.Left, c.Suggested, c.Assigned, c.Total} {
		out = append(out, FigureCell{fmt.Sprintf("%s %d", stock.Resource, n), heads[n], f})
	}
	return out
}
