// Package player draws an exercise as a form (« la feuille »), and reads the form back as an answer.
//
//	exos.Sitting ── Sheet.HTML ──▶ a form that works without script ── post ──▶ Read ──▶ exos.Answer
//
// Each control is named "r." and its response's identifier, and its value is the answer in QTI's own words: a choice's
// identifier, two of them for a pair, or what was typed. The values of a response are those of its controls, in the order of the
// page, the empty ones left out. So Read is a few lines, and the script that sends the same answer is a few lines too.
//
//	choice                radio buttons, or check boxes
//	inline choice         a list in the line
//	text entry            a field in the line; extended text: a larger one
//	order                 a list whose items move: the order of the items is the answer
//	match, gap match      a list of targets for each thing to place
//	associate             a list of pairs
//	hottext               check boxes in the line
//	slider                a range
//	media                 played, not answered
//	end attempt           a button
//
// Other types are said to be missing, in plain words, at their place (Unsupported).
//
// What a publisher wrote is data, never markup: an element comes through if its name is known here, an attribute likewise, all text
// is escaped. The importer has cleaned it before; here it is not believed.
package player
