package exos

import (
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/exos/qti/report"
	"pupitre/internal/fault"
)

// DepositID is ours.
type DepositID string

// Deposit (« dépôt ») is a package that a publisher has sent, as it came, with what was found in it. Nothing of it is published
// before somebody says so.
//
//	receiving ── the last byte ──▶ received ── examined ──▶ good ── publish ──▶ published
//	    │                                         └───────▶ refused
//	    └── nothing more for a day ──▶ gone
type Deposit struct {
	ID        DepositID
	Publisher PublisherID
	By        PublisherKeyID
	Name      string // of the file, as the sender calls it
	Size      int64  // bytes announced
	Received  int64  // bytes that came
	Hash      Hash   // of all bytes; "" before they are there
	At        time.Time
	TouchedAt time.Time
	// Found is nil before the package was examined.
	Found *Found
	// Version is set where it was published.
	Module  ModuleID
	Version VersionID
}

// Whole reports whether every byte is there.
func (d Deposit) Whole() bool { return d.Hash != "" }

// misplaced says where the bytes that are missing begin.
func (d Deposit) misplaced() error {
	return fault.New(fault.Conflict, "exos.deposit.place", "received", d.Received, "size", d.Size)
}

// Found is what an examination found, as it is kept: codes and parameters, no sentences.
type Found struct {
	Identifier string
	Title      string
	Publisher  string // as the package says
	Level      string
	Language   string
	Refused    bool
	Exercises  int
	Report     report.Report
	// Left is how many findings more there were than are kept.
	Left int
}

// The limits of what a publisher may leave here.
const (
	MaxDeposit   = 200 << 20 // bytes of one package
	MaxPart      = 4 << 20   // bytes of one part of an upload
	maxDeposits  = 50        // packages of one publisher that are kept at a time
	maxFindings  = 2000      // that are kept of one examination; the worst first
	abandonAfter = 24 * time.Hour
)

// validate refuses what cannot be a file of ours.
func (d Deposit) validate() error {
	switch {
	case d.Name == "" || len(d.Name) > 255 || !utf8.ValidString(d.Name) || strings.ContainsFunc(d.Name, func(c rune) bool { return c < ' ' || c == 0x7f }):
		return fault.New(fault.Invalid, "exos.deposit.name")
	case d.Size <= 0:
		return fault.New(fault.Invalid, "exos.deposit.empty", "name", d.Name)
	case d.Size > MaxDeposit:
		return fault.New(fault.Invalid, "exos.deposit.size", "name", d.Name, "max", MaxDeposit>>20)
	}
	return nil
}

// kept is a report as a deposit keeps it: in its order, but of a very long one the worst findings.
func kept(r report.Report) (report.Report, int) {
	left := len(r.Findings) - maxFindings
	if left <= 0 {
		return r, 0
	}
	var out []report.Finding
	for _, worst := range []report.Severity{report.Refusal, report.Aside, report.Warning, report.Note} {
		for _, f := range r.Findings {
			if f.Severity == worst && len(out) < maxFindings {
				out = append(out, f)
			}
		}
	}
	r.Findings = out
	return r, left
}
