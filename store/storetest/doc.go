// Package storetest is the conformance suite of the broker's persistence: the same rules on SQLite and on PostgreSQL,
// concurrency included. Each exported Test… function tells one area's rules over a fresh database of the given engine;
// store's own tests call them on both.
package storetest
