package gradebook

import (
	"net/http"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/web"
)

// classPage is a class's pinned links and marks.
type classPage struct {
	look.Shell
	Teaches bool
	Links   []Link
	Choices []Choice
	Unpin   string
	Columns []columnHead
	Rows    []rowCells
	Caption string
	Empty   string // what stands in place of marks
	Kept    string
}

// columnHead is a column's name and scale: « Accords /20 ».
type columnHead struct{ Label, Scale, Tool string }

// rowCells is a pupil's line.
type rowCells struct {
	Name  string
	Cells []cell
}

// cell is a mark in words. Label names its column, where the table is read as slips.
type cell struct {
	Label, Mark, Note string
	Remark            string
	Said, Received    string
	Gone              bool
}

// show puts a book into words.
func (g *Room) show(r *http.Request, reader *web.Reader, class directory.Cohort, book Book) *classPage {
	p := &classPage{Shell: g.House.Site.Shell(r), Links: book.Links, Choices: book.Choices, Unpin: path(class.ID) + "/retirer", Teaches: !reader.IsPupil()}
	p.Title, p.Parent, p.Styles = class.Label, p.T("web.classes.title"), []string{"gradebook.css"}
	p.Lead = reader.You(&p.Shell, "web.class.lead.")
	p.Caption, p.Kept = reader.You(&p.Shell, "web.class.marks."), p.T("web.class.kept")
	for _, c := range book.Columns {
		p.Columns = append(p.Columns, columnHead{c.Label, p.T("web.class.scale", "points", lang.Decimal(p.Locale, c.Maximum)), c.Tool})
	}
	zone := reader.School().Zone()
	for _, row := range book.Rows {
		line := rowCells{Name: row.Name.String()}
		for _, c := range book.Columns {
			mark, there := row.Marks[c.ID]
			line.Cells = append(line.Cells, p.cell(c, mark, there, zone))
		}
		p.Rows = append(p.Rows, line)
	}
	if len(p.Columns) == 0 || len(p.Rows) == 0 {
		p.Empty = reader.You(&p.Shell, "web.class.empty.")
	}
	return p
}

// cell says a mark, or how far the work is; and both times where they are not the same minute.
func (p *classPage) cell(c Column, m Mark, there bool, zone *time.Location) cell {
	out := cell{Label: c.Label + " " + p.T("web.class.scale", "points", lang.Decimal(p.Locale, c.Maximum)), Mark: "–", Gone: !there}
	if !there {
		return out
	}
	out.Remark = m.Remark
	out.Mark = p.T("web.class.progress." + string(m.Progress))
	if m.Marked {
		out.Mark = lang.Decimal(p.Locale, m.Points)
		if !m.Final {
			out.Note = p.T("web.class.provisional")
		}
	}
	out.Said = p.T("web.class.said", "when", brief(p.Locale, m.Said, zone))
	if late := m.Received.Sub(m.Said); late >= time.Minute || late <= -time.Minute {
		out.Received = p.T("web.class.received", "when", brief(p.Locale, m.Received, zone))
	}
	return out
}

// brief is a moment as a cell has room for it: « 23/11/2026, 9 h 42 ».
func brief(locale lang.Locale, at time.Time, zone *time.Location) string {
	return lang.ShortDate(locale, clock.On(at, zone)) + ", " + lang.Clock(locale, at, zone)
}
