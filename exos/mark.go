package exos

import "time"

// Mark (« note ») is what the server makes of a learner's answers to one exercise.
type Mark struct {
	Exercise ExerciseID `json:"exercise"`
	Best     float64    `json:"best"`
	Last     float64    `json:"last"`
	Max      float64    `json:"max"`
	Tries    int        `json:"tries"` // all submissions, over all attempts
	LastAt   time.Time  `json:"lastAt"`
}

// Right reports whether the maximum was reached once.
func (m Mark) Right() bool { return m.Max > 0 && m.Best >= m.Max }

// Success (« réussite ») is Σ best marks ÷ Σ maxima, between 0 and 1; an exercise without an answer counts 0, one without
// a maximum counts for nothing. A module that has no maximum at all has success 0.
func Success(maxima map[ExerciseID]float64, marks map[ExerciseID]Mark) float64 {
	var best, most float64
	for exercise, m := range maxima {
		if m <= 0 {
			continue
		}
		most += m
		best += min(marks[exercise].Best, m)
	}
	if most == 0 {
		return 0
	}
	return min(1, max(0, best/most))
}
