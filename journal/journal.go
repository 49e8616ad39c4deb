package journal

import (
	"context"
	"encoding/json"
	"time"

	"pupitre/internal/tx"
)

// ActorKind says what sort of being acted.
type ActorKind string

// The kinds of actor.
const (
	ByPerson  ActorKind = "person"  // somebody signed in; ID is the internal person id (or, in Biblio Exos, the learner's)
	ByPartner ActorKind = "partner" // a partner's program, by its certificate; in Biblio Exos the issuer, or a publisher by one of its keys
	ByPortal  ActorKind = "portal"  // an ENT project's provisioning
	BySystem  ActorKind = "system"  // a standing rule, a clock, a command of the operator
)

// Actor is who acts. It is always an argument, never weather.
type Actor struct {
	Kind ActorKind
	ID   string
}

// System is the actor of rules, clocks and operators' commands; name says which.
func System(name string) Actor { return Actor{BySystem, name} }

// ActID identifies one entry; rows changed by the act carry it. Only Record makes one.
type ActID string

// Class is how long an entry is kept (docs/contracts.md §6).
type Class string

// The retention classes.
const (
	ClassAccess Class = "access" // sign-ins and accesses: 12 months
	ClassLedger Class = "ledger" // what explains copies and orders: 10 years
	ClassChange Class = "change" // everything else: 10 years, nameless once the identity is erased
)

// Entry is one act. School is the school concerned, "" when the act is about reference data. Person is whom it is about, when
// it is about one person: they may read it. Verb is "area.participle" (licensing.assigned), stable, put into words by internal/lang.
type Entry struct {
	School  string
	Actor   Actor
	Verb    string
	Subject string // the id of the thing
	Person  string
	Class   Class
	Detail  any // marshalled to JSON; ids and figures only, never a name
}

// Fact is one thing that other areas must know. Seq is its number, given when it is told: greater in the order of telling within an act,
// and never given twice. Topic is "area.participle".
type Fact struct {
	Seq     int64
	Topic   string
	School  string
	Person  string
	Subject string
	At      time.Time
	Body    json.RawMessage
}

// Told is a fact with its body.
type Told struct {
	Fact
	Body any
}

// Appender is embedded in every area's Writer.
type Appender interface {
	tx.Moment
	// Record writes the entry of an act and returns the id that its changes need.
	Record(ctx context.Context, e Entry) (ActID, error)
	// RecordAll is Record for many, in their order.
	RecordAll(ctx context.Context, entries []Entry) ([]ActID, error)
	// Tell puts a fact in the outbox; body is marshalled to JSON. Seq and At are set by the store.
	Tell(ctx context.Context, f Fact, body any) error
	// TellAll is Tell for many, in their order.
	TellAll(ctx context.Context, facts []Told) error
}

// Written is an entry read back.
type Written struct {
	ID    ActID
	At    time.Time
	Entry Entry
	Body  json.RawMessage // Entry.Detail as it was written
}

// Reader reads entries, newest first. Every list is paged: before is the last ActID of the page before, "" for the first.
type Reader interface {
	OfSchool(ctx context.Context, school string, before ActID, limit int) ([]Written, error)
	OfPerson(ctx context.Context, person string, before ActID, limit int) ([]Written, error)
	OfSubject(ctx context.Context, school, subject string, before ActID, limit int) ([]Written, error)
}

// Followed is an area's store that can also act on facts: what handle writes, and the memory of having handled, are one
// transaction, so each fact is acted on exactly once however often a node dies. Follow returns how many facts it handled.
type Followed[W any] interface {
	Follow(ctx context.Context, follower string, limit int, handle func(ctx context.Context, w W, f Fact) error) (int, error)
}
