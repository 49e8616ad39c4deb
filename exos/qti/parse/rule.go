package parse

import (
	"path"
	"strconv"
	"strings"

	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/report"
)

// processing reads all rules of the item.
func (b *builder) processing() {
	if e := b.root.child("template-processing"); e != nil {
		b.p.Template = b.rules(e.children())
	}
	if e := b.root.child("response-processing"); e != nil {
		b.p.Response = b.responseProcessing(e)
	}
	if e := b.root.child("outcome-processing"); e != nil {
		b.note(report.OperatorExtension, e)
		b.p.Outcome = b.rules(e.children())
	}
}

func (b *builder) responseProcessing(e *element) []program.Rule {
	if len(e.children()) > 0 {
		return b.rules(e.children())
	}
	address := e.attr("template")
	if address == "" {
		address = e.attr("template-location")
	}
	if address == "" {
		return nil
	}
	name := strings.TrimSuffix(path.Base(strings.ReplaceAll(address, `\`, "/")), ".xml")
	if rules, ok := b.template(name, e); ok {
		return rules
	}
	if rules, ok := b.templateFile(e, address); ok {
		return rules
	}
	b.aside(report.TemplateUnknown, e, "template", clip(address))
	return nil
}

// templateFile reads response processing from a file of the package.
func (b *builder) templateFile(e *element, address string) ([]program.Rule, bool) {
	for _, at := range []string{e.attr("template-location"), address} {
		root := b.document(at)
		if root.is("response-processing") {
			return b.rules(root.children()), true
		}
	}
	return nil, false
}

// leastInclude is what an include costs however short it is.
const leastInclude = 16 << 10

// afford reports whether one more text may be included: all together, each as often as it is, they may be as long as the whole
// package unpacked. The first that may not is a refusal.
func (b *builder) afford(size int) bool {
	s := b.src.Shared
	if s.told {
		return false
	}
	s.included += int64(max(size, leastInclude))
	if s.included > b.src.Limits.Total {
		s.told = true
		b.refuse(report.XMLTooBig, b.root, "limit", strconv.FormatInt(b.src.Limits.Total, 10), "what", "includes")
		return false
	}
	return true
}

// document reads another XML file of the package, nil where there is none.
func (b *builder) document(href string) *element { return b.documentAs(href, read) }

func (b *builder) documentAs(href string, read func([]byte, string, pack.Limits) (*element, *report.Finding)) *element {
	data, _, ok := b.file(href)
	if !ok || b.nesting > 8 || !b.afford(len(data)) {
		return nil
	}
	root, refusal := read(data, b.src.Path, b.src.Limits)
	if refusal != nil {
		return nil
	}
	return root
}

func (b *builder) rules(elements []*element) []program.Rule {
	var out []program.Rule
	for _, e := range elements {
		if strings.HasSuffix(e.name, "-processing-fragment") && e.qti {
			out = append(out, b.rules(e.children())...)
			continue
		}
		if e.name == "include" {
			out = append(out, b.included(e)...)
			continue
		}
		if r, ok := b.rule(e); ok {
			out = append(out, r)
		}
	}
	return out
}

// included reads rules from the file that an XInclude names.
func (b *builder) included(e *element) []program.Rule {
	root := b.document(e.attr("href"))
	if root == nil {
		b.aside(report.IncludeUnresolved, e, "href", clip(e.attr("href")))
		return nil
	}
	b.nesting++
	defer func() { b.nesting-- }()
	if isRule(root) {
		return b.rules([]*element{root})
	}
	return b.rules(root.children())
}

func isRule(e *element) bool {
	if !e.qti {
		return false
	}
	switch e.name {
	case "response-condition", "outcome-condition", "template-condition", "set-outcome-value", "set-response-value",
		"set-template-value", "set-correct-response", "set-default-value", "lookup-outcome-value", "exit-response",
		"exit-test", "exit-template", "template-constraint", "response-processing-fragment", "outcome-processing-fragment":
		return true
	}
	return false
}

func (b *builder) rule(e *element) (program.Rule, bool) {
	switch {
	case !isRule(e):
		b.aside(report.RuleUnknown, e)
		return program.Rule{}, false
	case strings.HasSuffix(e.name, "-condition"):
		return program.Rule{Op: program.Condition, Branches: b.branches(e)}, true
	case strings.HasPrefix(e.name, "exit-"):
		return program.Rule{Op: program.Exit}, true
	case e.name == "template-constraint":
		return program.Rule{Op: program.Constraint, Expr: b.only(e)}, true
	}
	return b.assignment(e)
}

var assignments = map[string]program.RuleOp{
	"set-outcome-value": program.SetValue, "set-response-value": program.SetValue, "set-template-value": program.SetValue,
	"set-correct-response": program.SetCorrect, "set-default-value": program.SetDefault, "lookup-outcome-value": program.LookupOutcome,
}

func (b *builder) assignment(e *element) (program.Rule, bool) {
	identifier := e.attr("identifier")
	if identifier == "" {
		b.aside(report.IdentifierMissing, e)
		return program.Rule{}, false
	}
	r := program.Rule{Op: assignments[e.name], Expr: b.only(e)}
	if r.Var = b.find(identifier); r.Var < 0 {
		if e.name != "set-outcome-value" {
			b.aside(report.VariableUndeclared, e, "identifier", identifier)
			return program.Rule{}, false
		}
		r.Var = b.implicit(e, identifier, r.Expr)
	}
	if r.Op == program.SetDefault && r.Expr == nil {
		b.note(report.OperatorExtension, e)
	}
	return r, true
}

// implicit declares the outcome that a rule sets without a declaration.
func (b *builder) implicit(e *element, identifier string, expr *program.Expr) int {
	b.warn(report.OutcomeImplicit, e, "identifier", identifier)
	v := program.Variable{Kind: program.Outcome, Identifier: identifier, Type: program.String}
	switch {
	case identifier == program.Score || identifier == program.MaxScore:
		v.Type = program.Float
	case expr != nil && expr.Op == program.OpBaseValue && expr.Value.Some:
		v.Type = expr.Value.Type()
	}
	b.p.Vars = append(b.p.Vars, v)
	return len(b.p.Vars) - 1
}

// branches reads the arms of a condition: an if, else-ifs, an else; the else may stand alone.
func (b *builder) branches(e *element) []program.Branch {
	var out []program.Branch
	ended := false
	for _, arm := range e.children() {
		isElse := strings.HasSuffix(arm.name, "-else")
		isArm := isElse || strings.HasSuffix(arm.name, "-if")
		switch {
		case !arm.qti || !isArm:
			b.aside(report.ElementUnknown, arm, "parent", e.raw)
			continue
		case ended:
			b.aside(report.RuleMisplaced, arm)
			continue
		case isElse:
			out = append(out, program.Branch{Rules: b.rules(arm.children())})
			ended = true
			continue
		}
		out = append(out, b.arm(arm))
	}
	return out
}

// arm is an if or else-if: its first child is the condition.
func (b *builder) arm(e *element) program.Branch {
	children := e.children()
	if len(children) == 0 || isRule(children[0]) {
		b.warn(report.OperandCount, e, "got", "0", "want", "1")
		return program.Branch{If: &program.Expr{Op: program.OpNull, Var: -1}, Rules: b.rules(children)}
	}
	condition := b.expr(children[0])
	return program.Branch{If: &condition, Rules: b.rules(children[1:])}
}

// only is the single expression inside e, nil where there is none.
func (b *builder) only(e *element) *program.Expr {
	children := e.children()
	if len(children) == 0 {
		return nil
	}
	if len(children) > 1 {
		b.warn(report.OperandCount, e, "got", itoa(len(children)), "want", "1")
	}
	x := b.expr(children[0])
	return &x
}
