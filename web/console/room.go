package console

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web"
)

// Room is the console. Fill it as a struct literal, then Mount it.
type Room struct {
	House       *web.House
	Copies      Copies
	People      People
	Notices     Notices
	Live        Live // nil: open pages do not follow what others do
	Home        Dashboard
	Past        Past
	Suggestions Suggestions // nil: teachers suggest nothing
	Rules       Rules       // nil: nothing is given by itself
	Files       Files       // nil: copies come and go by no file
	Programs    Programs    // nil: the school's own programs have no way in
	Now         func() time.Time

	pages pages
}

// Copies is what there is to give, who holds it, and the giving. licensing.Service satisfies it.
type Copies interface {
	ListStock(ctx context.Context, school directory.SchoolID) ([]licensing.Stock, error)
	FindStock(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID) (licensing.Stock, error)
	Plan(ctx context.Context, order licensing.Order) (licensing.Plan, error)
	Weigh(ctx context.Context, order licensing.Order) (licensing.Plan, error)
	Apply(ctx context.Context, by journal.Actor, order licensing.Order, hash string) (licensing.Applied, error)
	ListHolders(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, page directory.Page) ([]licensing.Holder, error)
	ListHoldersAmong(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, cohorts []directory.CohortID, page directory.Page) ([]licensing.Holder, error)
	Roll(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (*licensing.Roll, error)
	ListMandates(ctx context.Context, school directory.SchoolID) ([]licensing.Mandate, error)
	Delegate(ctx context.Context, by journal.Actor, m licensing.Mandate) (licensing.Mandate, error)
	EndMandate(ctx context.Context, by journal.Actor, school directory.SchoolID, person directory.PersonID) error
	Drafts
}

// People is whom copies are given to. directory.Service satisfies it.
type People interface {
	Cohorts(ctx context.Context, school directory.SchoolID) ([]directory.Cohort, error)
	Subjects(ctx context.Context, school directory.SchoolID) ([]directory.Subject, error)
	ListPersons(ctx context.Context, school directory.SchoolID, filter directory.Filter, page directory.Page) ([]directory.Member, error)
	CountPersons(ctx context.Context, school directory.SchoolID, filter directory.Filter) (int, error)
	Headcounts(ctx context.Context, school directory.SchoolID, filter directory.Filter) (directory.Headcounts, error)
	FindPerson(ctx context.Context, id directory.PersonID) (directory.Person, error)
}

// Notices tells what the resources are. catalogue.Service satisfies it.
type Notices interface {
	ListResources(ctx context.Context, ids ...catalogue.ResourceID) ([]catalogue.Resource, error)
}

//go:embed *.html dist
var files embed.FS

// pages are the room's parsed templates.
type pages struct {
	schools, home, resources, population, plan, holders       *look.Template
	history, act, undo, doubles                               *look.Template
	crowd, crowdShelf, takeShelf, takeWhich, families, errand *look.Template
	suggestions, suggestionPlan, decline                      *look.Template
	delegates, mandate                                        *look.Template
	rules, rule                                               *look.Template
	file, batch, programs                                     *look.Template
}

// Mount registers the console's pages.
func (c *Room) Mount(mux web.Mux) {
	site := c.House.Site
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	site.Add(dist)
	c.pages = pages{
		schools: site.MustParse(files, "schools.html"), home: site.MustParse(files, "home.html", "feed.html"), resources: site.MustParse(files, "resources.html"),
		population: site.MustParse(files, "population.html", "head.html", "tree.html"), plan: site.MustParse(files, "plan.html", "planframe.html", "several.html"),
		holders: site.MustParse(files, "holders.html", "head.html"),
		rules:   site.MustParse(files, "rules.html"), rule: site.MustParse(files, "rule.html", "planframe.html"),
		crowd: site.MustParse(files, "crowd.html", "several.html", "tree.html"), crowdShelf: site.MustParse(files, "crowdshelf.html", "several.html"),
		takeShelf: site.MustParse(files, "takeshelf.html", "several.html"), takeWhich: site.MustParse(files, "takewhich.html", "several.html", "tree.html"),
		families: site.MustParse(files, "families.html", "several.html"), errand: site.MustParse(files, "errand.html", "planframe.html", "several.html"),
		history: site.MustParse(files, "history.html", "lines.html"), act: site.MustParse(files, "act.html"), undo: site.MustParse(files, "undo.html", "planframe.html"),
		doubles: site.MustParse(files, "doubles.html"),
		file:    site.MustParse(files, "file.html"), batch: site.MustParse(files, "batch.html", "planframe.html"), programs: site.MustParse(files, "programs.html"),
		delegates: site.MustParse(files, "delegates.html"), mandate: site.MustParse(files, "mandate.html"),
	}
	c.mountSuggestions(mux)
	mux.Handle("GET /affectation", c.House.For(c.schools))
	mux.Handle("GET /affectation/{uai}", c.within(c.home))
	if c.Live != nil {
		mux.Handle("GET /affectation/{uai}"+livePath, c.within(c.follow))
	}
	mux.Handle("GET /affectation/{uai}/ressources", c.within(c.resources))
	c.mountRules(mux)
	const here = " /affectation/{uai}"
	mux.Handle("GET"+here+takePath, c.within(c.recovery))
	mux.Handle("GET"+here+takeWhichPath, c.within(c.which))
	mux.Handle("POST"+here+takeWhichPath, c.within(c.which))
	mux.Handle("GET"+here+takePlanPath, c.within(c.noTake))
	mux.Handle("POST"+here+takePlanPath, c.within(c.takePlan))
	mux.Handle("POST"+here+takeBackPath, c.within(c.takeMany))
	mux.Handle("GET"+here+crowdPath, c.within(c.populations))
	mux.Handle("POST"+here+crowdPath, c.within(c.populations))
	mux.Handle("GET"+here+crowdShelfPath, c.within(c.noCrowd))
	mux.Handle("POST"+here+crowdShelfPath, c.within(c.crowdShelf))
	mux.Handle("GET"+here+crowdPlanPath, c.within(c.noCrowd))
	mux.Handle("POST"+here+crowdPlanPath, c.within(c.crowdPlan))
	mux.Handle("POST"+here+crowdGivePath, c.within(c.crowdGive))
	mux.Handle("GET"+here+familiesPath, c.within(c.families))
	mux.Handle("POST"+here+familiesPath, c.within(c.families))
	mux.Handle("GET"+here+familiesPlanPath, c.within(c.noFamily))
	mux.Handle("POST"+here+familiesPlanPath, c.within(c.familyPlan))
	mux.Handle("POST"+here+familiesGivePath, c.within(c.familyGive))
	mux.Handle("GET /affectation/{uai}/historique", c.within(c.history))
	mux.Handle("GET /affectation/{uai}/historique/{act}", c.within(c.oneAct))
	mux.Handle("GET /affectation/{uai}/historique/{act}/annuler", c.within(c.undoing))
	mux.Handle("POST /affectation/{uai}/historique/{act}/annuler", c.within(c.undo))
	mux.Handle("GET /affectation/{uai}/doubles", c.within(c.doubles))
	mux.Handle("POST /affectation/{uai}/doubles", c.within(c.undouble))
	const one = " /affectation/{uai}/ressources/{resource}"
	mux.Handle("GET"+one+"/population", c.onWithin(c.population))
	mux.Handle("POST"+one+"/population", c.onWithin(c.population))
	mux.Handle("POST"+one+"/compteurs", c.onWithin(c.count))
	mux.Handle("GET"+one+"/plan", c.onWithin(c.plan))
	mux.Handle("POST"+one+"/plan", c.onWithin(c.plan))
	mux.Handle("POST"+one+"/attribuer", c.onWithin(c.assign))
	mux.Handle("GET"+one+"/attributions", c.onWithin(c.holders))
	mux.Handle("POST"+one+"/reprise", c.onWithin(c.retrieval))
	mux.Handle("POST"+one+"/reprendre", c.onWithin(c.takeBack))
	c.mountFiles(mux)
	c.mountPrograms(mux)
	c.mountDelegates(mux)
}

// site is a school that the reader manages, or is a delegate of.
type site struct {
	reader  *web.Reader
	school  directory.School
	waits   int64              // suggestions without an answer
	mandate *licensing.Mandate // the delegate's who reads; nil for a manager, and for the head
}

// desk is one resource in a school that the reader manages.
type desk struct {
	site
	stock  licensing.Stock
	notice catalogue.Resource
}

var (
	errSchool   = fault.New(fault.NotFound, "console.school.unknown")
	errResource = fault.New(fault.NotFound, "console.resource.unknown")
)

// resource finds the resource of the address in the school's stock: one out of a delegate's scope is not there.
func (c *Room) resource(page func(w http.ResponseWriter, r *http.Request, at desk) error) func(w http.ResponseWriter, r *http.Request, at site) error {
	return func(w http.ResponseWriter, r *http.Request, at site) error {
		if err := r.ParseForm(); err != nil {
			return err
		}
		id := catalogue.ResourceID(r.PathValue("resource"))
		if !at.allows(id) {
			return errResource
		}
		stock, err := c.Copies.FindStock(r.Context(), at.school.ID, id)
		if fault.Is(err, fault.NotFound) || err == nil && len(stock.Pools) == 0 {
			return errResource // not there, or not for this school: the same to this manager
		} else if err != nil {
			return err
		}
		notices, err := c.Notices.ListResources(r.Context(), id)
		if err != nil {
			return err
		}
		d := desk{site: at, stock: stock, notice: catalogue.Resource{ID: id, Title: stock.Title}}
		if len(notices) == 1 {
			d.notice = notices[0]
		}
		return page(w, r, d)
	}
}
