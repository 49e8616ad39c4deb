package account

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/federation"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/web"
)

// receiptPage says what one access told a publisher, and what it never tells, in words that a pupil of eleven understands.
type receiptPage struct {
	look.Shell
	Publisher string
	Known     string // whether the publisher can call the reader by name
	By        string
	Pseudonym string // the beginning of what it calls them: « 724c a75a 0f84 … »
	Sent      []sentRow
	Never     []string
	Scope     string // elsewhere, the reader is somebody else
	Joins     string // but for what is the same at every publisher, "" for nothing
	Where     string // by which of the reader's schools, "" where there is no other
	When      string
	Kept      string
}

// sentRow is one thing that was sent, and why the publisher asked for it.
type sentRow struct{ Name, Why string }

// pseudonym is the attribute that always goes: a publisher that is told nothing else is told this.
const pseudonym catalogue.Attribute = "IDO"

// known are the attributes that may be sent, in the order of the receipt. The names (federation.Attribute) are the GAR's.
var known = []catalogue.Attribute{pseudonym, "PRO", "UAI", "DIV", "GRO", "PRE", "NOM", "CIV", "P_MEL", "P_MAT"}

// joining are the attributes that are the same wherever they are sent: they, not the pseudonym, could join two publishers' users.
var joining = []catalogue.Attribute{"PRE", "NOM", "DIV", "GRO", "P_MEL"}

// all are what a publisher was told: its pseudonym of the reader, then what its notice declared.
func all(released []catalogue.Attribute) []catalogue.Attribute {
	return append([]catalogue.Attribute{pseudonym}, slices.DeleteFunc(slices.Clone(released), func(a catalogue.Attribute) bool { return a == pseudonym })...)
}

func (a *Room) receipt(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	entry, err := a.find(r.Context(), reader, journal.ActID(r.PathValue("entry")))
	if err != nil {
		return err
	}
	var body accessed
	if json.Unmarshal(entry.Body, &body) != nil || !body.sent() {
		return errEntry
	}
	resources, err := a.titles(r.Context(), []journal.Written{entry})
	if err != nil {
		return err
	}
	resource := resources[entry.Entry.Subject]
	name, _, err := a.Names.As(r.Context(), reader.Session, federation.Sector(body.Publisher))
	if err != nil {
		return fmt.Errorf("name %s for %s: %w", reader.Person.ID, body.Publisher, err)
	}
	zone := reader.School().Zone()
	p := &receiptPage{Shell: a.shell(r), Publisher: resource.Publisher.Name}
	p.Title, p.Parent = p.T("web.receipt.title", "publisher", resource.Publisher.Name), p.T("web.nav.journal")
	p.Crumbs = []look.Link{{Text: p.T("web.nav.journal"), Href: web.JournalPath}, {Text: p.T("web.receipt.crumb"), Current: true}}
	p.When, p.Kept = lang.Moment(p.Locale, entry.At, zone), p.T("web.receipt.kept")
	p.Lead = reader.You(&p.Shell, "web.receipt.lead.", "title", resource.Title, "day", clock.On(entry.At, zone), "hour", lang.Clock(p.Locale, entry.At, zone))
	p.Pseudonym, p.Where = beginning(name.Subject()), schoolOf(&p.Shell, reader, entry)
	p.tell(reader, resource, all(body.Released))
	return a.pages.receipt.Send(w, r, http.StatusOK, p)
}

// beginning is enough of a pseudonym to compare two, four signs at a time.
func beginning(name string) string {
	parts := []string{}
	for i := 0; i+4 <= len(name) && i < 16; i += 4 {
		parts = append(parts, name[i:i+4])
	}
	return strings.Join(append(parts, "…"), "\u00a0")
}

// tell fills the receipt from what was sent.
func (p *receiptPage) tell(reader *web.Reader, resource catalogue.Resource, sent []catalogue.Attribute) {
	for _, name := range sent {
		p.Sent = append(p.Sent, sentRow{lang.Capital(attributeName(&p.Shell, reader, name)), reason(&p.Shell, reader, resource, name)})
	}
	p.never(reader, sent)
	switch {
	case slices.Contains(sent, "NOM"):
		p.Known = reader.You(&p.Shell, "web.receipt.named.")
	case slices.Contains(sent, "PRE"):
		p.Known = reader.You(&p.Shell, "web.receipt.given.")
	default:
		p.Known = reader.You(&p.Shell, "web.receipt.nameless.")
	}
	p.By = reader.You(&p.Shell, "web.receipt.by.")
	p.Scope = reader.You(&p.Shell, "web.receipt.scope.")
	if shared := both(joining, sent); len(shared) > 0 {
		names := make([]string, len(shared))
		for i, name := range shared {
			names[i] = attributeName(&p.Shell, reader, name)
		}
		p.Joins = p.T("web.receipt.joins", "names", strings.Join(names, ", "))
	}
}

// never lists what was not sent: what this publisher did not ask for, and what nobody is ever told.
func (p *receiptPage) never(reader *web.Reader, sent []catalogue.Attribute) {
	for _, name := range known {
		adultsOnly := name == "CIV" || name == "P_MEL" || name == "P_MAT"
		if !slices.Contains(sent, name) && !(adultsOnly && reader.IsPupil()) {
			p.Never = append(p.Never, lang.Capital(attributeName(&p.Shell, reader, name)))
		}
	}
	for _, key := range []string{"mail.", "birth.", "national.", "parents."} {
		if reader.IsPupil() || key != "mail." && key != "parents." {
			p.Never = append(p.Never, lang.Capital(reader.You(&p.Shell, "web.never."+key)))
		}
	}
}

func both(a, b []catalogue.Attribute) []catalogue.Attribute {
	return slices.DeleteFunc(slices.Clone(a), func(x catalogue.Attribute) bool { return !slices.Contains(b, x) })
}

// attributeName is an attribute in plain words, within a sentence: « ta classe »; one that we have no word for keeps its name.
func attributeName(s *look.Shell, reader *web.Reader, a catalogue.Attribute) string {
	switch a {
	case "IDO", "IDC", "idENT", "UAI", "PRO", "CIV", "NOM", "PRE", "DIV", "GRO", "P_MEL", "P_MAT":
		return reader.You(s, "web.attribute."+strings.ToLower(string(a))+".")
	}
	return string(a)
}

// reason is why the publisher asks: what the pseudonym is for, or the words of its notice.
func reason(s *look.Shell, reader *web.Reader, resource catalogue.Resource, a catalogue.Attribute) string {
	if a == pseudonym {
		return reader.You(s, "web.receipt.pseudonym.")
	}
	for _, d := range resource.Declared {
		if d.Attribute == a {
			return d.Reason
		}
	}
	return ""
}
