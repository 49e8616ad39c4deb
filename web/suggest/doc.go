// Package suggest (« suggestions ») is where a teacher proposes resources of the school for their classes and groups:
//
//	GET  /suggestions                what became of their suggestions; what their classes have, and may be suggested
//	GET  /suggestions/nouvelle       one resource: for whom, with a word
//	POST /suggestions                suggests it
//	POST /suggestions/{id}/retirer   takes an open suggestion back
//
// A suggestion gives nobody anything: the assignment manager answers it in the console, and the answer is read here.
//
// Pupils and those who teach nobody are told whom to ask. How many of a class have a resource is said, never who.
package suggest
