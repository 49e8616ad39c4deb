package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/sync/errgroup"

	"pupitre/internal/app/brokerapp"
	"pupitre/internal/app/exosapp"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
)

// ServeSettings are what an operator decides. A product whose settings are nil is not served.
type ServeSettings struct {
	Listen string // address of the pages
	Admin  string // address of /healthz and /readyz
	Broker *brokerapp.Settings
	Exos   *exosapp.Settings
	Log    *slog.Logger
	Words  *lang.Words
	Now    func() time.Time
}

// Serve opens the products and answers until ctx ends, then drains and closes them.
func Serve(ctx context.Context, s ServeSettings) (err error) {
	names := map[string]http.Handler{}
	var ready []func(context.Context) error
	if s.Broker != nil {
		b, err := brokerapp.Open(ctx, *s.Broker)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, b.Close()) }()
		b.Run(ctx)
		ready = append(ready, b.Ready)
		if err := named(names, s.Broker.Base, b.Handler); err != nil {
			return err
		}
	}
	if s.Exos != nil {
		e, err := exosapp.Open(ctx, *s.Exos)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, e.Close()) }()
		e.Run(ctx)
		ready = append(ready, e.Ready)
		if err := named(names, s.Exos.Base, e.Handler); err != nil {
			return err
		}
	}
	var doors []door
	for _, d := range []door{{address: s.Listen, handler: httpx.Hosts{Names: names, Words: s.Words}}, {address: s.Admin, handler: adminHandler(ready)}} {
		if d.listener, err = net.Listen("tcp", d.address); err != nil {
			for _, open := range doors {
				open.listener.Close()
			}
			return fault.Wrap(err, fault.Conflict, "serve.address.taken", "address", d.address)
		}
		doors = append(doors, d)
	}
	servers, ctx := errgroup.WithContext(ctx)
	for _, d := range doors {
		servers.Go(func() error { return httpx.Serve(ctx, httpx.Server(d.handler, s.Log), d.listener) })
	}
	return servers.Wait()
}

// door is an address, and what answers there.
type door struct {
	address  string
	handler  http.Handler
	listener net.Listener
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
