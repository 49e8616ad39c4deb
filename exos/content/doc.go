// Package content serves what publishers made (« contenu ») under a host name of its own: no cookie is set or read there, so that
// nothing of a publisher's stands where a learner is signed in.
//
//	GET /{grant}/fichiers/{sha256}                                   a picture, a sound or a film of an exercise
//	GET /{grant}/cadres/{exercise}/{response}                        the frame of a publisher's own interaction
//	GET /{grant}/depots/{publisher}/{deposit}/fichiers/{sha256}      the same of a package that is not published yet,
//	GET /{grant}/depots/{publisher}/{deposit}/cadres/{number}/{response}   for its own publisher's rehearsal
//
// Nobody is known there, so the address is the right: whoever draws a page for somebody who may see it (exos/web) signs the addresses
// of its files, each for one file and until a moment, half an hour away at most. An address is the same for a quarter of an hour, so that
// a browser asks once. One that is altered, or over, is answered like one that never was; a page left open for longer asks for itself again
// (exos/web/script/renew.ts).
//
//	exos/web: may this reader see the page? ── File, Frame ──▶ /{until}-{HMAC of until and path}/path ──▶ Host: is it ours, is it time?
//
// Files can do nothing (Content-Security-Policy: sandbox), and are read in parts where a player asks (Range). Frames run a
// publisher's program, with an origin that is nobody's and no network. Scripts of the pages, and theirs alone, may read files (CORS).
//
// It imports exos and the exercise engine's words, never a page.
package content
