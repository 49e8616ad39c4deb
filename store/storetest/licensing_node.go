package storetest

import (
	"context"
	"errors"

	"pgregory.net/rapid"

	"pupitre/internal/clock"
	"pupitre/internal/id"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/store"
)

// node is one of the broker's nodes over a world's database: its own memory of what it read, its own queue of single assignments, its
// own manager, and perhaps its end.
type node struct {
	licensing.Store
	Licensing *licensing.Service
	manager   journal.Actor
	fate      fate
}

// fate is what becomes of a node in its next transaction that writes.
type fate int

const (
	lives    fate = iota
	dies          // before it is committed: nothing of it was done
	vanishes      // once it is committed: it was done, and nobody was answered
)

var (
	errDied     = errors.New("the node died")
	errVanished = errors.New("the node died once it was done")
)

// newNode starts a node over the world's database.
func newNode(w *World, manager string) *node {
	ids := id.NewMaker(clock.System)
	n := &node{Store: (&store.Store{DB: w.Store.DB, IDs: ids}).Licensing(), manager: journal.Actor{Kind: journal.ByPerson, ID: manager}}
	n.Licensing = &licensing.Service{Store: n, IDs: ids}
	return n
}

// Write implements licensing.Store, as far as the node lives.
func (n *node) Write(ctx context.Context, f func(ctx context.Context, w licensing.Writer) error) error {
	err := n.Store.Write(ctx, func(ctx context.Context, w licensing.Writer) error {
		if err := f(ctx, w); err != nil || n.fate != dies {
			return err
		}
		return errDied
	})
	if err == nil && n.fate == vanishes {
		return errVanished
	}
	return err
}

// Follow implements licensing.Store: a node dies with the first fact that it has acted on.
func (n *node) Follow(ctx context.Context, follower string, limit int, handle func(ctx context.Context, w licensing.Writer, f journal.Fact) error) (int, error) {
	return n.Store.Follow(ctx, follower, limit, func(ctx context.Context, w licensing.Writer, f journal.Fact) error {
		if err := handle(ctx, w, f); err != nil || n.fate != dies {
			return err
		}
		return errDied
	})
}

// on draws the node that is asked, and its fate.
func (m *Machine) on(t *rapid.T, fates ...fate) *node {
	m.asked = rapid.IntRange(0, len(m.nodes)-1).Draw(t, "node")
	n := m.nodes[m.asked]
	n.fate = lives
	if len(fates) > 0 && rapid.IntRange(0, 9).Draw(t, "fate") == 9 {
		n.fate = rapid.SampledFrom(fates).Draw(t, "end")
	}
	return n
}

// answered puts another in the place of the node that was asked, if it died. done is false where nothing came of what it was asked.
func (m *Machine) answered(err error) (_ error, done bool) {
	n := m.nodes[m.asked]
	n.fate = lives
	died, vanished := errors.Is(err, errDied), errors.Is(err, errVanished)
	if died || vanished {
		m.nodes[m.asked] = newNode(m.w, n.manager.ID)
	}
	return err, !died
}

// follow lets licensing act on what was told, by a node that may die of it and then by another; settles is whether that is a reason to
// look at the rules of a school again.
func (m *Machine) follow(t *rapid.T, at *model, settles bool) {
	if n := m.on(t, dies); n.fate == dies {
		_, err := n.Licensing.Follow(context.Background(), 50)
		if err, done := m.answered(err); done && err != nil {
			t.Fatal(err)
		}
	}
	m.w.Follow()
	if settles {
		at.later(at.renew)
	}
}
