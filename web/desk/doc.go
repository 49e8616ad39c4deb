// Package desk (« médiacentre ») is what a person may open, here and now, as pages:
//
//	/mediacentre               my resources: shelves of families, cards, facets with their counts
//	                           ?q=&type=&matiere=&niveau=&editeur=&donne=&hors-ligne=  what is looked for; ?vue=favoris, ?vue=recentes, ?vue=ouvertes; ?en=liste
//	/mediacentre/favoris       a star is pressed (POST)
//	/mediacentre/classes/{id}  what a pupil of a class that the reader teaches sees; …/epingles pins for the class (POST)
//	/mediacentre/hors-connexion  where there is no network: kept by the script, answered by the worker (/mediacentre/ouvrier.js)
//	/acces/{ark}               a card's link: the right is opened and journalled, then the browser goes to the resource
//	/domaineGar?idENT&idEtab&idRessource   the same, by the link that portals keep (idSrc: the older form)
//
// Above the cards is what teachers pinned for the reader's classes, where the reader holds its resource: resources here (Marks), links at
// publishers' tools in another room (Pins). « ?epingles=tous » shows all. A favourite, a pin and an address that somebody shared give no
// right: only what is held is shown.
//
// A launch that is refused says why and whom to ask. What is shown is what mediacentre found at this instant, and no browser
// keeps it. Pupils are spoken to with « tu ».
package desk
