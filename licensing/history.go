package licensing

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// HistoryFilter narrows the history of a school's acts. Zero fields do not narrow.
type HistoryFilter struct {
	School   directory.SchoolID
	Resource catalogue.ResourceID // acts that changed a pool of it
	Person   directory.PersonID   // acts that moved a copy of theirs, or said what they are to copies
	Named    directory.PersonID   // only those that said what they are to copies: see Appointment
	Actor    string               // the id of who acted
	Verb     string
	Before   journal.ActID // the page after this act, which is elder
	Limit    int           // at most MaxHistory; that many for 0

	// Within is the mandate of the delegate who reads, nil for a manager: acts that touched a copy of somebody in its scope, or a right given
	// to one of its classes, of one of its resources, each with what it did there; those on accounts that are all in its scope; and those that
	// named the delegate, or changed what they may.
	Within *Mandate
}

// MaxHistory is how many acts or lines one page of a history holds at most.
const MaxHistory = 200

// Deed is one act on a school's copies (« acte »): who, when, what, and what became of it.
type Deed struct {
	Act      journal.ActID
	At       time.Time
	By       journal.Actor
	Verb     string
	Subject  string // the id of the thing: a resource, a subscription, the act undone
	Changes  []Change
	Targets  []Target      // of the order; none where it had none
	Short    int64         // who waited for want of copies
	Plan     string        // the hash of the plan carried out, "" for none
	How      string        // of a standing assignment: added, resumed, suspended or dropped
	Program  string        // the actor's program that did it, "" for none
	Undoes   journal.ActID // the act that it undid, "" for none
	UndoneBy journal.ActID // the latest act that undid it, "" for none
	UndoneAt time.Time
	Until    clock.Date // the last day on which it can be undone; zero: it cannot, or no longer

	// Of an act on persons' accounts, which moves no copy: whose, and who are told apart by it still. CompareAgain undoes that, at any time.
	Persons []directory.PersonID
	Apart   [][2]directory.PersonID

	// Of an act on who assigns copies, which moves none; nil of any other.
	Appointment *Appointment
}

// Change is what an act did to one resource.
type Change struct {
	Resource    catalogue.ResourceID
	Cause       Cause // one of them, where there were several
	Given, Back int64 // copies
	Opened      int64 // school-wide rights given to a target
	Closed      int64 // and those taken back, or ended
}

// Sum adds up what an act did.
func (d Deed) Sum() Change {
	var s Change
	for _, c := range d.Changes {
		s.Given += c.Given
		s.Back += c.Back
		s.Opened += c.Opened
		s.Closed += c.Closed
	}
	return s
}

// CopyLine is one line of the ledger about one person's copy.
type CopyLine struct {
	Person       directory.PersonID
	Resource     catalogue.ResourceID
	Pool         PoolID
	Subscription SubscriptionID
	Act          journal.ActID
	At           time.Time
	Cause        Cause
	Through      Target // zero where the distributor or a departure moved it
	Moved        int    // +1 given, −1 back or ended, 0 opened and so locked
	Key          string // gives the page after this line
}

// LineFilter narrows the lines of copies to those of one person, of one act, or both, and to a resource unless it is "".
type LineFilter struct {
	School   directory.SchoolID
	Person   directory.PersonID
	Act      journal.ActID
	Resource catalogue.ResourceID
	After    string // the Key of the last line of the page before
	Limit    int
	Within   *Mandate // of the delegate who reads: lines of persons and resources in its scope; nil for a manager
}

// HistoryReader finds what was done. Lists are newest first.
type HistoryReader interface {
	// ListEntries returns the school's acts on copies, and on who assigns them; accesses left out. Of the filter, Limit is set.
	ListEntries(ctx context.Context, f HistoryFilter) ([]journal.Written, error)
	// ListChanges returns what acts did, by act and resource; acts that changed no pool are not in it. Within a mandate it counts only what
	// lies in the scope.
	ListChanges(ctx context.Context, school directory.SchoolID, acts []journal.ActID, within *Mandate) (map[journal.ActID][]Change, error)
	// ListUndoings returns, of these acts, which entries undid them, or compared again whom they told apart; the newest last.
	ListUndoings(ctx context.Context, school directory.SchoolID, acts []journal.ActID) ([]journal.Written, error)
	// ListLines returns the ledger's lines about copies. Of the filter, Limit is set, and a person or an act.
	ListLines(ctx context.Context, f LineFilter) ([]CopyLine, error)
}

// History lists the acts on a school's copies, newest first: those of managers, rules, departures and distributors, what managers said
// of two persons' accounts, and who was named manager or delegate, within what, and until when they were; no accesses.
func (s *Service) History(ctx context.Context, f HistoryFilter) ([]Deed, error) {
	if f.Limit < 1 || f.Limit > MaxHistory {
		f.Limit = MaxHistory
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Deed, error) {
		entries, err := r.ListEntries(ctx, f)
		if err != nil {
			return nil, err
		}
		return tellDeeds(ctx, r, f.School, entries, f.Within)
	})
}

// FindDeed returns one act of History, as the delegate whose mandate within is sees it; nil for a manager. What is no act on the school's
// copies, or touched nothing of the scope, is NotFound.
func (s *Service) FindDeed(ctx context.Context, school directory.SchoolID, act journal.ActID, within *Mandate) (Deed, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Deed, error) {
		entry, err := findEntry(ctx, r, school, act, within)
		if err != nil {
			return Deed{}, err
		}
		deeds, err := tellDeeds(ctx, r, school, []journal.Written{entry}, within)
		if err != nil {
			return Deed{}, err
		}
		return deeds[0], nil
	})
}

// findEntry returns an act's entry. Entries are listed from just before an id: the first before the id's own successor is the entry itself.
func findEntry(ctx context.Context, r Reader, school directory.SchoolID, act journal.ActID, within *Mandate) (journal.Written, error) {
	entries, err := r.ListEntries(ctx, HistoryFilter{School: school, Before: act + "0", Limit: 1, Within: within})
	if err == nil && (act == "" || len(entries) == 0 || entries[0].ID != act) {
		err = fault.New(fault.NotFound, "licensing.act.unknown")
	}
	if err != nil {
		return journal.Written{}, err
	}
	return entries[0], nil
}

// Lines lists what the ledger says of the copies of a person, or of those that an act moved: newest first.
func (s *Service) Lines(ctx context.Context, f LineFilter) ([]CopyLine, error) {
	if f.Person == "" && f.Act == "" {
		return nil, fault.New(fault.NotFound, "licensing.act.unknown")
	}
	if f.Limit < 1 || f.Limit > MaxHistory {
		f.Limit = MaxHistory
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]CopyLine, error) {
		lines, err := r.ListLines(ctx, f)
		for i := range lines {
			if f.Within != nil && lines[i].Through.Kind == Cohort && !f.Within.Covers(lines[i].Through) {
				lines[i].Through = Target{} // by a class or group of which the delegate knows nothing
			}
		}
		return lines, err
	})
}

// tellDeeds adds to entries of the journal what the ledger says of them; within a mandate, what lies in its scope.
func tellDeeds(ctx context.Context, r Reader, id directory.SchoolID, entries []journal.Written, within *Mandate) ([]Deed, error) {
	school, err := r.FindSchool(ctx, id)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	acts := make([]journal.ActID, len(entries))
	for i, e := range entries {
		acts[i] = e.ID
	}
	changes, err := r.ListChanges(ctx, id, acts, nil)
	if err != nil {
		return nil, err
	}
	seen := changes
	if within != nil {
		if seen, err = r.ListChanges(ctx, id, acts, within); err != nil {
			return nil, err
		}
	}
	undoings, err := r.ListUndoings(ctx, id, acts)
	if err != nil {
		return nil, err
	}
	undoneBy := map[journal.ActID]journal.Written{}
	for _, u := range undoings {
		undoneBy[journal.ActID(u.Entry.Subject)] = u
	}
	var ended []journal.ActID // by distributors
	for _, e := range entries {
		if e.Entry.Verb == "licensing.ended" || e.Entry.Verb == "licensing.amended" {
			ended = append(ended, e.ID)
		}
	}
	var reopened []Reopened
	if len(ended) > 0 && within == nil {
		if reopened, err = r.ListReopened(ctx, id, today(r, school), ended); err != nil {
			return nil, err
		}
	}
	out := make([]Deed, len(entries))
	for i, e := range entries {
		out[i] = deed(e, changes[e.ID], undoneBy[e.ID])
		if until := undoUntil(e.At, school.Zone()); out[i].undoable() && !until.Before(today(r, school)) && (within == nil || personOf(e.Entry.Actor) == within.Person) {
			out[i].Until = until
		}
		if until, ok := reopenedUntil(reopened, e.ID, school.Zone()); ok && out[i].UndoneBy == "" && !until.Before(today(r, school)) {
			out[i].Until = until
		}
		if out[i], err = out[i].within(ctx, r, within, seen[e.ID]); err != nil {
			return nil, err
		}
		if out[i].Appointment, err = appointed(e); err != nil {
			return nil, err
		}
	}
	return out, tellApart(ctx, r, id, entries, out)
}

// deed puts an act together; by is zero where nothing undid it.
func deed(e journal.Written, changes []Change, by journal.Written) Deed {
	d := Deed{Act: e.ID, At: e.At, By: e.Entry.Actor, Verb: e.Entry.Verb, Subject: e.Entry.Subject, Changes: changes,
		UndoneBy: by.ID, UndoneAt: by.At}
	var body struct {
		undone
		How string `json:"how"`
	}
	if json.Unmarshal(e.Body, &body) == nil { // other acts keep other details: what they have in common is read
		d.Short, d.Plan, d.Program, d.Undoes, d.How = body.Short, body.Plan, body.Program, body.Undoes, body.How
		for _, text := range body.Targets {
			if t, err := ParseTarget(text); err == nil {
				d.Targets = append(d.Targets, t)
			}
		}
	}
	slices.SortFunc(d.Changes, func(a, b Change) int { return cmp.Compare(a.Resource, b.Resource) })
	return d
}

// undoable reports whether an act changed copies, by the school's own doing, and stands.
func (d Deed) undoable() bool {
	s := d.Sum()
	moved := s.Given+s.Back+s.Opened+s.Closed > 0
	return moved && d.UndoneBy == "" && !slices.ContainsFunc(d.Changes, func(c Change) bool { return !c.Cause.undoable() })
}
