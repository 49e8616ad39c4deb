package score

import (
	"pupitre/exos/qti/chance"
	"pupitre/exos/qti/program"
)

// Place is one item in the order drawn for one pupil.
type Place struct {
	Ref      *program.ItemRef
	Part     string
	Sections []string // around it, outermost first
	// Instance counts the places of one item, from 1: a draw with replacement may have several.
	Instance int
	// Control is what holds for it, with what it inherits from its sections and its part.
	Control program.Control
}

// Draw selects and orders the items of a test with a seed (QTI 3.0.1 §2.4): selections,
// required members, shuffles, fixed places, sections whose members mix with the others'.
func Draw(t *program.Test, seed uint64) []Place {
	var out []Place
	for i := range t.Parts {
		part := &t.Parts[i]
		for j := range part.Sections {
			for _, p := range drawSection(&part.Sections[j], seed, nil, part.Identifier, part.Control) {
				out = append(out, p.places...)
			}
		}
	}
	count := map[*program.ItemRef]int{}
	for i := range out {
		count[out[i].Ref]++
		out[i].Instance = count[out[i].Ref]
	}
	return out
}

// group is a run of items that stays together.
type group struct {
	places []Place
	fixed  bool
}

func drawSection(s *program.Section, seed uint64, around []string, part string, control program.Control) []group {
	stream := chance.New(seed, "section/"+s.Identifier)
	around = append(append([]string(nil), around...), s.Identifier)
	control = s.Control.Within(control)
	var groups []group
	for _, i := range selected(s, stream) {
		member := s.Members[i]
		if member.Item != nil {
			place := Place{Ref: member.Item, Part: part, Sections: around, Control: member.Item.Control.Within(control)}
			groups = append(groups, group{places: []Place{place}, fixed: member.Item.Fixed})
			continue
		}
		inner := drawSection(member.Section, seed, around, part, control)
		if member.Section.KeepApart && s.Shuffle {
			groups = append(groups, inner...)
			continue
		}
		whole := group{fixed: member.Section.Fixed}
		for _, g := range inner {
			whole.places = append(whole.places, g.places...)
		}
		groups = append(groups, whole)
	}
	if !s.Shuffle {
		return groups
	}
	shuffled := make([]group, len(groups))
	for place, from := range stream.Shuffle(len(groups), func(i int) bool { return groups[i].fixed }) {
		shuffled[place] = groups[from]
	}
	return shuffled
}

// selected draws the members of a section, in their order: required ones always.
func selected(s *program.Section, stream *chance.Source) []int {
	all := make([]int, len(s.Members))
	for i := range all {
		all[i] = i
	}
	if s.Select <= 0 || s.Select >= len(all) && !s.Replace || len(all) == 0 {
		return all
	}
	times := make([]int, len(all))
	left := s.Select
	for i, m := range s.Members {
		if m.Item != nil && m.Item.Required || m.Section != nil && m.Section.Required {
			times[i], left = 1, left-1
		}
	}
	for ; left > 0; left-- {
		drawOne(s, times, stream)
	}
	var out []int
	for i, n := range times {
		for range n {
			out = append(out, i)
		}
	}
	return out
}

// drawOne adds one member to times: any with replacement, else one not yet drawn.
func drawOne(s *program.Section, times []int, stream *chance.Source) {
	var free []int
	for i, n := range times {
		if s.Replace || n == 0 {
			free = append(free, i)
		}
	}
	if len(free) > 0 {
		times[free[stream.Below(uint64(len(free)))]]++
	}
}
