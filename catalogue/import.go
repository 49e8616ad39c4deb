package catalogue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"pupitre/internal/fault"
	"pupitre/journal"
)

// Report says what became of an import, for people and for programs.
type Report struct {
	Files    int
	Read     int // notices met
	New      int
	Changed  int
	Same     int // known already, byte for byte
	Waiting  int // of those that changed: they declare other personal data, which waits for an operator (ListAsked)
	Findings []Finding
	Came     map[string]ARK // by the name of a file of one notice: the resource that it describes, where it is in
	Early    []Early        // of ImportPart: what is not in, and may be once all the parts are
}

// Early is a notice that came before others that it needs.
type Early struct {
	Notice
	Ends bool // it ends a family, whose members may leave it yet: its turn is behind the others'
}

// Finding is one notice, or one file, that did not come in.
type Finding struct {
	File  string
	Line  int          // where the notice begins; 0 for a whole file
	ARK   ARK          // "" where it could not be read
	Fault *fault.Error // its words are the rule and the remedy
}

// Refused is how many notices and files did not come in.
func (r Report) Refused() int { return len(r.Findings) }

// FactChanged is told when resources came in or changed; its body is Changed, at most 500 of them.
const FactChanged = "catalogue.resource.changed"

// Changed is the body of FactChanged.
type Changed struct {
	Resources []ResourceID `json:"resources"`
}

// chunk is how many notices share a transaction: few enough that nobody waits for an import.
const chunk = 500

// ImportNotices brings notices in. Each stands for itself: the good ones go in, the broken ones are findings. The same files
// again change nothing. An error means that the catalogue could not be written; what was reported as new before is in.
func (s *Service) ImportNotices(ctx context.Context, by journal.Actor, files []NoticeFile) (Report, error) {
	return s.bringAll(ctx, by, files, false)
}

// ImportPart is ImportNotices for some notices of a set of which the others come later. A mother may be among those: a notice that names
// one who is none yet, or that ends a family whose members are still there, is neither in nor a finding. It is Early, and the caller's to
// import again after the last part.
func (s *Service) ImportPart(ctx context.Context, by journal.Actor, files []NoticeFile) (Report, error) {
	return s.bringAll(ctx, by, files, true)
}

func (s *Service) bringAll(ctx context.Context, by journal.Actor, files []NoticeFile, part bool) (Report, error) {
	report := Report{Files: len(files), Came: map[string]ARK{}}
	notices := report.read(files)
	notices = report.distinct(notices)
	// Mothers first, so that their members find them.
	slices.SortStableFunc(notices, func(a, b Notice) int { return cmp.Compare(rank(a), rank(b)) })
	for some := range slices.Chunk(notices, chunk) {
		if err := s.bringIn(ctx, by, some, outcome{part: part}, &report); err != nil {
			return report, fmt.Errorf("import notices: %w", err)
		}
	}
	slices.SortStableFunc(report.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return report, nil
}

func rank(n Notice) int {
	if n.Reads.IsFamily {
		return 0
	}
	return 1
}

func (r *Report) find(n Notice, f *fault.Error) {
	r.Findings = append(r.Findings, Finding{File: n.File, Line: n.Line, ARK: n.Reads.ARK, Fault: f})
}

// read returns the notices of the files that keep the rules.
func (r *Report) read(files []NoticeFile) []Notice {
	var good []Notice
	for _, file := range files {
		err := readFile(file, func(n Notice, broken *fault.Error) {
			r.Read++
			if broken != nil {
				r.find(n, broken)
				return
			}
			good = append(good, n)
		})
		if err != nil {
			f, ok := errors.AsType[*fault.Error](err)
			if !ok {
				f = fault.Wrap(err, fault.Invalid, "catalogue.file.unreadable")
			}
			r.Findings = append(r.Findings, Finding{File: file.Name, Fault: f})
		}
	}
	return good
}

// distinct sets aside notices that share an ARK but differ: nobody can say which is right. Twice the same is once.
func (r *Report) distinct(notices []Notice) []Notice {
	byARK := map[ARK][]Notice{}
	for _, n := range notices {
		byARK[n.Reads.ARK] = append(byARK[n.Reads.ARK], n)
	}
	var out []Notice
	for _, n := range notices {
		same := byARK[n.Reads.ARK]
		other := slices.IndexFunc(same, func(m Notice) bool { return m.Hash != n.Hash })
		switch {
		case other >= 0:
			r.find(n, n.broken("ark.twice", "file", same[other].File, "at", same[other].Line))
		case n.File == same[0].File && n.Line == same[0].Line:
			out = append(out, n)
		}
	}
	return out
}

// outcome is what one transaction did; it replaces what an earlier try of it had.
type outcome struct {
	part             bool // others come later: ImportPart
	created, changed []ResourceID
	same, waiting    int
	findings         []Finding
	in               []Notice // what is in the catalogue afterwards
	early            []Early
}

func (s *Service) bringIn(ctx context.Context, by journal.Actor, notices []Notice, fresh outcome, report *Report) error {
	var done outcome
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		done = fresh
		known, err := w.Known(ctx, arksOf(notices))
		if err != nil {
			return err
		}
		news := done.sift(notices, known)
		if len(news) == 0 {
			return nil
		}
		return s.save(ctx, w, by, news, known, &done)
	})
	if err != nil {
		return err
	}
	report.New += len(done.created)
	report.Changed += len(done.changed)
	report.Same += done.same
	report.Waiting += done.waiting
	report.Findings = append(report.Findings, done.findings...)
	report.Early = append(report.Early, done.early...)
	for _, n := range done.in {
		report.Came[n.File] = n.Reads.ARK
	}
	return nil
}

func arksOf(notices []Notice) []ARK {
	var arks []ARK
	for _, n := range notices {
		arks = append(arks, n.Reads.ARK)
		if n.Mother != "" {
			arks = append(arks, n.Mother)
		}
	}
	slices.Sort(arks)
	return slices.Compact(arks)
}

// sift returns the notices that say something new and may come in.
func (o *outcome) sift(notices []Notice, known map[ARK]Known) []Notice {
	mothers, members := map[ARK]bool{}, map[ARK]int{} // as they will be
	for ark, k := range known {
		mothers[ark], members[ark] = k.IsFamily, k.Members
	}
	var news []Notice
	for _, n := range endingLast(notices, known) {
		before, met := known[n.Reads.ARK]
		family := n.Mother
		if !mothers[family] {
			family = "" // « is part of » something that is no family
		}
		lacks := o.part && n.Mother != family // a later part may have her
		if met && before.Notice == n.Hash && !before.Withdrawn && before.Family == family && !lacks {
			o.same++
			o.in = append(o.in, n)
			continue
		}
		before.Members = members[n.Reads.ARK]
		f := n.fits(before, met, mothers)
		switch {
		case lacks && (f == nil || isOfMother(f)), o.part && isEnding(f):
			o.early = append(o.early, Early{n, isEnding(f)})
			continue
		case f != nil:
			o.findings = append(o.findings, Finding{File: n.File, Line: n.Line, ARK: n.Reads.ARK, Fault: f})
			continue
		}
		members[before.Family]--
		members[family]++
		n.Mother = family
		mothers[n.Reads.ARK] = n.Reads.IsFamily
		news = append(news, n)
		o.in = append(o.in, n)
	}
	return news
}

// endingLast puts the notices of mothers that are none any more behind the others, whatever their files are called: only then is it known
// who has left them, and who has joined.
func endingLast(notices []Notice, known map[ARK]Known) []Notice {
	ends := func(n Notice) int {
		if known[n.Reads.ARK].IsFamily && !n.Reads.IsFamily {
			return 1
		}
		return 0
	}
	return slices.SortedStableFunc(slices.Values(notices), func(a, b Notice) int { return cmp.Compare(ends(a), ends(b)) })
}

// isOfMother reports whether a notice would fit if its mother were one.
func isOfMother(f *fault.Error) bool {
	return f.Code == "catalogue.notice.family.unknown" || f.Code == "catalogue.notice.family.none"
}

// isEnding reports whether a notice would fit if a family's members had left it.
func isEnding(f *fault.Error) bool { return f != nil && f.Code == "catalogue.notice.family.members" }

// fits holds a notice against what is known already.
func (n *Notice) fits(before Known, met bool, mothers map[ARK]bool) *fault.Error {
	isMother, there := mothers[n.Mother]
	switch {
	case met && before.Publisher.Official != n.Reads.Publisher.Official:
		// The publisher is what pseudonyms are made for: a resource that moves would lose its users, or meet another's.
		return n.broken("publisher.changed", "before", before.Publisher.Name, "now", n.Reads.Publisher.Name)
	case met && before.IsFamily && !n.Reads.IsFamily && before.Members > 0:
		return n.broken("family.members", "n", before.Members)
	case n.Certain && !there:
		return n.broken("family.unknown", "mother", string(n.Mother))
	case n.Certain && !isMother:
		return n.broken("family.none", "mother", string(n.Mother))
	}
	return nil
}

// save writes the notices of one transaction, under one act.
func (s *Service) save(ctx context.Context, w Writer, by journal.Actor, news []Notice, known map[ARK]Known, done *outcome) error {
	act, err := w.Record(ctx, journal.Entry{
		Actor: by, Verb: "catalogue.imported", Class: journal.ClassChange, Detail: map[string]int{"notices": len(news)},
	})
	if err != nil {
		return err
	}
	at, err := w.Advance(ctx, act)
	if err != nil {
		return err
	}
	publishers := map[string]Publisher{}
	ids := map[ARK]ResourceID{}
	for ark, k := range known {
		ids[ark] = k.ID
	}
	for _, n := range news {
		r := n.Reads
		publisher, ok := publishers[r.Publisher.Official]
		if !ok {
			p := r.Publisher
			p.ID = PublisherID(s.IDs.New())
			if publisher, err = w.SavePublisher(ctx, act, p, at); err != nil {
				return err
			}
			publishers[p.Official] = publisher
		}
		r.Publisher, r.Revision = publisher, at
		r.Family = ids[n.Mother]
		if id, met := ids[r.ARK]; met {
			r.ID = id
			done.changed = append(done.changed, id)
			waits, err := r.hold(ctx, w, act, known[r.ARK])
			if err != nil {
				return fmt.Errorf("hold the declaration of %s: %w", r.ARK, err)
			}
			if waits {
				done.waiting++
			}
		} else {
			r.ID = ResourceID(s.IDs.New())
			ids[r.ARK] = r.ID
			done.created = append(done.created, r.ID)
		}
		if err := w.SaveResource(ctx, act, r, Version{Hash: n.Hash, File: n.File, Body: n.Body}); err != nil {
			return fmt.Errorf("save %s: %w", r.ARK, err)
		}
	}
	return w.Tell(ctx, journal.Fact{Topic: FactChanged}, Changed{Resources: slices.Concat(done.created, done.changed)})
}
