// Package parse reads QTI XML (« lecture d'un exercice »): an item of QTI 2.0 to 3.0.1
// becomes a program, an answerless render tree, feedback texts and findings; a test becomes
// sections. Server only: the device never sees XML.
//
//	bytes ── read ──▶ elements, one spelling for all versions (simpleChoice = qti-simple-choice)
//	                    ├─ declare, rule, express ──▶ program.Program
//	                    ├─ body, content, interact ──▶ render.Tree, render.Feedback
//	                    └─ check ──▶ findings: key against choices, self-test, accessibility
//
// The XML comes from a stranger: no DOCTYPE, no entity but HTML's characters, bounded depth,
// size and attributes. It is liberal beyond that: what is unknown is set aside with a
// finding, never a reason to refuse; an exercise is refused only where nobody could answer
// it rightly, or where it is not XML.
package parse
