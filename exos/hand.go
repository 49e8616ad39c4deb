package exos

import "time"

// HandMark is what a teacher gives for an answer that no machine marks: a text, a drawing, a file.
type HandMark struct {
	Learner  LearnerID
	Homework HomeworkID
	Exercise ExerciseID
	Points   float64 // 0 to Homework.ScaleOf
	Remark   string  // « appréciation », to the pupil; "" for none
	At       time.Time
}

// defaultScale is what an exercise without a maximum of its own is worth where the teacher says nothing.
const defaultScale = 10

// ByHandOnly reports whether a person gives the mark.
func (e Exercise) ByHandOnly() bool { return e.ByHand || !e.Scoreable || e.Max <= 0 }

// ScaleOf (« barème ») is what an exercise is worth in the homework: its own maximum, or, where it has none, what the teacher said.
func (h Homework) ScaleOf(e Exercise) float64 {
	switch {
	case e.Max > 0:
		return e.Max
	case h.Scale > 0:
		return h.Scale
	}
	return defaultScale
}

// Waits reports whether work waits for a hand: it was answered, and not marked since.
func (w TaskWork) Waits() bool { return w.Tries > 0 && (w.Hand == nil || w.Hand.At.Before(w.At)) }
