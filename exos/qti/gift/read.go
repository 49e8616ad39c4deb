package gift

import (
	"strconv"
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

// Is tells whether a text looks like GIFT, from its beginning: it has answers in braces, a title between colons or a category.
func Is(data []byte) bool {
	text, _, ok := parse.Text(data[:min(len(data), 1<<20)])
	if !ok {
		return false
	}
	t := escape(string(text))
	open, end := strings.IndexByte(t, '{'), strings.LastIndexByte(t, '}')
	return open >= 0 && end > open || strings.Contains(t, "$CATEGORY:") || strings.HasPrefix(strings.TrimSpace(t), "::")
}

// Read reads a file. A question that is written wrongly is a refusal, with its line; the others come back all the same.
func Read(data []byte, limits pack.Limits) (question.Set, []report.Finding) {
	limits = limits.OrDefault()
	r := reader{limits: limits}
	text, latin, ok := parse.Text(data)
	switch {
	case !ok:
		r.say(report.Refusal, report.FormatUnknown, 0)
		return r.set, r.findings
	case int64(len(data)) > limits.XML:
		r.say(report.Refusal, report.XMLTooBig, 0, "limit", strconv.FormatInt(limits.XML, 10), "what", "bytes")
		return r.set, r.findings
	case latin:
		r.say(report.Warning, report.FormatLatin, 0)
	}
	var pending chunk // a comment by itself speaks of the question below
	for i, c := range split(string(text)) {
		if strings.TrimSpace(c.text) == "" {
			pending = c
			continue
		}
		if c.id == "" {
			c.id = pending.id
		}
		c.tags = append(pending.tags, c.tags...)
		pending = chunk{}
		if i >= question.MaxQuestions { // good or not
			r.say(report.Refusal, report.QuestionTooMany, c.line, "limit", strconv.Itoa(question.MaxQuestions))
			break
		}
		r.chunk(c)
	}
	return r.set, r.findings
}

type reader struct {
	limits   pack.Limits
	set      question.Set
	findings []report.Finding
	category []string
	line     int // where the question begins
	broken   bool
}

func (r *reader) say(severity report.Severity, code report.Code, line int, params ...string) {
	r.findings = append(r.findings, question.Finding(severity, code, line, params...))
}

// refuse says that the question is written wrongly, and where.
func (r *reader) refuse(code report.Code, line int, params ...string) {
	r.broken = true
	r.say(report.Refusal, code, line, params...)
}

// chunk reads one question, or the category of those that follow.
func (r *reader) chunk(c chunk) {
	for strings.HasPrefix(strings.TrimSpace(c.text), "$CATEGORY:") {
		before, after, _ := strings.Cut(c.text, "$CATEGORY:")
		name, rest, _ := strings.Cut(after, "\n")
		r.category = question.CategoryPath(unescape(escape(strings.TrimSpace(name))))
		c.line += strings.Count(before, "\n") + 1
		c.text = rest
	}
	if strings.TrimSpace(c.text) == "" {
		return
	}
	r.line, r.broken = c.line+strings.Count(c.text[:len(c.text)-len(strings.TrimLeft(c.text, " \t\n"))], "\n"), false
	q := question.Question{Line: r.line, Category: r.category, Identifier: c.id, Grade: 1}
	r.question(&q, escape(strings.TrimSpace(c.text)))
	if r.broken {
		return
	}
	if q.Skills = c.tags; len(c.tags) > 0 {
		r.say(report.Note, report.QuestionTags, r.line, "tags", strings.Join(c.tags, ", "))
	}
	r.set.Questions = append(r.set.Questions, q)
}

// question reads title, text and answers.
func (r *reader) question(q *question.Question, text string) {
	whole := text
	if rest, ok := strings.CutPrefix(text, "::"); ok {
		if name, after, ok := strings.Cut(rest, "::"); ok {
			q.Name = question.OneLine(unescape(name))
			text = strings.TrimSpace(after)
		}
	}
	open, end := strings.IndexByte(text, '{'), strings.IndexByte(text, '}')
	switch {
	case open < 0 && end < 0:
		q.Text = r.text(text, markup.Moodle)
		r.named(q)
		return
	case open < 0 || end < open:
		r.refuse(report.QuestionBraces, r.line)
		return
	}
	before, answers, after := text[:open], text[open+1:end], text[end+1:]
	line := r.line + strings.Count(whole[:len(whole)-len(text)+open], "\n")
	if strings.ContainsAny(after, "{}") {
		r.say(report.Warning, report.QuestionSecond, line, "text", unescape(strings.TrimSpace(after)))
	}
	q.Text = r.text(before, markup.Moodle)
	if at := strings.LastIndex(answers, "####"); at >= 0 {
		q.General = r.text(answers[at+4:], q.Text.Format)
		answers = answers[:at]
	}
	p := r.part(answers, line, q.Text.Format)
	q.Parts = []question.Part{p}
	if strings.TrimSpace(after) != "" {
		gap(q, before, unescape(after))
	}
	r.named(q)
}

// gap makes the answers a gap in the sentence; a kind that has no place there stands below it.
func gap(q *question.Question, before, after string) {
	p := &q.Parts[0]
	if p.Kind == question.Choose && !p.Multiple && !p.TrueFalse {
		p.Kind = question.Select
	}
	blank := "_____"
	if p.Kind == question.Select || p.Kind == question.Type || p.Kind == question.Number {
		blank = markup.Mark(0)
	}
	if q.Text.Source != "" && strings.TrimRight(before, " \t\n") != before {
		blank = " " + blank
	}
	q.Text.Source += blank + strings.TrimRight(after, " \t\n")
}

// named gives a question without a title its first words.
func (r *reader) named(q *question.Question) {
	if q.Name == "" {
		q.Name = q.DefaultName()
	}
	if q.Text.HasTeX() {
		r.say(report.Note, report.QuestionTex, r.line)
	}
}

// text reads « [format]text ».
func (r *reader) text(s string, format markup.Format) markup.Text {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "["); ok {
		name, after, closed := strings.Cut(rest, "]")
		if f, known := markup.FormatNamed(name); closed && known && !strings.Contains(name, "_") {
			format, s = f, after
		}
	}
	return markup.Text{Source: strings.TrimSpace(unescape(s)), Format: format}
}
