package qtitest

import (
	"embed"
	"strconv"
	"strings"
	"testing"

	"pupitre/exos/qti/score"
)

//go:embed vectors
var files embed.FS

// Vector is one exercise with what it must give.
type Vector struct {
	Name     string
	XML      []byte
	Beside   Beside   // the other files of its package
	Codes    []string // of findings above a note
	Unscored bool
	Cases    []Case
}

// Beside are files by path; it satisfies parse.Files.
type Beside map[string]string

// File finds a file.
func (b Beside) File(path string) ([]byte, bool) {
	text, ok := b[path]
	return []byte(text), ok
}

// Case is a seed with the submissions of one attempt.
type Case struct {
	Line  string
	Seed  uint64
	Steps []Step
}

// Step is one submission and what must come of it.
type Step struct {
	Key       bool // answer with the declared key
	Responses []score.Response
	Outcomes  [][2]string // identifier, lexical values joined with |
	Shown     *string     // refs of feedback, joined with commas
	Done      *bool
	Says      []string // words of the arranged tree
}

// Read reads all vectors, in the order of file names.
func Read(t testing.TB) []Vector {
	t.Helper()
	entries, err := files.ReadDir("vectors")
	if err != nil {
		t.Fatal(err)
	}
	var out []Vector
	for _, entry := range entries {
		data, err := files.ReadFile("vectors/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		style, _, _ := strings.Cut(entry.Name(), ".")
		for _, part := range strings.Split("\n"+string(data), "\n=== ")[1:] {
			out = append(out, vector(t, style, part))
		}
	}
	return out
}

func vector(t testing.TB, style, text string) Vector {
	t.Helper()
	name, rest, _ := strings.Cut(text, "\n")
	v := Vector{Name: style + "/" + strings.TrimSpace(name), Beside: Beside{}}
	beside := ""
	for line := range strings.SplitSeq(rest, "\n") {
		switch {
		case strings.HasPrefix(line, "+++ "):
			beside = strings.TrimSpace(line[4:])
		case strings.HasPrefix(line, "! "):
			v.Codes = strings.Fields(line[2:])
		case line == "unscored":
			v.Unscored = true
		case strings.HasPrefix(line, "? "):
			v.Cases = append(v.Cases, readCase(t, line[2:]))
		case beside != "":
			v.Beside[beside] += line + "\n"
		default:
			v.XML = append(append(v.XML, line...), '\n')
		}
	}
	return v
}

func readCase(t testing.TB, line string) Case {
	t.Helper()
	c := Case{Line: line}
	if rest, ok := strings.CutPrefix(line, "@"); ok {
		seed, after, _ := strings.Cut(rest, " ")
		n, err := strconv.ParseUint(seed, 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		c.Seed, line = n, after
	}
	for step := range strings.SplitSeq(line, " >> ") {
		answers, outcomes, ok := strings.Cut(step, "->")
		if !ok {
			t.Fatalf("%s: a step without ->", line)
		}
		c.Steps = append(c.Steps, readStep(t, answers, outcomes))
	}
	return c
}

func readStep(t testing.TB, answers, outcomes string) Step {
	t.Helper()
	var s Step
	for _, word := range strings.Fields(answers) {
		if word == "key" || word == "-" {
			s.Key = s.Key || word == "key"
			continue
		}
		identifier, value, _ := strings.Cut(word, "=")
		r := score.Response{Identifier: identifier}
		for _, one := range strings.Split(spaced(value), "|") {
			if field, text, ok := strings.Cut(one, "::"); ok {
				r.Fields = append(r.Fields, score.NamedText{Name: field, Value: text})
			} else {
				r.Values = append(r.Values, one)
			}
		}
		s.Responses = append(s.Responses, r)
	}
	for _, word := range strings.Fields(outcomes) {
		if text, ok := strings.CutPrefix(word, "says:"); ok {
			s.Says = append(s.Says, spaced(text))
			continue
		}
		identifier, value, ok := strings.Cut(word, "=")
		switch {
		case !ok:
			t.Fatalf("%s: an outcome without =", outcomes)
		case identifier == "shown":
			s.Shown = &value
		case identifier == "done":
			done := value == "true"
			s.Done = &done
		default:
			s.Outcomes = append(s.Outcomes, [2]string{identifier, spaced(value)})
		}
	}
	return s
}

func spaced(s string) string { return strings.ReplaceAll(s, "~", " ") }

// Submission is what the step answers, in an exercise that opened so.
func (s Step) Submission(opening score.Opening) score.Submission {
	sub := score.Submission{Responses: s.Responses}
	if !s.Key {
		return sub
	}
	for _, k := range opening.Correct {
		r := score.Response{Identifier: k.Identifier, Values: k.Value.Lexicals()}
		for _, f := range k.Value.Named {
			r.Fields = append(r.Fields, score.NamedText{Name: f.Name, Value: f.Value.Lexical()})
		}
		sub.Responses = append(sub.Responses, r)
	}
	return sub
}
