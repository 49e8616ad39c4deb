// Package db opens the two engines, SQLite for one school and PostgreSQL for a nation, and hides what must differ:
// the connection string and pragmas, who may write when, which errors mean "again", and a handful of statements.
// Above it, the same SQL text runs on both ($n parameters, lowercase, enumerated columns).
//
//	SQLite       one writer connection behind a queue: functions waiting at the same moment share one durable commit,
//	             each inside its own savepoint, so one refusal never takes a neighbour's work back. A few readers.
//	             WAL, synchronous=FULL (without it a power cut loses acknowledged commits), foreign keys on.
//	PostgreSQL   a pool; read committed for writing, with guarded statements; repeatable read for reading. What nobody waits
//	             for travels with the next question; writes that ask nothing share a commit (convoy); many rows are copied.
//
// Instants are bigint microseconds (Micros, FromMicros), civil days are text YYYY-MM-DD, ids are text, flags are boolean.
// It knows no table. The broker's tables are in store, those of Biblio Exos in exos/store.
package db
