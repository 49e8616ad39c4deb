// Package fault gives every error of Pupitre its three readers.
//
//	the program    reads a Kind      (a closed list: what may I do about it?)
//	the user       reads a Code      (a stable name with parameters, put into words by internal/lang)
//	the operator   reads the chain   (fmt.Errorf("assign copy of %s to %s: %w", …), logged once at the edge)
//
// Kinds and codes are never renumbered, renamed or reused: log readers and partners' programs depend on them.
// A code is "area.noun.trouble" (licensing.pool.exhausted); its words are in internal/lang/words/<area>.fr.json.
// What a person may not know about looks exactly like what does not exist: use NotFound for both.
package fault
