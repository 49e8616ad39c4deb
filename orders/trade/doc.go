// Package trade (« les professionnels ») is who comes in for a bookseller or a distributor: persons of no school, who sign in by an account
// of our own (federation/local, with its waits, its second factor and its passkeys) and then see what is their house's, and nothing else.
//
//	operator ──Add──▶ agent, without an account ──local.Service.Hand──▶ a slip
//	sign-in ──Arrive──▶ session (a cookie of its own) ──Leave, twelve hours, Close──▶ over
//
// Their session is no school's: it opens no page of a school and no resource, nor does a school's open one of theirs. What a house sees is
// decided by orders, by its number; here is decided only whose agent somebody is.
package trade
