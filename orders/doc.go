// Package orders (« commandes ») takes a school from a distributor's offer to copies in its console, and keeps what was agreed at what
// price.
//
//	offer     what a distributor sells of a resource: for whom, for how many school years, at what price; to every school, or to some
//	trial     an offer at no price: some copies for some days, once for each school and resource; an order of its own, without quote or invoice
//	renewal   what a school had in a school year and what became of it, beside the heads of the next: an order in the making
//	basket    what one buyer is gathering for one school: a draft, whose prices are today's
//	order     what a buyer asks of one distributor for one school, at prices that stand still; its lines count what was ordered,
//	          delivered and cancelled
//	request   what a teacher asks the buyer for, with a word
//	buyer     who may order for a school: its head, whom the head names (« gestionnaire »), or a bookseller (« libraire ») that the school
//	          took
//
// The life of an order (« commande »):
//
//	basket ──quote──▶ quoted ──send──▶ sent ──deliver──▶ confirmed ──deliver the rest──▶ delivered
//	                    │               │ │                 │                               │
//	                 withdraw           │ refuse            └──────── cancel a part or all ─┴──▶ cancelled
//	                    ▼               ▼
//	                cancelled        withdrawn: cancelled
//
// A quote (« devis ») is made for each distributor in the basket; it keeps its prices for thirty days. What is delivered is opened as a
// subscription by the very path of the distributors' web service, in the transaction of the delivery itself: an order that says
// delivered has its copies. Money is whole cents, and is not collected: the school pays on invoice.
//
// What a distributor delivers or takes back in parts adds to what is there, so it says which order it saw (Sight): the same request twice, by a
// double click or after a lost answer, moves copies once.
//
// Nobody sees another's: a distributor its own offers and orders, a bookseller the orders that it made, a school its own. What is
// another's answers like what does not exist.
//
// It may import directory, catalogue, licensing, journal and privacy. Licensing it asks by the words of Subscriptions.
package orders
