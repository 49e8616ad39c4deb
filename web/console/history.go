package console

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
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
)

// Past is what was done, and its undoing. licensing.Service satisfies it.
type Past interface {
	History(ctx context.Context, f licensing.HistoryFilter) ([]licensing.Deed, error)
	FindDeed(ctx context.Context, school directory.SchoolID, act journal.ActID, within *licensing.Mandate) (licensing.Deed, error)
	Lines(ctx context.Context, f licensing.LineFilter) ([]licensing.CopyLine, error)
	PlanUndo(ctx context.Context, o licensing.UndoOrder) (licensing.UndoPlan, error)
	Undo(ctx context.Context, by journal.Actor, o licensing.UndoOrder, hash string) (licensing.Undone, error)
	ListDoubles(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) ([]licensing.Double, error)
	PlanUndouble(ctx context.Context, school directory.SchoolID, person directory.PersonID, chosen []string) (licensing.Plan, error)
	ReleaseDoubles(ctx context.Context, by journal.Actor, school directory.SchoolID, chosen []string, hash string) (licensing.Applied, error)
}

const historyPath = "/historique"

// actsPerPage is how many acts, or lines of copies, a page of the history shows.
const actsPerPage = 100

func (at site) actPath(act journal.ActID) string {
	return at.path(historyPath + "/" + url.PathEscape(string(act)))
}

// pastPath is the history of a person's copies.
func (at site) pastPath(person directory.PersonID) string {
	return at.path(historyPath + "?" + url.Values{"personne": {string(person)}}.Encode())
}

// undoPath is where an act's undo is planned; "" for an act that was none.
func (at site) undoPath(act journal.ActID) string {
	if act == "" {
		return ""
	}
	return at.actPath(act) + "/annuler"
}

// historyPage is what was done in a school: its acts or, for one person, what became of their copies.
type historyPage struct {
	look.Shell
	Path      string
	Doubles   string // the way to who has something twice
	Resources []look.Option
	Kinds     []look.Option
	Person    string // their id, where the history is one person's
	Name      string
	Rows      []actRow
	Lines     []lineRow
	Older     string
	Newest    string // the way back to the beginning, "" there
	Empty     look.Empty
}

// actRow is one act.
type actRow struct {
	When, Who, What, Href string
	Of                    string // the resources
	Whom                  string // the targets of the order
	Given, Back           int64
	Until                 clock.Date
	Undone                bool
}

// lineRow is what became of one copy.
type lineRow struct{ When, What, Name, Past, Of, Whom, Href string }

// actKinds are the acts that the history may be narrowed to.
var actKinds = []string{"assigned", "released", "undone", "served", "rolled", "rule", "reserve", "left", "subscribed", "amended", "ended"}

// history lists the acts of a school, or the lines of one person's copies.
func (c *Room) history(w http.ResponseWriter, r *http.Request, at site) error {
	q := r.URL.Query()
	p := &historyPage{Shell: c.shell(r, at), Path: at.path(historyPath), Doubles: at.path(doublesPath), Person: q.Get("personne")}
	p.Title, p.Lead = p.T("console.history.title"), p.T("console.history.lead", "days", licensing.UndoDays)
	if at.mandate != nil {
		p.Lead = p.T("console.history.lead.delegate", "days", licensing.UndoDays)
	}
	resource, kind := catalogue.ResourceID(q.Get("ressource")), q.Get("acte")
	stock, err := c.Copies.ListStock(r.Context(), at.school.ID)
	if err != nil {
		return err
	}
	p.Resources = []look.Option{{Text: p.T("console.find.all.resources"), On: resource == ""}}
	for _, s := range at.stock(stock) {
		p.Resources = append(p.Resources, look.Option{Value: string(s.Resource), Text: s.Title, On: s.Resource == resource})
	}
	p.Kinds = []look.Option{{Text: p.T("console.find.all.acts"), On: kind == ""}}
	verb := ""
	for _, k := range actKinds {
		if p.Kinds = append(p.Kinds, look.Option{Value: k, Text: p.T("licensing." + k), On: k == kind}); k == kind {
			verb = "licensing." + k
		}
	}
	if q.Get("avant") != "" {
		p.Newest = p.Path + keeping(q, "avant", "")
	}
	if p.Person != "" {
		err = c.personPast(r, at, p, resource, q)
	} else {
		err = c.acts(r, at, p, licensing.HistoryFilter{School: at.school.ID, Resource: resource, Verb: verb, Before: journal.ActID(q.Get("avant"))}, q)
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

func (c *Room) acts(r *http.Request, at site, p *historyPage, f licensing.HistoryFilter, q url.Values) error {
	f.Limit, f.Within = actsPerPage, at.mandate
	deeds, err := c.Past.History(r.Context(), f)
	if err != nil {
		return fmt.Errorf("history of %s: %w", at.school.ID, err)
	}
	s, err := c.sayer(r, &p.Shell, at, deeds...)
	if err != nil {
		return err
	}
	for _, d := range deeds {
		row, err := s.row(d)
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

// personPast tells what became of one person's copies in this school. Somebody of whom it has no line looks like one who does not exist.
func (c *Room) personPast(r *http.Request, at site, p *historyPage, resource catalogue.ResourceID, q url.Values) error {
	f := licensing.LineFilter{School: at.school.ID, Person: directory.PersonID(p.Person), Resource: resource, After: q.Get("avant"), Limit: actsPerPage, Within: at.mandate}
	lines, err := c.Past.Lines(r.Context(), f)
	if err != nil {
		return fmt.Errorf("history of %s: %w", at.school.ID, err)
	}
	known := lines
	if len(lines) == 0 {
		if known, err = c.Past.Lines(r.Context(), licensing.LineFilter{School: f.School, Person: f.Person, Limit: 1, Within: at.mandate}); err != nil {
			return err
		}
	}
	if len(known) == 0 {
		return fault.New(fault.NotFound, "console.person.unknown")
	}
	s, err := c.sayer(r, &p.Shell, at)
	if err != nil {
		return err
	}
	if p.Name, err = s.name(f.Person); err != nil {
		return err
	}
	p.Title, p.Parent, p.Lead = p.T("console.history.of", "name", p.Name), p.T("console.history.title"), p.T("console.history.of.lead")
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.path("")}, {Text: p.T("console.history.title"), Href: p.Path}, {Text: p.Name, Current: true}}
	if p.Lines, err = s.lines(lines); err != nil {
		return err
	}
	if len(lines) == f.Limit {
		p.Older = p.Path + keeping(q, "avant", lines[len(lines)-1].Key)
	}
	return nil
}

// sayer puts acts into words.
type sayer struct {
	room   *Room
	r      *http.Request
	shell  *look.Shell
	at     site
	labels cohorts
	titles map[catalogue.ResourceID]string
	names  map[directory.PersonID]string
}

func (c *Room) sayer(r *http.Request, shell *look.Shell, at site, deeds ...licensing.Deed) (*sayer, error) {
	s := &sayer{room: c, r: r, shell: shell, at: at, titles: map[catalogue.ResourceID]string{}, names: map[directory.PersonID]string{}}
	labels, err := c.People.Cohorts(r.Context(), at.school.ID)
	if err != nil {
		return nil, err
	}
	s.labels = byID(at.cohorts(labels))
	var of []catalogue.ResourceID
	for _, d := range deeds {
		for _, x := range d.Changes {
			of = append(of, x.Resource)
		}
	}
	return s, s.entitle(of)
}

// entitle finds the titles of resources.
func (s *sayer) entitle(of []catalogue.ResourceID) error {
	var unknown []catalogue.ResourceID
	for _, id := range of {
		if _, ok := s.titles[id]; !ok {
			s.titles[id] = s.shell.T("console.history.resource.gone")
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	list, err := s.room.Notices.ListResources(s.r.Context(), unknown...)
	for _, n := range list {
		s.titles[n.ID] = n.Title
	}
	return err
}

// name is a person's, as lists have it; somebody whose identity is erased is said so.
func (s *sayer) name(id directory.PersonID) (string, error) {
	if name, ok := s.names[id]; ok {
		return name, nil
	}
	person, err := s.room.People.FindPerson(s.r.Context(), id)
	switch {
	case fault.Is(err, fault.NotFound):
		s.names[id] = s.shell.T("console.history.nobody")
	case err != nil:
		return "", fmt.Errorf("name of %s: %w", id, err)
	default:
		s.names[id] = person.Name.Family + " " + person.Name.Given
	}
	return s.names[id], nil
}

// who says who acted.
func (s *sayer) who(by journal.Actor) (string, error) {
	switch by.Kind {
	case journal.ByPerson:
		return s.name(directory.PersonID(by.ID))
	case journal.ByPartner:
		return s.shell.T("console.history.by.partner"), nil
	case journal.ByPortal:
		return s.shell.T("console.history.by.portal"), nil
	}
	return s.shell.T("console.history.by.system"), nil
}

// what names an act.
func (s *sayer) what(d licensing.Deed) string {
	verb := d.Verb
	if d.How != "" {
		return s.shell.T("console.history.rule." + d.How)
	}
	for _, k := range actKinds {
		if verb == "licensing."+k {
			return s.shell.T(verb)
		}
	}
	return s.shell.T("console.history.other")
}

// whom names the targets of an act: « 5e B, 5e D et 3 personnes choisies une à une ».
func (s *sayer) whom(targets []licensing.Target) string {
	return choice{chosen: targets, labels: s.labels}.whom(s.shell)
}

// of names the resources of an act: the first, and how many others.
func (s *sayer) of(d licensing.Deed) string {
	if len(d.Changes) == 0 {
		return ""
	}
	title := s.titles[d.Changes[0].Resource]
	if n := len(d.Changes) - 1; n > 0 {
		title = s.shell.T("console.history.of.more", "title", title, "n", n)
	}
	return title
}

func (s *sayer) row(d licensing.Deed) (row actRow, err error) {
	sum := d.Sum()
	row = actRow{When: lang.Moment(s.shell.Locale, d.At, s.at.school.Zone()), What: s.what(d), Href: s.at.actPath(d.Act), Of: s.of(d), Whom: s.whom(d.Targets),
		Given: sum.Given, Back: sum.Back, Until: d.Until, Undone: d.UndoneBy != ""}
	row.Who, err = s.who(d.By)
	if d.Program != "" {
		row.Who = s.shell.T("console.history.by.program", "who", row.Who)
	}
	return row, err
}

// lines puts lines of copies into words.
func (s *sayer) lines(lines []licensing.CopyLine) ([]lineRow, error) {
	var of []catalogue.ResourceID
	for _, l := range lines {
		of = append(of, l.Resource)
	}
	if err := s.entitle(of); err != nil {
		return nil, err
	}
	out := make([]lineRow, len(lines))
	for i, l := range lines {
		name, err := s.name(l.Person)
		if err != nil {
			return nil, err
		}
		out[i] = lineRow{When: lang.Moment(s.shell.Locale, l.At, s.at.school.Zone()), What: s.moved(l), Name: name, Of: s.titles[l.Resource]}
		if l.Through.Kind == licensing.Cohort || l.Through.Kind == licensing.WholeSchool {
			out[i].Whom = lang.Capital(s.labels.label(s.shell, l.Through))
		}
		if l.Cause != licensing.CauseOpened { // an opening is the person's own, and no act of the school
			out[i].Href = s.at.actPath(l.Act)
		}
	}
	return out, nil
}

// moved says what became of a copy.
func (s *sayer) moved(l licensing.CopyLine) string {
	switch {
	case l.Cause == licensing.CauseOpened, l.Cause == licensing.CauseEnded, l.Cause == licensing.CauseLeft,
		l.Cause == licensing.CauseUndone, l.Cause == licensing.CauseRestored:
		return s.shell.T("console.history.line." + string(l.Cause))
	case l.Moved > 0:
		return s.shell.T("console.history.line.given")
	}
	return s.shell.T("console.history.line.back")
}

// actPage is one act, with the copies that it moved.
type actPage struct {
	look.Shell
	Row     actRow
	Print   string // the first digits of the plan's hash, to read out
	Undoes  string // the address of the act that it undid, "" for none
	Undone  string // the address of the act that undid it, "" for none
	UndoneW string // when
	Changes []changeRow
	Lines   []lineRow
	Several bool // they are of several resources
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
func (c *Room) oneAct(w http.ResponseWriter, r *http.Request, at site) error {
	d, err := c.Past.FindDeed(r.Context(), at.school.ID, journal.ActID(r.PathValue("act")), at.mandate)
	if err != nil {
		return err
	}
	p := &actPage{Shell: c.shell(r, at)}
	s, err := c.sayer(r, &p.Shell, at, d)
	if err != nil {
		return err
	}
	if p.Row, err = s.row(d); err != nil {
		return err
	}
	p.Title, p.Parent = p.Row.What, p.T("console.history.title")
	p.Lead = p.T("console.act.lead", "who", p.Row.Who, "when", p.Row.When)
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.path("")}, {Text: p.T("console.history.title"), Href: at.path(historyPath)}, {Text: p.Title, Current: true}}
	p.Print = printed(d.Plan)
	if d.Undoes != "" {
		p.Undoes = at.actPath(d.Undoes)
	}
	if d.UndoneBy != "" {
		p.Undone, p.UndoneW = at.actPath(d.UndoneBy), lang.Moment(p.Locale, d.UndoneAt, at.school.Zone())
	}
	for _, x := range d.Changes {
		p.Changes = append(p.Changes, changeRow{s.titles[x.Resource], desk{site: at, stock: licensing.Stock{Resource: x.Resource}}.path("/attributions"), x.Given, x.Back, x.Opened, x.Closed})
	}
	if !d.Until.IsZero() {
		p.Undo, p.Verb = at.undoPath(d.Act), p.T("console.undo.go."+undoWord(d.Verb))
	}
	lines, err := c.Past.Lines(r.Context(), licensing.LineFilter{School: at.school.ID, Act: d.Act, After: r.URL.Query().Get("avant"), Limit: actsPerPage, Within: at.mandate})
	if err != nil {
		return err
	}
	if p.Lines, err = s.lines(lines); err != nil {
		return err
	}
	p.Several = len(d.Changes) > 1
	for i, l := range lines {
		p.Lines[i].Past = at.pastPath(l.Person)
	}
	if len(lines) < actsPerPage && r.URL.Query().Get("avant") == "" { // all of them: by name
		slices.SortStableFunc(p.Lines, func(a, b lineRow) int { return cmp.Compare(directory.Fold(a.Name), directory.Fold(b.Name)) })
	} else if len(lines) == actsPerPage {
		p.Older = at.actPath(d.Act) + "?" + url.Values{"avant": {lines[len(lines)-1].Key}}.Encode()
	}
	return c.pages.act.Send(w, r, http.StatusOK, p)
}

// undoWord is which of the undo's words fit an act.
func undoWord(verb string) string {
	switch verb {
	case "licensing.assigned", "licensing.released", "licensing.undone":
		return strings.TrimPrefix(verb, "licensing.")
	}
	return "other"
}
