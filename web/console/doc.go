// Package console (« console d'affectation ») is where an assignment manager (« responsable d'affectation ») gives a school's
// copies to its persons, and takes them back. Its first method is « Entrer par ressource »:
//
//	/affectation                                        the manager's schools; one alone is entered at once
//	/affectation/{uai}                                  the methods, and the stocks that run short
//	/affectation/{uai}/ressources                       1. the resource: search, the six counters
//	/affectation/{uai}/recuperation                     the same for what is to come back (« Récupération des exemplaires par lot »)
//	/affectation/{uai}/ressources/{resource}/population 2. the population: school, classes, groups, persons; counters move
//	…/plan                                              3. what would happen, nothing changed yet; the choice where copies are short
//	…/attribuer                                         exactly that plan is applied, or the new one is shown
//	…/attributions, …/reprise, …/reprendre              who holds, and the same in reverse
//	/affectation/{uai}/delegues                         who assigns here; delegates with their scope and budget, for managers and the head
//
// A delegate comes to the pages of both methods, where there are the classes and resources of their scope and nothing else; access.go
// is the one place that says who comes to which page.
//
// The selection travels in the form, as licensing targets: no node has to remember it, two windows do not disturb each other,
// and a class stays a class, so that choosing 30 persons is one line. What comes back is checked against the school every time.
//
// A school that the reader does not manage is not found, by any of these addresses. Somebody who manages none is told whom to ask.
package console
