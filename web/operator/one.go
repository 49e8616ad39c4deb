package operator

import (
	"net/http"
	"strings"

	"pupitre/directory"
	"pupitre/directory/delivery"
	"pupitre/directory/provision"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/journal"
)

// onePage is a delivery and its report.
type onePage struct {
	look.Shell
	Row      row
	Lines    []string // what was found, refusals first
	Omitted  int      // findings that are only counted
	Schools  []school
	Asks     []ask
	Confirm  string // where the word is given
	Retry    string // where a failed one is tried again, "" where it has not failed
	Trouble  string
	JSON     string
	Finished string
	Back     string // where all are
}

// school is what became of one school.
type school struct {
	UAI, Name, Outcome                    string
	Tone                                  look.Tone
	Before, Persons, Arrived, Left, Moved int
	Changed                               int
	Examples                              []example
}

// example is one change, for people to judge the rest by.
type example struct{ Change, Person, Before, After string }

// ask is a school where the import stopped.
type ask struct {
	UAI, Name  string
	Left, From int
	Examples   []example
}

// refresh is how often the page of a delivery that runs is read anew, in seconds.
const refresh = "3"

func (o *Room) one(w http.ResponseWriter, r *http.Request) error {
	d, err := o.find(r)
	if err != nil {
		return err
	}
	report, err := d.Findings()
	if err != nil {
		return err
	}
	asks, err := d.Asks()
	if err != nil {
		return err
	}
	trouble, _, _ := strings.Cut(d.Trouble, "\n") // the log has the rest
	p := &onePage{Shell: o.Site.Shell(r), Trouble: trouble, Finished: o.when(d.Ended), Back: o.base + Path}
	p.Title, p.Parent = p.T("operator.delivery", "project", string(d.Project)), p.T("operator.deliveries")
	p.Crumbs = []look.Link{{Text: p.T("operator.deliveries"), Href: p.Back}, {Text: p.Title}}
	p.Row = o.row(&p.Shell, d)
	here := p.Back + "/" + string(d.ID)
	p.Confirm = here + "/confirmer"
	if len(d.Report) > 0 {
		p.JSON = here + "/rapport.json"
	}
	if d.State == delivery.Failed {
		p.Retry = here + "/reprendre"
	}
	if d.State == delivery.Waiting || d.State == delivery.Running {
		w.Header().Set("Refresh", refresh)
	}
	for _, effect := range []provision.Effect{provision.Refused, provision.Aside, provision.Noted} { // what must be mended first
		for _, f := range report.Findings {
			if f.Effect == effect {
				p.Lines = append(p.Lines, f.Sentence(o.Words, p.Locale))
			}
		}
	}
	for _, n := range report.Omitted {
		p.Omitted += n
	}
	asking := map[directory.UAI]bool{}
	for _, uai := range asks {
		asking[uai] = true
	}
	for _, s := range report.Schools {
		p.Schools = append(p.Schools, tell(&p.Shell, s))
		if asking[s.UAI] && d.State == delivery.Done {
			p.Asks = append(p.Asks, ask{string(s.UAI), s.Name, s.Left, s.Before, examples(&p.Shell, s, "left")})
		}
	}
	return o.pages.one.Send(w, r, http.StatusOK, p)
}

func tell(s *look.Shell, r provision.SchoolReport) school {
	out := school{
		UAI: string(r.UAI), Name: r.Name, Outcome: s.T("operator.outcome." + string(r.Outcome)), Before: r.Before, Persons: r.Persons,
		Arrived: r.Arrived, Left: r.Left, Moved: r.Moved, Changed: r.Changed, Examples: examples(s, r, ""),
	}
	switch r.Outcome {
	case provision.Applied:
		out.Tone = look.Green
	case provision.Waiting:
		out.Tone = look.Amber
	case provision.Elsewhere:
		out.Tone = look.Red
	}
	return out
}

// examples are those of one change, or of them all.
func examples(s *look.Shell, r provision.SchoolReport, change string) []example {
	var out []example
	for _, e := range r.Examples {
		if change == "" || e.Change == change {
			out = append(out, example{s.T("operator.change." + e.Change), e.Person, strings.Join(e.Before, ", "), strings.Join(e.After, ", ")})
		}
	}
	return out
}

func (o *Room) find(r *http.Request) (delivery.Delivery, error) {
	return o.Deliveries.Find(r.Context(), delivery.ID(r.PathValue("id")))
}

// report sends the report as it was written.
func (o *Room) report(w http.ResponseWriter, r *http.Request) error {
	d, err := o.find(r)
	if err != nil {
		return err
	}
	if len(d.Report) == 0 {
		return fault.New(fault.NotFound, "operator.report.none")
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(d.Report)
	return err
}

// confirm lets the persons leave of the schools that were ticked.
func (o *Room) confirm(w http.ResponseWriter, r *http.Request, by journal.Actor) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "operator.upload.form")
	}
	var schools []directory.UAI
	for _, text := range r.PostForm["uai"] {
		uai, err := directory.ParseUAI(text)
		if err != nil {
			return err
		}
		schools = append(schools, uai)
	}
	id := delivery.ID(r.PathValue("id"))
	if len(schools) == 0 {
		return o.after(w, r, id, look.Red, "operator.asks.none")
	}
	if err := o.Deliveries.Confirm(r.Context(), by, id, schools); err != nil {
		return err
	}
	return o.after(w, r, id, look.Green, "operator.asks.done", "n", len(schools))
}

func (o *Room) retry(w http.ResponseWriter, r *http.Request, by journal.Actor) error {
	id := delivery.ID(r.PathValue("id"))
	if err := o.Deliveries.Retry(r.Context(), by, id); err != nil {
		return err
	}
	return o.after(w, r, id, look.Green, "operator.retry.done")
}

// after goes back to the delivery's page with a word about what was done.
func (o *Room) after(w http.ResponseWriter, r *http.Request, id delivery.ID, tone look.Tone, key string, args ...any) error {
	shell := o.Site.Shell(r)
	if err := o.Site.Flash(w, r, look.Message{Tone: tone, Text: shell.T(key, args...)}); err != nil {
		return err
	}
	http.Redirect(w, r, o.base+Path+"/"+string(id), http.StatusSeeOther)
	return nil
}
