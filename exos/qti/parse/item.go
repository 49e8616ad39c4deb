package parse

import (
	"path"

	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// Files finds the other files of a package by their path in it.
type Files interface {
	File(path string) ([]byte, bool)
}

// Source is where an exercise comes from.
type Source struct {
	Path   string // in the package, for findings and relative addresses
	Files  Files  // nil: the exercise stands alone
	Limits pack.Limits
	Shared *Shared // one for all documents of a package; nil: one of its own
}

// Shared is what the documents of one package know and may cost together: a file of a few lines that includes itself twice doubles
// at each step, and a picture shown a thousand times would be read as often.
type Shared struct {
	included int64                // bytes of the texts that were included, over and over
	told     bool                 // that they were too many
	assets   map[string]seenAsset // by path
}

// Exercise is one item, read.
type Exercise struct {
	Identifier string
	Title      string
	Language   string
	Program    *program.Program
	Tree       render.Tree
	Feedback   []render.Feedback
	Notes      []render.Node
	ByHand     bool
	Types      []render.Type // interactions, each once, in order
	Assets     []Asset
	Operators  []report.Count
	Uses       []report.Count // interactions
	Result     report.ItemResult
}

// Asset is a file shown by an exercise.
type Asset struct {
	render.Asset
	Data []byte
}

// Item reads one item. The exercise is nil where nothing can be made of it; a refusal may
// also come with an exercise, which then must not be published.
func Item(data []byte, src Source) (*Exercise, []report.Finding) {
	src.Limits = src.Limits.OrDefault()
	root, refusal := read(data, src.Path, src.Limits)
	if refusal != nil {
		return nil, []report.Finding{*refusal}
	}
	if !root.is("assessment-item") {
		return nil, []report.Finding{{
			Severity: report.Refusal, Code: report.XMLNotItem, File: src.Path, Line: root.line, Element: root.raw,
			Params: []report.Param{{Name: "root", Value: root.raw}},
		}}
	}
	b := newBuilder(src, root)
	b.build()
	return b.ex, b.findings
}

// Root tells what a document is: the canonical name of its root ("assessment-item",
// "assessment-test", "manifest"…), "" where it is not XML.
func Root(data []byte, limits pack.Limits) string {
	root, refusal := read(data, "", limits.OrDefault())
	if refusal != nil {
		return ""
	}
	return root.name
}

// builder makes an exercise from the elements of one document.
type builder struct {
	src      Source
	root     *element
	ex       *Exercise
	p        *program.Program
	lines    map[string]int // of declarations, for findings
	findings []report.Finding
	byHash   map[string]bool // assets already listed
	bound    map[string]*render.Interaction
	boundAt  map[string]*element
	shared   map[string]bool             // responses of several interactions
	others   map[string][]program.Scalar // further keys of a response that holds one value
	math     map[string]bool             // template variables that stand for themselves in formulas
	tolerant bool                        // a data-tolerance was read
	inFormat bool                        // inside <pre>: white space counts
	unrun    bool                        // a rule needs an operator that is not run here
	nesting  int

	saidUnnamed bool                     // that areas have no words
	partial     bool                     // some choices are in a file that is not there
	intros      map[string][]render.Node // of a test's sections
}

func newBuilder(src Source, root *element) *builder {
	if src.Shared == nil {
		src.Shared = &Shared{}
	}
	p := &program.Program{Identifier: root.attr("identifier"), Adaptive: root.yes("adaptive"), Tolerance: tolerated(root)}
	return &builder{
		src: src, root: root, p: p,
		ex: &Exercise{
			Identifier: p.Identifier, Title: root.attr("title"), Language: root.attr("xml:lang"), Program: p,
		},
		lines: map[string]int{}, byHash: map[string]bool{}, bound: map[string]*render.Interaction{},
		boundAt: map[string]*element{}, shared: map[string]bool{}, math: map[string]bool{}, others: map[string][]program.Scalar{},
	}
}

func (b *builder) build() {
	if b.root.raw == "assessmentItem" {
		b.note(report.VersionConverted, b.root)
	}
	if b.p.Identifier == "" {
		b.warn(report.IdentifierMissing, b.root)
		base := path.Base(b.src.Path)
		b.p.Identifier = base[:len(base)-len(path.Ext(base))]
		b.ex.Identifier = b.p.Identifier
	}
	b.declarations()
	b.body()
	b.processing()
	b.check()
}

// say records a finding about e.
func (b *builder) say(severity report.Severity, code report.Code, e *element, params ...string) {
	if b.src.Shared.told && severity < report.Refusal {
		return // the package is refused: what else may be said of it has no end
	}
	f := report.Finding{Severity: severity, Code: code, File: b.src.Path, Item: b.p.Identifier, Params: report.Params(params...)}
	if e != nil {
		f.Line, f.Element = e.line, e.raw
	}
	b.findings = append(b.findings, f)
}

func (b *builder) note(code report.Code, e *element, params ...string) {
	b.say(report.Note, code, e, params...)
}

func (b *builder) warn(code report.Code, e *element, params ...string) {
	b.say(report.Warning, code, e, params...)
}

func (b *builder) aside(code report.Code, e *element, params ...string) {
	b.say(report.Aside, code, e, params...)
}

func (b *builder) refuse(code report.Code, e *element, params ...string) {
	b.say(report.Refusal, code, e, params...)
}
