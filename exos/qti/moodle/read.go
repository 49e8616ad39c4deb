package moodle

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

// Is tells whether a file's root element is Moodle's, from its beginning.
func Is(data []byte) bool {
	head := data[:min(len(data), 4096)]
	at := bytes.Index(head, []byte("<quiz"))
	if at < 0 || at+5 >= len(head) || !bytes.ContainsRune([]byte(" \t\r\n/>"), rune(head[at+5])) {
		return false
	}
	// Before it stand only a declaration and comments.
	for before := bytes.TrimLeft(head[:at], "\xef\xbb\xbf \t\r\n"); len(before) > 0; {
		end := []byte("?>")
		if bytes.HasPrefix(before, []byte("<!--")) {
			end = []byte("-->")
		} else if !bytes.HasPrefix(before, []byte("<?")) && !bytes.HasPrefix(before, []byte("<!")) {
			return false
		} else if bytes.HasPrefix(before, []byte("<!")) {
			end = []byte(">")
		}
		_, rest, ok := bytes.Cut(before, end)
		if !ok {
			return false
		}
		before = bytes.TrimLeft(rest, " \t\r\n")
	}
	return true
}

// Read reads a question bank. A question that cannot be turned is said and left out; the others come back all the same.
func Read(data []byte, limits pack.Limits) (question.Set, []report.Finding) {
	limits = limits.OrDefault()
	r := &reader{limits: limits, set: question.Set{Files: map[string][]byte{}}}
	// Pictures stand in the file: it may be as large as a file of a package, and has many small elements.
	gate := limits
	gate.XML, gate.Elements = limits.Entry, 5*limits.Elements
	root, refusal := parse.Document(data, gate)
	if refusal != nil {
		r.findings = append(r.findings, *refusal)
		return r.set, r.findings
	}
	for i, e := range root.All("question") {
		if i >= question.MaxQuestions { // good or not
			r.say(report.Refusal, report.QuestionTooMany, e.Line, "limit", strconv.Itoa(question.MaxQuestions))
			break
		}
		r.question(e)
	}
	if r.penalty {
		r.say(report.Note, report.QuestionPenalty, 0)
	}
	return r.set, r.findings
}

type reader struct {
	limits   pack.Limits
	set      question.Set
	findings []report.Finding
	category []string
	size     int64 // of all files
	penalty  bool

	q    *question.Question // being read
	lost bool               // it is left out
}

func (r *reader) say(severity report.Severity, code report.Code, line int, params ...string) {
	f := question.Finding(severity, code, line, params...)
	if r.q != nil {
		f.Item = r.q.Name
	}
	r.findings = append(r.findings, f)
}

// leave leaves the question out: a refusal where its author must mend it, aside where it has no equal here.
func (r *reader) leave(severity report.Severity, code report.Code, line int, params ...string) {
	if !r.lost {
		r.say(severity, code, line, params...)
	}
	r.lost = true
}

// types are the questions that are turned, by Moodle's names.
var types = map[string]func(r *reader, e *parse.Element){
	"multichoice": (*reader).multichoice, "truefalse": (*reader).trueFalse, "shortanswer": (*reader).shortAnswer,
	"numerical": (*reader).numerical, "calculated": (*reader).calculated, "calculatedsimple": (*reader).calculated,
	"matching": (*reader).matching, "match": (*reader).matching, "essay": (*reader).essay, "description": func(*reader, *parse.Element) {},
	"ordering": (*reader).ordering, "cloze": (*reader).cloze, "multianswer": (*reader).cloze, "ddwtos": (*reader).dragWords,
	"gapselect": (*reader).selectWords, "ddimageortext": (*reader).dragOntoImage, "ddmarker": (*reader).dragMarkers,
}

func (r *reader) question(e *parse.Element) {
	kind := e.Attr("type")
	if kind == "category" {
		r.category = question.CategoryPath(e.Value("category"))
		if info := e.Value("info"); info != "" {
			r.say(report.Note, report.QuestionCategory, e.Line, "category", question.CategoryName(r.category))
		}
		return
	}
	q := &question.Question{Line: e.Line, Category: r.category, Name: question.OneLine(e.Value("name")), Identifier: e.Value("idnumber"), Grade: 1}
	r.q, r.lost = q, false
	defer func() { r.q = nil }()
	read, known := types[kind]
	if !known {
		r.leave(report.Aside, report.QuestionKind, e.Line, "kind", kind)
		return
	}
	r.common(e)
	read(r, e)
	if r.lost {
		return
	}
	if q.Name == "" {
		q.Name = q.DefaultName()
	}
	r.set.Questions = append(r.set.Questions, *q)
}

// common reads what all questions have.
func (r *reader) common(e *parse.Element) {
	q := r.q
	q.Text = r.text(e, "questiontext", markup.HTML)
	q.General = r.text(e, "generalfeedback", q.Text.Format)
	q.Correct = r.text(e, "correctfeedback", q.Text.Format)
	q.Partial = r.text(e, "partiallycorrectfeedback", q.Text.Format)
	q.Incorrect = r.text(e, "incorrectfeedback", q.Text.Format)
	for _, hint := range e.All("hint") {
		if t := r.textOf(hint, q.Text.Format); !t.IsZero() {
			q.Hints = append(q.Hints, t)
		}
	}
	if grade, ok := program.ParseNumber(e.Value("defaultgrade")); ok && grade > 0 && grade < 1e6 {
		q.Grade = grade
	}
	if penalty, ok := program.ParseNumber(e.Value("penalty")); ok && penalty > 0 {
		r.penalty = true
	}
	var tags []string
	for _, tag := range e.Child("tags").All("tag") {
		if t := strings.TrimSpace(textIn(tag)); t != "" {
			tags = append(tags, t)
		}
	}
	if q.Skills = tags; len(tags) > 0 {
		r.say(report.Note, report.QuestionTags, e.Line, "tags", strings.Join(tags, ", "))
	}
	if q.Text.HasTeX() {
		r.say(report.Note, report.QuestionTex, e.Line)
	}
}

// fraction is what an answer is worth.
func fraction(e *parse.Element) float64 {
	percent, ok := program.ParseNumber(e.Attr("fraction"))
	if !ok || math.Abs(percent) > 100 {
		return 0
	}
	return question.Fraction(percent)
}

// yes reads a setting that is on by default, or not.
func yes(text string, fallback bool) bool {
	switch strings.ToLower(text) {
	case "1", "true":
		return true
	case "0", "false":
		return false
	}
	return fallback
}

// answers lists the answers, not too many of them and no fewer than the question needs.
func (r *reader) answers(e *parse.Element, name string, least int) []*parse.Element {
	list := e.All(name)
	if len(list) < least {
		r.leave(report.Refusal, report.QuestionAnswers, e.Line, "got", strconv.Itoa(len(list)), "want", strconv.Itoa(least))
	}
	if len(list) > question.MaxAnswers {
		r.leave(report.Refusal, report.QuestionTooMany, e.Line, "limit", strconv.Itoa(question.MaxAnswers))
		return nil
	}
	return list
}
