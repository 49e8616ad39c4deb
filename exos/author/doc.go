// Package author makes exercises of what a teacher fills in (« création d’exercices »): a form of one of nine kinds becomes a question,
// as one of a GIFT file would, and passes through the same engine.
//
//	choice   one answer among several          several  several answers
//	text     words that are typed              number   a number, as French pupils write it
//	list     lists inside a text               gaps     words moved into a text
//	match    pairs                             order    an order
//	essay    a long text, that the teacher marks
//
// In a text with places, brackets say where: « La mer est [bleue|rouge] » is a list whose first answer is right, « Le [chat] dort » a
// gap for the word in it. A backslash before a bracket makes it an ordinary sign.
//
// It is pure: it knows no page, no store and no teacher. What cannot become an exercise gets a Trouble for the field that it is in.
package author
