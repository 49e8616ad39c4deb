package qti

import (
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
)

// Module is a publisher's package, read: sections of exercises, in order.
type Module struct {
	Identifier string
	Title      string
	Language   string        // BCP 47, "" where the package does not say
	Notes      []render.Node // rubric of the test for teachers and markers, never for pupils
	Sections   []Section
	Test       *program.Test // rules of the whole (draws, time, totals); nil without a test
	// TestFeedback are the texts about the whole test, by the Ref of their conditions.
	TestFeedback []render.Feedback
	Assets       []Asset // files that the exercises show, each once, by SHA-256
	// Files are the package as it came, in its order, for export; of a teacher's file the items made of it, and its pictures.
	Files []File
}

// File is one file of a package, byte for byte.
type File struct {
	Path string
	Data []byte
}

// File finds a file of the package by its path.
func (m *Module) File(path string) ([]byte, bool) {
	for i := range m.Files {
		if m.Files[i].Path == path {
			return m.Files[i].Data, true
		}
	}
	return nil, false
}

// Items lists all exercises, sections flattened: of each, its own items, then its sections'.
func (m *Module) Items() []*Item {
	var out []*Item
	for i := range m.Sections {
		out = m.Sections[i].appendItems(out)
	}
	return out
}

// Section is a chapter of a module.
type Section struct {
	Identifier string
	Title      string
	Items      []Item
	Sections   []Section
}

func (s *Section) appendItems(out []*Item) []*Item {
	for i := range s.Items {
		out = append(out, &s.Items[i])
	}
	for i := range s.Sections {
		out = s.Sections[i].appendItems(out)
	}
	return out
}

// Item is one exercise.
type Item struct {
	Identifier string // unique in the module: the test's reference, else the item's own
	Title      string
	Language   string
	File       string           // path in the package
	Version    string           // hexadecimal SHA-256 of the encoded program: what marks are tied to
	Content    string           // hexadecimal SHA-256 of program, tree and feedback: what the pupil saw
	Program    *program.Program // holds the key: server, or training packages only
	Tree       render.Tree      // without key, but not yet arranged: send Present(seed), not this
	Feedback   []render.Feedback
	Notes      []render.Node // rubric for teachers and markers, never for pupils
	MaxScore   float64       // 0 unless Scoreable
	Scoreable  bool          // has rules that give a mark
	ByHand     bool          // a person gives the mark, or part of it
	Adaptive   bool          // several steps
	Assets     []string      // SHA-256 of the files shown
	// Skills are what it trains, as its author calls them.
	Skills []string
	// Interactions are the types used, in order, each once.
	Interactions []render.Type
}

// Asset is a file of the package, to be served under its hash.
type Asset struct {
	Path   string
	Media  string
	SHA256 string // hexadecimal
	Data   []byte
}
