package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pupitre/catalogue/search"
)

// shop is a small catalogue.
func shop() *search.Index {
	x := &search.Index{}
	x.Put(
		doc("labo", "Le labo de grammaire 5e", "Éditions du Préau", "Français", "5e", "Exercices pour les élèves : conjugaison, accords."),
		doc("maths5", "Mathématiques en fractions, cinquième", "Éditions du Préau", "Mathématiques", "5e", "Additionner, comparer."),
		doc("maths6", "Fractions pas à pas", "Maison Tilleul", "Mathématiques", "6e", "L’élève étudie les fractions décimales."),
		doc("terre", "Planète vivante", "Maison Tilleul", "Sciences de la vie et de la Terre", "4e", "Observer, expérimenter."),
		doc("oeuvre", "Œuvres à l’étude", "Maison Tilleul", "Français", "2de", "Lectures cursives."),
	)
	return x
}

func doc(id, title, publisher, subject, level, description string) search.Document {
	d := search.Document{ID: id, Tie: id}
	d.Fields[search.Title], d.Fields[search.Publisher], d.Fields[search.Subject] = title, publisher, subject
	d.Fields[search.Level], d.Fields[search.Description] = level, description
	d.Values[search.ByLevel] = []search.Value{{Key: level, Label: level}}
	d.Values[search.BySubject] = []search.Value{{Key: subject, Label: subject}}
	d.Values[search.ByPublisher] = []search.Value{{Key: publisher, Label: publisher}}
	return d
}

func find(x *search.Index, text string) search.Result {
	return x.Find(search.Query{Text: text, Limit: 10})
}

func TestWordsAreFoundAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	x := shop()
	for _, c := range []struct{ text, want, because string }{
		{"eleves ", "maths6 labo", "no accent, another number"},
		{"ÉLÈVE ", "maths6 labo", "capitals"},
		{"l'elève ", "maths6 labo", "an elision"},
		{"5eme ", "labo maths5", "a level as it is said"},
		{"5ème", "labo maths5", "with its accent"},
		{"5em", "labo maths5", "while it is being written"},
		{"cinquième ", "labo maths5", "in letters; where it was written so, it is in the title all the same"},
		{"cinqu", "labo maths5", "the beginning of it, though the first has it in figures only"},
		{"maths ", "maths5 maths6", "for short"},
		{"svt ", "terre", "an acronym"},
		{"oeuvre ", "oeuvre", "a ligature"},
		{"etudier ", "oeuvre maths6", "a verb and its kin"},
		{"gramm", "labo", "the beginning of a word"},
		{"garmmaire ", "labo", "two letters that changed places"},
		{"conjugason ", "labo", "a letter too few"},
		{"fractons deci", "maths6", "a slip, and a beginning"},
		{"conjg", "labo", "a slip in a beginning"},
		{"le labo de la grammaire", "labo", "words that tell nothing"},
		{"tilleul 6e", "maths6", "publisher and level"},
		{"6e ", "maths6", "levels have no slips"},
		{"3e ", "", "nor does this one"},
		{"fractions", "maths6 maths5", "a title that begins so comes first"},
		{"", "maths6 labo maths5 oeuvre terre", "nothing asked: all, by title"},
	} {
		r := find(x, c.text)
		if got := strings.Join(r.IDs, " "); got != c.want {
			t.Errorf("%q finds %q, not %q: %s", c.text, got, c.want, c.because)
		}
		if r.Total != len(r.IDs) {
			t.Errorf("%q: %d of %d", c.text, len(r.IDs), r.Total)
		}
	}
}

func TestWhatWasReadOtherwiseIsSaid(t *testing.T) {
	t.Parallel()
	x := shop()
	if d := cmp.Diff([]search.Reading{{Word: "garmmaire", As: "grammaire"}}, find(x, "garmmaire 5e ").Read); d != "" {
		t.Error(d)
	}
	if r := find(x, "grammaire martienne "); !r.Loose || strings.Join(r.IDs, " ") != "labo" {
		t.Errorf("no document has both words: %+v", r)
	}
	if r := find(x, "zzzz "); !r.Loose || r.Total != 0 {
		t.Errorf("%+v", r)
	}
}

func TestCountsAreWhatAChoiceWouldShow(t *testing.T) {
	t.Parallel()
	x := shop()
	r := x.Find(search.Query{Text: "fractions", Chosen: [search.Facets][]string{search.ByLevel: {"6e"}}, Limit: 10})
	if strings.Join(r.IDs, " ") != "maths6" || r.Total != 1 {
		t.Fatalf("%+v", r)
	}
	five, six := search.Value{Key: "5e", Label: "5e"}, search.Value{Key: "6e", Label: "6e"}
	if d := cmp.Diff([]search.Count{{Value: five, N: 1}, {Value: six, N: 1, On: true}}, r.Counts[search.ByLevel]); d != "" {
		t.Errorf("levels, as if none were chosen: %s", d)
	}
	if d := cmp.Diff([]search.Count{{Value: search.Value{Key: "Maison Tilleul", Label: "Maison Tilleul"}, N: 1}}, r.Counts[search.ByPublisher]); d != "" {
		t.Errorf("publishers of the 6e: %s", d)
	}
	r = x.Find(search.Query{Text: "fractions", Chosen: [search.Facets][]string{search.ByPublisher: {"Maison Tilleul"}}, Limit: 10})
	if len(r.Counts[search.ByPublisher]) != 2 || len(r.Counts[search.ByLevel]) != 1 {
		t.Errorf("another facet is chosen: %+v", r.Counts)
	}
	if r := x.Find(search.Query{Chosen: [search.Facets][]string{search.ByLevel: {"nulle part"}}, Limit: 10}); r.Total != 0 {
		t.Errorf("a value that nobody has: %+v", r)
	}
}

func TestADocumentThatComesAgainIsTheNewOneOnly(t *testing.T) {
	t.Parallel()
	x := shop()
	x.Put(doc("labo", "Atelier d’écriture", "Éditions du Préau", "Français", "4e", ""))
	x.Remove("terre", "nobody")
	if r := find(x, "grammaire "); r.Total != 0 {
		t.Errorf("its former words: %+v", r)
	}
	if r := find(x, "atelier"); strings.Join(r.IDs, " ") != "labo" {
		t.Errorf("%+v", r)
	}
	if n := x.Len(); n != 4 {
		t.Errorf("%d documents", n)
	}
	for range 3000 {
		x.Put(doc("labo", "Atelier d’écriture", "Éditions du Préau", "Français", "4e", ""))
	}
	if r := find(x, "atelier"); strings.Join(r.IDs, " ") != "labo" || r.Total != 1 {
		t.Errorf("numbered anew: %+v", r)
	}
}

var syllables = []string{"ma", "tri", "le", "con", "gra", "mme", "pos", "e", "ion", "eur", "5e", "ét", "œ", "l’"}

func drawDocs(t *rapid.T) []search.Document {
	text := rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(1, 5).Draw(t, "words") {
			for range rapid.IntRange(1, 3).Draw(t, "syllables") {
				b.WriteString(rapid.SampledFrom(syllables).Draw(t, "syllable"))
			}
			b.WriteByte(' ')
		}
		return b.String()
	})
	var out []search.Document
	for i := range rapid.IntRange(1, 12).Draw(t, "documents") {
		level := rapid.SampledFrom([]string{"6e", "5e", "4e"}).Draw(t, "level")
		out = append(out, doc(fmt.Sprint(i), text.Draw(t, "title"), "P", text.Draw(t, "subject"), level, text.Draw(t, "description")))
	}
	return out
}

// What is found, and in what order, is a matter of what is there, and not of how it came.
func TestTheOrderIsNotThatOfArrival(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		docs := drawDocs(t)
		one, other := &search.Index{}, &search.Index{}
		one.Put(docs...)
		for _, i := range rapid.Permutation(docs).Draw(t, "order") {
			other.Put(doc(i.ID, "Autre chose", "Q", "", "3e", ""))
			other.Put(doc("gone"+i.ID, i.Fields[search.Title], "P", "", "6e", ""))
			other.Put(i)
			other.Remove("gone" + i.ID)
		}
		q := search.Query{Text: rapid.SampledFrom(docs).Draw(t, "asked").Fields[rapid.SampledFrom([]search.Field{search.Title, search.Subject, search.Description}).Draw(t, "field")],
			From: rapid.IntRange(0, 3).Draw(t, "from"), Limit: rapid.IntRange(1, 12).Draw(t, "limit")}
		if n := rapid.IntRange(0, len(q.Text)).Draw(t, "cut"); q.Text[:n] == strings.ToValidUTF8(q.Text[:n], "") {
			q.Text = q.Text[:n]
		}
		if rapid.Bool().Draw(t, "narrowed") {
			q.Chosen[search.ByLevel] = []string{"5e", "4e"}
		}
		if d := cmp.Diff(one.Find(q), other.Find(q)); d != "" {
			t.Fatalf("%+v: %s", q, d)
		}
	})
}

// Every document is found by each whole word of its own title, pages follow one another, and counts add up.
func TestPagesAreTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		docs := drawDocs(t)
		x := &search.Index{}
		x.Put(docs...)
		d := rapid.SampledFrom(docs).Draw(t, "document")
		q := search.Query{Text: d.Fields[search.Title], Limit: 1000}
		all := x.Find(q)
		if all.Loose || !slices.Contains(all.IDs, d.ID) || all.Total != len(all.IDs) {
			t.Fatalf("%q: %+v", q.Text, all)
		}
		var pages []string
		q.Limit = 2
		for q.From = 0; q.From < all.Total; q.From += 2 {
			pages = append(pages, x.Find(q).IDs...)
		}
		if d := cmp.Diff(all.IDs, pages); d != "" {
			t.Fatal(d)
		}
		n := 0
		for _, c := range all.Counts[search.ByLevel] {
			n += c.N
		}
		if n != all.Total {
			t.Fatalf("levels count %d of %d: %+v", n, all.Total, all.Counts)
		}
	})
}

func FuzzQuery(f *testing.F) {
	x := shop()
	for _, s := range []string{"", "garmmaire 5e", "l’", "\xff\xfe", "é̀́", "a a a a a a a a a a a a a a a", strings.Repeat("x", 500), "数学 математика"} {
		f.Add(s, 0, 10)
	}
	f.Fuzz(func(t *testing.T, text string, from, limit int) {
		from, limit = max(0, min(from, 1<<20)), max(0, min(limit, 1<<20))
		r := x.Find(search.Query{Text: text, From: from, Limit: limit})
		if len(r.IDs) > limit || r.Total > x.Len() {
			t.Fatalf("%q: %+v", text, r)
		}
		if d := cmp.Diff(r, x.Find(search.Query{Text: text, From: from, Limit: limit})); d != "" {
			t.Fatalf("%q twice: %s", text, d)
		}
		if folded := search.Fold(text); folded != search.Fold(folded) {
			t.Fatalf("%q folds to %q, and that to %q", text, folded, search.Fold(folded))
		}
	})
}
