// Package notify (« notifications ») tells persons what concerns them, on the page and by mail.
//
//	fact      what another area told of: an order was sent, answered; a teacher asked; a bookseller asked; a suggestion was answered
//	notification    that one person is told of it: read, or not yet
//	letter    what goes by mail: one notification at once, or a day's notifications together (« récapitulatif »), or a question whether an address is right
//
//	another area's act ──fact──▶ Follow ──▶ notification ──▶ on the page, within the second
//	     (one transaction)         │
//	   stock, every night ─────────┤
//	                               └──▶ letter: waiting ──lease──▶ sent
//	                                              ▲         │ not now: later, and later still
//	                                              └─────────┤
//	                                                        └ never: failed, and the operator is told; or dropped: nobody wants it any more
//
// A fact is written in the transaction of the act that it tells of, and its notifications and letters in one with the memory of having handled
// it: what was rolled back is never told, and what is told is told once, however often a node dies. A letter is sent at least once: who
// dies between the server's yes and the note of it sends it again, with the same Message-ID.
//
// Letters go to an address that their reader gave and confirmed by its link, and to no other; as often as they chose for that kind (at
// once, once a day, never); each can be stopped by one click without signing in (RFC 8058). They name no pupil and no person, and repeat
// nothing that somebody wrote: what it is about is behind the link. Pupils are told nothing here.
//
// It reads what it tells of through its own Reader; it changes nothing of other areas.
package notify
