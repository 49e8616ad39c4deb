package usage

import (
	"fmt"
	"html/template"
	"strings"

	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/usage"
)

// chart is the accesses of each week as bars, and what is written around them: the picture's words are text of the page, of the page's size.
type chart struct {
	SVG         template.HTML
	Most        string // the height of the tallest bar
	First, Last string
	Hides       bool
}

// A bar's place, and the picture's height. The picture stretches to its box: it holds no text.
const (
	slot   = 10
	bar    = 7
	height = 100
	least  = 12 // slots: few weeks do not make broad bars
)

// draw draws a resource's weeks. With a title it is a picture of its own, with a name and a description; without, it repeats what stands
// beside it, and is hidden from screen readers.
func draw(s *look.Shell, weeks []clock.Date, cells []usage.Cell, title string) chart {
	c := chart{}
	var most int64
	for _, cell := range cells {
		c.Hides = c.Hides || cell.Hidden
		if !cell.Hidden {
			most = max(most, cell.Accesses)
		}
	}
	if len(weeks) > 0 {
		c.First, c.Last = lang.Date(s.Locale, weeks[0]), lang.Date(s.Locale, weeks[len(weeks)-1])
	}
	c.Most = lang.Number(s.Locale, most)
	var b strings.Builder
	width := max(least, len(weeks)) * slot
	if title != "" {
		fmt.Fprintf(&b, `<svg class="chart" role="img" aria-labelledby="image-titre image-texte" viewBox="0 0 %d %d" preserveAspectRatio="none"><title id="image-titre">%s</title><desc id="image-texte">%s</desc>`,
			width, height, template.HTMLEscapeString(s.T("usage.picture", "title", title)),
			template.HTMLEscapeString(s.T("usage.picture.text", "first", c.First, "last", c.Last, "most", most)))
	} else {
		fmt.Fprintf(&b, `<svg class="chart small-chart" aria-hidden="true" viewBox="0 0 %d %d" preserveAspectRatio="none">`, width, height)
	}
	fmt.Fprintf(&b, `<path class="rule" d="M0 0.5H%[1]dM0 50H%[1]dM0 99.5H%[1]d"/>`, width)
	for i, cell := range cells {
		x := i*slot + (slot-bar)/2
		switch {
		case cell.Hidden: // as tall as none: its height would tell
			fmt.Fprintf(&b, `<path class="unsaid" d="M%d 99V92h%dV99"/>`, x, bar)
		case cell.Accesses > 0:
			tall := max(1, float64(height)*float64(cell.Accesses)/float64(most))
			fmt.Fprintf(&b, `<rect class="bar" x="%d" y="%.1f" width="%d" height="%.1f"/>`, x, float64(height)-tall, bar, tall)
		}
	}
	b.WriteString(`</svg>`)
	c.SVG = template.HTML(b.String())
	return c
}
