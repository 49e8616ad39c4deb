package trial

import (
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/internal/lang"
)

// view is a report in words, for a terminal and for a page alike.
type view struct {
	Lang     lang.Locale
	Title    string
	Lead     string
	Verdict  string
	Good     bool
	Sections []section
}

type section struct {
	Title string
	Rows  []row
}

// row is a line: what it is, what is said of it, and more in small.
type row struct {
	Outcome Outcome // of a check
	Name    string
	Text    string
	Note    string
}

// marks are an outcome's, told by a word as well.
var marks = map[Outcome]string{Passed: "✓", Failed: "✗", Remark: "•", NotApplicable: "–"}

// Mark implements the page's wish.
func (r row) Mark() string { return marks[r.Outcome] }

// speaker says things in one language.
type speaker struct {
	words  *lang.Words
	locale lang.Locale
}

func (s speaker) t(key string, args ...any) string { return s.words.T(s.locale, key, args...) }

func (r Report) view(words *lang.Words, locale lang.Locale) view {
	s := speaker{words, locale}
	return view{
		Lang: locale, Good: r.Good(), Title: s.t("trial.title", "name", r.Name, "client", string(r.Client)),
		Lead:    s.t("trial.lead", "start", r.Start, "issuer", r.Issuer, "at", r.At.Format(time.RFC3339)),
		Verdict: s.verdict(r),
		Sections: []section{
			{s.t("trial.part.checks"), s.checks(r)}, {s.t("trial.part.asked"), s.asked(r.Asked)},
			{s.t("trial.part.declared"), s.declared(r.Declared)}, {s.t("trial.part.received"), s.received(r.Received)},
		},
	}
}

func (s speaker) verdict(r Report) string {
	if r.Stopped == changed {
		return s.t(changed)
	}
	if !r.Entered {
		return s.t("trial.verdict.stopped") + " " + s.t(r.Stopped, "ended", r.Ended, "refused", r.Asked.refused())
	}
	key := "trial.verdict.good"
	if !r.Good() {
		key = "trial.verdict.bad"
	}
	return s.t(key, "n", r.Count(Failed), "passed", r.Count(Passed), "remarks", r.Count(Remark), "none", r.Count(NotApplicable))
}

// refused is the last thing that the faces had against what was asked.
func (a Asked) refused() string {
	for _, c := range slices.Backward(a.Calls) {
		if c.Refused != "" {
			return c.Path + "\u00a0: " + c.Refused
		}
	}
	return ""
}

// order has what fails first.
var order = []Outcome{Failed, Remark, Passed, NotApplicable}

func (s speaker) checks(r Report) (rows []row) {
	for _, o := range order {
		for _, f := range r.Findings {
			if f.Outcome != o {
				continue
			}
			one := row{Outcome: o, Name: s.t("trial.outcome." + string(o)), Text: s.t("trial.check." + f.Check), Note: f.Check + ", " + f.Clause}
			if f.Happened != "" {
				one.Text += " " + s.t("trial.happened."+f.Happened)
			}
			if f.Refused != "" {
				one.Text += " " + s.t("trial.refused", "why", strings.TrimSuffix(f.Refused, "."))
			}
			if o == Failed || o == Remark {
				one.Text += " " + s.t("trial.check."+f.Check+".why")
			}
			rows = append(rows, one)
		}
	}
	return rows
}

func (s speaker) asked(a Asked) []row {
	var rows []row
	say := func(key, text string) {
		if text != "" {
			rows = append(rows, row{Name: s.t("trial.asked." + key), Text: text})
		}
	}
	yes := map[bool]string{true: s.t("trial.yes"), false: s.t("trial.no")}
	say("protocol", a.Protocol)
	for _, name := range slices.Sorted(maps.Keys(a.Parameters)) {
		rows = append(rows, row{Name: name, Text: strings.Join(a.Parameters[name], " ")})
	}
	say("unknown", strings.Join(a.Unknown, " "))
	say("proof", a.Proof)
	say("algorithms", strings.Join(a.Algorithms, ", "))
	if a.Handed {
		say("attributes", s.t("trial.asked.handed"))
	} else {
		say("attributes", yes[a.Attributes])
	}
	say("rights", yes[a.Rights])
	say("services", strings.Join(a.Services, " "))
	for _, c := range a.Calls {
		rows = append(rows, row{Name: c.Method, Text: fmt.Sprintf("%s → %d", c.Path, c.Status), Note: c.Refused})
	}
	return rows
}

func (s speaker) declared(all []Declared) (rows []row) {
	for _, d := range all {
		var profiles []string
		for _, p := range d.Allowed {
			profiles = append(profiles, s.t("trial.profile."+string(p)))
		}
		text := s.t("trial.declared.to", "profiles", strings.Join(profiles, ", "))
		if len(profiles) == 0 {
			text = s.t("trial.declared.never")
		}
		rows = append(rows, row{Name: string(d.Attribute), Text: text})
	}
	return rows
}

func (s speaker) received(all []Received) (rows []row) {
	for _, one := range all {
		head := row{Text: s.t("trial.received.who", "person", one.Person, "profile", s.t("trial.profile."+string(one.Profile)), "school", one.School)}
		if one.Refused != "" {
			head.Note = s.t("trial.received.refused", "why", s.t(one.Refused))
		}
		rows = append(rows, head)
		if one.Subject != "" {
			rows = append(rows, row{Name: s.t("trial.received.subject"), Text: one.Subject})
		}
		for _, a := range one.Attributes {
			rows = append(rows, row{Name: string(a.Attribute), Text: strings.Join(a.Values, " | ")})
		}
	}
	return rows
}

// Text writes the report for a terminal.
func (r Report) Text(w io.Writer, words *lang.Words, locale lang.Locale) error {
	v := r.view(words, locale)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n%s\n", v.Title, v.Lead, v.Verdict)
	for _, part := range v.Sections {
		fmt.Fprintf(&b, "\n%s\n", part.Title)
		wide := 0
		for _, one := range part.Rows {
			wide = max(wide, utf8.RuneCountInString(one.Name))
		}
		for _, one := range part.Rows {
			line := "  "
			if mark := one.Mark(); mark != "" {
				line += mark + " "
			}
			if one.Name != "" {
				line += one.Name + strings.Repeat(" ", wide-utf8.RuneCountInString(one.Name)) + "  "
			}
			line += one.Text
			if one.Note != "" {
				line += " (" + one.Note + ")"
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// HTML writes the report as one page that needs nothing else.
func (r Report) HTML(w io.Writer, words *lang.Words, locale lang.Locale) error {
	return reportPage.Execute(w, r.view(words, locale))
}

var reportPage = template.Must(template.New("report").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title>
<style>
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884;overflow-wrap:anywhere}
th{font-weight:600;white-space:nowrap}
small{opacity:.75;display:block}
.failed th{color:#b3261e}.bad{border-left:4px solid #b3261e;padding-left:1rem}
@media(prefers-color-scheme:dark){.failed th{color:#ff8a80}}
</style></head><body><main>
<h1>{{.Title}}</h1><p>{{.Lead}}</p><p{{if not .Good}} class="bad"{{end}}><strong>{{.Verdict}}</strong></p>
{{range .Sections}}<h2>{{.Title}}</h2><table>{{range .Rows}}
<tr{{if .Outcome}} class="{{.Outcome}}"{{end}}><th scope="row">{{.Mark}} {{.Name}}</th><td>{{.Text}}{{if .Note}}<small>{{.Note}}</small>{{end}}</td></tr>{{end}}
</table>{{end}}
</main></body></html>
`))
