package partners

import (
	"context"
	"net/http"
	"sync"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/journal"
	"pupitre/licensing"
)

// Subscriptions is what the door asks of licensing.
type Subscriptions interface {
	Subscribe(ctx context.Context, by journal.Actor, sub licensing.Subscription) (licensing.Subscription, error)
	Amend(ctx context.Context, by journal.Actor, sub licensing.Subscription) (licensing.Subscription, error)
	End(ctx context.Context, by journal.Actor, distributor string, id licensing.SubscriptionID) error
	finder
	ListSubscriptions(ctx context.Context, f licensing.Filter) ([]licensing.Subscription, error)
}

// Door is the face of the subscription service (« WS Abonnement »), for the host abonnement.… Build it as a literal.
type Door struct {
	Gate
	Subscriptions Subscriptions
	Schools       directory.Store

	once sync.Once
	mux  *http.ServeMux
}

func (d *Door) routes() {
	d.mux = http.NewServeMux()
	for pattern, do := range map[string]func(*call) error{
		"PUT /{id}":        d.subscribe,
		"POST /{id}":       d.amend,
		"DELETE /{id}":     d.end,
		"GET /abonnements": d.list, "POST /abonnements": d.list,
		"GET /etablissements/etablissements.xml": d.schools,
		"/{id}":                                  refuseMethod("PUT, POST, DELETE"),
		"/":                                      func(*call) error { return errNoRoute },
	} {
		d.mux.Handle(pattern, d.open(ForSubscriptions, do))
	}
}

var (
	errNoRoute = fault.New(fault.NotFound, "partners.route.unknown")
	errMethod  = fault.New(fault.Invalid, "partners.method.unknown")
)

func refuseMethod(allow string) func(*call) error {
	return func(c *call) error {
		c.w.Header().Set("Allow", allow)
		return httpx.WithStatus(errMethod, http.StatusMethodNotAllowed)
	}
}

// ServeHTTP answers one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.once.Do(d.routes)
	d.mux.ServeHTTP(w, r)
}
