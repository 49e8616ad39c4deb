// Package report says what an import found (« compte rendu d'import »): one Finding per
// remark, with a stable code and parameters, the file, the line and the element.
//
// It holds no sentence: the pages have the words, in the reader's language, by code.
// All codes are in code.go. Severities, from bad to good:
//
//	refusal   the exercise or the package cannot be published as it is
//	aside     a part was set aside: what remains works without it
//	warning   works, but probably not as its author thinks
//	note      worth knowing: nothing to do
package report
