package licensing

import (
	"context"

	"pupitre/directory"
)

// Finding is one broken promise found by Check.
type Finding struct {
	Code   string // licensing.check.…
	School directory.SchoolID
	Pool   PoolID
	Params []any // got and want
}

// auditPage is how many pools Check reads in one snapshot, so that on a nation's database no snapshot is held for long.
const auditPage = 200

// Check re-proves promises 1 and 2 on a live database: counters are the sum of their ledger and the number of holdings,
// assigned + reserved ≤ total, and the equations hold. It reports what is broken and how many pools it looked at.
func (s *Service) Check(ctx context.Context) (int64, []Finding, error) {
	var pools int64
	var broken []Finding
	var after AuditKey
	for {
		page, err := read(ctx, s, func(ctx context.Context, r Reader) ([]Audited, error) { return r.Audit(ctx, after, auditPage) })
		if err != nil {
			return pools, broken, err
		}
		for _, a := range page {
			broken = append(broken, a.Findings()...)
		}
		pools += int64(len(page))
		if len(page) < auditPage {
			over, err := read(ctx, s, func(ctx context.Context, r Reader) ([]Mandate, error) { return r.ListOverspent(ctx) })
			for _, m := range over {
				broken = append(broken, Finding{"licensing.check.budget", m.School, "", []any{"got", m.Spent, "want", int64(m.Budget)}})
			}
			return pools, broken, err
		}
		last := page[len(page)-1]
		after = AuditKey{last.School, last.ID}
	}
}

// Findings compares a pool with its ledger, its copies' lines and its holdings.
func (a Audited) Findings() []Finding {
	var out []Finding
	equal := func(code string, got, want int64) {
		if got != want {
			out = append(out, Finding{"licensing.check." + code, a.School, a.ID, []any{"got", got, "want", want}})
		}
	}
	p := a.Pool
	total := int64(p.Total)
	if p.Total.IsUnlimited() {
		total = 0
	}
	equal("acts", a.Acts, p.Seq)
	equal("total", a.Total, total)
	equal("assigned", a.Assigned, p.Assigned)
	equal("reserved", a.Reserved, p.Reserved)
	equal("kept", a.Kept, p.Reserved)
	equal("locked", a.Locked, p.Locked)
	equal("moved", a.Moved, p.Assigned)
	equal("holdings", a.Holdings, p.Assigned)
	equal("lockedholdings", a.LockedHoldings, p.Locked)
	equal("disputed", a.Disputed, 0)
	equal("unsigned", a.Unsigned, 0)
	if !p.Total.IsUnlimited() && p.Assigned+p.Reserved > total {
		equal("over", p.Assigned+p.Reserved, total)
	}
	p.Ended = false
	if c := Tally([]Pool{p}, p.Starts); !c.Balanced() {
		equal("balance", c.Total, c.Assigned+c.Reserved+c.Available)
	}
	return out
}
