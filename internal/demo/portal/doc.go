// Package portal is the demonstration ENT (« portail »): a school's portal with its menu, and the CAS 3 server that signs its
// persons in. It is another party: it knows nothing of Pupitre but the address that it registered as a service.
//
//	GET  /                              home: the menu, Ressources → Médiacentre, and what who is signed in may open, in a frame
//	GET  /login, POST /login            who are you? then back to the service with a ticket         (CAS §2.1, §2.2)
//	GET  /serviceValidate               the service asks whether a ticket is true                   (CAS §2.5)
//	GET  /p3/serviceValidate            the same with attributes: idEnt and GARPersonIdentifiant    (CAS §2.8)
//	GET  /logout                        the end, told to every service entered                      (CAS §2.3)
//
// What it is careful about, as a real portal must be: a ticket is 256 random bits, lives 10 seconds, is good for one service and
// one try; a service that is not registered gets nothing, whatever its address looks like.
//
// What it is not: a portal to run. Accounts are given by the program, share one password, and sessions live in memory.
package portal
