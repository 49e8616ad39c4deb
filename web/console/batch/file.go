package batch

import (
	"context"
	"net/http"
	"path"
	"strings"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/internal/sheet"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web/console/hall"
	"pupitre/web/copyfile"
)

// Files is copies by files: what a file would do, and its being done in the background. licensing.Service satisfies it.
type Files interface {
	Prepare(ctx context.Context, by journal.Actor, d licensing.Draft) (licensing.Batch, error)
	Start(ctx context.Context, by journal.Actor, school directory.SchoolID, id licensing.BatchID, hash string, short licensing.Short) error
	FindBatch(ctx context.Context, school directory.SchoolID, id licensing.BatchID, within *licensing.Mandate) (licensing.Batch, error)
	ListBatches(ctx context.Context, school directory.SchoolID, limit int, within *licensing.Mandate) ([]licensing.Batch, error)
	Outcomes(ctx context.Context, school directory.SchoolID, id licensing.BatchID, seq int, within *licensing.Mandate) ([]licensing.Outcome, error)
	UngivenBy(ctx context.Context, roll *licensing.Roll, id licensing.BatchID, within *licensing.Mandate) ([]licensing.Ungiven, error)
	AddFamilies(ctx context.Context, by journal.Actor, roll *licensing.Roll, id licensing.BatchID, within *licensing.Mandate) (licensing.Batch, error)
	RefusedLines(ctx context.Context, school directory.SchoolID, id licensing.BatchID, limit int, within *licensing.Mandate) ([]licensing.Refused, error)
}

// filePage is where files come in and go out.
type filePage struct {
	look.Shell
	Path      string
	Error     string // why the last file was refused
	Resources []look.Option
	Take      bool
	Batches   []batchRow
	Downloads []look.Link
	Programs  look.Link // zero where there are none
}

// batchRow is a batch in the list.
type batchRow struct {
	Href, Name string
	When       clock.Date
	What       string
	State      look.Tag
}

// fileShell begins a page of files: none of the methods is the current one.
func (c *Room) fileShell(r *http.Request, at hall.Site) look.Shell {
	s := c.Shell(r, at)
	for i := range s.Nav {
		s.Nav[i].Current = s.Nav[i].Href == at.Path(hall.FilePath)
	}
	return s
}

func (c *Room) file(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	return c.showFile(w, r, at, http.StatusOK, nil)
}

func (c *Room) showFile(w http.ResponseWriter, r *http.Request, at hall.Site, status int, refusal error) error {
	stock, err := c.Copies.ListStock(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return err
	}
	list, err := c.Files.ListBatches(r.Context(), at.School.ID, 20, at.Mandate)
	if err != nil {
		return err
	}
	p := &filePage{Shell: c.fileShell(r, at), Path: at.Path(hall.FilePath), Take: r.FormValue("sens") == "reprendre"}
	p.Title, p.Lead = p.T("console.file.title"), p.T(at.Own("console.file.lead."))
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.T("console.file.title"), Current: true}}
	if refusal != nil {
		p.Error = hall.Why(&p.Shell, refusal)
		p.Problems = []look.Problem{{Field: "fichier", Text: p.Error}}
	}
	p.Resources = []look.Option{{Text: p.T("console.file.resource.in")}}
	titles := map[catalogue.ResourceID]string{}
	for _, s := range stock {
		titles[s.Resource] = s.Title
		p.Resources = append(p.Resources, look.Option{Value: string(s.Resource), Text: s.Title, On: r.FormValue("ressource") == string(s.Resource)})
	}
	for _, b := range list {
		p.Batches = append(p.Batches, p.row(at, b, titles))
	}
	p.Downloads = []look.Link{
		{Text: p.T("console.file.stock"), Href: at.Path(hall.FilePath + "/stock.csv")},
		{Text: p.T("console.file.holders"), Href: at.Path(hall.FilePath + "/attributions.csv")},
	}
	if c.Programs {
		p.Programs = look.Link{Text: p.T("console.programs.see"), Href: at.Path(hall.ProgramsPath)}
	}
	return c.pages.file.Send(w, r, status, p)
}

func (p *filePage) row(at hall.Site, b licensing.Batch, titles map[catalogue.ResourceID]string) batchRow {
	return batchRow{Href: at.Path(hall.FilePath + "/" + string(b.ID)), Name: BatchName(&p.Shell, b, titles), When: clock.On(b.Started, at.School.Zone()), What: BatchWhat(&p.Shell, b), State: batchState(&p.Shell, b.State)}
}

// BatchName is the file's name or, of what came by none, those of its resources.
func BatchName(s *look.Shell, b licensing.Batch, titles map[catalogue.ResourceID]string) string {
	if b.Name != "" {
		return b.Name
	}
	var all []string
	for _, step := range b.Steps {
		if title := titles[step.Order.Resources[0]]; title != "" {
			all = append(all, title)
		}
	}
	if len(all) == 0 {
		return s.T("console.file.noname")
	}
	return hall.Titles(s, all)
}

// BatchState says how a batch is.
func BatchState(s *look.Shell, b licensing.Batch) string {
	if b.Name == "" && (b.State == licensing.BatchDraft || b.State == licensing.BatchDone) {
		return s.T("console.batch." + string(b.State))
	}
	return s.T("console.file.batch." + string(b.State))
}

func BatchWhat(s *look.Shell, b licensing.Batch) string {
	sum, done := b.Sum(), b.State == licensing.BatchDone
	switch {
	case sum.Gets > 0 && done:
		return s.T("console.done.given", "n", sum.Gets)
	case sum.Loses > 0 && done:
		return s.T("console.done.taken", "n", sum.Loses)
	case sum.Gets > 0:
		return s.T("console.file.gives", "n", sum.Gets)
	case sum.Loses > 0:
		return s.T("console.file.takes", "n", sum.Loses)
	}
	return s.T("console.done.nothing")
}

func batchState(s *look.Shell, state licensing.BatchState) look.Tag {
	tag := look.Tag{Text: s.T("console.file.state." + string(state))}
	switch state {
	case licensing.BatchDone:
		tag.Tone, tag.Icon = look.Green, "check"
	case licensing.BatchRefused, licensing.BatchFailed:
		tag.Tone, tag.Icon = look.Red, "circle-alert"
	case licensing.BatchRunning, licensing.BatchWaiting:
		tag.Tone = look.Ink
	}
	return tag
}

// upload reads a file and shows what it would do: a dry run, that stays until it is started or a day is over.
func (c *Room) upload(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	const parts = 64 << 10 // of the form around the file
	httpx.AllowBody(r, sheet.MaxBytes+parts)
	if err := r.ParseMultipartForm(4 << 20); err != nil {
		if fault.KindOf(err) != fault.Internal || httpx.StatusOf(err) == http.StatusRequestEntityTooLarge {
			return err
		}
		return c.showFile(w, r, at, http.StatusBadRequest, fault.Wrap(err, fault.Invalid, "console.file.missing"))
	}
	body, header, err := r.FormFile("fichier")
	if err != nil {
		return c.showFile(w, r, at, http.StatusBadRequest, fault.Wrap(err, fault.Invalid, "console.file.missing"))
	}
	defer body.Close()
	roll, err := c.Rolls.Roll(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return err
	}
	f, err := copyfile.Read(body)
	if fault.Is(err, fault.Invalid) {
		return c.showFile(w, r, at, http.StatusBadRequest, err)
	} else if err != nil {
		return err
	}
	var whole []catalogue.ResourceID
	if id := r.FormValue("ressource"); id != "" {
		whole = append(whole, catalogue.ResourceID(id))
		if !knows(roll, whole[0]) {
			return hall.ErrResource
		}
	} else if !f.NamesResources() {
		return c.showFile(w, r, at, http.StatusBadRequest, fault.New(fault.Invalid, "licensing.line.resource.missing"))
	}
	m, err := roll.Match(r.FormValue("sens") == "reprendre", whole, f.Lines())
	if err != nil {
		return err
	}
	b, err := c.Files.Prepare(r.Context(), at.Reader.Actor(), licensing.Draft{School: at.School.ID, Name: fileName(header.Filename), Orders: m.Orders, Lines: m.Lines, Refused: m.Refused})
	if err != nil {
		return err
	}
	if f.Encoding != sheet.UTF8 {
		s := c.House.Site.Shell(r)
		if err := c.House.Site.Flash(w, r, look.Message{Title: s.T("console.file.converted"), Text: s.T("console.file.converted.text", "encoding", string(f.Encoding))}); err != nil {
			return err
		}
	}
	http.Redirect(w, r, at.Path(hall.FilePath+"/"+string(b.ID)), http.StatusSeeOther)
	return nil
}

func knows(roll *licensing.Roll, id catalogue.ResourceID) bool {
	for _, w := range roll.Works {
		if w.ID == id {
			return true
		}
	}
	return false
}

// fileName is the last part of a file's name, as browsers of all systems send it.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	const most = 80
	if r := []rune(name); len(r) > most {
		name = string(r[:most]) + "…"
	}
	return strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), "�")
}

// startBatch lets a dry run be carried out by the plan that was seen, and waits a moment: most are done by then.
func (c *Room) startBatch(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	id := licensing.BatchID(r.PathValue("lot"))
	err := c.Files.Start(r.Context(), at.Reader.Actor(), at.School.ID, id, r.FormValue("empreinte"), licensing.Short(r.FormValue("manque")))
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exhausted) {
		return c.showBatch(w, r, at, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	const tries, between = 15, 100 * time.Millisecond
	for range tries {
		b, err := c.Files.FindBatch(r.Context(), at.School.ID, id, at.Mandate)
		if err != nil || b.State.Ended() {
			break // what went wrong is told by the page
		}
		select {
		case <-r.Context().Done():
			return r.Context().Err()
		case <-time.After(between):
		}
	}
	http.Redirect(w, r, at.Path(hall.FilePath+"/"+string(id)), http.StatusSeeOther)
	return nil
}

// Rolls reads the names by which files name persons, classes and resources.
type Rolls interface {
	Roll(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (*licensing.Roll, error)
}
