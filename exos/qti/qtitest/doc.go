// Package qtitest holds the engine's own vectors (« exercices d'épreuve »): exercises in the
// styles of the world, with what they must give. Tests only; the same vectors run through the
// reader, through the native scorer and through WebAssembly.
//
// A file of vectors is text. Each begins with a line "=== name", then the XML, then lines of
// what is expected:
//
//	+++ path            another file of the package; its text follows, up to the next mark
//	! code code         findings above a note that must be made, and no other may
//	unscored            no rule gives a mark
//	? answers -> outcomes >> answers -> outcomes
//
// The last is a case, with one submission or several in turn. Answers are "R=A|B S=…", "key"
// for the declared answer, "-" for none; "@5" before them is the seed. Outcomes are "SCORE=2
// HINT=" (nothing after the sign: NULL), "shown=f1,f2", "done=false", or "says:words" for what
// the arranged text must contain. "~" stands for a space inside a value.
//
// An exercise that is scored, not adaptive and has a whole key must earn its maximum with it:
// no line says so, it holds for all.
package qtitest
