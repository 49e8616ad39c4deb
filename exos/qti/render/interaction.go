package render

import "regexp"

// Type is one of the 22 interactions of QTI, by its name without "qti-" and "-interaction".
type Type string

// The interactions (QTI 3.0.1 §3.2).
const (
	TypeAssociate        Type = "associate"
	TypeChoice           Type = "choice"
	TypeCustom           Type = "custom" // deprecated in QTI 3; shown, not played
	TypeDrawing          Type = "drawing"
	TypeEndAttempt       Type = "end-attempt"
	TypeExtendedText     Type = "extended-text"
	TypeGapMatch         Type = "gap-match"
	TypeGraphicAssociate Type = "graphic-associate"
	TypeGraphicGapMatch  Type = "graphic-gap-match"
	TypeGraphicOrder     Type = "graphic-order"
	TypeHotspot          Type = "hotspot"
	TypeHottext          Type = "hottext"
	TypeInlineChoice     Type = "inline-choice"
	TypeMatch            Type = "match"
	TypeMedia            Type = "media"
	TypeOrder            Type = "order"
	TypePortableCustom   Type = "portable-custom" // played in a frame of its own; see Portable
	TypePositionObject   Type = "position-object"
	TypeSelectPoint      Type = "select-point"
	TypeSlider           Type = "slider"
	TypeTextEntry        Type = "text-entry"
	TypeUpload           Type = "upload"
)

// AllTypes lists all 22.
var AllTypes = []Type{
	TypeAssociate, TypeChoice, TypeCustom, TypeDrawing, TypeEndAttempt, TypeExtendedText, TypeGapMatch, TypeGraphicAssociate, TypeGraphicGapMatch,
	TypeGraphicOrder, TypeHotspot, TypeHottext, TypeInlineChoice, TypeMatch, TypeMedia, TypeOrder, TypePortableCustom, TypePositionObject, TypeSelectPoint,
	TypeSlider, TypeTextEntry, TypeUpload,
}

// Interaction is one place where the pupil acts. The answer goes to Response, in the
// lexical form that package score documents.
type Interaction struct {
	Type     Type   `json:"type"`
	Response string `json:"response"`           // identifier of the response variable
	Inline   bool   `json:"inline,omitempty"`   // stands inside a line of text
	Multiple bool   `json:"multiple,omitempty"` // the response takes several values
	Ordered  bool   `json:"ordered,omitempty"`  // …whose order counts
	Base     string `json:"base,omitempty"`     // base type of the response: "identifier", "string", "float"…
	Label    string `json:"label,omitempty"`    // accessible name where the author gave one
	Prompt   []Node `json:"prompt,omitempty"`
	// Shuffle asks for another order; false once the tree is Arranged.
	Shuffle bool `json:"shuffle,omitempty"`
	// Min and Max bound the number of choices, associations, points or plays; Max 0 is no bound.
	Min int `json:"min,omitempty"`
	Max int `json:"max,omitempty"`
	// Vertical and Horizontal are the author's orientation; neither where none was given.
	Vertical   bool `json:"vertical,omitempty"`
	Horizontal bool `json:"horizontal,omitempty"`
	// Classes are the shared class names of QTI 3 ("qti-labels-none", "qti-input-width-10"…).
	Classes []string `json:"classes,omitempty"`

	Choices []Choice `json:"choices,omitempty"` // simple, inline, associable, gap choices; hotspots
	Targets []Choice `json:"targets,omitempty"` // second set of a match; gaps and associable hotspots
	Content []Node   `json:"content,omitempty"` // text around gaps and hottexts; what a media or custom shows
	Object  *Asset   `json:"object,omitempty"`  // picture of graphic interactions; the thing to place or play
	Stage   *Asset   `json:"stage,omitempty"`   // position-object: the picture on which to place
	Entry   *Entry   `json:"entry,omitempty"`   // text-entry, extended-text
	Scale   *Scale   `json:"scale,omitempty"`   // slider
	Play    *Play    `json:"play,omitempty"`    // media
	Types   []string `json:"types,omitempty"`   // upload: media types allowed
	Title   string   `json:"title,omitempty"`   // end-attempt: the button's words
	Catalog string   `json:"catalog,omitempty"` // ID of a Catalog about it
	// Portable is a publisher's own interaction: of portable-custom alone.
	Portable *Portable `json:"portable,omitempty"`
}

// Portable is what a portable custom interaction needs to run (QTI 3.0.1 §3.2.15), in a frame that can do nothing else.
type Portable struct {
	Module     string            `json:"module,omitempty"` // ID of the one that registers the interaction
	Modules    []Module          `json:"modules,omitempty"`
	Properties map[string]string `json:"properties,omitempty"` // its data- attributes
	Markup     string            `json:"markup,omitempty"`     // HTML as its author wrote it, for the frame alone
	// Lacks names what it needs and the package does not have; it is not played then.
	Lacks []string `json:"lacks,omitempty"`
}

// Module is one program of a Portable.
type Module struct {
	ID     string `json:"id"`
	Path   string `json:"path"` // inside the package
	SHA256 string `json:"sha256"`
}

// Choice is one thing to choose, move, or aim at.
type Choice struct {
	Identifier string     `json:"id"`
	Nodes      []Node     `json:"nodes,omitempty"`
	Asset      *Asset     `json:"asset,omitempty"`
	Label      string     `json:"label,omitempty"`
	Fixed      bool       `json:"fixed,omitempty"`    // keeps its place when shuffled
	MatchMax   int        `json:"matchMax,omitempty"` // associations allowed; 0 is no bound
	MatchMin   int        `json:"matchMin,omitempty"`
	Groups     []string   `json:"groups,omitempty"` // only things that share a group go together
	Shape      string     `json:"shape,omitempty"`  // rect, circle, poly, ellipse, default
	Coords     []float64  `json:"coords,omitempty"` // pixels of Object
	When       *Condition `json:"when,omitempty"`   // gone once Arranged
	Catalog    string     `json:"catalog,omitempty"`
}

// Entry is how text is typed.
type Entry struct {
	Length      int    `json:"length,omitempty"` // expected characters
	Lines       int    `json:"lines,omitempty"`  // expected lines
	MaxStrings  int    `json:"maxStrings,omitempty"`
	MinStrings  int    `json:"minStrings,omitempty"`
	Format      string `json:"format,omitempty"`      // plain, preformatted, xhtml
	Placeholder string `json:"placeholder,omitempty"` // a hint, not a label
	Mask        string `json:"mask,omitempty"`        // XML-Schema pattern of a well-formed answer
	MaskMessage string `json:"maskMessage,omitempty"`
}

// Masks that mean the same to a browser (HTML §4.10.5.3.6, a JavaScript expression under the flag v) as in an XML Schema: the usual signs
// and escapes, no class that is taken from another, and no sign in a class that the flag keeps for itself.
var (
	maskPlain = regexp.MustCompile(`^(?:[^\\/]|\\[dDsSwW.+*?()|\[\]{}\\-])*$`)
	maskClass = regexp.MustCompile(`\[[^\]]*(?:[\[(){}/|&]|--|[!#$%*+,.:;<=>?@^~]{2})`)
)

// Pattern is the mask as a browser takes it; ok is false where it would not mean the same there.
func (e *Entry) Pattern() (mask string, ok bool) {
	if e.Mask == "" || !maskPlain.MatchString(e.Mask) || maskClass.MatchString(e.Mask) {
		return "", false
	}
	return e.Mask, true
}

// Scale is the range of a slider.
type Scale struct {
	Lower   float64 `json:"lower"`
	Upper   float64 `json:"upper"`
	Step    float64 `json:"step,omitempty"` // 0: any value
	Labels  bool    `json:"labels,omitempty"`
	Reverse bool    `json:"reverse,omitempty"`
}

// Play is how a sound or film may be played.
type Play struct {
	Auto     bool `json:"auto,omitempty"` // wanted by the author; a player may decline
	Loop     bool `json:"loop,omitempty"`
	MinPlays int  `json:"minPlays,omitempty"`
	MaxPlays int  `json:"maxPlays,omitempty"` // 0: no bound
}

// Interactions lists where the pupil acts, in the order of the page.
func Interactions(nodes []Node) []*Interaction {
	var out []*Interaction
	for _, n := range nodes {
		if n.Interaction != nil {
			out = append(out, n.Interaction)
			out = append(out, Interactions(n.Interaction.Content)...)
		}
		out = append(out, Interactions(n.Nodes)...)
	}
	return out
}
