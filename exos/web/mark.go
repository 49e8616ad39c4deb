package web

import (
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// points says what was earned: « 2 sur 3 », « 1,5 sur 2 ».
func points(s *look.Shell, earned, most float64) string {
	return s.T("exosweb.points", "earned", lang.Decimal(s.Locale, earned), "most", lang.Decimal(s.Locale, most))
}

func shortDay(d clock.Date) string { return lang.ShortDate(lang.French, d) }
