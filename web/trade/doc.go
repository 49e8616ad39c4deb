// Package trade (« espace des professionnels ») is where booksellers, distributors and publishers come in, each to what is their house's:
//
//	GET  /professionnels                                      a bookseller's schools; the orders that a distributor received
//	POST /professionnels/etablissements                       proposes a bookseller's services to a school, by its number
//	POST /professionnels/etablissements/{school}/quitter      ends it
//	     /professionnels/etablissements/{school}/commandes/…  the counter of orders (web/order), for a school that took the bookseller
//	GET  /professionnels/recues/{number}                      an order that a distributor received
//	POST /professionnels/recues/{number}/{act}                livrer, refuser, annuler: by the words of the web service
//	     /professionnels/usages…                              what became of a publisher's resources (web/usage)
//	POST /professionnels/quitter                              signs out
//
// One comes in by an account of the house (orders/trade). What is another's answers like what does not exist.
package trade
