package exos

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"pupitre/exos/qti"
	"pupitre/exos/qti/render"
)

// shelf keeps decoded exercises at hand, so many; where it is full, an arbitrary one makes room. They are immutable, so nodes need
// not tell one another anything.
type shelf struct {
	mu sync.RWMutex
	m  map[ExerciseID]*opened
}

// shelfSize bounds it: a few workbooks in use at once, some 20 kB an exercise.
const shelfSize = 2000

func (c *shelf) get(k ExerciseID, load func() (*opened, error)) (*opened, error) {
	c.mu.RLock()
	v, ok := c.m[k]
	c.mu.RUnlock()
	if ok {
		return v, nil
	}
	v, err := load()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil {
		c.m = map[ExerciseID]*opened{}
	}
	for old := range c.m {
		if len(c.m) < shelfSize {
			break
		}
		delete(c.m, old)
	}
	c.m[k] = v
	return v, nil
}

// opened is an exercise ready to be shown and scored.
type opened struct {
	Exercise
	item    *qti.Item
	printed []string // outcome variables that the exercise prints
	worth   float64  // the maximum of the corrected key by which it is scored; 0: its own
	scored  *qti.Item
	carried *carried // between its own names and those of the item that scores it; nil: they are the same
}

// body is how an exercise's words are kept: everything but the program.
type body struct {
	Language string            `json:"language,omitempty"`
	Tree     render.Tree       `json:"tree"`
	Feedback []render.Feedback `json:"feedback,omitempty"`
	Notes    []render.Node     `json:"notes,omitempty"` // for teachers
}

// exercise returns an exercise ready for use. Not to be called inside a transaction.
func (s *Service) exercise(ctx context.Context, e ExerciseID) (*opened, error) {
	return s.shelf.get(e, func() (*opened, error) {
		return read(ctx, s, func(ctx context.Context, r Reader) (*opened, error) { return take(ctx, r, e) })
	})
}

func take(ctx context.Context, r ShelfReader, e ExerciseID) (*opened, error) {
	found, err := r.Exercise(ctx, e)
	if err != nil {
		return nil, err
	}
	code, err := r.Content(ctx, found.Program)
	if err != nil {
		return nil, fmt.Errorf("program of exercise %s: %w", e, err)
	}
	words, err := r.Content(ctx, found.Body)
	if err != nil {
		return nil, fmt.Errorf("body of exercise %s: %w", e, err)
	}
	p, err := qti.Decode(code.Data)
	if err != nil {
		return nil, fmt.Errorf("program of exercise %s: %w", e, err)
	}
	var b body
	if err := json.Unmarshal(words.Data, &b); err != nil {
		return nil, fmt.Errorf("body of exercise %s: %w", e, err)
	}
	return ready(found, &qti.Item{
		Identifier: found.Identifier, Title: found.Title, Language: b.Language, Version: found.Version, Program: p, Tree: b.Tree,
		Feedback: b.Feedback, Notes: b.Notes, MaxScore: found.Max, Scoreable: found.Scoreable, ByHand: found.ByHand, Adaptive: found.Adaptive,
		Interactions: found.Interactions,
	}), nil
}
