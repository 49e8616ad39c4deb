package partners

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/orders"
)

// Orders is what the orders' door asks of orders.
type Orders interface {
	KeyOf(ctx context.Context, number string) (orders.Key, error)
	FindReceived(ctx context.Context, distributor string, key orders.Key) (orders.Order, error)
	ListReceived(ctx context.Context, distributor string, f orders.Filter) ([]orders.Order, error)
	Deliver(ctx context.Context, by journal.Actor, distributor string, key orders.Key, seen orders.Sight, parts orders.Parts) (orders.Order, error)
	Refuse(ctx context.Context, by journal.Actor, distributor string, key orders.Key, why licensing.Word) (orders.Order, error)
	Cancel(ctx context.Context, by journal.Actor, distributor string, key orders.Key, seen orders.Sight, parts orders.Parts, why licensing.Word) (orders.Order, error)
}

// OrderDoor is the face by which a distributor's program takes orders, for the host commandes.…: the GAR has no such service, this one
// is ours. It speaks JSON. Build it as a literal.
//
//	GET  /commandes                        what was sent here, the latest first; ?etat= of one state, ?avant= the last number of the page before
//	GET  /commandes/{numero}               one, with its ETag
//	POST /commandes/{numero}/livraison     {"lignes": {"1": 6}}: so many of these lines are there; without lines, all that is open
//	POST /commandes/{numero}/refus         {"motif": "…"}
//	POST /commandes/{numero}/annulation    {"lignes": {"1": 2}, "motif": "…"}
//
// A delivery or cancellation with If-Match moves the order of that ETag, or nothing: 412. That is how a program asks again whose answer was
// lost.
type OrderDoor struct {
	Gate
	Orders Orders

	once sync.Once
	mux  *http.ServeMux
}

// ServeHTTP answers one request.
func (d *OrderDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.once.Do(func() {
		d.JSON, d.mux = true, http.NewServeMux()
		for pattern, do := range map[string]func(*call) error{
			"GET /commandes":                      d.list,
			"GET /commandes/{numero}":             d.show,
			"POST /commandes/{numero}/livraison":  d.deliver,
			"POST /commandes/{numero}/refus":      d.refuseOrder,
			"POST /commandes/{numero}/annulation": d.cancel,
			"/commandes":                          refuseMethod("GET"),
			"/commandes/{numero}":                 refuseMethod("GET"),
			"/commandes/{numero}/{act}":           refuseMethod("POST"),
			"/":                                   func(*call) error { return errNoRoute },
		} {
			d.mux.Handle(pattern, d.open(ForOrders, do))
		}
	})
	d.mux.ServeHTTP(w, r)
}

// orderJSON is an order as programs read it. Amounts are in cents.
type orderJSON struct {
	Number        string          `json:"numero"`
	School        directory.UAI   `json:"uaiEtab"`
	State         orders.State    `json:"etat"`
	Reason        string          `json:"motif,omitempty"`
	Sent          string          `json:"envoyee"`
	PurchaseOrder string          `json:"bonDeCommande,omitempty"`
	Engagement    string          `json:"engagement,omitempty"`
	SIRET         string          `json:"siret,omitempty"`
	Lines         []orderLineJSON `json:"lignes"`
	Net           orders.Cents    `json:"totalHT"`
	Gross         orders.Cents    `json:"totalTTC"`
}

type orderLineJSON struct {
	No           int            `json:"ligne"`
	Offer        orders.OfferID `json:"offre"`
	Resource     string         `json:"idRessource"`
	Title        string         `json:"libelle"`
	Year         string         `json:"annee"`
	Years        int            `json:"annees"`
	Net          orders.Cents   `json:"prixHT"`
	Rate         orders.Rate    `json:"tva"` // hundredths of a per cent
	Ordered      int            `json:"commandes"`
	Delivered    int            `json:"livres"`
	Cancelled    int            `json:"annules"`
	Trial        int            `json:"essaiJours,omitempty"` // for how many days it is tried: nothing is invoiced
	Subscription string         `json:"idAbonnement,omitempty"`
}

func jsonOf(o orders.Order) orderJSON {
	total := o.Total()
	out := orderJSON{
		Number: o.Number, School: o.UAI, State: o.State, Reason: string(o.Reason), Sent: o.SentAt.Format("2006-01-02T15:04:05.000Z07:00"), Net: total.Net, Gross: total.Gross,
		PurchaseOrder: o.References.PurchaseOrder, Engagement: o.References.Engagement, SIRET: o.References.SIRET,
	}
	for _, l := range o.Lines {
		line := orderLineJSON{No: l.No, Offer: l.Offer, Resource: string(l.ARK), Title: l.Title, Year: l.Year, Years: l.Years, Net: l.Net, Rate: l.Rate,
			Ordered: l.Ordered, Delivered: l.Delivered, Cancelled: l.Cancelled, Trial: l.TrialDays}
		if l.Delivered > 0 {
			line.Subscription = string(o.SubscriptionID(l))
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

func (d *OrderDoor) list(c *call) error {
	q := c.r.URL.Query()
	f := orders.Filter{Limit: 200}
	if state := orders.State(q.Get("etat")); state != "" {
		if !slices.Contains(orders.States[1:], state) {
			return fault.New(fault.Invalid, "partners.order.state", "value", string(state))
		}
		f.States = []orders.State{state}
	}
	if before := q.Get("avant"); before != "" {
		o, err := d.find(c, before)
		if err != nil {
			return err
		}
		f.Before = o.ID
	}
	list, err := d.Orders.ListReceived(c.r.Context(), c.partner.Distributor, f)
	if err != nil {
		return err
	}
	out := struct {
		Orders []orderJSON `json:"commandes"`
	}{[]orderJSON{}}
	for _, o := range list {
		out.Orders = append(out.Orders, jsonOf(o))
	}
	return c.json(out)
}

// find finds an order that was sent to the partner; another's does not exist.
func (d *OrderDoor) find(c *call, number string) (orders.Order, error) {
	key, err := d.Orders.KeyOf(c.r.Context(), number)
	if err != nil {
		return orders.Order{}, err
	}
	return d.Orders.FindReceived(c.r.Context(), c.partner.Distributor, key)
}

func (d *OrderDoor) show(c *call) error {
	o, err := d.find(c, c.r.PathValue("numero"))
	if err != nil {
		return err
	}
	return c.order(o)
}

// order answers with one, and the entity tag by which a program says later what it saw.
func (c *call) order(o orders.Order) error {
	c.w.Header().Set("ETag", tagOf(o))
	return c.json(jsonOf(o))
}

func tagOf(o orders.Order) string { return `"` + string(o.Sight()) + `"` }

// seen is what the caller saw of an order, by the tags of its If-Match: the order as it is if one of them is its own. Who says nothing, as
// programs did before there were tags, means the order as we found it for this very request; or, for all of it, whatever it is then.
func (c *call) seen(o orders.Order, parts orders.Parts) orders.Sight {
	match := strings.Join(c.r.Header.Values("If-Match"), ",")
	switch {
	case match == "" && parts == nil:
		return ""
	case match == "":
		return o.Sight()
	}
	for tag := range strings.SplitSeq(match, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || tag == tagOf(o) {
			return o.Sight()
		}
	}
	return orders.Sight(match) // no order's
}

// wish is the body of an act.
type wish struct {
	Lines map[string]int `json:"lignes"`
	Why   licensing.Word `json:"motif"`
}

// act reads the body of an act on the order of the path, does it, and answers with the order as it is then.
func (d *OrderDoor) act(c *call, do func(o orders.Order, parts orders.Parts, why licensing.Word) (orders.Order, error)) error {
	o, err := d.find(c, c.r.PathValue("numero"))
	if err != nil {
		return err
	}
	var w wish
	body := json.NewDecoder(c.r.Body)
	body.DisallowUnknownFields()
	if err := body.Decode(&w); err != nil && !errors.Is(err, io.EOF) {
		if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return tooBig
		}
		return fault.Wrap(err, fault.Invalid, "partners.order.body", "why", strings.TrimPrefix(err.Error(), "json: "))
	}
	var parts orders.Parts
	for no, n := range w.Lines {
		line, err := strconv.Atoi(no)
		if err != nil {
			return fault.New(fault.Invalid, "partners.order.line", "value", no)
		}
		if parts == nil {
			parts = orders.Parts{}
		}
		parts[line] = n
	}
	if o, err = do(o, parts, w.Why); err != nil {
		if c.r.Header.Get("If-Match") != "" && fault.CodeOf(err) == "orders.order.moved" {
			err = httpx.WithStatus(err, http.StatusPreconditionFailed)
		}
		return err
	}
	return c.order(o)
}

func (d *OrderDoor) deliver(c *call) error {
	return d.act(c, func(o orders.Order, parts orders.Parts, _ licensing.Word) (orders.Order, error) {
		return d.Orders.Deliver(c.r.Context(), c.by(), c.partner.Distributor, o.Key, c.seen(o, parts), parts)
	})
}

func (d *OrderDoor) refuseOrder(c *call) error {
	return d.act(c, func(o orders.Order, _ orders.Parts, why licensing.Word) (orders.Order, error) {
		return d.Orders.Refuse(c.r.Context(), c.by(), c.partner.Distributor, o.Key, why)
	})
}

func (d *OrderDoor) cancel(c *call) error {
	return d.act(c, func(o orders.Order, parts orders.Parts, why licensing.Word) (orders.Order, error) {
		return d.Orders.Cancel(c.r.Context(), c.by(), c.partner.Distributor, o.Key, c.seen(o, parts), parts, why)
	})
}

// json answers with what programs read.
func (c *call) json(v any) error {
	c.w.Header().Set("Content-Type", jsonType)
	return json.NewEncoder(c.w).Encode(v)
}
