// Package moodle reads Moodle's XML (« XML Moodle »), the form in which a teacher's question bank leaves Moodle
// (https://docs.moodle.org/en/Moodle_XML_format).
//
//	<quiz> ── question type=… ──▶ question.Question
//	  category                             the chapter of what follows
//	  multichoice truefalse                Choose
//	  shortanswer numerical                Type, Number
//	  calculated calculatedsimple          Number, of values drawn from the question's own datasets
//	  matching essay description ordering  Match, Essay, nothing, Order
//	  cloze                                places in the text: all its sub-types (https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type)
//	  ddwtos gapselect                     Words, Select
//	  ddimageortext ddmarker               Place
//
// Files written into the questions come out as files of the package. A question of another type is set aside by name and line.
// Of a question that is turned, what is not kept (penalties, units that multiply) is said.
package moodle
