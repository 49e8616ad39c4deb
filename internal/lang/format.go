package lang

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pupitre/internal/clock"
)

const (
	nbsp  = "\u00a0" // no-break space
	nnbsp = "\u202f" // narrow no-break space: between thousands
	minus = "\u2212"
)

var monthsFr = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// Number writes a whole number with its thousands apart and a true minus: « 12 345 », "12,345".
func Number(locale Locale, n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = minus, s[1:]
	}
	gap := nnbsp
	if locale == English {
		gap = ","
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + gap + s[i:]
	}
	return sign + s
}

// Percent writes a share between 0 and 1 as a whole percentage: « 83 % », "83%". It never rounds up to 100.
func Percent(locale Locale, share float64) string {
	p := int64(share*100 + 0.5)
	if p >= 100 && share < 1 {
		p = 99
	}
	if locale == English {
		return Number(locale, p) + "%"
	}
	return Number(locale, p) + nbsp + "%"
}

// Decimal writes a figure with at most two decimals: « 1,5 », "1.5".
func Decimal(locale Locale, f float64) string {
	text := strconv.FormatFloat(math.Round(f*100)/100, 'f', -1, 64)
	text = strings.Replace(text, "-", minus, 1)
	if locale == English {
		return text
	}
	return strings.Replace(text, ".", ",", 1)
}

// Money writes an amount of euro cents: « 1 234,50 € », "€1,234.50".
func Money(locale Locale, cents int64) string {
	whole, rest := cents/100, cents%100
	sign := ""
	if cents < 0 {
		sign, whole, rest = minus, -whole, -rest
	}
	decimals := string([]byte{byte('0' + rest/10), byte('0' + rest%10)})
	if locale == English {
		return sign + "€" + Number(locale, whole) + "." + decimals
	}
	return sign + Number(locale, whole) + "," + decimals + nbsp + "€"
}

// Date writes a day in a sentence: « 31 août 2027 », « 1er septembre 2026 », "31 August 2027".
func Date(locale Locale, d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	day := strconv.Itoa(d.Day)
	year := strconv.Itoa(d.Year)
	if locale == English {
		return day + nbsp + d.Month.String() + nbsp + year
	}
	if d.Day == 1 {
		day = "1er"
	}
	return day + nbsp + monthsFr[d.Month-1] + nbsp + year
}

// ShortDate writes a day in a table: 31/08/2027, in both languages.
func ShortDate(_ Locale, d clock.Date) string {
	if d.IsZero() {
		return ""
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format("02/01/2006")
}

// Moment writes an instant as people in zone read it: « 17 h 42, 23 novembre 2026 ».
func Moment(locale Locale, t time.Time, zone *time.Location) string {
	return Clock(locale, t, zone) + ", " + Date(locale, clock.On(t, zone))
}

// Clock writes the hour of an instant in zone: « 17 h 42 », "17:42".
func Clock(locale Locale, t time.Time, zone *time.Location) string {
	t = t.In(zone)
	if locale == English {
		return t.Format("15:04")
	}
	return strings.TrimPrefix(t.Format("15"), "0") + nbsp + "h" + nbsp + t.Format("04")
}

// Initials returns one or two letters for an avatar.
func Initials(given, family string) string {
	var b strings.Builder
	for _, s := range []string{given, family} {
		for _, r := range s {
			b.WriteRune(r)
			break
		}
	}
	return strings.ToUpper(b.String())
}

// Capital begins a line with words that stand within a sentence elsewhere.
func Capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}
