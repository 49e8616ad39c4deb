package api

import (
	"context"
	_ "embed"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/token"
	"pupitre/web"
)

// Room is the programs' interface. Fill it as a struct literal, then Mount it.
type Room struct {
	Tokens Tokens
	Copies Copies
	People People
	Say    func(r *http.Request, err error) string // an error in the language that the request asks for

	Over <-chan struct{} // closed when the server stops: streams then end

	paces   sync.Map // a limiter for each token
	streams streams
	still   time.Duration // between two looks of a stream at whether its token stands; 0 is usualStill
}

// Tokens knows programs again. token.Service satisfies it.
type Tokens interface {
	Present(ctx context.Context, secret token.Secret) (token.Token, error)
	Once(ctx context.Context, t token.Token, k token.Key, do func(ctx context.Context) (token.Answer, error)) (token.Answer, bool, error)
}

// Copies is what programs ask about and change. licensing.Service satisfies it.
type Copies interface {
	MandatesOf(ctx context.Context, person directory.PersonID) ([]licensing.Mandate, error)
	Roll(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (*licensing.Roll, error)
	ListStock(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) ([]licensing.Stock, error)
	ListHoldersAmong(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, cohorts []directory.CohortID, page directory.Page) ([]licensing.Holder, error)
	Plan(ctx context.Context, order licensing.Order) (licensing.Plan, error)
	Apply(ctx context.Context, by journal.Actor, order licensing.Order, hash string) (licensing.Applied, error)
	Assign(ctx context.Context, by journal.Actor, order licensing.Order) (licensing.Applied, error)
	Release(ctx context.Context, by journal.Actor, order licensing.Order) (licensing.Applied, error)
	Receipt(ctx context.Context, school directory.SchoolID, act journal.ActID, within *licensing.Mandate) (licensing.Receipt, error)
	Sketch(ctx context.Context, by journal.Actor, d licensing.Draft) (licensing.Sketch, error)
	Ungiven(ctx context.Context, roll *licensing.Roll, orders []licensing.Order) ([]licensing.Ungiven, error)
	Keep(ctx context.Context, sketch licensing.Sketch) (licensing.Batch, error)
	Start(ctx context.Context, by journal.Actor, school directory.SchoolID, id licensing.BatchID, hash string, short licensing.Short) error
	FindBatch(ctx context.Context, school directory.SchoolID, id licensing.BatchID, within *licensing.Mandate) (licensing.Batch, error)
	ListBatches(ctx context.Context, school directory.SchoolID, limit int, within *licensing.Mandate) ([]licensing.Batch, error)
	OutcomesFrom(ctx context.Context, school directory.SchoolID, id licensing.BatchID, seq, from, limit int, within *licensing.Mandate) (licensing.OutcomePage, error)
	RefusedLines(ctx context.Context, school directory.SchoolID, id licensing.BatchID, limit int, within *licensing.Mandate) ([]licensing.Refused, error)
}

// People tells where somebody is a manager, and what a school is. directory.Service satisfies it.
type People interface {
	SchoolsOfManager(ctx context.Context, person directory.PersonID) ([]directory.School, error)
	FindSchool(ctx context.Context, id directory.SchoolID) (directory.School, error)
}

//go:embed openapi.json
var document []byte

const root = "/api/v1"

// Mount registers the routes.
func (a *Room) Mount(mux web.Mux) {
	mux.Handle("GET "+root+"/openapi.json", func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "application/json")
		_, err := w.Write(document)
		return err
	})
	mux.Handle("GET "+root+"/schools", a.known(a.schools))
	const one = root + "/schools/{uai}"
	mux.Handle("GET "+one+"/resources", a.in(a.resources))
	mux.Handle("GET "+one+"/cohorts", a.in(a.cohorts))
	mux.Handle("GET "+one+"/persons", a.in(a.persons))
	mux.Handle("GET "+one+"/holders", a.in(a.holders))
	mux.Handle("POST "+one+"/plans", a.in(a.plan))
	mux.Handle("POST "+one+"/assignments", a.changing(a.assign))
	mux.Handle("POST "+one+"/releases", a.changing(a.release))
	mux.Handle("GET "+one+"/acts/{act}", a.in(a.act))
	mux.Handle("GET "+one+"/batches", a.in(a.batches))
	mux.Handle("POST "+one+"/batches", a.changing(a.prepare))
	mux.Handle("GET "+one+"/batches/{batch}", a.in(a.batch))
	mux.Handle("POST "+one+"/batches/{batch}/start", a.changing(a.start))
	mux.Handle("GET "+one+"/batches/{batch}/outcomes", a.in(a.outcomes))
	mux.Handle("GET "+one+"/batches/{batch}/refused", a.in(a.refused))
	mux.Handle("GET "+one+"/batches/{batch}/events", a.in(a.events))
}

// program is who asks: a token, the school that it opens and, where it acts for a delegate, the mandate that it is held to. To such a
// program nothing exists but what lies in the scope.
type program struct {
	token.Token
	school  directory.School
	mandate *licensing.Mandate
}

// scope is the classes and groups that a delegate's program is held to; none where the whole school is open.
func (p program) scope() []directory.CohortID {
	if p.mandate == nil {
		return nil
	}
	return p.mandate.Cohorts
}

// Pace of one token: a burst for a script that reads a whole school, then ten requests a second.
const (
	pace  = 10
	burst = 100
)

var errPace = httpx.WithStatus(fault.New(fault.Unavailable, "api.pace", "n", pace), http.StatusTooManyRequests)

// known finds who asks. A token of somebody who is neither a manager of its school nor its delegate any more opens nothing.
func (a *Room) known(h func(w http.ResponseWriter, r *http.Request, p program) error) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		httpx.Private(w)
		p, err := a.opens(r.Context(), r)
		if p.ID != "" {
			event := httpx.Event(r.Context())
			event.Set("token", string(p.ID))
			event.Set("school", string(p.School))
			limiter, _ := a.paces.LoadOrStore(p.ID, rate.NewLimiter(pace, burst))
			if !limiter.(*rate.Limiter).Allow() {
				return errPace
			}
		}
		if fault.Is(err, fault.Unauthenticated) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="pupitre"`) // RFC 6750 §3
		}
		if err != nil {
			return err
		}
		return h(w, r, p)
	}
}

// program finds what a token opens, if anything still.
func (a *Room) program(ctx context.Context, t token.Token) (program, bool, error) {
	managed, err := a.People.SchoolsOfManager(ctx, t.Person)
	if err != nil {
		return program{}, false, err
	}
	for _, school := range managed {
		if school.ID == t.School {
			return program{Token: t, school: school}, true, nil
		}
	}
	mandates, err := a.Copies.MandatesOf(ctx, t.Person)
	if err != nil {
		return program{}, false, err
	}
	for _, m := range mandates {
		if m.School == t.School {
			school, err := a.People.FindSchool(ctx, m.School)
			return program{t, school, &m}, err == nil, err
		}
	}
	return program{}, false, nil
}

// in asks that the school of the address is the token's. Another looks like one that does not exist.
func (a *Room) in(h func(w http.ResponseWriter, r *http.Request, p program) error) httpx.Handler {
	return a.known(func(w http.ResponseWriter, r *http.Request, p program) error {
		if string(p.school.UAI) != r.PathValue("uai") {
			return fault.New(fault.NotFound, "api.school.unknown", "uai", r.PathValue("uai"))
		}
		return h(w, r, p)
	})
}

// changing asks besides that the token lets its program change anything.
func (a *Room) changing(h func(w http.ResponseWriter, r *http.Request, p program) error) httpx.Handler {
	return a.in(func(w http.ResponseWriter, r *http.Request, p program) error {
		if !p.MayChange() {
			return fault.New(fault.Denied, "token.scope")
		}
		return h(w, r, p)
	})
}

// path is an address below the program's school.
func (p program) path(below string) string {
	return root + "/schools/" + string(p.school.UAI) + below
}

// longest is how long a program may wait for news of a batch.
const longest = 25 * time.Second
