// Package catalogue (« catalogue ») knows what there is: resources (ressources), their notices (notices ScoLOMFR),
// publishers (éditeurs), and families (mères de famille). A resource knows no pupil, no school and no copy.
//
// A notice comes in as a metadata file; it is kept as it came, by the hash of its content, with what was read from it.
// ImportNotices reads files of one notice or of many (an OAI-PMH answer, any wrapper): the good notices go in, each broken
// one is named with file, line, rule and remedy, and a file that is not well-formed XML is refused whole.
//
// What is read, in LOM (namespace http://ltsc.ieee.org/xsd/LOM) with LOMFR and ScoLOMFR; the namespace of an element within
// is not looked at, since they are mixed in practice:
//
//	general/identifier          catalog « ark »: the ARK                    general/title, description   string, French first
//	general/documentType, generalResourceType   typology of the document (voc-005)
//	lifeCycle/contribute        role publisher: name and SIREN_ISNI out of its vCard; role voc-003-num-026: technical distributor
//	technical/location          the access address                          educational/learningResourceType   voc-010
//	educational/intendedEndUserRole         whom it is for
//	classification              levels (voc-022) and subjects (voc-015): the narrowest taxon of each path
//	relation                    voc-009-num-021 « a pour vignette »: the thumbnail; membreFamille: the mother, see below
//
// How a family is written in ScoLOMFR is not public; the GAR's other services say mereFamille on a mother, membreFamille with
// the mother's ARK on a member. So a mother says <mereFamille>true</mereFamille> in our extension, and a member has a LOM
// relation of the kind membreFamille to the mother's ARK. « ispartof » (voc-009-num-010) is taken for the same where what it
// names is a mother, and otherwise left alone: a chapter is part of a book, too. A family has one level: membreFamille on a mother is
// refused, « ispartof » left alone. A family ends when its mother's notice says so and nobody is in it.
//
// Our extension is one element « acces » of the namespace urn:pupitre:notice:1, a child of lom, each of its parts optional:
//
//	typePresentation   MAN, MUL, ACC, DOC, DIC or PRO (else it follows from the pedagogical types)
//	mereFamille        true for a mother              affichable   false keeps it off the Médiacentre's lists
//	horsConnexion      true if it works without a network; adresse="https://…" is where its program is opened then
//	accessibilite      what it does for those who see, hear or move otherwise, a sentence each
//	donnee nom="DIV"   one piece of personal data that the resource asks for, and as its text the reason
//
// A notice so declares which personal data the resource asks for and why: nothing else will ever be released to it.
package catalogue
