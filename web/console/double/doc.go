// Package double is who has a work twice (« exemplaires en double »): what is sure, what is to be looked at, what is told only. Those that
// are chosen are one act.
//
//	…/doubles                             the page, and the act
//	…/doubles/differentes, …/comparer     namesakes are told apart (« deux personnes différentes »), and compared again
package double
