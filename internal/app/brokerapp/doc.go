// Package brokerapp puts the broker together: its store, its areas, its faces and pages, and the loops that carry facts from
// one area to the next. Areas that need one another in their own words (federation's Rights, the console's Stock) are satisfied
// here by small adapters, so that no area imports another's service.
//
// It knows nothing of Biblio Exos.
package brokerapp
