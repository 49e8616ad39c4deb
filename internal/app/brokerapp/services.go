package brokerapp

import (
	"context"
	"net/http"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/partners"
)

// Services are the partners' web services, by the purpose that a certificate must have. They expect to be reached over TLS, under
// one host name each (partners.AskFor).
func (b *Broker) Services() map[partners.Purpose]http.Handler {
	s := b.settings
	gate := func() partners.Gate { return partners.Gate{Partners: b.Partners, Words: s.Words, Now: s.Now} }
	front := func(purpose partners.Purpose, door http.Handler) http.Handler {
		edge := &httpx.Edge{Log: s.Log, Now: s.Now, Words: s.Words, Watch: s.Meter.Front("partners " + string(purpose))}
		return edge.Wrap(door)
	}
	return map[partners.Purpose]http.Handler{
		partners.ForSubscriptions: front(partners.ForSubscriptions, &partners.Door{Gate: gate(), Subscriptions: b.Licensing, Schools: b.Store.Directory()}),
		partners.ForResourceList: front(partners.ForResourceList, &partners.PortalDoor{
			Gate: gate(), Base: s.Base, People: b.Directory, Resources: b.Catalogue, Sellers: b.Licensing,
			Desks: b.desks(),
		}),
		partners.ForOrders:  front(partners.ForOrders, &partners.OrderDoor{Gate: gate(), Orders: b.Orders}),
		partners.ForCounts:  front(partners.ForCounts, &partners.CountDoor{Gate: gate(), Counts: b.Licensing}),
		partners.ForReports: front(partners.ForReports, &partners.ReportDoor{Gate: gate(), Movements: b.Licensing}),
	}
}

const (
	warnAtFirst = time.Minute // after the start: the log is then read
	warnEvery   = 24 * time.Hour
)

// warn tells the operator, every day, of the partners' certificates that end within thirty days.
func (b *Broker) warn(ctx context.Context) {
	next := time.NewTimer(warnAtFirst)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			b.tellExpiring(ctx)
			next.Reset(warnEvery)
		}
	}
}

func (b *Broker) tellExpiring(ctx context.Context) {
	soon, err := b.Partners.Expiring(ctx, partners.WarnBefore)
	if err != nil {
		b.settings.Log.ErrorContext(ctx, "certificates could not be read", "error", err)
	}
	for _, c := range soon {
		b.settings.Log.WarnContext(ctx, "a partner's certificate ends: pupitre partner rotate makes the next one",
			"partner", string(c.Partner), "purpose", string(c.Purpose), "until", c.Until, "fingerprint", string(c.Fingerprint))
	}
}

// seller is what a distributor is called, "" where no partner has its number.
func (b *Broker) seller(ctx context.Context, distributor string) (string, error) {
	p, err := b.Partners.Find(ctx, distributor)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return p.Name, err
}
