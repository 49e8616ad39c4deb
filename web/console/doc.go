// Package console is the « console d'affectation »: where an assignment manager (« responsable d'affectation ») gives a school's copies to
// its persons, and takes them back. It puts its rooms together; each has a part of the addresses below /affectation/{uai}, a school's:
//
//	hall         the door and the frame, which all rooms share; …/suivre, the stream by which open pages follow what others do
//	home         the schools, and a school's first page
//	resource     « Entrer par ressource »             …/ressources
//	population   « Entrer par population »            …/populations
//	retrieval    « Récupération des exemplaires par lot »  …/recuperation
//	family       « Mères de famille »                 …/familles
//	errand       what the last three share: an order of several resources, its plan and its act
//	suggestion   what teachers suggest                …/suggestions
//	rule         standing assignments                 …/permanentes
//	history      what was done, and its undo          …/historique
//	double       who has a work twice                 …/doubles
//	delegate     who assigns here                     …/delegues
//	batch        copies by files                      …/fichier
//	program      tokens of the school's own programs  …/programmes
//
// A school that the reader does not manage is not found, by any of these addresses. Somebody who manages none is told whom to ask. To a
// delegate (« délégué ») these pages are of the scope; standing assignments and delegates stay the managers', and the page says whom to ask.
package console
