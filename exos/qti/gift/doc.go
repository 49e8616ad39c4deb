// Package gift reads and writes GIFT (« format GIFT »), the text format in which teachers type questions
// (https://docs.moodle.org/en/GIFT_format).
//
//	$CATEGORY: Sciences/L'air              a chapter, for what follows
//	::Le gaz::Quel gaz respire-t-on ? {    a title, a text
//	  =le dioxygène #Bravo                 the right answer, what is said of it
//	  ~%50%l'air                           an answer worth half
//	  ####Le dioxygène fait 21 % de l'air. said to everybody
//	}
//
// What stands in the braces tells the kind: {T} true or false, {=a =b} short answers, {~a =b} one choice, {~%50%a ~%50%b}
// several, {=a -> b} pairs, {#3.14:0.01} {#1..2} numbers, {} an essay; no braces, a description. Words after the braces make
// them a gap in the sentence. [html], [markdown], [plain] and [moodle] tell how a text is to be read; \ takes away the meaning
// of ~ = # { } : and of itself.
//
// Read follows Moodle's own reader wherever the documentation is silent, but for three liberties: a blank line inside braces does not end a question;
// a decimal comma is one; a blank of the missing word is a list, or a field, inside the sentence.
package gift
