// Package journaldb keeps a journal and its outbox in a database. Both products use it, each over its own.
//
// Facts of concurrent transactions may commit out of the order of their numbers. On PostgreSQL a fact is therefore readable
// only once every transaction that began before its own has ended (pg_snapshot_xmin), so a follower that remembers the last
// number it handled never steps over one that was still being written. SQLite has one writer, hence no such gap.
package journaldb
