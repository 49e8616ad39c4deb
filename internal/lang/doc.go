// Package lang puts Pupitre into words: French first, English second.
//
// Messages live in words/<area>.<locale>.json, flat, keyed "<area>.…"; a placeholder is {name}; a message that counts is
// an object {"one": …, "other": …} chosen by the argument named n, by the plural rules of CLDR (in French zero is singular).
// The French file is the reference: a test refuses a key or placeholder that the two languages do not share, and a key
// that nothing uses. Dates, numbers and names of people are written here and nowhere else.
//
// It does not translate what publishers and schools wrote, and it makes no HTML.
package lang
