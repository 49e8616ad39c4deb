package federation

import (
	"encoding/base64"
	"log/slog"
	"slices"
	"strings"

	"pupitre/directory"
)

// Attribute is one piece of personal data, by the name that the GAR gave it (the same in every protocol).
type Attribute string

// The attributes that can be released. Any other name in a notice releases nothing.
const (
	IDO  Attribute = "IDO"   // the pseudonym
	IDC  Attribute = "IDC"   // « {ARK}_{IDO} »
	IDEN Attribute = "idENT" // the ENT project's code, in base64
	UAI  Attribute = "UAI"   // the school of this entry
	PRO  Attribute = "PRO"   // the profile: National_elv…
	CIV  Attribute = "CIV"
	NOM  Attribute = "NOM"
	PRE  Attribute = "PRE"
	DIV  Attribute = "DIV"   // « code##label », one per class
	GRO  Attribute = "GRO"   // « code##label##class's code », one per group and class
	PMEL Attribute = "P_MEL" // a teacher's addresses
	PMAT Attribute = "P_MAT" // a teacher's subjects there, « code##label »
)

// many are the attributes that hold a list even when it has one element.
var many = []Attribute{UAI, DIV, GRO, PMEL, PMAT}

// IsList reports whether an attribute is written as a list whatever its length (gar-protocol: 0..n and 1..n).
func (a Attribute) IsList() bool { return slices.Contains(many, a) }

// Policy says what may be released of a person with each profile, whatever a notice declares. What is not in it is not released.
type Policy map[directory.Profile][]Attribute

// DefaultPolicy keeps adults' details to adults: a pupil has no address, no title, no subject.
var DefaultPolicy = Policy{
	directory.Pupil:     {IDO, IDC, IDEN, UAI, PRO, NOM, PRE, DIV, GRO},
	directory.Teacher:   {IDO, IDC, IDEN, UAI, PRO, CIV, NOM, PRE, DIV, GRO, PMEL, PMAT},
	directory.Librarian: {IDO, IDC, IDEN, UAI, PRO, CIV, NOM, PRE, DIV, GRO, PMEL, PMAT},
	directory.Staff:     {IDO, IDC, IDEN, UAI, PRO, CIV, NOM, PRE},
}

// Reading says which facts of a person are read at all: what cannot be released is not even looked at.
type Reading struct {
	Cohorts  bool // classes and groups
	Subjects bool // what is taught there
}

// reading is what Release may need for a person with this profile.
func reading(declared []Attribute, policy Policy, profile directory.Profile) (r Reading) {
	for _, a := range policy[profile] {
		if slices.Contains(declared, a) {
			r.Cohorts = r.Cohorts || a == DIV || a == GRO
			r.Subjects = r.Subjects || a == PMAT
		}
	}
	return r
}

// inCohorts lists the profiles whose classes and groups Release may need.
func inCohorts(declared []Attribute, policy Policy) (profiles []directory.Profile) {
	for profile := range policy {
		if reading(declared, policy, profile).Cohorts {
			profiles = append(profiles, profile)
		}
	}
	return profiles
}

// Facts are what is known of a person at one place, before anything is held back. They never leave this package's callers' stack.
type Facts struct {
	Project  directory.ProjectID
	Secret   directory.Secret
	UAI      directory.UAI
	Profile  directory.Profile
	Name     directory.Name
	Mails    []string
	Subjects []directory.Subject // taught there
	Cohorts  []CohortFact
	ARK      string // the resource being entered
	Sector   Sector // its publisher
}

// CohortFact is a class or group of the person, at that place.
type CohortFact struct {
	Kind    directory.CohortKind
	Code    string
	Label   string
	Classes []string // codes of the classes that a group draws from
}

// LogValue hides the facts.
func (Facts) LogValue() slog.Value { return slog.StringValue("…") }

// Released is one attribute with its values, never empty.
type Released struct {
	Attribute Attribute
	Values    []string
}

// Attributes are what a publisher is told, in the order of its declaration.
type Attributes []Released

// Names lists the attributes without their values: what the journal keeps.
func (a Attributes) Names() []Attribute {
	names := make([]Attribute, len(a))
	for i := range a {
		names[i] = a[i].Attribute
	}
	return names
}

// only leaves out what is not among these names.
func (a Attributes) only(names []Attribute) Attributes {
	var out Attributes
	for _, r := range a {
		if slices.Contains(names, r.Attribute) {
			out = append(out, r)
		}
	}
	return out
}

// ByName lists them with their values as JSON has them: a list where there may be several, else a text.
func (a Attributes) ByName() map[string]any {
	out := make(map[string]any, len(a))
	for _, r := range a {
		if r.Attribute.IsList() {
			out[string(r.Attribute)] = r.Values
		} else {
			out[string(r.Attribute)] = r.Values[0]
		}
	}
	return out
}

// LogValue shows the names only.
func (a Attributes) LogValue() slog.Value { return slog.AnyValue(a.Names()) }

// Disclosure (« ce qui est transmis ») is all that a publisher learns of a person who enters.
type Disclosure struct {
	Pseudonym  Pseudonym
	Attributes Attributes
}

// Release is the one place that decides what a publisher learns: the person's pseudonym there, and what its notice declared, and the
// profile's policy allows, and the person has. Default: nothing but the pseudonym, which depends on nothing that is declared. It is pure:
// every face, roster, event, receipt and the bench have theirs from here.
func Release(declared []Attribute, policy Policy, f Facts) Disclosure {
	out := Disclosure{Pseudonym: pseudonymOf(f.Secret, f.Sector)}
	allowed := policy[f.Profile]
	for i, a := range declared {
		if !slices.Contains(allowed, a) || slices.Contains(declared[:i], a) {
			continue
		}
		if values := f.values(a, out.Pseudonym); len(values) > 0 {
			out.Attributes = append(out.Attributes, Released{a, values})
		}
	}
	return out
}

// values are an attribute's, nil where the person has none.
func (f Facts) values(a Attribute, as Pseudonym) []string {
	switch a {
	case IDO:
		return []string{as.IDO()}
	case IDC:
		return []string{f.ARK + "_" + as.IDO()}
	case IDEN:
		return one(base64.StdEncoding.EncodeToString([]byte(f.Project)))
	case UAI:
		return one(string(f.UAI))
	case PRO:
		return one(f.Profile.National())
	case CIV:
		return one(f.Name.Civility)
	case NOM:
		return one(f.Name.Family)
	case PRE:
		return one(f.Name.Given)
	case DIV:
		return f.classes()
	case GRO:
		return f.groups()
	case PMEL:
		return f.Mails
	case PMAT:
		return f.subjects()
	}
	return nil
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

const between = "##" // between the parts of DIV and GRO

func (f Facts) classes() []string {
	var out []string
	for _, c := range f.Cohorts {
		if c.Kind == directory.Class {
			out = append(out, part(c.Code)+between+part(c.Label))
		}
	}
	return out
}

func (f Facts) subjects() []string {
	var out []string
	for _, s := range f.Subjects {
		out = append(out, part(s.Code)+between+part(s.Label))
	}
	return out
}

// groups gives a group once per class that it draws from. A pupil's own class only: the others are none of the publisher's business.
func (f Facts) groups() []string {
	var own, out []string
	for _, c := range f.Cohorts {
		if c.Kind == directory.Class {
			own = append(own, c.Code)
		}
	}
	for _, c := range f.Cohorts {
		if c.Kind != directory.Group {
			continue
		}
		classes := c.Classes
		if f.Profile == directory.Pupil {
			classes = slices.DeleteFunc(slices.Clone(classes), func(code string) bool { return !slices.Contains(own, code) })
		}
		if len(classes) == 0 {
			classes = []string{""}
		}
		for _, class := range classes {
			out = append(out, part(c.Code)+between+part(c.Label)+between+part(class))
		}
	}
	return out
}

// part keeps a label from being read as two.
func part(s string) string { return strings.ReplaceAll(s, "#", "") }
