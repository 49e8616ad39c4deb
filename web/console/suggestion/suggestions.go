package suggestion

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// Suggestions is what teachers propose, and the answers. licensing.Service satisfies it.
type Suggestions interface {
	CountSuggestions(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (int64, error)
	ListSuggestions(ctx context.Context, f licensing.SuggestionFilter) ([]licensing.Suggestion, error)
	FindSuggestions(ctx context.Context, school directory.SchoolID, within *licensing.Mandate, ids ...licensing.SuggestionID) ([]licensing.Suggestion, error)
	ListCoverage(ctx context.Context, school directory.SchoolID, cohorts ...directory.CohortID) ([]licensing.Coverage, error)
	PlanSuggestions(ctx context.Context, a licensing.Acceptance) (licensing.Plan, error)
	ApplySuggestions(ctx context.Context, by journal.Actor, a licensing.Acceptance, hash string) (licensing.Applied, error)
	DeclineSuggestions(ctx context.Context, by journal.Actor, school directory.SchoolID, ids []licensing.SuggestionID, reason licensing.Word) error
}

// Suggested counts the suggestions that wait for an answer.
func Suggested(s Suggestions) hall.Notice {
	return func(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (hall.Waiting, error) {
		n, err := s.CountSuggestions(ctx, school, within)
		return hall.Waiting{N: n, Page: hall.SuggestPath}, err
	}
}

// suggestionsPerPage is how many suggestions a page shows: each may have several classes.
const suggestionsPerPage = 50

// suggestionsPage is what teachers suggest, by resource; or what was answered.
type suggestionsPage struct {
	look.Shell
	Tabs     []look.Link
	Groups   []suggestedResource
	Answered []answeredRow
	Pager    look.Pager
	Empty    look.Empty
	All      string // where everything is ticked
	Plan     string
	Reason   string
}

// suggestedResource is a resource with its suggestions.
type suggestedResource struct {
	ID        string
	Cover     look.Cover
	Title, By string
	Href      string
	Counters  look.Counters
	Items     []suggestedItem
}

// suggestedItem is a teacher's suggestion: its classes, each with a box.
type suggestedItem struct {
	ID    licensing.SuggestionID
	Who   string
	When  clock.Date
	Word  licensing.Word
	Parts []partBox
}

// partBox is one class or group of a suggestion.
type partBox struct {
	Value, Label, Note string
	Name               string // for screen readers: whose, and of what
	On                 bool
}

// answeredRow is a suggestion that has its answer.
type answeredRow struct {
	ID                          licensing.SuggestionID
	Title, Who, Whom, State, By string
	Tone                        look.Tone
	Icon                        string
	When                        clock.Date
	Word, Reason                licensing.Word
}

// suggestions lists what waits for an answer, or what had one.
func (c *Room) suggestions(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	return c.showSuggestions(w, r, at, nil, http.StatusOK, "")
}

// showSuggestions renders the list, with these parts ticked and a trouble to say, or none.
func (c *Room) showSuggestions(w http.ResponseWriter, r *http.Request, at hall.Site, chosen []licensing.Part, status int, trouble string) error {
	answered := r.FormValue("etat") == "repondues"
	p := &suggestionsPage{Shell: c.Shell(r, at), All: at.Path(hall.SuggestPath + "?tout=1"), Plan: at.Path(hall.SuggestPath + "/plan"), Reason: at.Path(hall.SuggestPath + "/motif")}
	p.Title, p.Lead, p.Shell.Here = p.T("console.suggestions.title"), p.T("console.suggestions.lead"), at.Path(hall.SuggestPath)
	if at.Mandate != nil {
		p.Lead = p.T("console.suggestions.lead.delegate")
	}
	p.Tabs = []look.Link{
		{Text: p.T("console.suggestions.open"), Href: at.Path(hall.SuggestPath), Count: int(at.Waits), Current: !answered},
		{Text: p.T("console.suggestions.answered"), Href: at.Path(hall.SuggestPath + "?etat=repondues"), Current: answered},
	}
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "suggestions", Text: trouble}}
	}
	list, err := c.pageOfSuggestions(r, at, p, answered)
	if err != nil {
		return err
	}
	known, err := c.knownOf(r, at, list)
	if err != nil {
		return err
	}
	if answered {
		p.answered(at, known, list)
	} else {
		p.group(at, known, list, func(s licensing.Suggestion, t licensing.Target) bool {
			return r.FormValue("tout") != "" || slices.ContainsFunc(chosen, func(x licensing.Part) bool {
				return x.Suggestion == s.ID && slices.ContainsFunc(x.Targets, func(u licensing.Target) bool { return u.String() == t.String() })
			})
		})
	}
	if len(list) == 0 {
		p.Empty = look.Empty{Title: p.T("console.suggestions.none.title"), Text: p.T("console.suggestions.none.text"), Action: look.Link{Text: p.T("console.nav.resources"), Href: at.Path(hall.GivePath)}}
		if answered {
			p.Empty.Title, p.Empty.Text = p.T("console.suggestions.unanswered.title"), p.T("console.suggestions.unanswered.text")
		}
	}
	return c.pages.suggestions.Send(w, r, status, p)
}

// pageOfSuggestions reads one page of the list. Answered ones are those that are open no more; their list may be shorter than its page.
func (c *Room) pageOfSuggestions(r *http.Request, at hall.Site, p *suggestionsPage, answered bool) ([]licensing.Suggestion, error) {
	list, err := c.Suggestions.ListSuggestions(r.Context(), licensing.SuggestionFilter{
		School: at.School.ID, Open: !answered, After: licensing.SuggestionID(r.FormValue("apres")), Limit: suggestionsPerPage, Within: at.Mandate,
	})
	if err != nil {
		return nil, fmt.Errorf("suggestions of %s: %w", at.School.ID, err)
	}
	from, err := strconv.Atoi(r.FormValue("rang"))
	if err != nil || from < 0 {
		from = 0
	}
	total := from + len(list)
	if !answered {
		total = max(total, int(at.Waits))
	}
	p.Pager = look.Pager{From: min(from+1, total), To: from + len(list), Total: total}
	turn := url.Values{}
	if answered {
		turn.Set("etat", "repondues")
	}
	if r.FormValue("apres") != "" {
		p.Pager.Prev = at.Path(hall.SuggestPath) + "?" + turn.Encode()
	}
	if len(list) == suggestionsPerPage {
		turn.Set("apres", string(list[len(list)-1].ID))
		turn.Set("rang", strconv.Itoa(from+len(list)))
		p.Pager.Next = at.Path(hall.SuggestPath) + "?" + turn.Encode()
	}
	if answered {
		list = slices.DeleteFunc(list, func(s licensing.Suggestion) bool { return s.State == licensing.Suggested })
	}
	return list, nil
}

// known is what suggestions speak of, by id.
type known struct {
	stock   map[catalogue.ResourceID]hall.Item
	persons map[directory.PersonID]directory.Person
	labels  hall.Cohorts
	have    map[directory.CohortID]licensing.Coverage
}

func (c *Room) knownOf(r *http.Request, at hall.Site, list []licensing.Suggestion) (known, error) {
	k := known{stock: map[catalogue.ResourceID]hall.Item{}, persons: map[directory.PersonID]directory.Person{}, have: map[directory.CohortID]licensing.Coverage{}}
	if len(list) == 0 {
		return k, nil
	}
	items, err := c.Items(r, at)
	if err != nil {
		return k, err
	}
	for _, i := range items {
		k.stock[i.Resource] = i
	}
	if k.labels, err = c.Labels(r, at); err != nil {
		return k, err
	}
	var named []directory.CohortID
	for _, s := range list {
		for _, t := range s.Targets {
			named = append(named, directory.CohortID(t.ID))
		}
		if err := c.learn(r, at, &k, s); err != nil {
			return k, err
		}
	}
	covered, err := c.Suggestions.ListCoverage(r.Context(), at.School.ID, named...)
	for _, one := range covered {
		k.have[one.Cohort] = one
	}
	return k, err
}

// learn finds the persons of a suggestion, and its resource where no subscription is in force any more. Who was erased has no name.
func (c *Room) learn(r *http.Request, at hall.Site, k *known, s licensing.Suggestion) error {
	if _, ok := k.stock[s.Resource]; !ok {
		stock, err := c.Copies.FindStock(r.Context(), at.School.ID, s.Resource, at.Mandate)
		if err != nil {
			return fmt.Errorf("stock of %s in %s: %w", s.Resource, at.School.ID, err)
		}
		k.stock[s.Resource] = hall.Item{Stock: stock}
	}
	for _, id := range []directory.PersonID{s.Teacher, s.By} {
		if _, ok := k.persons[id]; ok || id == "" {
			continue
		}
		person, err := c.People.FindPerson(r.Context(), id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return fmt.Errorf("name of %s: %w", id, err)
		}
		k.persons[id] = person
	}
	return nil
}

// name is a person as one speaks of them: « Mme Aubry ».
func (k known) name(s *look.Shell, id directory.PersonID) string {
	if p := k.persons[id]; p.ID != "" {
		return web.Address(p.Name)
	}
	return s.T("console.suggestions.somebody")
}

// whom names classes and groups: « 5e B, Latin 5e ».
func (k known) whom(s *look.Shell, targets []licensing.Target) string {
	names := make([]string, len(targets))
	for i, t := range targets {
		names[i] = k.labels.Label(s, t)
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(directory.Fold(a), directory.Fold(b)) })
	return strings.Join(names, ", ")
}

// group gathers open suggestions by resource, in the order in which each was first suggested.
func (p *suggestionsPage) group(at hall.Site, k known, list []licensing.Suggestion, on func(licensing.Suggestion, licensing.Target) bool) {
	index := map[catalogue.ResourceID]int{}
	zone := at.School.Zone()
	for _, s := range list {
		i, ok := index[s.Resource]
		if !ok {
			i = len(p.Groups)
			index[s.Resource] = i
			it := k.stock[s.Resource]
			d := hall.Desk{Site: at, Stock: it.Stock, Notice: it.Notice}
			p.Groups = append(p.Groups, suggestedResource{ID: fmt.Sprintf("r%d", i+1), Cover: d.Cover(), Title: it.Title, By: it.Notice.Publisher.Name,
				Href: d.Path("/population"), Counters: d.Figures(&p.Shell, it.Counters, it.Portions())})
		}
		g := &p.Groups[i]
		line := suggestedItem{ID: s.ID, Who: k.name(&p.Shell, s.Teacher), When: clock.On(s.Made, zone), Word: s.Word}
		for _, t := range s.Targets {
			cover := k.have[directory.CohortID(t.ID)]
			label := lang.Capital(k.labels.Label(&p.Shell, t))
			line.Parts = append(line.Parts, partBox{
				Value: string(s.ID) + " " + t.String(), Label: label, On: on(s, t), Note: p.T("console.suggestions.pupils", "n", cover.Pupils),
				Name: p.T("console.suggestions.box", "class", label, "title", g.Title, "who", line.Who),
			})
			if has := cover.Have[s.Resource]; has > 0 {
				last := &line.Parts[len(line.Parts)-1]
				last.Note = p.T("console.suggestions.pupils.have", "pupils", last.Note, "n", has)
			}
		}
		g.Items = append(g.Items, line)
	}
}

// answered puts what became of suggestions into rows.
func (p *suggestionsPage) answered(at hall.Site, k known, list []licensing.Suggestion) {
	zone := at.School.Zone()
	for _, s := range list {
		row := answeredRow{ID: s.ID, Title: k.stock[s.Resource].Title, Who: k.name(&p.Shell, s.Teacher), Whom: k.whom(&p.Shell, s.Targets), When: clock.On(s.Answered, zone),
			State: p.T("console.suggestions.state." + string(s.State)), Word: s.Word, Reason: s.Reason}
		switch s.State {
		case licensing.Accepted:
			row.Tone, row.Icon = look.Green, "check"
		case licensing.Partly:
			row.Tone, row.Icon = look.Green, "check"
			if len(s.Given) < len(s.Targets) {
				row.State = p.T("console.suggestions.partly", "whom", k.whom(&p.Shell, s.Given))
			}
		case licensing.Declined:
			row.Icon = "x"
		case licensing.Withdrawn:
			row.Icon = "undo-2"
		}
		if s.By != "" {
			row.By = k.name(&p.Shell, s.By)
		}
		p.Answered = append(p.Answered, row)
	}
}

// readParts reads the form's ticked classes (« part »: a suggestion, a blank, a target), gathered by suggestion.
func readParts(r *http.Request) ([]licensing.Part, error) {
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	var parts []licensing.Part
	for _, value := range r.PostForm["part"] {
		id, text, _ := strings.Cut(value, " ")
		t, err := licensing.ParseTarget(text)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(parts, func(p licensing.Part) bool { return string(p.Suggestion) == id })
		if i < 0 {
			i = len(parts)
			parts = append(parts, licensing.Part{Suggestion: licensing.SuggestionID(id)})
		}
		parts[i].Targets = append(parts[i].Targets, t)
	}
	return parts, nil
}

// ids are the suggestions of the parts.
func ids(parts []licensing.Part) []licensing.SuggestionID {
	list := make([]licensing.SuggestionID, len(parts))
	for i, p := range parts {
		list[i] = p.Suggestion
	}
	return list
}

// backToSuggestions leads an address typed by hand back to the list.
func (c *Room) backToSuggestions(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	http.Redirect(w, r, at.Path(hall.SuggestPath), http.StatusSeeOther)
	return nil
}

// meanwhile leads back to the list where a suggestion was answered by somebody else, and says so.
func (c *Room) meanwhile(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	s := c.House.Site.Shell(r)
	if err := c.House.Site.Flash(w, r, look.Message{Tone: look.Amber, Title: s.T("console.suggestions.meanwhile.title"), Text: s.T("console.suggestions.meanwhile.text")}); err != nil {
		return err
	}
	http.Redirect(w, r, at.Path(hall.SuggestPath), http.StatusSeeOther)
	return nil
}
