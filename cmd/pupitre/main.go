// Command pupitre is the one binary: the demonstration, the server, and the doors by which files come in.
//
//	pupitre demo                          a whole fictional academy, on this machine
//	pupitre serve --database …            the broker and Biblio Exos, or one of them (--only broker, --only exos)
//	pupitre migrate                       bring the databases up to date
//	pupitre backup                        a whole copy of each SQLite database, while they serve
//	pupitre import ent|oneroster|notices|abonnement|module FILE
//	pupitre generate ent|oneroster        a fictional academy as the files of a portal
//	pupitre check                         re-prove, on a live database, that no copy is unexplained
//	pupitre check ent|oneroster|module FILE   read a file as an import would, without a server
//	pupitre convert module FILE OUT --to qti3|gift   a workbook in another form: QTI, GIFT and Moodle's XML come in
//	pupitre partner add|certify|rotate|revoke|list   distributors, portals and their certificates
//	pupitre client add|list               publishers' programs, that people enter through the broker
//	pupitre plan|assign|release           copies of a school, to classes, persons or a CSV file of them
//	pupitre token add|list|revoke         tokens, by which a school's own programs come in
//	pupitre account list|add|reset|disable   local accounts of schools without a portal
//	pupitre platform add|list|remove        other platforms, from which classes open workbooks (LTI)
//	pupitre register open|list|close|client  registers of statements (xAPI), and who comes in
//	pupitre publisher add|list|key          who publishes workbooks in Biblio Exos, and their keys
//	pupitre exos-desktop [LINK]           Biblio Exos on a learner's own computer
//	pupitre trial CLIENT --start ADDRESS  try a publisher's site on the bench, and report
//
// Every setting is a flag, an environment variable PUPITRE_… and a line of a TOML file (--config). Reports go to the standard
// output, what stops a command to the standard error. Exit status:
//
//	0  done; also: there was nothing to change
//	1  refused, all or a school of it, by what is there already; or a fault of the machine or of the program
//	2  what was given breaks a rule or is not known (command line, file, name): the same again will not help
//	3  not now (a database does not answer, copies are short, somebody stopped the command): the same again may help
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

type commands struct {
	Lang   string     `help:"Language of messages, by default the one of the terminal." enum:",fr,en" default:"" placeholder:"fr|en"`
	Config configFlag `help:"A TOML file of settings." placeholder:"FILE"`

	Demo      demoCommand      `cmd:"" help:"Start a whole fictional academy on this machine."`
	Serve     serveCommand     `cmd:"" help:"Serve the broker and Biblio Exos."`
	Migrate   migrateCommand   `cmd:"" help:"Bring the databases up to date."`
	Backup    backupCommand    `cmd:"" help:"Copy the databases of SQLite whole, while they serve."`
	Import    importCommand    `cmd:"" help:"Take in what portals, publishers and distributors send."`
	Generate  generateCommand  `cmd:"" help:"Write fictional files, valid and of any size."`
	Check     checkCommand     `cmd:"" help:"Check a database, or a file before it is sent."`
	Convert   convertCommand   `cmd:"" help:"Turn a file into another form, without a server."`
	Partner   partnerCommand   `cmd:"" help:"Partners and their certificates."`
	Person    personCommand    `cmd:"" help:"What is kept of one person: export it, erase it."`
	Client    clientCommand    `cmd:"" help:"Publishers' programs, that people enter through the broker."`
	Key       keyCommand       `cmd:"" help:"Keys that sign what publishers are told."`
	Plan      planCommand      `cmd:"" help:"Say what giving copies, or taking them back, would do."`
	Assign    assignCommand    `cmd:"" help:"Give copies to classes, groups, persons, or a file of them."`
	Release   releaseCommand   `cmd:"" help:"Take copies back."`
	Token     tokenCommand     `cmd:"" help:"Tokens, by which a school's own programs come in."`
	Harvest   harvestCommand   `cmd:"" help:"Sources of notices (OAI-PMH), which a server harvests once a day."`
	Account   accountCommand   `cmd:"" help:"Local accounts, of schools without a portal."`
	Operator  operatorCommand  `cmd:"" help:"Operators, who come in to the pages of operation."`
	Trade     tradeCommand     `cmd:"" help:"Booksellers, distributors, publishers, and who comes in for them."`
	Learner   learnerCommand   `cmd:"" help:"What Biblio Exos keeps of one learner: export it, erase it."`
	Platform  platformCommand  `cmd:"" help:"Other platforms, from which classes open the workbooks of Biblio Exos (LTI 1.3)."`
	Register  registerCommand  `cmd:"" help:"Registers of statements (xAPI): learning record stores of Biblio Exos."`
	Publisher publisherCommand `cmd:"" help:"Publishers of Biblio Exos, and the keys by which they come in."`
	Desktop   desktopCommand   `cmd:"" name:"exos-desktop" help:"Biblio Exos on a learner's own computer, without a network too."`
	Trial     trialCommand     `cmd:"" help:"The bench (« banc d’essai »): try a publisher's site with fictional persons and spoilt answers, and report."`
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
	parser := kong.Must(&c, kong.Name("pupitre"), kong.DefaultEnvars("PUPITRE"),
		kong.Description("From the order of a digital workbook to a pupil's answer in it. To begin: pupitre demo"))
	args := asDesktop(os.Args)
	run, err := parser.Parse(args)
	s := session{Context: ctx, words: lang.MustLoad(), locale: localeOf(langOf(args))}
	if err != nil {
		os.Exit(s.misused(err))
	}
	err = run.Run(s)
	if interrupted := ctx.Err() != nil; interrupted && errors.Is(err, context.Canceled) {
		err = fault.Wrap(err, fault.Unavailable, "command.interrupted")
	}
	stop()
	if err != nil {
		os.Exit(s.fail(err))
	}
}

// fail tells the user what is wrong and, for what nobody foresaw, the operator's chain; it returns the exit status.
func (s session) fail(err error) int {
	where := ""
	if p, ok := errors.AsType[placedError](err); ok {
		where = at(p.file, p.line) + ": "
	}
	_, shown := errors.AsType[shownError](err)
	switch {
	case shown: // a report has said it all
	case s.words.Has(fault.CodeOf(err)):
		fmt.Fprintln(os.Stderr, "pupitre: "+where+s.words.Error(s.locale, err))
	default:
		fmt.Fprintln(os.Stderr, "pupitre: "+s.words.T(s.locale, "command.unforeseen", "error", err.Error()))
	}
	switch fault.KindOf(err) {
	case fault.Invalid, fault.NotFound:
		return 2
	case fault.Unavailable, fault.Exhausted:
		return 3
	}
	return 1
}

// placedError is a refusal that knows the file, and the line where there is one.
type placedError struct {
	error
	file string
	line int
}

func (p placedError) Error() string { return at(p.file, p.line) + ": " + p.error.Error() }

func (p placedError) Unwrap() error { return p.error }

// at is a place as compilers and editors write it.
func at(file string, line int) string {
	if line > 0 {
		return fmt.Sprintf("%s:%d", file, line)
	}
	return file
}

// shownError ends a command whose report is already on the screen.
type shownError struct{ error }

func (e shownError) Unwrap() error { return e.error }
