package web

import (
	"net/http"
	"slices"
	"time"

	"pupitre/exos"
	"pupitre/internal/look"
)

// awayWork (« devoir à emporter ») is a homework as a device lists it.
type awayWork struct {
	Homework exos.HomeworkID `json:"homework"`
	Version  int             `json:"version"` // one more with each change
	Title    string          `json:"title"`
	Mode     string          `json:"mode"` // in words: graded, or training
	Due      string          `json:"due"`  // in words
	Closes   time.Time       `json:"closes"`
	Modules  []exos.ModuleID `json:"modules"` // that the device must have for it
	Todo     bool            `json:"todo"`    // something is left to do
}

// workPack is what a device fetches of a homework: as of a module, but that each exercise and file says of which.
type workPack struct {
	awayWork
	Exercises []packed     `json:"exercises"`
	Files     []packedFile `json:"files"`
}

func (room *Room) awayWork(s *look.Shell, v exos.Visitor, h exos.Assigned) awayWork {
	out := awayWork{Homework: h.ID, Version: h.Version, Title: h.Title, Mode: modeOf(s, h.Terms), Due: dueOf(s, v, h.Homework), Closes: h.Closes(), Todo: !h.Over && h.Done < h.Total && h.Limit == 0 && h.Test == nil}
	for _, t := range h.Tasks {
		if !slices.Contains(out.Modules, t.Module) {
			out.Modules = append(out.Modules, t.Module)
		}
	}
	return out
}

// sendWorks lists the homework of whose device this is.
func (room *Room) sendWorks(w http.ResponseWriter, r *http.Request) error {
	in, err := signed(r, maxFetch)
	if err != nil {
		return err
	}
	_, by, err := room.Devices.Asks(r.Context(), in)
	if err != nil {
		return err
	}
	given, err := room.Service.Homeworks(r.Context(), by.Visitor)
	if err != nil {
		return err
	}
	s, out := room.Site.Shell(r), []awayWork{}
	for _, h := range given {
		out = append(out, room.awayWork(&s, by.Visitor, h))
	}
	return sendJSON(w, http.StatusOK, out)
}

// sendWork tells what a homework consists of on a device. Of a module that the device does not have, it is done online.
func (room *Room) sendWork(w http.ResponseWriter, r *http.Request) error {
	asked, err := signed(r, maxFetch)
	if err != nil {
		return err
	}
	in, by, err := room.Devices.Asks(r.Context(), asked)
	if err != nil {
		return err
	}
	h, err := room.Service.Homework(r.Context(), by.Visitor, in.Homework)
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	out := workPack{awayWork: room.awayWork(&s, by.Visitor, h)}
	shown := map[exos.ModuleID]map[exos.Hash]bool{}
	for _, t := range h.Tasks {
		one := packed{Exercise: t.Exercise, Number: t.Number, Title: t.Title, Module: t.Module}
		if t.Work.Answered() {
			one.Said = &saidBefore{Max: t.Max, Ended: true, Veiled: !h.Visible}
			if h.Visible {
				one.Said.Score, one.Said.Scored = h.Earned(*t.Work), !t.ByHand || t.Work.Hand != nil
				one.Said.Right = one.Said.Scored && one.Said.Score >= t.Max
			}
		}
		kept := away{why: s.T("exosweb.away.online")}
		if slices.Contains(by.Modules, t.Module) {
			sitting, err := room.Service.TaskAway(r.Context(), by.Visitor, h.ID, t.Exercise)
			if kept, err = room.awayOf(&s, by.Visitor, sitting, err); err != nil {
				return err
			}
		}
		if one.keep(kept); one.Online == "" {
			program, err := room.Service.TaskProgramAway(r.Context(), by.Visitor, h.ID, t.Exercise)
			if err != nil {
				return err
			}
			one.Program = len(program)
			if shown[t.Module] == nil {
				shown[t.Module] = map[exos.Hash]bool{}
			}
			for _, f := range filesIn(kept.html) {
				shown[t.Module][f] = true
			}
		}
		out.Exercises = append(out.Exercises, one)
	}
	for m, files := range shown {
		more, err := room.filesAway(r, by.Visitor, m, files)
		if err != nil {
			return err
		}
		out.Files = append(out.Files, more...)
	}
	return sendJSON(w, http.StatusOK, out)
}

func (room *Room) sendTask(w http.ResponseWriter, r *http.Request) error {
	in, v, err := room.held(r)
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	sitting, err := room.Service.TaskAway(r.Context(), v, in.Homework, in.Exercise)
	kept, err := room.awayOf(&s, v, sitting, err)
	if err != nil {
		return err
	}
	return kept.send(w)
}

// sendTaskProgram sends by what a device scores an exercise of training homework. Graded work has none.
func (room *Room) sendTaskProgram(w http.ResponseWriter, r *http.Request) error {
	in, v, err := room.held(r)
	if err != nil {
		return err
	}
	program, err := room.Service.TaskProgramAway(r.Context(), v, in.Homework, in.Exercise)
	if err != nil {
		return err
	}
	return sendKey(w, program)
}
