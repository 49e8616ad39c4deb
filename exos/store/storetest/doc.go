// Package storetest is the suite that every store of Biblio Exos must pass, through its use cases: what holds on one engine
// holds on the other, with many pupils at once.
package storetest
