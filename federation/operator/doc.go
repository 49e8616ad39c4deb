// Package operator (« exploitants ») is who runs an installation, and comes in to its pages of operation from anywhere: by an account of our own
// (federation/local, with its hashes, its waits and its second factor), under a project that is of no portal (local.Operators).
//
//	on the machine ──Add──▶ a slip ──sign-in: password of one's own, telephone or passkey──▶ session: half an hour idle, eight hours at most
//	               ──Reset──▶ another slip, no second factor any more, no session
//	               ──Remove──▶ no account, no session; the name stays, for acts are under it
//
// An operator is no person of a school: no place, no right, no secret of which pseudonyms are made. Nobody makes or mends an operator's account
// over the network: who has the machine has the installation, and nobody else.
package operator
