package exos

import (
	"slices"
	"strconv"
	"strings"

	"pupitre/exos/qti"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/report"
)

// unfollowed are the rules of tests that are not followed anywhere.
var unfollowed = map[string]bool{
	"qti-template-default": true, `with-replacement="true"`: true, "allow-comment": true, "min-time": true, `access="during"`: true,
}

// unhonoured says by name which rules of a package's test are followed only where a teacher gives the module as a test, which are not
// followed at all, and at which of its parts, sections and items: the engine reads them all, and nothing of a test is dropped in silence.
func (s *Service) unhonoured(m *qti.Module, r *report.Report) {
	if m.Test == nil {
		return
	}
	for _, rule := range rulesIn(m.Test) {
		f := report.Finding{
			Severity: report.Note, Code: report.TestGiven, Item: m.Test.Identifier, Params: report.Params("rule", rule.name, "places", rule.where()),
		}
		if unfollowed[rule.name] {
			f.Severity, f.Code = report.Aside, report.TestUndelivered
		}
		r.Add(f)
	}
}

// testRule is a rule of a test, by the name that QTI 3.0.1 gives to it, and the identifiers of what it stands in.
type testRule struct {
	name   string
	places []string
}

// mostPlaces is how many places a finding names.
const mostPlaces = 5

func (t testRule) where() string {
	if len(t.places) <= mostPlaces {
		return strings.Join(t.places, ", ")
	}
	return strings.Join(t.places[:mostPlaces], ", ") + ", … (" + strconv.Itoa(len(t.places)) + ")"
}

// rulesIn lists the rules that a test has, each once, in the order of the information model (QTI 3.0.1 §2.11: test, part, section, item).
func rulesIn(t *program.Test) []testRule {
	var out ruleList
	out.limits(t.Limits, t.Identifier)
	if len(t.Outcome) > 0 {
		out.add("qti-outcome-processing", t.Identifier)
	}
	for _, f := range t.Feedback {
		out.add("qti-test-feedback", t.Identifier)
		if !f.AtEnd {
			out.add(`access="during"`, t.Identifier)
		}
	}
	for i := range t.Parts {
		p := &t.Parts[i]
		if !p.NonLinear {
			out.add(`navigation-mode="linear"`, p.Identifier)
		}
		if p.Simultaneous {
			out.add(`submission-mode="simultaneous"`, p.Identifier)
		}
		out.around(p.Pre, p.Branches, p.Control, p.Limits, p.Identifier)
		for j := range p.Sections {
			out.section(&p.Sections[j])
		}
	}
	return out
}

type ruleList []testRule

func (l *ruleList) add(name, place string) {
	i := slices.IndexFunc(*l, func(r testRule) bool { return r.name == name })
	if i < 0 {
		*l = append(*l, testRule{name: name})
		i = len(*l) - 1
	}
	if r := &(*l)[i]; !slices.Contains(r.places, place) {
		r.places = append(r.places, place)
	}
}

func (l *ruleList) section(s *program.Section) {
	if s.Select > 0 {
		l.add("qti-selection", s.Identifier)
	}
	if s.Select > 0 && s.Replace {
		l.add(`with-replacement="true"`, s.Identifier)
	}
	if s.Shuffle {
		l.add("qti-ordering", s.Identifier)
	}
	l.around(s.Pre, s.Branches, s.Control, s.Limits, s.Identifier)
	for _, m := range s.Members {
		if m.Section != nil {
			l.section(m.Section)
			continue
		}
		l.around(m.Item.Pre, m.Item.Branches, m.Item.Control, m.Item.Limits, m.Item.Identifier)
		if len(m.Item.Defaults) > 0 {
			l.add("qti-template-default", m.Item.Identifier)
		}
	}
}

// around are the rules that parts, sections and items have alike.
func (l *ruleList) around(pre []program.Expr, branches []program.Branching, c program.Control, limits program.TimeLimits, place string) {
	if len(pre) > 0 {
		l.add("qti-pre-condition", place)
	}
	if len(branches) > 0 {
		l.add("qti-branch-rule", place)
	}
	if c.MaxAttempts != nil {
		l.add("max-attempts", place)
	}
	for _, x := range []struct {
		name string
		said *bool
	}{
		{"show-feedback", c.ShowFeedback}, {"allow-review", c.AllowReview}, {"show-solution", c.ShowSolution}, {"allow-comment", c.AllowComment},
		{"allow-skipping", c.AllowSkipping}, {"validate-responses", c.ValidateAnswer},
	} {
		if x.said != nil {
			l.add(x.name, place)
		}
	}
	l.limits(limits, place)
}

func (l *ruleList) limits(t program.TimeLimits, place string) {
	if t.Min > 0 {
		l.add("min-time", place)
	}
	if t.Max > 0 {
		l.add("max-time", place)
	}
}
