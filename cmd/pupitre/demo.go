package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"pupitre/internal/app"
	"pupitre/internal/clock"
	"pupitre/internal/demo/start"
	"pupitre/internal/fault"
)

type demoCommand struct {
	Data  string `help:"Folder of databases, certificates and files." default:"data" type:"path"`
	HTTP  int    `help:"HTTP port (0: the first free one)." default:"8080" name:"http"`
	HTTPS int    `help:"HTTPS port (0: the first free one)." default:"8443" name:"https"`
	Admin int    `help:"Port of /healthz, /readyz and /metrics (0: the first free one)." default:"8081"`
	Log   string `help:"Where requests are logged: a file, or - for the terminal." default:"" placeholder:"FILE"`
}

// Run starts the demonstration, says where everything is, and stays until Ctrl-C.
func (c *demoCommand) Run(s session) error {
	log, done, err := logTo(c.Log)
	if err != nil {
		return err
	}
	defer done()
	if _, err := os.Stat(c.Data + "/pupitre.db"); err != nil {
		s.say("demo.printed.first")
	}
	app.LooseHeap()
	demo, err := app.OpenDemo(s.Context, app.DemoOptions{
		Data: c.Data, HTTP: c.HTTP, HTTPS: c.HTTPS, Admin: c.Admin, Log: log, Words: s.words, Now: clock.System,
	})
	if err != nil {
		return err
	}
	s.tell(demo, c.Data)
	err = demo.Wait(s.Context)
	return orClose(err, demo.Close())
}

// tell prints the addresses and accounts.
func (s session) tell(d *app.Demo, folder string) {
	if a := d.Arrived; a != nil {
		s.say("demo.printed.people", "schools", a.Schools, "n", a.People)
		s.say("demo.printed.notices", "n", a.Notices)
		s.say("demo.printed.subscriptions", "n", a.Subscriptions)
		s.say("demo.printed.module", "title", a.Module, "n", a.Exercises)
	}
	fmt.Println()
	s.say("demo.printed.ready", "address", d.Start)
	for _, place := range []struct{ key, address string }{
		{"demo.start.portal", d.Portal}, {"demo.start.broker", d.Broker + "/mediacentre"}, {"demo.start.exos", d.Exos}, {"demo.start.publisher", d.Publisher},
	} {
		fmt.Printf("  %-52s %s\n", s.words.T(s.locale, place.key), place.address)
	}
	label := s.words.T(s.locale, "demo.printed.partners")
	for _, name := range d.ServiceNames() {
		fmt.Printf("  %-52s https://%s:%d\n", label, name, d.Secure)
		label = ""
	}
	fmt.Printf("  %-52s %s\n", s.words.T(s.locale, "demo.printed.drop"), d.Drop)
	fmt.Printf("  %-52s %s/livraisons\n", s.words.T(s.locale, "demo.printed.admin"), d.Admin)
	fmt.Println()
	s.say("demo.printed.accounts", "password", app.DemoPassword)
	for _, a := range d.Accounts {
		fmt.Printf("  %-18s %s, %s%s\n", a.Login, a.Name, s.words.T(s.locale, a.Role, "class", a.Class), s.holds(d, a))
	}
	s.say("demo.printed.press", "address", d.Exos+"/editeur", "key", d.PublisherKey)
	if !resolves("pupitre.localhost") {
		s.say("demo.printed.hosts", "line", "127.0.0.1 "+strings.Join(d.Names(), " "))
	}
	fmt.Println()
	s.say("demo.printed.stop", "folder", folder)
}

// holds says of a pupil whether they have the workbook already.
func (s session) holds(d *app.Demo, a start.Account) string {
	switch {
	case a.Class == "":
		return ""
	case d.Holds(s, a.Login):
		return ", " + s.words.T(s.locale, "demo.holds", "title", app.Workbook)
	}
	return ", " + s.words.T(s.locale, "demo.holds.not", "title", app.Workbook)
}

// logTo opens the log: nowhere by default, so that the addresses stay on the screen.
func logTo(name string) (*slog.Logger, func(), error) {
	switch name {
	case "":
		return slog.New(slog.DiscardHandler), func() {}, nil
	case "-":
		return slog.New(slog.NewTextHandler(os.Stderr, nil)), func() {}, nil
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Invalid, "command.log.unwritable", "path", name)
	}
	return slog.New(slog.NewJSONHandler(file, nil)), func() { file.Close() }, nil
}

// resolves reports whether the system's resolver finds a name; browsers find *.localhost by themselves, some programs do not.
func resolves(name string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	addresses, err := resolver.LookupHost(ctx, name)
	return err == nil && len(addresses) > 0
}
