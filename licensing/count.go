package licensing

import (
	"strconv"
	"strings"

	"pupitre/internal/fault"
)

// Count is a number of copies per school, or Unlimited.
type Count int64

// Unlimited (« ILLIMITE ») is the count without end.
const Unlimited Count = -1

// maxCount bounds what a distributor may write, so that sums over a nation stay far inside 64 bits.
const maxCount = 100_000_000

// IsUnlimited reports whether copies of it never run out.
func (c Count) IsUnlimited() bool { return c == Unlimited }

// String writes the count as the web service does: digits, or ILLIMITE.
func (c Count) String() string {
	if c == Unlimited {
		return "ILLIMITE"
	}
	return strconv.FormatInt(int64(c), 10)
}

// ParseCount reads digits or ILLIMITE in any case; field names the element in the refusal.
func ParseCount(field, s string) (Count, error) {
	t := strings.TrimSpace(s)
	if strings.EqualFold(t, "ILLIMITE") {
		return Unlimited, nil
	}
	n, err := strconv.ParseInt(t, 10, 64)
	if err != nil || n < 0 || n > maxCount {
		return 0, fault.New(fault.Invalid, "licensing.count.form", "field", field, "value", s)
	}
	return Count(n), nil
}
