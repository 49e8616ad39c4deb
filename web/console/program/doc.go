// Package program is the tokens (« jetons ») of a school's own programs: made, shown once, revoked. A token acts as the manager who made
// it, so delegates and the head make none.
//
//	…/programmes, …/programmes/{jeton}/revoquer
package program
