package home

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/console/batch"
	"pupitre/web/console/hall"
)

// Dashboard (« tableau de bord ») is what the console's first page tells besides the stock. What is nil is left out, and so is what there
// is none of.
type Dashboard struct {
	News        News
	Unserved    hall.Notice // persons whom a standing assignment cannot serve
	Suggestions hall.Notice // suggestions of teachers that nobody has answered
	Rollovers   hall.Notice // persons whose subscription ends soon: for whom no copy is left then, and who goes on with the next
	Doubles     hall.Notice // persons who hold a work twice
	Reopened    hall.Notice // persons who had what a distributor ended, and has opened again
}

// News is what is new since the manager's last visit. licensing.Service satisfies it.
type News interface {
	News(ctx context.Context, school directory.SchoolID, manager directory.PersonID, glance bool) (licensing.News, error)
}

// homePage is what waits for the manager, what was done last, the ways into the methods, and what runs short.
type homePage struct {
	look.Shell
	Greeting string
	Todo     []todo
	Ways     []way
	Short    []shortStock
	Rules    string // to a delegate: whose the standing assignments are, and whom to ask
	Feed     []feedRow
	History  look.Link // the way to all of them
}

// todo is something that waits: a figure in the margin, what it is, and the one thing to do.
type todo struct {
	Key         string
	N           int64
	Title, Text string
	New, Wrong  bool
	First       bool // its action is the page's filled button
	Do          look.Link
}

// way is one method.
type way struct{ Text, Note, Href, Icon string }

// shortStock is a resource of which few copies are left, to one of its publics where another has copies of its own.
type shortStock struct {
	Title, Href, Left string
	For               string // the publics, "" where they are all that there are
	Of                int64
	Share             int
	None              bool
}

func (c *Room) home(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	items, err := c.Items(r, at)
	if err != nil {
		return err
	}
	p := &homePage{Shell: c.Shell(r, at)}
	p.Title, p.Lead = p.T("console.nav.home"), at.School.Label()
	p.Greeting = p.T("console.home.greeting", "name", at.Reader.Person.Name.String())
	p.Ways = []way{
		{p.T("console.nav.resources"), p.T("console.way.resources", "n", len(items)), at.Path(hall.GivePath), "book-open"},
		{p.T("console.nav.population"), p.T("console.way.population"), at.Path(hall.CrowdPath), "users-round"},
		{p.T("console.take.method"), p.T("console.way.take"), at.Path(hall.TakePath), "undo-2"},
	}
	if c.Files != nil {
		p.Ways = append(p.Ways, way{p.T("console.file.title"), p.T("console.way.file"), at.Path(hall.FilePath), "file-spreadsheet"})
	}
	if at.Mandate != nil && c.Suspending != nil {
		ask, err := c.AskManagers(r, &p.Shell, at)
		if err != nil {
			return err
		}
		p.Rules = p.T("console.delegate.rules", "ask", ask)
	}
	p.runsShort(at, items)
	if err := c.latest(r, p, at); err != nil {
		return err
	}
	if err := c.fillTodo(r, p, at, items); err != nil {
		return err
	}
	return c.pages.home.Send(w, r, http.StatusOK, p)
}

// runsShort lists the stocks that are nearly out.
func (p *homePage) runsShort(at hall.Site, items []hall.Item) {
	for _, i := range items {
		several := len(i.Portions()) > 1
		for _, low := range i.Stock.Low() {
			share, _ := hall.Share(low.Counters)
			one := shortStock{Title: i.Title, Href: at.Resource(i.Resource, "/attributions"), Left: p.T("console.short.left", "n", low.Available), Of: low.Total, Share: share, None: low.Available == 0}
			if several {
				one.For = hall.Publics(&p.Shell, low.Publics)
			}
			p.Short = append(p.Short, one)
		}
	}
	slices.SortStableFunc(p.Short, func(a, b shortStock) int { return b.Share - a.Share })
	p.Short = p.Short[:min(len(p.Short), 8)]
}

// fillTodo lists what waits, the most urgent first: persons who are without, or will be; colleagues who wait for an answer; what came and
// what nobody has yet; what will end; and what has settled itself.
func (c *Room) fillTodo(r *http.Request, p *homePage, at hall.Site, items []hall.Item) error {
	t := titles{of: map[catalogue.ResourceID]string{}}
	for _, i := range items {
		t.of[i.Resource] = i.Title
	}
	about := c.Home
	if at.Mandate != nil {
		about = Dashboard{Suggestions: about.Suggestions, Doubles: about.Doubles} // the others are of the whole school, and their pages its managers'
	}
	var waits [5]hall.Waiting
	for i, n := range []hall.Notice{about.Unserved, about.Suggestions, about.Rollovers, about.Doubles, about.Reopened} {
		if n == nil {
			continue
		}
		var err error
		if waits[i], err = n(r.Context(), at.School.ID, at.Mandate); err != nil {
			return err
		}
		t.wants(waits[i].Resource)
	}
	var news licensing.News
	if about.News != nil { // after what else is read: it may write, which ends the page's one moment
		var err error
		if news, err = about.News.News(r.Context(), at.School.ID, at.Reader.Person.ID, web.IsGlance(r)); err != nil {
			return err
		}
		p.since(at, news)
	}
	for _, a := range news.Arrivals {
		t.wants(a.Resource)
	}
	if err := c.entitle(r, &t); err != nil {
		return err
	}
	if err := c.batches(r, p, at, t.of, news.Since); err != nil {
		return err
	}
	p.notice(at, t, "unserved", waits[0])
	p.notice(at, t, "rollovers", waits[2])
	p.rolling(at, waits[2])
	p.notice(at, t, "suggestions", waits[1])
	p.notice(at, t, "reopened", waits[4])
	p.arrivals(at, t, news.Arrivals)
	p.wait(at, items)
	p.ending(at, t, news.Ending)
	p.freed(at, news.Freed)
	p.notice(at, t, "doubles", waits[3])
	if len(p.Todo) > 0 {
		p.Todo[0].First = true
	}
	return nil
}

// lastBatches is how many of the last batches the first page looks at.
const lastBatches = 5

// batches tells of batches that are under way, and of those that have ended since: whoever left one finds it again.
func (c *Room) batches(r *http.Request, p *homePage, at hall.Site, titles map[catalogue.ResourceID]string, since time.Time) error {
	if c.Files == nil {
		return nil
	}
	list, err := c.Files.ListBatches(r.Context(), at.School.ID, lastBatches, at.Mandate)
	if err != nil {
		return err
	}
	for _, b := range list {
		mine := b.By.ID == string(at.Reader.Person.ID)
		if b.State.Ended() && (!mine || !b.Ended.After(since)) {
			continue
		}
		done, total := b.Progress()
		item := todo{Key: "batch-" + string(b.ID), N: int64(total - done), Title: batch.BatchState(&p.Shell, b), Text: p.T("console.todo.batch.text", "name", batch.BatchName(&p.Shell, b, titles), "done", done, "n", total),
			New: b.State.Ended(), Wrong: b.State == licensing.BatchRefused || b.State == licensing.BatchFailed,
			Do: look.Link{Text: p.T("console.todo.batch.do"), Href: at.Path(hall.FilePath + "/" + string(b.ID))}}
		if b.State.Ended() {
			item.N, item.Text = b.Sum().Gets+b.Sum().Loses, p.T("console.todo.batch.ended", "name", batch.BatchName(&p.Shell, b, titles), "what", batch.BatchWhat(&p.Shell, b))
		}
		p.Todo = append(p.Todo, item)
	}
	return nil
}

// since says since when things are new.
func (p *homePage) since(at hall.Site, news licensing.News) {
	if news.Since.IsZero() {
		p.Lead = p.T("console.home.first")
		return
	}
	p.Lead = p.T("console.home.since", "when", lang.When(p.Locale, news.Since, at.School.Zone()))
}

// titles are resources as people know them, those that are in no stock included.
type titles struct {
	of      map[catalogue.ResourceID]string
	missing []catalogue.ResourceID
}

func (t *titles) wants(id catalogue.ResourceID) {
	if _, known := t.of[id]; !known && id != "" {
		t.of[id] = string(id)
		t.missing = append(t.missing, id)
	}
}

func (c *Room) entitle(r *http.Request, t *titles) error {
	if len(t.missing) == 0 {
		return nil
	}
	notices, err := c.Notices.ListResources(r.Context(), t.missing...)
	for _, n := range notices {
		t.of[n.ID] = n.Title
	}
	return err
}

// notice adds what another part of the console waits with.
func (p *homePage) notice(at hall.Site, t titles, key string, w hall.Waiting) {
	if w.N == 0 {
		return
	}
	text := p.T("console.todo." + key + ".text")
	if w.Resource != "" {
		text = p.T("console.todo."+key+".about", "title", t.of[w.Resource])
	}
	p.Todo = append(p.Todo, todo{Key: key, N: w.N, Title: p.T("console.todo."+key, "n", w.N), Text: text, Wrong: key == "unserved",
		Do: look.Link{Text: p.T("console.todo." + key + ".do"), Href: at.Path(w.Page)}})
}

// rolling tells who goes on with the next subscription by themselves: nothing is to be done.
func (p *homePage) rolling(at hall.Site, w hall.Waiting) {
	if w.Rolls == 0 {
		return
	}
	p.Todo = append(p.Todo, todo{Key: "rolling", N: w.Rolls, Title: p.T("console.todo.rolling", "n", w.Rolls), Text: p.T("console.todo.rolling.text", "day", w.Day),
		Do: look.Link{Text: p.T("console.todo.rollovers.do"), Href: at.Path(w.Page)}})
}

const named = 3 // resources that an item names

// arrivals adds the copies that came.
func (p *homePage) arrivals(at hall.Site, t titles, list []licensing.Arrival) {
	if len(list) == 0 {
		return
	}
	item := todo{Key: "arrivals", New: true, Do: look.Link{Text: p.T("console.todo.arrivals.do"), Href: at.Path(hall.GivePath)}}
	var names []string
	for i, a := range list {
		count := p.T("console.unlimited")
		if !a.Total.IsUnlimited() {
			item.N += int64(a.Total)
			count = lang.Number(p.Locale, int64(a.Total))
		}
		if i < named {
			names = append(names, p.T("console.todo.arrivals.one", "title", t.of[a.Resource], "count", count))
		}
	}
	if len(list) == 1 {
		item.Do.Href = at.Resource(list[0].Resource, "/population")
	}
	item.Title, item.Text = p.T("console.todo.arrivals", "n", item.N), p.list(names, len(list))
	if item.N == 0 { // all of them without limit
		item.N = int64(len(list))
		item.Title = p.T("console.todo.arrivals.resources", "n", item.N)
	}
	p.Todo = append(p.Todo, item)
}

// freed adds what came back from those who left.
func (p *homePage) freed(at hall.Site, f licensing.Freed) {
	if f.Copies == 0 {
		return
	}
	do := look.Link{Text: p.T("console.todo.freed.do"), Href: at.Path(hall.GivePath)}
	if len(f.Resources) == 1 {
		do.Href = at.Resource(f.Resources[0], "/population")
	}
	p.Todo = append(p.Todo, todo{Key: "freed", N: f.Copies, Title: p.T("console.todo.freed", "n", f.Copies), Text: p.T("console.todo.freed.text", "n", f.Persons), Do: do})
}

// wait says what nobody has yet: families first, for they gather the books of a publisher.
func (p *homePage) wait(at hall.Site, items []hall.Item) {
	var families, others []hall.Item
	for _, i := range items {
		switch {
		case i.Never() && i.Family:
			families = append(families, i)
		case i.Never():
			others = append(others, i)
		}
	}
	if n := int64(len(families)); n > 0 {
		first := families[0]
		do := look.Link{Text: p.T("console.wait.family.do"), Href: at.Resource(first.Resource, "/population")}
		if n > 1 {
			do = look.Link{Text: p.T("console.wait.see"), Href: at.Path(hall.GivePath + hall.Search{Text: p.T("console.family.word"), Never: true}.Query(1, false))}
		}
		p.Todo = append(p.Todo, todo{Key: "families", N: n, Title: p.T("console.wait.family", "n", n), Text: p.T(at.Own("console.wait.family.text."), "title", first.Title), Do: do})
	}
	if n := int64(len(others)); n > 0 {
		p.Todo = append(p.Todo, todo{Key: "never", N: n, Title: p.T("console.wait.never", "n", n), Text: p.T("console.wait.never.text", "title", others[0].Title),
			Do: look.Link{Text: p.T("console.wait.see"), Href: at.Path(hall.GivePath + hall.Search{Never: true}.Query(1, false))}})
	}
}

// ending adds what ends within a month.
func (p *homePage) ending(at hall.Site, t titles, list []licensing.Ending) {
	if len(list) == 0 {
		return
	}
	first, n := list[0], int64(len(list))
	text := p.T("console.todo.ending.text", "title", t.of[first.Resource], "end", first.Ends)
	do := look.Link{Text: p.T("console.todo.ending.do"), Href: at.Resource(first.Resource, "/attributions")}
	if first.Assigned == 0 && !first.SiteWide { // nobody has it yet: there is still time
		do = look.Link{Text: p.T("console.todo.arrivals.do"), Href: at.Resource(first.Resource, "/population")}
	}
	if first.Assigned > 0 {
		text = p.T("console.todo.ending.holders", "title", t.of[first.Resource], "end", first.Ends, "n", first.Assigned)
	}
	p.Todo = append(p.Todo, todo{Key: "ending", N: n, Title: p.T("console.todo.ending", "n", n), Text: text, Do: do})
}

// list says some of a number of things: « A, B et 3 autres ».
func (p *homePage) list(names []string, of int) string {
	if more := of - len(names); more > 0 {
		return p.T("console.todo.more", "names", strings.Join(names, ", "), "n", more)
	}
	return strings.Join(names, ", ") + "."
}
