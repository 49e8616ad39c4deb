package pattern

import (
	"errors"
	"strings"
	"unicode"
)

// Limits of a pattern: bytes of source, states after {n,m} is unrolled.
const (
	maxSource = 4096
	maxStates = 10_000
	maxNest   = 100
)

// Errors of Compile; their texts are stable reasons for reports.
var (
	ErrSyntax      = errors.New("syntax")
	ErrTooBig      = errors.New("too-big")
	ErrLookAround  = errors.New("look-around")
	ErrReference   = errors.New("back-reference")
	ErrUnsupported = errors.New("unsupported-escape")
)

// Pattern is a compiled expression.
type Pattern struct {
	states []state
	start  int
	fold   bool
}

// state consumes one rune in set and goes to out, or, without a set, forks to out and alt.
type state struct {
	set      *set
	out, alt int // -1: none
	accept   bool
}

// Compile reads an expression. With fold, capitals do not matter.
func Compile(source string, fold bool) (*Pattern, error) {
	if len(source) > maxSource {
		return nil, ErrTooBig
	}
	if rest, ok := strings.CutPrefix(source, "(?i)"); ok { // of other dialects
		source, fold = rest, true
	}
	p := parser{src: []rune(source)}
	tree, err := p.whole()
	if err != nil {
		return nil, err
	}
	b := builder{}
	accept := b.add(state{out: -1, alt: -1, accept: true})
	start := b.build(tree, accept)
	if b.tooBig {
		return nil, ErrTooBig
	}
	return &Pattern{states: b.states, start: start, fold: fold}, nil
}

// Match tells whether the whole of text is in the pattern's language.
func (p *Pattern) Match(text string) bool {
	now, next := newRound(len(p.states)), newRound(len(p.states))
	p.reach(now, p.start)
	for _, r := range text {
		next.clear()
		for _, i := range now.list {
			s := &p.states[i]
			if s.set != nil && p.has(s.set, r) {
				p.reach(next, s.out)
			}
		}
		now, next = next, now
		if len(now.list) == 0 {
			return false
		}
	}
	for _, i := range now.list {
		if p.states[i].accept {
			return true
		}
	}
	return false
}

// reach adds state i and all that it reaches without consuming.
func (p *Pattern) reach(r *round, i int) {
	stack := append(r.stack[:0], i)
	for len(stack) > 0 {
		i = stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if i < 0 || r.seen[i] {
			continue
		}
		r.seen[i] = true
		s := &p.states[i]
		if s.set != nil || s.accept {
			r.list = append(r.list, i)
			continue
		}
		stack = append(stack, s.alt, s.out)
	}
	r.stack = stack
}

func (p *Pattern) has(s *set, r rune) bool {
	if s.has(r) {
		return true
	}
	if !p.fold {
		return false
	}
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		if s.has(f) {
			return true
		}
	}
	return false
}

// round is the set of states alive at one place of the text.
type round struct {
	seen  []bool
	list  []int
	stack []int
}

func newRound(n int) *round { return &round{seen: make([]bool, n)} }

func (r *round) clear() {
	clear(r.seen)
	r.list = r.list[:0]
}
