package look

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// A Cover is a resource's picture, or the exercise book drawn for one that has none: always the same one for the same identifier.
// Its level stands on the label as text of the page, so that it follows the font and the zoom.
type Cover struct {
	ID    string // the resource's identifier: an ARK, or any stable text
	Level string // what the label says: "5e", "C4"; "" draws two lines of writing
	Size  string // "s", "m", "l", or "" for a card's

	Picture, Twice string // addresses of its picture, and of it twice as large (Shell.Picture); "" draws the book
}

// HTML writes the cover: decoration, hidden from screen readers. The title stands beside it.
func (c Cover) HTML() template.HTML {
	size := ""
	if c.Size != "" {
		size = " cover-" + c.Size
	}
	if c.Picture != "" {
		return template.HTML(`<span class="cover cover-picture` + template.HTMLEscapeString(size) + `" aria-hidden="true"><img src="` + template.HTMLEscapeString(c.Picture) +
			`" srcset="` + template.HTMLEscapeString(c.Twice) + ` 2x" alt="" width="120" height="160" loading="lazy" decoding="async" referrerpolicy="no-referrer"></span>`)
	}
	label := `<b class="lines"></b>`
	if c.Level != "" {
		label = "<b>" + template.HTMLEscapeString(c.Level) + "</b>"
	}
	return template.HTML(`<span class="cover` + template.HTMLEscapeString(size) + `" aria-hidden="true"><img src="` +
		CoverURL(c.ID) + `" alt="" width="120" height="160" loading="lazy">` + label + `</span>`)
}

// coverPrefix carries the edition of the drawing: change it whenever DrawCover changes, since browsers keep covers for a year.
const coverPrefix = "/static/cover/1/"

// CoverURL is the address of the cover of an identifier. It holds the drawing's seed, not the identifier.
func CoverURL(id string) string {
	return coverPrefix + fmt.Sprintf("%08x", seed(id)) + ".svg"
}

// DrawCover draws the cover of an identifier: 1 to 4 kB of SVG, without script, id or text.
func DrawCover(id string) []byte { return draw(seed(id)) }

// seed is FNV-1a, 32 bits, over the identifier's bytes, then stirred (the last lines of MurmurHash3).
func seed(id string) uint32 {
	h := uint32(0x811c9dc5)
	for i := range len(id) {
		h = (h ^ uint32(id[i])) * 0x01000193
	}
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

// dice is a xorshift32 generator: the same seed throws the same dice in any language that has 32-bit integers.
type dice uint32

func (d *dice) roll(n int) int {
	x := uint32(*d)
	x ^= x << 13
	x ^= x >> 17
	x ^= x << 5
	*d = dice(x)
	return int(x>>4) % n
}

// paper is one of the twelve school papers; none of them is the red of trouble.
type paper struct{ ground, light, deep string }

var papers = [...]paper{
	{"#2b4a9b", "#8fa8e6", "#1c3373"}, {"#3f7fb5", "#b3d5ee", "#275a85"}, {"#1f6f78", "#8ccbcb", "#124a51"}, {"#2f5d4a", "#93c2a4", "#1d3f31"},
	{"#66793a", "#c3d08d", "#465425"}, {"#b98a2f", "#f0d694", "#8a641b"}, {"#b06a43", "#efc1a2", "#7f4729"}, {"#8a5a78", "#ddb8cf", "#623c54"},
	{"#64467f", "#c0a5da", "#452d5b"}, {"#6f6bb3", "#c9c7ef", "#4b478a"}, {"#4b5a70", "#b2bfd1", "#313d50"}, {"#8c8265", "#ddd5ba", "#645c45"},
}

// draw chooses a paper and a motif, then binds the book: spine, stitches, label.
func draw(seed uint32) []byte {
	d := dice(max(seed, 1)) // xorshift never leaves zero
	p := papers[d.roll(len(papers))]
	motif := motifs[d.roll(len(motifs))]
	var s strings.Builder
	s.Grow(4096)
	s.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 160"><path d="M0 0h120v160H0z" fill="` + p.ground + `"/>`)
	motif(&s, &d, p)
	s.WriteString(`<path d="M0 0h12v160H0z" fill="` + p.deep + `"/><path d="M12 0v160" stroke="` + p.light + `" stroke-width="1" stroke-dasharray="3 3" opacity=".7"/>` +
		`<rect x="30" y="20" width="76" height="40" rx="4" fill="#fffdf6"/><rect x="33" y="23" width="70" height="34" rx="2" fill="none" stroke="` + p.ground + `" stroke-width="1.2"/></svg>`)
	return []byte(s.String())
}

// tenth writes x with one decimal, halves away from zero, as the reference in JavaScript does.
func tenth(x float64) string {
	text := strconv.FormatFloat(x, 'f', 1, 64)
	if scaled := x * 20; scaled == math.Trunc(scaled) && math.Mod(scaled, 2) != 0 {
		text = strconv.FormatFloat(x+math.Copysign(0.01, x), 'f', 1, 64)
	}
	return text
}
