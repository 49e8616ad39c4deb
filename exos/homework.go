package exos

import (
	"time"

	"pupitre/internal/fault"
)

// HomeworkID is ours.
type HomeworkID string

// Homework (« devoir ») is work for one class or group, from an instant to another.
type Homework struct {
	ID     HomeworkID
	School string
	Cohort Cohort
	By     LearnerID
	Title  string
	Opens  time.Time
	Due    time.Time
	Parts  []Part
}

// Part is a whole module, or one exercise of it where Exercise is set.
type Part struct {
	Module   ModuleID
	Exercise ExerciseID
}

// limits of a homework
const (
	maxTitle = 200
	maxParts = 200
)

// Validate refuses a homework that nobody could do.
func (h Homework) Validate() error {
	switch {
	case h.Title == "" || len(h.Title) > maxTitle:
		return fault.New(fault.Invalid, "exos.homework.title", "max", maxTitle)
	case len(h.Parts) == 0 || len(h.Parts) > maxParts:
		return fault.New(fault.Invalid, "exos.homework.parts", "max", maxParts)
	case !h.Due.After(h.Opens):
		return fault.New(fault.Invalid, "exos.homework.due")
	}
	return nil
}

// Assigned is a homework as one learner sees it.
type Assigned struct {
	Homework
	Done    int // exercises with at least one answer
	Total   int
	Success float64
	Late    bool // due is over and something is undone
}

// GroupView is a class or group as its members and teachers see it.
type GroupView struct {
	Cohort
	Pupils   int // pupils who have come here at least once
	Homework int // homework not yet due
}
