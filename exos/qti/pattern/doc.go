// Package pattern matches XML-Schema regular expressions (« motifs »), the language of
// qti-pattern-match and of pattern masks (XML Schema Part 2, appendix F).
//
// It is our own small matcher because JavaScript's, Go's and XML Schema's languages differ
// (whole-string match, class subtraction, \i and \c), because the server and the device must
// agree, and because Go's regexp would double the device's program. It simulates the
// automaton on all paths at once: time is proportional to text × pattern, whatever the
// pattern; none can be made to hang.
//
// Liberties taken with what real exercises contain: ^ at the start and $ at the end are
// anchors as elsewhere (in XML Schema they are letters), (?: … ) is a plain group, a lazy
// *? is *, (?i) at the very start means that capitals do not matter. Not read, hence an
// error: look-around, back-references, \b.
package pattern
