package console

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
)

// « Récupération des exemplaires par lot »: first the resources, then which of their copies, then the plan.
const (
	takeWhichPath = takePath + "/exemplaires"
	takePlanPath  = takePath + "/plan"
	takeBackPath  = takePath + "/reprendre"
)

// takeShelfPage is the first step: what somebody has.
type takeShelfPage struct {
	look.Shell
	Shelf shelf
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
	Classes  []crowdBox
	Groups   []crowdBox
	List     string
	Wrong    []string // the lines of the list that name nobody
	Back     string
	Plan     string
	Figures  takeFigures // of all resources together
	Gone     bool        // copies of persons who left may be asked for: they are in no class of a delegate's
}

// Many reports whether there are so many classes that they are worth being searched.
func (p *takeWhichPage) Many() bool { return len(p.Classes)+len(p.Groups) >= manyClasses }

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
func (c *Room) recovery(w http.ResponseWriter, r *http.Request, at site) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	trouble := ""
	if r.Form.Has("choisir") {
		trouble = c.said(r).T("console.resources.choose")
	}
	return c.showRecovery(w, r, at, http.StatusOK, trouble)
}

func (c *Room) showRecovery(w http.ResponseWriter, r *http.Request, at site, status int, trouble string) error {
	p := &takeShelfPage{Shell: c.shell(r, at), Here: at.path(takePath), Next: at.path(takeWhichPath)}
	p.Title, p.Lead = p.T("console.take.method"), p.T("console.take.method.lead")
	p.Shell.Here = p.Here
	p.Crumbs, p.Steps = at.takeCrumbs(&p.Shell, 0), at.takeSteps(&p.Shell, 0)
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "choix", Text: trouble}}
	}
	all, err := c.items(r, at)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, item.never)
	p.Shelf = shelf{Find: readFind(r), Heads: counterLabels(&p.Shell), Note: p.T("console.back.shelf.note")}
	p.Shelf.lay(&p.Shell, at, all, r.Form["ressource"], func(i item) shelfRow {
		d := desk{site: at, stock: i.Stock}
		return shelfRow{Href: d.path("/attributions"), Cells: cells(&p.Shell, i.Stock, i.Counters), State: lockNote(&p.Shell, i), Icon: lockIcon(i)}
	})
	if len(all) == 0 {
		p.Empty = look.Empty{Title: p.T("console.take.none.title"), Text: p.T("console.take.none.text"), Action: look.Link{Text: p.T("console.nav.resources"), Href: at.path(givePath)}}
	}
	return c.pages.takeShelf.Send(w, r, status, p)
}

// lockNote says how many copies cannot come back, and lockIcon shows it.
func lockNote(s *look.Shell, i item) string {
	if i.Counters.Locked == 0 {
		return s.T("console.back.shelf.free")
	}
	return s.T("console.back.shelf.locked", "n", i.Counters.Locked)
}

func lockIcon(i item) string {
	if i.Counters.Locked == 0 {
		return ""
	}
	return "lock"
}

func (at site) takeSteps(s *look.Shell, now int) []look.Step {
	return stepping(now, look.Step{Text: s.T("console.crowd.step.resources"), Href: at.path(takePath)}, look.Step{Text: s.T("console.back.step.which")}, look.Step{Text: s.T("console.step.plan")})
}

func (at site) takeCrumbs(s *look.Shell, now int) []look.Link {
	return pathTo(now+1, look.Link{Text: s.T("console.crumb.home"), Href: at.path("")}, look.Link{Text: s.T("console.crumb.resources"), Href: at.path(takePath)},
		look.Link{Text: s.T("console.back.step.which.title")}, look.Link{Text: s.T("console.step.plan")})
}

// noTake leads an address typed by hand back to the choice of the resources.
func (c *Room) noTake(w http.ResponseWriter, r *http.Request, at site) error {
	http.Redirect(w, r, at.path(takePath), http.StatusSeeOther)
	return nil
}

// which asks which copies of the chosen resources are to come back.
func (c *Room) which(w http.ResponseWriter, r *http.Request, at site) error {
	t, err := c.retrieve(r, at)
	if err != nil {
		return err
	}
	if len(t.items) == 0 {
		return c.showRecovery(w, r, at, http.StatusBadRequest, c.said(r).T("console.resources.choose"))
	}
	return c.showWhich(w, r, t, http.StatusOK, "")
}

func (c *Room) showWhich(w http.ResponseWriter, r *http.Request, t *taken, status int, trouble string) error {
	p := &takeWhichPage{Shell: c.shell(r, t.site), Which: t.which, Gone: t.scope() == nil, Unopened: t.order.Only.Unopened, List: t.list, Back: t.path(takePath), Plan: t.path(takePlanPath)}
	p.Title, p.Lead = p.T("console.back.step.which.title"), p.T("console.back.which.lead")
	q := url.Values{}
	for _, i := range t.items {
		p.Carried = append(p.Carried, look.Hidden{Name: "ressource", Value: string(i.Resource)})
		q.Add("ressource", string(i.Resource))
	}
	p.Shell.Here = t.path(takeWhichPath) + "?" + q.Encode()
	p.Crumbs, p.Steps = t.takeCrumbs(&p.Shell, 1), t.takeSteps(&p.Shell, 1)
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "quoi", Text: trouble}}
	}
	p.Wrong = t.found.said(&p.Shell)
	for _, cohort := range sorted(t.labels) {
		target := licensing.ToCohort(cohort.ID)
		box := crowdBox{target.String(), cohort.Label, "", t.chosen.has(target)}
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
	order := t.order
	order.Targets, order.Only = t.everybody(t.labels), licensing.Only{}
	var plan, left licensing.Plan
	var err error
	if len(order.Targets) > 0 {
		if plan, err = c.Copies.Plan(r.Context(), order); err != nil {
			return fmt.Errorf("copies out in %s: %w", t.school.ID, err)
		}
	}
	if p.Gone {
		order.Only.Left = true
		if left, err = c.Copies.Plan(r.Context(), order); err != nil {
			return fmt.Errorf("copies of the gone in %s: %w", t.school.ID, err)
		}
	}
	unopened, gone := map[catalogue.ResourceID]int64{}, map[catalogue.ResourceID]int64{}
	for _, o := range plan.Outcomes {
		if o.Verdict == licensing.Loses && !o.SiteWide && o.Used.IsZero() {
			unopened[o.Resource]++
		}
	}
	for _, o := range left.Outcomes {
		if o.Verdict != licensing.Lacks {
			gone[o.Resource]++
		}
	}
	for _, i := range t.items {
		d := desk{site: t.site, stock: i.Stock}
		line := takeFigures{i.Title, i.notice.Publisher.Name, d.path("/attributions"), i.Counters.Assigned, unopened[i.Resource], gone[i.Resource], i.Counters.Locked}
		p.Lines = append(p.Lines, line)
		p.Figures.Assigned += line.Assigned
		p.Figures.Unopened += line.Unopened
		p.Figures.Left += line.Left
		p.Figures.Lock += line.Lock
	}
	return nil
}

// takePlan shows what would come back.
func (c *Room) takePlan(w http.ResponseWriter, r *http.Request, at site) error {
	t, err := c.ready(w, r, at)
	if err != nil || t == nil {
		return err
	}
	t.notes = t.found.notes(c.said(r))
	return c.showErrand(w, r, &t.errand)
}

// takeMany takes back exactly what the manager saw.
func (c *Room) takeMany(w http.ResponseWriter, r *http.Request, at site) error {
	t, err := c.ready(w, r, at)
	if err != nil || t == nil {
		return err
	}
	return c.doErrand(w, r, &t.errand)
}
