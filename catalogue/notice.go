package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"unicode/utf8"

	"pupitre/internal/fault"
)

// Notice (« notice ») is one resource's description as a file gives it, before we know whether it can come in.
type Notice struct {
	File   string
	Line   int // where it begins in the file
	Body   []byte
	Hash   string   // SHA-256 of Body, in hexadecimal
	Reads  Resource // without ids; Publisher has number and name only
	Mother ARK      // the family that it says it belongs to
	// Certain is false when Mother comes from a plain « is part of »: it then counts only if that resource is a mother.
	Certain bool
}

func (n *Notice) seal(body []byte) {
	sum := sha256.Sum256(body)
	n.Body, n.Hash = body, hex.EncodeToString(sum[:])
}

// Lengths in characters. The title is what subscriptions repeat, and they have 255 for it.
const (
	mostTitle       = 255
	mostDescription = 20_000
)

// check holds a notice to what every resource must have. It returns the first rule that it breaks.
func (n *Notice) check() *fault.Error {
	r := &n.Reads
	switch {
	case r.ARK == "":
		return n.broken("ark.missing")
	case r.Title == "":
		return n.broken("title.missing")
	case utf8.RuneCountInString(r.Title) > mostTitle:
		return n.broken("title.long", "most", mostTitle)
	case utf8.RuneCountInString(r.Description) > mostDescription:
		return n.broken("description.long", "most", mostDescription)
	case r.Publisher.Name == "":
		return n.broken("publisher.missing")
	case r.Publisher.Official == "":
		return n.broken("publisher.number", "name", r.Publisher.Name)
	case n.Certain && n.Mother == r.ARK:
		return n.broken("family.itself")
	case n.Certain && r.IsFamily:
		return n.broken("family.nested", "mother", string(n.Mother))
	case r.LaunchURL == "" && !r.IsFamily:
		return n.broken("address.missing")
	case r.LaunchURL != "" && !isWeb(r.LaunchURL):
		return n.broken("address.form", "address", r.LaunchURL)
	case r.Presentation != "" && !r.Presentation.known():
		return n.broken("presentation.unknown", "value", string(r.Presentation))
	}
	return n.checkDeclared()
}

func (n *Notice) checkDeclared() *fault.Error {
	seen := map[Attribute]bool{}
	for _, d := range n.Reads.Declared {
		needed, ok := attributes[d.Attribute]
		switch {
		case !ok:
			return n.broken("declared.unknown", "attribute", string(d.Attribute))
		case seen[d.Attribute]:
			return n.broken("declared.twice", "attribute", string(d.Attribute))
		case needed && d.Reason == "":
			return n.broken("declared.reason", "attribute", string(d.Attribute))
		}
		seen[d.Attribute] = true
	}
	return nil
}

// attributes are those that a notice may declare, and whether a reason is needed: for what says who somebody is, in whole or in
// part (the GAR's categories 3 and 4).
var attributes = map[Attribute]bool{
	"IDO": false, "IDC": false, "idENT": false, "UAI": false, "PRO": false,
	"DIV": true, "GRO": true, "NOM": true, "PRE": true, "CIV": true, "P_MEL": true, "P_MAT": true,
}

func (n *Notice) broken(rule string, params ...any) *fault.Error {
	return fault.New(fault.Invalid, "catalogue.notice."+rule, params...)
}

// isWeb reports whether s is an address that a browser may be sent to.
func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && len(s) <= 2000
}

// Presentations are the kinds of a resource, in the order in which filters show them.
var Presentations = []Presentation{"MAN", "MUL", "ACC", "DOC", "DIC", "PRO"}

func (p Presentation) known() bool { return slices.Contains(Presentations, p) }
