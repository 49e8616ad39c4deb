package app

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"

	"pupitre/catalogue"
	"pupitre/federation"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/app/exosapp"
	"pupitre/internal/demo/publisher"
	"pupitre/internal/fault"
	"pupitre/internal/metric"
	"pupitre/journal"
	"pupitre/web/widget"
)

// exosClient is Biblio Exos's registration at the broker.
const exosClient = "biblio-exos"

// demoProject is the ENT project of the demonstration portal.
const demoProject = "A70"

// openProducts opens as many nodes of each product as asked for, on the same databases.
func (d *Demo) openProducts(ctx context.Context) error {
	o := d.options
	d.meter = metric.New()
	broker := brokerapp.Settings{
		Database: orElse(o.Database, "sqlite:"+d.folder.path("pupitre.db")), Base: d.Broker, Names: []string{entranceName(demoDomain)}, Secret: d.secrets.seal(),
		Portals: []brokerapp.Portal{{Project: demoProject, Name: "Mon collège", Kind: brokerapp.PortalCAS, Address: d.Portal,
			Widget: widget.Portal{Keys: [][]byte{[]byte(d.secrets.widget())}, Origins: []string{d.Portal}}}},
		Content: d.Content, Abroad: d.backward,
		Client: d.backward, Log: o.Log, Now: o.Now, Words: o.Words,
		Spool: d.folder.path("livraisons"), Drop: d.folder.path("depot"), HoldMail: true, Meter: d.meter,
	}
	exos := exosapp.Settings{
		Database: orElse(o.ExosDatabase, "sqlite:"+d.folder.path("biblio-exos.db")), Base: d.Exos, Content: d.Content, Issuer: d.Broker,
		ClientID: exosClient, ClientSecret: d.secrets.of(exosClient), Client: d.backward, AppStopped: o.AppStopped, Programs: o.Programs, Log: o.Log, Now: o.Now, Words: o.Words, Meter: d.meter,
	}
	for range max(1, o.Nodes) {
		b, err := brokerapp.Open(ctx, broker)
		if err != nil {
			return err
		}
		d.brokers = append(d.brokers, b)
		e, err := exosapp.Open(ctx, exos)
		if err != nil {
			return err
		}
		d.exos = append(d.exos, e)
	}
	d.meter.Watch(d.brokers[0].Backlog)
	return nil
}

// moved tells Biblio Exos where the broker is now: on other ports it is the same broker, with the same pseudonyms.
func (d *Demo) moved(ctx context.Context) error {
	file := d.folder.path("arrivees/adresse")
	before, err := os.ReadFile(file)
	if err == nil && string(before) != d.Broker {
		if _, err := d.exos[0].Service.Moved(ctx, journal.System("demo"), string(before), d.Broker); err != nil {
			return err
		}
	}
	return writeWhole(file, []byte(d.Broker))
}

func orElse(s, fallback string) string {
	if s != "" {
		return s
	}
	return fallback
}

// alternate hands requests to its nodes in turn.
type alternate struct {
	nodes []http.Handler
	next  atomic.Uint64
}

func (a *alternate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.nodes[a.next.Add(1)%uint64(len(a.nodes))].ServeHTTP(w, r)
}

// houses are the publishers who live at the demonstration's one address, each with a registration of its own.
var houses = []publisher.House{
	{Name: "Labo Clair", Prefix: "ark:/99999/laboclair-", ClientID: "labo-clair"},
	{Name: "La Lanterne", Prefix: "ark:/99999/lanterne-", ClientID: "la-lanterne"},
	{Name: "Les Trois Encriers", Prefix: "ark:/99999/encriers-", ClientID: "les-trois-encriers"},
	{Name: "Méridienne", Prefix: "ark:/99999/meridienne-", ClientID: "meridienne"},
	{Name: "Sonatine", Prefix: "ark:/99999/sonatine-", ClientID: "sonatine"},
	{Name: "Harbour Lane", Prefix: "ark:/99999/harbourlane-", ClientID: "harbour-lane"},
}

func (d *Demo) houses() []publisher.House {
	out := make([]publisher.House, len(houses))
	for i, h := range houses {
		h.Secret = d.secrets.of(h.ClientID)
		out[i] = h
	}
	return out
}

// register makes the publishers' programs known to the broker: Biblio Exos is one of them, by the same call as the others.
// Addresses follow the ports of this start.
func (d *Demo) register(ctx context.Context) error {
	broker := d.brokers[0]
	clients := []federation.Client{{
		ID: exosClient, Name: "Biblio Exos", Algorithm: federation.ES256, Refresh: true,
		Redirects: []string{d.Exos + "/connexion/retour"}, SignedOut: []string{d.Exos + "/"},
		LogoutURL: d.Exos + "/oidc/backchannel-logout", EventsURL: d.Exos + "/evenements",
	}}
	prefixes := []string{workbookARK}
	for _, h := range houses {
		clients = append(clients, federation.Client{
			ID: federation.ClientID(h.ClientID), Name: h.Name, Algorithm: federation.RS256,
			Redirects: []string{d.Publisher + "/retour"}, EventsURL: d.Publisher + "/evenements",
		})
		prefixes = append(prefixes, h.Prefix)
	}
	publishers, err := d.publishers(ctx, prefixes)
	if err != nil {
		return err
	}
	for i, c := range clients {
		c.Sector = publishers[i]
		if old, err := broker.Federation.FindClient(ctx, c.ID); err == nil && sameClient(old, c) {
			continue
		} else if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err := broker.Federation.Register(ctx, journal.System("demo"), c, federation.Token(d.secrets.of(string(c.ID)))); err != nil {
			return fmt.Errorf("register %s: %w", c.ID, err)
		}
	}
	return nil
}

// sameClient reports whether a registration already says what this start needs.
func sameClient(old, c federation.Client) bool {
	return old.Sector == c.Sector && len(old.Redirects) == 1 && old.Redirects[0] == c.Redirects[0] && old.EventsURL == c.EventsURL && old.LogoutURL == c.LogoutURL
}

// publishers finds whose resources begin with each prefix.
func (d *Demo) publishers(ctx context.Context, prefixes []string) ([]federation.Sector, error) {
	all, err := d.brokers[0].Catalogue.List(ctx, catalogue.Find{Limit: 200})
	if err != nil {
		return nil, err
	}
	out := make([]federation.Sector, len(prefixes))
	for i, prefix := range prefixes {
		for _, r := range all {
			if len(r.ARK) >= len(prefix) && string(r.ARK[:len(prefix)]) == prefix {
				out[i] = federation.Sector(r.Publisher.ID)
			}
		}
		if out[i] == "" {
			return nil, fmt.Errorf("no resource of the demonstration begins with %s", prefix)
		}
	}
	return out, nil
}
