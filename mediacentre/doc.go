// Package mediacentre (« médiacentre ») answers one question for one person: what may I open, here, now; and if not, why not.
//
//	card    a resource that the person holds: its notice, its right, and the reason in words (« donné à la 5e B jusqu'au … »)
//	shelf   a family (« mère de famille ») that the person holds, with the members they hold: one publisher's books, one account
//
// It is a reader: rights are licensing's, notices are the catalogue's; it decides nothing anew and keeps nothing. So what was
// withdrawn a second ago is gone from the next page. It may import directory, catalogue, licensing and journal.
package mediacentre
