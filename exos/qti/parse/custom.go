package parse

import (
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/score"
)

// custom reads a custom operator (QTI 3.0.1, qti-custom-operator). It is named by its class, or in some
// tools by its definition ("depcp:Trim", "org.example.operators.Explode"). A few that many
// packages share are known; no other can be run: its code is not in the package.
func (b *builder) custom(x *program.Expr, e *element) {
	x.Text = firstOf(e.attr("class"), e.attr("definition"))
	name := x.Text
	if i := strings.LastIndexAny(name, ":./\\#"); i >= 0 {
		name = name[i+1:]
	}
	if name = strings.ToLower(name); !score.KnownCustom(name) {
		b.unrun = true
		b.aside(report.OperatorCustom, e, "class", x.Text)
		return
	}
	x.Text = name
	x.Value = program.Text(";")
	for _, a := range e.attrs {
		if a.name == "delimiter" || strings.HasSuffix(a.name, ":delimiter") {
			x.Value = program.Text(a.value)
		}
	}
	b.note(report.OperatorExtension, e, "class", x.Text)
}
