// Package qti is the exercise engine's front door (« moteur d'exercices »): it takes a
// publisher's package and gives back a module ready to publish, with a report.
//
//	package.zip ── Import ──▶ Module ─ Section ─ Item{ Program, Tree, Feedback, MaxScore, Key }
//	                     └──▶ Report: what was found, file and line, what was set aside and why
//
// Rooms, from the publisher's bytes to the pupil's mark:
//
//	pack     opens the zip safely, reads the manifest        (server only)
//	parse    QTI 2.0–3.0 XML to program and render tree      (server only)
//	program  the exercise as data, with its key; encoded, hashed, versioned
//	render   what is shown, without the key
//	score    pure marking, also on the device                (no XML, clock, fmt, regexp)
//	report   findings: stable codes with parameters, no sentences
//	chance, numeric, pattern   seeded draws, exact functions, XML-Schema patterns
//	wasm     score for the device                            (GOOS=js GOARCH=wasm)
//	qtitest  exercises in the styles of the world, with what they must give (tests only)
//
// The life of an exercise in an attempt:
//
//	tree := item.Present(seed)                          // to the pupil: no key, order drawn
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
// library.
package qti
