package question

import (
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// Exercise is an exercise as the engine has it.
type Exercise struct {
	Identifier string
	Title      string
	Program    *program.Program
	Tree       render.Tree
	Feedback   []render.Feedback
	Notes      []render.Node
	ByHand     bool
}

// From makes a question of an exercise: one text, at most one place to answer. It is false where there is no question that
// would be marked alike; the findings, without file and line, say why, and what is not kept where it is true.
func From(x Exercise) (Question, []report.Finding, bool) {
	f := &finder{x: x, kept: map[string]bool{}, q: Question{Name: x.Title, Identifier: x.Identifier, Grade: 1}}
	ok := f.find()
	return f.q, f.findings, ok
}

type finder struct {
	x        Exercise
	q        Question
	it       *render.Interaction
	findings []report.Finding
	general  map[string]bool // feedback that any answer shows
	kept     map[string]bool // feedback that the question has
}

func (f *finder) say(severity report.Severity, code report.Code, params ...string) bool {
	f.findings = append(f.findings, report.Finding{Severity: severity, Code: code, Item: f.x.Identifier, Params: report.Params(params...)})
	return false
}

// lose says why there is no such question.
func (f *finder) lose(code report.Code, params ...string) bool {
	return f.say(report.Aside, code, params...)
}

func (f *finder) find() bool {
	p := f.x.Program
	all := interactions(f.x.Tree.Nodes, nil)
	switch {
	case p.Adaptive:
		return f.lose(report.ExportSteps)
	case len(p.Template) > 0:
		return f.lose(report.ExportDraws)
	case len(all) > 1:
		return f.lose(report.ExportParts)
	case len(all) == 0:
		f.text()
		return true
	}
	f.it = all[0]
	f.text()
	read, known := map[render.Type]func(*finder, *Part) bool{
		render.TypeChoice: (*finder).choices, render.TypeInlineChoice: (*finder).choices, render.TypeTextEntry: (*finder).entry,
		render.TypeMatch: (*finder).pairs, render.TypeExtendedText: (*finder).essay,
	}[f.it.Type]
	if !known {
		return f.lose(report.ExportKind, "kind", "qti-"+string(f.it.Type)+"-interaction")
	}
	part := Part{Weight: 1, Shuffle: f.it.Shuffle}
	if !read(f, &part) {
		return false
	}
	f.q.Parts = []Part{part}
	if p.Scoreable && p.Max != 1 {
		f.say(report.Warning, report.ExportWorth, "max", program.FormatNumber(p.Max))
	}
	if len(f.x.Notes) > 0 || len(f.kept) < len(f.x.Feedback) {
		f.say(report.Note, report.ExportHelp)
	}
	return true
}

func interactions(nodes []render.Node, out []*render.Interaction) []*render.Interaction {
	for i := range nodes {
		if nodes[i].Interaction != nil {
			out = append(out, nodes[i].Interaction)
			out = interactions(nodes[i].Interaction.Content, out)
		}
		out = interactions(nodes[i].Nodes, out)
	}
	return out
}

// text writes the body, with a mark where the pupil answers, unless that is at its end.
func (f *finder) text() {
	body := f.withoutHelp(f.x.Tree.Nodes)
	f.assets(body)
	f.q.Text = markup.Write(body, func(it *render.Interaction) string {
		if it.Inline {
			return markup.Mark(0)
		}
		return ""
	})
	if rest, ok := strings.CutSuffix(strings.TrimSuffix(f.q.Text.Source, "</p>"), markup.Mark(0)); ok {
		closed := strings.HasSuffix(f.q.Text.Source, "</p>")
		f.q.Text.Source = strings.TrimRight(rest, " ")
		if closed {
			f.q.Text.Source = strings.TrimSuffix(f.q.Text.Source+"</p>", "<p></p>")
		}
	}
}

// withoutHelp leaves out hints and the like, and puts the prompt of an interaction before it.
func (f *finder) withoutHelp(nodes []render.Node) []render.Node {
	var out []render.Node
	for _, n := range nodes {
		switch {
		case strings.HasPrefix(n.Attrs["class"], "qti-rubric-block"):
			f.say(report.Note, report.ExportHelp)
			continue
		case n.Interaction != nil && !n.Interaction.Inline:
			if prompt := f.withoutHelp(n.Interaction.Prompt); len(prompt) > 0 {
				out = append(out, paragraph(prompt)...)
			}
			continue // said by the answers
		case len(n.Nodes) > 0:
			if n.Nodes = f.withoutHelp(n.Nodes); len(n.Nodes) == 0 {
				continue
			}
			if n.Kind == render.KindStimulus {
				out = append(out, n.Nodes...)
				continue
			}
		}
		out = append(out, n)
	}
	return out
}

// blocks are the elements that stand by themselves.
var blocks = map[string]bool{"p": true, "div": true, "ul": true, "ol": true, "table": true, "blockquote": true, "pre": true, "dl": true, "figure": true}

// paragraph makes one of words that stand in no element of their own.
func paragraph(nodes []render.Node) []render.Node {
	for _, n := range nodes {
		if blocks[n.Name] {
			return nodes
		}
	}
	return []render.Node{render.Element("p", nodes...)}
}

// assets names what a text cannot hold.
func (f *finder) assets(nodes []render.Node) {
	for _, n := range nodes {
		if n.Asset != nil {
			f.say(report.Warning, report.ExportFile, "href", n.Asset.Path)
		}
		f.assets(n.Nodes)
	}
}

// write writes the words of a choice or of a feedback.
func (f *finder) write(nodes []render.Node) markup.Text {
	f.assets(nodes)
	return markup.Write(nodes, nil)
}

// said joins the feedback texts of these references.
func (f *finder) said(refs []string) markup.Text {
	var nodes []render.Node
	for _, ref := range refs {
		for _, text := range f.x.Feedback {
			if text.Ref == ref && !f.general[ref] {
				f.kept[ref] = true
				nodes = append(nodes, text.Nodes...)
			}
		}
	}
	if len(nodes) == 0 {
		return markup.Text{}
	}
	return f.write(nodes)
}

func (f *finder) essay(p *Part) bool {
	if f.x.Program.Scoreable && !f.x.ByHand {
		return f.lose(report.ExportMarks)
	}
	p.Kind, p.Lines = Essay, 15
	f.everybody([][]string{{"x"}, {"y"}, nil})
	return true
}
