// Package store keeps the broker's areas in a database. Each area says what it needs in its own words (directory.Store,
// licensing.Store, …); here is the SQL, in the function that runs it, one file per subject.
//
// Tables are of three classes, named in a comment above each and held by a test:
//
//	reference   small, the same on every shard: resources, notices, publishers, partners, subscriptions
//	identity    the key leads with the ENT project, then the person: persons, secrets, sessions
//	school      the key leads with the school: attachments, cohorts, pools, holdings, ledger, journal
//
// Arrows point inward: this package imports the areas; no area, page or protocol face imports it.
package store
