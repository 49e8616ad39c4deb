// Package repository (« entrepôt ») serves our notices to whoever harvests them, by OAI-PMH 2.0: all that the catalogue shows, and the end of
// what it showed once. It knows no price, no offer, no school.
//
//	GET, POST /oai   the six verbs; one address, errors included (Face)
//
// A record is a resource, named by its ARK, in three formats: scolomfr and lom (the notice as its publisher wrote it, in UTF-8, each element
// with its namespace) and oai_dc. Each publisher is a set, named by its SIREN_ISNI. A record is never forgotten: deletions are persistent.
//
// Lists go by the number of the change that last touched a record, then by its id. A resumption token says where its list goes on and what
// was asked, and nothing is kept of it here: it is good after a restart, on any node, and does not end. What changes between two pages moves
// behind them, and so comes again, never too late: nothing is skipped.
//
// Datestamps are instants of changes, in the order of their numbers; responseDate is an instant up to which no other change will ever be
// given one (Writer.Settle), at most a second old. So who asks next from that responseDate misses nothing, however long a change took to be
// committed.
//
// docs/protocols/oai-pmh.md says which clause lives where.
package repository
