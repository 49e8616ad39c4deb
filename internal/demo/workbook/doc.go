// Package workbook is the demonstration workbook (« cahier d'exercices »): « Le labo de
// grammaire 5e », from the fictional Éditions du Préau, as a QTI 3.0.1 content package.
//
//	labo-grammaire-5e/imsmanifest.xml   the package: title, publisher, level, resources
//	                 /test.xml          four sections (« modules »), six exercises each
//	                 /items/N-M-*.xml   exercise M of module N
//	atelier/                            « L'atelier des gestes »: an exercise for each interaction
//	        │
//	        └── Package ──▶ zip bytes, always the same ──▶ the door of any publisher
//
// It is written for a class of 5e (cycle 4) with the grammatical terms of 2020: classes of
// words, functions, agreements, tenses of narrative. Exercises are single and multiple
// choice, choice in the text, typed answers and ordering.
//
// Conventions, all valid QTI, so that another player shows the same workbook:
//
//   - A hint (« indice ») is a qti-rubric-block use="instructions" view="candidate"
//     class="indice", last in the body. A player that knows the class keeps it folded until
//     the pupil asks; any other shows it as an instruction, which does no harm.
//   - A module's reminder (« mémo ») is the same block with class="memo", in its section.
//   - The explained answer (« corrigé ») is the qti-modal-feedback SOLUTION of the outcome
//     FEEDBACK. No rule sets it: when it may be seen is for the player and the teacher to
//     say, as with the key itself (show-solution in test.xml).
//   - FEEDBACK holds several identifiers: JUSTE when all is right, VIDE for a gap left empty,
//     and one for each usual mistake, so that each wrong gap gets its own sentence. The
//     Common Cartridge templates say correct or incorrect by themselves; under match_correct
//     and map_response, which set SCORE only, FEEDBACK is REGLE from its default: the rule,
//     without the answer.
//   - Gaps take their accessible name from aria-label, as the standard gives inline
//     interactions no prompt; the instruction is the paragraph of class "consigne".
//   - A typed answer is mapped without regard to capitals, with ' and ’ alike; a lone missing
//     accent keeps half the point where the accent is not what is being learnt.
//
// The package deliberately imports nothing of Pupitre and scores nothing: the demonstration
// hands its bytes to Biblio Exos as a publisher would.
package workbook
