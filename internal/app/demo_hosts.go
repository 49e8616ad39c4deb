package app

import (
	"context"
	"net/http"

	"pupitre/internal/demo/portal"
	"pupitre/internal/demo/portal/skin"
	"pupitre/internal/demo/publisher"
	"pupitre/internal/demo/start"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// names are the host names of the demonstration and who answers to them.
func (d *Demo) names() map[string]http.Handler {
	brokers, exos, contents, entrances := &alternate{}, &alternate{}, &alternate{}, &alternate{}
	for i := range d.brokers {
		brokers.nodes = append(brokers.nodes, d.brokers[i].Handler)
		exos.nodes = append(exos.nodes, d.exos[i].Handler)
		contents.nodes = append(contents.nodes, shared(d.brokers[i].Content, d.exos[i].Content))
		entrances.nodes = append(entrances.nodes, d.brokers[i].Entrance())
	}
	first := d.start()
	return map[string]http.Handler{
		"localhost": first, "127.0.0.1": first,
		"pupitre.localhost": brokers, "exos.localhost": exos, "contenu.localhost": contents, entranceName(demoDomain): entrances,
		"portail.localhost": d.portal(), "editeur.localhost": d.publisher(),
	}
}

// edge is what every party of the demonstration stands behind.
func (d *Demo) edge(pages httpx.Pages, crossOrigin ...string) *httpx.Edge {
	return &httpx.Edge{Log: d.options.Log, Now: d.options.Now, Words: d.options.Words, Pages: pages, CrossOrigin: crossOrigin}
}

func (d *Demo) start() http.Handler {
	site := look.New(look.Pupitre, d.options.Words)
	edge := d.edge(site)
	mux := edge.Mux()
	(&start.Start{
		Site: site, Portal: d.Portal, Broker: d.Broker, Exos: d.Exos, Publisher: d.Publisher, Password: DemoPassword, Accounts: d.Accounts, Holds: d.Holds, Agents: d.Agents,
	}).Mount(mux)
	return edge.Wrap(mux)
}

func (d *Demo) portal() http.Handler {
	pages := skin.New("Mon collège", d.options.Words)
	p := &portal.Portal{
		Name: "Mon collège", Project: demoProject, Password: DemoPassword, Pages: pages,
		Services: []string{d.Broker + "/"}, Client: d.backward, Now: d.options.Now, Log: d.options.Log,
		Tiles: []portal.Tile{
			{Key: "portal.tile.mediacentre", Address: d.Broker + "/mediacentre"},
			{Key: "portal.tile.console", Address: d.Broker + "/affectation", Roles: []string{"responsable"}},
		},
		Widget:   portal.Widget{Base: d.Broker, Key: d.secrets.widget()},
		FormTo:   []string{d.Broker, d.Exos, d.Publisher},
		Accounts: portalAccounts(),
	}
	edge := d.edge(pages.Site())
	mux := edge.Mux()
	p.Mount(mux)
	pages.Mount(mux)
	return edge.Wrap(mux)
}

func (d *Demo) publisher() http.Handler {
	site := look.New(look.Product{Name: "Éditeurs de démonstration", Home: "/", Mark: "publisher"}, d.options.Words)
	p := &publisher.Publisher{Houses: d.houses(), Base: d.Publisher, Issuer: d.Broker, Client: d.backward, Now: d.options.Now, Site: site}
	edge := d.edge(site)
	mux := edge.Mux()
	p.Mount(mux)
	return edge.Wrap(mux)
}

// admin answers operators.
func (d *Demo) admin() http.Handler {
	var ready []func(context.Context) error
	for i := range d.brokers {
		ready = append(ready, d.brokers[i].Ready, d.exos[i].Ready)
	}
	return adminHandler(ready, d.meter, d.brokers[0].Unguarded())
}
