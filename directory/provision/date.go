package provision

import (
	"bytes"
	"strconv"
	"time"
)

// isDate reports whether b is an xs:date (XML Schema 1.0 part 2, §3.2.9): -?yyyy-mm-dd with an optional zone, blanks around it
// collapsed. There is no year 0000; a year of more than four digits has no leading zero.
func isDate(b []byte) bool {
	b = bytes.TrimPrefix(bytes.Trim(b, " \t\r\n"), []byte("-"))
	year, rest, ok := bytes.Cut(b, []byte("-"))
	if !ok || len(year) < 4 || len(year) > 9 || len(year) > 4 && year[0] == '0' || len(rest) < 5 || rest[2] != '-' {
		return false
	}
	y, ok1 := digits(year)
	m, ok2 := digits(rest[:2])
	d, ok3 := digits(rest[3:5])
	if !ok1 || !ok2 || !ok3 || y == 0 || m < 1 || m > 12 || d < 1 || d > time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
		return false
	}
	return isZone(rest[5:])
}

// isZone reports whether b is nothing, Z, or ±hh:mm up to 14:00.
func isZone(b []byte) bool {
	if len(b) == 0 || len(b) == 1 && b[0] == 'Z' {
		return true
	}
	if len(b) != 6 || b[0] != '+' && b[0] != '-' || b[3] != ':' {
		return false
	}
	h, ok1 := digits(b[1:3])
	m, ok2 := digits(b[4:6])
	return ok1 && ok2 && (h < 14 && m < 60 || h == 14 && m == 0)
}

func digits(b []byte) (int, bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(string(b))
	return n, err == nil
}
