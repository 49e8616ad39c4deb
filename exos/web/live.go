package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// livePage is a class at work (« en direct »).
type livePage struct {
	*resultsPage
	Figures []figure
	Help    []helpRow
	Wrong   []wrongRow
	Hints   []hintRow
	Alert   string // who is stuck, for a screen reader; "" for nobody
}

// figure is one count of the top.
type figure struct {
	Icon, Name string
	N          int
	Low        bool
}

// helpRow is somebody to go and see.
type helpRow struct{ Name, Sub, Plain, Where, Why string }

// paces are what a pace looks like, and the order in which a teacher looks.
var paces = map[classroom.PaceState]struct {
	state
	rank int
}{
	classroom.Stuck: {state{Icon: "hand", Tone: "amber"}, 0}, classroom.Idle: {state{Icon: "pause", Tone: "amber"}, 1},
	classroom.Working: {state{Icon: "pencil"}, 2}, classroom.Finished: {state{Icon: "check", Tone: "green"}, 3},
	classroom.Away: {state{Icon: "log-out"}, 4}, classroom.Absent: {state{Icon: "circle"}, 5},
}

// hintRow is an exercise whose hint may be given to everybody, or is.
type hintRow struct {
	Exercise, Title string
	Shown           bool
}

// giveHint lets everybody see a hint, or no more.
func (room *Room) giveHint(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	id, shown := exos.HomeworkID(r.PathValue("homework")), r.PostFormValue("montrer") != ""
	if err := room.Classroom.Hint(r.Context(), v, id, exos.ExerciseID(r.PostFormValue("exercice")), shown); err != nil {
		return err
	}
	word := "exosclass.hint.given"
	if !shown {
		word = "exosclass.hint.taken"
	}
	return room.done(w, r, homeworkPath(id)+"/direct", word)
}

// showLive is the class at work. The script asks for the part that changes, now and then; what has not changed is not sent again.
func (room *Room) showLive(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	id := exos.HomeworkID(r.PathValue("homework"))
	part := r.URL.Query().Has("partie")
	mark, err := room.Classroom.Moved(r.Context(), v, id)
	if err != nil {
		return err
	}
	h := w.Header()
	if part {
		h.Set("ETag", `"`+mark+`"`)
		h.Set("Cache-Control", "private, no-cache")
		h.Set("Vary", "Cookie")
		if r.Header.Get("If-None-Match") == `"`+mark+`"` {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	res, err := room.Classroom.Results(r.Context(), v, id)
	if err != nil {
		return err
	}
	p := room.livePage(w, r, v, res)
	if p.Hints, err = room.hints(r.Context(), &p.Shell, res); err != nil {
		return err
	}
	if !part {
		return room.live.Send(w, r, http.StatusOK, p)
	}
	html, err := room.live.Part(p.Locale, "live", p)
	if err != nil {
		return err
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, err = w.Write([]byte(html))
	return err
}

// hints lists the exercises whose hint the teacher may give to everybody now.
func (room *Room) hints(ctx context.Context, s *look.Shell, res classroom.Results) ([]hintRow, error) {
	if res.Graded && !res.Hints {
		return nil, nil
	}
	var out []hintRow
	for _, t := range res.Tasks {
		has, err := room.Service.HasHint(ctx, t.Exercise)
		if err != nil {
			return nil, err
		}
		if has {
			out = append(out, hintRow{string(t.Exercise), s.T("exosweb.exercise.named", "n", t.Number, "title", t.Title), t.Hinted})
		}
	}
	return out, nil
}

func (room *Room) livePage(w http.ResponseWriter, r *http.Request, v exos.Visitor, res classroom.Results) *livePage {
	slices.SortStableFunc(res.Rows, func(a, b classroom.PupilResult) int {
		return cmp.Or(cmp.Compare(paces[a.Pace.State].rank, paces[b.Pace.State].rank), a.Pace.Since.Compare(b.Pace.Since))
	})
	p := &livePage{resultsPage: room.resultsPage(w, r, v, res)}
	p.Title = p.T("exosweb.live.title", "group", audience(&p.Shell, res.Homework), "title", res.Title)
	p.Crumbs = []look.Link{
		{Text: p.T("exosweb.nav.homework"), Href: homeworkRoot}, {Text: res.Title, Href: p.Path}, {Text: p.T("exosweb.live"), Current: true},
	}
	p.Lead = p.T("exosweb.live.lead", "mode", modeOf(&p.Shell, res.Terms), "n", len(res.Tasks))
	count := map[classroom.PaceState]int{}
	for i, row := range res.Rows {
		count[row.Pace.State]++
		p.follow(v, i, row, res)
	}
	p.Figures = []figure{
		{"pencil", p.T("exosweb.live.working"), count[classroom.Working], false},
		{"hand", p.T("exosweb.live.stuck"), count[classroom.Stuck] + count[classroom.Idle], count[classroom.Stuck]+count[classroom.Idle] > 0},
		{"check", p.T("exosweb.live.finished"), count[classroom.Finished], false},
		{"circle", p.T("exosweb.live.absent"), count[classroom.Absent] + count[classroom.Away], false},
	}
	if n := len(p.Help); n > 0 {
		p.Alert = p.T("exosweb.live.alert", "n", n)
	}
	p.Wrong = frequent(&p.Shell, res)
	return p
}

// follow adds to one row where the pupil is, and whether somebody should go and see.
func (p *livePage) follow(v exos.Visitor, i int, row classroom.PupilResult, res classroom.Results) {
	pace := row.Pace
	out := &p.Rows[i]
	note := paces[pace.State].state
	switch pace.State {
	case classroom.Working, classroom.Absent: // the first is seen in the row, the second is said there already
		note = state{}
	case classroom.Finished:
		note.Word = p.T("exosweb.live.done", "percent", lang.Percent(p.Locale, float64(percent(row.Success))/100))
	case classroom.Away:
		note.Word = p.T("exosweb.live.away", "hour", lang.Clock(p.Locale, pace.Since, clock.ZoneOfUAI(v.Learner.School)))
	default:
		minutes := int(res.At.Sub(pace.Since) / time.Minute)
		note.Word = p.T("exosweb.live.on."+string(pace.State), "task", pace.Task, "n", minutes)
		out.Stuck = true
		why := p.T("exosweb.live.why.idle", "n", minutes)
		if pace.State == classroom.Stuck {
			why = p.T("exosweb.live.why.stuck", "n", pace.Wrong)
		}
		p.Help = append(p.Help, helpRow{out.Name, out.Sub, out.Plain, p.T("exosweb.exercise.titled", "n", pace.Task), why})
	}
	if note.Word != "" {
		out.Notes = append([]state{note}, out.Notes...)
	}
	if pace.Task > 0 && pace.State != classroom.Finished && pace.State != classroom.Away {
		c := &out.Cells[pace.Task-1]
		if res.Rows[i].Cells[pace.Task-1].State == classroom.Begun {
			c.Tone, c.Icon = "now", "pencil"
		}
	}
}

// frequent are the most frequent wrong answers of all exercises.
func frequent(s *look.Shell, res classroom.Results) []wrongRow {
	const most = 6
	type one struct {
		task classroom.TaskResult
		m    classroom.Mistake
	}
	var all []one
	for _, t := range res.Tasks {
		for _, m := range t.Wrong {
			all = append(all, one{t, m})
		}
	}
	slices.SortStableFunc(all, func(a, b one) int { return cmp.Compare(b.m.Pupils, a.m.Pupils) })
	var out []wrongRow
	for _, o := range all[:min(len(all), most)] {
		text := s.T("exosweb.live.wrong", "n", o.task.Number, "what", mistakeText(s, o.m))
		out = append(out, wrongRow{text, lang.Number(s.Locale, int64(o.m.Pupils)), 100 * o.m.Pupils / max(1, o.task.Answered)})
	}
	return out
}
