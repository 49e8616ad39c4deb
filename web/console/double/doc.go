// Package double is who has a work twice (« exemplaires en double »): what is sure, what is to be looked at, what is told only. Those that
// are chosen are one act.
//
//	…/doubles
package double
