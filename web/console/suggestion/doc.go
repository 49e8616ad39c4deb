// Package suggestion is what teachers suggest for their classes, and the answers: accepted whole or in part, by a plan like any other, or
// declined with a reason that the teacher reads.
//
//	…/suggestions                    what waits, what was answered
//	…/suggestions/plan, …/accepter   accepted
//	…/suggestions/motif, …/decliner  declined
package suggestion
