// Package catalogue (« catalogue ») knows what there is: resources (ressources), their notices (notices ScoLOMFR),
// publishers (éditeurs), and families (mères de famille). A resource knows no pupil, no school and no copy.
//
// A notice comes in as a metadata file; it is kept as it came, with what was read from it. A notice also declares which personal
// data the resource asks for and why: nothing else will ever be released to it.
package catalogue
