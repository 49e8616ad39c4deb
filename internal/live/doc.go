// Package live (« pages vivantes ») lets open pages follow what others do. It carries no news itself: it says that something moved, and
// the page asks for what it shows, as anybody who may see it.
//
//	Outbox    where facts are read as they are committed, by any node
//	Hub       one per process: while somebody listens it reads on, and hands each fact to those who follow its school
//	Serve     one browser's stream of server-sent events, for as long as its holder may listen and of what they may hear
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
// # Why it asks, and is not told
//
// PostgreSQL could tell (LISTEN, NOTIFY), and was looked at for it. A node on which nobody listens asks nothing already; one on which somebody
// does asks for what is above a number, five times a second, however many listen. NOTIFY would take that away, and bring: a lock of the
// whole database that each transaction which tells holds until its commit is over (PreCommit_Notify), on the way of every assignment and
// launch; a connection of its own for each node, which no pooler may share; the asking all the same, since what was said while that
// connection was cut is lost, and since SQLite has nothing like it. So it would be code beside this and not instead of it, and dearer where
// there is work. Others' work is seen within a fifth of a second.
//
// No name, e-mail or answer travels in an event.
package live
