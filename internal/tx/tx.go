// Package tx is the one shape of a transaction in Pupitre.
//
// An area never sees a database. It says which questions it asks (its Reader) and which changes it makes (its Writer, which
// embeds Reader and journal.Appender, so that a change without its entry does not compile), and is given a Store of the two:
//
//	type Store = tx.Store[Reader, Writer]
//
//	err := s.Store.Write(ctx, func(ctx context.Context, w licensing.Writer) error { … })
//
// Rules for the function, which hold on both engines:
//
//   - It may run more than once (a serialization failure is always retried), so it touches nothing outside but its results,
//     which it sets afresh on each run.
//   - It does all or nothing: an error takes back everything that it wrote.
//   - It sees one time: Now is the same throughout, and is the time that its rows carry.
//   - It never nests (refused, but see Together), and never waits for the network.
//   - It uses the ctx that it is given.
package tx

import (
	"context"
	"time"
)

// Store runs an area's transactions. R and W are the area's own interfaces.
type Store[R, W any] interface {
	// Read runs f on one consistent snapshot; nothing may be written.
	Read(ctx context.Context, f func(ctx context.Context, r R) error) error
	// Write runs f and makes what it did durable before returning nil. Errors of f come back as they are; a database that
	// stays busy comes back as fault.Unavailable.
	Write(ctx context.Context, f func(ctx context.Context, w W) error) error
}

// Looking is a Store whose Reader has methods that ask once: one of them, and nothing more, is asked by Look. Where there is a network
// between, that is one round trip.
type Looking[R any] interface {
	Look(ctx context.Context, f func(ctx context.Context, r R) error) error
}

// Doing is a Store whose Writer has methods that ask once: one of them, and nothing more, is done by Do, which is Write otherwise. Where
// there is a network between, that is one round trip, commit included; a server that is lost meanwhile may have done it, so it is done
// again, and must find by itself what it did.
type Doing[W any] interface {
	Do(ctx context.Context, f func(ctx context.Context, w W) error) error
}

// Answer runs f in a Store's Read, Look or Write, and returns its result.
func Answer[R, T any](ctx context.Context, run func(context.Context, func(context.Context, R) error) error, f func(ctx context.Context, r R) (T, error)) (T, error) {
	var out T
	err := run(ctx, func(ctx context.Context, r R) (err error) {
		out, err = f(ctx, r)
		return err
	})
	return out, err
}

// Shared lets what somebody asks of several areas be of one moment.
type Shared interface {
	// Share returns a context whose reads see one snapshot, until end is called or the first write. End must be called, and may be again.
	Share(ctx context.Context) (shared context.Context, end func())
}

type together struct{} // the context key of Together

// Together says of the next Write with this context that it is part of the transaction that the context comes from: what two areas
// write is then done, or not done, as one. It is for the area whose transaction it is to say so, where it lets another in by its own
// words (licensing.Opening.With); any other Write inside a transaction is refused.
func Together(ctx context.Context) context.Context { return context.WithValue(ctx, together{}, true) }

// IsTogether reports whether a context is Together's.
func IsTogether(ctx context.Context) bool { return ctx.Value(together{}) == true }

// Apart takes Together back: for what is called inside.
func Apart(ctx context.Context) context.Context { return context.WithValue(ctx, together{}, false) }

type long struct{} // the context key of Long

// Long says of the writes made with this context that each takes longer than others may wait: on an engine where writes follow one
// another, those that wait beside it do not share its commit, but go before it or after it.
func Long(ctx context.Context) context.Context { return context.WithValue(ctx, long{}, true) }

// IsLong reports whether a context is Long's.
func IsLong(ctx context.Context) bool { return ctx.Value(long{}) != nil }

// Moment is embedded in every Reader.
type Moment interface {
	// Now is the transaction's one timestamp, in UTC, to the microsecond.
	Now() time.Time
}
