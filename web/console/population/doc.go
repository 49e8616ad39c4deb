// Package population is the second method of the console, « Entrer par population »: a set of resources to a school, classes, groups or
// persons. By the document's rule resources « en affectation établissement » are proposed, and counted ones when they are asked for.
//
//	…/populations                                1. to whom: school, classes, groups, persons by name
//	…/populations/ressources, …/plan, …/attribuer   2. which resources, 3. the plan, and the act
package population
