// Package slips (« billets ») is where a school without a portal makes the accounts of its persons, and prints their slips:
//
//	/comptes                  the parts of the school that the reader may make accounts for
//	/comptes?classe=…         a class or group: who has an account     ?adultes=1  the adults
//	POST /comptes/billets     makes accounts, or pass phrases anew; the answer is the slips, once
//	POST /comptes/fermer      closes an account
//
// The assignment manager may everywhere in the school, a teacher for the pupils whom they teach: the local accounts ask anew with each
// change, in its own transaction. It decides nothing itself, and nothing that it has drawn may be kept on the way.
package slips
