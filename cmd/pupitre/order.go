package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/sheet"
	"pupitre/licensing"
	"pupitre/web/copyfile"
)

// orderFlags say what is given to whom.
type orderFlags struct {
	brokerFlags
	School   string   `help:"Number of the school (UAI)." required:"" placeholder:"UAI"`
	Resource []string `help:"ARK or title of a resource. May be repeated; with --csv it stands for lines that name none." sep:"none" placeholder:"ARK"`
	To       []string `help:"A class or group (code or name), a person (the portal's identifier), or school. May be repeated." sep:"none" placeholder:"5eB"`
	Profile  []string `help:"Whom of them: eleve, enseignant, documentaliste, autre. May be repeated." placeholder:"PROFILE"`
	CSV      string   `help:"A file of persons and resources: identifiant;nom;prenom;classe;ark or titre." name:"csv" placeholder:"FILE"`
	Rank     string   `help:"Who is served first where copies are short." enum:"class,name" default:"class"`
	JSON     bool     `help:"Answer for programs." name:"json"`
}

type planCommand struct {
	orderFlags
	Take bool `help:"Take copies back instead of giving them."`
}

// Run prints what would happen; nothing changes. Where copies are short the exit status is 3.
func (c *planCommand) Run(s session) error {
	o, err := c.order(s, c.Take)
	if err != nil {
		return err
	}
	defer o.broker.Close()
	if err := o.print(s, nil); err != nil {
		return err
	}
	if sum := o.sketch.Sum(); sum.Short > 0 {
		return shownError{fault.New(fault.Exhausted, "licensing.plan.short", "n", sum.Gets, "asked", sum.Gets+sum.Short, "short", sum.Short)}
	}
	return o.refusal()
}

// doFlags are of the commands that carry out.
type doFlags struct {
	orderFlags
	Partial bool `help:"Carry out the lines of a file that are right, though others are refused."`
}

type assignCommand struct {
	doFlags
	Short string `help:"Where copies are short: stop (nothing is given) or serve some." enum:"stop,serve" default:"stop"`
}

// Run gives.
func (c *assignCommand) Run(s session) error {
	return c.run(s, false, map[string]licensing.Short{"serve": licensing.ShortServe}[c.Short])
}

type releaseCommand struct{ doFlags }

// Run takes back.
func (c *releaseCommand) Run(s session) error { return c.run(s, true, licensing.ShortStop) }

// run carries out what was ordered, all of it or nothing, unless it is more than one transaction holds.
func (c *doFlags) run(s session, take bool, short licensing.Short) error {
	o, err := c.order(s, take)
	if err != nil {
		return err
	}
	defer o.broker.Close()
	sum := o.sketch.Sum()
	err = o.refusal()
	switch {
	case err != nil && !c.Partial:
	case sum.Short > 0 && short == licensing.ShortStop:
		err = fault.New(fault.Exhausted, "licensing.plan.short", "n", sum.Gets, "asked", sum.Gets+sum.Short, "short", sum.Short)
	default:
		return o.carry(s, short)
	}
	if shown := o.print(s, nil); shown != nil {
		return shown
	}
	return err
}

// ordered is a command's order, planned.
type ordered struct {
	broker *brokerapp.Broker
	roll   *licensing.Roll
	sketch licensing.Sketch
	lines  []licensing.Refused
	notes  []string
	json   bool
}

func (c *orderFlags) order(s session, take bool) (o *ordered, err error) {
	uai, err := directory.ParseUAI(c.School)
	if err != nil {
		return nil, err
	}
	b, err := c.openThere(s)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.Close())
		}
	}()
	school, err := b.Directory.FindSchoolByUAI(s, uai)
	if err != nil {
		return nil, err
	}
	o = &ordered{broker: b, json: c.JSON}
	if o.roll, err = b.Licensing.Roll(s, school.ID, nil); err != nil {
		return nil, err
	}
	draft, err := c.draft(s, o, take)
	if err != nil {
		return nil, err
	}
	o.lines = draft.Refused
	o.sketch, err = b.Licensing.Sketch(s, operator, draft)
	return o, err
}

// draft reads the flags, and the file where there is one.
func (c *orderFlags) draft(s session, o *ordered, take bool) (licensing.Draft, error) {
	d := licensing.Draft{School: o.roll.School.ID}
	var resources []catalogue.ResourceID
	for _, name := range c.Resource {
		work, err := o.roll.Work(name)
		if err != nil {
			return d, err
		}
		resources = append(resources, work.ID)
	}
	switch {
	case c.CSV != "" && len(c.To) > 0:
		return d, fault.New(fault.Invalid, "command.order.both")
	case c.CSV != "":
		return c.file(s, o, d, resources, take)
	}
	order := licensing.Order{School: d.School, Resources: resources, Take: take, Rank: licensing.Rank(c.Rank)}
	var profiles []directory.Profile
	for _, word := range c.Profile {
		if !slices.Contains(directory.Profiles, directory.Profile(word)) {
			return d, fault.New(fault.Invalid, "command.order.profile", "value", word)
		}
		profiles = append(profiles, directory.Profile(word))
	}
	for _, name := range c.To {
		target, err := o.roll.Target(name, profiles...)
		if err != nil {
			return d, err
		}
		order.Targets = append(order.Targets, target)
	}
	d.Orders = []licensing.Order{order}
	return d, nil
}

func (c *orderFlags) file(s session, o *ordered, d licensing.Draft, resources []catalogue.ResourceID, take bool) (licensing.Draft, error) {
	text, err := readFile(c.CSV)
	if err != nil {
		return d, err
	}
	f, err := copyfile.Read(bytes.NewReader(text))
	if err != nil {
		return d, placedError{err, c.CSV, 0}
	}
	if f.Encoding != sheet.UTF8 {
		o.notes = append(o.notes, s.words.T(s.locale, "command.order.converted", "path", c.CSV, "encoding", string(f.Encoding)))
	}
	m, err := o.roll.Match(take, resources, f.Lines())
	if err != nil {
		return d, err
	}
	for i := range m.Orders {
		m.Orders[i].Rank = licensing.Rank(c.Rank)
	}
	d.Name, d.Orders, d.Lines, d.Refused = c.CSV, m.Orders, m.Lines, m.Refused
	return d, nil
}

// refusal ends a command whose file has lines that are refused: they are shown.
func (o *ordered) refusal() error {
	if len(o.lines) == 0 {
		return nil
	}
	return shownError{fault.New(fault.Invalid, "command.order.lines")}
}

// carry carries out, waits for the end, and prints what was done. A server that runs beside may do the work.
func (o *ordered) carry(s session, short licensing.Short) error {
	if len(o.sketch.Steps) == 0 {
		return o.print(s, nil)
	}
	b, err := o.broker.Licensing.Keep(s, o.sketch)
	if err == nil {
		err = o.broker.Licensing.Start(s, operator, b.School, b.ID, b.Hash, short)
	}
	for err == nil && !b.State.Ended() {
		if _, err = o.broker.Licensing.Work(s, o.broker.Store.IDs.New()); err != nil {
			break
		}
		if b, err = o.broker.Licensing.FindBatch(s, b.School, b.ID, nil); err == nil && !b.State.Ended() {
			select {
			case <-s.Done():
				err = s.Err()
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
	if err != nil {
		return err
	}
	if err := o.print(s, &b); err != nil {
		return err
	}
	for _, step := range b.Steps {
		if err := step.Err(); err != nil {
			return err
		}
	}
	if b.State == licensing.BatchFailed {
		return fault.New(fault.Unavailable, "command.order.failed")
	}
	return nil
}

// orderReport is what programs read.
type orderReport struct {
	School    string         `json:"school"`
	State     string         `json:"state"` // plan, or what a batch came to
	Hash      string         `json:"hash"`
	Resources []orderLine    `json:"resources"`
	Refused   []refusedLine  `json:"refused"`
	Cannot    []cannotPerson `json:"cannot"`
	Notes     []string       `json:"notes,omitempty"`
}

type orderLine struct {
	ARK       string `json:"ark"`
	Title     string `json:"title"`
	Gets      int64  `json:"gets"`
	Has       int64  `json:"has"`
	Loses     int64  `json:"loses"`
	Lacks     int64  `json:"lacks"`
	Cannot    int64  `json:"cannot"`
	Short     int64  `json:"short"`
	Available int64  `json:"availableAfter"`
	Unlimited bool   `json:"unlimited"`
	Act       string `json:"act,omitempty"`

	Publics []publicLine `json:"publics,omitempty"` // where several have copies of their own
}

// publicLine is what is left to one public: no copy of it is another's.
type publicLine struct {
	Profiles  []directory.Profile `json:"profiles"`
	Available int64               `json:"availableAfter"`
	Unlimited bool                `json:"unlimited"`
}

func publicLines(of []licensing.Portion) (out []publicLine) {
	if len(of) < 2 {
		return nil
	}
	for _, p := range of {
		out = append(out, publicLine{p.Publics, p.Available, p.Unlimited})
	}
	return out
}

type refusedLine struct {
	Line int    `json:"line"`
	Code string `json:"code"`
	Text string `json:"text"`
}

type cannotPerson struct {
	ARK        string `json:"ark"`
	Identifier string `json:"identifier"`
	name       string
	Why        string `json:"why"`
}

// report gathers what is printed: of the plan, or of the batch that it became.
func (o *ordered) report(s session, done *licensing.Batch) orderReport {
	r := orderReport{School: string(o.roll.School.UAI), State: "plan", Hash: o.sketch.Hash, Resources: []orderLine{}, Refused: []refusedLine{}, Cannot: []cannotPerson{}, Notes: o.notes}
	steps := o.sketch.Steps
	if done != nil {
		r.State, steps = string(done.State), done.Steps
	}
	works := map[catalogue.ResourceID]licensing.Work{}
	for _, w := range o.roll.Works {
		works[w.ID] = w
	}
	for i, step := range steps {
		w, f := works[step.Order.Resources[0]], step.Figures
		r.Resources = append(r.Resources, orderLine{string(w.ARK), w.Title, f.Gets, f.Has, f.Loses, f.Lacks, f.Cannot, f.Short, f.After.Available, f.After.Unlimited, string(step.Act), publicLines(f.PortionsAfter)})
		for _, outcome := range o.sketch.StepOutcomes(i) {
			if outcome.Verdict == licensing.Cannot {
				who, _ := o.roll.Named(outcome.Person)
				r.Cannot = append(r.Cannot, cannotPerson{string(w.ARK), who.External, who.Name.String(), string(outcome.Why)})
			}
		}
	}
	for _, l := range o.lines {
		r.Refused = append(r.Refused, refusedLine{l.Line, fault.CodeOf(l.Err), s.words.Error(s.locale, l.Err)})
	}
	return r
}

// print shows the report: as a table, or as JSON.
func (o *ordered) print(s session, done *licensing.Batch) error {
	r := o.report(s, done)
	if o.json {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		return out.Encode(r)
	}
	for _, note := range r.Notes {
		fmt.Println(note)
	}
	for _, l := range r.Refused {
		s.say("command.order.line", "line", l.Line, "text", l.Text)
	}
	if len(r.Resources) == 0 {
		s.say("command.order.nothing")
		return nil
	}
	if err := s.table(r, o.sketch.Steps[0].Order.Take); err != nil {
		return err
	}
	const most = 20 // persons who are named one by one
	for _, p := range r.Cannot[:min(len(r.Cannot), most)] {
		s.say("command.order.cannot", "name", p.name, "identifier", p.Identifier, "why", s.words.T(s.locale, "licensing.why."+p.Why))
	}
	if more := len(r.Cannot) - most; more > 0 {
		s.say("command.order.cannot.more", "n", more)
	}
	switch {
	case done == nil:
		s.say("command.order.plan")
	case done.State == licensing.BatchDone && done.Sum().Gets+done.Sum().Loses == 0:
		s.say("command.order.nothing")
	case done.State == licensing.BatchDone:
		s.say("command.order.done")
	}
	return nil
}

func (s session) left(n int64, unlimited bool) string {
	if unlimited {
		return s.words.T(s.locale, "command.order.unlimited")
	}
	return lang.Number(s.locale, n)
}

// table prints a line for each resource.
func (s session) table(r orderReport, take bool) error {
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	head := []string{"resource", "gets", "has", "cannot", "short", "left"}
	if take {
		head = []string{"resource", "loses", "lacks", "cannot", "left"}
	}
	for i, name := range head {
		head[i] = s.words.T(s.locale, "command.order.column."+name)
	}
	fmt.Fprintln(t, strings.Join(head, "\t"))
	for _, l := range r.Resources {
		left := s.left(l.Available, l.Unlimited)
		if len(l.Publics) > 0 {
			each := make([]string, len(l.Publics))
			for i, p := range l.Publics {
				each[i] = s.left(p.Available, p.Unlimited) + " " + licensing.JoinProfiles(p.Profiles)
			}
			left = strings.Join(each, " + ")
		}
		if take {
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\n", l.Title, l.Loses, l.Lacks, l.Cannot, left)
		} else {
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%s\n", l.Title, l.Gets, l.Has, l.Cannot, l.Short, left)
		}
	}
	return t.Flush()
}
