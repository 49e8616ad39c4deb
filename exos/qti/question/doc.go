// Package question is what teachers' formats say (« question »), as data: a text, the places in it where the pupil acts, what
// each answer is worth, what is said of it. GIFT and Moodle's XML are read into questions.
//
//	gift, moodle ── read ──▶ Set{ Question } ── Item ──▶ QTI 3 XML ── parse ──▶ program and tree
//	gift ◀── write ── Question ◀── From ──────────────────────────── program and tree
//
// A question becomes an item of QTI 3 in XML and passes through the parser like a publisher's: there is one truth. The other
// way, From asks no rule what it means: it answers the exercise in every way that the question would have, and looks at the
// marks. What it gives back is therefore worth the same, or it is refused with a reason.
//
// Fractions are of the question's grade: 1 is all of it, negative ones take away.
package question
