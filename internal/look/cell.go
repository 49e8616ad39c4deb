package look

import (
	"html/template"

	"pupitre/internal/lang"
)

// A counterCell is one of the six figures with its place: the template needs both.
type counterCell struct {
	Name   string // selected, available, left, suggested, assigned, total
	Figure Figure
	locale lang.Locale
}

// Label is the key of the figure's name: the user document's own words.
func (c counterCell) Label() string { return counterLabels[c.Name] }

var counterLabels = map[string]string{
	"selected": "look.counter.selected", "available": "look.counter.available", "left": "look.counter.left",
	"suggested": "look.counter.suggested", "assigned": "look.counter.assigned", "total": "look.counter.total",
}

// Shown is the figure as it is read.
func (c counterCell) Shown() string {
	if c.Figure.Text != "" {
		return c.Figure.Text
	}
	return lang.Number(c.locale, c.Figure.N)
}

// Class is the figure's state: one at most, the gravest.
func (c counterCell) Class() string {
	switch {
	case c.Figure.Wrong:
		return "is-wrong"
	case c.Figure.Low:
		return "is-low"
	case c.Figure.Live:
		return "is-live"
	}
	return ""
}

// mark draws the product's mark.
func (s *Site) mark(p Product) template.HTML {
	file, ok := s.assets.byName[p.Mark+".svg"]
	if !ok {
		return ""
	}
	return template.HTML(file.text)
}
