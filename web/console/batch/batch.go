package batch

import (
	"net/http"
	"slices"

	"pupitre/catalogue"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// manyLines is how many refused lines a page shows; all are in the file that it offers.
const manyLines = 100

// batchPage is a dry run, or what became of it.
type batchPage struct {
	look.Shell
	Lines    []hall.PlanLine
	Refused  []refusedRow
	More     string
	Heads    []string
	Rows     []stepRow
	Remedy   *hall.Remedy // of a draft: the families that go with its books
	Draft    bool
	Going    bool // waits or runs
	Share    int
	Progress string
	Parts    string    // that each resource is done by itself; "" where all are together
	Undo     look.Link // of what was done by one act; zero for none, or several
	State    look.Tag  // of one that was started
	Hash     string
	Short    bool
	Do       string // the button's words, "" where there is nothing to do
	Start    string
	BarTitle string
	BarNote  string
	Links    []look.Link
	Back     look.Link
	Again    look.Link
}

// refusedRow is a line of the file that is not carried out.
type refusedRow struct {
	Line int
	Text string
}

// stepRow is one resource.
type stepRow struct {
	Title string
	Cells []string // one for each of Heads but the first
	State look.Tag
	Why   string
	Undo  look.Link
}

func (c *Room) batch(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	return c.showBatch(w, r, at, http.StatusOK, nil)
}

func (c *Room) showBatch(w http.ResponseWriter, r *http.Request, at hall.Site, status int, refusal error) error {
	id := licensing.BatchID(r.PathValue("lot"))
	b, err := c.Files.FindBatch(r.Context(), at.School.ID, id, at.Mandate)
	if err != nil {
		return err
	}
	refused, err := c.Files.RefusedLines(r.Context(), at.School.ID, id, manyLines, at.Mandate)
	if err != nil {
		return err
	}
	roll, err := c.Rolls.Roll(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return err
	}
	p := &batchPage{Shell: c.fileShell(r, at), Hash: b.Hash, Start: at.Path(hall.FilePath + "/" + string(id) + "/lancer")}
	p.Shell.Here = at.Path(hall.FilePath + "/" + string(id))
	titles := map[catalogue.ResourceID]string{}
	for _, work := range roll.Works {
		titles[work.ID] = work.Title
	}
	p.Lead = BatchName(&p.Shell, b, titles)
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.T("console.file.title"), Href: at.Path(hall.FilePath)}, {Text: p.Lead, Current: true}}
	p.Back = look.Link{Text: p.T("console.file.back"), Href: at.Path(hall.FilePath)}
	p.Again = look.Link{Text: p.T("console.file.refresh"), Href: p.Shell.Here}
	if refusal != nil {
		p.Messages = append(p.Messages, look.Message{Tone: look.Red, Title: p.T("console.file.refused"), Text: hall.Why(&p.Shell, refusal)})
	}
	p.say(b)
	p.lines(b, take(b))
	p.table(at, b, titles)
	if p.Draft && !take(b) {
		ungiven, err := c.Files.UngivenBy(r.Context(), roll, id, at.Mandate)
		if err != nil {
			return err
		}
		p.Remedy = familyRemedy(&p.Shell, ungiven, titles)
	}
	for _, one := range refused {
		p.Refused = append(p.Refused, refusedRow{one.Line, hall.Why(&p.Shell, one.Err)})
	}
	if n := b.Refused - len(refused); n > 0 && len(refused) > 0 {
		p.More = p.T("console.file.lines.more", "n", n)
	}
	if len(refused) > 0 {
		p.Links = append(p.Links, look.Link{Text: p.T("console.file.lines.all"), Href: p.Shell.Here + "/refus.csv"})
	}
	if len(b.Steps) > 0 {
		p.Links = append(p.Links, look.Link{Text: p.T("console.file.outcomes"), Href: p.Shell.Here + "/resultats.csv"})
	}
	if p.Going && p.Shell.Follow == nil {
		w.Header().Set("Refresh", "5")
	}
	return c.pages.batch.Send(w, r, status, p)
}

// familyRemedy warns of the families of a draft's books that not all who are to have one have been given, nil for none.
func familyRemedy(s *look.Shell, ungiven []licensing.Ungiven, titles map[catalogue.ResourceID]string) *hall.Remedy {
	if len(ungiven) == 0 {
		return nil
	}
	var named []string
	for _, one := range ungiven {
		named = append(named, titles[one.Order.Resources[0]])
	}
	n := len(ungiven)
	return &hall.Remedy{Message: look.Message{Title: s.T("console.families.offer.title", "n", n), Text: s.T("console.families.offer.text", "titles", hall.Titles(s, named))},
		Verb: s.T("console.families.offer.do", "n", n), Action: s.Here + "/familles"}
}

// addFamilies plans the draft anew with the families that go with its books, and shows that.
func (c *Room) addFamilies(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	roll, err := c.Rolls.Roll(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return err
	}
	b, err := c.Files.AddFamilies(r.Context(), at.Reader.Actor(), roll, licensing.BatchID(r.PathValue("lot")), at.Mandate)
	if fault.Is(err, fault.Conflict) {
		return c.showBatch(w, r, at, http.StatusConflict, err)
	} else if err != nil {
		return err
	}
	http.Redirect(w, r, at.Path(hall.FilePath+"/"+string(b.ID)), http.StatusSeeOther)
	return nil
}

// take reports whether a batch takes copies back.
func take(b licensing.Batch) bool { return len(b.Steps) > 0 && b.Steps[0].Order.Take }

// say is the title, and what can be done.
func (p *batchPage) say(b licensing.Batch) {
	sum := b.Sum()
	n := sum.Gets + sum.Loses
	done, total := b.Progress()
	p.Parent = p.T("console.file.title")
	p.Title = BatchState(&p.Shell, b)
	if b.Lines > 0 {
		p.Lead = p.T("console.file.batch.lead", "name", p.Lead, "n", b.Lines)
	}
	if !b.Whole {
		p.Parts = p.T("console.batch.parts")
	}
	p.Draft, p.Going = b.State == licensing.BatchDraft, b.State == licensing.BatchWaiting || b.State == licensing.BatchRunning
	if total > 0 {
		p.Share = 100 * done / total
	}
	p.Progress = p.T("console.file.progress", "done", done, "n", total)
	p.State = batchState(&p.Shell, b.State)
	p.Short = sum.Short > 0
	p.BarTitle, p.BarNote = p.T("console.plan.bar.nothing"), p.T("console.file.nothing.note")
	switch {
	case !p.Draft || n == 0:
	case take(b):
		p.Do, p.BarTitle = p.T("console.file.take", "n", n), p.T("console.file.takes.bar", "n", n)
	default:
		p.Do, p.BarTitle = p.T("console.plan.give", "n", n), p.T("console.plan.bar.gives", "n", n)
	}
	switch {
	case p.Do == "":
	case p.Short:
		p.BarNote = p.T("console.file.short.note", "n", sum.Short)
	case !b.Whole:
		p.BarNote = p.T("console.file.parts.note")
	default:
		p.BarNote = p.T("console.file.whole.note")
	}
}

// lines are the figures in the margin.
func (p *batchPage) lines(b licensing.Batch, take bool) {
	sum := b.Sum()
	add := func(n int64, key string, wrong bool) {
		if n == 0 {
			return
		}
		title := key
		if b.State != licensing.BatchDone && (key == "gets" || key == "loses") {
			title += ".yet"
		}
		p.Lines = append(p.Lines, hall.PlanLine{N: n, Title: p.T("console.file.sum."+title, "n", n), Text: p.T("console.file.sum."+key+".text", "n", n), Wrong: wrong})
	}
	if take {
		add(sum.Loses, "loses", false)
		add(sum.Lacks, "lacks", false)
	} else {
		add(sum.Gets, "gets", false)
		add(sum.Has, "has", false)
	}
	add(sum.Short, "short", true)
	add(sum.Cannot-sum.Short, "cannot", false)
	add(int64(b.Refused), "refused", true)
}

// table is a line for each resource. An act of several resources is undone below it.
func (p *batchPage) table(at hall.Site, b licensing.Batch, titles map[catalogue.ResourceID]string) {
	columns, take := []string{"gets", "has", "cannot", "left"}, take(b)
	if take {
		columns = []string{"loses", "lacks", "cannot", "left"}
	}
	for _, name := range columns {
		p.Heads = append(p.Heads, p.T("console.file.column."+name))
	}
	for _, s := range b.Steps {
		f := s.Figures
		left := lang.Number(p.Locale, f.After.Available)
		if f.After.Unlimited {
			left = p.T("console.file.unlimited")
		}
		first, second := f.Gets, f.Has
		if take {
			first, second = f.Loses, f.Lacks
		}
		row := stepRow{Title: titles[s.Order.Resources[0]], State: batchState(&p.Shell, s.State)}
		if b.State == licensing.BatchDraft {
			row.State = look.Tag{}
		}
		for _, n := range []int64{first, second, f.Cannot} {
			row.Cells = append(row.Cells, lang.Number(p.Locale, n))
		}
		row.Cells = append(row.Cells, left)
		if err := s.Err(); s.Code == "licensing.plan.changed" {
			row.Why = p.T("console.batch.changed")
		} else if err != nil {
			row.Why = hall.Why(&p.Shell, err)
		}
		if s.Act != "" {
			row.Undo = at.UndoLink(&p.Shell, licensing.Applied{Act: s.Act, Plan: licensing.Plan{Order: s.Order}})
		}
		p.Rows = append(p.Rows, row)
	}
	joint := len(p.Rows) > 0 && !slices.ContainsFunc(p.Rows, func(r stepRow) bool { return r.Undo != p.Rows[0].Undo })
	if joint {
		p.Undo = p.Rows[0].Undo
		for i := range p.Rows {
			p.Rows[i].Undo = look.Link{}
		}
	}
}

// errGone says that refused lines are not kept any more.
var errGone = fault.New(fault.NotFound, "console.file.gone")
