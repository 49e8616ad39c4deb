package exos

import (
	"time"

	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
)

// AttemptID is made by whoever opens the attempt: the server today, a device without a network later.
type AttemptID string

// Attempt (« tentative ») is one sitting at an exercise: what its events amount to.
type Attempt struct {
	ID        AttemptID
	Learner   LearnerID
	Homework  HomeworkID // "" in a module
	Module    ModuleID
	Exercise  ExerciseID
	Number    int // 1 for the learner's first attempt at the exercise, in the module or in the homework
	Version   string
	Seed      Seed
	Tries     int // submissions counted
	State     score.State
	Score     float64 // of the last submission
	Best      float64
	Ended     bool
	Solved    bool // the corrigé was looked at
	StartedAt time.Time
	TouchedAt time.Time
	// AnsweredAt is when the last answer that counts came; zero: none did.
	AnsweredAt time.Time
}

// following is the number of the attempt after this one; of the first, after none.
func (a *Attempt) following() int {
	if a == nil {
		return 1
	}
	return a.Number + 1
}

// Sitting is all that a player needs to show an exercise; it holds no key.
type Sitting struct {
	Attempt  AttemptID  `json:"attempt"`
	Exercise ExerciseID `json:"exercise"`
	Version  string     `json:"version"`
	Seed     Seed       `json:"seed"`

	Module      ModuleID   `json:"module"`
	ModuleTitle string     `json:"moduleTitle"`
	Section     string     `json:"section,omitempty"`
	Title       string     `json:"title"`
	Number      int        `json:"number"`
	Total       int        `json:"total"`
	Previous    ExerciseID `json:"previous,omitempty"`
	Next        ExerciseID `json:"next,omitempty"`

	// Tree is arranged for this attempt, without key.
	Tree  render.Tree `json:"tree"`
	Hints bool        `json:"hints"` // Hint has something to give
	Tries int         `json:"tries"` // in one attempt; 0: no bound
	Max   float64     `json:"max"`

	// What was answered before, to resume or to read again: the last submission and what was said of it.
	Responses []Response `json:"responses,omitempty"`
	Result    *Result    `json:"result,omitempty"`
	// Opening is the feedback shown before any answer.
	Opening []render.Feedback `json:"opening,omitempty"`
	Ended   bool              `json:"ended"`
	// Corrected is set once the corrigé was looked at in this attempt.
	Corrected *Corrected `json:"corrected,omitempty"`
	// Closed is true where the right has ended: own work may be read, nothing may be answered.
	Closed bool  `json:"closed,omitempty"`
	Mark   *Mark `json:"mark,omitempty"`
	// Setting is set where the exercise is done for a homework.
	Setting *Setting `json:"-"`
}

// Corrected (« corrigé ») is the key, with the author's explanation where there is one.
type Corrected struct {
	Keys []Key             `json:"keys"`
	Why  []render.Feedback `json:"why,omitempty"`
}

// Key is the declared answer of one response.
type Key struct {
	Response string   `json:"response"`
	Values   []string `json:"values"`             // in QTI's lexical form, to show in the interaction
	Texts    []string `json:"texts"`              // in words
	Accepted []string `json:"accepted,omitempty"` // other answers that earn points
	Forms    []string `json:"forms,omitempty"`    // of a typed answer: the ways of writing it that count the same
}

// Done is one line of a learner's history: one answer.
type Done struct {
	Event    EventID
	Homework HomeworkID // "" in a module
	Module   ModuleID
	Exercise ExerciseID
	Title    string    // of the exercise
	Workbook string    // the module's title
	Said     []string  // the answer in words, a response each
	At       time.Time // when it came to the server
	Score    float64
	Max      float64
	Scored   bool
	Refused  string // code, "" where it counted
	Params   []string
	Veiled   bool // graded work whose results are not shown yet: then nothing is said of the mark
}
