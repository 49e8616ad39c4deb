package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/exos"
	"pupitre/exos/qti/report"
	"pupitre/exos/web/player"
	"pupitre/internal/fault"
)

type generateCommand struct {
	Ent       generateEnt       `cmd:"" help:"A fictional academy, as the archive that its portal would send."`
	Oneroster generateOneRoster `cmd:"" help:"The same academy, as a OneRoster 1.2 package."`
}

type generateEnt struct{ academyFlags }

// Run writes the archive and its checksum.
func (c *generateEnt) Run(s session) error { return c.write(academy.WriteArchive) }

type generateOneRoster struct {
	academyFlags
	Delta bool `help:"Only what the last night has changed; with --next-day."`
}

// Run writes the package.
func (c *generateOneRoster) Run(s session) error {
	return c.write(func(dir string, o academy.Options) (string, error) { return academy.WriteOneRoster(dir, o, c.Delta) })
}

// academyFlags say what to invent.
type academyFlags struct {
	Schools int       `help:"How many schools; the first two are the demonstration's." default:"2"`
	Pupils  int       `help:"Pupils of each further school." default:"500"`
	Seed    uint64    `help:"The same seed invents the same people." default:"2026"`
	Project string    `help:"ENT project." default:"A70"`
	Degree  string    `help:"1D or 2D." enum:"1D,2D" default:"2D"`
	NextDay bool      `help:"The same academy a day later: 2 % of the pupils differ."`
	Date    time.Time `help:"Day of the set." format:"2006-01-02" default:"2026-09-01"`
	Out     string    `help:"Folder to write in." default:"."`
}

// write invents the academy, writes it into the folder, and prints where it is.
func (c *academyFlags) write(form func(dir string, o academy.Options) (string, error)) error {
	options := academy.Options{
		Schools: c.Schools, Pupils: c.Pupils, Seed: c.Seed, Project: directory.ProjectID(c.Project), Degree: directory.Degree(c.Degree),
		Date: c.Date.Add(21 * time.Hour),
	}
	if c.NextDay {
		options = options.NextDay()
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return fault.Wrap(err, fault.Invalid, "command.folder.unwritable", "path", c.Out)
	}
	path, err := form(c.Out, options)
	if errors.Is(err, fs.ErrPermission) {
		return fault.Wrap(err, fault.Invalid, "command.folder.unwritable", "path", c.Out)
	}
	if err != nil {
		return err
	}
	fmt.Println(path)
	return nil
}

type checkCommand struct {
	Database  checkDatabase  `cmd:"" default:"withargs" help:"Re-prove on a live database that every copy is explained and none is one too many."`
	Ent       checkEnt       `cmd:"" help:"Read a portal's archive as an import would, without a server."`
	Oneroster checkOneRoster `cmd:"" help:"Read a OneRoster package as an import would, without a server."`
	Module    checkModule    `cmd:"" help:"Read a QTI package or item, a GIFT file or Moodle's XML as an import would, without a server."`
}

type checkDatabase struct{ brokerFlags }

// Run re-proves promises 1 and 2.
func (c *checkDatabase) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	pools, broken, err := b.Licensing.Check(s)
	if err != nil {
		return err
	}
	for _, f := range broken {
		fmt.Printf("%s %s: %s\n", f.School, f.Pool, s.words.T(s.locale, f.Code, f.Params...))
	}
	s.say("command.check.done", "n", pools, "broken", len(broken))
	if len(broken) > 0 {
		return shownError{fault.New(fault.Internal, broken[0].Code)}
	}
	return nil
}

type checkEnt struct {
	Path string `arg:"" help:"Archive or folder."`
	JSON bool   `help:"Report for programs." name:"json"`
}

// Run reads the files and prints what an import would say of them.
func (c *checkEnt) Run(s session) error {
	source, err := provision.Open(c.Path)
	if err != nil {
		return err
	}
	return s.check(source, c.JSON)
}

type checkOneRoster struct {
	dayFlag
	Path string `arg:"" help:"Package or folder."`
	JSON bool   `help:"Report for programs." name:"json"`
}

// Run reads the files and prints what an import would say of them.
func (c *checkOneRoster) Run(s session) error {
	source, err := c.openOneRoster(c.Path)
	if err != nil {
		return err
	}
	return s.check(source, c.JSON)
}

func (s session) check(source provision.Source, asJSON bool) error {
	found, err := provision.Check(s, source, provision.Limits{})
	if err != nil {
		return err
	}
	return s.printSet(found, asJSON)
}

type checkModule struct {
	Path string `arg:"" help:"The file: .zip, .xml, .gift, .txt."`
	JSON bool   `help:"Report for programs." name:"json"`
}

// Run reads the package and prints its report: what is used, each exercise scored with its own key, what was set aside and why. It is
// what the publisher's page shows of the same file.
func (c *checkModule) Run(s session) error {
	data, err := readFile(c.Path)
	if err != nil {
		return err
	}
	m, found, err := (&exos.Service{Draws: player.Draws}).CheckModule(exos.Package{Data: data})
	told := exos.Examined(data, m, found, err).Tell(s.locale, s.t)
	if c.JSON {
		return s.printTold(told, err)
	}
	if err := s.printModule(c.Path, found, err); err != nil {
		return err
	}
	for _, item := range told.Items {
		s.say("command.module.item", "item", item.Identifier, "what", item.Text)
		for _, taken := range item.Accepted {
			s.say("command.module.accepted", "what", taken.Text)
		}
	}
	s.say("command.module.checked", "title", m.Title, "n", told.Exercises, "full", told.Full)
	for _, list := range []struct {
		key    string
		counts []exos.Tally
		always bool
	}{{"command.module.interactions", told.Interactions, true}, {"command.module.operators", told.Operators, true}, {"command.module.access", told.Access, false}} {
		line := ""
		for _, n := range list.counts {
			line += fmt.Sprintf(" %s ×%d", n.Name, n.N)
		}
		if line != "" || list.always {
			s.say(list.key, "list", line)
		}
	}
	return nil
}

// printTold writes the report as JSON, the same as the publisher's page gives it, and ends the command where the package is refused.
func (s session) printTold(told exos.Told, err error) error {
	out, failed := json.MarshalIndent(told, "", "  ")
	if failed != nil {
		return failed
	}
	fmt.Println(string(out))
	if err != nil {
		return shownError{err}
	}
	return nil
}

// printModule prints what the engine noticed, one finding a line, and ends the command where the package is refused.
func (s session) printModule(path string, found *report.Report, err error) error {
	if found != nil {
		for _, f := range found.Findings {
			fmt.Printf("%s: %s\n", placeOf(path, f), s.finding(f))
		}
		if err != nil && len(found.Refusals()) > 0 {
			s.say("command.module.refused")
			return shownError{err}
		}
	}
	if err != nil {
		return placedError{error: err, file: path}
	}
	return nil
}

// placeOf names the file inside the package; what is about the package itself, or about a lone exercise, is said of its own file.
func placeOf(path string, f report.Finding) string {
	if f.File == "" || !strings.EqualFold(filepath.Ext(path), ".zip") {
		return at(path, f.Line)
	}
	return at(f.File, f.Line)
}

// finding puts one of the engine's findings into words, and says what it does to the package.
func (s session) finding(f report.Finding) string {
	return s.words.T(s.locale, "command.finding."+f.Severity.String(), "what", exos.Sentence(f, s.t))
}

// t is a message in the user's language.
func (s session) t(key string, args ...any) string { return s.words.T(s.locale, key, args...) }
