// Command pupitre is the one binary: the demonstration, the server, and the doors by which files come in.
//
//	pupitre demo                          a whole fictional academy, on this machine
//	pupitre serve --database …            the broker and Biblio Exos, or one of them (--only broker, --only exos)
//	pupitre migrate                       bring the databases up to date
//	pupitre import ent|notices|abonnement|module FILE
//	pupitre generate ent                  a fictional academy as the archive files of a portal
//	pupitre check                         re-prove, on a live database, that no copy is unexplained
//	pupitre check ent|module FILE         read a file as an import would, without a server
//	pupitre partner add|list              a distributor's certificate
//
// Every setting is a flag, an environment variable PUPITRE_… and a line of a TOML file (--config).
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

type commands struct {
	Lang   string          `help:"Language of messages (fr, en); by default the one of the terminal." enum:",fr,en" default:""`
	Config kong.ConfigFlag `help:"A TOML file of settings." placeholder:"FILE"`

	Demo     demoCommand     `cmd:"" help:"Start a whole fictional academy on this machine."`
	Serve    serveCommand    `cmd:"" help:"Serve the broker and Biblio Exos."`
	Migrate  migrateCommand  `cmd:"" help:"Bring the databases up to date."`
	Import   importCommand   `cmd:"" help:"Take in what portals, publishers and distributors send."`
	Generate generateCommand `cmd:"" help:"Write fictional files, valid and of any size."`
	Check    checkCommand    `cmd:"" help:"Check a database, or a file before it is sent."`
	Partner  partnerCommand  `cmd:"" help:"Partners and their certificates."`
}

// session is what every command is given.
type session struct {
	context.Context
	words  *lang.Words
	locale lang.Locale
}

func (s session) say(key string, args ...any) { fmt.Println(s.words.T(s.locale, key, args...)) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	var c commands
	parser := kong.Must(&c, kong.Name("pupitre"), kong.UsageOnError(), kong.DefaultEnvars("PUPITRE"), kong.Configuration(tomlSettings))
	run, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)

	s := session{Context: ctx, words: lang.MustLoad(), locale: localeOf(c.Lang)}
	err = run.Run(s)
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		os.Exit(s.fail(err))
	}
}

// fail tells the user what is wrong and, for what nobody foresaw, the operator's chain; it returns the exit status.
func (s session) fail(err error) int {
	var shown shownError
	switch {
	case errors.As(err, &shown): // a report has said it all
	case s.words.Has(fault.CodeOf(err)):
		fmt.Fprintln(os.Stderr, "pupitre: "+s.words.Error(s.locale, err))
	default:
		fmt.Fprintln(os.Stderr, "pupitre: "+err.Error())
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.NotFound:
		return 2
	case fault.Unavailable:
		return 3
	}
	return 1
}

// shownError ends a command whose report is already on the screen.
type shownError struct{ error }

func localeOf(flag string) lang.Locale {
	if l, ok := lang.ParseLocale(flag); ok {
		return l
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "en") {
				return lang.English
			}
			return lang.French
		}
	}
	return lang.French
}
