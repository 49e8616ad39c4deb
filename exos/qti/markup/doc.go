// Package markup reads what teachers type (« mise en forme »): HTML as an editor left it, Markdown, lines of plain text. It
// becomes well-formed XHTML, for the body of a QTI item; and what a pupil sees becomes such a text again, for export.
//
//	Text{Source, Format} ── Block, Flow ──▶ XHTML ── parse ──▶ render tree
//	                     ◀── Write ─────────────────────────── render tree
//
// The formats are the four of Moodle (https://docs.moodle.org/en/Formatting_text): "moodle" (HTML whose line ends count),
// "html", "plain", "markdown".
//
// It makes tag soup well-formed, much as a browser would, and no more: what may be shown is the parser's decision, which takes
// the same road for a publisher's XML. What has no name in HTML or MathML is left out here and its content kept, so that no
// text of a teacher's can become an element of QTI. It is the one room of the engine that needs more than the standard
// library (the tokeniser of golang.org/x/net/html, which is linked for the bench already); it runs on the server only.
package markup
