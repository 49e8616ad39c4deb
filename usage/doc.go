// Package usage (« fréquentation ») counts what becomes of resources once they are given: who has them, who has opened them, how often, by
// class and by week. It counts, and names nobody.
//
//	journal ──every hour, once a school's week is over──▶ counts of a week by resource and class ──▶ by resource and département
//	the head        one's own school, a resource, its classes and weeks; the week that goes on too, straight from the journal
//	the publisher   one's own resources, by département and week, three days after a week is over
//
// What is told of persons is told from five on (Fewest), and cannot be had by taking figures from totals either: mask.go has the
// rule, holders.go that of who has a resource. Counts hold no person, and outlive the accesses that they were made of (Kept).
//
// It may import directory and catalogue for their types; it reads the journal and the copies, and changes neither.
package usage
