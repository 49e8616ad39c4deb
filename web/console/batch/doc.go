// Package batch is copies by files (« Fichiers »): what a CSV file would do, then that, carried out in the background; stock and holders
// as files.
//
//	…/fichier, …/fichier/{lot}, …/fichier/{lot}/lancer    a file comes in: a dry run, then the run
//	…/fichier/{lot}/familles                              the dry run again, with the mothers of family of its books
//	…/stock.csv, …/attributions.csv                       and goes out
//	…/fichier/{lot}/refus.csv, …/resultats.csv            what became of its lines, and of persons
package batch
