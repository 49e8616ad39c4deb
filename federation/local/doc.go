// Package local (« comptes locaux ») lets the persons of a school that has no portal sign in at Pupitre itself: an identifier, a
// password, and for those who are no pupils a second factor. What it vouches for is what a portal vouches for, a person of a project
// by their external identifier, so whatever comes after is the same (federation.Service.Arrive).
//
// An account (« compte local ») hangs on a person whom a package or an archive has provisioned, under a project that an operator has
// declared to be local. There it is made, by the assignment manager, by a teacher for the pupils whom they teach, or by an operator,
// and its pass phrase goes out once, on a slip (« billet »): what is kept is a hash (argon2id).
//
//	identifier and password ──wrong, unknown, closed: one answer──▶ again, after a wait that grows
//	        │ right: a passage, bound to this browser's attempt
//	        ▼
//	  Factor ──▶ Change ──▶ Enrol ──▶ Done ──▶ back to the door, which begins the session
//	  has one    first time  staff without one: a telephone, or a passkey
//
// Waits are kept in the database, for all nodes: per identifier and address, per identifier, per address. An attempt is counted before
// its password is looked at, so that many at once are no way around. A wait ends by itself within minutes, whoever provoked it.
//
// Staff may have passkeys (« clés d’accès »): one is a way past the password and the factor, or past the factor alone. Whoever is in may
// change how they come in (Me): the password for the old one; telephone, recovery codes and passkeys after showing anew who they are. One
// second factor always stays.
//
//	in a session ──Confirm: password and code, or a passkey──▶ Owner ──▶ Replace, RenewCodes, AddKey, DropKey
//
// It draws no page (Pages) and keeps no session.
package local
