package markup

import (
	"regexp"
	"strconv"
	"strings"
)

// fromMarkdown turns Markdown into HTML: paragraphs, headings, lists, quotations, rules, fenced code; emphasis, code, links,
// pictures, hard line ends. HTML in it goes through, as Markdown has it (https://spec.commonmark.org/0.31.2/). Nested lists
// and tables are read as paragraphs: nothing is lost but the layout.
func fromMarkdown(source string) string {
	var b strings.Builder
	lines := strings.Split(strings.ReplaceAll(source, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); {
		n := 1
		switch line := strings.TrimSpace(lines[i]); {
		case line == "":
		case strings.HasPrefix(line, "```"):
			n = fenced(&b, lines[i:])
		case heading.MatchString(line):
			m := heading.FindStringSubmatch(line)
			level := string(rune('0' + len(m[1])))
			b.WriteString("<h" + level + ">" + span(m[2]) + "</h" + level + ">")
		case rule.MatchString(line):
			b.WriteString("<hr>")
		case bullet.MatchString(line):
			n = listed(&b, "ul", bullet, lines[i:])
		case numbered.MatchString(line):
			n = listed(&b, "ol", numbered, lines[i:])
		case strings.HasPrefix(line, ">"):
			n = quoted(&b, lines[i:])
		default:
			n = paragraph(&b, lines[i:])
		}
		i += n
	}
	return b.String()
}

var (
	heading  = regexp.MustCompile(`^(#{1,6})\s+(.*?)\s*#*$`)
	rule     = regexp.MustCompile(`^(\*\s*){3,}$|^(-\s*){3,}$|^(_\s*){3,}$`)
	bullet   = regexp.MustCompile(`^[-*+]\s+(.*)$`)
	numbered = regexp.MustCompile(`^\d{1,9}[.)]\s+(.*)$`)
)

func fenced(b *strings.Builder, lines []string) int {
	end := 1
	for end < len(lines) && !strings.HasPrefix(strings.TrimSpace(lines[end]), "```") {
		end++
	}
	b.WriteString("<pre><code>" + escaped(strings.Join(lines[1:end], "\n")) + "</code></pre>")
	return min(end+1, len(lines))
}

func listed(b *strings.Builder, name string, item *regexp.Regexp, lines []string) int {
	n := 0
	b.WriteString("<" + name + ">")
	for ; n < len(lines); n++ {
		m := item.FindStringSubmatch(strings.TrimSpace(lines[n]))
		if m == nil {
			break
		}
		b.WriteString("<li>" + span(m[1]) + "</li>")
	}
	b.WriteString("</" + name + ">")
	return n
}

func quoted(b *strings.Builder, lines []string) int {
	var inner []string
	for _, line := range lines {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), ">")
		if !ok {
			break
		}
		inner = append(inner, strings.TrimSpace(text))
	}
	b.WriteString("<blockquote><p>" + span(strings.Join(inner, "\n")) + "</p></blockquote>")
	return len(inner)
}

func paragraph(b *strings.Builder, lines []string) int {
	n := 1
	for n < len(lines) && strings.TrimSpace(lines[n]) != "" {
		n++
	}
	text := strings.Join(lines[:n], "\n")
	if t := strings.TrimSpace(text); strings.HasPrefix(t, "<") { // HTML stands as it is
		b.WriteString(t)
		return n
	}
	b.WriteString("<p>" + span(text) + "</p>")
	return n
}

// spans are the forms inside a line, in the order in which they are looked for. A doubled character ends before a single one.
var spans = []struct {
	form *regexp.Regexp
	html string
}{
	{regexp.MustCompile(`!\[([^\]]*)\]\(([^()\s]+)\)`), `<img src="$2" alt="$1">`},
	{regexp.MustCompile(`\[([^\]]+)\]\(([^()\s]+)\)`), `<a href="$2">$1</a>`},
	{regexp.MustCompile(`\*\*(\S(?:[^*]*\S)?)\*\*`), `<strong>$1</strong>`},
	{regexp.MustCompile(`\b__(\S(?:[^_]*\S)?)__\b`), `<strong>$1</strong>`},
	{regexp.MustCompile(`\*(\S(?:[^*]*\S)?)\*`), `<em>$1</em>`},
	{regexp.MustCompile(`\b_(\S(?:[^_]*\S)?)_\b`), `<em>$1</em>`},
	{regexp.MustCompile(` {2,}\n`), "<br>\n"},
}

var (
	code      = regexp.MustCompile("`([^`]+)`")
	put       = regexp.MustCompile("\x00[0-9]+\x00")
	backslash = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()#+.!<>-])")
)

// span reads the forms inside a line. What is code, and what stands after a backslash, is put beyond their reach first.
func span(text string) string {
	var kept []string
	keep := func(html string) string {
		kept = append(kept, html)
		return "\x00" + strconv.Itoa(len(kept)-1) + "\x00"
	}
	text = strings.ReplaceAll(text, "\x00", "")
	text = code.ReplaceAllStringFunc(text, func(s string) string { return keep("<code>" + escaped(s[1:len(s)-1]) + "</code>") })
	text = backslash.ReplaceAllStringFunc(text, func(s string) string { return keep(escaped(s[1:])) })
	for _, s := range spans {
		text = s.form.ReplaceAllString(text, s.html)
	}
	return put.ReplaceAllStringFunc(text, func(s string) string {
		i, _ := strconv.Atoi(s[1 : len(s)-1])
		return kept[i]
	})
}

func escaped(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
