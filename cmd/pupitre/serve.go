package main

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"pupitre/internal/app"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/app/exosapp"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/mail"
	"pupitre/licensing"
)

// backChannel is how products reach others outside of the demonstration: no redirects, and never for long.
func backChannel() *http.Client {
	return &http.Client{
		Timeout:       20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// brokerFlags are what every command needs that opens the broker.
type brokerFlags struct {
	Database string `help:"Database of the broker: sqlite:FILE or postgres://…" default:"sqlite:pupitre.db"`

	secret []byte // that seals its private keys, for the commands that need them
}

func (f brokerFlags) open(s session) (*brokerapp.Broker, error) {
	return brokerapp.Open(s, brokerapp.Settings{
		Database: f.Database, Base: "http://localhost", Client: backChannel(), Log: slog.Default(), Now: clock.System, Words: s.words, Secret: f.secret,
	})
}

// openThere is open for commands that have nothing to do on a new database: a slip of the pen would otherwise make one, and find
// nothing wrong in it.
func (f brokerFlags) openThere(s session) (*brokerapp.Broker, error) {
	if file, ok := strings.CutPrefix(f.Database, "sqlite:"); ok {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return nil, fault.Wrap(err, fault.NotFound, "command.database.none", "path", file)
		}
	}
	return f.open(s)
}

// exosFlags are what every command needs that opens Biblio Exos.
type exosFlags struct {
	ExosDatabase string `help:"Database of Biblio Exos: sqlite:FILE or postgres://…, never the broker's." default:"sqlite:biblio-exos.db"`
}

func (f exosFlags) open(s session) (*exosapp.Exos, error) {
	return exosapp.Open(s, exosapp.Settings{
		Database: f.ExosDatabase, Base: "http://localhost", Content: "http://contenu.localhost", Issuer: "http://localhost", ClientID: "none",
		Client: backChannel(), Log: slog.Default(), Now: clock.System, Words: s.words,
	})
}

// rulesFlags are how strictly a distributor's subscription is read.
type rulesFlags struct {
	TransferableOnly bool `help:"Refuse subscriptions that are « non transferable », as the GAR's own rule RG4 does."`
}

func (f rulesFlags) rules() licensing.Rules {
	return licensing.Rules{TransferableOnly: f.TransferableOnly}
}

type serveCommand struct {
	brokerFlags
	exosFlags
	rulesFlags
	Only    string   `help:"Serve one product alone." enum:",broker,exos" default:"" placeholder:"broker|exos"`
	Listen  string   `help:"Address to listen on." default:"127.0.0.1:8080"`
	Admin   string   `help:"Address of /healthz, /readyz and /metrics." default:"127.0.0.1:8081"`
	Base    string   `help:"Address of the broker as browsers see it." default:"http://pupitre.localhost:8080"`
	Exos    string   `help:"Address of Biblio Exos as browsers see it." default:"http://exos.localhost:8080"`
	Content string   `help:"Address of publishers' content as browsers see it: a host name of its own." default:"http://contenu.localhost:8080"`
	Portal  []string `help:"A portal: PROJECT=NAME=CAS address, PROJECT=NAME=oidc:ISSUER client=IDENTIFIER secret=FILE [scope=WORD], PROJECT=NAME=saml:METADATA, a file or an address, or PROJECT=NAME=local: where there is none and schools make accounts. A portal that shows our frame in its pages adds widget=FILE frame=https://ITS-PAGES (docs/portals.md). May be repeated." placeholder:"A70=Mon collège=https://…" sep:"none"`
	Proxy   bool     `help:"TLS ends at a proxy in front."`
	Seal    string   `help:"File with at least 32 random bytes that seal private keys in the database." type:"path" placeholder:"FILE"`
	Client  string   `help:"Identifier of Biblio Exos at the broker." default:"biblio-exos"`
	Secret  string   `help:"File with the secret of Biblio Exos at the broker." type:"path" placeholder:"FILE"`
	NoApp   bool     `help:"Take the app of Biblio Exos off every device that speaks to it; answers that are not sent stay there."`

	Programs string `help:"Folder of the program for computers, as make dist writes it: offered where the app of Biblio Exos is installed." type:"path" placeholder:"DIR"`

	Partners       string `help:"Address of the partners' services, over mutual TLS that no proxy ends. Without it there are none." placeholder:"ADDRESS"`
	PartnersDomain string `help:"Their host names are abonnement.DOMAIN, list-ressource.DOMAIN, decompte-affectations.DOMAIN…" default:"localhost" placeholder:"DOMAIN"`
	PartnersCert   string `help:"Certificate of these names (PEM); read again when it changes." type:"path" placeholder:"FILE"`
	PartnersKey    string `help:"Its key (PEM)." type:"path" placeholder:"FILE"`

	MailServer   string `help:"Mail server that takes the letters of notifications: smtp://HOST:PORT (STARTTLS is required, but on this machine's own loopback) or smtps://HOST:PORT. Without it nobody is written to." placeholder:"ADDRESS"`
	MailUser     string `help:"Who we are there." placeholder:"NAME"`
	MailPassword string `help:"File with the password." type:"path" placeholder:"FILE"`
	MailFrom     string `help:"From whom letters come." placeholder:"Pupitre <pupitre@example.org>"`
	Contact      string `help:"E-mail address that harvesters of the catalogue may write to." placeholder:"ADDRESS"`

	Spool string `help:"Folder where the archives of portals wait to be imported; where several nodes work, one that they share." default:"livraisons" type:"path" placeholder:"DIR"`
	Drop  string `help:"Folder with a folder for each ENT project, where portals put an archive, then its .md5." type:"path" placeholder:"DIR"`
	Log   string `help:"Where requests are logged: a file, or - for the terminal." default:"-" placeholder:"FILE"`
}

// Run serves until it is told to stop, then lets the requests under way finish.
func (c *serveCommand) Run(s session) error {
	log, done, err := logTo(c.Log)
	if err != nil {
		return err
	}
	defer done()
	settings := app.ServeSettings{Listen: c.Listen, Admin: c.Admin, Log: log, Words: s.words, Now: clock.System}
	if c.Only != "exos" {
		broker := brokerapp.Settings{Database: c.Database, Base: c.Base, Client: backChannel(), Behind: c.Proxy, Spool: c.Spool, Drop: c.Drop, Log: log, Now: clock.System, Words: s.words, Rules: c.rules(), Content: c.Content, Contact: c.Contact}
		if broker.Portals, err = portals(c.Portal); err != nil {
			return err
		}
		if broker.Secret, err = secretOf(c.Seal); err != nil {
			return err
		}
		if broker.Mail, err = c.mailServer(); err != nil {
			return err
		}
		settings.Broker = &broker
		settings.Partners = app.PartnerSettings{Listen: c.Partners, Domain: c.PartnersDomain, Cert: c.PartnersCert, Key: c.PartnersKey}
	}
	if c.Only != "broker" {
		secret, err := secretOf(c.Secret)
		if err != nil {
			return err
		}
		settings.Exos = &exosapp.Settings{
			Database: c.ExosDatabase, Base: c.Exos, Content: c.Content, Issuer: c.Base, ClientID: c.Client, ClientSecret: strings.TrimSpace(string(secret)), AppStopped: c.NoApp, Programs: c.Programs,
			Client: backChannel(), Behind: c.Proxy, Log: log, Now: clock.System, Words: s.words,
		}
	}
	app.LooseHeap()
	return app.Serve(s, settings)
}

// mailServer is what takes letters, nil where none is set.
func (c *serveCommand) mailServer() (*mail.Server, error) {
	if c.MailServer == "" {
		return nil, nil
	}
	password, err := secretOf(c.MailPassword)
	if err != nil {
		return nil, err
	}
	name, err := os.Hostname()
	if err != nil {
		name = "localhost"
	}
	return mail.ReadServer(c.MailServer, c.MailUser, string(password), c.MailFrom, name)
}

func secretOf(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	return readFile(path)
}

type migrateCommand struct {
	brokerFlags
	exosFlags
	Only    string `help:"One product alone." enum:",broker,exos" default:"" placeholder:"broker|exos"`
	Base    string `help:"Address of the broker as browsers see it; with --base-was." placeholder:"ADDRESS"`
	BaseWas string `help:"Address of the broker before it changed: the learners of Biblio Exos follow it." placeholder:"ADDRESS"`
}

// Run brings the schemas up: opening does.
func (c *migrateCommand) Run(s session) error {
	if c.Only != "exos" {
		b, err := c.brokerFlags.open(s)
		if err != nil {
			return err
		}
		if err := b.Close(); err != nil {
			return err
		}
		s.say("command.migrate.done", "product", "Pupitre")
	}
	if c.Only != "broker" {
		e, err := c.exosFlags.open(s)
		if err != nil {
			return err
		}
		if err := orClose(c.follow(s, e), e.Close()); err != nil {
			return err
		}
		s.say("command.migrate.done", "product", "Biblio Exos")
	}
	return nil
}

// follow takes the learners of Biblio Exos along where the broker has another address: they are known by it and a pseudonym.
func (c *migrateCommand) follow(s session, e *exosapp.Exos) error {
	if c.BaseWas == "" { // --base alone is a setting of serve
		return nil
	}
	n, err := e.Service.Moved(s, operator, c.BaseWas, c.Base)
	if err != nil {
		return err
	}
	s.say("command.migrate.moved", "n", int(n), "from", c.BaseWas, "to", c.Base)
	return nil
}
