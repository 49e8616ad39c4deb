package look

import (
	"fmt"
	"html/template"
	"strings"
	"unicode/utf8"

	"pupitre/internal/lang"
)

// Rows draws the rows of a long table. Of two hundred persons most are alike but for their texts, so each shape of a row is drawn once, by a
// template of the page, and the texts are put into it: a tenth of what the template alone takes.
type Rows[R comparable] struct {
	Page *Template
	Part string // the template; its dot is a row

	// Texts are where a row keeps what differs from row to row: texts that the template shows, or not, but asks nothing of except whether
	// they are empty. They stand between tags or in a quoted attribute that holds no address.
	Texts func(row *R) []*string
}

// firstMark stands for the first text while a shape is drawn, the next letter for the second: letters that no alphabet has. After each
// stands what only HTML's own escape leaves like this: where a text needs another one, it is seen here.
const (
	firstMark      = '\uE000'
	probe, escaped = `" `, `&#34; `
	marksInAddress = "%ee%80"
)

// Draw draws the rows in one language.
func (d Rows[R]) Draw(locale lang.Locale, rows []R) (template.HTML, error) {
	shapes := map[R]shape{}
	var out strings.Builder
	for _, row := range rows {
		alike := row
		texts := d.Texts(&row)
		for i, text := range d.Texts(&alike) {
			if *text != "" {
				*text = string(firstMark+rune(i)) + probe
			}
		}
		s, drawn := shapes[alike]
		if !drawn {
			var err error
			if s, err = d.shape(locale, alike, len(texts)); err != nil {
				return "", err
			}
			shapes[alike] = s
		}
		s.fill(&out, texts)
	}
	return template.HTML(out.String()), nil
}

// shape is a drawn row without its texts: what stands before each, and which it is; last, what stands after all.
type shape struct {
	before []string
	text   []int
	after  string
}

func (d Rows[R]) shape(locale lang.Locale, row R, texts int) (s shape, err error) {
	html, err := d.Page.Part(locale, d.Part, row)
	if err != nil {
		return s, err
	}
	s.after = string(html)
	for {
		at := strings.IndexFunc(s.after, func(r rune) bool { return r >= firstMark && r < firstMark+rune(texts) })
		if at < 0 {
			break
		}
		mark, size := utf8.DecodeRuneInString(s.after[at:])
		after, ok := strings.CutPrefix(s.after[at+size:], escaped)
		if !ok {
			return s, d.misplaced()
		}
		s.before, s.text, s.after = append(s.before, s.after[:at]), append(s.text, int(mark-firstMark)), after
	}
	if strings.Contains(strings.ToLower(string(html)), marksInAddress) {
		return s, d.misplaced()
	}
	return s, nil
}

func (d Rows[R]) misplaced() error {
	return fmt.Errorf("look: %q of page %s shows a text of many rows in an address, a script or an attribute without quotes", d.Part, d.Page.name)
}

func (s shape) fill(out *strings.Builder, texts []*string) {
	for i, before := range s.before {
		out.WriteString(before)
		out.WriteString(template.HTMLEscapeString(*texts[s.text[i]]))
	}
	out.WriteString(s.after)
}
