// Package console (« console d'affectation ») is where an assignment manager (« responsable d'affectation ») gives a school's
// copies to its persons, and takes them back. There are three methods, and a page for families. « Entrer par ressource »:
//
//	/affectation                                        the manager's schools; one alone is entered at once
//	/affectation/{uai}                                  what is new since the last visit, what waits, what was done last, the methods, the stocks that run short
//	/affectation/{uai}/suivre                           the stream by which open pages follow what others do
//	/affectation/{uai}/ressources                       1. the resource: search, the six counters
//	/affectation/{uai}/ressources/{resource}/population 2. the population: school, classes, groups, persons; counters move
//	…/plan                                              3. what would happen, nothing changed yet; the choice where copies are short
//	…/attribuer                                         exactly that plan is applied, or the new one is shown
//	…/attributions, …/reprise, …/reprendre              who holds, and the same in reverse
//	/affectation/{uai}/suggestions                      what teachers suggest; …/plan, …/accepter: accepted like any other plan;
//	                                                    …/motif, …/decliner: declined, with a reason
//	/affectation/{uai}/fichier, …/fichier/{lot}         copies by a CSV file: what it would do, then that; stock and holders as files
//	/affectation/{uai}/historique, …/{act}              what was done, act by act or of one person; …/annuler: what an undo would do, and the undo
//	/affectation/{uai}/programmes                       tokens of the school's own programs: made, shown once, revoked
//	/affectation/{uai}/doubles                          who has a work twice: what is sure, what is to be looked at; the chosen ones are one act
//	/affectation/{uai}/delegues                         who assigns here; delegates with their scope and budget, for managers and the head
//
// « Entrer par population », where by the document's rule resources « en affectation établissement » are proposed, and counted ones when
// they are asked for; « Récupération des exemplaires par lot »; « Mères de famille ». Each makes an order of several resources (errand.go),
// and they share its plan:
//
//	/affectation/{uai}/populations                      1. to whom: school, classes, groups, persons by name
//	…/populations/ressources, …/plan, …/attribuer       2. which resources, 3. the plan, and the act
//	/affectation/{uai}/recuperation                     1. which resources, by their boxes; their titles lead to who holds them
//	…/recuperation/exemplaires                          2. which copies: all, of who left, of classes, of a list; never opened
//	…/recuperation/plan, …/reprendre                    3. what comes back and when it was last opened, and the act
//	/affectation/{uai}/familles, …/plan, …/attribuer    the mothers of family by kind, given to the whole population
//
// The selection lives on the server (licensing.Selection), one for each manager, school and resource: it survives a reload, the next page
// and the next morning, and all windows of the manager share it. A form carries its version and what was ticked and unticked on its page
// alone, which is merged; a window that was behind is told. A class stays a class, so that choosing 30 persons is one line. What comes
// back is checked against the school every time.
//
// A page's figures (data-figure) are renewed one by one as others' work moves them: nothing else on the page is touched.
//
// A school that the reader does not manage is not found, by any of these addresses. Somebody who manages none is told whom to ask. To a
// delegate (« délégué ») these pages are of the scope (access.go); standing assignments and delegates stay the managers', and the page says
// whom to ask.
package console
