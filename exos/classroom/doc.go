// Package classroom is Biblio Exos for the teacher (« la classe »): to whom work is given, under what terms, and what came of it.
//
//	group       « groupe »: a class or group as the sign-in tells it, or one that a teacher made, which pupils join by a code
//	member      a pupil of a teacher's classes and groups, by pseudonym: names are the browser's (docs/protocols/rights.md, GET /roster)
//	giving      a homework given, changed after it was given (a new version of it), taken back while nobody has begun
//	results     by pupil, by exercise: what is earned, how hard each exercise was, which wrong answers are frequent
//	hand        « correction »: points and a remark for what no machine marks
//	live        « en direct »: who is where, who is stuck; a hint for everybody
//	correction  « correction d’une clé »: a plan of who gains and who would lose where a key was wrong
//	late        « retardataire »: what came after the end, and is accepted or not
//	skill       « compétence »: results by what the exercises train
//	share       « partage », « bibliothèque »: notebooks and homework that teachers copy from one another; a code, not to be guessed
//
// The life of a homework:
//
//	Give ──▶ opens ──▶ due ──▶ grace ──▶ closed ── Return, where results are held ──▶ shown
//	           └── Change, Hint, Correct: a version more; what pupils did stays, and counts where the exercise still belongs
//
// What a pupil does for a homework, and what may be said of it when, is exos's own, the scoring of a corrected key too: nothing here
// scores, and nothing here is a pupil's.
// A homework is its author's: other teachers find nothing.
package classroom
