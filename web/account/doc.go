// Package account (« mon compte ») is what a person sees of themselves: the pages of signing in and out (it satisfies
// federation.Pages), where they may be (« mes lieux »), and what was done in their name:
//
//	/mes-lieux                 the schools and profiles to choose between; the choice itself is the sign-in's. On the way to a resource
//	                           (« ressource »), those that may open it
//	/mon-journal               whatever the journal says of them, in plain words; sign-ins and accesses of the last twelve months
//	/mon-compte/…              where the school has no portal: password, telephone, recovery codes, passkeys (« mon compte »)
//	/mon-journal/{entry}       the receipt (« reçu ») of one access: what was sent, to whom, what never is
//
// A person reads their own entries and nobody else's: another's entry looks like one that does not exist.
package account
