package exos

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"pupitre/exos/qti"
	"pupitre/exos/qti/render"
)

// shelf keeps decoded exercises and versions at hand. They are immutable, so nodes need not tell one another anything.
type shelf struct {
	exercises cache[ExerciseID, *opened]
	versions  cache[versionKey, Version]
}

type versionKey struct {
	module  ModuleID
	version VersionID
}

// shelfSize bounds each cache: a few workbooks in use at once, some 20 kB an exercise.
const shelfSize = 2000

// cache is a bounded map; where it is full, an arbitrary entry makes room.
type cache[K comparable, V any] struct {
	mu sync.RWMutex
	m  map[K]V
}

func (c *cache[K, V]) get(k K, load func() (V, error)) (V, error) {
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
		c.m = map[K]V{}
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
	return s.shelf.exercises.get(e, func() (*opened, error) {
		return read(ctx, s, func(ctx context.Context, r Reader) (*opened, error) { return take(ctx, r, e) })
	})
}

func take(ctx context.Context, r Reader, e ExerciseID) (*opened, error) {
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
	prints := printed(b.Tree.Nodes, nil)
	for _, f := range b.Feedback {
		prints = printed(f.Nodes, prints)
	}
	return &opened{
		Exercise: found, printed: prints,
		item: &qti.Item{
			Identifier: found.Identifier, Title: found.Title, Language: b.Language, Version: found.Version, Program: p, Tree: b.Tree,
			Feedback: b.Feedback, Notes: b.Notes, MaxScore: found.Max, Scoreable: found.Scoreable, ByHand: found.ByHand, Adaptive: found.Adaptive,
			Interactions: found.Interactions,
		},
	}, nil
}

// version returns a published version. Not to be called inside a transaction.
func (s *Service) version(ctx context.Context, m ModuleID, v VersionID) (Version, error) {
	return s.shelf.versions.get(versionKey{m, v}, func() (Version, error) {
		return read(ctx, s, func(ctx context.Context, r Reader) (Version, error) { return r.VersionOf(ctx, m, v) })
	})
}
