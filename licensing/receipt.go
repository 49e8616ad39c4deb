package licensing

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/journal"
)

// ReceiptReader reads acts back.
type ReceiptReader interface {
	// FindReceipt returns an act on copies of a school (fault.NotFound, licensing.act.unknown) with the copies that it moved, by resource
	// and person.
	FindReceipt(ctx context.Context, school directory.SchoolID, act journal.ActID) (Receipt, error)
}

// Receipt is an act on copies as journal and ledger keep it.
type Receipt struct {
	Act    journal.ActID
	At     time.Time
	By     journal.Actor
	Verb   string          // of the journal
	Detail json.RawMessage // of the journal
	Copies []MovedCopy
}

// MovedCopy is a copy that an act gave, took back or ended.
type MovedCopy struct {
	Resource catalogue.ResourceID
	Person   directory.PersonID
	Given    bool
}

// Program is which of the actor's programs did it, "" for none.
func (r Receipt) Program() string {
	var d done
	if json.Unmarshal(r.Detail, &d) != nil {
		return "" // of an act that is told in other words
	}
	return d.Program
}

// Receipt returns an act of a school; to a delegate, what of it lies in the scope of their mandate within. An act that touched nothing
// there is NotFound.
func (s *Service) Receipt(ctx context.Context, school directory.SchoolID, act journal.ActID, within *Mandate) (Receipt, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Receipt, error) {
		if within == nil {
			return r.FindReceipt(ctx, school, act)
		}
		if _, err := findEntry(ctx, r, school, act, within); err != nil {
			return Receipt{}, err
		}
		receipt, err := r.FindReceipt(ctx, school, act)
		if err != nil {
			return receipt, err
		}
		moved := make([]directory.PersonID, len(receipt.Copies))
		for i, c := range receipt.Copies {
			moved[i] = c.Person
		}
		in, err := within.among(ctx, r, moved)
		receipt.Copies = slices.DeleteFunc(receipt.Copies, func(c MovedCopy) bool { return !within.Allows(c.Resource) || !in(c.Person) })
		return receipt, err
	})
}
