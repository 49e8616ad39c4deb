package history

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// Past is what was done, and its undoing. licensing.Service satisfies it.
type Past interface {
	History(ctx context.Context, f licensing.HistoryFilter) ([]licensing.Deed, error)
	FindDeed(ctx context.Context, school directory.SchoolID, act journal.ActID, within *licensing.Mandate) (licensing.Deed, error)
	Lines(ctx context.Context, f licensing.LineFilter) ([]licensing.CopyLine, error)
	PlanUndo(ctx context.Context, o licensing.UndoOrder) (licensing.UndoPlan, error)
	Undo(ctx context.Context, by journal.Actor, o licensing.UndoOrder, hash string) (licensing.Undone, error)
}

// actsPerPage is how many acts, or lines of copies, a page of the history shows.
const actsPerPage = 100

// historyPage is what was done in a school: its acts or, for one person, what became of their copies.
type historyPage struct {
	look.Shell
	Path      string
	Doubles   string // the way to who has something twice
	Resources []look.Option
	Kinds     []look.Option
	Person    string // their id, where the history is one person's
	Name      string
	Rows      []ActRow
	Lines     []lineRow
	Older     string
	Newest    string // the way back to the beginning, "" there
	Empty     look.Empty
}

// history lists the acts of a school, or the lines of one person's copies.
func (c *Room) history(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	q := r.URL.Query()
	p := &historyPage{Shell: c.Shell(r, at), Path: at.Path(hall.HistoryPath), Doubles: at.Path(hall.DoublesPath), Person: q.Get("personne")}
	p.Title, p.Lead = p.T("console.history.title"), p.T("console.history.lead", "days", licensing.UndoDays)
	if at.Mandate != nil {
		p.Lead = p.T("console.history.lead.delegate", "days", licensing.UndoDays)
	}
	resource, act := catalogue.ResourceID(q.Get("ressource")), q.Get("acte")
	stock, err := c.Copies.ListStock(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return err
	}
	p.Resources = []look.Option{{Text: p.T("console.find.all.resources"), On: resource == ""}}
	for _, s := range stock {
		p.Resources = append(p.Resources, look.Option{Value: string(s.Resource), Text: s.Title, On: s.Resource == resource})
	}
	p.Kinds = []look.Option{{Text: p.T("console.find.all.acts"), On: act == ""}}
	verb := ""
	for _, k := range actKinds {
		if p.Kinds = append(p.Kinds, look.Option{Value: kind(k), Text: p.T(k), On: kind(k) == act}); kind(k) == act {
			verb = k
		}
	}
	if q.Get("avant") != "" {
		p.Newest = p.Path + keeping(q, "avant", "")
	}
	if p.Person != "" {
		err = c.personPast(r, at, p, resource, q)
	} else {
		err = c.acts(r, at, p, licensing.HistoryFilter{School: at.School.ID, Resource: resource, Verb: verb, Before: journal.ActID(q.Get("avant"))}, q)
	}
	if err != nil {
		return err
	}
	if len(p.Rows)+len(p.Lines) == 0 {
		p.Empty = look.Empty{Title: p.T("console.history.none.title"), Text: p.T("console.history.none.text")}
	}
	return c.pages.history.Send(w, r, http.StatusOK, p)
}

// keeping is the query of the page with one value changed, or taken away.
func keeping(q url.Values, name, value string) string {
	next := url.Values{}
	for _, k := range []string{"personne", "ressource", "acte", "avant"} {
		if v := q.Get(k); v != "" && k != name {
			next.Set(k, v)
		}
	}
	if value != "" {
		next.Set(name, value)
	}
	if len(next) == 0 {
		return ""
	}
	return "?" + next.Encode()
}

func (c *Room) acts(r *http.Request, at hall.Site, p *historyPage, f licensing.HistoryFilter, q url.Values) error {
	f.Limit, f.Within = actsPerPage, at.Mandate
	deeds, err := c.Past.History(r.Context(), f)
	if err != nil {
		return fmt.Errorf("history of %s: %w", at.School.ID, err)
	}
	s, err := NewSayer(c.Hall, r, &p.Shell, at, deeds...)
	if err != nil {
		return err
	}
	for _, d := range deeds {
		row, err := s.Row(d)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	if len(deeds) == f.Limit {
		p.Older = p.Path + keeping(q, "avant", string(deeds[len(deeds)-1].Act))
	}
	return nil
}

// personPast tells what became of one person's copies in this school, and what they were named. Somebody of whom it has no line looks like one who does not exist.
func (c *Room) personPast(r *http.Request, at hall.Site, p *historyPage, resource catalogue.ResourceID, q url.Values) error {
	f := licensing.LineFilter{School: at.School.ID, Person: directory.PersonID(p.Person), Resource: resource, After: q.Get("avant"), Limit: actsPerPage, Within: at.Mandate}
	lines, err := c.Past.Lines(r.Context(), f)
	if err != nil {
		return fmt.Errorf("history of %s: %w", at.School.ID, err)
	}
	s, err := NewSayer(c.Hall, r, &p.Shell, at)
	if err != nil {
		return err
	}
	named, err := c.named(s, at, f.Person)
	if err != nil {
		return fmt.Errorf("history of %s: %w", at.School.ID, err)
	}
	if resource == "" && f.After == "" {
		p.Rows = named
	}
	known := lines
	if len(lines)+len(named) == 0 {
		if known, err = c.Past.Lines(r.Context(), licensing.LineFilter{School: f.School, Person: f.Person, Limit: 1, Within: at.Mandate}); err != nil {
			return err
		}
	}
	if len(known)+len(named) == 0 {
		return fault.New(fault.NotFound, "console.person.unknown")
	}
	if p.Name, err = s.Name(f.Person); err != nil {
		return err
	}
	p.Title, p.Parent, p.Lead = p.T("console.history.of", "name", p.Name), p.T("console.history.title"), p.T("console.history.of.lead")
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.T("console.history.title"), Href: p.Path}, {Text: p.Name, Current: true}}
	if p.Lines, err = s.lines(lines); err != nil {
		return err
	}
	if len(lines) == f.Limit {
		p.Older = p.Path + keeping(q, "avant", lines[len(lines)-1].Key)
	}
	return nil
}

// actPage is one act, with the copies that it moved.
type actPage struct {
	look.Shell
	Row     ActRow
	Print   string // the first digits of the plan's hash, to read out
	Undoes  string // the address of the act that it undid, "" for none
	Undone  string // the address of the act that undid it, "" for none
	UndoneW string // when
	Changes []changeRow
	Lines   []lineRow
	Several bool // they are of several resources
	About   accounts
	Named   appointment
	Older   string
	Undo    string // the address of the undo's plan, "" where there is none
	Verb    string
}

// changeRow is what the act did to one resource.
type changeRow struct {
	Title, Href             string
	Given, Back, Open, Shut int64
}

// oneAct shows one act.
func (c *Room) oneAct(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	d, err := c.Past.FindDeed(r.Context(), at.School.ID, journal.ActID(r.PathValue("act")), at.Mandate)
	if err != nil {
		return err
	}
	p := &actPage{Shell: c.Shell(r, at)}
	s, err := NewSayer(c.Hall, r, &p.Shell, at, d)
	if err != nil {
		return err
	}
	if p.Row, err = s.Row(d); err != nil {
		return err
	}
	p.Title, p.Parent = p.Row.What, p.T("console.history.title")
	p.Lead = p.T("console.act.lead", "who", p.Row.Who, "when", p.Row.When)
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.T("console.history.title"), Href: at.Path(hall.HistoryPath)}, {Text: p.Title, Current: true}}
	p.Print = hall.Printed(d.Plan)
	if d.Undoes != "" {
		p.Undoes = at.ActPath(d.Undoes)
	}
	if d.UndoneBy != "" {
		p.Undone, p.UndoneW = at.ActPath(d.UndoneBy), lang.Moment(p.Locale, d.UndoneAt, at.School.Zone())
	}
	for _, x := range d.Changes {
		p.Changes = append(p.Changes, changeRow{s.Titles[x.Resource], hall.Desk{Site: at, Stock: licensing.Stock{Resource: x.Resource}}.Path("/attributions"), x.Given, x.Back, x.Opened, x.Closed})
	}
	if p.About, err = s.accounts(d); err != nil {
		return err
	}
	if p.Named, err = s.appointment(d); err != nil {
		return err
	}
	if !d.Until.IsZero() {
		p.Undo, p.Verb = at.UndoPath(d.Act), p.T("console.undo.go."+undoWord(d.Verb))
	}
	lines, err := c.Past.Lines(r.Context(), licensing.LineFilter{School: at.School.ID, Act: d.Act, After: r.URL.Query().Get("avant"), Limit: actsPerPage, Within: at.Mandate})
	if err != nil {
		return err
	}
	if p.Lines, err = s.lines(lines); err != nil {
		return err
	}
	p.Several = len(d.Changes) > 1
	for i, l := range lines {
		p.Lines[i].Past = at.PastPath(l.Person)
	}
	if len(lines) < actsPerPage && r.URL.Query().Get("avant") == "" { // all of them: by name
		slices.SortStableFunc(p.Lines, func(a, b lineRow) int { return cmp.Compare(directory.Fold(a.Name), directory.Fold(b.Name)) })
	} else if len(lines) == actsPerPage {
		p.Older = at.ActPath(d.Act) + "?" + url.Values{"avant": {lines[len(lines)-1].Key}}.Encode()
	}
	return c.pages.act.Send(w, r, http.StatusOK, p)
}

// undoWord is which of the undo's words fit an act.
func undoWord(verb string) string {
	switch verb {
	case "licensing.assigned", "licensing.released", "licensing.undone":
		return strings.TrimPrefix(verb, "licensing.")
	case "licensing.ended", "licensing.amended": // a distributor's, of which who had it may have it again
		return "ended"
	}
	return "other"
}
