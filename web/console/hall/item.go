package hall

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

// Resource is a page of a resource, whether there is stock of it or not.
func (at Site) Resource(id catalogue.ResourceID, below string) string {
	return at.Path(GivePath + "/" + string(id) + below)
}

// ResourceHead is the resource in the page's head.
type ResourceHead struct {
	Cover     look.Cover
	Title, By string
}

func (d Desk) Head() ResourceHead {
	return ResourceHead{Cover: d.Cover(), Title: d.Stock.Title, By: d.Notice.Publisher.Name}
}

// Search is what the manager asks of the list.
type Search struct {
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

// Item is a resource of the school with its notice.
type Item struct {
	licensing.Stock
	Notice catalogue.Resource
}

// Items lists the school's resources with their notices.
func (c *Hall) Items(r *http.Request, at Site) ([]Item, error) {
	stocks, err := c.Copies.ListStock(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return nil, fmt.Errorf("stock of %s: %w", at.School.ID, err)
	}
	ids := make([]catalogue.ResourceID, len(stocks))
	for i, stock := range stocks {
		ids[i] = stock.Resource
	}
	notices, err := c.Notices.ListResources(r.Context(), ids...)
	if err != nil {
		return nil, fmt.Errorf("notices for %s: %w", at.School.ID, err)
	}
	byID := map[catalogue.ResourceID]catalogue.Resource{}
	for _, n := range notices {
		byID[n.ID] = n
	}
	items := make([]Item, len(stocks))
	for i, stock := range stocks {
		items[i] = Item{stock, byID[stock.Resource]}
	}
	return items, nil
}

// Query writes the search as the address of its page.
func (f Search) Query(page int, down bool) string {
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

func (f Search) Passes(s *look.Shell, i Item) bool {
	text := i.Title + " · " + i.Notice.Publisher.Name
	if i.Family {
		text += " · " + s.T("console.family")
	}
	switch {
	case f.Text != "" && !matches(text, f.Text, f.Contains),
		f.Level != "" && !slices.ContainsFunc(i.Notice.Levels, func(t catalogue.Term) bool { return t.Label == f.Level }),
		f.Owner != "" && i.Notice.Publisher.ID != f.Owner,
		f.Never && !i.Never(), f.Low && !i.Low(), f.Asked && i.Counters.Suggested == 0:
		return false
	}
	return true
}

func (i Item) Never() bool { return i.Counters.Assigned == 0 && len(i.Targets) == 0 }

// Low reports whether a public has few copies left.
func (i Item) Low() bool { return len(i.Stock.Low()) > 0 }

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

// Cover is the resource's drawn cover, with its level on the label.
func (d Desk) Cover() look.Cover {
	id := string(d.Notice.ARK)
	if id == "" {
		id = string(d.Stock.Resource)
	}
	return look.Cover{ID: id, Level: web.CoverLevel(d.Notice), Size: "s"}
}

// Modes says how the resource is given: « Par élève », « Établissement ».
func Modes(s *look.Shell, stock licensing.Stock) []look.Tag {
	var tags []look.Tag
	add := func(text string) {
		if !slices.ContainsFunc(tags, func(t look.Tag) bool { return t.Text == text }) {
			tags = append(tags, look.Tag{Text: text})
		}
	}
	if stock.Family {
		tags = append(tags, look.Tag{Text: s.T("console.family.tag"), Tone: look.Ink})
	}
	if text := onTrial(s, stock); text != "" {
		tags = append(tags, look.Tag{Text: text, Tone: look.Amber, Icon: "timer"})
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

// onTrial says how many copies of a stock are on trial; "" where none is.
func onTrial(s *look.Shell, stock licensing.Stock) string {
	tried := int64(0)
	for _, p := range stock.Pools {
		switch {
		case p.Trial && p.Total.IsUnlimited():
			return s.T("console.mode.trial.all")
		case p.Trial:
			tried += int64(p.Total)
		}
	}
	if tried == 0 {
		return ""
	}
	return s.T("console.mode.trial", "n", tried)
}

// ReadFind reads what is looked for, of a form or an address.
func ReadFind(r *http.Request) Search {
	return Search{Text: strings.TrimSpace(r.FormValue("q")), Contains: r.FormValue("mode") == "contient"}
}
