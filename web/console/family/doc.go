// Package family is « Mères de famille »: the school's mothers of family by kind, with the books that each gathers, given to the whole
// population in one act.
//
//	…/familles, …/familles/plan, …/familles/attribuer
package family
