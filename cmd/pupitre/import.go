package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/exos"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/orders"
	"pupitre/partners"
	"pupitre/web/offerfile"
)

type importCommand struct {
	Ent        importEnt        `cmd:"" help:"A portal's archive (.tar.gz, its .md5 beside it) or folder of files."`
	Oneroster  importOneRoster  `cmd:"" help:"A OneRoster 1.2 package (.zip) or folder of files, whole or a delta."`
	Notices    importNotices    `cmd:"" help:"Metadata files (LOM, ScoLOMFR) or folders of them."`
	Abonnement importAbonnement `cmd:"" help:"A distributor's subscription, as an <abonnement> file."`
	Offres     importOffres     `cmd:"" help:"A distributor's offers, as a spreadsheet (CSV)."`
	Module     importModule     `cmd:"" help:"A QTI package or item, a GIFT file or Moodle's XML, published in Biblio Exos."`
}

// operator is who acts when a command does.
var operator = journal.System("command")

type importEnt struct {
	setFlags
	Path    string `arg:"" help:"Archive or folder."`
	Project string `help:"ENT project that it is delivered for; by default the one that its files name." placeholder:"A70"`
}

// Run imports, and prints what it did school by school.
func (c *importEnt) Run(s session) error {
	source, err := provision.Open(c.Path)
	if err != nil {
		return err
	}
	return c.bring(s, source, c.Project)
}

type importOneRoster struct {
	setFlags
	dayFlag
	Path    string `arg:"" help:"Package or folder."`
	Project string `help:"ENT project that it is delivered for." placeholder:"A70"`
}

// Run imports, and prints what it did school by school.
func (c *importOneRoster) Run(s session) error {
	source, err := c.openOneRoster(c.Path)
	if err != nil {
		return err
	}
	if c.Project == "" {
		return fault.New(fault.Invalid, "command.oneroster.project")
	}
	return c.bring(s, source, c.Project)
}

// dayFlag is when a package is read.
type dayFlag struct {
	Day time.Time `help:"Day as of which it is read: what is over by then is left out. Today, unless said." format:"2006-01-02" placeholder:"2026-09-01"`
}

func (f dayFlag) openOneRoster(path string) (provision.Source, error) {
	now := clock.System()
	if !f.Day.IsZero() {
		now = f.Day.Add(11 * time.Hour) // the same day from Papeete to Wallis
	}
	return provision.OpenOneRoster(path, now)
}

// setFlags are those of every portal's set, whatever its form.
type setFlags struct {
	brokerFlags
	DryRun  bool     `help:"Compare and report; write nothing."`
	Share   float64  `help:"Share of a school's people that may leave at once: above 0, up to 1." default:"0.2"`
	Confirm []string `help:"Schools (UAI) where more may leave this time." placeholder:"UAI"`
	JSON    bool     `help:"Report for programs." name:"json"`
}

// bring imports a set, and prints what it did.
func (c *setFlags) bring(s session, source provision.Source, project string) error {
	if !(c.Share > 0 && c.Share <= 1) { // nor what is not a number
		return fault.New(fault.Invalid, "command.share.range", "value", strconv.FormatFloat(c.Share, 'g', -1, 64))
	}
	options := provision.Options{Project: directory.ProjectID(project), DryRun: c.DryRun, Share: c.Share}
	for _, one := range c.Confirm {
		uai, err := directory.ParseUAI(one)
		if err != nil {
			return err
		}
		options.Confirm = append(options.Confirm, uai)
	}
	b, err := c.open(s)
	if err != nil {
		return err
	}
	defer b.Close()
	found, err := b.Importer.Import(s, source, options)
	if err != nil {
		return err
	}
	return s.printSet(found, c.JSON)
}

// printSet prints an import's report; a refusal, of the set or of a school, ends the command with its own exit status.
func (s session) printSet(found provision.Report, asJSON bool) error {
	if asJSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		if err := out.Encode(found); err != nil {
			return err
		}
	} else {
		for _, line := range found.Lines(s.words, s.locale) {
			fmt.Println(line)
		}
		if waiting := schoolsThat(found, provision.Waiting); len(waiting) > 0 {
			s.say("command.ent.stopped", "list", strings.Join(waiting, ","))
		}
	}
	if err := found.Err(); err != nil {
		return shownError{err}
	}
	if found.Count(provision.Waiting)+found.Count(provision.Elsewhere) > 0 {
		return shownError{fault.New(fault.Conflict, "command.ent.stopped")}
	}
	return nil
}

// schoolsThat lists the schools of an outcome.
func schoolsThat(found provision.Report, outcome provision.Outcome) []string {
	var out []string
	for _, school := range found.Schools {
		if school.Outcome == outcome {
			out = append(out, string(school.UAI))
		}
	}
	return out
}

type importNotices struct {
	brokerFlags
	Paths   []string      `arg:"" help:"Files, folders, or a .zip."`
	Picture time.Duration `help:"For how long to fetch the pictures that the notices name; a server fetches what is left. 0 for not at all." default:"1m" name:"pictures"`
}

// Run imports the good notices and names the broken ones.
func (c *importNotices) Run(s session) error {
	files, err := noticeFiles(c.Paths)
	if err != nil {
		return err
	}
	b, err := c.open(s)
	if err != nil {
		return err
	}
	defer b.Close()
	found, err := b.Catalogue.ImportNotices(s, operator, files)
	if err != nil {
		return err
	}
	for _, f := range found.Findings {
		line := f.Line
		if slices.Contains(f.Fault.Params, any("line")) {
			line = 0 // of the notice; the sentence has the line of the trouble itself
		}
		fmt.Printf("%s: %s\n", at(f.File, line), s.words.Error(s.locale, f.Fault))
	}
	s.say("command.notices.done", "n", found.Read, "added", found.New, "changed", found.Changed, "same", found.Same, "refused", found.Refused())
	if found.Waiting > 0 {
		s.say("command.notices.waiting", "n", found.Waiting)
	}
	if found.New+found.Changed > 0 {
		if err := c.pictures(s, b); err != nil {
			return err
		}
	}
	if len(found.Findings) > 0 {
		return shownError{found.Findings[0].Fault}
	}
	return nil
}

// picturesAtOnce are fetched at a time: they wait for others' sites.
const picturesAtOnce = 8

// pictures fetches the pictures that notices name, for a while, and names those that are none.
func (c *importNotices) pictures(s session, b *brokerapp.Broker) error {
	if c.Picture <= 0 {
		return nil
	}
	begun := clock.System()
	until, cancel := context.WithTimeout(s, c.Picture)
	defer cancel()
	var fetched atomic.Int64
	workers, ctx := errgroup.WithContext(until)
	for range picturesAtOnce {
		workers.Go(func() error {
			for {
				more, err := b.Thumbnails.Next(ctx)
				if until.Err() != nil || err != nil || !more {
					return err
				}
				fetched.Add(1)
			}
		})
	}
	if err := workers.Wait(); err != nil && until.Err() == nil {
		return err
	}
	refused, err := b.Thumbnails.Refused(s)
	if err != nil {
		return err
	}
	n := 0
	for _, x := range refused {
		if !x.At.Before(begun.Truncate(time.Microsecond)) {
			fmt.Printf("%s: %s\n", x.ARK, s.words.Error(s.locale, x.Trouble))
			n++
		}
	}
	if all := int(fetched.Load()); all > 0 {
		s.say("command.notices.pictures", "n", all, "refused", n)
	}
	if until.Err() != nil {
		s.say("command.notices.pictures.left")
	}
	return nil
}

// readFile reads a file that was named on the command line.
func readFile(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, fault.New(fault.Invalid, "command.file.folder", "path", path)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "command.file.unreadable", "path", path)
	}
	return body, nil
}

// noticeFiles reads the files, those whose name ends in .xml in the folders, and those in a .zip that is named itself.
func noticeFiles(paths []string) ([]catalogue.NoticeFile, error) {
	var files []catalogue.NoticeFile
	for _, path := range paths {
		before := len(files)
		err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || name != path && !strings.HasSuffix(name, ".xml") {
				return err
			}
			body, err := os.ReadFile(name)
			if err == nil && strings.HasSuffix(strings.ToLower(name), ".zip") {
				var packed []catalogue.NoticeFile
				packed, err = catalogue.ReadZip(name, body, catalogue.UsualZip)
				files = append(files, packed...)
				return err
			}
			files = append(files, catalogue.NoticeFile{Name: name, Body: body})
			return err
		})
		if fault.Is(err, fault.Invalid) {
			return nil, err
		}
		if err != nil {
			return nil, fault.Wrap(err, fault.NotFound, "command.file.unreadable", "path", path)
		}
		if len(files) == before {
			return nil, fault.New(fault.Invalid, "command.notices.none", "path", path)
		}
	}
	return files, nil
}

type importAbonnement struct {
	brokerFlags
	rulesFlags
	Path string `arg:"" help:"The file."`
}

// Run opens the subscription, as a PUT on the web service would. The operator may bring any distributor's.
func (c *importAbonnement) Run(s session) error {
	body, err := readFile(c.Path)
	if err != nil {
		return err
	}
	sub, locate, err := partners.ReadSubscription(bytes.NewReader(body))
	if err != nil {
		return placedError{err, c.Path, partners.LineOf(err)}
	}
	b, err := c.open(s)
	if err != nil {
		return err
	}
	defer b.Close()
	b.Licensing.Rules = c.rules()
	if sub, err = b.Licensing.Subscribe(s, operator, sub); err != nil {
		return placedError{err, c.Path, partners.LineOf(locate(err))}
	}
	s.say("command.abonnement.done", "id", string(sub.ID), "title", sub.Title)
	return nil
}

type importOffres struct {
	brokerFlags
	Path        string `arg:"" help:"The file."`
	Distributor string `help:"The distributor's number: SIREN_ISNI." required:"" placeholder:"NUMBER"`
}

// Run keeps the offers, all or none.
func (c *importOffres) Run(s session) error {
	body, err := readFile(c.Path)
	if err != nil {
		return err
	}
	offers, lines, err := offerfile.Read(bytes.NewReader(body), c.Distributor)
	if err != nil {
		at, _ := errors.AsType[offerfile.LineError](err)
		return placedError{err, c.Path, at.Line}
	}
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := b.Orders.KeepOffers(s, operator, c.Distributor, offers); err != nil {
		place := 0
		if at, ok := errors.AsType[orders.PlacedError](err); ok {
			place = lines[at.At]
		}
		return placedError{err, c.Path, place}
	}
	s.say("command.offres.done", "n", len(offers))
	return nil
}

type importModule struct {
	exosFlags
	Path string `arg:"" help:"The file: .zip, .xml, .gift, .txt."`
	ARK  string `help:"Identifier of the resource that opens it; only the first time." name:"ark" placeholder:"ark:/99999/nom"`
}

// Run publishes the package as the next version of its module, and prints its report.
func (c *importModule) Run(s session) error {
	data, err := readFile(c.Path)
	if err != nil {
		return err
	}
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	out, err := e.Service.ImportModule(s, operator, exos.Package{Data: data, ARK: exos.ARK(c.ARK)})
	if err := s.printModule(c.Path, out.Report, err); err != nil {
		return err
	}
	key := "command.module.done"
	if !out.New {
		key = "command.module.same"
	}
	s.say(key, "title", out.Module.Title, "n", len(out.Version.Lines))
	return nil
}
