package rule

import (
	"context"
	"net/http"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// Rules are the standing assignments of a school, and what ends soon. licensing.Service satisfies it.
type Rules interface {
	ListRules(ctx context.Context, school directory.SchoolID) ([]licensing.RuleStanding, error)
	ListUnserved(ctx context.Context, school directory.SchoolID) ([]licensing.Unserved, error)
	FindRule(ctx context.Context, school directory.SchoolID, id licensing.RuleID) (licensing.RuleStanding, error)
	ResumeRule(ctx context.Context, by journal.Actor, school directory.SchoolID, id licensing.RuleID, hash string) (licensing.Ruled, error)
	SuspendRule(ctx context.Context, by journal.Actor, school directory.SchoolID, id licensing.RuleID) (licensing.Rule, error)
	DropRule(ctx context.Context, by journal.Actor, school directory.SchoolID, id licensing.RuleID) (licensing.Rule, error)
	ListEnding(ctx context.Context, school directory.SchoolID, within int) ([]licensing.EndingPool, error)
}

// Unserved counts whom standing assignments cannot serve.
func Unserved(rules Rules) hall.Notice {
	return func(ctx context.Context, school directory.SchoolID, _ *licensing.Mandate) (hall.Waiting, error) {
		list, err := rules.ListUnserved(ctx, school)
		out := hall.Waiting{Page: hall.RulesPath}
		for _, x := range list {
			out.N += x.Persons
		}
		if len(list) == 1 {
			out.Resource = list[0].Resource
		}
		return out, err
	}
}

// Rollovers counts whom no copy is left for when their subscription ends, and who goes on with the next one.
func Rollovers(rules Rules) hall.Notice {
	return func(ctx context.Context, school directory.SchoolID, _ *licensing.Mandate) (hall.Waiting, error) {
		list, err := rules.ListEnding(ctx, school, endingWithin)
		out := hall.Waiting{Page: hall.RulesPath + "#h-ending"}
		for _, e := range list {
			if e.Waits > 0 {
				out.N, out.Resource = out.N+e.Waits, e.Pool.Resource
			}
			if rolls := e.Holders - e.Waits; rolls > 0 && !e.Over {
				if out.Rolls == 0 { // the soonest to end comes first
					out.Day = e.Pool.Ends.AddDays(1)
				}
				out.Rolls += rolls
			}
		}
		return out, err
	}
}

// endingWithin is how many days ahead the page tells of subscriptions that end.
const endingWithin = 30

// rulesPage lists the standing assignments, and the subscriptions that end soon.
type rulesPage struct {
	look.Shell
	Rows   []ruleRow
	Ending []endingRow
	Empty  look.Empty
}

// ruleRow is one standing assignment. State is in words, with an icon.
type ruleRow struct {
	ID                licensing.RuleID
	Title, Href, Whom string
	Served, Waiting   int64
	Reserve           string
	Out               string
	State             ruleState
}

type ruleState struct{ Text, Tone, Icon string }

// endingRow is one subscription that ends soon, with what becomes of who has a copy.
type endingRow struct {
	Title, Href, Next string
	Ends              clock.Date
	Holders, Waits    int64
}

// rules lists a school's standing assignments.
func (c *Room) rules(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	list, err := c.Rules.ListRules(r.Context(), at.School.ID)
	if err != nil {
		return err
	}
	labels, err := c.Labels(r, at)
	if err != nil {
		return err
	}
	p := &rulesPage{Shell: c.Shell(r, at)}
	p.Title, p.Lead = p.T("console.nav.rules"), p.T("console.rules.lead")
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.Title, Current: true}}
	for _, s := range list {
		row := ruleRow{ID: s.Rule.ID, Title: s.Title, Href: at.Path(hall.RulesPath + "/" + string(s.Rule.ID)), Whom: lang.Capital(labels.Whom(&p.Shell, s.Rule.Targets)),
			Served: s.Served, Waiting: s.Waiting, Reserve: reserve(&p.Shell, s), State: state(&p.Shell, s)}
		if !s.RunsOut.IsZero() {
			row.Out = lang.ShortDate(p.Locale, s.RunsOut)
		}
		p.Rows = append(p.Rows, row)
	}
	if len(p.Rows) == 0 {
		p.Empty = look.Empty{Title: p.T("console.rules.none.title"), Text: p.T("console.rules.none.text"),
			Action: look.Link{Text: p.T("console.nav.resources"), Href: at.Path(hall.GivePath)}}
	}
	ending, err := c.Rules.ListEnding(r.Context(), at.School.ID, endingWithin)
	if err != nil {
		return err
	}
	for _, e := range ending {
		d := hall.Desk{Site: at, Stock: licensing.Stock{Resource: e.Pool.Resource}}
		row := endingRow{Title: e.Title, Href: d.Path("/attributions"), Ends: e.Pool.Ends, Holders: e.Holders, Waits: e.Waits, Next: p.T("console.ending.all")}
		switch {
		case e.Waits > 0 && e.Over:
			row.Next = p.T("console.ending.over", "n", e.Waits)
		case e.Waits > 0:
			row.Next = p.T("console.ending.short", "n", e.Waits)
		}
		p.Ending = append(p.Ending, row)
	}
	return c.pages.rules.Send(w, r, http.StatusOK, p)
}

// reserve says what a rule keeps back: « 3 sur 5 ».
func reserve(s *look.Shell, x licensing.RuleStanding) string {
	if x.Rule.Reserve == 0 {
		return s.T("console.rule.reserve.none")
	}
	return s.T("console.rule.reserve.of", "n", x.Kept, "of", x.Rule.Reserve)
}

func state(s *look.Shell, x licensing.RuleStanding) ruleState {
	switch {
	case x.Rule.State == licensing.RuleSuspended:
		return ruleState{s.T("console.rule.suspended"), "amber", "circle-minus"}
	case x.Waiting > 0:
		return ruleState{s.T("console.rule.waiting"), "amber", "hourglass"}
	}
	return ruleState{s.T("console.rule.force"), "green", "check"}
}

// rulePage is one standing assignment: whom it serves, who waits, and what can be done with it.
type rulePage struct {
	look.Shell
	Resource look.Link
	State    ruleState
	Why      string // why it is suspended, and since when
	Lines    []hall.PlanLine
	Facts    []ruleFact
	Resume   string // the button's words; "" where it is in force
	Note     string
	Hash     string
	Paths    rulePaths
}

type ruleFact struct{ Name, Text string }

type rulePaths struct{ List, Suspend, Resume, Drop string }

// onRule finds the rule of the address in the school. Another school's looks like one that does not exist.
func (c *Room) onRule(page func(w http.ResponseWriter, r *http.Request, at hall.Site, rule licensing.RuleStanding) error) func(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	return func(w http.ResponseWriter, r *http.Request, at hall.Site) error {
		rule, err := c.Rules.FindRule(r.Context(), at.School.ID, licensing.RuleID(r.PathValue("rule")))
		if err != nil {
			return err
		}
		return page(w, r, at, rule)
	}
}

// rule shows one standing assignment.
func (c *Room) rule(w http.ResponseWriter, r *http.Request, at hall.Site, x licensing.RuleStanding) error {
	return c.showRule(w, r, at, x, http.StatusOK)
}

func (c *Room) showRule(w http.ResponseWriter, r *http.Request, at hall.Site, x licensing.RuleStanding, status int, messages ...look.Message) error {
	labels, err := c.Labels(r, at)
	if err != nil {
		return err
	}
	p := &rulePage{Shell: c.Shell(r, at), Hash: x.Plan.Plan.Hash}
	p.Messages = append(p.Messages, messages...)
	d := hall.Desk{Site: at, Stock: licensing.Stock{Resource: x.Rule.Resource, Title: x.Title}}
	own := at.Path(hall.RulesPath + "/" + string(x.Rule.ID))
	p.Shell.Here = own
	p.Title, p.Parent = x.Title, p.T("console.nav.rules")
	p.Lead = p.T("console.rule.lead", "whom", labels.Whom(&p.Shell, x.Rule.Targets))
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.Parent, Href: at.Path(hall.RulesPath)}, {Text: x.Title, Current: true}}
	p.Resource = look.Link{Text: p.T("console.holders.go"), Href: d.Path("/attributions")}
	p.Paths = rulePaths{at.Path(hall.RulesPath), own + "/suspendre", own + "/remettre", own + "/abandonner"}
	p.State = state(&p.Shell, x)
	if p.Lines, err = c.ruleLines(r, &p.Shell, labels, x); err != nil {
		return err
	}
	p.facts(at, x)
	if x.Rule.State == licensing.RuleSuspended {
		p.Why = p.T("console.rule.why."+string(x.Rule.Reason), "day", clock.On(x.Rule.Changed, at.School.Zone()))
		gets := x.Plan.Plan.Sum().Gets
		p.Resume, p.Note = p.T("console.rule.resume"), p.T("console.rule.resume.note", "n", gets, "kept", x.Plan.Reserved)
		if gets == 0 {
			p.Note = p.T("console.rule.resume.none", "kept", x.Plan.Reserved)
		}
	}
	return c.pages.rule.Send(w, r, status, p)
}

// ruleLines are the figures of a rule: who has the resource, who waits, what is kept back.
func (c *Room) ruleLines(r *http.Request, s *look.Shell, labels hall.Cohorts, x licensing.RuleStanding) ([]hall.PlanLine, error) {
	lines := []hall.PlanLine{{N: x.Served, Title: s.T("console.rule.served", "n", x.Served), Text: s.T("console.rule.served.text")}}
	if x.Waiting > 0 {
		names, err := c.Names(r, s, labels, x.Waits)
		if err != nil {
			return nil, err
		}
		key := "console.rule.waits.text"
		if x.Rule.State == licensing.RuleSuspended {
			key = "console.rule.waits.suspended"
		}
		line := hall.PlanLine{N: x.Waiting, Title: s.T("console.rule.waits", "n", x.Waiting), Text: s.T(key), Wrong: x.Rule.State == licensing.RuleInForce, Names: names}
		if rest := len(x.Waits) - len(names); rest > 0 {
			line.More = s.T("console.plan.names.more", "n", rest)
		}
		if x.Waiting > hall.FewNames {
			line.Fold = s.T("console.plan.names.personne", "n", x.Waiting)
		}
		lines = append(lines, line)
	}
	if x.Rule.Reserve > 0 {
		text := s.T("console.rule.kept.text", "of", x.Rule.Reserve)
		if x.Rule.State == licensing.RuleSuspended {
			text = s.T("console.rule.kept.suspended", "of", x.Rule.Reserve)
		}
		lines = append(lines, hall.PlanLine{N: x.Kept, Title: s.T("console.rule.kept", "n", x.Kept), Text: text})
	}
	return lines, nil
}

// facts are what was agreed when the rule was made.
func (p *rulePage) facts(at hall.Site, x licensing.RuleStanding) {
	day := func(d clock.Date) string { return lang.ShortDate(p.Locale, d) }
	keep := p.T("console.rule.keep")
	if x.Rule.Keep == licensing.GiveBack {
		keep = p.T("console.rule.giveback")
	}
	order := p.T("console.rule.order.class")
	if x.Rule.Rank == licensing.ByName {
		order = p.T("console.rule.order.name")
	}
	p.Facts = []ruleFact{
		{p.T("console.rule.since"), day(clock.On(x.Rule.Created, at.School.Zone()))},
		{p.T("console.rule.moved"), keep}, {p.T("console.rule.order"), order},
	}
	if !x.RunsOut.IsZero() {
		p.Facts = append(p.Facts, ruleFact{p.T("console.rule.out"), p.T("console.rule.out.text", "day", x.RunsOut)})
	}
}

// suspendRule stops a rule for a time.
func (c *Room) suspendRule(w http.ResponseWriter, r *http.Request, at hall.Site, x licensing.RuleStanding) error {
	if _, err := c.Rules.SuspendRule(r.Context(), at.Reader.Actor(), at.School.ID, x.Rule.ID); err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	return c.Flash(w, r, look.Message{Tone: look.Green, Title: s.T("console.rule.suspend.done"), Text: letGo(&s, x.Kept)},
		at.Path(hall.RulesPath+"/"+string(x.Rule.ID)))
}

// dropRule ends a rule for good.
func (c *Room) dropRule(w http.ResponseWriter, r *http.Request, at hall.Site, x licensing.RuleStanding) error {
	if _, err := c.Rules.DropRule(r.Context(), at.Reader.Actor(), at.School.ID, x.Rule.ID); err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	return c.Flash(w, r, look.Message{Tone: look.Green, Title: s.T("console.rule.drop.done"), Text: letGo(&s, x.Kept)}, at.Path(hall.RulesPath))
}

// letGo says what a rule that is not in force any more gives back to the stock.
func letGo(s *look.Shell, kept int64) string {
	if kept == 0 {
		return s.T("console.rule.lower.plain")
	}
	return s.T("console.rule.lower.text", "n", kept)
}

// resumeRule puts a rule in force again: it does exactly what the page said, or shows what it would do now.
func (c *Room) resumeRule(w http.ResponseWriter, r *http.Request, at hall.Site, x licensing.RuleStanding) error {
	done, err := c.Rules.ResumeRule(r.Context(), at.Reader.Actor(), at.School.ID, x.Rule.ID, r.FormValue("empreinte"))
	s := c.House.Site.Shell(r)
	if fault.Is(err, fault.Conflict) {
		if x, err = c.Rules.FindRule(r.Context(), at.School.ID, x.Rule.ID); err != nil {
			return err
		}
		return c.showRule(w, r, at, x, http.StatusConflict, look.Message{Tone: look.Amber, Title: s.T("console.plan.changed.title"), Text: s.T("console.plan.changed.text")})
	}
	if err != nil {
		return err
	}
	return c.Flash(w, r, look.Message{Tone: look.Green, Title: s.T("console.rule.resume.done"), Text: hall.Given(&s, done.Plan.Plan) + "."},
		at.Path(hall.RulesPath+"/"+string(x.Rule.ID)))
}
