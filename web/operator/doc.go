// Package operator (« exploitant ») is what the operator of a region sees and decides, as pages on the operator's own address, beside
// /readyz and /metrics:
//
//	/livraisons                       what the portals handed in, how far it is; a form that takes an archive
//	/livraisons/{id}                  its report: what was found, what became of each school; what asks for a word
//	/livraisons/{id}/rapport.json     the same for programs
//	/declarations                     notices that ask for other personal data than before: allowed or refused, one by one
//	/courriels                        what is written to persons, and what became of it: addresses and texts are not shown
//	/courriels/{id}                   where no server takes letters (the demonstration): one of them, as it would be sent
//
// Nobody signs in here. Who may reach the machine's own loopback is its operator: the pages answer nobody else (Here), and no page of
// another origin may post to them (httpx.Edge). From afar one comes by a tunnel: ssh -L 8081:localhost:8081.
//
// Persons are named nowhere on these pages: reports know them by the portal's identifier.
package operator
