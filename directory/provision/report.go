package provision

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// Report tells what a file set is and what became of it. It marshals to JSON for programs; Lines puts it into words.
type Report struct {
	Source   string              `json:"source"`
	Project  directory.ProjectID `json:"project,omitempty"`
	Stamp    string              `json:"stamp,omitempty"`  // yyyyMMdd_HHmmss of the files' names
	Degree   directory.Degree    `json:"degree,omitempty"` // where it is one
	Mode     string              `json:"mode,omitempty"`   // of a OneRoster package: bulk or delta
	Files    int                 `json:"files"`
	Records  map[string]int      `json:"records,omitempty"` // by element
	Refused  bool                `json:"refused"`           // nothing was applied
	DryRun   bool                `json:"dryRun,omitempty"`
	Findings []Finding           `json:"findings,omitempty"`
	Omitted  map[string]int      `json:"omitted,omitempty"` // findings not listed, by rule
	Schools  []SchoolReport      `json:"schools,omitempty"`
}

// Outcome is what became of one school.
type Outcome string

// The outcomes.
const (
	Checked   Outcome = "checked"   // a check only: nothing was compared
	Unchanged Outcome = "unchanged" // the same as the last time
	Planned   Outcome = "planned"   // a dry run: what would be done
	Applied   Outcome = "applied"
	Waiting   Outcome = "waiting"   // too many would leave: nothing was done here, somebody must say so
	Elsewhere Outcome = "elsewhere" // the school belongs to another project: nothing was done here
)

// SchoolReport is what became of one school, and how many persons of each fate. Leaving counts those who left, or would.
type SchoolReport struct {
	UAI       directory.UAI `json:"uai"`
	Name      string        `json:"name"`
	Outcome   Outcome       `json:"outcome"`
	New       bool          `json:"new,omitempty"`    // the school is new here
	Absent    bool          `json:"absent,omitempty"` // the set does not describe it any more
	Persons   int           `json:"persons"`          // in the file set
	Before    int           `json:"before"`           // who were there
	Arrived   int           `json:"arrived"`
	Returned  int           `json:"returned"` // of those who arrived, had been there before
	Left      int           `json:"left"`
	Moved     int           `json:"moved"`   // changed class, group, level or profile
	Changed   int           `json:"changed"` // changed otherwise: a name, an address, what they teach
	Opened    int           `json:"opened"`  // classes and groups
	Closed    int           `json:"closed"`
	Renamed   int           `json:"renamed"`
	Examples  []Example     `json:"examples,omitempty"`
	OtherHome string        `json:"project,omitempty"` // the project that the school belongs to, where that is another
}

// Example is one change, for people to judge the rest by. Persons go by the portal's identifier.
type Example struct {
	Change string   `json:"change"` // arrived, returned, left, moved, changed
	Person string   `json:"person"`
	Before []string `json:"before,omitempty"` // profiles, level, codes of classes and groups
	After  []string `json:"after,omitempty"`
}

// examplesOfEach bounds the examples of each change in each school.
const examplesOfEach = 3

func (r *SchoolReport) example(e Example) {
	n := 0
	for _, x := range r.Examples {
		if x.Change == e.Change {
			n++
		}
	}
	if n < examplesOfEach {
		r.Examples = append(r.Examples, e)
	}
}

// Count adds up the schools of an outcome.
func (r Report) Count(o Outcome) int {
	n := 0
	for _, s := range r.Schools {
		if s.Outcome == o {
			n++
		}
	}
	return n
}

// Unchanged reports whether there was nothing to do at all.
func (r Report) Unchanged() bool { return !r.Refused && r.Count(Unchanged) == len(r.Schools) }

// Err is the first reason for which the set was refused, nil where it was not: fault.Invalid with the finding's own code.
func (r Report) Err() error {
	for _, f := range r.Findings {
		if f.Effect == Refused {
			return fault.New(fault.Invalid, f.Rule, append(f.Args(), "file", f.File, "line", f.Line)...)
		}
	}
	return nil
}

// Check reads a source as an import would, up to where a database is needed, and reports. Its error is the machine's or the
// source's (fault.NotFound, fault.Invalid); what is wrong with the files is in the report.
func Check(ctx context.Context, src Source, limits Limits) (Report, error) {
	found := newFindings(limits.filled().Findings)
	s, err := src.stage(ctx, delivery{limits: limits.filled(), found: found})
	if err != nil {
		return Report{}, err
	}
	defer s.close()
	report := s.report(src, found)
	for _, school := range s.schools {
		report.Schools = append(report.Schools, SchoolReport{UAI: school.uai, Name: school.name, Outcome: Checked, Persons: school.people})
	}
	return report, nil
}

// report is what staging alone tells.
func (s *staged) report(src Source, found *findings) Report {
	var degree directory.Degree
	if len(s.degrees) == 1 {
		for degree = range s.degrees {
		}
	}
	return Report{Source: src.Name(), Project: s.common.project, Stamp: s.common.stamp, Degree: degree, Mode: s.mode, Files: s.files, Records: s.records,
		Refused: found.refused, Findings: found.listed, Omitted: found.omitted()}
}
