package search

import (
	"cmp"
	"slices"
	"strings"
)

// Query is what somebody asks.
type Query struct {
	Text   string           // its last word may be the beginning of one, unless a space follows
	Chosen [Facets][]string // of each facet, keys of which one must be there; none: any
	From   int              // how many to pass over
	Limit  int
}

// Result is one page of what was found.
type Result struct {
	IDs    []string
	Total  int
	Counts [Facets][]Count
	Read   []Reading // words that are nowhere, and the nearest that are
	Loose  bool      // no document has all the words: these have the most of them
}

// Reading is a word that was read as another.
type Reading struct{ Word, As string }

// mostWords is how many words of a query are looked at.
const mostWords = 12

// How a word was met.
const (
	itself uint32 = 8
	begun  uint32 = 5
	slip   uint32 = 4 // less the number of slips
)

const (
	titleBegins uint32 = 1 << 14
	titleIs     uint32 = 1 << 15
)

// tally is what one query adds up, by document number. It is lent from query to query.
type tally struct {
	total, best []uint32
	words       []uint8  // how many words of the query a document has
	touched     []uint32 // by the word at hand
	stems       []uint32
	hits        []hit
	counted     []int
}

type hit struct {
	doc   *document
	score uint32
}

// Find answers a query.
func (x *Index) Find(q Query) Result {
	x.mu.RLock()
	defer x.mu.RUnlock()
	t := x.tally()
	defer x.spare.Put(t)
	words, open := asked(q.Text)
	var r Result
	for i, w := range words {
		if as := x.meet(t, w, open && i == len(words)-1); as != "" {
			r.Read = append(r.Read, Reading{w, as})
		}
	}
	var most uint8
	for _, n := range t.words {
		most = max(most, n)
	}
	r.Loose = int(most) < len(words)
	if most == 0 && r.Loose {
		return r
	}
	x.gather(t, &q, most, &r)
	r.IDs = page(t.hits, q.From, q.Limit)
	return r
}

// asked returns the words of a query, and whether the last may be unfinished.
func asked(text string) (words []string, open bool) {
	words = telling(split(text))
	open = text != "" && !strings.HasSuffix(text, " ")
	if len(words) > mostWords {
		return words[:mostWords], false
	}
	return words, open
}

func (x *Index) tally() *tally {
	t, ok := x.spare.Get().(*tally)
	if !ok {
		t = &tally{}
	}
	n := len(x.docs)
	if cap(t.total) < n {
		t.total, t.best, t.words = make([]uint32, n+n/4), make([]uint32, n+n/4), make([]uint8, n+n/4)
	}
	t.total, t.best, t.words = t.total[:n], t.best[:n], t.words[:n]
	clear(t.total)
	clear(t.words)
	t.hits = t.hits[:0]
	t.counted = slices.Grow(t.counted[:0], len(x.values.known))[:len(x.values.known)]
	clear(t.counted)
	return t
}

// meet adds one word to the tally. Where no document has it, the nearest words stand for it; the one that most have is returned.
func (x *Index) meet(t *tally, word string, open bool) (as string) {
	if s, ok := x.stems[stem(word)]; ok {
		x.meetStem(t, s, itself*x.rarity(x.having(s)), true)
	}
	if open {
		from, to := beginning(x.words, word)
		t.stems = append(t.stems[:0], x.wordAt[from:to]...)
		slices.Sort(t.stems)
		for _, s := range slices.Compact(t.stems) {
			x.meetStem(t, s, begun*usualRarity, len(word) >= shortest)
		}
	}
	if len(t.touched) == 0 {
		found, n := near(x.words, word, slips(word), open, func(other string) bool { return x.having(x.stemOf[other]) > 0 })
		most := 0
		for _, other := range found {
			s := x.stemOf[other]
			x.meetStem(t, s, (slip-uint32(n))*usualRarity, true)
			if having := x.having(s); having > most {
				as, most = other, having
			}
		}
	}
	for _, n := range t.touched {
		t.total[n] += t.best[n]
		t.words[n]++
		t.best[n] = 0
	}
	t.touched = t.touched[:0]
	return as
}

// usualRarity is what a word counts that was not met itself: how rare the word is that was meant, nobody knows.
const usualRarity = 6

// shortest is from how many letters on the beginning of a word is looked for in descriptions too.
const shortest = 3

// having is how many documents have a word.
func (x *Index) having(s uint32) (n int) {
	b := &x.has[s]
	if x.dead == 0 {
		return len(b.ahead) + len(b.below)
	}
	for _, list := range [][]posting{b.ahead, b.below} {
		for _, p := range list {
			if x.docs[p.doc()].id != "" {
				n++
			}
		}
	}
	return n
}

// meetStem adds to the word at hand the documents that have a stem.
func (x *Index) meetStem(t *tally, s, factor uint32, all bool) {
	x.meetList(t, x.has[s].ahead, factor)
	if all {
		x.meetList(t, x.has[s].below, factor)
	}
}

func (x *Index) meetList(t *tally, list []posting, factor uint32) {
	for _, p := range list {
		n := p.doc()
		score := factor * worth[p.mask()]
		if t.best[n] < score {
			if t.best[n] == 0 {
				if x.dead > 0 && x.docs[n].id == "" {
					continue
				}
				t.touched = append(t.touched, n)
			}
			t.best[n] = score
		}
	}
}

// gather counts the documents that have as many words as needed, and keeps those that have the chosen values.
func (x *Index) gather(t *tally, q *Query, need uint8, r *Result) {
	chosen := x.values.choose(q)
	begins := Fold(q.Text)
	for n := range x.docs {
		d := &x.docs[n]
		if d.id == "" || t.words[n] < need {
			continue
		}
		missed, facet := x.values.missed(&chosen, d)
		if missed > 1 {
			continue
		}
		for _, v := range d.values {
			if missed == 0 || x.values.known[v].facet == facet {
				t.counted[v]++
			}
		}
		if missed == 1 {
			continue
		}
		score := t.total[n]
		if begins != "" && strings.HasPrefix(d.title, begins) {
			score += titleBegins
			if d.title == begins {
				score += titleIs
			}
		}
		t.hits = append(t.hits, hit{d, score})
	}
	r.Total = len(t.hits)
	r.Counts = x.values.counts(&chosen, t.counted)
}

func compare(a, b hit) int {
	return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.doc.title, b.doc.title), strings.Compare(a.doc.tie, b.doc.tie), strings.Compare(a.doc.id, b.doc.id))
}

// fewHits is up to where a page's end is found by keeping the best so far, and not by sorting all.
const fewHits = 256

// page returns the ids of one page of hits, the best first.
func page(hits []hit, from, limit int) []string {
	to := min(from+limit, len(hits))
	if from >= to {
		return nil
	}
	best := hits
	if to > fewHits {
		slices.SortFunc(best, compare)
	} else {
		best = make([]hit, 0, to+1)
		for _, h := range hits {
			if len(best) == to && compare(h, best[to-1]) >= 0 {
				continue
			}
			at, _ := slices.BinarySearchFunc(best, h, compare)
			best = slices.Insert(best, at, h)
			if len(best) > to {
				best = best[:to]
			}
		}
	}
	ids := make([]string, 0, to-from)
	for _, h := range best[from:to] {
		ids = append(ids, h.doc.id)
	}
	return ids
}
