package report

import (
	"sort"
	"strconv"
	"strings"
)

// Severity orders findings; the greater, the worse.
type Severity uint8

// The severities.
const (
	Note Severity = iota + 1
	Warning
	Aside
	Refusal
)

// String is the stable name of the severity.
func (s Severity) String() string {
	switch s {
	case Note:
		return "note"
	case Warning:
		return "warning"
	case Aside:
		return "aside"
	case Refusal:
		return "refusal"
	}
	return "unknown"
}

// Finding is one remark. Line is 1-based, 0 where the remark has no line.
type Finding struct {
	Severity Severity
	Code     Code
	File     string
	Line     int
	Element  string
	Item     string // identifier of the exercise, where there is one
	Params   []Param
}

// Param is a named value of a finding, for the sentence.
type Param struct{ Name, Value string }

// Params are parameters written as name and value, in turn.
func Params(pairs ...string) (out []Param) {
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, Param{pairs[i], pairs[i+1]})
	}
	return out
}

// Param is the value of the parameter called name, "" when there is none.
func (f Finding) Param(name string) string {
	for _, p := range f.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// String is for logs and tests: "file:line: code name=value".
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		b.WriteString(":" + strconv.Itoa(f.Line))
	}
	b.WriteString(": " + f.Severity.String() + " " + string(f.Code))
	if f.Element != "" {
		b.WriteString(" <" + f.Element + ">")
	}
	for _, p := range f.Params {
		b.WriteString(" " + p.Name + "=" + strconv.Quote(p.Value))
	}
	return b.String()
}

// Report is all that an import found, in reading order.
type Report struct {
	Findings []Finding
	// Interactions and Operators count what the package uses, by canonical QTI 3 name.
	Interactions []Count
	Operators    []Count
	// Items tells how each exercise fared when scored with its own declared answer.
	Items []ItemResult
}

// Count is how often a thing is used.
type Count struct {
	Name string
	N    int
}

// ItemResult is the self-test of one exercise.
type ItemResult struct {
	Identifier string
	File       string
	Scoreable  bool    // has response processing that can set SCORE
	Declared   bool    // has a declared answer for each scored response
	Adaptive   bool    // several steps: the self-test does not apply
	Score      float64 // with the declared answer
	Max        float64
	// Accepted are the ways of writing each typed answer that count as much as the declared one.
	Accepted []Accepted `json:",omitempty"`
}

// Accepted is what one response takes where a pupil types (« accepté : 3,5 · 3.5 · 7/2 »).
type Accepted struct {
	Response string
	Forms    []string
}

// Reached tells whether the declared answer earns the maximum.
func (r ItemResult) Reached() bool { return r.Scoreable && r.Max > 0 && r.Score >= r.Max }

// Add appends findings.
func (r *Report) Add(findings ...Finding) { r.Findings = append(r.Findings, findings...) }

// Worst is the greatest severity found, 0 when there is no finding.
func (r *Report) Worst() Severity {
	var worst Severity
	for _, f := range r.Findings {
		worst = max(worst, f.Severity)
	}
	return worst
}

// Refusals lists the findings that forbid publication.
func (r *Report) Refusals() []Finding {
	var out []Finding
	for _, f := range r.Findings {
		if f.Severity == Refusal {
			out = append(out, f)
		}
	}
	return out
}

// Tally adds one to the count of name, keeping counts sorted by name.
func Tally(counts []Count, name string) []Count {
	i := sort.Search(len(counts), func(i int) bool { return counts[i].Name >= name })
	if i < len(counts) && counts[i].Name == name {
		counts[i].N++
		return counts
	}
	counts = append(counts, Count{})
	copy(counts[i+1:], counts[i:])
	counts[i] = Count{Name: name, N: 1}
	return counts
}

// Error is a refusal as an error: what stopped the import.
type Error struct{ Finding Finding }

func (e *Error) Error() string { return e.Finding.String() }
