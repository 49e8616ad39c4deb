// Package lti is Biblio Exos as an LTI 1.3 tool (« outil LTI »): classes of other platforms open its modules without our broker.
// docs/protocols/lti.md says which clause lives where.
//
//	GET, POST /lti/connexion       a platform begins a launch                             (Security Framework §5.1.1.1)
//	POST      /lti/lancement       its signed message, posted by the browser              (§5.1.1.3, LTI 1.3 §5.3)
//	GET       /lti/entree          the browser that began is back: a session              (—)
//	GET       /lti/cles            our public keys                                        (Security Framework §6.3)
//	GET, POST /lti/choisir         a teacher picks what a link will open                  (Deep Linking 2.0 §3)
//	GET       /lti/noms            names for a teacher's own page, asked of the platform  (Names and Roles 2.0 §2.4)
//
// The life of a launch:
//
//	begun ──platform──▶ posted ── every claim checked, nonce used up ──▶ waits a minute ──this very browser──▶ a session
//	                       └── refused, and said why
//
// A platform is known by what an operator wrote down of it: addresses, deployments, what it may open and until when. That is the
// right: whoever the platform lets in holds what its registration names, to its last day, and nothing else. A learner is what the
// platform calls them (sub), in a name space of its own, which the sign-in of the broker never meets; no name is read. Of the roles
// only teacher or pupil is kept; a context becomes a group.
//
// What a pupil earned is told to the platform afterwards (Grader): the pupil's transaction only notes that something is owed. A score is
// sent until it is taken, once a state, with both times.
//
// All of it takes place in a window of its own. In a frame our cookies would be a third party's, which browsers refuse more and more, and
// every page would have to let itself be framed; a launch that begins in a frame gets one page there, whose link opens the window.
//
// It deliberately does not: let tools be registered by platforms themselves (Dynamic Registration), read names at a launch, send scores
// of homework given here, speak LTI 1.1.
package lti
