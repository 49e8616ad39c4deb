package console

import (
	"fmt"

	"pupitre/internal/look"
	"pupitre/licensing"
)

// planFrame is what plans show alike, whether of one resource, of several or of suggestions: what would happen, the choice where copies
// are short, the figures after, and the act. planframe.html has its pieces.
type planFrame struct {
	Carried []look.Hidden // with the form, to the act
	Remedy  *remedy       // what might be added to the order
	Lines   []planLine
	Short   int64 // persons for whom there is no copy
	Orders  []look.Option
	Choice  string // the question where copies are short
	After   []planFigure
	Print   string // the first digits of the plan's hash, to read out
	Bar     bar
	Back    look.Link // the way back to the choice
	Carries bool      // which the form takes along
	Take    bool      // the act takes something from somebody
	Give    string    // the button's words, "" where there is nothing to do
	Plan    string    // where the form shows the plan anew
	Apply   string    // where it is applied
}

// planLine is one figure of the plan with its sentence, in the margin's shape.
type planLine struct {
	N           int64
	Title, Text string
	Wrong       bool
	Fold        string // folds the names away under these words
	Names       []string
	More        string
}

// planFigure is one counter before and after.
type planFigure struct{ Name, Before, After string }

// remedy is something that the manager may add to the order by one button.
type remedy struct {
	Message look.Message
	Verb    string
	Fields  []look.Hidden
	Action  string // where the order goes on with it
}

// frame fills what any plan says of itself: its hash, the figures shown, so that one that changes can say what changed, and the choice.
func (f *planFrame) frame(s *look.Shell, plan licensing.Plan) {
	sum := plan.Sum()
	f.Carried = append(f.Carried, look.Hidden{Name: "empreinte", Value: plan.Hash}, look.Hidden{Name: "vu", Value: fmt.Sprintf("%d %d", sum.Gets, sum.Short)})
	f.Print, f.Short, f.Take = printed(plan.Hash), sum.Short, plan.Order.Take
	f.Bar = bar{Title: s.T("console.plan.bar.nothing"), Note: s.T("console.plan.bar.nothing.note")}
	if f.Take {
		return
	}
	for _, rank := range []licensing.Rank{licensing.ByClass, licensing.ByName} {
		on := (rank == licensing.ByName) == (plan.Order.Rank == licensing.ByName)
		f.Orders = append(f.Orders, look.Option{Value: string(rank), Text: s.T("console.plan.order." + string(rank)), On: on})
	}
}

// printed is how a plan's hash is shown: its first signs, to read out.
func printed(hash string) string {
	if len(hash) < 8 {
		return ""
	}
	return hash[:4] + " " + hash[4:8]
}
