package web

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/exos/web/player"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

const homeworkRoot = "/devoirs"

func homeworkPath(h exos.HomeworkID) string { return homeworkRoot + "/" + string(h) }

// taskPath names an exercise of a homework by its id, numberPath by its place in the reader's paper.
func taskPath(h exos.HomeworkID, e exos.ExerciseID) string {
	return homeworkPath(h) + "/exercices/" + string(e)
}

func numberPath(h exos.HomeworkID, number int) string {
	return homeworkPath(h) + "/exercices/" + strconv.Itoa(number)
}

// homeworkPage lists a pupil's homework.
type homeworkPage struct {
	look.Shell
	Todo, Past []homeworkRow
	Empty      look.Empty
}

type homeworkRow struct {
	Title   string
	Href    string
	Group   string // to whom, as their teacher sees it; the kind, as a pupil does
	Due     string
	Done    string // « 3 exercices faits sur 6 »
	Percent int
	State   state
	Result  string // « 12 sur 20 », "" where nothing is shown
}

func (room *Room) showHomework(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if v.Learner.Profile.Teaches() {
		return room.showGiven(w, r, v)
	}
	given, err := room.Service.Homeworks(r.Context(), v)
	if err != nil {
		return err
	}
	p := &homeworkPage{Shell: room.Site.Shell(r)}
	p.Title = p.T("exosweb.nav.homework")
	for _, h := range given {
		if row := room.homeworkRow(&p.Shell, v, h); h.Over {
			p.Past = append([]homeworkRow{row}, p.Past...) // the latest first
		} else {
			p.Todo = append(p.Todo, row)
		}
	}
	p.Empty = look.Empty{
		Title: p.T("exosweb.homework.empty"), Text: you(&p.Shell, v.Learner, "exosweb.homework.empty."),
		Action: look.Link{Text: p.T("exosweb.nav.modules"), Href: "/modules"},
	}
	return room.homework.Send(w, r, http.StatusOK, p)
}

func (room *Room) homeworkRow(s *look.Shell, v exos.Visitor, h exos.Assigned) homeworkRow {
	row := homeworkRow{
		Title: h.Title, Href: homeworkPath(h.ID), Group: modeOf(s, h.Terms), Due: dueOf(s, v, h.Homework),
		Done:    s.T("exosweb.homework.done", "done", h.Done, "total", h.Total),
		Percent: 100 * h.Done / max(1, h.Total),
		State:   paperState(s, h),
	}
	if h.Visible && h.Over {
		row.Result = s.T("exosweb.homework.success", "percent", lang.Percent(s.Locale, float64(percent(h.Success))/100))
	}
	return row
}

func modeOf(s *look.Shell, t exos.Terms) string {
	if t.Graded {
		return s.T("exosweb.homework.graded")
	}
	return s.T("exosweb.homework.training")
}

// dueOf is the day and hour by which it is due, at the school.
func dueOf(s *look.Shell, v exos.Visitor, h exos.Homework) string {
	return s.T("exosweb.homework.due", momentOf(s, v, h.Due)...)
}

// momentOf are the parameters of a message that says a day and an hour at the school.
func momentOf(s *look.Shell, v exos.Visitor, at time.Time) []any {
	zone := clock.ZoneOfUAI(v.Learner.School)
	return []any{"day", clock.On(at, zone), "hour", lang.Clock(s.Locale, at, zone)}
}

func paperState(s *look.Shell, h exos.Assigned) state {
	switch {
	case h.Total > 0 && h.Done == h.Total:
		return state{s.T("exosweb.homework.finished"), "circle-check", "green"}
	case h.Over:
		return state{s.T("exosweb.homework.over"), "calendar-x", "red"}
	case h.Late:
		return state{s.T("exosweb.homework.late"), "calendar-x", "red"}
	case h.Done > 0 || h.Paper != nil:
		return state{s.T("exosweb.state.begun"), "pencil", "ink"}
	}
	return state{s.T("exosweb.state.todo"), "circle", ""}
}

// paperPage is one homework as the pupil finds it.
type paperPage struct {
	look.Shell
	Terms  []fact
	Begin  string // the address to begin at, where the time is counted; "" otherwise
	Resume look.Link
	Lines  []line
	Done   string
	Result string
	// Of a test.
	Onward  *onward
	Remarks []template.HTML // what the test says of the whole
}

// onward is the step that leaves an exercise of a test, or a part of it.
type onward struct{ Action, Exercise, Verb, Hint string }

// onwardFrom is the step on from an exercise of a test; nil where there is none.
func onwardFrom(s *look.Shell, h exos.HomeworkID, c *exos.Course, e exos.ExerciseID) *onward {
	if c == nil || e == "" {
		return nil
	}
	out := &onward{Action: homeworkPath(h) + "/suite", Exercise: string(e), Verb: s.T("exosweb.test.next"), Hint: s.T("exosweb.test.noreturn")}
	if !c.Linear(e) {
		out.Verb, out.Hint = s.T("exosweb.test.part"), s.T("exosweb.test.part.hint")
	}
	return out
}

func (room *Room) showPaper(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if v.Learner.Profile.Teaches() {
		return room.showResults(w, r, v)
	}
	h, err := room.Service.Homework(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return err
	}
	p := &paperPage{Shell: room.Site.Shell(r)}
	p.Title = h.Title
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.homework"), Href: homeworkRoot}, {Text: h.Title, Current: true}}
	p.Terms = room.consigns(&p.Shell, v, h.Homework, h.Paper)
	p.Done = p.T("exosweb.homework.done", "done", h.Done, "total", h.Total)
	if m := h.Marked; m != nil {
		if m.Max > 0 {
			p.Messages = append(p.Messages, look.Message{Tone: look.Green, Icon: "check", Text: p.T("exosweb.test.mark", "points", points(&p.Shell, m.Points, m.Max))})
		}
		words := player.Sheet{T: p.T, Icon: room.icon, Address: room.file}
		for _, f := range m.Shown {
			p.Remarks = append(p.Remarks, words.Text(titled(f)))
		}
	}
	if h.Course != nil && !h.Over {
		if h.Course.Over {
			p.Messages = append(p.Messages, look.Message{Icon: "check", Text: you(&p.Shell, v.Learner, "exosweb.test.done.")})
		}
		if next := h.Course.Next(); next != "" && (!h.Course.Linear(next) || h.Course.Expired(next, room.Service.Now())) {
			p.Onward = onwardFrom(&p.Shell, h.ID, h.Course, next)
		}
	}
	if h.Visible && (h.Over || !h.Graded) && h.Done > 0 {
		p.Result = p.T("exosweb.homework.success", "percent", lang.Percent(p.Locale, float64(percent(h.Success))/100))
	}
	waits := h.Timed() && h.Paper == nil && !h.Over
	if waits {
		p.Onward = nil
		p.Begin = homeworkPath(h.ID) + "/commencer"
	}
	for _, t := range h.Tasks {
		l := line{Number: t.Number, Title: t.Title, State: taskState(&p.Shell, h, t)}
		if t.Stop != nil && t.Stop.Bypassed {
			l.State = state{p.T("exosweb.test.bypassed"), "minus", ""}
		}
		if !waits && (!h.Over || t.Work != nil) && mayOpen(h, t) {
			l.Href = numberPath(h.ID, t.Number)
			if p.Resume.Href == "" && !h.Over && !t.Work.Answered() {
				p.Resume = look.Link{Text: p.T("exosweb.homework.go", "n", t.Number), Href: l.Href}
			}
		}
		if t.Work.Answered() && h.Visible && !(t.ByHand && t.Work.Hand == nil) {
			l.Points = points(&p.Shell, h.Earned(*t.Work), t.Max)
		}
		if t.Changed != 0 {
			p.Messages = append(p.Messages, look.Message{Icon: "info", Text: p.T("exosclass.changed", "n", t.Number, "by", signedPoints(&p.Shell, t.Changed))})
		}
		p.Lines = append(p.Lines, l)
	}
	if slices.ContainsFunc(h.Tasks, func(t exos.Task) bool { return h.Admitted(h.Paper, t.Work) }) {
		p.Messages = append(p.Messages, look.Message{Tone: look.Green, Icon: "check", Text: you(&p.Shell, v.Learner, "exosclass.admitted.")})
	}
	room.stands(&p.Shell, v, h)
	return room.paper.Send(w, r, http.StatusOK, p)
}

// mayOpen reports whether a pupil may go to an exercise; of a test, where it is its turn, or it may be read again.
func mayOpen(h exos.Assigned, t exos.Task) bool {
	if t.Stop == nil {
		return true
	}
	return t.Stop.Open || t.Stop.Left && t.Work.Answered() && (h.Over || h.Course.Over || !h.Course.Linear(t.Exercise))
}

// stands says where the homework stands for this pupil.
func (room *Room) stands(s *look.Shell, v exos.Visitor, h exos.Assigned) {
	say := func(tone look.Tone, icon, text string) {
		s.Messages = append(s.Messages, look.Message{Tone: tone, Icon: icon, Text: text})
	}
	now := room.Service.Now()
	switch {
	case h.Over && h.Graded && !h.Visible:
		say("", "lock", shownWhen(s, v, h.Homework))
	case h.Over && h.Done < h.Total:
		say(look.Amber, "lock", you(s, v.Learner, "exosweb.homework.isover."))
	case !h.Over && !now.Before(h.Due):
		say(look.Red, "calendar-x", you(s, v.Learner, "exosweb.homework.grace.", momentOf(s, v, h.Ends(h.Paper))...))
	}
}

// shownWhen says when the results of graded work may be seen.
func shownWhen(s *look.Shell, v exos.Visitor, h exos.Homework) string {
	if h.Held {
		return you(s, v.Learner, "exosweb.homework.held.")
	}
	return you(s, v.Learner, "exosweb.homework.shown.", momentOf(s, v, h.Closes())...)
}

// consigns puts the terms into words, for whoever does the homework or gives it.
func (room *Room) consigns(s *look.Shell, v exos.Visitor, h exos.Homework, paper *exos.Paper) []fact {
	at := func(t time.Time) string { return s.T("exosweb.homework.at", momentOf(s, v, t)...) }
	out := []fact{{s.T("exosweb.terms.mode"), you(s, v.Learner, "exosweb.terms."+map[bool]string{true: "graded", false: "training"}[h.Graded]+".")}}
	add := func(key, value string) { out = append(out, fact{s.T("exosweb.terms." + key), value}) }
	if v.Learner.Profile.Teaches() {
		add("opens", at(h.Opens))
	}
	add("due", at(h.Due))
	if h.Grace > 0 {
		add("grace", s.T("exosweb.terms.grace.until", momentOf(s, v, h.Closes())...))
	}
	if h.Test != nil {
		add("test", s.T("exosweb.terms.test.rules"))
		switch most := int(h.Test.Rules.Limits.Max); {
		case most > 0 && most%60 == 0:
			add("limit", s.T("exosweb.terms.minutes", "n", most/60))
		case most > 0:
			add("limit", s.T("exosweb.terms.seconds", "n", most))
		}
	}
	if h.Limit > 0 {
		add("limit", s.T("exosweb.terms.minutes", "n", int(h.Limit/time.Minute)))
		if paper != nil {
			add("ends", at(h.Ends(paper)))
		}
	}
	switch {
	case h.Graded:
		add("tries", s.T("exosweb.terms.answers", "n", max(1, h.Tries)))
	case h.Tries > 0:
		add("tries", s.T("exosweb.terms.answers", "n", h.Tries))
	}
	if !h.Graded && h.Attempts > 0 {
		add("attempts", s.T("exosweb.terms.times", "n", h.Attempts))
	}
	if h.Graded && h.Hints {
		out = append(out, fact{s.T("exosclass.hint.term"), hintTerm(s, h)})
	}
	if h.Draw > 0 && h.Draw < len(h.Parts) {
		add("draw", s.T("exosweb.terms.drawn", "n", h.Draw, "of", len(h.Parts)))
	}
	if h.Graded {
		add("results", shownWhen(s, v, h))
	}
	return out
}

// hintTerm says under what help the mark of graded work is earned.
func hintTerm(s *look.Shell, h exos.Homework) string {
	numbers := h.Hinted()
	if len(numbers) == 0 {
		return s.T("exosclass.hint.term.may")
	}
	return s.T("exosclass.hint.term.given", "what", tasksOf(s, numbers))
}

func taskState(s *look.Shell, h exos.Assigned, t exos.Task) state {
	switch {
	case !t.Work.Answered() && t.Work != nil:
		return state{s.T("exosweb.state.begun"), "pencil", "ink"}
	case t.Work == nil:
		return state{s.T("exosweb.state.todo"), "circle", ""}
	case !h.Visible || t.ByHand && t.Work.Hand == nil:
		return state{s.T("exosweb.state.answered"), "check", "ink"}
	case h.Earned(*t.Work) >= t.Max:
		return state{s.T("exosweb.state.right"), "circle-check", "green"}
	}
	return state{s.T("exosweb.state.partly"), "rotate-ccw", "amber"}
}

// begin starts the pupil's own time.
func (room *Room) begin(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	h := exos.HomeworkID(r.PathValue("homework"))
	if err := room.Service.BeginHomework(r.Context(), v, h); err != nil {
		return err
	}
	to := homeworkPath(h) + "/exercices/1"
	if begun, err := room.Service.Homework(r.Context(), v, h); err != nil {
		return err
	} else if begun.Course != nil {
		to = onTo(h, begun.Course.Next())
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// onTo is where a test goes on: at an exercise, or at the page of the homework where there is none.
func onTo(h exos.HomeworkID, e exos.ExerciseID) string {
	if e == "" {
		return homeworkPath(h)
	}
	return taskPath(h, e)
}

// passOn leaves an exercise of a test, or a part of it.
func (room *Room) passOn(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	h, e := exos.HomeworkID(r.PathValue("homework")), exos.ExerciseID(r.PostFormValue("exercice"))
	next, err := room.Service.PassOn(r.Context(), v, h, e)
	switch {
	case fault.CodeOf(err) == "exos.test.skip": // said above the exercise that wants an answer
		r.SetPathValue("exercise", string(e))
		at, taskErr := room.task(r, v)
		if taskErr != nil {
			return taskErr
		}
		at.closed = err
		return room.show(w, r, v, at)
	case fault.Is(err, fault.Denied):
		return room.refused(w, r, homeworkPath(h), err)
	case err != nil:
		return err
	}
	http.Redirect(w, r, onTo(h, next), http.StatusSeeOther)
	return nil
}

// refused goes to a page that says why.
func (room *Room) refused(w http.ResponseWriter, r *http.Request, path string, why error) error {
	s := room.Site.Shell(r)
	if err := room.Site.Flash(w, r, look.Message{Tone: look.Amber, Icon: "lock", Text: said(&s, why)}); err != nil {
		return err
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// task finds an exercise of a homework by its number in the pupil's paper, or by its id.
func (room *Room) task(r *http.Request, v exos.Visitor) (place, error) {
	h, err := room.Service.Homework(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return place{}, err
	}
	at := place{
		homework: h.ID, parent: h.Title, crumbs: []look.Link{{Text: h.Title, Href: homeworkPath(h.ID)}},
		path: func(n int) string { return numberPath(h.ID, n) }, course: h.Course,
	}
	name := r.PathValue("exercise")
	for _, t := range h.Tasks {
		dot := ""
		switch {
		case string(t.Exercise) == name || strconv.Itoa(t.Number) == name:
			at.exercise, at.number, dot = t.Exercise, t.Number, "now"
		case t.Work.Answered() && !h.Visible:
			dot = "done"
		case t.Work.Answered() && h.Earned(*t.Work) >= t.Max:
			dot = "ok"
		case t.Work.Answered():
			dot = "no"
		}
		at.dots = append(at.dots, dot)
	}
	if at.exercise == "" {
		return place{}, errNoExercise
	}
	return at, nil
}

func (room *Room) showTask(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	at, err := room.task(r, v)
	if err != nil {
		return err
	}
	err = room.show(w, r, v, at)
	if fault.CodeOf(err) == "exos.homework.begin" { // the page of the homework has the button, and says what it does
		http.Redirect(w, r, homeworkPath(at.homework), http.StatusSeeOther)
		return nil
	}
	if fault.Is(err, fault.Denied) && strings.HasPrefix(fault.CodeOf(err), "exos.test.") { // the page of the homework shows where it goes on
		return room.refused(w, r, homeworkPath(at.homework), err)
	}
	return err
}

func (room *Room) answerTask(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	at, err := room.task(r, v)
	if err != nil {
		return err
	}
	return room.answer(w, r, v, at)
}

func (room *Room) taskAgain(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	at, err := room.task(r, v)
	if err != nil {
		return err
	}
	if _, err := room.Service.TaskAgain(r.Context(), v, at.homework, at.exercise); err != nil {
		return err
	}
	http.Redirect(w, r, at.path(at.number), http.StatusSeeOther)
	return nil
}

// terms says, on the sheet itself, what of the homework matters just now: the day that has passed, the end, an answer that came too
// late. It changes with each answer, for a page may stay open across the day.
func (room *Room) terms(s *look.Shell, v exos.Visitor, sitting exos.Sitting) []term {
	at := sitting.Setting
	var out []term
	add := func(tone, icon, text string) { out = append(out, term{tone, icon, text}) }
	if k := at.Kept; k != nil {
		add("red", "calendar-x", you(s, v.Learner, "exosweb.homework.toolate.", momentOf(s, v, k.ReceivedAt)...))
	}
	switch {
	case at.Over != nil:
		add("amber", "lock", said(s, at.Over))
	case at.Certainty != "" && !at.WasLate:
		add("", "cloud-off", you(s, v.Learner, "exosweb.homework."+string(at.Certainty)+".", momentOf(s, v, at.Due)...))
	case at.WasLate:
		add("red", "calendar-x", you(s, v.Learner, "exosweb.homework.waslate.", momentOf(s, v, at.Due)...))
	case at.Late:
		add("red", "calendar-x", you(s, v.Learner, "exosweb.homework.grace.", momentOf(s, v, at.Ends)...))
	case at.Ends.Before(at.Due):
		add("", "timer", you(s, v.Learner, "exosweb.homework.until.", momentOf(s, v, at.Ends)...))
	}
	if at.Admitted {
		add("green", "check", you(s, v.Learner, "exosclass.admitted."))
	}
	if at.Changed != 0 {
		add("", "info", s.T("exosclass.changed.here", "by", signedPoints(s, at.Changed)))
	}
	if m := at.Hand; m != nil {
		add("green", "pen-line", s.T("exosweb.hand.mark", "points", points(s, m.Points, at.Scale)))
		if m.Remark != "" {
			add("", "message-square", m.Remark)
		}
	}
	if at.Veiled && sitting.Result != nil {
		add("", "check", you(s, v.Learner, "exosweb.homework.veiled."))
	}
	return out
}
