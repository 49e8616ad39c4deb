// Package partners (« partenaires ») is the door for programs: distributors (distributeurs) that sell, and portals that list. It
// speaks as the GAR does, so that a program written for the GAR works by changing a host name and a certificate.
//
//	PUT    /{idAbonnement}                     a subscription (abonnement) opens            201
//	POST   /{idAbonnement}                     it changes                                   200
//	DELETE /{idAbonnement}                     it ends                                      204
//	GET, POST /abonnements                     the distributor's own, filtered and sorted   200, XML, JSON on demand
//	GET    /etablissements/etablissements.xml  the schools that Pupitre knows               200
//
// and, each under a host name of its own: what a person may open (PortalDoor), how much is in use (CountDoor), what moved each day
// (ReportDoor).
//
// A partner is known by a TLS client certificate, pinned by its fingerprint and registered for one purpose (Service); nothing
// else is a credential. What the certificate's owner may touch is its own distributor number: another's is refused and leaves
// a line in the journal. Door is the face itself: who, how often, what, do, answer.
//
// Errors are for an engineer: what, where (line and element), remedy, in the XML or JSON that was asked for.
//
//	<Erreur><Code>Bad Request</Code><Message>…</Message><Resource>abc-123</Resource></Erreur>
//
// Where the GAR's own behaviour is not public, we take liberally and answer exactly: elements in any order, three forms of a
// date, a category left out; dates back with milliseconds and offset. Each choice is written in docs/protocols/gar.md.
//
// It decides nothing about copies: that is licensing's. It may import directory, directory/provision, catalogue, licensing,
// mediacentre and journal. partners/pki makes the certificates of tests and demonstrations.
package partners
