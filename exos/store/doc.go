// Package store keeps Biblio Exos in its own database: the SQL beside the function that runs it, one file per subject. It opens
// neither the broker's database nor any file of the broker.
//
// Tables are of three classes, named in a comment above each:
//
//	reference   publishers, and what they gave: deposits, contents, modules, versions, exercises; other platforms; registers of statements
//	identity    the key leads with the learner: sessions, rights, places, attempts, events, marks, notebooks, drafts
//	school      the key leads with the school: memberships, homework
//
// The hot path is an answer: one transaction that asks once for all that decides it, then writes the event, the attempt and the mark with
// its commit (work.go). On PostgreSQL that is two round trips, after the one by which the learner is known; on SQLite, answers that come at
// the same moment share one durable commit.
package store
