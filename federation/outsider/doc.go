// Package outsider (« séances à part ») is the sessions of persons who sign in here and are in no school: agents of houses of the trade
// (orders/trade), operators (federation/operator). None of them opens a page of a school or a resource, nor does a school's open one of theirs,
// nor one realm's another's: a token is looked for among the sessions of one realm alone.
//
//	sign-in (local) ──Begin, once──▶ session (a cookie of its own) ──Leave, idle, its last hour──▶ over
//	                                    │ Alone: the password has changed
//	                                    ▼
//	                                 the same under a new token; every other one is over
//
// Whose session it is, and whether they may still come in, its realm's owner knows.
package outsider
