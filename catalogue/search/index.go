package search

import (
	"math/bits"
	"slices"
	"sync"
)

// Document is something that can be found.
type Document struct {
	ID     string
	Tie    string // what tells it from a document of the same title, wherever it is kept
	Fields [Fields]string
	Values [Facets][]Value
}

// Field is where in a document a word stands.
type Field int

// The fields, those that count most first.
const (
	Title Field = iota
	Subject
	Level
	Publisher
	Kind
	Description
	Fields
)

// weights say how much a word counts in a field.
var weights = [Fields]uint32{Title: 24, Subject: 12, Level: 12, Publisher: 10, Kind: 6, Description: 2}

// worth is how much a word counts by the fields that it stands in, one bit each.
var worth = func() (all [1 << Fields]uint32) {
	for mask := range all {
		for f := range Fields {
			if mask>>f&1 == 1 {
				all[mask] += weights[f]
			}
		}
	}
	return all
}()

// Index is what is known of the documents. Its zero value is empty and ready, and may be used by many at once.
type Index struct {
	mu     sync.RWMutex
	docs   []document
	byID   map[string]uint32
	dead   int
	words  []string          // all that were met, in order
	wordAt []uint32          // their stems
	stemOf map[string]uint32 // the same by word
	stems  map[string]uint32
	has    []bearers // by stem
	values values
	spare  sync.Pool // *tally
}

// document is what is kept of one.
type document struct {
	id     string // "" for a dead one
	title  string // folded
	tie    string
	values []uint32 // by what values calls them
}

// bearers are the documents that have a word: those that have it in a field that people look at first, and those where only the long
// description has it. The beginning of a word that is a letter or two long is looked for in the former alone.
type bearers struct{ ahead, below []posting }

// posting is a document's number, and in its low bits the fields that have the word.
type posting uint32

func (p posting) doc() uint32  { return uint32(p) >> Fields }
func (p posting) mask() uint32 { return uint32(p) & (1<<Fields - 1) }

// Len returns how many documents there are.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.byID)
}

// Put adds documents, or replaces those that have their ids.
func (x *Index) Put(docs ...Document) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.byID == nil {
		x.byID, x.stemOf, x.stems = map[string]uint32{}, map[string]uint32{}, map[string]uint32{}
	}
	var fresh []string
	for i := range docs {
		x.remove(docs[i].ID)
		fresh = x.add(&docs[i], fresh)
	}
	if len(fresh) > 0 {
		x.words = append(x.words, fresh...)
		slices.Sort(x.words)
		x.wordAt = slices.Grow(x.wordAt[:0], len(x.words))[:len(x.words)]
		for i, w := range x.words {
			x.wordAt[i] = x.stemOf[w]
		}
	}
	x.tidy()
}

// Remove takes documents out. Ids that name none are passed over.
func (x *Index) Remove(ids ...string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, id := range ids {
		x.remove(id)
	}
	x.tidy()
}

func (x *Index) remove(id string) {
	if n, ok := x.byID[id]; ok {
		delete(x.byID, id)
		x.docs[n] = document{}
		x.dead++
	}
}

// add adds one document, and to fresh the words that were never met before.
func (x *Index) add(d *Document, fresh []string) []string {
	n := uint32(len(x.docs))
	masks := map[uint32]posting{}
	for f, text := range d.Fields {
		for _, w := range whole(telling(split(text))) {
			s, met := x.stemOf[w]
			if !met {
				s, fresh = x.learn(w, fresh)
			}
			masks[s] |= 1 << f
		}
	}
	for s, mask := range masks {
		if b := &x.has[s]; mask == 1<<Description {
			b.below = append(b.below, posting(n<<Fields)|mask)
		} else {
			b.ahead = append(b.ahead, posting(n<<Fields)|mask)
		}
	}
	x.docs = append(x.docs, document{d.ID, Fold(d.Fields[Title]), d.Tie, x.values.numbers(&d.Values)})
	x.byID[d.ID] = n
	return fresh
}

// learn takes a word up that was never met before, and with it the ways in which people write the same.
func (x *Index) learn(word string, fresh []string) (uint32, []string) {
	s := x.stemNumber(stem(word))
	for _, w := range append(alsoWritten[canonical(word)], word) {
		if _, met := x.stemOf[w]; !met {
			x.stemOf[w] = s
			fresh = append(fresh, w)
		}
	}
	return s, fresh
}

func (x *Index) stemNumber(stem string) uint32 {
	s, ok := x.stems[stem]
	if !ok {
		s = uint32(len(x.has))
		x.stems[stem] = s
		x.has = append(x.has, bearers{})
	}
	return s
}

// fewDead is how many dead numbers are never too many.
const fewDead = 1000

// tidy numbers the documents anew where a quarter of the numbers are dead. Words that nobody has any more stay: they lead to nothing.
func (x *Index) tidy() {
	if x.dead < fewDead || x.dead*4 < len(x.docs) {
		return
	}
	anew := make([]uint32, len(x.docs))
	var live []document
	for n, d := range x.docs {
		if d.id != "" {
			anew[n] = uint32(len(live))
			x.byID[d.id] = anew[n]
			live = append(live, d)
		}
	}
	numbered := func(list []posting) []posting {
		kept := list[:0]
		for _, p := range list {
			if x.docs[p.doc()].id != "" {
				kept = append(kept, posting(anew[p.doc()]<<Fields)|posting(p.mask()))
			}
		}
		return kept
	}
	for s, b := range x.has {
		x.has[s] = bearers{numbered(b.ahead), numbered(b.below)}
	}
	x.docs, x.dead = live, 0
}

// rarity is how much a word counts that this many of all documents have.
func (x *Index) rarity(having int) uint32 {
	return 4 + uint32(bits.Len(uint(len(x.byID)/(having+1))))
}
