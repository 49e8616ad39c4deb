// Package directory (« annuaire ») knows who is where: schools (établissements), persons and their profiles, classes
// (divisions), groups (groupes), who teaches what, and who may assign copies.
//
// What it holds comes from the portals (directory/provision), one ENT project at a time; nobody types a pupil in here.
//
//	person      an identity of one ENT project: names, the portal's identifier, the secret that makes pseudonyms
//	attachment  a person in a school with a profile, from the day they came until the day they left
//	cohort      a class or a group of a school year; membership ties persons to it
//
// When somebody arrives, leaves or changes class, it tells (a fact in the outbox); licensing acts on that by itself.
// It knows nothing of resources, copies, protocols or pages. It may import journal and privacy.
package directory
