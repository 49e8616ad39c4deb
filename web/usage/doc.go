// Package usage (« fréquentation ») is what became of resources, as pages:
//
//	GET /usages                     the head's: all that the school has, this school year
//	GET /usages/ressource/{ark}     one resource: by week (a picture, and its table), by class, by both
//	GET /usages/fichier             the same as a table to keep (CSV); …/fichier/{ark} of one resource
//	GET /professionnels/usages/…    the same for a publisher, of its own resources: by week and département (web/trade opens these)
//
// Page, picture and file are made of one grid, so that what one hides the others do not tell (usage.Grid). The picture is drawn here, in
// the page: it needs no script, and takes the page's colours.
package usage
