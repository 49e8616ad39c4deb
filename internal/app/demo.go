package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"pupitre/internal/app/brokerapp"
	"pupitre/internal/app/exosapp"
	"pupitre/internal/demo/start"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/metric"
	"pupitre/partners/pki"
)

// DemoOptions are the demonstration's flags. Zero ports pick free ones.
type DemoOptions struct {
	Data  string // folder of databases, certificates and files
	HTTP  int
	HTTPS int
	Admin int

	// Database and ExosDatabase put the two products elsewhere than on SQLite in Data. Nodes is how many of each serve together,
	// requests alternating between them (0 is 1): that is how tests hold the promise that no node has state of its own.
	Database, ExosDatabase string
	Nodes                  int
	AppStopped             bool   // the app of Biblio Exos takes itself off devices
	Programs               string // folder of the program for computers, offered where the app is installed; "": none

	Log   *slog.Logger
	Words *lang.Words
	Now   func() time.Time
}

// DemoPassword opens every account of the demonstration portal. It is no secret: it guards invented people on loopback.
const DemoPassword = "pupitre"

// Demo is a running demonstration.
type Demo struct {
	Start     string // addresses, without a slash at the end
	Broker    string
	Exos      string
	Content   string
	Portal    string
	Publisher string
	Admin     string
	Secure    int      // the HTTPS port
	Drop      string   // folder where the portal may put an archive, then its .md5
	Arrived   *Arrived // what came in by the doors, nil when the folder had it already
	// PublisherKey opens the publishers' pages of Biblio Exos, as the workbook's publisher.
	PublisherKey string
	Accounts     []start.Account

	options  DemoOptions
	folder   folder
	pki      *pki.Authority
	brokers  []*brokerapp.Broker
	exos     []*exosapp.Exos
	servers  *errgroup.Group
	stop     context.CancelFunc
	secrets  secrets
	meter    *metric.Meter
	backward *http.Client // back-channels
	agents   atomic.Pointer[[]agent]
}

// folder is where the demonstration keeps everything.
type folder string

func (f folder) path(name string) string { return filepath.Join(string(f), name) }

// make creates the folder and its rooms, closed to other users of the machine.
func (f folder) make() error {
	for _, room := range []string{"", "certificats", "arrivees", "livraisons", "depot/" + demoProject} {
		if err := os.MkdirAll(f.path(room), 0o700); err != nil {
			return fault.Wrap(err, fault.Invalid, "demo.folder.unwritable", "path", string(f))
		}
	}
	return nil
}

// OpenDemo starts the demonstration and returns once its ports answer and its academy is in. Close it at the end.
func OpenDemo(ctx context.Context, o DemoOptions) (_ *Demo, err error) {
	d := &Demo{options: o, folder: folder(o.Data), Accounts: accounts()}
	d.Drop = d.folder.path("depot/" + demoProject)
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	d.stop = stop
	d.servers, running = errgroup.WithContext(running)
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	if err := d.folder.make(); err != nil {
		return nil, err
	}
	if d.secrets, err = openSecrets(d.folder); err != nil {
		return nil, err
	}
	if d.pki, err = pki.Open(d.folder.path("certificats"), o.Now); err != nil {
		return nil, err
	}
	ports, err := d.listen()
	if err != nil {
		return nil, err
	}
	defer ports.closeUnused()
	d.backward = loopback(roots(d.pki), nil)
	if err := d.openProducts(ctx); err != nil {
		return nil, err
	}
	if err := d.moved(ctx); err != nil {
		return nil, err
	}
	for _, b := range d.brokers {
		b.Run(running)
	}
	for _, e := range d.exos {
		e.Run(running)
	}
	if err := d.serve(running, ports); err != nil {
		return nil, err
	}
	if d.Arrived, err = d.arrive(ctx); err != nil {
		return d, err
	}
	d.PublisherKey, err = d.publisherKey(ctx)
	return d, err
}

// listeners are the three ports.
type listeners struct{ plain, secure, admin net.Listener }

// listen opens the ports, and makes the addresses of them.
func (d *Demo) listen() (l *listeners, err error) {
	l = &listeners{}
	var plain, admin int
	if l.plain, plain, err = listen(d.options.HTTP, "--http"); err == nil {
		if l.secure, d.Secure, err = listen(d.options.HTTPS, "--https"); err == nil {
			l.admin, admin, err = listen(d.options.Admin, "--admin")
		}
	}
	if err != nil {
		l.closeUnused()
		return nil, err
	}
	at := func(host string) string { return fmt.Sprintf("http://%s:%d", host, plain) }
	d.Start, d.Broker, d.Exos, d.Content = at("localhost"), at("pupitre.localhost"), at("exos.localhost"), at("contenu.localhost")
	d.Portal, d.Publisher = at("portail.localhost"), at("editeur.localhost")
	d.Admin = fmt.Sprintf("http://localhost:%d", admin)
	return l, nil
}

// closeUnused closes what no server has taken over.
func (l *listeners) closeUnused() {
	for _, one := range []net.Listener{l.plain, l.secure, l.admin} {
		if one != nil {
			one.Close()
		}
	}
}

// serve starts the three servers.
func (d *Demo) serve(ctx context.Context, ports *listeners) error {
	config, err := d.tlsConfig()
	if err != nil {
		return err
	}
	names := d.names()
	plain := httpx.Server(httpx.Hosts{Names: names, Words: d.options.Words}, d.options.Log)
	secure := httpx.Server(httpx.Hosts{Names: d.secureNames(names), Words: d.options.Words}, d.options.Log)
	secure.TLSConfig = config
	admin := httpx.Server(d.admin(), d.options.Log)
	for _, one := range []struct {
		server *http.Server
		port   *net.Listener
	}{{plain, &ports.plain}, {secure, &ports.secure}, {admin, &ports.admin}} {
		l := *one.port
		*one.port = nil // the server closes it from now on
		d.servers.Go(func() error { return httpx.Serve(ctx, one.server, l) })
	}
	return nil
}

// Wait returns when a server fails, or nil when ctx ends.
func (d *Demo) Wait(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- d.servers.Wait() }()
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

// Close drains the servers, ends the loops and closes the databases.
func (d *Demo) Close() error {
	d.stop()
	errs := []error{d.servers.Wait()}
	for _, e := range d.exos {
		errs = append(errs, e.Close())
	}
	for _, b := range d.brokers {
		errs = append(errs, b.Close())
	}
	return errors.Join(errs...)
}
