// Package looktest checks the pages of both products by predicates on their parsed HTML: what a page must be for a person who reads it
// with a screen reader, with the keyboard alone, or through our content security policy. It is the cheap half of accessibility;
// axe-core, in the browser journeys, is the other.
//
//	looktest.Page(t, text)     every rule below, for a whole page
//
// Rules: a language; one h1, no level of heading skipped; one main, a skip link to it; navigations told apart by name; a name for every
// control, link and button; a target for every reference by id; each id once; pictures with an alt; no style, script or handler in the page;
// no missing words.
package looktest
