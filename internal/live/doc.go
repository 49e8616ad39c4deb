// Package live (« pages vivantes ») lets open pages follow what others do. It carries no news itself: it says that something moved, and
// the page asks for what it shows, as anybody who may see it.
//
//	Outbox    where facts are read as they are committed, by any node
//	Hub       one per process: while somebody listens it reads on, and hands each fact to those who follow its school
//	Serve     one browser's stream of server-sent events, for as long as its holder may listen
//
// What a browser is sent:
//
//	moved     something moved: the body says of what, by ids
//	all       too much moved, or nobody knows what: look at everything again
//	over      the holder may not listen any more, or listens elsewhere: do not come back
//
// Each says a number by which a browser that comes back, to whatever node, is told what it missed. A fact may be told twice, and on a
// page left open is told once at least; nothing hangs on it but how soon a figure is renewed. It promises no more than that: what must
// happen exactly once follows the outbox by journal.Followed.
//
// No name, e-mail or answer travels in an event.
package live
