// Package score marks an answer (« correction automatique »): from a program, a seed, the
// state of an attempt and what the pupil submits, to outcomes. Nothing else.
//
// The same source marks on the server and, compiled to WebAssembly, gives the provisional
// mark on the device; both must agree byte for byte. Hence: no clock, no map iteration, no
// math/rand (package chance), no math.Exp and kin (package numeric), no product that a
// compiler could fuse with a sum, no regexp (package pattern), no XML, JSON or fmt.
//
//	Begin(program, seed)                 ──▶ Opening: template values, first outcomes
//	Score(program, seed, state, answers) ──▶ Result: outcomes, feedback shown, next state
//	Draw(test, seed)                     ──▶ the exercises of a test, in their order for one pupil
//	Next(test, order, items, at)         ──▶ where that pupil goes on
//	Totals(test, items)                  ──▶ outcomes of the whole test
//
// Score is total: any decoded program with any input gives a result, never a panic; an
// expression that makes no sense is NULL, as the standard has it.
package score
