package provision

import (
	"maps"
	"slices"
)

// Effect is what a finding does to the import.
type Effect string

// The effects.
const (
	Refused Effect = "refused" // the whole set is refused
	Aside   Effect = "aside"   // the record, or the part of it, is set aside; the rest goes on
	Noted   Effect = "noted"   // taken as it is; worth mending
)

// Finding is one thing to say about a file set. Rule is a stable code with words in internal/lang ("provision.schema.length");
// its params fill them. Record names the record by its kind and key, never by a person's name.
type Finding struct {
	Rule   string         `json:"rule"`
	Effect Effect         `json:"effect"`
	File   string         `json:"file,omitempty"`
	Line   int            `json:"line,omitempty"`
	Record string         `json:"record,omitempty"`
	Params map[string]any `json:"params,omitempty"`
}

// Args are the params as lang takes them.
func (f Finding) Args() []any {
	var args []any
	for _, name := range slices.Sorted(maps.Keys(f.Params)) {
		args = append(args, name, f.Params[name])
	}
	return args
}

// findings gathers what was found, so many of each rule, and counts the rest.
type findings struct {
	limit   int
	listed  []Finding
	count   map[string]int
	refused bool
}

func newFindings(limit int) *findings { return &findings{limit: limit, count: map[string]int{}} }

func (l *findings) add(f Finding) {
	l.refused = l.refused || f.Effect == Refused
	l.count[f.Rule]++
	if l.count[f.Rule] <= l.limit {
		l.listed = append(l.listed, f)
	}
}

// join adds what was found elsewhere, after what was found here.
func (l *findings) join(other *findings) {
	for _, f := range other.listed {
		l.add(f)
	}
	for rule, n := range other.count {
		l.count[rule] += max(0, n-other.limit) // counted there, and listed nowhere
	}
	l.refused = l.refused || other.refused
}

// refuse is add for what refuses the set; params come in pairs.
func (l *findings) refuse(rule string, at place, params ...any) { l.say(Refused, rule, at, params) }
func (l *findings) aside(rule string, at place, params ...any)  { l.say(Aside, rule, at, params) }
func (l *findings) note(rule string, at place, params ...any)   { l.say(Noted, rule, at, params) }

func (l *findings) say(effect Effect, rule string, at place, params []any) {
	f := Finding{Rule: rule, Effect: effect, File: at.file, Line: at.line, Record: at.record}
	for i := 0; i+1 < len(params); i += 2 {
		if f.Params == nil {
			f.Params = map[string]any{}
		}
		f.Params[params[i].(string)] = params[i+1]
	}
	l.add(f)
}

// omitted counts, by rule, the findings that are not listed.
func (l *findings) omitted() map[string]int {
	var out map[string]int
	for rule, n := range l.count {
		if n > l.limit {
			if out == nil {
				out = map[string]int{}
			}
			out[rule] = n - l.limit
		}
	}
	return out
}

// place is where something was found.
type place struct {
	file   string
	line   int
	record string
}
