// Package operator (« exploitant ») is what the operator of a region sees and decides, as pages below /exploitation of the broker's address:
//
//	/livraisons                       what the portals handed in, how far it is; a form that takes an archive
//	/livraisons/{id}                  its report: what was found, what became of each school; what asks for a word
//	/livraisons/{id}/rapport.json     the same for programs
//	/declarations                     notices that ask for other personal data than before: allowed or refused, one by one
//	/courriels                        what is written to persons, and what became of it: addresses and texts are not shown
//	/courriels/{id}                   where no server takes letters (the demonstration): one of them, as it would be sent
//	/vignettes                        pictures that could not be had, and why
//	/mot-de-passe, /quitter           one's own password; signing out
//
// Operators sign in there (Front, federation/operator). The demonstration has the same pages, without the last line, on its admin address, where
// nobody signs in: they answer the machine itself only (Here), and nobody for whom a proxy speaks. No page of another origin may post to either
// (httpx.Edge).
//
// Persons are named nowhere on these pages: reports know them by the portal's identifier.
package operator
