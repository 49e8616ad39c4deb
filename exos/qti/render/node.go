package render

// Kind says what a Node is.
type Kind string

// The kinds of nodes.
const (
	KindText        Kind = "text"        // Text
	KindElement     Kind = "element"     // Name, Attrs, Nodes: an HTML or MathML element of the allow-list
	KindInteraction Kind = "interaction" // Interaction
	KindGap         Kind = "gap"         // Ref: the gap's identifier, inside a gap-match's Content
	KindHottext     Kind = "hottext"     // Ref: the choice's identifier, inside a hottext's Content; Nodes
	KindPrinted     Kind = "printed"     // Ref: the variable whose value stands here; Format
	KindTemplate    Kind = "template"    // When, Nodes: shown only for some values; gone once Arranged
	KindFeedback    Kind = "feedback"    // Ref: placeholder of a feedback text; Inline
	KindAsset       Kind = "asset"       // Name (img, audio, video, object), Asset, Attrs
	KindStimulus    Kind = "stimulus"    // Nodes: a text shared by several exercises
)

// Node is one piece of what is shown. Fields that a kind does not use are absent in JSON.
type Node struct {
	Kind        Kind              `json:"kind"`
	Text        string            `json:"text,omitempty"`
	Name        string            `json:"name,omitempty"`
	Attrs       map[string]string `json:"attrs,omitempty"` // sorted by name in JSON
	Ref         string            `json:"ref,omitempty"`
	Inline      bool              `json:"inline,omitempty"`
	Format      string            `json:"format,omitempty"`
	When        *Condition        `json:"when,omitempty"`
	Asset       *Asset            `json:"asset,omitempty"`
	Interaction *Interaction      `json:"interaction,omitempty"`
	Nodes       []Node            `json:"nodes,omitempty"`
}

// Condition shows something when a template variable holds, or contains, Identifier; or,
// with Hide, unless it does.
type Condition struct {
	Variable   string `json:"variable"`
	Identifier string `json:"identifier"`
	Hide       bool   `json:"hide,omitempty"`
}

// Asset is a file of the package, by what it contains.
type Asset struct {
	Path   string `json:"path"`   // inside the package
	SHA256 string `json:"sha256"` // hexadecimal; the address that never changes
	Media  string `json:"media"`  // media type
	Alt    string `json:"alt,omitempty"`
	Width  int    `json:"width,omitempty"` // pixels, as declared
	Height int    `json:"height,omitempty"`
}

// Tree is the body of an exercise, without its key.
type Tree struct {
	Version  int    `json:"version"` // of this JSON form: 1
	Language string `json:"language,omitempty"`
	Title    string `json:"title,omitempty"`
	Nodes    []Node `json:"nodes"`
	// Arranged is true once choices are in the order drawn for one pupil and template
	// values are in place: only such a tree may leave the server.
	Arranged bool `json:"arranged,omitempty"`
	// Catalogs are other ways to give pieces of it, for access needs.
	Catalogs []Catalog `json:"catalogs,omitempty"`
}

// TreeVersion is the version of the JSON form that this package writes.
const TreeVersion = 1

// Feedback is one text to show after scoring.
type Feedback struct {
	Ref    string `json:"ref"`
	Modal  bool   `json:"modal,omitempty"`  // beside the exercise; otherwise at its placeholder
	Inline bool   `json:"inline,omitempty"` // inside a line
	Title  string `json:"title,omitempty"`
	Nodes  []Node `json:"nodes"`
}

// Text makes a text node.
func Text(s string) Node { return Node{Kind: KindText, Text: s} }

// Element makes an element node.
func Element(name string, nodes ...Node) Node {
	return Node{Kind: KindElement, Name: name, Nodes: nodes}
}
