package provision

import (
	"maps"
	"slices"
	"strconv"

	"pupitre/internal/lang"
)

// Lines puts a report into words: what the set is, what was found, what became of each school.
func (r Report) Lines(words *lang.Words, locale lang.Locale) []string {
	t := func(key string, args ...any) string { return words.T(locale, key, args...) }
	head := t("provision.report.set", "source", r.Source, "project", string(r.Project), "degree", string(r.Degree), "n", r.Files)
	switch {
	case r.Project != "" && r.Mode != "":
		head = t("provision.report.oneroster", "source", r.Source, "project", string(r.Project), "mode", r.Mode, "n", r.Files)
	case r.Project == "" || r.Degree == "": // refused before that was known
		head = t("provision.report.source", "source", r.Source)
	}
	lines := []string{head}
	for _, effect := range []Effect{Refused, Aside, Noted} { // what must be mended stands where it is read first
		for _, f := range r.Findings {
			if f.File == "" { // of no file, so of them all
				f.File = r.Source
			}
			if f.Effect == effect {
				lines = append(lines, f.Sentence(words, locale))
			}
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(r.Omitted)) {
		lines = append(lines, t("provision.report.omitted", "n", r.Omitted[rule], "rule", rule))
	}
	if r.Refused {
		return append(lines, t("provision.report.refused"))
	}
	for _, s := range r.Schools {
		lines = append(lines, s.lines(t)...)
	}
	if len(r.Schools) > 0 && r.Unchanged() {
		lines = append(lines, t("provision.report.unchanged"))
	}
	return lines
}

// Sentence is a finding in one line: where, what, how to mend it.
func (f Finding) Sentence(words *lang.Words, locale lang.Locale) string {
	args := f.Args()
	for i := 1; i < len(args); i += 2 { // numbers of lines are not amounts: no space between their thousands
		if n, ok := args[i].(int); ok && (args[i-1] == "line" || args[i-1] == "other") {
			args[i] = strconv.Itoa(n)
		}
	}
	where := f.File
	if _, told := f.Params["line"]; f.Line > 0 && !told { // the words of a broken document give the line themselves
		where = words.T(locale, "provision.report.line", "file", where, "line", strconv.Itoa(f.Line))
	}
	if f.Record != "" {
		where = words.T(locale, "provision.report.record", "where", where, "record", f.Record)
	}
	what := words.T(locale, f.Rule, args...)
	if where != "" {
		what = words.T(locale, "provision.report.finding", "where", where, "what", what)
	}
	return words.T(locale, "provision.report.effect."+string(f.Effect), "what", what)
}

func (s SchoolReport) lines(t func(key string, args ...any) string) []string {
	lines := []string{t("provision.report.school."+string(s.Outcome), "uai", string(s.UAI), "name", s.Name, "n", s.Persons, "before", s.Before,
		"arrived", s.Arrived, "left", s.Left, "moved", s.Moved, "changed", s.Changed, "opened", s.Opened, "closed", s.Closed, "project", s.OtherHome)}
	if s.Absent {
		lines = append(lines, t("provision.report.absent", "uai", string(s.UAI)))
	}
	return lines
}
