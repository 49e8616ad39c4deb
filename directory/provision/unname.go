package provision

import (
	"maps"
	"slices"
	"strings"
)

// Names reports whether a report speaks of the person whom the portal knows by this identifier: among its examples, or in a finding.
func (r Report) Names(external string) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.names(external) }) ||
		slices.ContainsFunc(r.Schools, func(s SchoolReport) bool {
			return slices.ContainsFunc(s.Examples, func(e Example) bool { return e.Person == external })
		})
}

// unnamed stands where an identifier was.
const unnamed = "…"

// Unname takes the person out of a report: the figures stay, examples of them go, findings say no more whom they were about.
func (r Report) Unname(external string) Report {
	r.Schools, r.Findings = slices.Clone(r.Schools), slices.Clone(r.Findings)
	for i := range r.Schools {
		s := &r.Schools[i]
		s.Examples = slices.DeleteFunc(slices.Clone(s.Examples), func(e Example) bool { return e.Person == external })
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if !f.names(external) {
			continue
		}
		words := strings.Fields(f.Record)
		for j, word := range words {
			if word == external {
				words[j] = unnamed
			}
		}
		f.Record, f.Params = strings.Join(words, " "), maps.Clone(f.Params)
		for name, value := range f.Params {
			if value == external {
				f.Params[name] = unnamed
			}
		}
	}
	return r
}

func (f Finding) names(external string) bool {
	if slices.Contains(strings.Fields(f.Record), external) {
		return true
	}
	for _, value := range f.Params {
		if value == external {
			return true
		}
	}
	return false
}
