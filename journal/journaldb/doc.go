// Package journaldb keeps a journal and its outbox in a database. Both products use it, each over its own.
//
// # The order of facts
//
// On PostgreSQL facts are committed out of the order of their numbers, and a number says nothing of when its transaction began: an elder
// one may draw a later number and be committed first. So a follower goes by the writer, which is the transaction's own number, and then
// by the number of the fact (Follow). It is shown a fact once every transaction elder than its writer has ended (pg_snapshot_xmin): what
// is still to be committed has a younger writer, and a place after all that was shown. Nothing is stepped over, and what one
// transaction told comes in the order in which it was told, before what a younger one told; that the younger was committed first, and
// the elder waited for it, is possible. Handlers therefore act on what is so now, not on which fact came last.
//
// SQLite has one writer: all facts have writer 0, and their numbers are the order.
//
// Writers are numbered by the server, not by the database. One that was moved to another server (a dump restored) has places of which
// that server knows nothing, and its numbers may begin anew, below them. Each position therefore says whose writers it speaks of, and
// the first to follow on another server sets all places right.
//
// Pages that stay open follow by number alone (Tail, After), as soon as a fact is committed. They ask again above the lowest number that
// may still appear, remember what they heard above it, and give a missing number up after a while (package live): nothing hangs on
// it but how soon a figure is renewed, and no long transaction elsewhere keeps them waiting.
package journaldb
