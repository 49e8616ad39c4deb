package provision

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Importer brings file sets into the directory.
type Importer struct {
	Store  Store
	IDs    *id.Maker
	Limits Limits
}

// Options say how to import a set.
type Options struct {
	Project  directory.ProjectID // that the set is delivered for; "" takes the one that its files name
	DryRun   bool                // compare and report, write nothing
	Share    float64             // of a school's persons who may leave at once, above 0 and up to 1; 0 means 0.20
	Confirm  []directory.UAI     // schools where more may leave this time: somebody has said so
	Progress func(done, total int)
}

const defaultShare = 0.20

// Import stages a set and applies it school by school. It may be repeated after any interruption: schools that are done are
// then unchanged. Its error is the machine's or the source's; a set that is refused is in the report (Report.Err).
func (m *Importer) Import(ctx context.Context, src Source, options Options) (Report, error) {
	limits := m.Limits.filled()
	found := newFindings(limits.Findings)
	s, err := src.stage(ctx, delivery{options.Project, limits, found, m.keptRows(options.Project)})
	if err != nil {
		return Report{}, err
	}
	defer s.close()
	if options.Share == 0 {
		options.Share = defaultShare
	}
	report := s.report(src, found)
	report.DryRun = options.DryRun
	if report.Refused {
		return report, nil
	}
	switch {
	case options.DryRun:
	case s.keep != nil:
		err = m.keep(ctx, options.Project, s.keep)
	default:
		err = m.forgetPackage(ctx, s.common.project)
	}
	if err != nil {
		return report, err
	}
	run := importing{Importer: m, staged: s, options: options, source: src.Name()}
	report.Schools, err = run.all(ctx)
	return report, err
}

// importing is one import under way.
type importing struct {
	*Importer
	staged  *staged
	options Options
	source  string
}

func (m *importing) all(ctx context.Context) ([]SchoolReport, error) {
	project := m.staged.common.project
	standing, absent, err := m.standing(ctx, project)
	if err != nil {
		return nil, err
	}
	total := len(m.staged.schools) + len(absent)
	var reports []SchoolReport
	done := func(r SchoolReport) {
		reports = append(reports, r)
		if m.options.Progress != nil {
			m.options.Progress(len(reports), total)
		}
	}
	for next, err := range ahead(m.prepared(ctx, standing)) {
		if err != nil {
			return reports, err
		}
		at := m.staged.schools[len(reports)]
		if next.model == nil {
			done(SchoolReport{UAI: at.uai, Name: at.name, Outcome: Unchanged, Persons: at.people, Before: at.people})
			continue
		}
		r, err := m.school(ctx, next)
		if err != nil {
			return reports, fmt.Errorf("import the school %s: %w", at.uai, err)
		}
		done(r)
	}
	for _, k := range absent {
		r, err := m.school(ctx, prepared{model: &model{School: School{UAI: k.UAI, Degree: k.Degree}, digest: gone}})
		if err != nil {
			return reports, fmt.Errorf("import the school %s: %w", k.UAI, err)
		}
		r.Absent, r.Name = true, k.Name
		done(r)
	}
	return reports, nil
}

// gone stands for the digest of a school that sets do not describe any more.
const gone = "gone"

// standing lists the project's schools, and those of the set's degrees that the set leaves out. Another degree comes in
// deliveries of its own.
func (m *importing) standing(ctx context.Context, project directory.ProjectID) (map[directory.UAI]KnownSchool, []KnownSchool, error) {
	described := map[directory.UAI]bool{}
	for _, at := range m.staged.schools {
		described[at.uai] = true
	}
	var standing map[directory.UAI]KnownSchool
	var absent []KnownSchool
	err := m.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		standing, absent = map[directory.UAI]KnownSchool{}, nil
		all, err := r.Schools(ctx, project)
		for _, k := range all {
			standing[k.UAI] = k
			if !described[k.UAI] && m.staged.degrees[k.Degree] && k.Digest != gone {
				absent = append(absent, k)
			}
		}
		return err
	})
	return standing, absent, err
}

// school imports one school in one transaction, or plans it where this is a dry run.
func (m *importing) school(ctx context.Context, s prepared) (SchoolReport, error) {
	var report SchoolReport
	if m.options.DryRun {
		err := m.Store.Read(ctx, func(ctx context.Context, r Reader) error {
			p, outcome, err := m.compare(ctx, r, s.model, nil)
			if report = p.report; outcome == Applied {
				outcome = Planned
			}
			report.Outcome = outcome
			return err
		})
		return report, err
	}
	introduced, err := m.introduce(ctx, &s)
	if err != nil {
		return report, err
	}
	err = m.Store.Write(tx.Long(ctx), func(ctx context.Context, w Writer) error {
		if err := w.Admit(ctx, m.staged.common.project); err != nil {
			return err
		}
		p, outcome, err := m.decided(ctx, w, s, introduced)
		if err != nil {
			return err
		}
		report = p.report
		report.Outcome = outcome
		switch outcome {
		case Applied:
			return m.apply(ctx, w, p)
		case Waiting:
			return m.wait(ctx, w, p)
		}
		return nil
	})
	return report, err
}

// compare decides what a school's import is. Applied stands for "to be applied".
func (m *importing) compare(ctx context.Context, r Reader, wanted *model, introduced map[directory.PersonID]bool) (plan, Outcome, error) {
	project := m.staged.common.project
	k, err := survey(ctx, r, wanted.UAI)
	if err != nil {
		return plan{}, "", err
	}
	if k.school.ID != "" && k.school.Project != project {
		return plan{report: SchoolReport{UAI: wanted.UAI, Name: wanted.Name, Persons: len(wanted.people), OtherHome: string(k.school.Project)}}, Elsewhere, nil
	}
	k.introduced = introduced
	s, err := sift(k.enrolled, wanted)
	if err != nil {
		return plan{}, "", err
	}
	if k.elsewhere, err = r.Identify(ctx, project, s.strangers()); err != nil {
		return plan{}, "", err
	}
	if k.before, err = r.Situations(ctx, k.school.ID, s.disturbed()); err != nil {
		return plan{}, "", err
	}
	day := clock.On(r.Now(), clock.ZoneOfUAI(string(wanted.UAI)))
	p := decide(k, wanted, s, project, day, maker{m.IDs.New, directory.NewSecret})
	p.takes = k.elsewhere
	if s.implausible(m.options.Share) && !slices.Contains(m.options.Confirm, wanted.UAI) {
		p.change.Digest = wanted.digest
		if k.school.Waiting == wanted.digest {
			p.facts, p.change.Digest = nil, "" // it waits already, and has been journalled
		}
		return p, Waiting, nil
	}
	return p, Applied, nil
}

// survey reads what stands of a school, persons but for those whom a set disturbs.
func survey(ctx context.Context, r Reader, uai directory.UAI) (known, error) {
	var k known
	var err error
	if k.school, err = r.School(ctx, uai); fault.Is(err, fault.NotFound) {
		return known{}, nil
	} else if err != nil {
		return known{}, err
	}
	k.cohorts, err = r.Cohorts(ctx, k.school.ID)
	enrolled, err2 := r.Enrolled(ctx, k.school.ID)
	managers, err3 := r.Managers(ctx, k.school.ID)
	k.enrolled, k.managers = enrolled, managers
	return k, errors.Join(err, err2, err3)
}

func (m *importing) apply(ctx context.Context, w Writer, p plan) error {
	act, err := m.record(ctx, w, p, "directory.imported")
	if err != nil {
		return err
	}
	if err := w.Apply(ctx, act, &p.change); err != nil {
		return err
	}
	if entries := p.change.appointments(); len(entries) > 0 {
		if _, err := w.RecordAll(ctx, entries); err != nil {
			return err
		}
	}
	return w.TellAll(ctx, p.facts)
}

// appointments are the entries of whom the portal named assignment manager, and from whom it took that back: the history of the school's
// copies tells them, as it tells what the head does.
func (c *Change) appointments() (entries []journal.Entry) {
	portal := journal.Actor{Kind: journal.ByPortal, ID: string(c.Project)}
	for _, m := range c.NewManagers {
		entries = append(entries, m.Entry(portal, directory.VerbManagerNamed, ""))
	}
	for _, m := range c.LeftManagers {
		was := m.State
		m.State = "" // no row is kept: the portal may name them again
		entries = append(entries, m.Entry(portal, directory.VerbManagerWithdrawn, was))
	}
	return entries
}

// wait journals once that a school's import stopped.
func (m *importing) wait(ctx context.Context, w Writer, p plan) error {
	if p.change.Digest == "" {
		return nil
	}
	act, err := m.record(ctx, w, p, "directory.import.stopped")
	if err != nil {
		return err
	}
	return w.Wait(ctx, act, p.change.School, p.change.Digest)
}

// record writes the one entry of a school's import: figures, no names.
func (m *importing) record(ctx context.Context, w Writer, p plan, verb string) (journal.ActID, error) {
	r := p.report
	return w.Record(ctx, journal.Entry{School: string(p.change.School), Actor: journal.Actor{Kind: journal.ByPortal, ID: string(p.change.Project)},
		Verb: verb, Subject: m.source, Class: journal.ClassChange, Detail: map[string]int{
			"persons": r.Persons, "before": r.Before, "arrived": r.Arrived, "returned": r.Returned, "left": r.Left,
			"moved": r.Moved, "changed": r.Changed, "opened": r.Opened, "closed": r.Closed, "renamed": r.Renamed}})
}
