package mediacentre

import (
	"slices"

	"pupitre/catalogue"
	"pupitre/catalogue/search"
	"pupitre/licensing"
)

// Find narrows cards; zero fields let everything through.
type Find struct {
	Publisher catalogue.PublisherID
	Kind      catalogue.Presentation
	Level     string // URI of a level
	Subject   string // URI of a subject
	Offline   bool   // what works without a network
	Through   string // a target as licensing writes it, without its profiles: see Given
}

// Found (« résultats ») is the cards that some words find.
type Found struct {
	Cards []Card           // the best first; all of them by title where there are no words. To be read only
	Read  []search.Reading // words that are nowhere on the desk, and the nearest that are
	Loose bool             // no card has all the words: these have the most of them
}

// Search finds cards by words as people write them: accents, endings, the last word as it is typed and slips of the finger are the
// catalogue's search's business. Only what is on the desk is looked through, so a slip is read as a word of a resource that is held.
func (d Desk) Search(text string) Found {
	if text == "" {
		return Found{Cards: d.Cards}
	}
	var index search.Index
	docs := make([]search.Document, len(d.Cards))
	at := make(map[string]int, len(d.Cards))
	for i := range d.Cards {
		docs[i] = d.Cards[i].Resource.Document()
		at[docs[i].ID] = i
	}
	index.Put(docs...)
	result := index.Find(search.Query{Text: text, Limit: len(docs)})
	found := Found{Read: result.Read, Loose: result.Loose, Cards: make([]Card, 0, len(result.IDs))}
	for _, id := range result.IDs {
		found.Cards = append(found.Cards, d.Cards[at[id]])
	}
	return found
}

// Narrow returns the cards that pass, to be read only: where nothing is asked they are the same.
func Narrow(cards []Card, f Find) []Card {
	if f == (Find{}) {
		return cards
	}
	out := make([]Card, 0, len(cards))
	for i := range cards {
		if f.passes(&cards[i]) {
			out = append(out, cards[i])
		}
	}
	return out
}

func (f Find) passes(c *Card) bool {
	r := &c.Resource
	switch {
	case f.Publisher != "" && r.Publisher.ID != f.Publisher, f.Kind != "" && r.Presentation != f.Kind:
		return false
	case f.Offline && !r.Offline, f.Through != "" && Given(c.Right.Through) != f.Through:
		return false
	}
	return has(r.Levels, f.Level) && has(r.Subjects, f.Subject)
}

// has reports whether a term is among these; "" always is.
func has(terms []catalogue.Term, uri string) bool {
	return uri == "" || slices.ContainsFunc(terms, func(t catalogue.Term) bool { return t.URI == uri })
}

// Given is to whom a card was given, whatever the profile: the whole school, one class or group, the person.
func Given(t licensing.Target) string {
	if t.Kind == licensing.Cohort {
		return string(t.Kind) + ":" + t.ID
	}
	return string(t.Kind)
}
