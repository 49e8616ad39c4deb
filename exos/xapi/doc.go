// Package xapi is the learning record store of Biblio Exos (« registre d’apprentissage »), and what it says of its own pupils there: the
// Experience API 1.0.3 and 2.0 (IEEE 9274.1.1). docs/protocols/xapi.md says which clause lives where.
//
//	GET                     /xapi/about               versions                        (Communication 2.8)
//	PUT, POST, GET          /xapi/statements          statements, and the next page   (2.1)
//	PUT, POST, GET, DELETE  /xapi/activities/state    documents of a person in an activity (2.3)
//	PUT, POST, GET, DELETE  /xapi/activities/profile  of an activity                  (2.7)
//	PUT, POST, GET, DELETE  /xapi/agents/profile      of a person                     (2.6)
//	GET                     /xapi/activities, /agents an activity; everything known of a person's names (2.5, 2.4)
//
// A register is a publisher's, or the operator's: who writes into one reads that one, and no other. A client comes in by Basic
// credentials (Client), made by the operator for a scope and a time; a publisher's own key (docs/decisions/0012-publisher-keys.md) is one
// too, once the operator has opened the register.
//
// Life of a statement: checked property by property, whole batches or nothing ──▶ kept, never changed ──▶ voided by another, perhaps
// before it came.
//
// Our own statements (Teller) are made from events, under a pseudonym that is another in each register and joins nothing: the act, the
// score, the times. What a pupil wrote is not in them, nor how graded work was. They exist only where the operator has opened a
// register; without one a publisher knows numbers (docs/contracts.md §8). They go with the learner.
//
// It deliberately does not: OAuth 1.0 of xAPI 1.0.3, check signed statements, answer pages of other origins.
package xapi
