package web

import (
	"context"
	"net/http"

	"pupitre/exos"
	"pupitre/exos/web/player"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/look"
)

// exercisePage is one exercise, with its place in the module.
type exercisePage struct {
	look.Shell
	Sheet    *sheet
	Number   int
	Total    int
	Dots     []string // ok, no, kept, now, ""
	Previous look.Link
	Next     look.Link
	Onward   *onward // of a test
	Words    []word  // what the script says
	Aids     aids
	Await    *await // the hint that may come while the page is open; nil for none
}

// place is where an exercise stands: in its module, or in a homework.
type place struct {
	exercise exos.ExerciseID
	homework exos.HomeworkID // "" in its module
	number   int
	parent   string // what it is part of
	crumbs   []look.Link
	dots     []string // ok, no, done, now, ""
	closed   error    // why nothing is answered here, nil where it is
	path     func(number int) string
	course   *exos.Course // of a test
	from     string       // where open pages follow from (Live.At), "" where it is not known
}

func (room *Room) place(r *http.Request, v exos.Visitor) (place, error) {
	c, err := room.Service.Module(r.Context(), v, exos.ModuleID(r.PathValue("module")))
	if err != nil {
		return place{}, err
	}
	e, err := find(c, r.PathValue("exercise"))
	at := place{
		exercise: e.Exercise, number: e.Number, parent: c.Title, closed: c.Closed,
		crumbs: []look.Link{{Text: c.Title, Href: modulePath(c.Module)}},
		path:   func(n int) string { return exercisePath(c.Module, n) },
	}
	for _, chapter := range c.Sections {
		for _, o := range chapter.Entries {
			switch {
			case o.Exercise == e.Exercise:
				at.dots = append(at.dots, "now")
			case o.Mark != nil && o.Mark.Right():
				at.dots = append(at.dots, "ok")
			case o.Mark != nil && o.Mark.Max <= 0: // answered, and not for a machine to judge
				at.dots = append(at.dots, "kept")
			case o.Mark != nil:
				at.dots = append(at.dots, "no")
			default:
				at.dots = append(at.dots, "")
			}
		}
	}
	return at, err
}

// sit opens the exercise; where its right has ended, the reader's own work is shown to be read.
func (room *Room) sit(ctx context.Context, v exos.Visitor, h exos.HomeworkID, e exos.ExerciseID) (exos.Sitting, error) {
	if h != "" {
		return room.Service.OpenTask(ctx, v, h, e)
	}
	sitting, err := room.Service.OpenExercise(ctx, v, e)
	if fault.Is(err, fault.Denied) {
		if own, reviewErr := room.Service.Review(ctx, v, e); reviewErr == nil {
			return own, nil
		}
	}
	return sitting, err
}

func (room *Room) showExercise(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	at, err := room.place(r, v)
	if err != nil {
		return err
	}
	return room.show(w, r, v, at)
}

// show answers with an exercise as it is now.
func (room *Room) show(w http.ResponseWriter, r *http.Request, v exos.Visitor, at place) error {
	at.from = room.follows(r.Context(), at)
	sitting, err := room.sit(r.Context(), v, at.homework, at.exercise)
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	return room.sendExercise(w, r, http.StatusOK, v, at, room.sheet(&s, v, sitting))
}

// sendExercise answers with the page around a sheet.
func (room *Room) sendExercise(w http.ResponseWriter, r *http.Request, status int, v exos.Visitor, at place, sheet *sheet) error {
	p := &exercisePage{Shell: *sheet.shell, Sheet: sheet, Number: at.number, Total: len(at.dots), Dots: at.dots, Aids: aidsOf(r)}
	p.Title, p.Parent = p.T("exosweb.exercise.titled", "n", at.number), at.parent
	p.Crumbs = append([]look.Link{{Text: p.T("exosweb.nav.modules"), Href: "/modules"}}, at.crumbs...)
	if at.homework != "" {
		p.Crumbs[0] = look.Link{Text: p.T("exosweb.nav.homework"), Href: homeworkRoot}
	}
	if sheet.Section != "" {
		p.Crumbs = append(p.Crumbs, look.Link{Text: sheet.Section})
	}
	if at.closed != nil {
		p.Messages = append(p.Messages, look.Message{Tone: look.Amber, Icon: "lock", Text: said(&p.Shell, at.closed)})
	}
	neighbour := func(n int) look.Link {
		return look.Link{Text: p.T("exosweb.exercise.titled", "n", n), Href: at.path(n)}
	}
	if p.Number > 1 && at.course.Beside(at.exercise, -1) {
		p.Previous = neighbour(p.Number - 1)
	}
	if p.Number < p.Total && at.course.Beside(at.exercise, +1) {
		p.Next = neighbour(p.Number + 1)
	}
	p.Onward = onwardFrom(&p.Shell, at.homework, at.course, at.exercise)
	if room.Live != nil && sheet.Awaits {
		p.Await = &await{hintsPath, at.from}
	}
	p.Words = script(&p.Shell, v)
	if sheet.Frames {
		httpx.AllowSource(w, httpx.FrameSrc, room.Content.Origin())
	}
	return room.exercise.Send(w, r, status, p)
}

// answerExercise is what the form does where there is no script.
func (room *Room) answerExercise(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	at, err := room.place(r, v)
	if err != nil {
		return err
	}
	return room.answer(w, r, v, at)
}

// meant is the act that a form's button asks for, with the answer that it takes; why is the key of the words for an answer that is not
// worth sending: an empty one, or the same again.
func meant(r *http.Request, sitting exos.Sitting, answer exos.Answer) (kind exos.Kind, payload *exos.Answer, why string) {
	switch kind = acts[r.PostFormValue("do")]; {
	case kind == exos.Hinted, kind == exos.Solved:
		return kind, nil, ""
	case empty(answer):
		why = "exosweb.exercise.empty."
	case sitting.Result != nil && player.Same(answer.Responses, sitting.Responses):
		why = "exosweb.exercise.same."
	}
	return exos.Answered, &answer, why
}

// answer takes what a form says, and shows what came of it.
func (room *Room) answer(w http.ResponseWriter, r *http.Request, v exos.Visitor, at place) error {
	sitting, err := room.sit(r.Context(), v, at.homework, at.exercise)
	if err != nil {
		return err
	}
	if err := readForm(r); err != nil {
		return err
	}
	s := room.Site.Shell(r)
	answer := player.Read(r.PostForm, sitting.Tree, player.NewSheet(sitting).Released...)
	again := func(status int, notice string, hint *exos.Verdict) error {
		page := room.sheet(&s, v, sitting, draft{answer.Responses, notice, hint})
		return room.sendExercise(w, r, status, v, at, page)
	}
	if exos.AttemptID(r.PostFormValue("attempt")) != sitting.Attempt {
		return again(http.StatusConflict, you(&s, v.Learner, "exosweb.exercise.other."), nil)
	}
	if err := room.handIn(r, v, sitting, answer); fault.Is(err, fault.Invalid) || fault.Is(err, fault.Exhausted) {
		return again(http.StatusUnprocessableEntity, said(&s, err), nil)
	} else if err != nil {
		return err
	}
	if move := r.PostFormValue("move"); move != "" {
		player.Move(answer, move)
		return again(http.StatusOK, "", nil)
	}
	if player.Put(answer, r.PostForm, sitting.Tree) {
		return again(http.StatusOK, "", nil)
	}
	kind, payload, why := meant(r, sitting, answer)
	if why != "" {
		return again(http.StatusOK, you(&s, v.Learner, why), nil)
	}
	verdict, err := room.act(r, v, sitting, kind, payload)
	if err != nil {
		return err
	}
	switch {
	case verdict.Status == exos.Refused:
		if sitting, err = room.sit(r.Context(), v, at.homework, at.exercise); err != nil { // perhaps it has closed meanwhile
			return err
		}
		return again(http.StatusConflict, told(&s, verdict), nil)
	case kind == exos.Hinted:
		return again(http.StatusOK, "", &verdict)
	}
	http.Redirect(w, r, at.path(at.number)+"#resultat", http.StatusSeeOther)
	return nil
}

// acts are the form's buttons.
var acts = map[string]exos.Kind{"answer": exos.Answered, "hint": exos.Hinted, "solve": exos.Solved}

// act submits one event of a page without script. The form carries the event's id, so that a form sent twice counts once.
func (room *Room) act(r *http.Request, v exos.Visitor, sitting exos.Sitting, kind exos.Kind, answer *exos.Answer) (exos.Verdict, error) {
	e, err := room.Service.Act(sitting, kind, answer)
	if err != nil {
		return exos.Verdict{}, err
	}
	fresh := e.ID
	if given := r.PostFormValue("event"); id.Valid(given) {
		e.ID = exos.EventID(given)
	}
	verdicts, err := room.Service.Submit(r.Context(), v, []exos.Event{e})
	if err == nil && verdicts[0].Code == "exos.event.altered" { // gone back, and changed something: an act of its own
		e.ID = fresh
		verdicts, err = room.Service.Submit(r.Context(), v, []exos.Event{e})
	}
	if err != nil {
		return exos.Verdict{}, err
	}
	return verdicts[0], nil
}

// empty reports whether nothing at all was answered, where something could be.
func empty(a exos.Answer) bool {
	for _, r := range a.Responses {
		if len(r.Values) > 0 || len(r.Fields) > 0 {
			return false
		}
	}
	return len(a.Responses) > 0
}

// tryAgain opens a new attempt.
func (room *Room) tryAgain(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	at, err := room.place(r, v)
	if err != nil {
		return err
	}
	if _, err := room.Service.TryAgain(r.Context(), v, at.exercise); err != nil {
		return err
	}
	http.Redirect(w, r, at.path(at.number), http.StatusSeeOther)
	return nil
}
