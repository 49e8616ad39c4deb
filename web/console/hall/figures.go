package hall

import (
	"fmt"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
)

// Figures puts a resource's counters into the six cells of the console; where several publics have copies of their own, each one's too.
func (d Desk) Figures(s *look.Shell, c licensing.Counters, of []licensing.Portion) look.Counters {
	out := d.cells(s, c)
	if len(of) < 2 {
		return out
	}
	for _, p := range of {
		one := d
		one.Stock.Targets = slices.DeleteFunc(slices.Clone(d.Stock.Targets), func(g licensing.GivenTarget) bool {
			return !slices.ContainsFunc(d.Stock.Pools, func(pool licensing.Pool) bool { return pool.ID == g.Pool && p.Of(pool) })
		})
		row := look.CountersOf{Name: Publics(s, p.Publics), Counters: one.cells(s, p.Counters)}
		row.Suggested = look.Figure{Text: "–"}            // a suggestion names classes, not publics
		out.Left.Wrong = out.Left.Wrong || row.Left.Wrong // what another public has left covers nobody
		out.Of = append(out.Of, row)
	}
	return out
}

// Publics names a set of profiles: « Élèves, enseignants ».
func Publics(s *look.Shell, profiles []directory.Profile) string {
	names := make([]string, len(profiles))
	for i, p := range profiles {
		names[i] = s.T("console.publics." + string(p))
		if i > 0 {
			names[i] = strings.ToLower(names[i])
		}
	}
	return strings.Join(names, ", ")
}

func (d Desk) cells(s *look.Shell, c licensing.Counters) look.Counters {
	stock := d.Stock
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
	if c.Reserved > 0 { // without which Total is more than what the cells show
		out.Total.Note.Text = s.T("console.reserve", "n", c.Reserved)
		if d.Mandate == nil { // standing assignments are the managers'
			out.Total.Note.Href = d.Site.Path(RulesPath)
		}
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
	case stock.Counters.Unlimited && len(stock.Portions()) == 1:
		return s.T("console.left.unlimited", "end", pool.Ends)
	}
	if of := stock.Portions(); len(of) > 1 {
		return s.T("console.left.each", "each", LeftOf(s, stock.Counters, of), "end", pool.Ends)
	}
	return s.T("console.left.counted", "n", stock.Counters.Available, "total", stock.Counters.Total, "end", pool.Ends)
}

// LeftOf says what is left to give, of each public where several have copies of their own: « Élèves : 0 sur 150 · Enseignants : 10 sur 10 ».
func LeftOf(s *look.Shell, c licensing.Counters, of []licensing.Portion) string {
	if len(of) < 2 {
		return left(s, c)
	}
	each := make([]string, len(of))
	for i, p := range of {
		each[i] = s.T("console.left.of", "publics", Publics(s, p.Publics), "left", left(s, p.Counters), "total", p.Total)
		if p.Unlimited {
			each[i] = s.T("console.left.of.unlimited", "publics", Publics(s, p.Publics))
		}
	}
	return strings.Join(each, " · ")
}

func left(s *look.Shell, c licensing.Counters) string {
	if c.Unlimited {
		return s.T("console.unlimited")
	}
	return lang.Number(s.Locale, c.Available)
}

// BeforeAfter are the figures that a plan of the resource changes, and each public's where several have copies of their own.
func (d Desk) BeforeAfter(s *look.Shell, f licensing.Figures) (out []PlanFigure) {
	before, after := d.Figures(s, f.Before, f.PortionsBefore), d.Figures(s, f.After, f.PortionsAfter)
	for _, row := range []struct {
		name string
		of   func(look.Counters) look.Figure
	}{
		{s.T("look.counter.assigned"), func(c look.Counters) look.Figure { return c.Assigned }},
		{s.T("look.counter.available"), func(c look.Counters) look.Figure { return c.Available }},
	} {
		out = append(out, PlanFigure{row.name, Shown(s, row.of(before)), Shown(s, row.of(after))})
		for i, one := range before.Of {
			out = append(out, PlanFigure{s.T("console.plan.of", "figure", row.name, "publics", strings.ToLower(one.Name)), Shown(s, row.of(one.Counters)), Shown(s, row.of(after.Of[i].Counters))})
		}
	}
	return out
}

// Shown is a figure as it is read.
func Shown(s *look.Shell, f look.Figure) string {
	if f.Text != "" {
		return f.Text
	}
	return lang.Number(s.Locale, f.N)
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

// PublicLine is the six figures of one public, in a line under its resource's.
type PublicLine struct {
	Name  string
	Cells []FigureCell
}

// Cells are the six figures of a line, with their names for narrow screens, and the lines of its publics where several have copies of
// their own.
func (d Desk) Cells(page *look.Shell, counters licensing.Counters, of []licensing.Portion) (cells []FigureCell, lines []PublicLine) {
	heads := CounterLabels(page)
	fill := func(c look.Counters, key string) []FigureCell {
		out := make([]FigureCell, 0, len(heads))
		for n, f := range []look.Figure{c.Selected, c.Available, c.Left, c.Suggested, c.Assigned, c.Total} {
			out = append(out, FigureCell{fmt.Sprintf("%s %d", key, n), heads[n], f})
		}
		return out
	}
	all := d.Figures(page, counters, of)
	for i, one := range all.Of {
		lines = append(lines, PublicLine{one.Name, fill(one.Counters, fmt.Sprintf("%s %s", d.Stock.Resource, licensing.JoinProfiles(of[i].Publics)))})
	}
	return fill(all, string(d.Stock.Resource)), lines
}
