// Package licensing (« abonnements et affectations ») decides who holds a copy of what, and proves it.
//
//	subscription  what a distributor sold: a resource, to schools, for publics, in numbers, between two days (« abonnement »)
//	pool          its copies in one school for one set of publics: total, assigned, reserved, locked
//	holding       one person's copy out of a pool (« exemplaire »): held, then released, or ended with its subscription
//	given target  a school-wide right (« affectation établissement »): a school, a class, a group or a person it is given to
//	rule          a standing assignment: who is there, newcomers too, and copies kept back for them (« affectation permanente »)
//	suggestion    what a teacher proposes for their classes: open, then accepted whole or in part, declined, or withdrawn
//	mandate       what a delegate sees, gives, takes back and undoes: classes, resources, so many copies, until a day (« délégation »)
//	appointment   what an act said of who assigns copies, before and after: of a delegate, or of a manager (« nomination »)
//	ledger        one line per act and pool with what it did to the counters, one per copy moved: it only grows
//
// The life of a copy:
//
//	free ──assign──▶ held ──first opening, not transferable──▶ locked
//	  ▲               │                                           │
//	  └────release────┴───────────────────────────────── ended ◀──┴─ the distributor deletes or shortens
//
// A manager's act is a plan first: what each person gets, has, loses, or cannot have and why. Apply does exactly that plan or
// answers with the new one; where copies are short the manager chooses. Counters move by guarded statements behind the
// pool's row lock, with a check constraint as the last guard, in one transaction with the journal entry.
//
// It may import directory, catalogue, journal and privacy, for their types: it calls nobody's writes, and acts on
// departures by following the directory's facts. It knows no page, protocol or publisher's pseudonym, and it draws no price.
package licensing
