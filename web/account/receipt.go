package account

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/web"
)

// receiptPage says what one access told a publisher, and what it never tells.
type receiptPage struct {
	look.Shell
	Resource, Publisher string
	Sent                []sentRow
	Never               []string
	Joins               string // which of what was sent is the same at every publisher, "" for none
	When, Kept          string
	Back                string
}

// sentRow is one attribute that was sent, and why the publisher asked for it.
type sentRow struct{ Name, Why string }

// known are the attributes that may be sent, in the order of the receipt. The names (federation.Attribute) are the GAR's.
var known = []catalogue.Attribute{"IDO", "PRO", "UAI", "DIV", "GRO", "PRE", "NOM", "CIV", "P_MEL", "P_MAT"}

// joining are the attributes that are the same wherever they are sent: they, not the pseudonym, could join two publishers' users.
var joining = []catalogue.Attribute{"PRE", "NOM", "DIV", "GRO", "P_MEL"}

func (a *Room) receipt(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	entry, err := a.find(r.Context(), reader, journal.ActID(r.PathValue("entry")))
	if err != nil {
		return err
	}
	var body accessed
	if json.Unmarshal(entry.Body, &body) != nil || len(body.Released) == 0 {
		return errEntry
	}
	resources, err := a.titles(r.Context(), []journal.Written{entry})
	if err != nil {
		return err
	}
	resource := resources[entry.Entry.Subject]
	p := &receiptPage{Shell: a.shell(r), Resource: resource.Title, Publisher: resource.Publisher.Name, Back: web.JournalPath}
	p.Title, p.Parent = p.T("web.receipt.title"), p.T("web.nav.journal")
	p.Crumbs = []look.Link{{Text: p.T("web.nav.journal"), Href: web.JournalPath}, {Text: p.T("web.receipt.title"), Current: true}}
	p.When, p.Kept = lang.Moment(p.Locale, entry.At, reader.School().Zone()), p.T("web.receipt.kept")
	p.Lead = reader.You(&p.Shell, "web.receipt.lead.", "title", resource.Title, "publisher", resource.Publisher.Name)
	for _, name := range body.Released {
		p.Sent = append(p.Sent, sentRow{attributeName(&p.Shell, name), reason(&p.Shell, reader, resource, name)})
	}
	p.never(reader, body.Released)
	if shared := both(joining, body.Released); len(shared) > 0 {
		names := make([]string, len(shared))
		for i, name := range shared {
			names[i] = strings.ToLower(attributeName(&p.Shell, name))
		}
		p.Joins = p.T("web.receipt.joins", "names", strings.Join(names, ", "))
	}
	return a.pages.receipt.Send(w, r, http.StatusOK, p)
}

// never lists what was not sent: what this publisher did not ask for, and what nobody is ever told.
func (p *receiptPage) never(reader *web.Reader, sent []catalogue.Attribute) {
	for _, name := range known {
		adultsOnly := name == "CIV" || name == "P_MEL" || name == "P_MAT"
		if !slices.Contains(sent, name) && !(adultsOnly && reader.IsPupil()) {
			p.Never = append(p.Never, attributeName(&p.Shell, name))
		}
	}
	if reader.IsPupil() {
		p.Never = append(p.Never, p.T("web.never.mail"))
	}
	for _, key := range []string{"web.never.birth", "web.never.national", "web.never.parents"} {
		p.Never = append(p.Never, p.T(key))
	}
}

func both(a, b []catalogue.Attribute) []catalogue.Attribute {
	return slices.DeleteFunc(slices.Clone(a), func(x catalogue.Attribute) bool { return !slices.Contains(b, x) })
}

// attributeName is an attribute in plain words; one that we have no word for keeps its name.
func attributeName(s *look.Shell, a catalogue.Attribute) string {
	switch a {
	case "IDO", "IDC", "idENT", "UAI", "PRO", "CIV", "NOM", "PRE", "DIV", "GRO", "P_MEL", "P_MAT":
		return s.T("web.attribute." + strings.ToLower(string(a)))
	}
	return string(a)
}

// reason is why the publisher asks: what the pseudonym is, or the words of its notice.
func reason(s *look.Shell, reader *web.Reader, resource catalogue.Resource, a catalogue.Attribute) string {
	why := ""
	for _, d := range resource.Declared {
		if d.Attribute == a {
			why = d.Reason
		}
	}
	if a != "IDO" {
		return why
	}
	scope := reader.You(s, "web.receipt.pseudonym.")
	if why == "" {
		return scope
	}
	return why + " " + scope
}
