// Package qti is the exercise engine's front door (« moteur d'exercices »): it takes a
// publisher's package, or a teacher's file of questions, and gives back a module ready to
// publish, with a report.
//
//	package.zip, item.xml ── Import ──▶ Module ─ Section ─ Item{ Program, Tree, Feedback, MaxScore, Key }
//	GIFT, Moodle XML ─ as QTI 3 ┘ └───▶ Report: what was found, file and line, what was set aside and why
//
// Rooms, from the publisher's bytes to the pupil's mark:
//
//	pack     opens the zip safely, reads the manifest        (server only)
//	parse    QTI 2.0–3.0 XML to program and render tree      (server only)
//	program  the exercise as data, with its key; encoded, hashed, versioned
//	render   what is shown, without the key
//	score    pure marking, also on the device                (no XML, clock, fmt, regexp)
//	report   findings: stable codes with parameters, no sentences
//	gift, moodle   teachers' formats to questions, question and markup to QTI 3 XML (server only)
//	write, export  back to QTI 3 XML, to a package, to GIFT  (server only)
//	chance, numeric, pattern   seeded draws, exact functions, XML-Schema patterns
//	wasm     score for the device                            (GOOS=js GOARCH=wasm)
//	qtitest  exercises in the styles of the world, with what they must give (tests only)
//
// The life of an exercise in an attempt:
//
//	tree := item.Present(seed)                          // to the pupil: no key, order drawn
//	tree, names := item.Conceal(seed)                   // the same in graded work, under aliases
//	result := score.Score(item.Program, seed, state, …) // on the server: the mark
//	texts := item.Reveal(seed, result.Shown)            // feedback that may be shown now
//	key := item.Key(seed)                               // the corrigé, when allowed
//	forms := item.Written(seed)                         // what is accepted, for the teacher
//
// And of a pupil in a test:
//
//	order := score.Draw(test, seed)                     // which exercises, in which order
//	next := score.Next(test, order, stands, at)         // branches and preconditions
//	totals, shown := score.Totals(test, stands)         // outcomes of the whole
//
// It deliberately knows no pupil, no database and no page, and imports only the standard
// library; markup, where HTML comes in, one module more.
package qti
