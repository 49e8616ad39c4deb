package console

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web"
)

// Room is the console. Fill it as a struct literal, then Mount it.
type Room struct {
	House   *web.House
	Copies  Copies
	People  People
	Notices Notices

	pages pages
}

// Copies is what there is to give, who holds it, and the giving. licensing.Service satisfies it.
type Copies interface {
	ListStock(ctx context.Context, school directory.SchoolID) ([]licensing.Stock, error)
	FindStock(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID) (licensing.Stock, error)
	Plan(ctx context.Context, order licensing.Order) (licensing.Plan, error)
	Apply(ctx context.Context, by journal.Actor, order licensing.Order, hash string) (licensing.Applied, error)
	ListHolders(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, page directory.Page) ([]licensing.Holder, error)
	ListHoldersAmong(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, cohorts []directory.CohortID, page directory.Page) ([]licensing.Holder, error)

	ListMandates(ctx context.Context, school directory.SchoolID) ([]licensing.Mandate, error)
	Delegate(ctx context.Context, by journal.Actor, m licensing.Mandate) (licensing.Mandate, error)
	EndMandate(ctx context.Context, by journal.Actor, school directory.SchoolID, person directory.PersonID) error
}

// People is whom copies are given to. directory.Service satisfies it.
type People interface {
	Cohorts(ctx context.Context, school directory.SchoolID) ([]directory.Cohort, error)
	ListPersons(ctx context.Context, school directory.SchoolID, filter directory.Filter, page directory.Page) ([]directory.Member, error)
	CountPersons(ctx context.Context, school directory.SchoolID, filter directory.Filter) (int, error)
	FindPerson(ctx context.Context, id directory.PersonID) (directory.Person, error)
}

// Notices tells what the resources are. catalogue.Service satisfies it.
type Notices interface {
	ListResources(ctx context.Context, ids ...catalogue.ResourceID) ([]catalogue.Resource, error)
}

//go:embed *.html dist
var files embed.FS

// pages are the room's parsed templates.
type pages struct{ schools, home, resources, population, plan, holders, delegates, mandate *look.Template }

// Mount registers the console's pages.
func (c *Room) Mount(mux web.Mux) {
	site := c.House.Site
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is embedded
	}
	site.Add(dist)
	c.pages = pages{
		schools: site.MustParse(files, "schools.html"), home: site.MustParse(files, "home.html"), resources: site.MustParse(files, "resources.html"),
		population: site.MustParse(files, "population.html", "head.html"), plan: site.MustParse(files, "plan.html", "head.html"),
		holders: site.MustParse(files, "holders.html", "head.html"), delegates: site.MustParse(files, "delegates.html"), mandate: site.MustParse(files, "mandate.html"),
	}
	mux.Handle("GET /affectation", c.House.For(c.schools))
	mux.Handle("GET /affectation/{uai}", c.within(c.home))
	mux.Handle("GET /affectation/{uai}/ressources", c.within(c.resources))
	mux.Handle("GET /affectation/{uai}/recuperation", c.within(c.recovery))
	const one = " /affectation/{uai}/ressources/{resource}"
	mux.Handle("GET"+one+"/population", c.onWithin(c.population))
	mux.Handle("POST"+one+"/population", c.onWithin(c.population))
	mux.Handle("POST"+one+"/compteurs", c.onWithin(c.count))
	mux.Handle("GET"+one+"/plan", c.onWithin(c.noPlan))
	mux.Handle("POST"+one+"/plan", c.onWithin(c.plan))
	mux.Handle("POST"+one+"/attribuer", c.onWithin(c.assign))
	mux.Handle("GET"+one+"/attributions", c.onWithin(c.holders))
	mux.Handle("POST"+one+"/reprise", c.onWithin(c.retrieval))
	mux.Handle("POST"+one+"/reprendre", c.onWithin(c.takeBack))
	c.mountDelegates(mux)
}

// site is a school that the reader manages, or is a delegate of.
type site struct {
	reader  *web.Reader
	school  directory.School
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

// on finds the resource of the address in the school's stock, for its managers.
func (c *Room) on(page func(w http.ResponseWriter, r *http.Request, at desk) error) httpx.Handler {
	return c.in(c.resource(page))
}

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
