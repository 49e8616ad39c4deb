package main

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"

	"pupitre/federation"
	"pupitre/federation/trial"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// trialCommand is a process of its own: nothing of a real broker is read or changed.
type trialCommand struct {
	programFlags
	Start    string   `help:"Page of the site that begins a sign-in; of an LTI tool, one that people who are signed in see, for a launch begins at the bench. Without it the bench only serves, while the site is set up." placeholder:"ADDRESS"`
	Declares []string `help:"What the notice of the resource declares: IDO,UAI,PRO…" default:"IDO,UAI,PRO" placeholder:"ATTRIBUTES"`
	Sees     string   `help:"A text that the site shows to people who are signed in, and to nobody else." placeholder:"TEXT"`
	Listen   string   `help:"Address to listen on." default:"127.0.0.1:8765"`
	Base     string   `help:"Address of the bench as the site and browsers see it. By default the one it listens on." placeholder:"ADDRESS"`
	Keep     string   `help:"File where the bench keeps its keys from one trial to the next: a SAML site or an LTI tool may read them once." type:"path" placeholder:"FILE"`
	Secret   string   `help:"File with the program's secret, of 32 characters or more. By default a new one is made, and shown." type:"path" placeholder:"FILE"`
	Trust    string   `help:"Certificates (PEM) of the authority of the site's certificate, where the machine does not know it." type:"path" placeholder:"FILE"`
	Report   string   `help:"Write the report as a page." type:"path" placeholder:"FILE.html"`
	JSON     string   `name:"json" help:"Write the report for programs." type:"path" placeholder:"FILE"`
}

// Run tries the site. What fails is status 1.
func (c *trialCommand) Run(s session) error {
	settings, err := c.settings(s)
	if err != nil {
		return err
	}
	if c.Keep == "" {
		dir, err := os.MkdirTemp("", "pupitre-essai-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		settings.Database = "sqlite:" + filepath.Join(dir, "essai.db")
	}
	b, err := trial.Open(s, settings)
	if err != nil {
		return orClose(err, settings.Listener.Close())
	}
	defer b.Close()
	s.say("trial.serves", "base", settings.Base, "client", c.ID)
	for _, one := range b.Addresses() {
		fmt.Printf("  %s: %s\n", one[0], one[1])
	}
	if settings.Secret != "" && c.Secret == "" {
		s.say("trial.secret", "secret", string(settings.Secret))
	}
	if c.Start == "" {
		s.say("trial.waits")
		<-s.Done()
		return nil
	}
	r, err := b.Try(s, c.Start)
	if err != nil {
		return err
	}
	fmt.Println()
	if err := c.tell(s, r); err != nil {
		return err
	}
	if !r.Good() {
		return shownError{fault.New(fault.Denied, "trial.verdict.bad")}
	}
	return nil
}

// settings are what the flags say.
func (c *trialCommand) settings(s session) (trial.Settings, error) {
	out := trial.Settings{Database: "sqlite:" + c.Keep, Sees: c.Sees, Now: clock.System, Words: s.words, Log: slog.New(slog.DiscardHandler)}
	var err error
	if out.Client, err = c.program(s); err != nil {
		return out, err
	}
	for _, name := range c.Declares {
		out.Declares = append(out.Declares, federation.Attribute(strings.TrimSpace(name)))
	}
	if len(c.Return) > 0 && out.Client.Proof.Method == federation.BySecret {
		out.Secret = federation.NewToken()
	}
	if c.Secret != "" {
		text, err := readFile(c.Secret)
		if err != nil {
			return out, err
		}
		out.Secret = federation.Token(strings.TrimSpace(string(text)))
	}
	if c.Trust != "" {
		text, err := readFile(c.Trust)
		if err != nil {
			return out, err
		}
		out.Roots = x509.NewCertPool()
		if !out.Roots.AppendCertsFromPEM(text) {
			return out, fault.New(fault.Invalid, "command.client.certificate", "path", c.Trust)
		}
	}
	if out.Listener, err = net.Listen("tcp", c.Listen); err != nil {
		return out, fault.Wrap(err, fault.Unavailable, "trial.address", "address", c.Listen)
	}
	if out.Base = strings.TrimSuffix(c.Base, "/"); out.Base == "" {
		out.Base = "http://" + out.Listener.Addr().String()
	}
	return out, nil
}

// tell shows the report, and writes it where it is wanted.
func (c *trialCommand) tell(s session, r trial.Report) error {
	for _, one := range []struct {
		path  string
		write func(io.Writer) error
	}{
		{c.Report, func(w io.Writer) error { return r.HTML(w, s.words, s.locale) }},
		{c.JSON, func(w io.Writer) error {
			out := json.NewEncoder(w)
			out.SetIndent("", "  ")
			return out.Encode(r)
		}},
	} {
		if one.path == "" {
			continue
		}
		if err := writeTo(one.path, one.write); err != nil {
			return fault.Wrap(err, fault.Invalid, "trial.report.unwritable", "path", one.path)
		}
	}
	return r.Text(os.Stdout, s.words, s.locale)
}

func writeTo(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return orClose(write(f), f.Close())
}
