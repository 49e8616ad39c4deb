// Package sheet reads the tables that spreadsheets save as text (« CSV »), as managers have them: with commas, semicolons or tabs
// between, in UTF-8, UTF-16 or the Latin letters of an elder Windows, with quotes or without.
//
// It knows no columns and no persons: each page says what its table holds. What is wrong with the file is a fault.Invalid that says how
// to save it again.
package sheet
