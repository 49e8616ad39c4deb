// Package id makes the identifiers that Pupitre gives to things: 20 characters of lower-case Crockford base 32,
// 45 bits of milliseconds then 55 random bits. They sort by the time of making, and within one process each is greater
// than the one before, so bulk loads append to their indexes.
//
// Each area gives its things their own type (`type PersonID string`), so that a school's id cannot be passed for a
// person's. Official numbers (UAI, ARK, national pupil number) are attributes with Parse functions, never keys.
package id
