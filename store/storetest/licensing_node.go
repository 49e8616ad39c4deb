package storetest

import (
	"context"
	"errors"
	"time"

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

// node starts one of a world's two nodes over a handle of its own on the database. Their identifiers follow one another as what they do does,
// however many they make in a millisecond.
func (w *World) node(i int) *node {
	d := w.Store.DB
	if i == 1 {
		d = w.beside()
	}
	ids := id.NewMaker(func() time.Time { return time.UnixMilli(clock.System().UnixMilli() + w.made.Add(1)) })
	n := &node{Store: (&store.Store{DB: d, IDs: ids}).Licensing(), manager: journal.Actor{Kind: journal.ByPerson, ID: []string{"manager", "second"}[i]}}
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

// Follow implements licensing.Store: a node dies with the first fact that it has acted on, or once it has acted on all.
func (n *node) Follow(ctx context.Context, follower string, limit int, handle func(ctx context.Context, w licensing.Writer, f journal.Fact) error) (int, error) {
	done, err := n.Store.Follow(ctx, follower, limit, func(ctx context.Context, w licensing.Writer, f journal.Fact) error {
		if err := handle(ctx, w, f); err != nil || n.fate != dies {
			return err
		}
		return errDied
	})
	if err == nil && done > 0 && n.fate == vanishes {
		err = errVanished
	}
	return done, err
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

// ask has a node do something that changes the world, and takes in what became of it. Where the node dies of it, it was done wholly or not at
// all; nobody heard an answer, so the other node is asked the same once more.
func (m *Machine) ask(t *rapid.T, do func(n *node) error, took func(err error)) {
	n := m.on(t, dies, vanishes)
	err := do(n)
	if m.over(err) {
		if errors.Is(err, errVanished) {
			took(err)
		}
		m.Check(t)
		m.asked = 1 - m.asked
		err = do(m.nodes[m.asked])
	}
	took(err)
}

// over puts another in the place of the node that was asked, if it died, and reports whether it did.
func (m *Machine) over(err error) bool {
	n := m.nodes[m.asked]
	n.fate = lives
	switch {
	case errors.Is(err, errDied):
		m.died++
	case errors.Is(err, errVanished):
		m.gone++
	default:
		return false
	}
	m.nodes[m.asked] = m.w.node(m.asked)
	return true
}

// Crashes tells how many nodes died before what they did was committed, and how many once it was.
func (m *Machine) Crashes() (before, after int) { return m.died, m.gone }

// follow lets licensing act on what was told, by a node that may die of it and then by the other; settles is whether that is a reason to
// look at the rules of a school again.
func (m *Machine) follow(t *rapid.T, at *model, settles bool) {
	n := m.on(t, dies, vanishes)
	if n.fate != lives {
		_, err := n.Licensing.Follow(context.Background(), 50)
		if !m.over(err) && err != nil {
			t.Fatal(err)
		}
		n = m.nodes[1-m.asked]
	}
	m.w.followBy(n.Licensing)
	if settles {
		at.later(at.renew)
	}
}
