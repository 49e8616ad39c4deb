// Package app is the composition root: the only place that knows everything.
//
//	demo    a whole fictional academy on one machine: both products, a portal, another publisher, on loopback names
//	serve   the broker, Biblio Exos, or both, on the operator's addresses
//
// Each product is put together in a room of its own (brokerapp, exosapp), which does not know the other: what `serve --only exos`
// links is exosapp and what it imports, and a test lists that. Here they only share a process, a listener and a clock.
package app
