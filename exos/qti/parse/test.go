package parse

import (
	"path"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// Assessment is a test, read: its rules, and the texts shown about the whole.
type Assessment struct {
	Test     *program.Test
	Language string
	Feedback []render.Feedback
	Assets   []Asset
	// Intros are the texts that stand before a section or the whole ("" as identifier), for
	// the pupil; Notes those for others.
	Intros map[string][]render.Node
	Notes  []render.Node
}

// Test reads a qti-assessment-test, or a lone qti-assessment-section.
func Test(data []byte, src Source) (*Assessment, []report.Finding) {
	src.Limits = src.Limits.OrDefault()
	root, refusal := read(data, src.Path, src.Limits)
	if refusal != nil {
		return nil, []report.Finding{*refusal}
	}
	b := newBuilder(src, root)
	a := &Assessment{Test: &program.Test{Identifier: root.attr("identifier"), Title: root.attr("title")}, Language: root.attr("xml:lang")}
	switch {
	case root.is("assessment-section"):
		a.Test.Parts = []program.Part{{Identifier: "part", Sections: []program.Section{b.section(root, b.here())}}}
	case root.is("assessment-test"):
		b.test(root, a)
	default:
		b.refuse(report.XMLNotItem, root, "root", root.raw)
		return nil, b.findings
	}
	a.Assets, a.Intros, a.Notes = b.ex.Assets, b.intros, b.ex.Notes
	return a, b.findings
}

func (b *builder) test(root *element, a *Assessment) {
	for _, e := range root.all("outcome-declaration") {
		b.declare(program.Outcome, e)
	}
	t := a.Test
	t.Limits = b.timeLimits(root)
	for _, e := range root.children() {
		switch {
		case e.is("test-part"):
			t.Parts = append(t.Parts, b.part(e, a))
		case e.is("assessment-section"): // without a part, as in some authors' files
			t.Parts = append(t.Parts, program.Part{Identifier: "part", Sections: []program.Section{b.section(e, b.here())}})
		case e.is("outcome-processing"):
			t.Outcome = append(t.Outcome, b.rules(e.children())...)
		case e.is("test-feedback"):
			b.testFeedback(e, "", a)
		case e.is("outcome-declaration"), e.is("time-limits"), e.is("context-declaration"):
		default:
			b.beside(e, root, "")
		}
	}
	t.Vars = b.p.Vars
	b.checkTargets(t)
}

// here is the file being read, as addresses in it see it.
func (b *builder) here() string { return path.Base(b.src.Path) }

func (b *builder) part(e *element, a *Assessment) program.Part {
	p := program.Part{
		Identifier: e.attr("identifier"), NonLinear: e.attr("navigation-mode") == "nonlinear",
		Simultaneous: e.attr("submission-mode") == "simultaneous", Pre: b.conditions(e), Branches: b.branchRules(e),
		Control: b.control(e), Limits: b.timeLimits(e),
	}
	for _, c := range e.children() {
		switch {
		case c.is("assessment-section"):
			p.Sections = append(p.Sections, b.section(c, b.here()))
		case c.is("assessment-section-ref"):
			if s, ok := b.sectionRef(c); ok {
				p.Sections = append(p.Sections, s)
			}
		case c.is("assessment-item-ref"): // items straight in a part: a section of its own
			p.Sections = append(p.Sections, program.Section{Identifier: p.Identifier, Members: []program.Member{{Item: b.itemRef(c, b.here())}}})
		case c.is("test-feedback"):
			b.testFeedback(c, p.Identifier, a)
		case aroundMembers[c.name] && c.qti:
		default:
			b.beside(c, e, p.Identifier)
		}
	}
	return p
}

func (b *builder) section(e *element, folder string) program.Section {
	s := program.Section{
		Identifier: e.attr("identifier"), Title: e.attr("title"), Visible: e.attr("visible") != "false", Required: e.yes("required"),
		Fixed: e.yes("fixed"), KeepApart: e.attr("keep-together") == "false", Pre: b.conditions(e), Branches: b.branchRules(e),
		Control: b.control(e), Limits: b.timeLimits(e),
	}
	for _, c := range e.children() {
		switch {
		case c.is("selection"):
			s.Select, s.Replace = b.integer(c, "select", c.attr("select")), c.yes("with-replacement")
		case c.is("ordering"):
			s.Shuffle = c.yes("shuffle")
		case c.is("assessment-item-ref"):
			s.Members = append(s.Members, program.Member{Item: b.itemRef(c, folder)})
		case c.is("assessment-section"):
			inner := b.section(c, folder)
			s.Members = append(s.Members, program.Member{Section: &inner})
		case c.is("assessment-section-ref"), c.name == "include":
			if inner, ok := b.sectionRef(c); ok {
				s.Members = append(s.Members, program.Member{Section: &inner})
			}
		case aroundMembers[c.name] && c.qti:
		default:
			b.beside(c, e, s.Identifier)
		}
	}
	if s.Select > len(s.Members) && !s.Replace {
		b.warn(report.TestSelection, e, "select", itoa(s.Select), "size", itoa(len(s.Members)))
	}
	return s
}

// sectionRef reads a section kept in a file of its own.
func (b *builder) sectionRef(e *element) (program.Section, bool) {
	href := e.attr("href")
	root := b.document(href)
	if !root.is("assessment-section") {
		b.aside(report.IncludeUnresolved, e, "href", clip(href))
		return program.Section{}, false
	}
	b.nesting++
	defer func() { b.nesting-- }()
	return b.section(root, href), true
}

// itemRef reads one item's place. Beside is the file that the reference stands in.
func (b *builder) itemRef(e *element, beside string) *program.ItemRef {
	r := &program.ItemRef{
		Identifier: e.attr("identifier"), Href: resolve(b.src.Path, beside, e.attr("href")), Categories: e.tokens("category"),
		Required: e.yes("required"), Fixed: e.yes("fixed"), Pre: b.conditions(e), Branches: b.branchRules(e),
		Control: b.control(e), Limits: b.timeLimits(e),
	}
	for _, c := range e.children() {
		switch {
		case c.is("weight"):
			w, _ := b.float(c, "value")
			r.Weights = append(r.Weights, program.Weight{Identifier: c.attr("identifier"), Value: w})
		case c.is("variable-mapping"):
			r.Renames = append(r.Renames, program.Rename{Source: c.attr("source-identifier"), Target: c.attr("target-identifier")})
		case c.is("template-default"):
			if x := b.only(c); x != nil {
				r.Defaults = append(r.Defaults, program.Default{Template: c.attr("template-identifier"), Expr: *x})
			}
		case aroundMembers[c.name] && c.qti:
		default:
			b.aside(report.ElementUnknown, c, "parent", e.raw)
		}
	}
	return r
}

func (b *builder) conditions(e *element) []program.Expr {
	var out []program.Expr
	for _, c := range e.all("pre-condition") {
		if x := b.only(c); x != nil {
			out = append(out, *x)
		}
	}
	return out
}

func (b *builder) branchRules(e *element) []program.Branching {
	var out []program.Branching
	for _, c := range e.all("branch-rule") {
		if x := b.only(c); x != nil {
			out = append(out, program.Branching{Target: c.attr("target"), If: *x})
		}
	}
	return out
}

func (b *builder) control(e *element) program.Control {
	var k program.Control
	c := e.child("item-session-control")
	if c == nil {
		return k
	}
	if v, ok := c.lookup("max-attempts"); ok {
		n := b.integer(c, "max-attempts", v)
		k.MaxAttempts = &n
	}
	for _, x := range []struct {
		name  string
		field **bool
	}{
		{"show-feedback", &k.ShowFeedback}, {"allow-review", &k.AllowReview}, {"show-solution", &k.ShowSolution},
		{"allow-comment", &k.AllowComment}, {"allow-skipping", &k.AllowSkipping}, {"validate-responses", &k.ValidateAnswer},
	} {
		if _, ok := c.lookup(x.name); ok {
			yes := c.yes(x.name)
			*x.field = &yes
		}
	}
	return k
}

func (b *builder) timeLimits(e *element) program.TimeLimits {
	c := e.child("time-limits")
	if c == nil {
		return program.TimeLimits{}
	}
	t := program.TimeLimits{AllowLate: c.yes("allow-late-submission")}
	t.Min, _ = b.float(c, "min-time")
	t.Max, _ = b.float(c, "max-time")
	return t
}
