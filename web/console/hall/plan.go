package hall

import (
	"fmt"
	"net/http"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
)

// OverBudget counts those whom a plan does not serve because the delegate's budget is spent.
func OverBudget(p licensing.Plan) (n int64) {
	for _, o := range p.Outcomes {
		if o.Why == licensing.WhyBudget {
			n++
		}
	}
	return n
}

// FewNames is how many names a line shows unfolded.
const FewNames = 12

// Why is the sentence of a refusal.
func Why(s *look.Shell, err error) string {
	return s.T(fault.CodeOf(err), fault.ParamsOf(err)...)
}

// ManyNames is how many persons a plan names under each figure.
const ManyNames = 40

// Given says what an order did.
func Given(s *look.Shell, p licensing.Plan) string {
	copies, opened := p.Moves()
	switch {
	case copies > 0:
		return s.T("console.done.given", "n", copies)
	case opened > 0:
		return s.T("console.done.opened", "n", opened)
	case len(p.Targets) > 0:
		return s.T("console.done.targets")
	}
	return s.T("console.done.nothing")
}

// Changed says why the plan is shown again, and what is different.
func Changed(s *look.Shell, r *http.Request, refusal error, now licensing.Figures) look.Message {
	if fault.CodeOf(refusal) == "licensing.mandate.budget" {
		return look.Message{Tone: look.Red, Title: s.T("console.plan.budget.title"), Text: s.T("console.plan.short.text")}
	}
	if fault.Is(refusal, fault.Exhausted) {
		return look.Message{Tone: look.Red, Title: s.T("console.plan.short.title"), Text: s.T("console.plan.short.text")}
	}
	m := look.Message{Tone: look.Amber, Title: s.T("console.plan.changed.title"), Text: s.T("console.plan.changed.text")}
	var gets, short int64
	if n, err := fmt.Sscanf(r.FormValue("vu"), "%d %d", &gets, &short); err == nil && n == 2 && (gets != now.Gets || short != now.Short) {
		m.Text = s.T("console.plan.changed.figures", "gets", gets, "short", short, "now", now.Gets, "waiting", now.Short)
	}
	return m
}

// How says where the copies come from and in what order they are given.
func How(s *look.Shell, plan licensing.Plan, gets []licensing.Outcome) string {
	site := true
	for _, o := range gets {
		site = site && o.SiteWide
	}
	switch {
	case site:
		return s.T("console.plan.how.site")
	case plan.Order.Rank == licensing.ByName:
		return s.T("console.plan.how.name")
	}
	return s.T("console.plan.how.class")
}

// Names are the first persons of a line, with their class where they came through one.
func (c *Hall) Names(r *http.Request, s *look.Shell, labels Cohorts, outcomes []licensing.Outcome) ([]string, error) {
	var names []string
	for _, o := range outcomes[:min(len(outcomes), ManyNames)] {
		person, err := c.People.FindPerson(r.Context(), o.Person)
		if err != nil {
			return nil, fmt.Errorf("name of %s: %w", o.Person, err)
		}
		name := person.Name.Family + " " + person.Name.Given
		if cohort, ok := labels[directory.CohortID(o.Through.ID)]; ok && o.Through.Kind == licensing.Cohort {
			name = s.T("console.plan.name", "name", name, "class", cohort.Label)
		}
		names = append(names, name)
	}
	return names, nil
}

// PlanFrame is what plans show alike, whether of one resource, of several or of suggestions: what would happen, the choice where copies
// are short, the figures after, and the act. planframe.html has its pieces.
type PlanFrame struct {
	Carried []look.Hidden // with the form, to the act
	Remedy  *Remedy       // what might be added to the order
	Lines   []PlanLine
	Short   int64 // persons for whom there is no copy
	Orders  []look.Option
	Choice  string // the question where copies are short
	After   []PlanFigure
	Print   string // the first digits of the plan's hash, to read out
	Bar     Bar
	Back    look.Link // the way back to the choice
	Carries bool      // which the form takes along
	Take    bool      // the act takes something from somebody
	Give    string    // the button's words, "" where there is nothing to do
	Plan    string    // where the form shows the plan anew
	Reread  string    // the same as a link, where the plan has an address of its own; "" where the form alone knows it
	Of      string    // the plan's resources, separated by spaces: what moves of them may change it
	Apply   string    // where it is applied
}

// PlanLine is one figure of the plan with its sentence, in the margin's shape.
type PlanLine struct {
	N           int64
	Title, Text string
	Wrong       bool
	Fold        string // folds the names away under these words
	Names       []string
	More        string
}

// PlanFigure is one counter before and after.
type PlanFigure struct{ Name, Before, After string }

// Remedy is something that the manager may add to the order by one button: a form of its own or, where what is typed on the page is to come
// along, a button of the plan's form.
type Remedy struct {
	Message     look.Message
	Verb        string
	Fields      []look.Hidden // of its own form
	Name, Value string        // of the plan's
	Action      string        // where the order goes on with it
}

// Frame fills what any plan says of itself: its hash, the figures shown, so that one that changes can say what changed, and the choice.
func (f *PlanFrame) Frame(s *look.Shell, plan licensing.Plan) {
	sum := plan.Sum()
	f.Carried = append(f.Carried, look.Hidden{Name: "empreinte", Value: plan.Hash}, look.Hidden{Name: "vu", Value: fmt.Sprintf("%d %d", sum.Gets, sum.Short)})
	f.Of = Watched(plan.Figures)
	f.Print, f.Short, f.Take = Printed(plan.Hash), sum.Short, plan.Order.Take
	f.Bar = Bar{Title: s.T("console.plan.bar.nothing"), Note: s.T("console.plan.bar.nothing.note")}
	if f.Take {
		return
	}
	for _, rank := range []licensing.Rank{licensing.ByClass, licensing.ByName} {
		on := (rank == licensing.ByName) == (plan.Order.Rank == licensing.ByName)
		f.Orders = append(f.Orders, look.Option{Value: string(rank), Text: s.T("console.plan.order." + string(rank)), On: on})
	}
}

// Watched are the resources of a plan's figures, for the page's script (script/plan.ts).
func Watched(figures []licensing.Figures) string {
	ids := make([]string, 0, len(figures))
	for _, f := range figures {
		ids = append(ids, string(f.Resource))
	}
	return strings.Join(ids, " ")
}

// Printed is how a plan's hash is shown: its first signs, to read out.
func Printed(hash string) string {
	if len(hash) < 8 {
		return ""
	}
	return hash[:4] + " " + hash[4:8]
}

// Bar says what is chosen, and what that means for the copies.
type Bar struct {
	Title, Note string
	Tone        look.Tone
	None        bool
}

// Suspends lists the rules that a plan would stop; none where there are no rules.
func (c *Hall) Suspends(r *http.Request, plan licensing.Plan) ([]licensing.Rule, error) {
	if c.Suspending == nil {
		return nil, nil
	}
	return c.Suspending.Suspends(r.Context(), plan)
}

// SuspendsLine tells of the rules that a plan would stop, each by its population; none says nothing.
func SuspendsLine(s *look.Shell, labels Cohorts, rules []licensing.Rule) []PlanLine {
	n := int64(len(rules))
	if n == 0 {
		return nil
	}
	line := PlanLine{N: n, Title: s.T("console.suspends.title", "n", n), Text: s.T("console.suspends.text", "n", n)}
	for _, rule := range rules[:min(len(rules), ManyNames)] {
		line.Names = append(line.Names, lang.Capital(labels.Whom(s, rule.Targets)))
	}
	return []PlanLine{line}
}

// Flash says what was done on the page that follows.
func (c *Hall) Flash(w http.ResponseWriter, r *http.Request, news look.Message, to string) error {
	if err := c.House.Site.Flash(w, r, news); err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
