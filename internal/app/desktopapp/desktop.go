package desktopapp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"pupitre/exos/desktop"
	"pupitre/exos/web"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// Settings are what the learner's computer decides.
type Settings struct {
	Folder string           // of the database; made where there is none, for its owner alone
	Server string           // address of Biblio Exos; "" for the one that was said last
	Code   string           // an opening code that came with the start; may be missing
	Port   int              // on loopback; 0: a free one
	Open   func(url string) // called once with the start address, when it answers: opens a browser, or prints it
	Log    *slog.Logger
	Words  *lang.Words
	Now    func() time.Time
}

// loopback is the only name that the program answers to.
const loopback = "127.0.0.1"

// Run answers until ctx ends. Where the program runs already for this folder, it opens that one's window and returns at once.
func Run(ctx context.Context, s Settings) (err error) {
	if err := os.MkdirAll(s.Folder, 0o700); err != nil {
		return fault.Wrap(err, fault.Invalid, "exosdesktop.folder", "path", s.Folder)
	}
	running := runningFile(filepath.Join(s.Folder, "en-cours.txt"))
	if start := running.find(ctx); start != "" {
		s.Open(withCode(start, s.Code))
		return nil
	}
	shelf, err := desktop.OpenShelf(ctx, filepath.Join(s.Folder, "biblio-exos.db"), s.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shelf.Close()) }()
	if s.Server != "" {
		if err := shelf.SetServer(ctx, s.Server); err != nil {
			return err
		}
	}
	server, err := shelf.Server(ctx)
	if err != nil {
		return err
	}
	if server == "" {
		return fault.New(fault.Invalid, "exosdesktop.server.needed")
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", loopback, s.Port))
	if err != nil {
		return fault.Wrap(err, fault.Conflict, "exosdesktop.port", "port", fmt.Sprint(s.Port))
	}
	port := listener.Addr().(*net.TCPAddr).Port
	program := &desktop.Program{Shelf: shelf, Client: client(), Server: server, Port: port, Free: func() int64 { return freeIn(s.Folder) }}
	handler := compose(program, s)
	at := fmt.Sprintf("http://%s:%d", loopback, port)
	if err := running.write(at + program.Start("")); err != nil {
		listener.Close()
		return err
	}
	defer running.remove()
	s.Open(at + program.Start(s.Code))
	return httpx.Serve(ctx, httpx.Server(handler, s.Log), listener)
}

// compose is the program's front: one name, the app's page, and what it asks.
func compose(program *desktop.Program, s Settings) http.Handler {
	site := look.New(look.Exos, s.Words)
	edge := &httpx.Edge{Log: s.Log, Now: s.Now, Words: s.Words}
	mux := edge.Mux()
	pages := web.NewApp(site, mux, program.Server)
	edge.Pages, program.Page = pages, pages
	program.Mount(mux)
	return httpx.Hosts{Names: map[string]http.Handler{loopback: edge.Wrap(mux)}, Words: s.Words}
}

// client reaches the server. Names under localhost are this computer's, whatever its resolver says (RFC 6761 §6.3).
func client() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	return httpx.FollowsNothing(&http.Client{
		Timeout: 2 * time.Minute,
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				if host, port, err := net.SplitHostPort(address); err == nil && httpx.OnThisComputer(host) {
					address = net.JoinHostPort(loopback, port)
				}
				return dialer.DialContext(ctx, network, address)
			},
			TLSHandshakeTimeout: 10 * time.Second,
		},
	})
}
