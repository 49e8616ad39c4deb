// Package gradebook is the pages of a class (« carnets »): the links that its teachers pinned, and what publishers' tools said of the
// pupils' work.
//
//	GET  /carnets                    the reader's classes and groups
//	GET  /carnets/{class}            pinned links; for teachers every pupil's marks, for a pupil their own
//	POST /carnets/{class}/retirer    a teacher takes a pinned link away
//
// Marks are shown as they were said, with both times: when the tool says that the work was marked, and when its word came. Nothing is
// averaged or added up: what a mark is worth is the teacher's to say.
//
// It knows no protocol: Books is what it needs, in its own words.
package gradebook
