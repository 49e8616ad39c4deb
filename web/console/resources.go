package console

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
)

// rowsPerPage is how many resources a page lists.
const rowsPerPage = 50

// resourcesPage is the first step: « Entrer par ressource ».
type resourcesPage struct {
	look.Shell
	Find   search
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

// search is what the manager asks of the list.
type search struct {
	Text     string
	Contains bool // « Contient »; else « Commence par »
	Level    string
	Owner    catalogue.PublisherID
	Never    bool // never assigned
	Low      bool // nearly out
	Asked    bool // suggested by a teacher, for somebody without a copy
	Down     bool // titles from Z to A
	Page     int
}

// resourceRow is one line of the list.
type resourceRow struct {
	ID, Title, By, Href, Note string
	Cover                     look.Cover
	Modes                     []look.Tag
	Cells                     []figureCell
	Share                     int
	Counted                   bool
	ShareText, Tone           string
}

// figureCell is one of the six figures in a line, with its name for narrow screens.
type figureCell struct {
	Key    string // of the resource and the figure, for a page that follows
	Label  string
	Figure look.Figure
}

// item is a resource of the school with its notice.
type item struct {
	licensing.Stock
	notice catalogue.Resource
}

// resources lists what can be given, each line leading to the choice of a population.
func (c *Room) resources(w http.ResponseWriter, r *http.Request, at site) error {
	items, err := c.items(r, at)
	if err != nil {
		return err
	}
	if id := r.FormValue("ressource"); id != "" {
		if !slices.ContainsFunc(items, func(i item) bool { return string(i.Resource) == id }) {
			return errResource
		}
		http.Redirect(w, r, at.path(givePath+"/"+url.PathEscape(id)+"/population"), http.StatusSeeOther)
		return nil
	}
	find, err := readSearch(r)
	if err != nil {
		return err
	}
	p := &resourcesPage{Shell: c.shell(r, at), Find: find, Path: at.path(givePath)}
	p.Title, p.Words = p.T("console.nav.resources"), listWords{p.T("console.resources.pick"), p.T("console.resources.none-chosen"), p.T("console.resources.none-chosen.note")}
	p.Crumbs, p.Steps = at.crumbs(&p.Shell, givePath), desk{site: at}.steps(&p.Shell, 0)
	if r.FormValue("choisir") != "" {
		p.Problems = []look.Problem{{Field: "resources", Text: p.T("console.resources.choose")}}
	}
	p.offer(items)
	found := slices.DeleteFunc(slices.Clone(items), func(i item) bool { return !find.passes(&p.Shell, i) })
	if find.Down {
		slices.Reverse(found)
	}
	p.fill(at, found)
	if len(items) == 0 {
		p.Empty = look.Empty{Title: p.T("console.resources.none.title"), Text: p.T("console.resources.none.text")}
	}
	return c.pages.resources.Send(w, r, http.StatusOK, p)
}

// items lists the school's resources with their notices.
func (c *Room) items(r *http.Request, at site) ([]item, error) {
	stocks, err := c.Copies.ListStock(r.Context(), at.school.ID)
	if err != nil {
		return nil, fmt.Errorf("stock of %s: %w", at.school.ID, err)
	}
	stocks = at.stock(stocks)
	ids := make([]catalogue.ResourceID, len(stocks))
	for i, stock := range stocks {
		ids[i] = stock.Resource
	}
	notices, err := c.Notices.ListResources(r.Context(), ids...)
	if err != nil {
		return nil, fmt.Errorf("notices for %s: %w", at.school.ID, err)
	}
	byID := map[catalogue.ResourceID]catalogue.Resource{}
	for _, n := range notices {
		byID[n.ID] = n
	}
	items := make([]item, len(stocks))
	for i, stock := range stocks {
		items[i] = item{stock, byID[stock.Resource]}
	}
	return items, nil
}

func readSearch(r *http.Request) (search, error) {
	q := r.URL.Query()
	page, err := web.Positive(r, "page")
	return search{
		Text: strings.TrimSpace(q.Get("q")), Contains: q.Get("mode") == "contient", Level: q.Get("niveau"), Owner: catalogue.PublisherID(q.Get("editeur")),
		Never: slices.Contains(q["etat"], "jamais"), Low: slices.Contains(q["etat"], "bas"), Asked: slices.Contains(q["etat"], "suggerees"), Down: q.Get("tri") == "-titre", Page: page,
	}, err
}

// query writes the search as the address of its page.
func (f search) query(page int, down bool) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("q", f.Text)
	set("niveau", f.Level)
	set("editeur", string(f.Owner))
	if f.Contains {
		q.Set("mode", "contient")
	}
	if f.Never {
		q.Add("etat", "jamais")
	}
	if f.Low {
		q.Add("etat", "bas")
	}
	if f.Asked {
		q.Add("etat", "suggerees")
	}
	if down {
		q.Set("tri", "-titre")
	}
	if page > 1 {
		q.Set("page", fmt.Sprint(page))
	}
	return "?" + q.Encode()
}

func (f search) passes(s *look.Shell, i item) bool {
	text := i.Title + " · " + i.notice.Publisher.Name
	if i.Family {
		text += " · " + s.T("console.family")
	}
	switch {
	case f.Text != "" && !matches(text, f.Text, f.Contains),
		f.Level != "" && !slices.ContainsFunc(i.notice.Levels, func(t catalogue.Term) bool { return t.Label == f.Level }),
		f.Owner != "" && i.notice.Publisher.ID != f.Owner,
		f.Never && !i.never(), f.Low && !i.low(), f.Asked && i.Counters.Suggested == 0:
		return false
	}
	return true
}

func (i item) never() bool { return i.Counters.Assigned == 0 && len(i.Targets) == 0 }
func (i item) low() bool {
	return !i.Counters.Unlimited && scarce(i.Counters.Available, i.Counters.Total)
}

// matches looks for a text, whatever its case and accents, anywhere or where a word begins: in the user's document,
// « Commence par mère » finds « Tactileo - MASKOTT (mère de famille) ».
func matches(text, wanted string, anywhere bool) bool {
	text, wanted = directory.Fold(text), directory.Fold(wanted)
	for from := 0; ; {
		at := strings.Index(text[from:], wanted)
		if at < 0 {
			return false
		}
		before := []rune(text[:from+at])
		if anywhere || len(before) == 0 || !unicode.IsLetter(before[len(before)-1]) && !unicode.IsDigit(before[len(before)-1]) {
			return true
		}
		from += at + max(len(wanted), 1)
	}
}

// offer fills the choices of the search from what the school has.
func (p *resourcesPage) offer(items []item) {
	levels, owners := map[string]bool{}, map[catalogue.PublisherID]string{}
	never, low, asked := 0, 0, 0
	for _, i := range items {
		for _, l := range i.notice.Levels {
			levels[l.Label] = true
		}
		if i.notice.Publisher.ID != "" {
			owners[i.notice.Publisher.ID] = i.notice.Publisher.Name
		}
		if i.never() {
			never++
		}
		if i.low() {
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
func (p *resourcesPage) fill(at site, found []item) {
	p.Found = len(found)
	last := max(1, (len(found)+rowsPerPage-1)/rowsPerPage)
	page := min(p.Find.Page, last) // a page that has emptied meanwhile shows the last one
	from := (page - 1) * rowsPerPage
	to := min(from+rowsPerPage, len(found))
	p.Pager = look.Pager{From: min(from+1, to), To: to, Total: len(found)}
	if page > 1 {
		p.Pager.Prev = p.Find.query(page-1, p.Find.Down)
	}
	if page < last {
		p.Pager.Next = p.Find.query(page+1, p.Find.Down)
	}
	p.Sort = look.Sort{Text: p.T("console.column.resource"), Href: p.Find.query(1, !p.Find.Down), Dir: "ascending"}
	if p.Find.Down {
		p.Sort.Dir = "descending"
	}
	p.Heads = counterLabels(&p.Shell)
	for _, i := range found[from:to] {
		p.Rows = append(p.Rows, p.row(at, i))
	}
	if len(found) == 0 {
		p.Empty = look.Empty{Title: p.T("console.find.none.title"), Text: p.T("console.find.none.text"), Action: look.Link{Text: p.T("console.find.none.all"), Href: p.Path}}
	}
}

func (p *resourcesPage) row(at site, i item) resourceRow {
	d := desk{site: at, stock: i.Stock, notice: i.notice}
	row := resourceRow{
		ID: string(i.Resource), Title: i.Title, By: i.notice.Publisher.Name, Href: d.path("/population"), Note: leftNote(&p.Shell, i.Stock),
		Cover: d.cover(), Modes: modes(&p.Shell, i.Stock), ShareText: p.T("console.share.none"),
	}
	row.Cells = cells(&p.Shell, i.Stock, i.Counters)
	row.Share, row.Counted = share(i.Counters)
	row.Tone = shareTone(i.Counters)
	if i.Counters.SiteWide && wholeSchool(i.Stock) {
		row.Share, row.ShareText = 100, p.T("console.everybody")
	}
	return row
}

// counterLabels names the six figures, in their order.
func counterLabels(s *look.Shell) []string {
	return []string{s.T("look.counter.selected"), s.T("look.counter.available"), s.T("look.counter.left"),
		s.T("look.counter.suggested"), s.T("look.counter.assigned"), s.T("look.counter.total")}
}

// cover is the resource's drawn cover, with its level on the label.
func (d desk) cover() look.Cover {
	id := string(d.notice.ARK)
	if id == "" {
		id = string(d.stock.Resource)
	}
	return look.Cover{ID: id, Level: web.CoverLevel(d.notice), Size: "s"}
}

// modes says how the resource is given: « Par élève », « Établissement ».
func modes(s *look.Shell, stock licensing.Stock) []look.Tag {
	var tags []look.Tag
	add := func(text string) {
		if !slices.ContainsFunc(tags, func(t look.Tag) bool { return t.Text == text }) {
			tags = append(tags, look.Tag{Text: text})
		}
	}
	if stock.Family {
		tags = append(tags, look.Tag{Text: s.T("console.family.tag"), Tone: look.Ink})
	}
	for _, pool := range stock.Pools {
		switch {
		case pool.Kind == licensing.Establishment:
			add(s.T("console.mode.school"))
		case len(pool.Publics) > 1:
			add(s.T("console.mode.person"))
		case len(pool.Publics) == 1:
			add(s.T("console.mode." + string(pool.Publics[0])))
		}
	}
	return tags
}
