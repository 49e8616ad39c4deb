package account

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/web"
)

// entriesPerPage is how many entries a page shows.
const entriesPerPage = 100

// journalPage is « Mon journal ».
type journalPage struct {
	look.Shell
	Days  []day
	Older string
	Empty look.Empty
	Kept  string // for how long
}

// day is the entries of one day, the newest first.
type day struct {
	Date    clock.Date
	Entries []entryRow
}

// entryRow is one entry in plain words.
type entryRow struct {
	At      string // « 9 h 42 »
	Icon    string
	Text    string
	Note    string
	Where   string // by which place it was, where the reader has several
	Receipt string // the address of its receipt, "" where nothing was sent
}

// accessed is what licensing writes of an access (licensing.opened).
type accessed struct {
	Publisher catalogue.PublisherID `json:"publisher"`
	Released  []catalogue.Attribute `json:"released"`
}

// sent reports whether the access told a publisher anything: a click alone tells nobody.
func (a accessed) sent() bool { return len(a.Released) > 0 || a.Publisher != "" }

func (a *Room) journal(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	before := journal.ActID(r.URL.Query().Get("avant"))
	entries, err := a.entries(r.Context(), reader, before, entriesPerPage)
	if err != nil {
		return err
	}
	titles, err := a.titles(r.Context(), entries)
	if err != nil {
		return err
	}
	p := &journalPage{Shell: a.shell(r)}
	p.Title, p.Lead, p.Kept = p.T("web.nav.journal"), reader.You(&p.Shell, "web.journal.lead."), p.T("web.journal.kept")
	zone := reader.School().Zone()
	for _, e := range entries {
		row, ok := p.row(reader, e, titles)
		if !ok {
			continue
		}
		row.At = lang.Clock(p.Locale, e.At, zone)
		date := clock.On(e.At, zone)
		if len(p.Days) == 0 || p.Days[len(p.Days)-1].Date != date {
			p.Days = append(p.Days, day{Date: date})
		}
		last := &p.Days[len(p.Days)-1]
		last.Entries = append(last.Entries, row)
	}
	if len(entries) == entriesPerPage {
		p.Older = web.JournalPath + "?" + url.Values{"avant": {string(entries[len(entries)-1].ID)}}.Encode()
	}
	if len(p.Days) == 0 {
		p.Empty = look.Empty{Title: p.T("web.journal.empty.title"), Text: reader.You(&p.Shell, "web.journal.empty.text."), Action: look.Link{Text: p.T("web.space.desk.go"), Href: web.DeskPath}}
	}
	return a.pages.journal.Send(w, r, http.StatusOK, p)
}

// entries reads the reader's own entries, newest first.
func (a *Room) entries(ctx context.Context, reader *web.Reader, before journal.ActID, limit int) ([]journal.Written, error) {
	var list []journal.Written
	err := a.Journal.Read(ctx, func(ctx context.Context, r journal.Reader) (err error) {
		list, err = r.OfPerson(ctx, string(reader.Person.ID), before, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("journal of %s: %w", reader.Person.ID, err)
	}
	return list, nil
}

// titles finds the resources that the entries speak of.
func (a *Room) titles(ctx context.Context, entries []journal.Written) (map[string]catalogue.Resource, error) {
	found := map[string]catalogue.Resource{}
	var ids []catalogue.ResourceID
	for _, e := range entries {
		if _, seen := found[e.Entry.Subject]; strings.HasPrefix(e.Entry.Verb, "licensing.") && e.Entry.Subject != "" && !seen {
			found[e.Entry.Subject] = catalogue.Resource{}
			ids = append(ids, catalogue.ResourceID(e.Entry.Subject))
		}
	}
	if len(ids) == 0 {
		return found, nil
	}
	resources, err := a.Notices.ListResources(ctx, ids...)
	for _, r := range resources {
		found[string(r.ID)] = r
	}
	return found, err
}

// opened is the verb of an access.
const opened = "licensing.opened"

// listed is the verb of a list of a class that a publisher's tool read.
const listed = "federation.listed"

// listed says which tool read of the reader in a list of a class, and what.
func (p *journalPage) listed(reader *web.Reader, e journal.Written) entryRow {
	var body struct {
		Tool     string                `json:"tool"`
		Released []catalogue.Attribute `json:"released"`
	}
	row := entryRow{Icon: icons[listed], Text: p.T(said + listed)}
	if json.Unmarshal(e.Body, &body) == nil && body.Tool != "" {
		row.Note = p.T("web.act.sent", "publisher", body.Tool, "what", p.attributes(reader, all(body.Released)))
	}
	return row
}

// said begins the key of the words for a verb: all have some that the journal says of one person (internal/archtest).
const said = "web.act."

// icons are those of verbs, and of areas where the verb has none.
var icons = map[string]string{
	opened: "book-open", listed: "users-round",
	"federation.signed-in": "log-in", "federation.signed-out": "log-out", "federation.place-chosen": "school",
	"federation.scored": "chart-column", "federation.grant-revoked": "ban", "federation.roster-shown": "users-round",
	"local": "key-round", "local.closed": "lock", "local.removed": "lock", "local.factor-added": "smartphone", "local.factor-removed": "smartphone",
	"local.factor-renewed": "smartphone", "local.browser-remembered": "monitor", "local.browser-forgotten": "monitor",
	"local.browser-copied": "triangle-alert", "local.passkey-refused": "triangle-alert",
	"licensing": "book-copy", "licensing.suggested": "lightbulb", "licensing.declined": "lightbulb", "licensing.withdrawn": "lightbulb",
	"notify": "bell", "orders": "clipboard-list", "mediacentre": "bookmark", "token": "link", "directory": "id-card",
}

// icon is the one of a verb, of its area, or of anything.
func icon(verb string) string {
	area, _, _ := strings.Cut(verb, ".")
	return cmp.Or(icons[verb], icons[area], "info")
}

// row puts an entry into words, or passes over one that has none.
func (p *journalPage) row(reader *web.Reader, e journal.Written, titles map[string]catalogue.Resource) (entryRow, bool) {
	resource := titles[e.Entry.Subject]
	switch key := said + e.Entry.Verb; {
	case e.Entry.Verb == listed:
		return p.listed(reader, e), true
	case e.Entry.Verb == opened:
		return p.opened(reader, e, resource), true
	case e.Entry.Verb == "federation.signed-in" && by(e) == "local": // by no portal
		return entryRow{Icon: icon(e.Entry.Verb), Text: p.T(key + ".local")}, true
	case p.Has(key):
		return entryRow{Icon: icon(e.Entry.Verb), Text: p.T(key), Note: resource.Title}, true
	}
	return entryRow{}, false
}

// by is what vouched for who signed in.
func by(e journal.Written) string {
	var body struct {
		By string `json:"by"`
	}
	if json.Unmarshal(e.Body, &body) != nil {
		return ""
	}
	return body.By
}

// opened says which resource was opened, what was sent, and by which of the reader's places.
func (p *journalPage) opened(reader *web.Reader, e journal.Written, resource catalogue.Resource) entryRow {
	var body accessed
	row := entryRow{Icon: icon(opened), Text: p.T(said+opened, "title", cmp.Or(resource.Title, p.T("web.act.resource-gone")))}
	if where := schoolOf(&p.Shell, reader, e); where != "" {
		row.Where = p.T("web.act.at", "school", where)
	}
	if json.Unmarshal(e.Body, &body) == nil && body.sent() {
		row.Note = p.T("web.act.sent", "publisher", resource.Publisher.Name, "what", p.attributes(reader, all(body.Released)))
		row.Receipt = receiptPath(e.ID)
	}
	return row
}

// schoolOf is the school by which an access was, "" where the reader has no other.
func schoolOf(s *look.Shell, reader *web.Reader, e journal.Written) string {
	several := false
	for _, place := range reader.Places {
		several = several || place.School.ID != reader.Session.School
	}
	if at := directory.SchoolID(e.Entry.School); at == "" || at == reader.Session.School && !several {
		return ""
	}
	for _, place := range reader.Places {
		if string(place.School.ID) == e.Entry.School {
			return place.School.Name
		}
	}
	return s.T("web.act.left-since")
}

// attributes names what was sent: « un pseudonyme, ton profil, ta classe ».
func (p *journalPage) attributes(reader *web.Reader, list []catalogue.Attribute) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = attributeName(&p.Shell, reader, a)
	}
	return strings.Join(names, ", ")
}

func receiptPath(id journal.ActID) string { return web.JournalPath + "/" + url.PathEscape(string(id)) }

var errEntry = fault.New(fault.NotFound, "web.receipt.unknown")

// find returns one of the reader's own accesses. Entries are listed from just before an id, newest first, so the first entry
// before the id's own successor is the entry itself.
func (a *Room) find(ctx context.Context, reader *web.Reader, id journal.ActID) (journal.Written, error) {
	list, err := a.entries(ctx, reader, id+"0", 1)
	if err != nil {
		return journal.Written{}, err
	}
	if len(list) == 0 || list[0].ID != id || list[0].Entry.Verb != opened {
		return journal.Written{}, errEntry
	}
	return list[0], nil
}
