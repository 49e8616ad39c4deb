package suggest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
)

// rowsPerPage is how many resources a page shows; suggestionsShown how many suggestions, the latest first.
const (
	rowsPerPage      = 50
	suggestionsShown = 50
)

// listPage is a teacher's suggestions, and what their classes have.
type listPage struct {
	look.Shell
	Mine    []suggestedRow
	Classes []string
	Find    string
	Found   int
	Rows    []resourceRow
	Pager   look.Pager
	Empty   string // what stands in place of rows
}

// suggestedRow is a suggestion and what became of it.
type suggestedRow struct {
	Title, Whom, State string
	Tone               look.Tone
	Icon               string
	When               clock.Date
	Answered           clock.Date // zero while it is open
	Word, Reason       licensing.Word
	Withdraw           string // where it is taken back, "" where it is answered
}

// resourceRow is a resource of the school, with how many of each class have it.
type resourceRow struct {
	Title, By string
	Cover     look.Cover
	Cells     []cell
	Suggest   string // where it is suggested, "" where there is nothing to suggest
	State     string // why not, then
}

// cell is how many of a class have a resource. Label names the class, where the table is read as slips.
type cell struct {
	Label, Text string
	All, None   bool
}

// stocked is a resource of the school with its notice.
type stocked struct {
	licensing.Stock
	notice catalogue.Resource
}

// forPupils reports whether a subscription in force serves pupils.
func (s stocked) forPupils() bool {
	return slices.ContainsFunc(s.Pools, func(p licensing.Pool) bool { return p.Serves([]directory.Profile{directory.Pupil}) })
}

func (s stocked) cover() look.Cover {
	id := string(s.notice.ARK)
	if id == "" {
		id = string(s.Resource)
	}
	return look.Cover{ID: id, Level: web.CoverLevel(s.notice), Size: "s"}
}

func (s *Room) mine(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	page, err := web.Positive(r, "page")
	if err != nil {
		return err
	}
	school := reader.Session.School
	p := &listPage{Shell: s.House.Site.Shell(r), Find: strings.TrimSpace(r.FormValue("q"))}
	p.Title, p.Parent, p.Lead = p.T("web.suggest.title"), p.T("web.space.desk"), p.T("web.suggest.lead")
	p.Styles = []string{"suggest.css"}
	p.Messages, p.Toasts = p.Toasts, nil // what was just done stays to be read
	made, err := s.Suggestions.ListSuggestions(r.Context(), licensing.SuggestionFilter{School: school, Teacher: reader.Person.ID, Limit: suggestionsShown})
	if err != nil {
		return fmt.Errorf("suggestions of %s: %w", reader.Person.ID, err)
	}
	stock, err := s.stock(r, school)
	if err != nil {
		return err
	}
	if err := s.fillMine(r, p, reader, made, stock); err != nil {
		return err
	}
	covered, err := s.Suggestions.ListCoverage(r.Context(), school, taught(reader)...)
	if err != nil {
		return fmt.Errorf("what the classes of %s have: %w", reader.Person.ID, err)
	}
	p.fill(reader, stock, byCohort(covered), waiting(made), page)
	return s.list.Send(w, r, http.StatusOK, p)
}

// stock lists the school's resources that pupils may be given.
func (s *Room) stock(r *http.Request, school directory.SchoolID) ([]stocked, error) {
	list, err := s.Suggestions.ListStock(r.Context(), school, nil)
	if err != nil {
		return nil, fmt.Errorf("stock of %s: %w", school, err)
	}
	ids := make([]catalogue.ResourceID, len(list))
	for i, one := range list {
		ids[i] = one.Resource
	}
	notices, err := s.Notices.ListResources(r.Context(), ids...)
	if err != nil {
		return nil, fmt.Errorf("notices for %s: %w", school, err)
	}
	byID := map[catalogue.ResourceID]catalogue.Resource{}
	for _, n := range notices {
		byID[n.ID] = n
	}
	var out []stocked
	for _, one := range list {
		if x := (stocked{one, byID[one.Resource]}); x.forPupils() {
			out = append(out, x)
		}
	}
	return out, nil
}

// taught are the classes and groups that the reader teaches.
func taught(reader *web.Reader) []directory.CohortID {
	ids := make([]directory.CohortID, len(reader.Cohorts))
	for i, c := range reader.Cohorts {
		ids[i] = c.ID
	}
	return ids
}

func byCohort(list []licensing.Coverage) map[directory.CohortID]licensing.Coverage {
	m := map[directory.CohortID]licensing.Coverage{}
	for _, c := range list {
		m[c.Cohort] = c
	}
	return m
}

// waiting are the resources that open suggestions name.
func waiting(made []licensing.Suggestion) map[catalogue.ResourceID]bool {
	m := map[catalogue.ResourceID]bool{}
	for _, one := range made {
		if one.State == licensing.Suggested {
			m[one.Resource] = true
		}
	}
	return m
}

// fillMine puts what became of the reader's suggestions into rows.
func (s *Room) fillMine(r *http.Request, p *listPage, reader *web.Reader, made []licensing.Suggestion, stock []stocked) error {
	titles := map[catalogue.ResourceID]string{}
	for _, one := range stock {
		titles[one.Resource] = one.Title
	}
	zone := reader.School().Zone()
	for _, one := range made {
		if _, ok := titles[one.Resource]; !ok { // no subscription in force any more
			gone, err := s.Suggestions.FindStock(r.Context(), reader.Session.School, one.Resource, nil)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			titles[one.Resource] = gone.Title
		}
		row := suggestedRow{Title: titles[one.Resource], Whom: labels(&p.Shell, reader, one.Targets), When: clock.On(one.Made, zone), Word: one.Word, Reason: one.Reason,
			State: p.T("web.suggest.state." + string(one.State))}
		switch one.State {
		case licensing.Suggested:
			row.Icon, row.Withdraw = "hourglass", web.SuggestPath+"/"+url.PathEscape(string(one.ID))+"/retirer"
		case licensing.Accepted:
			row.Icon, row.Tone = "check", look.Green
		case licensing.Partly:
			row.Icon, row.Tone = "check", look.Green
			if len(one.Given) < len(one.Targets) {
				row.State = p.T("web.suggest.partly", "whom", labels(&p.Shell, reader, one.Given))
			}
		case licensing.Declined:
			row.Icon = "x"
		case licensing.Withdrawn:
			row.Icon = "undo-2"
		}
		if !one.Answered.IsZero() {
			row.Answered = clock.On(one.Answered, zone)
		}
		p.Mine = append(p.Mine, row)
	}
	return nil
}

// labels names classes and groups: « 5e B, Latin 5e »; one that the reader teaches no more has no name here.
func labels(s *look.Shell, reader *web.Reader, targets []licensing.Target) string {
	var names []string
	for _, t := range targets {
		if c, ok := reader.Cohort(directory.CohortID(t.ID)); ok {
			names = append(names, c.Label)
		}
	}
	if gone := len(targets) - len(names); gone > 0 {
		names = append(names, s.T("web.suggest.gone", "n", gone))
	}
	return strings.Join(names, ", ")
}

// fill shows one page of the school's resources, with how many of each class have them.
func (p *listPage) fill(reader *web.Reader, stock []stocked, have map[directory.CohortID]licensing.Coverage, asked map[catalogue.ResourceID]bool, page int) {
	for _, c := range reader.Cohorts {
		p.Classes = append(p.Classes, c.Label)
	}
	wanted := directory.Fold(p.Find)
	found := slices.DeleteFunc(stock, func(x stocked) bool {
		return !strings.Contains(directory.Fold(x.Title+" "+x.notice.Publisher.Name), wanted)
	})
	p.Found = len(found)
	switch {
	case len(found) == 0 && wanted == "":
		p.Empty = p.T("web.suggest.stock.none")
	case len(found) == 0:
		p.Empty = p.T("web.suggest.find.none")
	}
	last := max(1, (len(found)+rowsPerPage-1)/rowsPerPage)
	page = min(page, last)
	from, to := (page-1)*rowsPerPage, min(page*rowsPerPage, len(found))
	p.Pager = look.Pager{From: min(from+1, to), To: to, Total: len(found)}
	turn := func(n int) string {
		return web.SuggestPath + "?" + url.Values{"q": {p.Find}, "page": {fmt.Sprint(n)}}.Encode()
	}
	if page > 1 {
		p.Pager.Prev = turn(page - 1)
	}
	if page < last {
		p.Pager.Next = turn(page + 1)
	}
	for _, x := range found[from:to] {
		p.Rows = append(p.Rows, p.row(reader, x, have, asked[x.Resource]))
	}
}

func (p *listPage) row(reader *web.Reader, x stocked, have map[directory.CohortID]licensing.Coverage, asked bool) resourceRow {
	row := resourceRow{Title: x.Title, By: x.notice.Publisher.Name, Cover: x.cover()}
	missing := false
	for _, c := range reader.Cohorts {
		of, n := have[c.ID].Pupils, have[c.ID].Have[x.Resource]
		missing = missing || n < of
		text := p.T("web.suggest.have", "have", n, "n", of)
		row.Cells = append(row.Cells, cell{Label: c.Label, Text: text, All: of > 0 && n == of, None: n == 0})
	}
	switch {
	case asked:
		row.State = p.T("web.suggest.state.open")
	case missing:
		row.Suggest = web.SuggestPath + "/nouvelle?" + url.Values{"ressource": {string(x.Resource)}}.Encode()
	default:
		row.State = p.T("web.suggest.all")
	}
	return row
}
