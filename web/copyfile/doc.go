// Package copyfile (« fichiers d'affectation ») is what the console, the programs' interface and the command have in common about files:
// which columns a file of persons and resources has, and how stock and holders are written out.
//
//	in   identifiant ; nom ; prenom ; classe ; ark or titre     one line a person and a resource, in any order of columns, in French or English
//	out  the same names, and figures and days beside them, so that what was written may be read back
//
// Reading bytes is internal/sheet's, knowing persons licensing.Roll's.
package copyfile
