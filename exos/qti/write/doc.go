// Package write puts an exercise back into QTI 3 XML (« écriture d'un exercice »): the mirror of parse.
//
//	program.Program ─┐
//	render.Tree     ─┼── Item ──▶ QTI 3.0.1 XML ── parse ──▶ the same program, the same tree
//	render.Feedback ─┘
//
// It is for what the engine has and no file says: an item of QTI 2, converted on its way in; an exercise that was published
// long ago, of which only program and tree are kept. What parse set aside is not there any more; what it understood is written
// so that it is understood in the same way: the same answers earn the same marks.
package write
