// Package render is what a pupil sees of an exercise (« arbre d'affichage »): typed nodes
// with the words, the interactions and their choices, and nothing of the key.
//
//	parse ──▶ Tree ──── Arranged(seed, template values) ──▶ what a browser receives
//	     │         └──── Conceal, in graded work: under Aliases, in no order of the author's
//	     └──▶ Feedback ── Released(refs) ──▶ after scoring, only what may be shown
//
// A Tree as imported may give the key away by its order (the choices of an order
// interaction are often written in the right order) and by its hidden template blocks:
// only an Arranged tree may be sent to a pupil. Texts of feedback are never in the Tree: it
// has a placeholder with a Ref, and the server releases the text once score says so.
//
// The content is a closed list of elements and attributes: no script, no style, no address
// that the browser would load by itself. Pictures are references to files of the package by
// SHA-256; whoever renders gives them an address. JSON is stable: same tree, same bytes.
package render
