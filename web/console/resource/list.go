package resource

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// rowsPerPage is how many resources a page lists.
const rowsPerPage = 50

// resourcesPage is the first step: « Entrer par ressource ».
type resourcesPage struct {
	look.Shell
	Find   hall.Search
	Levels []look.Option
	Owners []look.Option // publishers
	States look.Chips
	Found  int
	Sort   look.Sort
	Heads  []string
	Rows   []resourceRow
	Pager  look.Pager
	Empty  look.Empty
	Path   string
	Words  listWords
}

// listWords are what the list says of a choice.
type listWords struct{ Pick, None, Note string }

// resourceRow is one line of the list.
type resourceRow struct {
	ID, Title, By, Href, Note string
	Cover                     look.Cover
	Modes                     []look.Tag
	Cells                     []hall.FigureCell
	Use                       use
	Of                        []publicRow
}

// publicRow is the line of a public that has copies of its own, under its resource's.
type publicRow struct {
	hall.PublicLine
	Use use
}

// use is how much of some copies is in somebody's hands.
type use struct {
	Key        string // for a page that follows
	Share      int
	Counted    bool
	Text, Tone string
}

// resources lists what can be given, each line leading to the choice of a population.
func (c *Room) resources(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	items, err := c.Items(r, at)
	if err != nil {
		return err
	}
	if id := r.FormValue("ressource"); id != "" {
		if !slices.ContainsFunc(items, func(i hall.Item) bool { return string(i.Resource) == id }) {
			return hall.ErrResource
		}
		http.Redirect(w, r, at.Path(hall.GivePath+"/"+url.PathEscape(id)+"/population"), http.StatusSeeOther)
		return nil
	}
	find, err := readSearch(r)
	if err != nil {
		return err
	}
	p := &resourcesPage{Shell: c.Shell(r, at), Find: find, Path: at.Path(hall.GivePath)}
	p.Title, p.Words = p.T("console.nav.resources"), listWords{p.T("console.resources.pick"), p.T("console.resources.none-chosen"), p.T("console.resources.none-chosen.note")}
	p.Crumbs, p.Steps = at.Crumbs(&p.Shell, hall.GivePath), steps(hall.Desk{Site: at}, &p.Shell, 0)
	if r.FormValue("choisir") != "" {
		p.Problems = []look.Problem{{Field: "resources", Text: p.T("console.resources.choose")}}
	}
	p.offer(items)
	found := slices.DeleteFunc(slices.Clone(items), func(i hall.Item) bool { return !find.Passes(&p.Shell, i) })
	if find.Down {
		slices.Reverse(found)
	}
	p.fill(at, found)
	if len(items) == 0 {
		p.Empty = look.Empty{Title: p.T("console.resources.none.title"), Text: p.T("console.resources.none.text")}
	}
	return c.pages.resources.Send(w, r, http.StatusOK, p)
}

func readSearch(r *http.Request) (hall.Search, error) {
	q := r.URL.Query()
	page, err := web.Positive(r, "page")
	return hall.Search{
		Text: strings.TrimSpace(q.Get("q")), Contains: q.Get("mode") == "contient", Level: q.Get("niveau"), Owner: catalogue.PublisherID(q.Get("editeur")),
		Never: slices.Contains(q["etat"], "jamais"), Low: slices.Contains(q["etat"], "bas"), Asked: slices.Contains(q["etat"], "suggerees"), Down: q.Get("tri") == "-titre", Page: page,
	}, err
}

// offer fills the choices of the search from what the school has.
func (p *resourcesPage) offer(items []hall.Item) {
	levels, owners := map[string]bool{}, map[catalogue.PublisherID]string{}
	never, low, asked := 0, 0, 0
	for _, i := range items {
		for _, l := range i.Notice.Levels {
			levels[l.Label] = true
		}
		if i.Notice.Publisher.ID != "" {
			owners[i.Notice.Publisher.ID] = i.Notice.Publisher.Name
		}
		if i.Never() {
			never++
		}
		if i.Low() {
			low++
		}
		if i.Counters.Suggested > 0 {
			asked++
		}
	}
	for l := range levels {
		p.Levels = append(p.Levels, look.Option{Value: l, Text: l, On: l == p.Find.Level})
	}
	for id, name := range owners {
		p.Owners = append(p.Owners, look.Option{Value: string(id), Text: name, On: id == p.Find.Owner})
	}
	byText := func(a, b look.Option) int { return strings.Compare(directory.Fold(a.Text), directory.Fold(b.Text)) }
	slices.SortFunc(p.Levels, func(a, b look.Option) int { return web.CompareLevels(a.Text, b.Text) })
	slices.SortFunc(p.Owners, byText)
	all := look.Option{Text: p.T("console.find.all")}
	p.Levels, p.Owners = append([]look.Option{all}, p.Levels...), append([]look.Option{all}, p.Owners...)
	p.States = look.Chips{Legend: p.T("console.find.only"), Name: "etat", Items: []look.Chip{
		{Text: p.T("console.find.never"), Value: "jamais", Count: never, On: p.Find.Never},
		{Text: p.T("console.find.low"), Value: "bas", Count: low, On: p.Find.Low},
		{Text: p.T("console.find.asked"), Value: "suggerees", Count: asked, On: p.Find.Asked},
	}}
}

// fill shows one page of what was found.
func (p *resourcesPage) fill(at hall.Site, found []hall.Item) {
	p.Found = len(found)
	last := max(1, (len(found)+rowsPerPage-1)/rowsPerPage)
	page := min(p.Find.Page, last) // a page that has emptied meanwhile shows the last one
	from := (page - 1) * rowsPerPage
	to := min(from+rowsPerPage, len(found))
	p.Pager = look.Pager{From: min(from+1, to), To: to, Total: len(found)}
	if page > 1 {
		p.Pager.Prev = p.Find.Query(page-1, p.Find.Down)
	}
	if page < last {
		p.Pager.Next = p.Find.Query(page+1, p.Find.Down)
	}
	p.Sort = look.Sort{Text: p.T("console.column.resource"), Href: p.Find.Query(1, !p.Find.Down), Dir: "ascending"}
	if p.Find.Down {
		p.Sort.Dir = "descending"
	}
	p.Heads = hall.CounterLabels(&p.Shell)
	for _, i := range found[from:to] {
		p.Rows = append(p.Rows, p.row(at, i))
	}
	if len(found) == 0 {
		p.Empty = look.Empty{Title: p.T("console.find.none.title"), Text: p.T("console.find.none.text"), Action: look.Link{Text: p.T("console.find.none.all"), Href: p.Path}}
	}
}

func (p *resourcesPage) row(at hall.Site, i hall.Item) resourceRow {
	d := hall.Desk{Site: at, Stock: i.Stock, Notice: i.Notice}
	row := resourceRow{
		ID: string(i.Resource), Title: i.Title, By: i.Notice.Publisher.Name, Href: d.Path("/population"), Note: hall.LeftNote(&p.Shell, i.Stock),
		Cover: d.Cover(), Modes: hall.Modes(&p.Shell, i.Stock), Use: p.use(string(i.Resource), i.Counters),
	}
	if i.Counters.SiteWide && hall.WholeSchool(i.Stock) {
		row.Use.Share, row.Use.Text = 100, p.T("console.everybody")
	}
	var lines []hall.PublicLine
	of := i.Portions()
	row.Cells, lines = d.Cells(&p.Shell, i.Counters, of)
	for n, line := range lines {
		row.Of = append(row.Of, publicRow{line, p.use(string(i.Resource)+" "+licensing.JoinProfiles(of[n].Publics), of[n].Counters)})
	}
	return row
}

func (p *resourcesPage) use(key string, c licensing.Counters) use {
	out := use{Key: key, Text: p.T("console.share.none"), Tone: hall.ShareTone(c)}
	out.Share, out.Counted = hall.Share(c)
	return out
}

// steps are the three of giving; done ones lead back.
func steps(d hall.Desk, s *look.Shell, now int) []look.Step {
	return hall.Stepping(now, look.Step{Text: s.T("console.step.resource"), Href: d.Site.Path(hall.GivePath)},
		look.Step{Text: s.T("console.step.population"), Href: d.Path("/population")}, look.Step{Text: s.T("console.step.plan")})
}
