package search

import "slices"

// slips is how many slips are forgiven in a word: none in a short one or in one with a digit, which another level would answer.
func slips(word string) int {
	switch n := len(word); {
	case n < 4 || hasDigit(word):
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// near returns the words of a sorted list that differ from one by the fewest slips, at most so many: a letter too many, too few, another,
// or two that changed places. Where open, words count that only begin so. Words that are not taken are passed over.
//
// The list is walked as the tree that it is: what two words begin with in common is compared once, and what begins too differently is
// passed over.
func near(words []string, word string, most int, open bool, taken func(string) bool) (found []string, slips int) {
	if most == 0 {
		return nil, 0
	}
	t := newTable(word)
	for at := 0; at < len(words); {
		other := words[at]
		hopeless := t.follow(other, most)
		d := t.distance(other, open)
		if d <= most && taken(other) {
			if d < most {
				most, found = d, nil
			}
			found = append(found, other)
		}
		if at++; hopeless && d > most {
			next, _ := slices.BinarySearch(words[at:], other[:t.depth]+"\xff")
			at += next
		}
	}
	return found, most
}

// table counts the slips between one word and another that is followed letter by letter.
type table struct {
	word  string
	other string
	rows  [][]int // rows[j][i]: slips between the first i letters of the word and the first j of the other
	depth int     // how many letters of the other have been followed
}

func newTable(word string) *table {
	t := &table{word: word, rows: [][]int{make([]int, len(word)+1)}}
	for i := range t.rows[0] {
		t.rows[0][i] = i
	}
	return t
}

// follow goes on with another word from where it parts from the one before. It stops, and reports so, where nothing that begins so is as
// near as most.
func (t *table) follow(other string, most int) (hopeless bool) {
	t.depth = min(t.depth, common(t.other, other))
	t.other = other
	for t.depth < len(other) {
		least := t.step()
		if least > most && slices.Min(t.rows[t.depth-1]) >= most {
			return true
		}
	}
	return false
}

// step follows one letter, and returns the least of its row.
func (t *table) step() int {
	t.depth++
	j := t.depth
	if j == len(t.rows) {
		t.rows = append(t.rows, make([]int, len(t.word)+1))
	}
	row, above := t.rows[j], t.rows[j-1]
	row[0] = j
	least := j
	for i := 1; i < len(row); i++ {
		change := above[i-1]
		if t.word[i-1] != t.other[j-1] {
			change++
		}
		row[i] = min(change, above[i]+1, row[i-1]+1)
		if i > 1 && j > 1 && t.word[i-1] == t.other[j-2] && t.word[i-2] == t.other[j-1] {
			row[i] = min(row[i], t.rows[j-2][i-2]+1)
		}
		least = min(least, row[i])
	}
	return least
}

// distance reads off how far the other is, or where open what it begins with; much where it was left early.
func (t *table) distance(other string, open bool) int {
	m := len(t.word)
	best := m + len(other)
	if t.depth == len(other) {
		best = t.rows[t.depth][m]
	}
	if open {
		for _, row := range t.rows[1 : t.depth+1] {
			best = min(best, row[m])
		}
	}
	return best
}

func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// beginning returns which part of a sorted list begins with a text.
func beginning(words []string, with string) (from, to int) {
	from, _ = slices.BinarySearch(words, with)
	n, _ := slices.BinarySearch(words[from:], with+"\xff") // which no UTF-8 has
	return from, from + n
}
