// Package provision (« alimentation ») reads what a portal (ENT) sends every night, a complete dump of its schools and persons,
// and turns it into the few changes that it holds.
//
//	source       a .tar.gz with its .md5, a .zip, or a folder; nothing is unpacked to disk, every entry is bounded and named
//	parse        the grammar of GAR-ENT.xsd (2D) and GAR-ENT-1D.xsd (1D) as data; order, cardinality, lengths, dates, keys
//	stage        records sorted by school in temporary files, then one model per school with its references checked
//	difference   a model against what is standing: who arrived, left, moved, changed; a pure function
//	apply        one school, one transaction, one journal entry: whole or not at all; then the next school
//
// There are two forms of a set: GAR-ENT files, and OneRoster 1.2 packages (roster*.go), whose rows become the same records before
// staging. A OneRoster delta is completed by the rows that are kept of the package before.
//
// A structural error (anything that the schema refuses, two persons with one identifier, a file missing from the set) refuses
// the set before anything is applied. A record that refers to what is not there is set aside and listed, and the rest goes on.
// A school where more than a share would leave stops and waits for a word (docs/contracts.md §2: departures give copies back).
//
// # Staging
//
// Memory is bounded whatever the size of the set: two files are parsed side by side (abreast.go), records go through an external
// sort (buffers of 24 MiB, runs in temporary files), come out school by school, and each school's model is written to one temporary
// file with a digest. Two or three schools are held at a time (and of a OneRoster package its classes, without their people). A
// school whose digest is that of its last import is not even compared; in the others, each person's digest says whether anything
// about them changed, and the others stay closed. So a night's import reads what is standing and writes what differs.
// The archive is the durable thing: a node that dies resumes by staging it again, and the schools already done have its digest.
//
// # Not kept
//
// Birth dates, birth names and further first names are checked and dropped: nothing here needs them. They would tell two accounts of one
// name apart (licensing.DoubleNamesakes); a manager who looks at both can too, and no list of children's birth dates lies about.
//
// It does not transfer files, decide who may send, or act on departures: licensing follows the facts that it tells.
package provision
