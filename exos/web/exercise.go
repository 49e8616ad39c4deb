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
	Words    []word // what the script says
	Aids     aids
}

// place is an exercise in its module, as the address names it.
type place struct {
	contents exos.Contents
	entry    exos.Entry
}

func (room *Room) place(r *http.Request, v exos.Visitor) (place, error) {
	c, err := room.Service.Module(r.Context(), v, exos.ModuleID(r.PathValue("module")))
	if err != nil {
		return place{}, err
	}
	e, err := find(c, r.PathValue("exercise"))
	return place{c, e}, err
}

// sit opens the exercise; where its right has ended, the reader's own work is shown to be read.
func (room *Room) sit(ctx context.Context, v exos.Visitor, e exos.ExerciseID) (exos.Sitting, error) {
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
	sitting, err := room.sit(r.Context(), v, at.entry.Exercise)
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	return room.sendExercise(w, r, http.StatusOK, v, at, room.sheet(&s, v, sitting))
}

// sendExercise answers with the page around a sheet.
func (room *Room) sendExercise(w http.ResponseWriter, r *http.Request, status int, v exos.Visitor, at place, sheet *sheet) error {
	p := &exercisePage{Shell: *sheet.shell, Sheet: sheet, Number: at.entry.Number, Aids: aidsOf(r)}
	p.Title, p.Parent = p.T("exosweb.exercise.titled", "n", at.entry.Number), at.contents.Title
	p.Crumbs = []look.Link{
		{Text: p.T("exosweb.nav.modules"), Href: "/modules"}, {Text: at.contents.Title, Href: modulePath(at.contents.Module)},
	}
	if sheet.Section != "" {
		p.Crumbs = append(p.Crumbs, look.Link{Text: sheet.Section})
	}
	if at.contents.Closed != nil {
		p.Messages = append(p.Messages, look.Message{Tone: look.Amber, Icon: "lock", Text: said(&p.Shell, at.contents.Closed)})
	}
	room.strip(p, at)
	p.Words = script(&p.Shell, v)
	httpx.AllowSource(w, httpx.MediaSrc, "'self'")
	if sheet.Frames {
		httpx.AllowSource(w, httpx.FrameSrc, "'self'")
	}
	return room.exercise.Send(w, r, status, p)
}

// strip draws the row of exercises, and the ways to the neighbours.
func (room *Room) strip(p *exercisePage, at place) {
	for _, chapter := range at.contents.Sections {
		for _, e := range chapter.Entries {
			p.Total++
			switch {
			case e.Exercise == at.entry.Exercise:
				p.Dots = append(p.Dots, "now")
			case e.Mark != nil && e.Mark.Right():
				p.Dots = append(p.Dots, "ok")
			case e.Mark != nil && e.Mark.Max <= 0: // answered, and not for a machine to judge
				p.Dots = append(p.Dots, "kept")
			case e.Mark != nil:
				p.Dots = append(p.Dots, "no")
			default:
				p.Dots = append(p.Dots, "")
			}
		}
	}
	neighbour := func(n int) look.Link {
		return look.Link{Text: p.T("exosweb.exercise.titled", "n", n), Href: exercisePath(at.contents.Module, n)}
	}
	if p.Number > 1 {
		p.Previous = neighbour(p.Number - 1)
	}
	if p.Number < p.Total {
		p.Next = neighbour(p.Number + 1)
	}
}

// answerExercise is what the form does where there is no script.
func (room *Room) answerExercise(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	at, err := room.place(r, v)
	if err != nil {
		return err
	}
	sitting, err := room.sit(r.Context(), v, at.entry.Exercise)
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
	kind, payload := acts[r.PostFormValue("do")], &answer
	switch kind {
	case exos.Hinted, exos.Solved:
		payload = nil
	default:
		kind = exos.Answered
		if empty(answer) {
			return again(http.StatusOK, you(&s, v.Learner, "exosweb.exercise.empty."), nil)
		}
		if sitting.Result != nil && player.Same(answer.Responses, sitting.Responses) {
			return again(http.StatusOK, you(&s, v.Learner, "exosweb.exercise.same."), nil)
		}
	}
	verdict, err := room.act(r, v, sitting, kind, payload)
	if err != nil {
		return err
	}
	switch {
	case verdict.Status == exos.Refused:
		return again(http.StatusConflict, told(&s, verdict), nil)
	case kind == exos.Hinted:
		return again(http.StatusOK, "", &verdict)
	}
	http.Redirect(w, r, exercisePath(at.contents.Module, at.entry.Number)+"#resultat", http.StatusSeeOther)
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
	if _, err := room.Service.TryAgain(r.Context(), v, at.entry.Exercise); err != nil {
		return err
	}
	http.Redirect(w, r, exercisePath(at.contents.Module, at.entry.Number), http.StatusSeeOther)
	return nil
}
