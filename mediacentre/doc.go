// Package mediacentre (« médiacentre ») answers one question for one person: what may I open, here, now; and if not, why not.
//
//	card       a resource that the person holds: its notice, its right, and the reason in words (« donné à la 5e B par …, jusqu’au … »)
//	open       what is open to all (« ouverte à tous »): no right is needed, so it stands apart, where one asks for it
//	shelf      a family (« mère de famille ») that the person holds, with the members they hold: one publisher's books, one account
//	favourite  (« favori ») what the person keeps at hand
//	pin        (« épingle ») what a teacher put above the others for a class or group of theirs
//
// It is a reader: rights are licensing's, notices are the catalogue's, what was opened is the journal's; it decides nothing anew, and
// keeps only what persons mark. So what was withdrawn a second ago is gone from the next page, whoever starred or pinned it. It may
// import directory, catalogue, licensing, journal and privacy.
package mediacentre
