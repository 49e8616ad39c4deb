package catalogue

import (
	"strings"

	"pupitre/internal/fault"
)

// ResourceID is ours; the ARK is the official identifier, an attribute.
type ResourceID string

// PublisherID is ours; SIREN_ISNI is the official number. A publisher is the sector of a pseudonym.
type PublisherID string

// ARK is a resource's identifier in its notice, such as ark:/99999/preau.labo-grammaire-5e.
type ARK string

// ParseARK reads an ARK, also inside a resolver's address (http://n2t.net/ark:/…), with one slash, two or none after "ark:".
func ParseARK(s string) (ARK, error) {
	t := strings.TrimSpace(s)
	i := strings.Index(t, "ark:")
	if i < 0 || len(t) > 1024 || strings.ContainsAny(t, " \t\r\n<>\"") {
		return "", fault.New(fault.Invalid, "catalogue.ark.form", "ark", s)
	}
	rest := strings.TrimLeft(t[i+len("ark:"):], "/")
	naan, name, ok := strings.Cut(rest, "/")
	if !ok || naan == "" || name == "" {
		return "", fault.New(fault.Invalid, "catalogue.ark.form", "ark", s)
	}
	return ARK("ark:/" + rest), nil
}

// Term is an entry of a vocabulary: its address and its French label.
type Term struct {
	URI     string
	Label   string
	English string `json:",omitempty"` // what its notice calls it in English; pages say In
}

// Presentation is the kind of a resource (« typePresentation »): MAN, MUL, ACC, DOC, DIC, PRO.
type Presentation string

// Publisher (« éditeur »).
type Publisher struct {
	ID       PublisherID
	Official string // SIREN_ISNI, 26 characters
	Name     string
}

// Revision is the number of a change of the catalogue. Later changes have greater numbers.
type Revision int64

// Resource (« ressource ») as its current notice describes it.
type Resource struct {
	ID           ResourceID
	ARK          ARK
	Title        string
	Description  string // plain text
	Publisher    Publisher
	Technical    string // technical distributor (« distributeur technique »), SIREN_ISNI
	Presentation Presentation
	Pedagogical  []Term     // « type pédagogique »
	Documents    []Term     // « typologie du document »
	Levels       []Term     // « niveau éducatif »
	Subjects     []Term     // « domaine d'enseignement »
	Publics      []Term     // « public cible »
	Accessible   []string   // « accessibilité »: what it does for those who see, hear or move otherwise
	LaunchURL    string     // the resource's own address
	Thumbnail    string     // where its publisher has a picture of it
	Picture      Picture    // what we have of it
	Family       ResourceID // the mother that it belongs to, "" for none
	IsFamily     bool       // a « mère de famille »: not launchable, not counted
	Shown        bool       // « affichable »
	Offline      bool       // works without a network
	OfflineURL   string     // where its program is opened without a network, "" where its notice does not say
	Free         bool       // « gratuite »: its notice says that it costs nothing
	Withdrawn    bool       // its notice is gone at its source: it is found no more, and copies that were sold go on opening
	Declared     []Declared
	Key          string // its place in lists, for Find.After
	Revision     Revision
}

// Picture (« vignette ») is a resource's picture as we drew it again of what its publisher has, in two sizes, each the hash of its content;
// its zero value is none, and then the cover is drawn.
type Picture struct{ Small, Large string }

// PicturesPath is where pictures are, under the host name of publishers' content.
const PicturesPath = "/vignettes/"

// PictureSuffix ends a picture's path.
const PictureSuffix = ".jpg"

// Paths are where the two sizes are served; "" where there is no picture.
func (p Picture) Paths() (small, large string) {
	if p.Small == "" || p.Large == "" {
		return "", ""
	}
	return PicturesPath + p.Small + PictureSuffix, PicturesPath + p.Large + PictureSuffix
}

// Attribute is one piece of personal data that a publisher may be given, by the name that the GAR gave it.
type Attribute string

// Declared is one attribute that the notice asks for, and why.
type Declared struct {
	Attribute Attribute
	Reason    string
}
