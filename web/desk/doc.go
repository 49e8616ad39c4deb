// Package desk (« médiacentre ») is what a person may open, here and now, as pages:
//
//	/mediacentre               my resources: shelves of families, cards, facets with their counts
//	/acces/{ark}               a card's link: the right is opened and journalled, then the browser goes to the resource
//	/domaineGar?idENT&idEtab&idRessource   the same, by the link that portals keep (idSrc: the older form)
//
// Above the cards is what teachers pinned for the reader's classes, where the reader holds its resource: another room keeps it (Pins),
// and one question asks for it. « ?epingles=tous » shows all.
//
// A launch that is refused says why and whom to ask. What is shown is what mediacentre found at this instant, and no browser
// keeps it. Pupils are spoken to with « tu ».
package desk
