// Package search finds documents by words, as people write them: folded and stemmed French, the last word as it is typed, slips forgiven,
// with counts to narrow by. It knows no catalogue, no file and no database: documents go in, numbers come out, so that both engines answer
// the same.
//
//	words.go   a text to its words: folded, levels and the school's short words as one, stemmed
//	index.go   documents go in and out: words, stems, who has them, in which field
//	query.go   words to documents: all of them, else most of them; ranking; one page
//	facet.go   how many each value would show, the other choices as they are
//	slip.go    words that differ by a slip of the finger
//
// How it ranks. A word counts by where it stands (title before subject and level, publisher, kind, description), by how it was met (itself,
// its beginning, a slip) and by how rare it is; whole numbers only, so that every machine adds them up alike. A title that begins with what
// was asked comes first. Equal ranks follow the title, then Document.Tie: the order never depends on when a document came in.
//
// An index is for one process. Its documents are numbered as they come; one that comes again gets a new number, and its old one is dead
// until there are enough of these to number all anew.
package search
