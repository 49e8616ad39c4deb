// Package order (« commandes ») is where a school's orders are made:
//
//	GET  /commandes                        what was ordered, the latest first
//	GET  /commandes/offres                 what may be ordered today; ?ressource= of one resource only
//	GET  /commandes/panier                 the basket, at today's prices
//	POST /commandes/panier                 puts so many of an offer in it
//	POST /commandes/devis                  makes the quotes of it, one for each distributor
//	POST /commandes/essais                 asks for a trial: an order of its own, without a quote
//	GET  /commandes/renouveler             what the school had last year, and what to order again; ?annee= for which year, ?commande= of one order
//	POST /commandes/renouveler             quotes it; or puts it in the basket
//	GET  /commandes/{id}                   a quote, then the order: its lines, what came of them, the references for the invoice
//	GET  /commandes/{id}/document.pdf      the same as a sheet, to be signed and filed
//	POST /commandes/{id}/envoyer           sends it to its distributor
//	POST /commandes/{id}/abandonner        takes it back
//	GET  /commandes/demandes               what teachers ask for; to a teacher, what became of their own
//	POST /commandes/demandes               asks
//	POST /commandes/demandes/{id}/prendre  puts it in the basket; …/decliner with a reason; …/retirer by who asked
//	GET  /commandes/qui                    who orders: for the head whom they name; the booksellers that ask, or were taken
//	POST /commandes/qui/{person}/nommer    names somebody; …/retirer ends it
//	POST /commandes/qui/libraires/{bookseller}/accepter, …/quitter
//
// Who may order or ask is orders' to say, in the transaction of the act itself; here nothing is decided but words.
package order
