package hall

import (
	"context"
	"net/http"
	"time"

	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/licensing"
)

// Kept carries an act through though its window is closed while it is done: it is done and noted whole, with all that goes with it, and
// the manager finds the outcome. The bound is the one that the server sets to any answer.
func Kept(page httpx.Handler) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), time.Minute)
		defer cancel()
		return page(w, r.WithContext(ctx))
	}
}

// Handed leads to the page of the batch by which an order will be done.
func (c *Hall) Handed(w http.ResponseWriter, r *http.Request, at Site, done licensing.Applied) error {
	copies, _ := done.Plan.Moves()
	s := c.Said(r)
	return c.Flash(w, r, look.Message{Title: s.T("console.batch.handed", "n", copies), Text: s.T("console.batch.handed.text")}, at.Path(FilePath+"/"+string(done.Batch)))
}

// Long says beside the act that a plan is more than one answer does.
func (f *PlanFrame) Long(s *look.Shell, plan licensing.Plan) {
	switch copies, _ := plan.Moves(); {
	case f.Give == "" || copies <= licensing.AtOnce:
	case copies > licensing.WholeBatch:
		f.Bar.Note = s.T("console.file.parts.note")
	default:
		f.Bar.Note = s.T("console.batch.note", "n", int64(licensing.AtOnce))
	}
}

// Titles names the first of some resources, and how many there are besides.
func Titles(s *look.Shell, all []string) string {
	text := ""
	for n, title := range all {
		if n == 3 {
			return text + ", " + s.T("console.plan.whom.more", "n", len(all)-3)
		}
		if n > 0 {
			text += ", "
		}
		text += title
	}
	return text
}
