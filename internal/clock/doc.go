// Package clock keeps Pupitre's two times apart: instants, which are UTC, and school days, which are civil dates
// in the school's own time zone (overseas too). A subscription ends at the end of a school day there.
//
// It is the one place, with cmd, that may call time.Now: everything else is handed `Now func() time.Time`,
// so that tests set the clock instead of waiting for it.
package clock
