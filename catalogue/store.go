package catalogue

import (
	"context"

	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store keeps the catalogue.
type Store = tx.Store[Reader, Writer]

// Reader answers what there is. "Not found" is fault.NotFound with the codes catalogue.resource.unknown and
// catalogue.publisher.unknown; lists that find nothing are empty.
type Reader interface {
	tx.Moment

	FindResource(ctx context.Context, id ResourceID) (Resource, error)
	FindByARK(ctx context.Context, ark ARK) (Resource, error)
	// FindByAddress finds a publisher's resource by its own address; of several that share one, the first by ARK.
	FindByAddress(ctx context.Context, publisher PublisherID, address string) (Resource, error)
	// ListResources returns the resources that have these ids, in the order of the ids.
	ListResources(ctx context.Context, ids []ResourceID) ([]Resource, error)
	// List returns a page in the order of Resource.Key. Limit is set.
	List(ctx context.Context, f Find) ([]Resource, error)

	// ListOpen returns what is open to all (Resource.OpenToAll), by title.
	ListOpen(ctx context.Context, limit int) ([]Resource, error)

	// Revision is that of the last change.
	Revision(ctx context.Context) (Revision, error)
	// ListSince returns at most so many resources that last changed in a revision, beyond an id, or after it, in the order of both.
	ListSince(ctx context.Context, since Revision, after ResourceID, limit int) ([]Resource, error)

	FindPublisher(ctx context.Context, id PublisherID) (Publisher, error)
	FindPublisherByNumber(ctx context.Context, official string) (Publisher, error)
	ListPublishers(ctx context.Context) ([]Publisher, error)

	// Known tells, of these ARKs, which are resources already.
	Known(ctx context.Context, arks []ARK) (map[ARK]Known, error)
	Notice(ctx context.Context, id ResourceID) (Version, error)

	// FindAsked finds the change of a declaration that waits, behind a lock where the transaction writes; NotFound (catalogue.asked.none).
	FindAsked(ctx context.Context, id ResourceID) (Asked, error)
	// ListAsked returns those that wait, the oldest first.
	ListAsked(ctx context.Context, limit int) ([]Asked, error)
}

// Known is a resource that an import meets again.
type Known struct {
	ID         ResourceID
	Publisher  Publisher
	Notice     string // hash of its current notice
	Declared   []Declared
	Asked      []Declared // what its notices asked for beyond, where AskedState is not ""
	AskedState AskedState
	IsFamily   bool
	Family     ARK // the mother that it belongs to, "" for none
	Withdrawn  bool
	Members    int // of a mother: how many resources belong to it
}

// Writer brings notices in.
type Writer interface {
	Reader
	journal.Appender
	// Advance begins a change: what is saved after it carries its number. Other changes wait until this one is over.
	Advance(ctx context.Context, act journal.ActID) (Revision, error)
	// SavePublisher adds a publisher, or renames the one that has this number, and returns it with its id.
	SavePublisher(ctx context.Context, act journal.ActID, p Publisher, at Revision) (Publisher, error)
	// SaveResource adds a resource or replaces what is known of it, puts it back into the catalogue if it was withdrawn, and keeps the notice it was read from as its current version.
	SaveResource(ctx context.Context, act journal.ActID, r Resource, from Version) error
	// Withdraw takes resources out of the catalogue.
	Withdraw(ctx context.Context, act journal.ActID, ids []ResourceID, at Revision) error
	// Ask keeps what a notice asks for until an operator has looked at it, in the place of what it asked for before.
	Ask(ctx context.Context, act journal.ActID, id ResourceID, asked []Declared) error
	// Unask forgets what was asked for, if anything was.
	Unask(ctx context.Context, act journal.ActID, id ResourceID) error
	// RefuseAsked keeps what was asked for as refused.
	RefuseAsked(ctx context.Context, act journal.ActID, id ResourceID) error
	// Declare puts a declaration in force.
	Declare(ctx context.Context, act journal.ActID, id ResourceID, declared []Declared, at Revision) error
}
