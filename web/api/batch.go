package api

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"pupitre/catalogue"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/sheet"
	"pupitre/licensing"
	"pupitre/token"
	"pupitre/web/copyfile"
)

// batchIn is a batch as programs write it in JSON. Start carries it out without another word.
type batchIn struct {
	Name   string    `json:"name"`
	Orders []orderIn `json:"orders"`
	Short  string    `json:"short"`
	Start  bool      `json:"start"`
}

// batchView is a batch: how far it is, and its figures.
type batchView struct {
	ID      string     `json:"id"`
	Name    string     `json:"name,omitempty"`
	State   string     `json:"state"`
	Hash    string     `json:"hash"`
	Whole   bool       `json:"whole"` // one transaction: all or nothing
	Lines   int        `json:"lines"`
	Refused int        `json:"refusedLines"`
	Done    int        `json:"done"`
	Total   int        `json:"total"`
	Gets    int64      `json:"gets"`
	Loses   int64      `json:"loses"`
	Cannot  int64      `json:"cannot"`
	Short   int64      `json:"short"`
	Made    string     `json:"made"`
	Started string     `json:"started,omitempty"`
	Ended   string     `json:"ended,omitempty"`
	Steps   []stepView `json:"steps"`

	Families []familyView `json:"families,omitempty"` // told once, as it is planned
}

// stepView is one resource of a batch.
type stepView struct {
	Seq     int         `json:"seq"`
	Take    bool        `json:"take"`
	State   string      `json:"state"`
	Act     string      `json:"act,omitempty"`
	Code    string      `json:"code,omitempty"`
	Text    string      `json:"text,omitempty"`
	Figures figuresView `json:"figures"`
}

func (a *Room) batchView(r *http.Request, v views, b licensing.Batch) batchView {
	sum := b.Sum()
	out := batchView{ID: string(b.ID), Name: b.Name, State: string(b.State), Hash: b.Hash, Whole: b.Whole, Lines: b.Lines, Refused: b.Refused,
		Gets: sum.Gets, Loses: sum.Loses, Cannot: sum.Cannot, Short: sum.Short, Made: b.Made.Format(timeForm), Steps: []stepView{}}
	out.Done, out.Total = b.Progress()
	if !b.Started.IsZero() {
		out.Started = b.Started.Format(timeForm)
	}
	if !b.Ended.IsZero() {
		out.Ended = b.Ended.Format(timeForm)
	}
	for _, s := range b.Steps {
		step := stepView{Seq: s.Seq, Take: s.Order.Take, State: string(s.State), Act: string(s.Act), Code: s.Code, Figures: v.figures(s.Figures)}
		if err := s.Err(); err != nil {
			step.Text = a.Say(r, err)
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

// prepare takes orders in JSON, or a file of persons and resources as CSV, and plans them as a draft; 202 where it is started at once.
func (a *Room) prepare(w http.ResponseWriter, r *http.Request, p program) error {
	httpx.AllowBody(r, sheet.MaxBytes)
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what cannot be read is no file, and body says so
	var draft licensing.Draft
	var in batchIn
	var text []byte
	if kind == "text/csv" {
		draft, text, err = p.file(r, roll)
	} else if text, err = body(r, &in); err == nil {
		draft, err = a.draft(r, p, roll, in)
	}
	if err != nil {
		return err
	}
	word, err := short(in.Short)
	if err != nil {
		return err
	}
	families, err := a.Copies.Ungiven(r.Context(), roll, draft.Orders)
	if err != nil {
		return err
	}
	if kind == "text/csv" && r.URL.Query().Get("families") == "true" {
		for _, one := range families {
			draft.Orders = append(draft.Orders, one.Order)
		}
		families = nil
	}
	sketch, err := a.Copies.Sketch(r.Context(), p.Actor(), draft)
	if err != nil {
		return err
	}
	return a.once(w, r, p, text, func(r *http.Request) (token.Answer, error) {
		b, err := a.Copies.Keep(r.Context(), sketch)
		if err != nil {
			return token.Answer{}, err
		}
		status := http.StatusCreated
		if in.Start {
			if err := a.Copies.Start(r.Context(), p.Actor(), p.school.ID, b.ID, b.Hash, word); err != nil {
				return token.Answer{}, err
			}
			status, b.State = http.StatusAccepted, licensing.BatchWaiting
		}
		view := a.batchView(r, viewsOf(roll), b)
		view.Families = viewsOf(roll).families(families)
		return answered(status, p.path("/batches/"+string(b.ID)), view)
	})
}

func (a *Room) draft(r *http.Request, p program, roll *licensing.Roll, in batchIn) (licensing.Draft, error) {
	d := licensing.Draft{School: p.school.ID, Name: in.Name}
	for _, one := range in.Orders {
		o, err := a.order(r, p, roll, one)
		if err != nil {
			return d, err
		}
		d.Orders = append(d.Orders, o)
	}
	if len(d.Orders) == 0 {
		return d, fault.New(fault.Invalid, "licensing.order.empty")
	}
	return d, nil
}

// file reads a CSV; take and resource are the address's.
func (p program) file(r *http.Request, roll *licensing.Roll) (licensing.Draft, []byte, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return licensing.Draft{}, nil, err
	}
	q := r.URL.Query()
	var whole []catalogue.ResourceID
	for _, name := range q["resource"] {
		work, err := roll.Work(name)
		if err != nil {
			return licensing.Draft{}, nil, err
		}
		whole = append(whole, work.ID)
	}
	f, err := copyfile.Read(bytes.NewReader(text))
	if err != nil {
		return licensing.Draft{}, nil, err
	}
	m, err := roll.Match(q.Get("take") == "true", whole, f.Lines())
	for i := range m.Orders {
		m.Orders[i].Program = string(p.ID)
	}
	return licensing.Draft{School: p.school.ID, Name: q.Get("name"), Orders: m.Orders, Lines: m.Lines, Refused: m.Refused}, text, err
}

// startIn is the word that a draft waits for.
type startIn struct {
	Short string `json:"short"`
}

// start carries out a draft, by the plan whose hash If-Match names.
func (a *Room) start(w http.ResponseWriter, r *http.Request, p program) error {
	var in startIn
	text, err := body(r, &in)
	if err != nil {
		return err
	}
	word, err := short(in.Short)
	if err != nil {
		return err
	}
	hash := entityTag(r)
	if hash == "" {
		return httpx.WithStatus(fault.New(fault.Invalid, "api.match.missing"), http.StatusPreconditionRequired)
	}
	id := licensing.BatchID(r.PathValue("batch"))
	return a.once(w, r, p, text, func(r *http.Request) (token.Answer, error) {
		err := a.Copies.Start(r.Context(), p.Actor(), p.school.ID, id, hash, word)
		if fault.CodeOf(err) == "licensing.plan.changed" {
			err = httpx.WithStatus(err, http.StatusPreconditionFailed)
		}
		if err != nil {
			return token.Answer{}, err
		}
		return answered(http.StatusAccepted, p.path("/batches/"+string(id)), map[string]string{"id": string(id), "state": string(licensing.BatchWaiting)})
	})
}

// batch tells how far a batch is. With ?wait=SECONDS it answers when that changes, or the time is over.
func (a *Room) batch(w http.ResponseWriter, r *http.Request, p program) error {
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	b, err := a.await(r, p)
	if err != nil {
		return err
	}
	if !b.State.Ended() && b.State != licensing.BatchDraft {
		w.Header().Set("Retry-After", "1")
	}
	v := a.batchView(r, viewsOf(roll), b)
	out, err := answered(http.StatusOK, "", v)
	if err != nil {
		return err
	}
	return sendText(w, r, http.StatusOK, progress(b), []byte(out.Body))
}

// progress is the entity tag of a batch: of a draft its plan's hash, for If-Match.
func progress(b licensing.Batch) string {
	done, _ := b.Progress()
	if b.State == licensing.BatchDraft {
		return b.Hash
	}
	return fmt.Sprintf("%s-%d", b.State, done)
}

// await reads a batch, as often as it takes to tell something that If-None-Match does not name.
func (a *Room) await(r *http.Request, p program) (licensing.Batch, error) {
	const between = between / 2
	id, left := licensing.BatchID(r.PathValue("batch")), time.Duration(0)
	if text := r.URL.Query().Get("wait"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return licensing.Batch{}, fault.New(fault.Invalid, "api.wait.form", "value", text)
		}
		left = min(time.Duration(n)*time.Second, longest)
	}
	for {
		b, err := a.Copies.FindBatch(r.Context(), p.school.ID, id, p.mandate)
		if err != nil || b.State.Ended() || left <= 0 || !matches(r.Header.Get("If-None-Match"), progress(b)) {
			return b, err
		}
		select {
		case <-r.Context().Done():
			return b, r.Context().Err()
		case <-time.After(between):
			left -= between
		}
	}
}

func (a *Room) batches(w http.ResponseWriter, r *http.Request, p program) error {
	n, err := limit(r)
	if err != nil {
		return err
	}
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	found, err := a.Copies.ListBatches(r.Context(), p.school.ID, n, p.mandate)
	if err != nil {
		return err
	}
	v := viewsOf(roll)
	out := list[batchView]{Items: []batchView{}}
	for _, b := range found {
		out.Items = append(out.Items, a.batchView(r, v, b))
	}
	return send(w, r, http.StatusOK, out)
}

// outcomes lists what a step of a batch does for each person, or did.
func (a *Room) outcomes(w http.ResponseWriter, r *http.Request, p program) error {
	seq, err := strconv.Atoi(r.URL.Query().Get("step"))
	if err != nil {
		return fault.New(fault.Invalid, "api.step.form", "value", r.URL.Query().Get("step"))
	}
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	from, n, err := span(r)
	if err != nil {
		return err
	}
	page, err := a.Copies.OutcomesFrom(r.Context(), p.school.ID, licensing.BatchID(r.PathValue("batch")), seq, from, n, p.mandate)
	if err != nil {
		return err
	}
	out := list[outcomeView]{Items: viewsOf(roll).outcomes(page.Outcomes)}
	if page.More {
		out.Next = strconv.Itoa(page.To)
	}
	return send(w, r, http.StatusOK, out)
}

// refusedView is a line of a file that is not carried out.
type refusedView struct {
	Line int    `json:"line"`
	Code string `json:"code"`
	Text string `json:"text"`
}

func (a *Room) refused(w http.ResponseWriter, r *http.Request, p program) error {
	all, err := a.Copies.RefusedLines(r.Context(), p.school.ID, licensing.BatchID(r.PathValue("batch")), 0, p.mandate)
	if err != nil {
		return err
	}
	page, next, err := cut(r, all)
	if err != nil {
		return err
	}
	out := list[refusedView]{Items: []refusedView{}, Next: next}
	for _, one := range page {
		out.Items = append(out.Items, refusedView{one.Line, fault.CodeOf(one.Err), a.Say(r, one.Err)})
	}
	return send(w, r, http.StatusOK, out)
}
