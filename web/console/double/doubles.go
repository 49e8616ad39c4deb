package double

import (
	"context"
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web/console/hall"
	"pupitre/web/console/history"
)

// Doubles is who has a resource twice, and giving back what is too much. licensing.Service satisfies it.
type Doubles interface {
	ListDoubles(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) ([]licensing.Double, error)
	PlanUndouble(ctx context.Context, school directory.SchoolID, person directory.PersonID, chosen []string) (licensing.Plan, error)
	ReleaseDoubles(ctx context.Context, by journal.Actor, school directory.SchoolID, chosen []string, hash string) (licensing.Applied, error)
	ListApart(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) ([]licensing.Apart, error)
	TellApart(ctx context.Context, by journal.Actor, school directory.SchoolID, key string) error
	CompareAgain(ctx context.Context, by journal.Actor, school directory.SchoolID, a, b directory.PersonID) error
}

// Sure finds who has a resource twice for sure. licensing.Service satisfies it.
type Sure interface {
	ListSureDoubles(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) ([]licensing.Double, error)
}

// Doubled counts the persons who have a resource twice for sure: what may be a double is told on its own page only.
func Doubled(d Sure) hall.Notice {
	return func(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (hall.Waiting, error) {
		list, err := d.ListSureDoubles(ctx, school, within)
		out := hall.Waiting{Page: hall.DoublesPath}
		seen := map[directory.PersonID]bool{}
		for _, x := range list {
			if x.Kind.Sure() {
				seen[x.Persons[0]], out.Resource = true, x.Resource
			}
		}
		out.N = int64(len(seen))
		return out, err
	}
}

// mostDoubles is how many doubles of a part the page names. What it does not name is not chosen.
const mostDoubles = 200

// doublesPage is who has a resource twice, and what would come back of what is chosen.
type doublesPage struct {
	look.Shell
	Parts   []doublesPart
	Apart   []apartRow // who is compared no more
	Ways    apartPaths
	Lines   []hall.PlanLine // standing assignments that the act stops
	Seen    []string        // the keys of which the page tells the plan
	Hash    string
	Do      string // the button's words, "" where nothing is chosen that can come back
	Again   string // the words of the button that shows the plan of another choice, "" where there is none to make
	BarFor  string
	BarNote string
	Here    string
	Empty   look.Empty
}

// doublesPart is the doubles that are as sure as one another: « sûrs », « à vérifier », told only.
type doublesPart struct {
	ID, Title, Note, More string
	Choose                bool
	Rows                  []doubleRow
}

// doubleRow is one person and one resource: why it is a double, what stays, and how many copies come back.
type doubleRow struct {
	Key, Name, Of, Why, Keeps string
	Accounts                  []string // of two accounts, each with what tells it apart
	Namesakes                 bool     // they may be two persons
	On                        bool
	Back                      int64
}

// doubles shows who has a resource twice; what is sure is chosen.
func (c *Room) doubles(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	return c.showDoubles(w, r, at, sureOf, http.StatusOK)
}

// sureOf are the keys of those that nobody need look at, as far as the page tells them.
func sureOf(list []licensing.Double) (chosen []string) {
	for _, part := range partsOf(list) {
		for _, d := range part.list[:min(len(part.list), mostDoubles)] {
			if d.Kind.Sure() {
				chosen = append(chosen, d.Key())
			}
		}
	}
	return chosen
}

// undouble takes back exactly what the manager saw; a plan that has changed meanwhile, or another choice, is shown anew.
func (c *Room) undouble(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	chosen, seen := distinctStrings(r.PostForm["double"]), distinctStrings(r.PostForm["vu"])
	these := func([]licensing.Double) []string { return chosen }
	if r.PostForm.Has("voir") {
		return c.showDoubles(w, r, at, these, http.StatusOK)
	}
	if !slices.Equal(chosen, seen) {
		return c.showDoubles(w, r, at, these, http.StatusConflict, "console.doubles.rechosen")
	}
	done, err := c.Doubles.ReleaseDoubles(r.Context(), at.Reader.Actor(), at.School.ID, chosen, r.FormValue("empreinte"))
	if fault.CodeOf(err) == "licensing.plan.changed" {
		return c.showDoubles(w, r, at, these, http.StatusConflict, "console.doubles.changed")
	}
	if err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	news := look.Message{Tone: look.Green, Title: s.T("console.done.taken", "n", done.Plan.Sum().Loses), Text: s.T("console.doubles.done"),
		Link: look.Link{Text: s.T("console.doubles.act"), Href: at.ActPath(done.Act)}}
	if done.Act == "" {
		news = look.Message{Text: s.T("console.take.nothing.title")}
	}
	if err := c.House.Site.Flash(w, r, news); err != nil {
		return err
	}
	http.Redirect(w, r, at.Path(hall.DoublesPath), http.StatusSeeOther)
	return nil
}

// distinctStrings is a list in order, each once.
func distinctStrings(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

func (c *Room) showDoubles(w http.ResponseWriter, r *http.Request, at hall.Site, choose func([]licensing.Double) []string, status int, messages ...string) error {
	list, err := c.Doubles.ListDoubles(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return err
	}
	chosen := choose(list)
	plan, err := c.Doubles.PlanUndouble(r.Context(), at.School.ID, at.Asker(), chosen)
	if err != nil {
		return err
	}
	p := &doublesPage{Shell: c.Shell(r, at), Hash: plan.Hash, Here: at.Path(hall.DoublesPath)}
	p.Shell.Here = p.Here
	p.Title, p.Parent, p.Lead = p.T("console.doubles.title"), p.T("console.history.title"), p.T("console.doubles.lead")
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.T("console.history.title"), Href: at.Path(hall.HistoryPath)}, {Text: p.Title, Current: true}}
	for _, key := range messages {
		p.Messages = append(p.Messages, look.Message{Tone: look.Amber, Title: p.T("console.plan.changed.title"), Text: p.T(key)})
	}
	s, err := history.NewSayer(c.Hall, r, &p.Shell, at)
	if err != nil {
		return err
	}
	if err := c.sayDoubles(p, s, list, chosen); err != nil {
		return err
	}
	if err := c.sayApart(p, s); err != nil {
		return err
	}
	rules, err := c.Suspends(r, plan.Bare())
	if err != nil {
		return err
	}
	p.Lines = hall.SuspendsLine(&p.Shell, s.Labels, rules)
	n := plan.Sum().Loses
	switch {
	case len(p.Parts) == 0:
		p.Empty = look.Empty{Title: p.T("console.doubles.none.title"), Text: p.T("console.doubles.none.text")}
	case n > 0:
		p.Do, p.BarFor, p.BarNote = p.T("console.take.verb", "n", n), p.T("console.undo.bar.back", "n", n), p.T("console.doubles.note")
	case len(p.Seen) > 0:
		p.BarFor, p.BarNote = p.T("console.take.nothing.title"), p.T("console.doubles.locked")
	default:
		p.BarFor, p.BarNote = p.T("console.take.nothing.title"), p.T("console.doubles.unchosen")
	}
	return c.page.Send(w, r, status, p)
}

// partOf is a part of the page, with its doubles.
type partOf struct {
	id   string
	list []licensing.Double
}

// partsOf sorts doubles by how sure they are; parts with none are left out.
func partsOf(list []licensing.Double) []partOf {
	parts := []partOf{{id: "sure"}, {id: "look"}, {id: "told"}}
	for _, d := range list {
		i := 1
		switch {
		case d.Kind.Sure():
			i = 0
		case d.Kind == licensing.DoubleSpent:
			i = 2
		}
		parts[i].list = append(parts[i].list, d)
	}
	return slices.DeleteFunc(parts, func(p partOf) bool { return len(p.list) == 0 })
}

// sayDoubles writes the parts. What a row says of the copies is what its own choice would do.
func (c *Room) sayDoubles(p *doublesPage, s *history.Sayer, list []licensing.Double, chosen []string) error {
	var keys []string
	var resources []catalogue.ResourceID
	for _, d := range list {
		keys, resources = append(keys, d.Key()), append(resources, d.Resource)
	}
	whole, err := c.Doubles.PlanUndouble(s.R.Context(), s.At.School.ID, s.At.Asker(), keys)
	if err != nil {
		return err
	}
	if err := s.Entitle(resources); err != nil {
		return err
	}
	of := map[licensing.Twice][]licensing.Outcome{}
	for _, o := range whole.Outcomes {
		key := licensing.Twice{Resource: o.Resource, Person: o.Person}
		of[key] = append(of[key], o)
	}
	for _, part := range partsOf(list) {
		out := doublesPart{ID: part.id, Title: p.T("console.doubles.part."+part.id, "n", len(part.list)), Note: p.T("console.doubles.part." + part.id + ".note"), Choose: part.id != "told"}
		for _, d := range part.list[:min(len(part.list), mostDoubles)] {
			row, err := p.row(s, d, of)
			if err != nil {
				return err
			}
			row.On = slices.Contains(chosen, row.Key)
			if row.On {
				p.Seen = append(p.Seen, row.Key)
			}
			if out.Choose {
				p.Again = p.T("console.doubles.again")
			}
			out.Rows = append(out.Rows, row)
		}
		if rest := len(part.list) - len(out.Rows); rest > 0 {
			out.More = p.T("console.doubles.more", "n", rest)
		}
		p.Parts = append(p.Parts, out)
	}
	return nil
}

// row tells of one double.
func (p *doublesPage) row(s *history.Sayer, d licensing.Double, of map[licensing.Twice][]licensing.Outcome) (doubleRow, error) {
	name, err := s.Name(d.Persons[0])
	if err != nil {
		return doubleRow{}, err
	}
	row := doubleRow{Key: d.Key(), Namesakes: d.Kind == licensing.DoubleNamesakes, Name: name, Of: s.Titles[d.Resource], Why: p.T("console.doubles.why." + string(d.Kind)), Keeps: p.T("console.doubles.keeps.copy")}
	if d.Account {
		row.Why = p.T("console.doubles.why." + string(d.Kind) + ".account")
	}
	for _, person := range d.Persons {
		some := of[licensing.Twice{Resource: d.Resource, Person: person}]
		for _, o := range some {
			switch {
			case o.Verdict == licensing.Loses:
				row.Back++
			case o.Verdict == licensing.Cannot:
				row.Keeps = p.T("console.doubles.keeps.locked")
			case o.SiteWide:
				row.Keeps = p.T("console.doubles.keeps.school")
			}
		}
		if len(d.Persons) > 1 {
			text, err := p.account(s, person, some)
			if err != nil {
				return doubleRow{}, err
			}
			row.Accounts = append(row.Accounts, text)
		}
	}
	if d.Kind == licensing.DoubleElsewhere && row.Keeps == p.T("console.doubles.keeps.copy") {
		row.Keeps = p.T("console.doubles.keeps.elsewhere")
	}
	return row, nil
}

// account says which account of a person it is, when they last opened the resource by it, and what would become of its copies.
func (p *doublesPage) account(s *history.Sayer, person directory.PersonID, some []licensing.Outcome) (string, error) {
	named, err := s.Account(person)
	if err != nil {
		return "", err
	}
	does, used := "keeps", ""
	for _, o := range some {
		if o.Verdict == licensing.Loses {
			does = "back"
		}
		if !o.Used.IsZero() {
			used = s.Shell.T("console.doubles.account.used", "day", clock.On(o.Used, s.At.School.Zone()))
		}
	}
	if used == "" {
		used = s.Shell.T("console.doubles.account.unused")
	}
	return p.T("console.doubles.account."+does, "account", named, "used", used), nil
}
