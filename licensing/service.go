package licensing

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/id"
	"pupitre/journal"
)

// Service is licensing's use cases. Build it as a literal; all its fields but Rules are needed.
type Service struct {
	Store Store
	IDs   *id.Maker
	Rules Rules
}

// Subscribe opens what a distributor sold (PUT of the web service): a pool per school and share. An identifier that stands
// is a Conflict; one that was deleted is opened anew, with its ended entries kept. An unknown school or resource, or a broken
// rule, is Invalid and names the field.
func (s *Service) Subscribe(ctx context.Context, by journal.Actor, sub Subscription) (Subscription, error) {
	panic("not yet")
}

// Amend changes a subscription (POST). Schools and natures stay as they are. Numbers may grow, and shrink down to what is
// assigned and reserved: below is Conflict, with the figure. An end that has passed closes access at once, as End does.
func (s *Service) Amend(ctx context.Context, by journal.Actor, sub Subscription) (Subscription, error) {
	panic("not yet")
}

// End deletes a subscription (DELETE): access closes at once, holdings become ended entries. It may be repeated.
func (s *Service) End(ctx context.Context, by journal.Actor, distributor string, id SubscriptionID) error {
	panic("not yet")
}

// FindSubscription returns one subscription of a distributor; "" asks on behalf of the house.
func (s *Service) FindSubscription(ctx context.Context, distributor string, id SubscriptionID) (Subscription, error) {
	panic("not yet")
}

// ListSubscriptions returns a page of subscriptions by ID.
func (s *Service) ListSubscriptions(ctx context.Context, f Filter) ([]Subscription, error) {
	panic("not yet")
}

// Stock is one resource in one school, as the console lists it.
type Stock struct {
	Resource catalogue.ResourceID
	Title    string // the catalogue's
	Family   bool   // a « mère de famille »
	Pools    []Pool // in force, in the order of drawing
	Targets  []GivenTarget
	Counters Counters
}

// ListStock returns the resources that have a pool in force in the school, by title.
func (s *Service) ListStock(ctx context.Context, school directory.SchoolID) ([]Stock, error) {
	panic("not yet")
}

// FindStock returns one resource of ListStock, also when no pool is in force (then all counters are 0).
func (s *Service) FindStock(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID) (Stock, error) {
	panic("not yet")
}

// Plan says what an order would do; nothing changes.
func (s *Service) Plan(ctx context.Context, order Order) (Plan, error) {
	panic("not yet")
}

// Apply carries out the plan of order whose Hash the manager saw. If outcomes have changed since, it does nothing and answers
// Conflict (licensing.plan.changed) with the new plan. Where copies are short and the order does not say ShortServe, it
// answers Exhausted (licensing.plan.short) with the figures.
func (s *Service) Apply(ctx context.Context, by journal.Actor, order Order, hash string) (Applied, error) {
	panic("not yet")
}

// Assign plans and applies at once: for a single person, or where the caller takes the plan as it comes (standing rules,
// commands). Somebody who cannot be served is an error where the order names one person, an outcome otherwise.
func (s *Service) Assign(ctx context.Context, by journal.Actor, order Order) (Applied, error) {
	panic("not yet")
}

// Release takes copies back at once: Assign with Take.
func (s *Service) Release(ctx context.Context, by journal.Actor, order Order) (Applied, error) {
	panic("not yet")
}

// Open decides whether the person may open the resource now and, in the same transaction, marks the first opening and
// journals the access. Refusals are Denied with a stable code: see refuse.
func (s *Service) Open(ctx context.Context, o Opening) (Grant, error) {
	panic("not yet")
}

// May is Open's decision alone: it changes nothing and is no access.
func (s *Service) May(ctx context.Context, o Opening) (Grant, error) {
	panic("not yet")
}

// Rights lists what the person holds, whatever its status, the best right of each school and resource.
func (s *Service) Rights(ctx context.Context, person directory.PersonID) ([]Right, error) {
	panic("not yet")
}

// Holders lists who holds a copy of a resource in a school, by name, at most limit from the key on.
func (s *Service) Holders(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, after HolderKey, limit int) ([]Holder, error) {
	panic("not yet")
}

// Follow acts on what the directory tells (departures, newcomers, new schools), at most limit facts; call again while it returns limit.
func (s *Service) Follow(ctx context.Context, limit int) (int, error) {
	panic("not yet")
}

// Finding is one broken promise found by Check.
type Finding struct {
	Code   string // licensing.check.…
	School directory.SchoolID
	Pool   PoolID
	Params []any
}

// Check re-proves promises 1 and 2 on a live database: counters are the sum of their ledger and the number of holdings,
// assigned + reserved ≤ total, and the equations hold. It reports what is broken and how many pools it looked at.
func (s *Service) Check(ctx context.Context) (pools int64, broken []Finding, err error) {
	panic("not yet")
}
