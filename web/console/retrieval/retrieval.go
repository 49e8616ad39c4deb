package retrieval

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/errand"
	"pupitre/web/console/hall"
)

// « Récupération des exemplaires par lot »: first the resources, then which of their copies, then the plan.
const (
	takeWhichPath = hall.TakePath + "/exemplaires"
	takePlanPath  = hall.TakePath + "/plan"
	takeBackPath  = hall.TakePath + "/reprendre"
)

// takeShelfPage is the first step: what somebody has.
type takeShelfPage struct {
	look.Shell
	Shelf errand.Shelf
	Empty look.Empty
	Here  string
	Next  string
}

// takeWhichPage is the second: which copies of these resources.
type takeWhichPage struct {
	look.Shell
	Lines    []takeFigures
	Carried  []look.Hidden
	Which    string // the choice made: one of whiches
	Unopened bool
	Classes  []hall.Box
	Groups   []hall.Box
	List     string
	Wrong    []string // the lines of the list that name nobody
	Back     string
	Plan     string
	Figures  takeFigures // of all resources together
	Gone     bool        // copies of persons who left may be asked for: they are in no class of a delegate's
}

// Many reports whether there are so many classes that they are worth being searched.
func (p *takeWhichPage) Many() bool { return len(p.Classes)+len(p.Groups) >= hall.ManyClasses }

// takeFigures are what a resource's holders do with their copies.
type takeFigures struct {
	Title, By                      string
	Href                           string
	Assigned, Unopened, Left, Lock int64
}

// The ways to say which copies. A way's words are console.which.<way>.
const (
	whichAll    = "tous"
	whichClass  = "classes"
	whichLeft   = "partis"
	whichListed = "liste"
)

// recovery lists what somebody has, each line leading to its holders one by one; several are chosen by their boxes.
func (c *Room) recovery(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	trouble := ""
	if r.Form.Has("choisir") {
		trouble = c.Said(r).T("console.resources.choose")
	}
	return c.showRecovery(w, r, at, http.StatusOK, trouble)
}

func (c *Room) showRecovery(w http.ResponseWriter, r *http.Request, at hall.Site, status int, trouble string) error {
	p := &takeShelfPage{Shell: c.Shell(r, at), Here: at.Path(hall.TakePath), Next: at.Path(takeWhichPath)}
	p.Title, p.Lead = p.T("console.take.method"), p.T("console.take.method.lead")
	p.Shell.Here = p.Here
	p.Crumbs, p.Steps = takeCrumbs(at, &p.Shell, 0), takeSteps(at, &p.Shell, 0)
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "choix", Text: trouble}}
	}
	all, err := c.Items(r, at)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, hall.Item.Never)
	p.Shelf = errand.Shelf{Find: hall.ReadFind(r), Heads: hall.CounterLabels(&p.Shell), Note: p.T("console.back.shelf.note")}
	p.Shelf.Lay(&p.Shell, at, all, r.Form["ressource"], func(i hall.Item) errand.ShelfRow {
		d := hall.Desk{Site: at, Stock: i.Stock}
		row := errand.ShelfRow{Href: d.Path("/attributions"), State: lockNote(&p.Shell, i), Icon: lockIcon(i)}
		row.Cells, row.Of = d.Cells(&p.Shell, i.Counters, i.Portions())
		return row
	})
	if len(all) == 0 {
		p.Empty = look.Empty{Title: p.T("console.take.none.title"), Text: p.T("console.take.none.text"), Action: look.Link{Text: p.T("console.nav.resources"), Href: at.Path(hall.GivePath)}}
	}
	return c.pages.takeShelf.Send(w, r, status, p)
}

// lockNote says how many copies cannot come back, and lockIcon shows it.
func lockNote(s *look.Shell, i hall.Item) string {
	if i.Counters.Locked == 0 {
		return s.T("console.back.shelf.free")
	}
	return s.T("console.back.shelf.locked", "n", i.Counters.Locked)
}

func lockIcon(i hall.Item) string {
	if i.Counters.Locked == 0 {
		return ""
	}
	return "lock"
}

func takeSteps(at hall.Site, s *look.Shell, now int) []look.Step {
	return hall.Stepping(now, look.Step{Text: s.T("console.crowd.step.resources"), Href: at.Path(hall.TakePath)}, look.Step{Text: s.T("console.back.step.which")}, look.Step{Text: s.T("console.step.plan")})
}

func takeCrumbs(at hall.Site, s *look.Shell, now int) []look.Link {
	return hall.PathTo(now+1, look.Link{Text: s.T("console.crumb.home"), Href: at.Path("")}, look.Link{Text: s.T("console.crowd.step.resources.title"), Href: at.Path(hall.TakePath)},
		look.Link{Text: s.T("console.back.step.which.title")}, look.Link{Text: s.T("console.step.plan")})
}

// noTake leads an address typed by hand back to the choice of the resources.
func (c *Room) noTake(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	http.Redirect(w, r, at.Path(hall.TakePath), http.StatusSeeOther)
	return nil
}

// which asks which copies of the chosen resources are to come back.
func (c *Room) which(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	t, err := c.retrieve(r, at)
	if err != nil {
		return err
	}
	if len(t.Items) == 0 {
		return c.showRecovery(w, r, at, http.StatusBadRequest, c.Said(r).T("console.resources.choose"))
	}
	return c.showWhich(w, r, t, http.StatusOK, "")
}

func (c *Room) showWhich(w http.ResponseWriter, r *http.Request, t *taken, status int, trouble string) error {
	p := &takeWhichPage{Shell: c.Shell(r, t.Site), Which: t.which, Gone: t.Scope() == nil, Unopened: t.Order.Only.Unopened, List: t.list, Back: t.Path(hall.TakePath), Plan: t.Path(takePlanPath)}
	p.Title, p.Lead = p.T("console.back.step.which.title"), p.T("console.back.which.lead")
	q := url.Values{}
	for _, i := range t.Items {
		p.Carried = append(p.Carried, look.Hidden{Name: "ressource", Value: string(i.Resource)})
		q.Add("ressource", string(i.Resource))
	}
	p.Shell.Here = t.Path(takeWhichPath) + "?" + q.Encode()
	p.Crumbs, p.Steps = takeCrumbs(t.Site, &p.Shell, 1), takeSteps(t.Site, &p.Shell, 1)
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "quoi", Text: trouble}}
	}
	p.Wrong = t.found.said(&p.Shell)
	for _, cohort := range hall.Sorted(t.Labels) {
		target := licensing.ToCohort(cohort.ID)
		box := hall.Box{Value: target.String(), Label: cohort.Label, On: t.Chosen.Has(target)}
		if cohort.Kind == directory.Group {
			p.Groups = append(p.Groups, box)
		} else {
			p.Classes = append(p.Classes, box)
		}
	}
	if err := c.takeFigures(r, t, p); err != nil {
		return err
	}
	return c.pages.takeWhich.Send(w, r, status, p)
}

// takeFigures counts, for each resource, the copies given, those never opened, those of persons who left, and those that cannot come back.
func (c *Room) takeFigures(r *http.Request, t *taken, p *takeWhichPage) error {
	order := t.Order
	order.Targets, order.Only = t.Everybody(t.Labels), licensing.Only{}
	var plan, left licensing.Plan
	var err error
	if len(order.Targets) > 0 {
		if plan, err = c.Copies.Plan(r.Context(), order); err != nil {
			return fmt.Errorf("copies out in %s: %w", t.School.ID, err)
		}
	}
	if p.Gone {
		order.Only.Left = true
		if left, err = c.Copies.Plan(r.Context(), order); err != nil {
			return fmt.Errorf("copies of the gone in %s: %w", t.School.ID, err)
		}
	}
	unopened, gone := map[catalogue.ResourceID]int64{}, map[catalogue.ResourceID]int64{}
	out, locked := map[catalogue.ResourceID]int64{}, map[catalogue.ResourceID]int64{} // of a delegate's scope
	for _, o := range plan.Outcomes {
		if !o.SiteWide && (o.Verdict == licensing.Loses || o.Why == licensing.WhyLocked) {
			out[o.Resource]++
		}
		if o.Why == licensing.WhyLocked {
			locked[o.Resource]++
		}
		if o.Verdict == licensing.Loses && !o.SiteWide && o.Used.IsZero() {
			unopened[o.Resource]++
		}
	}
	for _, o := range left.Outcomes {
		if o.Verdict != licensing.Lacks {
			gone[o.Resource]++
		}
	}
	for _, i := range t.Items {
		d := hall.Desk{Site: t.Site, Stock: i.Stock}
		line := takeFigures{i.Title, i.Notice.Publisher.Name, d.Path("/attributions"), i.Counters.Assigned, unopened[i.Resource], gone[i.Resource], i.Counters.Locked}
		if !p.Gone {
			line.Assigned, line.Lock = out[i.Resource], locked[i.Resource]
		}
		p.Lines = append(p.Lines, line)
		p.Figures.Assigned += line.Assigned
		p.Figures.Unopened += line.Unopened
		p.Figures.Left += line.Left
		p.Figures.Lock += line.Lock
	}
	return nil
}

// takePlan shows what would come back.
func (c *Room) takePlan(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	t, err := c.ready(w, r, at)
	if err != nil || t == nil {
		return err
	}
	t.Notes = t.found.notes(c.Said(r))
	return c.ShowErrand(w, r, &t.Errand)
}

// takeMany takes back exactly what the manager saw.
func (c *Room) takeMany(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	t, err := c.ready(w, r, at)
	if err != nil || t == nil {
		return err
	}
	return c.DoErrand(w, r, &t.Errand)
}
