package parse

// Canonical is canonical, for the test that writes QTI 2 in the words of QTI 3.
var Canonical = canonical

// Kebab is kebab, Entities the named characters.
var (
	Kebab    = kebab
	Entities = entities
)
