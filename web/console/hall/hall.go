package hall

import (
	"context"
	"fmt"
	"net/http"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web"
)

// Said is a shell to say words with.
func (c *Hall) Said(r *http.Request) *look.Shell {
	s := c.House.Site.Shell(r)
	return &s
}

// Labels are a school's classes and groups.
func (c *Hall) Labels(r *http.Request, at Site) (Cohorts, error) {
	list, err := c.People.Cohorts(r.Context(), at.School.ID)
	if err != nil {
		return nil, fmt.Errorf("classes of %s: %w", at.School.ID, err)
	}
	return ByID(list), nil
}

// Scoped are those of them that the reader may choose.
func (c *Hall) Scoped(r *http.Request, at Site) (Cohorts, error) {
	list, err := c.People.Cohorts(r.Context(), at.School.ID)
	if err != nil {
		return nil, fmt.Errorf("classes of %s: %w", at.School.ID, err)
	}
	return ByID(at.cohorts(list)), nil
}

// Copies is what there is to give, who holds it, and the giving. licensing.Service satisfies it.
type Copies interface {
	ListStock(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) ([]licensing.Stock, error)
	FindStock(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, within *licensing.Mandate) (licensing.Stock, error)
	Plan(ctx context.Context, order licensing.Order) (licensing.Plan, error)
	Weigh(ctx context.Context, order licensing.Order) (licensing.Plan, error)
	Apply(ctx context.Context, by journal.Actor, order licensing.Order, hash string) (licensing.Applied, error)
	Undertake(ctx context.Context, by journal.Actor, order licensing.Order, hash string) (licensing.Applied, error)
	Places(ctx context.Context, school directory.SchoolID, persons []directory.PersonID) (map[directory.PersonID][]directory.CohortID, error)
}

// Suspending tells which standing assignments a plan would stop. licensing.Service satisfies it.
type Suspending interface {
	Suspends(ctx context.Context, p licensing.Plan) ([]licensing.Rule, error)
}

// Asked counts what teachers suggest. licensing.Service satisfies it.
type Asked interface {
	CountSuggestions(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (int64, error)
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

// Site is a school that the reader manages, or is a delegate of.
type Site struct {
	Reader  *web.Reader
	School  directory.School
	Waits   int64              // suggestions without an answer
	Mandate *licensing.Mandate // the delegate's who reads; nil for a manager, and for the head
}

// Desk is one resource in a school that the reader manages.
type Desk struct {
	Site
	Stock  licensing.Stock
	Notice catalogue.Resource
}

var (
	errSchool   = fault.New(fault.NotFound, "console.school.unknown")
	ErrResource = fault.New(fault.NotFound, "console.resource.unknown")
)

// resource finds the resource of the address in the school's stock: one out of a delegate's scope is not there.
func (c *Hall) resource(page func(w http.ResponseWriter, r *http.Request, at Desk) error) func(w http.ResponseWriter, r *http.Request, at Site) error {
	return func(w http.ResponseWriter, r *http.Request, at Site) error {
		if err := r.ParseForm(); err != nil {
			return err
		}
		id := catalogue.ResourceID(r.PathValue("resource"))
		if !at.Allows(id) {
			return ErrResource
		}
		stock, err := c.Copies.FindStock(r.Context(), at.School.ID, id, at.Mandate)
		if fault.Is(err, fault.NotFound) || err == nil && len(stock.Pools) == 0 {
			return ErrResource // not there, or not for this school: the same to this manager
		} else if err != nil {
			return err
		}
		notices, err := c.Notices.ListResources(r.Context(), id)
		if err != nil {
			return err
		}
		d := Desk{Site: at, Stock: stock, Notice: catalogue.Resource{ID: id, Title: stock.Title}}
		if len(notices) == 1 {
			d.Notice = notices[0]
		}
		return page(w, r, d)
	}
}
