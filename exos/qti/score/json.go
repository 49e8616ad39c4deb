package score

import (
	"strconv"

	"pupitre/exos/qti/program"
)

// AppendJSON appends the result as JSON, the same bytes in every build:
//
//	{"score":1,"max":1,"completed":true,"outcomes":{"SCORE":1},"shown":["f1"]}
//
// Score is null where there is none. Max comes from the program.
func (r Result) AppendJSON(b []byte, p *program.Program) []byte {
	b = append(b, `{"score":`...)
	if r.HasScore {
		b = program.Real(r.Score).AppendJSON(b)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"max":`...)
	b = program.Real(p.Max).AppendJSON(b)
	b = append(b, `,"completed":`...)
	b = strconv.AppendBool(b, r.Completed)
	b = append(b, `,"outcomes":`...)
	b = appendBindings(b, r.Outcomes)
	b = append(b, `,"shown":`...)
	return append(appendStrings(b, r.Shown), '}')
}

// AppendJSON appends what a player may know before any answer: template values and the
// feedback shown from the start. Not the key.
func (o Opening) AppendJSON(b []byte) []byte {
	b = append(b, `{"templates":`...)
	b = appendBindings(b, o.Templates)
	b = append(b, `,"defaults":`...)
	b = appendBindings(b, o.Defaults)
	b = append(b, `,"shown":`...)
	return append(appendStrings(b, o.Shown), '}')
}

func appendBindings(b []byte, all []Binding) []byte {
	b = append(b, '{')
	for i, x := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = program.AppendJSONString(b, x.Identifier)
		b = append(b, ':')
		b = x.Value.AppendJSON(b)
	}
	return append(b, '}')
}

func appendStrings(b []byte, all []string) []byte {
	b = append(b, '[')
	for i, s := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = program.AppendJSONString(b, s)
	}
	return append(b, ']')
}
