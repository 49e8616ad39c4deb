package render

// Catalog is another way to give a piece of the exercise to those who need it (« contenu
// d'accessibilité »): spoken, in Braille, in signs, explained (QTI 3.0.1, qti-catalog-info;
// APIP's access elements come to the same). What it stands for refers to it by ID, in a
// "data-catalog-idref" attribute or in the Catalog of an interaction or a choice; or, as APIP
// does it, it names the pieces itself, in For.
type Catalog struct {
	ID    string   `json:"id"`
	For   []string `json:"for,omitempty"` // ids of elements of the tree
	Cards []Card   `json:"cards,omitempty"`
}

// Card is one support that a Catalog offers, by the standard's word: "spoken", "braille",
// "sign-language", "glossary-on-screen"…
type Card struct {
	Support  string `json:"support"`
	Language string `json:"language,omitempty"`
	Default  bool   `json:"default,omitempty"` // the one to take where several languages are offered
	Nodes    []Node `json:"nodes,omitempty"`
	Asset    *Asset `json:"asset,omitempty"`
}
