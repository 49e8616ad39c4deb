package app

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"pupitre/catalogue"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/app/exosapp"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/metric"
	"pupitre/web"
)

// ServeSettings are what an operator decides. A product whose settings are nil is not served.
type ServeSettings struct {
	Listen   string              // address of the pages
	Admin    string              // address of /healthz and /readyz
	Broker   *brokerapp.Settings // its Content is that of Exos, where both are served
	Exos     *exosapp.Settings
	Partners PartnerSettings // with the broker only
	Log      *slog.Logger
	Words    *lang.Words
	Now      func() time.Time
}

// Serve opens the products and answers until ctx ends, then drains and closes them.
func Serve(ctx context.Context, s ServeSettings) (err error) {
	names := map[string]http.Handler{}
	meter := metric.New()
	var ready []func(context.Context) error
	var pages, pictures http.Handler
	doors := []door{{address: s.Listen, handler: httpx.Hosts{Names: names, Words: s.Words}}}
	if s.Broker != nil {
		if info, err := os.Stat(s.Broker.Drop); s.Broker.Drop != "" && (err != nil || !info.IsDir()) {
			return fault.Wrap(err, fault.Invalid, "serve.drop.unknown", "path", s.Broker.Drop)
		}
		broker := *s.Broker
		broker.Meter = meter
		broker.ByCertificate = s.Partners.programsAddress()
		if s.Partners.Listen != "" {
			broker.Names = append(broker.Names, entranceName(s.Partners.Domain))
		}
		b, err := brokerapp.Open(ctx, broker)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, b.Close()) }()
		b.Run(ctx)
		meter.Watch(b.Backlog)
		ready = append(ready, b.Ready)
		pages = http.RedirectHandler(s.Broker.Base+web.OperatorPath, http.StatusSeeOther) // who has an account signs in there
		if broker.Content != "" {
			pictures = b.Content
		}
		if err := named(names, s.Broker.Base, b.Handler); err != nil {
			return err
		}
		if p := s.Partners; p.Listen != "" {
			config, err := p.tlsConfig(s.Log)
			if err != nil {
				return err
			}
			secure := services(b, p.Domain)
			entrance := b.Entrance() // no certificate is asked for there: whoever comes may as well come by the front
			programs := programsName(p.Domain)
			secure[programs] = onlyFor(programs, b.Programs())
			names[entranceName(p.Domain)], secure[entranceName(p.Domain)] = entrance, entrance
			doors = append(doors, door{address: p.Listen, handler: httpx.Hosts{Names: secure, Words: s.Words}, tls: config})
		}
	}
	if s.Exos != nil {
		exos := *s.Exos
		exos.Meter = meter
		e, err := exosapp.Open(ctx, exos)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, e.Close()) }()
		e.Run(ctx)
		ready = append(ready, e.Ready)
		if err := named(names, s.Exos.Base, e.Handler); err != nil {
			return err
		}
		if err := named(names, s.Exos.Content, shared(pictures, e.Content)); err != nil {
			return err
		}
	} else if pictures != nil {
		if err := named(names, s.Broker.Content, pictures); err != nil {
			return err
		}
	}
	doors = append(doors, door{address: s.Admin, handler: adminHandler(ready, meter, pages)})
	for i := range doors {
		if doors[i].listener, err = net.Listen("tcp", doors[i].address); err != nil {
			for _, open := range doors[:i] {
				open.listener.Close()
			}
			return fault.Wrap(err, fault.Conflict, "serve.address.taken", "address", doors[i].address)
		}
	}
	servers, ctx := errgroup.WithContext(ctx)
	for _, d := range doors {
		server := httpx.Server(d.handler, s.Log)
		server.TLSConfig = d.tls
		servers.Go(func() error { return httpx.Serve(ctx, server, d.listener) })
	}
	return servers.Wait()
}

// door is an address, and what answers there.
type door struct {
	address  string
	handler  http.Handler
	tls      *tls.Config // nil in clear
	listener net.Listener
}

// shared puts the broker's pictures beside what Biblio Exos serves under the host name of publishers' content.
func shared(pictures, content http.Handler) http.Handler {
	if pictures == nil {
		return content
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, catalogue.PicturesPath) {
			pictures.ServeHTTP(w, r)
			return
		}
		content.ServeHTTP(w, r)
	})
}

// named puts a product under the host name of its address; two products never share one.
func named(names map[string]http.Handler, base string, handler http.Handler) error {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" {
		return fault.New(fault.Invalid, "serve.base.form", "address", base)
	}
	if _, taken := names[u.Hostname()]; taken {
		return fault.New(fault.Invalid, "serve.base.shared", "address", base)
	}
	names[u.Hostname()] = handler
	return nil
}
