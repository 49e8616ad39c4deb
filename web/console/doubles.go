package console

import (
	"context"
	"net/http"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
)

const doublesPath = "/doubles"

// Doubles finds who has a resource twice. licensing.Service satisfies it.
type Doubles interface {
	ListDoubles(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) ([]licensing.Double, error)
}

// Doubled counts the persons who have a resource twice.
func Doubled(d Doubles) Notice {
	return func(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (Waiting, error) {
		list, err := d.ListDoubles(ctx, school, within)
		out := Waiting{Page: doublesPath}
		seen := map[directory.PersonID]bool{}
		for _, x := range list {
			seen[x.Person], out.Resource = true, x.Resource
		}
		out.N = int64(len(seen))
		return out, err
	}
}

// mostDoubles is how many doubles the page names; the act takes all of them back.
const mostDoubles = 200

// doublesPage is who has a resource twice, and what would come back.
type doublesPage struct {
	look.Shell
	Rows    []doubleRow
	More    string
	Hash    string
	Do      string // the button's words, "" where nothing can come back
	BarFor  string
	BarNote string
	Here    string
	Empty   look.Empty
}

// doubleRow is one person and one resource: what stays, and how many copies come back.
type doubleRow struct {
	Name, Of, Keeps string
	Back            int64
}

// doubles shows who has a resource twice.
func (c *Room) doubles(w http.ResponseWriter, r *http.Request, at site) error {
	plan, err := c.Past.PlanUndouble(r.Context(), at.school.ID, at.asker())
	if err != nil {
		return err
	}
	return c.showDoubles(w, r, at, plan, http.StatusOK)
}

// undouble takes back exactly what the manager saw; a plan that has changed meanwhile is shown anew.
func (c *Room) undouble(w http.ResponseWriter, r *http.Request, at site) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	done, err := c.Past.ReleaseDoubles(r.Context(), at.reader.Actor(), at.school.ID, r.FormValue("empreinte"))
	if fault.Is(err, fault.Conflict) && done.Plan.Hash != "" {
		return c.showDoubles(w, r, at, done.Plan, http.StatusConflict, "console.doubles.changed")
	}
	if err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	news := look.Message{Tone: look.Green, Title: s.T("console.done.taken", "n", done.Plan.Sum().Loses), Text: s.T("console.doubles.done"),
		Link: look.Link{Text: s.T("console.doubles.act"), Href: at.actPath(done.Act)}}
	if done.Act == "" {
		news = look.Message{Text: s.T("console.doubles.none.title")}
	}
	if err := c.House.Site.Flash(w, r, news); err != nil {
		return err
	}
	http.Redirect(w, r, at.path(doublesPath), http.StatusSeeOther)
	return nil
}

func (c *Room) showDoubles(w http.ResponseWriter, r *http.Request, at site, plan licensing.Plan, status int, messages ...string) error {
	p := &doublesPage{Shell: c.shell(r, at), Hash: plan.Hash, Here: at.path(doublesPath)}
	p.Shell.Here = p.Here
	p.Title, p.Parent, p.Lead = p.T("console.doubles.title"), p.T("console.history.title"), p.T("console.doubles.lead")
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.path("")}, {Text: p.T("console.history.title"), Href: at.path(historyPath)}, {Text: p.Title, Current: true}}
	for _, key := range messages {
		p.Messages = append(p.Messages, look.Message{Tone: look.Amber, Title: p.T("console.plan.changed.title"), Text: p.T(key)})
	}
	s, err := c.sayer(r, &p.Shell, at)
	if err != nil {
		return err
	}
	if err := p.say(s, plan); err != nil {
		return err
	}
	n := plan.Sum().Loses
	switch {
	case len(p.Rows) == 0:
		p.Empty = look.Empty{Title: p.T("console.doubles.none.title"), Text: p.T("console.doubles.none.text")}
	case n == 0:
		p.BarFor, p.BarNote = p.T("console.take.nothing.title"), p.T("console.doubles.locked")
	default:
		p.Do, p.BarFor, p.BarNote = p.T("console.take.verb", "n", n), p.T("console.undo.bar.back", "n", n), p.T("console.doubles.note")
	}
	return c.pages.doubles.Send(w, r, status, p)
}

// say gathers the outcomes of each person and resource, in the order of the plan.
func (p *doublesPage) say(s *sayer, plan licensing.Plan) error {
	type double struct {
		licensing.Double
		keeps string
		back  int64
	}
	var list []*double
	at := map[licensing.Double]*double{}
	for _, o := range plan.Outcomes {
		key := licensing.Double{Resource: o.Resource, Person: o.Person}
		d, ok := at[key]
		if !ok {
			d = &double{Double: key}
			at[key], list = d, append(list, d)
		}
		switch {
		case o.Verdict == licensing.Loses:
			d.back++
		case o.Verdict == licensing.Cannot:
			d.keeps = p.T("console.doubles.keeps.locked")
		case o.SiteWide:
			d.keeps = p.T("console.doubles.keeps.school")
		default:
			d.keeps = p.T("console.doubles.keeps.copy")
		}
	}
	if err := s.entitle(plan.Order.Resources); err != nil {
		return err
	}
	for _, d := range list[:min(len(list), mostDoubles)] {
		name, err := s.name(d.Person)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, doubleRow{name, s.titles[d.Resource], d.keeps, d.back})
	}
	if rest := len(list) - len(p.Rows); rest > 0 {
		p.More = p.T("console.plan.names.more", "n", rest)
	}
	return nil
}
