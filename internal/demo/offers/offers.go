// Package offers holds the demonstration's offers (offres), as the file that its distributor sends. Prices are invented.
package offers

import _ "embed"

// File is the file, a spreadsheet.
//
//go:embed offres.csv
var File []byte
