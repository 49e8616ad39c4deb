package harvest

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"pupitre/catalogue"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/journal"
)

// Service harvests. Build it as a literal; all its fields are needed.
type Service struct {
	Store   Store
	Notices Notices
	Client  *Client
	IDs     *id.Maker
	Worker  string // its name, another for each process
	Log     *slog.Logger
}

// Notices brings notices in and takes them out. catalogue.Service satisfies it.
type Notices interface {
	ImportNotices(ctx context.Context, by journal.Actor, files []catalogue.NoticeFile) (catalogue.Report, error)
	ImportPart(ctx context.Context, by journal.Actor, files []catalogue.NoticeFile) (catalogue.Report, error)
	Withdraw(ctx context.Context, by journal.Actor, arks []catalogue.ARK) (int, error)
}

// by is who brings in what is harvested.
var by = journal.System("harvest")

const (
	lease = 30 * time.Minute // from each page: longer than a source may have us wait
	daily = 24 * time.Hour
	soon  = time.Hour // after a trouble
)

// Report is what became of one harvest.
type Report struct {
	Pages, Read, New, Changed, Same, Waiting, Deleted int
	Findings                                          []catalogue.Finding // the first hundred
	Refused                                           int
}

const mostFindings = 100

// Add adds a source, which is due at once.
func (s *Service) Add(ctx context.Context, who journal.Actor, source Source) (Source, error) {
	source.Address = strings.TrimSpace(source.Address)
	if err := source.check(); err != nil {
		return source, err
	}
	source.ID = ID(s.IDs.New())
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		source.Due = w.Now()
		act, err := w.Record(ctx, journal.Entry{Actor: who, Verb: "catalogue.harvest.added", Subject: string(source.ID), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.Add(ctx, act, source)
	})
	return source, err
}

// List returns all sources.
func (s *Service) List(ctx context.Context) (list []Source, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		list, err = r.List(ctx)
		return err
	})
	return list, err
}

// Next harvests one source that is due; false where none is.
func (s *Service) Next(ctx context.Context) (bool, error) {
	source, found, err := s.claim(ctx, "")
	if err != nil || !found {
		return false, err
	}
	report, err := s.harvest(ctx, source)
	if ctx.Err() == nil {
		s.Log.InfoContext(ctx, "harvest", "source", string(source.ID), "pages", report.Pages, "read", report.Read, "new", report.New,
			"changed", report.Changed, "deleted", report.Deleted, "refused", report.Refused, "trouble", err)
	}
	return true, nil // the trouble is kept with the source, which is due again by itself
}

// Run harvests one source now. Conflict (harvest.busy) where another worker has it.
func (s *Service) Run(ctx context.Context, id ID) (Report, error) {
	if err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		_, err := r.Find(ctx, id)
		return err
	}); err != nil {
		return Report{}, err
	}
	source, found, err := s.claim(ctx, id)
	if err != nil {
		return Report{}, err
	}
	if !found {
		return Report{}, fault.New(fault.Conflict, "harvest.busy")
	}
	return s.harvest(ctx, source)
}

func (s *Service) claim(ctx context.Context, id ID) (source Source, found bool, err error) {
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		source, found, err = w.Claim(ctx, id, s.Worker, w.Now().Add(lease))
		return err
	})
	return source, found, err
}

// harvest brings in page after page, to the end or to a trouble, which it keeps.
func (s *Service) harvest(ctx context.Context, source Source) (report Report, err error) {
	for again := true; ; {
		err := s.begin(ctx, &source)
		var p page
		if err == nil {
			p, err = s.Client.ask(ctx, source.request())
		}
		if err == nil {
			err = refusal(&p)
		}
		if fault.CodeOf(err) == "harvest.token" && source.Token != "" && again {
			again, source.Token, source.Begun = false, "", "" // where we were is forgotten there: from the beginning, once
			continue
		}
		if err == nil {
			err = s.bring(ctx, source.ID, &p, &report)
		}
		if err == nil && p.token == "" {
			err = s.finish(ctx, source, &report)
		}
		if err == nil {
			source.Notices += int64(len(p.records))
		}
		switch {
		case ctx.Err() != nil:
			return report, ctx.Err() // the lease ends by itself; the next worker goes on at this page
		case err != nil:
			source.Trouble = err.Error()
			return report, s.over(ctx, source, soon, err)
		case p.token == "":
			source.Since, source.Begun, source.Token, source.Trouble = source.Begun, "", "", ""
			return report, s.over(ctx, source, daily, nil)
		}
		source.Token = p.token
		if err := s.keep(ctx, source, s.Worker, lease); err != nil {
			return report, err
		}
	}
}

// refusal is the error that an answer carries (§3.6). No records is none.
func refusal(p *page) error {
	switch p.code {
	case "", "noRecordsMatch":
		return nil
	case "badResumptionToken":
		return fault.New(fault.Invalid, "harvest.token")
	}
	return fault.New(fault.Invalid, "harvest.refused", "code", p.code, "said", p.said)
}

// bring takes one page into the catalogue, but for what has to wait for others.
func (s *Service) bring(ctx context.Context, source ID, p *page, report *Report) error {
	var files []catalogue.NoticeFile
	var all, gone []string
	for _, r := range p.records {
		all = append(all, r.identifier)
		switch {
		case r.identifier == "":
			return fault.New(fault.Invalid, "harvest.answer.identifier")
		case r.deleted:
			gone = append(gone, r.identifier)
		case len(r.notice) > 0:
			files = append(files, catalogue.NoticeFile{Name: r.identifier, Body: r.notice})
		}
	}
	done, err := s.Notices.ImportPart(ctx, by, files)
	if err != nil {
		return err
	}
	if err := s.forget(ctx, source, gone, report); err != nil {
		return err
	}
	report.Pages++
	report.add(done)
	if len(all) == 0 {
		return nil
	}
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if err := w.Met(ctx, source, done.Came); err != nil {
			return err
		}
		return w.SetAside(ctx, source, all, asideOf(done.Early)) // what a record said on an earlier page no longer counts
	})
}

// begin asks a source what time it is, by its own clock, and how fine its dates are: both are needed to ask for what changes from now on.
func (s *Service) begin(ctx context.Context, source *Source) error {
	if source.Begun != "" {
		return nil
	}
	p, err := s.Client.ask(ctx, source.Address+"?verb=Identify")
	if err != nil {
		return err
	}
	if err := refusal(&p); err != nil {
		return err
	}
	if len(p.at) < len(time.DateOnly) {
		return fault.New(fault.Invalid, "harvest.answer.date")
	}
	source.Begun, source.Notices = p.at, 0
	if !p.fine { // days, and nothing else, are taken (§2.7.1)
		source.Begun, source.Since = p.at[:len(time.DateOnly)], source.Since[:min(len(source.Since), len(time.DateOnly))]
	}
	return s.clearAside(ctx, source.ID) // of one that was given up
}

func (s *Service) forget(ctx context.Context, source ID, gone []string, report *Report) error {
	if len(gone) == 0 {
		return nil
	}
	var arks []catalogue.ARK
	if err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		arks, err = r.Notices(ctx, source, gone)
		return err
	}); err != nil {
		return err
	}
	n, err := s.Notices.Withdraw(ctx, by, arks)
	report.Deleted += n
	return err
}

func (r *Report) add(done catalogue.Report) {
	r.Read += done.Read - len(done.Early) // they are read when their turn comes
	r.New += done.New
	r.Changed += done.Changed
	r.Same += done.Same
	r.Waiting += done.Waiting
	r.Refused += done.Refused()
	r.Findings = append(r.Findings, done.Findings[:min(len(done.Findings), mostFindings-len(r.Findings))]...)
}

// keep keeps how far it is; an error where another worker has taken the source meanwhile.
func (s *Service) keep(ctx context.Context, source Source, next string, longer time.Duration) error {
	held := false
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		until := time.Time{}
		if next != "" {
			until = w.Now().Add(longer)
		} else {
			source.Ended, source.Due = w.Now(), w.Now().Add(longer)
		}
		held, err = w.Keep(ctx, source, s.Worker, next, until)
		return err
	})
	if err == nil && !held {
		return fault.New(fault.Conflict, "harvest.busy")
	}
	return err
}

// over ends a harvest; what ended it is returned.
func (s *Service) over(ctx context.Context, source Source, next time.Duration, trouble error) error {
	if err := s.keep(ctx, source, "", next); err != nil {
		return err
	}
	if trouble != nil {
		return fmt.Errorf("harvest %s: %w", source.Address, trouble)
	}
	return nil
}
