// Package sheet (« tableur ») reads and writes the tables that people keep in a spreadsheet, as CSV.
//
//	Read    bytes of anybody's spreadsheet → UTF-8, whatever they were (and says so) → columns known by their names → row after row
//	Writer  cells → what a French spreadsheet opens by a double click: UTF-8 with its mark, semicolons, no cell that is run as a formula
//
// A row that breaks the form is given with its line and why, and the rows after it go on. What the cells mean is the caller's.
package sheet
