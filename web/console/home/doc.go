// Package home is the console's first page (« tableau de bord »): what is new since the last visit, what waits, what was done last, the
// ways into the methods, and the stocks that run short. Whoever assigns copies in several schools chooses one first.
//
//	/affectation            the manager's schools; one alone is entered at once
//	/affectation/{uai}      its first page
package home
