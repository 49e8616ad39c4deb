// Package history is what was done in a school, act by act or of one person, and its undo. A Sayer puts acts into words, for the first
// page and the page of doubles too.
//
//	…/historique, …/historique/{act}    what was done
//	…/historique/{act}/annuler          what an undo would do, and the undo
package history
