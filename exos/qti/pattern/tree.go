package pattern

// node is a piece of a parsed expression: exactly one of its fields counts, by kind.
type node struct {
	kind     kind
	set      *set
	parts    []*node // sequence, alternatives
	body     *node   // repeat
	min, max int     // repeat; max -1 is no bound
}

type kind uint8

const (
	single kind = iota
	sequence
	either
	repeat
)

// builder turns a tree into states, from the end backwards: build answers where a text
// enters so that, having matched n, it goes on at next.
type builder struct {
	states []state
	steps  int // also counts bodies that add no state: ((){999}){999} must stop too
	tooBig bool
}

func (b *builder) add(s state) int {
	if len(b.states) >= maxStates {
		b.tooBig = true
		return 0
	}
	b.states = append(b.states, s)
	return len(b.states) - 1
}

func (b *builder) build(n *node, next int) int {
	if b.steps++; b.steps > 10*maxStates {
		b.tooBig = true
	}
	if b.tooBig {
		return next
	}
	switch n.kind {
	case single:
		return b.add(state{set: n.set, out: next, alt: -1})
	case sequence:
		for i := len(n.parts) - 1; i >= 0; i-- {
			next = b.build(n.parts[i], next)
		}
		return next
	case either:
		entry := b.build(n.parts[len(n.parts)-1], next)
		for i := len(n.parts) - 2; i >= 0; i-- {
			entry = b.add(state{out: b.build(n.parts[i], next), alt: entry})
		}
		return entry
	}
	return b.repeat(n, next)
}

func (b *builder) repeat(n *node, next int) int {
	entry := next
	if n.max < 0 {
		loop := b.add(state{out: -1, alt: next})
		if !b.tooBig {
			b.states[loop].out = b.build(n.body, loop)
		}
		entry = loop
	}
	for i := n.min; i < n.max && !b.tooBig; i++ {
		entry = b.add(state{out: b.build(n.body, entry), alt: next})
	}
	for i := 0; i < n.min && !b.tooBig; i++ {
		entry = b.build(n.body, entry)
	}
	return entry
}
