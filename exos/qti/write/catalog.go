package write

// catalogs writes what the exercise offers for access needs: cards of one support that follow one another are one card.
func (w *writer) catalogs() {
	if len(w.x.Tree.Catalogs) == 0 {
		return
	}
	w.Open("qti-catalog-info")
	for _, c := range w.x.Tree.Catalogs {
		w.Open("qti-catalog", "id", c.ID)
		for i := range c.Cards {
			card := &c.Cards[i]
			if i == 0 || c.Cards[i-1].Support != card.Support {
				w.Open("qti-card", "support", card.Support)
			}
			w.Open("qti-card-entry", "xml:lang", card.Language, "default", yes(card.Default, ""))
			if card.Asset != nil {
				w.Leaf("qti-file-href", w.address(card.Asset), "mime-type", card.Asset.Media)
			}
			if len(card.Nodes) > 0 {
				w.Open("qti-html-content")
				w.nodes(card.Nodes)
				w.Close("qti-html-content")
			}
			w.Close("qti-card-entry")
			if i == len(c.Cards)-1 || c.Cards[i+1].Support != card.Support {
				w.Close("qti-card")
			}
		}
		w.Close("qti-catalog")
	}
	w.Close("qti-catalog-info")
	w.Line()
}
