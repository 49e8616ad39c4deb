package gift

import (
	"strings"
)

// chunk is the text of one question, with the line that it begins on.
type chunk struct {
	line int
	text string
	id   string   // « // [id:…] »
	tags []string // « // [tag:…] »
}

// split cuts a file at its blank lines. One inside braces does not count, unless what follows has braces of its own first.
func split(text string) []chunk {
	var out []chunk
	var now *chunk
	var lines []string
	end := func() {
		if now != nil {
			now.text = strings.Join(lines, "\n") + "\n"
		}
		now, lines = nil, lines[:0]
	}
	i := 0
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		i++
		trimmed := strings.TrimSpace(line)
		if trimmed == "" {
			end()
			continue
		}
		if now == nil {
			out = append(out, chunk{line: i})
			now = &out[len(out)-1]
		}
		if comment, ok := strings.CutPrefix(trimmed, "//"); ok {
			now.comment(comment)
			line = " "
		}
		lines = append(lines, line)
	}
	end()
	return joined(out)
}

// comment reads what Moodle writes into comments: « [id:…] [tag:…] ».
func (c *chunk) comment(text string) {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "[")
		inside, left, closed := strings.Cut(after, "]")
		if !ok || !closed {
			return
		}
		if id, found := strings.CutPrefix(inside, "id:"); found {
			c.id = strings.TrimSpace(id)
		}
		if tag, found := strings.CutPrefix(inside, "tag:"); found {
			c.tags = append(c.tags, strings.TrimSpace(tag))
		}
		rest = left
	}
}

// joined puts together what a blank line inside braces has parted.
func joined(chunks []chunk) []chunk {
	var out []chunk
	for _, c := range chunks {
		if strings.TrimSpace(c.text) == "" && c.id == "" && c.tags == nil {
			continue
		}
		n := len(out) - 1
		if n >= 0 && closes(c.text) && open(out[n].text) {
			out[n].text += strings.Repeat("\n", c.line-out[n].line-strings.Count(out[n].text, "\n")) + c.text
			continue
		}
		out = append(out, c)
	}
	return out
}

// open tells whether the answers begin and do not end.
func open(text string) bool {
	text = escape(text)
	return strings.Contains(text, "{") && !strings.Contains(text, "}")
}

// closes tells whether text ends answers that it did not begin.
func closes(text string) bool {
	text = escape(text)
	end, begin := strings.IndexByte(text, '}'), strings.IndexByte(text, '{')
	return end >= 0 && (begin < 0 || end < begin)
}

// Signs without their meaning are characters of the private use area, while the question is read.
const (
	special   = `:#={}~\`
	firstSign = '\ue010'
	newLine   = '\ue020'
)

// escape puts the signs that stand after a backslash beyond reach; unescape brings them back.
func escape(text string) string {
	var b strings.Builder
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case r >= '\ue000' && r <= '\ue0ff':
			r = '\ufffd' // nobody types those
		case r == '\\' && i+1 < len(runes):
			if at := strings.IndexRune(special, runes[i+1]); at >= 0 {
				r = firstSign + rune(at)
				i++
			} else if runes[i+1] == 'n' {
				r = newLine
				i++
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unescape(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == newLine:
			return '\n'
		case r >= firstSign && r < firstSign+rune(len(special)):
			return rune(special[r-firstSign])
		}
		return r
	}, text)
}
