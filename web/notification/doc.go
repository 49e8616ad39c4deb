// Package notification (« notifications ») is where persons read what they are told, and say whether and when to write to them:
//
//	GET  /notifications                        what they are told, the latest first; what is new is marked
//	GET  /notifications/{id}                   leads to what it is about, and has it read
//	POST /notifications/lues                   has all read that the page showed
//	GET  /notifications/choix                  the address, and how often
//	POST /notifications/choix                  says how often
//	POST /notifications/adresse                gives an address; …/adresse/retirer forgets it
//	GET, POST /notifications/adresse/confirmer/{token}   a letter's link: nobody need be signed in
//	GET, POST /notifications/arreter/{stop}[/{kind}]     a letter's « arrêter », and the one click of mail programs (RFC 8058)
//
// Booksellers and distributors have the first of them below /professionnels. A link in a letter only asks: programs that look at letters
// before their readers do follow every link, so it is the button behind it that confirms, or stops.
package notification
