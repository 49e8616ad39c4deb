// Package resource is the first method of the console, « Entrer par ressource »: one resource, to the school, classes, groups, persons.
//
//	…/ressources                        1. the resource: search, the six counters
//	…/ressources/{resource}/population  2. the population; counters move
//	…/ressources/{resource}/plan        3. what would happen, nothing changed yet; the choice where copies are short
//	…/attribuer, …/permanente           exactly that plan is applied, once or as a standing assignment; or the new one is shown
//	…/attributions, …/reprise, …/reprendre  who holds, and the same in reverse
//
// The selection lives on the server (licensing.Selection), one for each manager, school and resource: it survives a reload, the next page
// and the next morning, and all windows of the manager share it. A form carries its version and what was ticked and unticked on its page
// alone, which is merged; a window that was behind is told. A class stays a class, so that choosing 30 persons is one line. What comes
// back is checked against the school every time.
package resource
