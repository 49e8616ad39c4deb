package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
)

// populationPage is the second step: whom the resource is given to.
type populationPage struct {
	look.Shell
	Resource resourceHead
	Counters look.Counters
	Profiles []profileChoice
	View     view
	Tree     tree
	List     list
	Hidden   []string // what is chosen and has no box on this page
	Bar      bar
	Count    string // where the script asks for the counters
	Here     string
	Plan     string
	Holders  look.Link
}

// resourceHead is the resource in the page's head.
type resourceHead struct {
	Cover     look.Cover
	Title, By string
}

// view is which part of the school the page lists.
type view struct {
	Profile directory.Profile
	Cohort  directory.CohortID // "" for the whole school
	Text    string             // a name
	After   string             // the key of the last row of the page before
	From    int                // how many rows are before this page

	Among []directory.CohortID // a delegate's scope; none is the whole school
}

// profileChoice is one of the publics, with how many there are.
type profileChoice struct {
	Value, Text string
	Count       int
	On          bool
}

// bar says what is chosen, and what that means for the copies.
type bar struct {
	Title, Note string
	Tone        look.Tone
	None        bool
}

// readView reads what to list. A button overrides what the form remembers: « montrer » a profile, « voir » a class, « suite »
// another page.
func readView(r *http.Request, d desk, m cohorts) (view, error) {
	v := view{Among: d.scope(), Profile: directory.Profile(r.FormValue("profil")), Cohort: directory.CohortID(r.FormValue("vue")), Text: r.FormValue("nom")}
	if v.Profile == "" {
		v.Profile = directory.Pupil
	}
	if r.Form.Has("montrer") {
		v.Profile = directory.Profile(r.FormValue("montrer"))
	}
	if !slices.Contains(directory.Profiles, v.Profile) {
		return v, fault.New(fault.Invalid, "console.profile.unknown")
	}
	if r.Form.Has("voir") {
		v.Cohort, v.Text = directory.CohortID(r.FormValue("voir")), ""
	}
	if _, ok := m[v.Cohort]; !ok && v.Cohort != "" {
		return v, fault.New(fault.NotFound, "console.cohort.unknown")
	}
	return v, v.readPage(r)
}

// readPage reads where in the list we are, unless the list is another one than before.
func (v *view) readPage(r *http.Request) error {
	after, from := r.FormValue("apres"), r.FormValue("rang")
	switch {
	case r.Form.Has("debut"):
		return nil
	case r.Form.Has("suite"):
		after, from = r.FormValue("cle"), r.FormValue("suite")
	case r.FormValue("liste") != v.list():
		return nil
	}
	if from == "" {
		return nil
	}
	n, err := strconv.Atoi(from)
	if err != nil || n < 0 {
		return fault.New(fault.Invalid, "web.page.form", "value", from)
	}
	if n > 0 {
		v.After, v.From = after, n
	}
	return nil
}

// list names the list that is shown, so that a page's number is not taken for another list's.
func (v *view) list() string { return fmt.Sprintf("%s %s %s", v.Profile, v.Cohort, v.Text) }

// ListName is list, for the form.
func (v view) ListName() string { return v.list() }

func (v view) filter() directory.Filter {
	return directory.Filter{Profile: v.Profile, Cohort: v.Cohort, Text: v.Text, Among: v.Among}
}

// targets are everybody whom the list shows, where targets say it: not when a name is looked for.
func (v view) targets() []licensing.Target {
	switch {
	case v.Cohort != "":
		return []licensing.Target{licensing.ToCohort(v.Cohort, v.Profile)}
	case len(v.Among) == 0:
		return []licensing.Target{licensing.ToSchool(v.Profile)}
	}
	all := make([]licensing.Target, len(v.Among))
	for i, id := range v.Among {
		all[i] = licensing.ToCohort(id, v.Profile)
	}
	return all
}

// choice is a selection being made: the form read, checked and weighed.
type choice struct {
	chosen selection
	plan   licensing.Plan
	labels cohorts
}

// choose reads the form's selection and weighs it.
func (c *Room) choose(r *http.Request, d desk) (choice, error) {
	list, err := c.People.Cohorts(r.Context(), d.school.ID)
	if err != nil {
		return choice{}, fmt.Errorf("classes of %s: %w", d.school.ID, err)
	}
	ch := choice{labels: byID(d.cohorts(list))}
	may := func(t licensing.Target) bool { return ch.labels.of(t) && d.covers(t) }
	if ch.chosen, err = readSelection(r, may); err != nil {
		return choice{}, err
	}
	return ch, nil
}

// weigh plans the selection; with nobody chosen there is nothing to weigh.
func (c *Room) weigh(r *http.Request, d desk, ch *choice) (err error) {
	if len(ch.chosen) == 0 {
		return nil
	}
	if ch.plan, err = c.Copies.Plan(r.Context(), ch.chosen.order(d)); err != nil {
		return err
	}
	return ch.chosen.known(ch.plan)
}

// counters are the six figures with the selection counted.
func (ch choice) counters(s *look.Shell, d desk) look.Counters {
	counters := d.stock.Counters.Select(0)
	if len(ch.plan.Figures) == 1 {
		counters = ch.plan.Figures[0].Before
		counters.SiteWide = d.stock.Counters.SiteWide
	}
	return figures(s, d.stock, counters)
}

func (ch choice) bar(s *look.Shell, d desk) bar {
	sum := ch.plan.Sum()
	n := int64(len(ch.plan.Outcomes))
	unit := ch.chosen.unit()
	switch {
	case len(ch.chosen) == 0:
		return bar{Title: s.T("console.bar.nobody"), Note: s.T("console.bar.nobody.note"), None: true}
	case overBudget(ch.plan) > 0:
		return bar{Title: s.T("console.bar.chosen."+unit, "n", n), Note: s.T("console.bar.budget", "n", overBudget(ch.plan)), Tone: look.Red}
	case sum.Short > 0:
		return bar{Title: s.T("console.bar.chosen."+unit, "n", n), Note: s.T("console.bar.short", "n", sum.Short), Tone: look.Red}
	case sum.Gets == 0 && len(ch.plan.Targets) == 0:
		return bar{Title: s.T("console.bar.chosen."+unit, "n", n), Note: s.T("console.bar.nothing")}
	case d.stock.Counters.Unlimited:
		return bar{Title: s.T("console.bar.chosen."+unit, "n", n), Note: s.T("console.bar.unlimited")}
	}
	return bar{Title: s.T("console.bar.chosen."+unit, "n", n), Note: s.T("console.bar.left", "n", ch.plan.Figures[0].Before.Remaining)}
}

func (c *Room) population(w http.ResponseWriter, r *http.Request, d desk) error {
	ch, err := c.choose(r, d)
	if err != nil {
		return err
	}
	v, err := readView(r, d, ch.labels)
	if err != nil {
		return err
	}
	if err := c.act(r, d, v, &ch); err != nil {
		return err
	}
	return c.showPopulation(w, r, d, v, ch, http.StatusOK, "")
}

// act does what a button of the page asks for: empty the selection, or choose a whole level or everybody listed in one go.
func (c *Room) act(r *http.Request, d desk, v view, ch *choice) error {
	switch {
	case r.Form.Has("vider"):
		ch.chosen = nil
	case r.Form.Has("niveau"):
		for _, cohort := range sorted(ch.labels) {
			if cohort.Kind == directory.Class && cohort.Level == r.FormValue("niveau") {
				ch.chosen = ch.chosen.with(licensing.ToCohort(cohort.ID, v.Profile))
			}
		}
	case r.Form.Has("toute") && v.Text == "":
		for _, t := range v.targets() {
			if ch.labels.of(t) { // a class of a delegate's may be gone
				ch.chosen = ch.chosen.with(t)
			}
		}
	case r.Form.Has("toute"):
		return c.eachPerson(r, d, v.filter(), func(m directory.Member) error {
			if len(ch.chosen) >= maxPersons {
				return fault.New(fault.Invalid, "console.selection.large", "most", maxPersons)
			}
			ch.chosen = ch.chosen.with(person(m.Person, v.Profile))
			return nil
		})
	}
	return nil
}

// person is a person as the form carries them: with the profile under which they were chosen.
func person(id directory.PersonID, p directory.Profile) licensing.Target {
	t := licensing.ToPerson(id)
	t.Profiles = []directory.Profile{p}
	return t
}

// eachPerson walks a list to its end.
func (c *Room) eachPerson(r *http.Request, d desk, filter directory.Filter, do func(directory.Member) error) error {
	page := directory.Page{Limit: directory.MaxPage}
	for {
		some, err := c.People.ListPersons(r.Context(), d.school.ID, filter, page)
		if err != nil {
			return err
		}
		for _, m := range some {
			if err := do(m); err != nil {
				return err
			}
		}
		if len(some) < directory.MaxPage {
			return nil
		}
		page.After = some[len(some)-1].Key
	}
}

// showPopulation renders the second step, with a trouble to say or none.
func (c *Room) showPopulation(w http.ResponseWriter, r *http.Request, d desk, v view, ch choice, status int, trouble string) error {
	if err := c.weigh(r, d, &ch); err != nil {
		return err
	}
	p := &populationPage{Shell: c.shell(r, d.site), Resource: d.head(), View: v, Count: d.path("/compteurs"), Here: d.path("/population"), Plan: d.path("/plan")}
	p.Title = d.stock.Title
	p.Shell.Here = p.Here // a form shown again has an address of its own: without its selection
	p.Crumbs = d.crumbs(&p.Shell, givePath, look.Link{Text: p.T("console.step.population.title")})
	p.Steps = d.steps(&p.Shell, 1)
	p.Holders = look.Link{Text: p.T("console.holders.go"), Href: d.path("/attributions")}
	p.Counters, p.Bar = ch.counters(&p.Shell, d), ch.bar(&p.Shell, d)
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "qui", Text: trouble}}
	}
	if err := c.fillPopulation(r, d, p, ch); err != nil {
		return err
	}
	return c.pages.population.Send(w, r, status, p)
}

func (d desk) head() resourceHead {
	return resourceHead{Cover: d.cover(), Title: d.stock.Title, By: d.notice.Publisher.Name}
}

// live is what the script receives when a box has changed.
type live struct {
	Counters string `json:"counters"`
	Bar      string `json:"bar"`
	Say      string `json:"say"` // one sentence for the live region
	Empty    bool   `json:"empty"`
}

// count answers the script with the counters and the bar of the selection as it stands.
func (c *Room) count(w http.ResponseWriter, r *http.Request, d desk) error {
	ch, err := c.choose(r, d)
	if err != nil {
		return err
	}
	if err := c.weigh(r, d, &ch); err != nil {
		return err
	}
	s := c.shell(r, d.site)
	b := ch.bar(&s, d)
	counters, err := c.pages.population.Part(s.Locale, "counters", ch.counters(&s, d))
	if err != nil {
		return err
	}
	text, err := c.pages.population.Part(s.Locale, "bar-text", b)
	if err != nil {
		return err
	}
	answer, err := json.Marshal(live{string(counters), string(text), b.Title + ". " + b.Note, b.None})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(answer)
	return err
}
