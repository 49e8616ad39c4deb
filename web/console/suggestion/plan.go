package suggestion

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/errand"
	"pupitre/web/console/hall"
)

// suggestionPlanPage is what accepting would do, resource by resource.
type suggestionPlanPage struct {
	look.Shell
	hall.PlanFrame
	Plans []resourcePlan
	Left  string     // what was left out of suggestions, "" for nothing
	Word  look.Field // what the teachers are told beside
}

// resourcePlan is the plan of one resource.
type resourcePlan struct {
	ID, Title, Whom string
	Lines           []hall.PlanLine
	After           []hall.PlanFigure
}

// acceptance reads what is accepted, and how.
func (c *Room) acceptance(r *http.Request, at hall.Site) (licensing.Acceptance, error) {
	parts, err := readParts(r)
	a := licensing.Acceptance{School: at.School.ID, For: at.Asker(), Parts: parts, Reason: licensing.Word(r.PostFormValue("mot")),
		Rank: licensing.Rank(r.PostFormValue("ordre")), Short: licensing.Short(r.PostFormValue("manque"))}
	if err != nil {
		return a, err
	}
	named := strings.Fields(strings.Join(r.PostForm["famille"], " ")) // one button names several
	if len(named) == 0 {
		return a, nil
	}
	all, err := c.Items(r, at)
	if err != nil {
		return a, err
	}
	for _, m := range errand.MothersOf(all) {
		if slices.Contains(named, string(m.Resource)) {
			a.Also = append(a.Also, beside(m, all))
		}
	}
	if len(a.Also) < len(named) {
		return a, hall.ErrResource
	}
	return a, nil
}

// beside is a mother that goes with any of its books.
func beside(mother hall.Item, all []hall.Item) licensing.Beside {
	b := licensing.Beside{Resource: mother.Resource}
	for _, book := range errand.BooksOf(all)[mother.Resource] {
		b.With = append(b.With, book.Resource)
	}
	return b
}

// offerFamilies offers the mothers of the books that are accepted, where not all who get those have been given them.
func (c *Room) offerFamilies(r *http.Request, p *suggestionPlanPage, at hall.Site, plan licensing.Plan, list []licensing.Suggestion, a licensing.Acceptance) error {
	all, err := c.Items(r, at)
	if err != nil {
		return err
	}
	var would licensing.Plan
	mothers := errand.MothersOf(all)
	for _, m := range mothers {
		if slices.ContainsFunc(plan.Figures, func(f licensing.Figures) bool { return f.Resource == m.Resource }) {
			continue
		}
		order := licensing.Order{School: at.School.ID, Resources: []catalogue.ResourceID{m.Resource}, For: a.For}
		for _, book := range beside(m, all).With {
			order.Targets = append(order.Targets, targetsOf(book, list, a)...)
		}
		if len(order.Targets) == 0 {
			continue
		}
		one, err := c.Copies.Weigh(r.Context(), order)
		if err != nil {
			return err
		}
		would.Figures, would.Targets = append(would.Figures, one.Figures...), append(would.Targets, one.Targets...)
	}
	if p.Remedy = errand.FamilyRemedy(&p.Shell, would, mothers, "famille"); p.Remedy != nil {
		named := make([]string, len(p.Remedy.Fields))
		for i, f := range p.Remedy.Fields {
			named[i] = f.Value
		}
		p.Remedy.Action, p.Remedy.Name, p.Remedy.Value = p.Plan, "famille", strings.Join(named, " ")
	}
	return nil
}

// suggestionPlan shows what accepting the ticked suggestions would do.
func (c *Room) suggestionPlan(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	a, err := c.acceptance(r, at)
	if err != nil {
		return err
	}
	if len(a.Parts) == 0 {
		s := c.House.Site.Shell(r)
		return c.showSuggestions(w, r, at, nil, http.StatusBadRequest, s.T("console.suggestions.choose"))
	}
	plan, err := c.Suggestions.PlanSuggestions(r.Context(), a)
	if answeredMeanwhile(err) {
		return c.meanwhile(w, r, at)
	} else if err != nil {
		return err
	}
	return c.showSuggestionPlan(w, r, at, a, plan, http.StatusOK, nil)
}

func answeredMeanwhile(err error) bool { return fault.CodeOf(err) == "licensing.suggestion.answered" }

// accept applies exactly the plan that the manager saw; a plan that has changed meanwhile is shown anew.
func (c *Room) accept(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	a, err := c.acceptance(r, at)
	if err != nil {
		return err
	}
	done, err := c.Suggestions.ApplySuggestions(r.Context(), at.Reader.Actor(), a, r.PostFormValue("empreinte"))
	switch {
	case answeredMeanwhile(err):
		return c.meanwhile(w, r, at)
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.Exhausted):
		return c.acceptAgain(w, r, at, a, done.Plan, err)
	case err != nil:
		return err
	}
	s := c.House.Site.Shell(r)
	news := look.Message{Tone: look.Green, Title: hall.Given(&s, done.Plan), Text: s.T("console.suggestions.done", "n", len(a.Parts))}
	if done.Plan.Empty() {
		news.Title = s.T("console.suggestions.done.held")
	} else {
		news.Link = at.UndoLink(&s, done)
	}
	if err := c.House.Site.Flash(w, r, news); err != nil {
		return err
	}
	http.Redirect(w, r, at.Path(hall.SuggestPath), http.StatusSeeOther)
	return nil
}

// acceptAgain shows the new plan after a refusal.
func (c *Room) acceptAgain(w http.ResponseWriter, r *http.Request, at hall.Site, a licensing.Acceptance, plan licensing.Plan, refusal error) (err error) {
	if plan.Hash == "" {
		if plan, err = c.Suggestions.PlanSuggestions(r.Context(), a); err != nil {
			return err
		}
	}
	return c.showSuggestionPlan(w, r, at, a, plan, http.StatusConflict, refusal)
}

func (c *Room) showSuggestionPlan(w http.ResponseWriter, r *http.Request, at hall.Site, a licensing.Acceptance, plan licensing.Plan, status int, refusal error) error {
	list, err := c.Suggestions.FindSuggestions(r.Context(), at.School.ID, at.Mandate, plan.Suggestions...)
	if err != nil {
		return err
	}
	k, err := c.knownOf(r, at, list)
	if err != nil {
		return err
	}
	p := &suggestionPlanPage{Shell: c.Shell(r, at)}
	for _, name := range []string{"part", "famille"} {
		for _, value := range r.PostForm[name] {
			p.Carried = append(p.Carried, look.Hidden{Name: name, Value: value})
		}
	}
	p.Frame(&p.Shell, plan)
	p.Back = look.Link{Text: p.T("console.suggestions.back"), Href: at.Path(hall.SuggestPath)}
	p.Plan, p.Apply = at.Path(hall.SuggestPath+"/plan"), at.Path(hall.SuggestPath+"/accepter")
	p.Shell.Here = p.Back.Href
	p.Parent, p.Lead = p.T("console.suggestions.title"), p.T("console.suggestions.plan.lead", "n", len(list))
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.T("console.suggestions.title"), Href: p.Back.Href}, {Text: p.T("console.step.plan"), Current: true}}
	if refusal != nil {
		p.Messages = append(p.Messages, hall.Changed(&p.Shell, r, refusal, plan.Sum()))
	}
	for _, f := range plan.Figures {
		one, err := c.planOf(r, p, at, k, plan, f, list, a)
		if err != nil {
			return err
		}
		p.Plans = append(p.Plans, one)
	}
	p.foot(a, plan, list)
	if err := c.offerFamilies(r, p, at, plan, list, a); err != nil {
		return err
	}
	return c.pages.suggestionPlan.Send(w, r, status, p)
}

// planOf is the plan of one resource: its figures with their sentences, and its counters after.
func (c *Room) planOf(r *http.Request, p *suggestionPlanPage, at hall.Site, k known, plan licensing.Plan, f licensing.Figures, list []licensing.Suggestion, a licensing.Acceptance) (resourcePlan, error) {
	it := k.stock[f.Resource]
	one := resourcePlan{ID: fmt.Sprintf("r%d", len(p.Plans)+1), Title: it.Title, Whom: k.whom(&p.Shell, targetsOf(f.Resource, list, a))}
	for _, l := range []struct {
		verdict licensing.Verdict
		why     licensing.Why
		wrong   bool
	}{{licensing.Gets, "", false}, {licensing.Cannot, licensing.WhyShort, true}, {licensing.Cannot, licensing.WhyBudget, true}, {licensing.Has, "", false}, {licensing.Cannot, licensing.WhyPublic, false}, {licensing.Cannot, licensing.WhySubscription, false}} {
		var outcomes []licensing.Outcome
		for _, o := range plan.Outcomes {
			if o.Resource == f.Resource && o.Verdict == l.verdict && o.Why == l.why {
				outcomes = append(outcomes, o)
			}
		}
		if len(outcomes) == 0 {
			continue
		}
		line, err := c.suggestedLine(r, p, k, plan, outcomes)
		if err != nil {
			return one, err
		}
		line.Wrong = l.wrong
		one.Lines = append(one.Lines, line)
	}
	var whole hall.PlanLine
	for _, g := range plan.Targets {
		if g.Resource == f.Resource {
			whole.N++
			whole.Names = append(whole.Names, lang.Capital(k.labels.Label(&p.Shell, g.Target)))
		}
	}
	if whole.N > 0 {
		whole.Title, whole.Text = p.T("console.plan.targets.title", "n", whole.N), p.T("console.plan.targets.text")
		one.Lines = append(one.Lines, whole)
	}
	one.After = hall.Desk{Stock: it.Stock}.BeforeAfter(&p.Shell, f)
	return one, nil
}

// targetsOf are the classes and groups that are accepted for a resource, or for those beside which it is given, each once.
func targetsOf(resource catalogue.ResourceID, list []licensing.Suggestion, a licensing.Acceptance) (all []licensing.Target) {
	of := []catalogue.ResourceID{resource}
	for _, b := range a.Also {
		if b.Resource == resource {
			of = append(of, b.With...)
		}
	}
	var chosen hall.Selection
	for _, s := range list {
		for _, part := range a.Parts {
			if !slices.Contains(of, s.Resource) || part.Suggestion != s.ID {
				continue
			}
			for _, t := range part.Targets {
				chosen = chosen.With(t)
			}
		}
	}
	return chosen
}

// suggestedLine says one figure of a plan; outcomes are all of one verdict and one reason. Names are folded away under those who get.
func (c *Room) suggestedLine(r *http.Request, p *suggestionPlanPage, k known, plan licensing.Plan, outcomes []licensing.Outcome) (hall.PlanLine, error) {
	key, n := string(outcomes[0].Verdict), int64(len(outcomes))
	if why := outcomes[0].Why; why != "" {
		key += "." + string(why)
	}
	line := hall.PlanLine{N: n, Title: p.T("console.plan."+key+".title", "n", n)}
	if outcomes[0].Verdict == licensing.Gets {
		line.Text, line.Fold = hall.How(&p.Shell, plan, outcomes), p.T("console.plan.names.eleve", "n", n)
	} else {
		line.Text = p.T("console.plan."+key+".text", "n", n)
	}
	if outcomes[0].Verdict == licensing.Has || outcomes[0].Why == licensing.WhySubscription {
		return line, nil
	}
	var err error
	if line.Names, err = c.Names(r, &p.Shell, k.labels, outcomes); err != nil {
		return line, err
	}
	if rest := len(outcomes) - len(line.Names); rest > 0 {
		line.More = p.T("console.plan.names.more", "n", rest)
	}
	return line, nil
}

// foot is the choice where copies are short, the word to the teachers, and the act.
func (p *suggestionPlanPage) foot(a licensing.Acceptance, plan licensing.Plan, list []licensing.Suggestion) {
	sum := plan.Sum()
	copies, opened := plan.Moves()
	left := 0
	for _, s := range list {
		for _, part := range a.Parts {
			if part.Suggestion == s.ID {
				left += len(s.Targets) - len(part.Targets)
			}
		}
	}
	if left > 0 {
		p.Left = p.T("console.suggestions.plan.left", "n", left)
	}
	p.Word = look.Field{ID: "mot", Type: "textarea", Label: p.T("console.suggestions.word", "n", len(list)), Hint: p.T("console.suggestions.word.hint"), Value: string(a.Reason)}
	switch {
	case hall.OverBudget(plan) > 0:
		p.Title = p.T("console.plan.title.budget", "n", sum.Gets, "asked", sum.Gets+sum.Short)
		p.Choice = p.T("console.plan.choice.eleve", "n", sum.Short)
	case sum.Short > 0:
		p.Title = p.T("console.suggestions.plan.short", "n", sum.Short)
		p.Choice = p.T("console.plan.choice.eleve", "n", sum.Short)
	case copies > 0:
		p.Title = p.T("console.suggestions.plan.gives", "n", copies)
	case opened > 0 || len(plan.Targets) > 0:
		p.Title = p.T("console.plan.title.targets")
	default:
		p.Title = p.T("console.plan.title.nothing")
	}
	p.Bar.Note = p.T("console.suggestions.plan.refuse")
	switch {
	case copies > 0:
		p.Give, p.Bar.Title = p.T("console.plan.give", "n", copies), p.T("console.plan.bar.gives", "n", copies)
	case opened > 0:
		p.Give, p.Bar.Title = p.T("console.plan.open", "n", opened), p.T("console.plan.bar.opens", "n", opened)
	case len(plan.Targets) > 0:
		p.Give, p.Bar.Title = p.T("console.plan.open.targets"), p.T("console.plan.title.targets")
	case sum.Has > 0 && sum.Short == 0:
		p.Give, p.Bar.Title = p.T("console.suggestions.plan.close"), p.T("console.suggestions.done.held")
	}
	if len(plan.Fruitless()) > 0 {
		p.Give, p.Bar.Title = "", p.T("console.suggestions.plan.fruitless")
	}
	if sum.Short > 0 && p.Give != "" {
		p.Bar.Title = p.T("console.plan.bar.short", "n", copies, "short", sum.Short)
	}
	if p.Give != "" {
		p.Bar.Note = p.T("console.suggestions.plan.note")
	}
}
