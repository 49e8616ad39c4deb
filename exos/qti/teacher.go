package qti

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"pupitre/exos/qti/gift"
	"pupitre/exos/qti/moodle"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

// form is what a file is, by its first bytes: a publisher's file, or a teacher's.
type form uint8

const (
	formPackage form = iota // zip; also what nothing can be made of, which the zip reader refuses
	formItem
	formGIFT
	formMoodle
	formUnknown
)

// Questions reads a teacher's file, GIFT or Moodle's XML, without making exercises of it; false where it is neither.
func Questions(data []byte, limits Limits) (question.Set, []Finding, bool) {
	switch formOf(data) {
	case formGIFT:
		set, findings := gift.Read(data, limits.OrDefault())
		return set, findings, true
	case formMoodle:
		set, findings := moodle.Read(data, limits.OrDefault())
		return set, findings, true
	}
	return question.Set{}, nil, false
}

// Collect makes a module of questions, as Import does of a teacher's file: each question becomes an item of QTI 3 and passes through the
// parser as a publisher's would. A question that the parser sets aside is missing from the module, and said; the error is a *report.Error
// where one is refused, as Import's.
func Collect(identifier, title string, set question.Set, limits Limits) (*Module, *Report, error) {
	im := newImporter(limits)
	im.questions("", nil, set, nil)
	im.module.Identifier, im.module.Title = identifier, title
	return im.done()
}

// formOf tells formats apart by what is inside: names lie.
func formOf(data []byte) form {
	switch {
	case bytes.HasPrefix(data, []byte("PK")):
		return formPackage
	case moodle.Is(data):
		return formMoodle
	case isMarkup(data) && !startsLikeText(data):
		return formItem
	case gift.Is(data):
		return formGIFT
	case isMarkup(data):
		return formItem
	}
	if text, _, ok := parse.Text(data[:min(len(data), 1<<20)]); ok && len(bytes.TrimSpace(text)) > 0 {
		return formUnknown
	}
	return formPackage
}

// startsLikeText tells whether a file that begins with an element begins with one of HTML, as the first question of a GIFT
// file may.
func startsLikeText(data []byte) bool {
	_, rest, _ := bytes.Cut(data, []byte("<"))
	end := bytes.IndexAny(rest, " />\r\n\t")
	if end < 0 {
		return false
	}
	switch strings.ToLower(string(rest[:end])) {
	case "p", "b", "i", "u", "em", "strong", "span", "div", "img", "br", "sub", "sup", "h1", "h2", "h3", "h4", "h5", "h6", "font", "center":
		return true
	}
	return false
}

// questions makes a module of a teacher's file: each question becomes an item of QTI 3 and passes through the parser as a
// publisher's would. What is found is said of the teacher's file and its lines.
func (im *importer) questions(name string, data []byte, set question.Set, findings []report.Finding) {
	im.report.Add(findings...)
	t := teacher{im: im, set: &set, taken: map[string]bool{}, common: commonCategory(set.Questions)}
	im.module.Identifier = name + "-" + identity(t.common, data)
	im.module.Title = t.title()
	for i := range set.Questions {
		t.add(&set.Questions[i])
	}
	if t.languageMissing {
		im.report.Add(Finding{Severity: report.Note, Code: report.QuestionLanguage})
	}
	for _, path := range sorted(set.Files) {
		im.module.Files = append(im.module.Files, File{Path: path, Data: set.Files[path]})
	}
}

// identity is what tells one file of a teacher's from another, and its next version from itself: the category that all its
// questions stand in; where there is none, its bytes, so that two files without a name never meet.
func identity(common []string, data []byte) string {
	if s := slug(strings.Join(common, "-")); s != "" {
		return s
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
}

// teacher turns the questions of one file into the exercises of a module.
type teacher struct {
	im              *importer
	set             *question.Set
	common          []string
	taken           map[string]bool // identifiers
	languageMissing bool
}

func (t *teacher) title() string {
	if n := len(t.common); n > 0 {
		return t.common[n-1]
	}
	for i := range t.set.Questions {
		return t.set.Questions[i].Name
	}
	return ""
}

func (t *teacher) add(q *question.Question) {
	id := t.identifier(q)
	path := id + ".xml"
	data := q.Item(id, "")
	ex, findings := parse.Item(data, parse.Source{Path: path, Files: t.set, Limits: t.im.limits, Shared: t.im.shared})
	for _, f := range findings {
		if f.Code == report.LanguageMissing { // neither format has a word for it: said once of the file
			t.languageMissing = true
			continue
		}
		f.File, f.Line = "", q.Line
		t.im.report.Add(f)
	}
	if item := t.im.take(path, ex); item != nil {
		t.im.module.Files = append(t.im.module.Files, File{Path: path, Data: data})
		item.Skills = q.Skills
		t.section(q.Category[len(t.common):]).add(*item)
	}
}

// identifier is the one that the author gave, else the question's name; it is the same when the file comes again.
func (t *teacher) identifier(q *question.Question) string {
	base := "q-" + slug(q.Name)
	if own := slug(q.Identifier); own != "" {
		base = own
		if !unicode.IsLetter([]rune(own)[0]) {
			base = "q-" + own
		}
	}
	id := base
	for n := 2; t.taken[strings.ToLower(id)]; n++ {
		id = base + "-" + strconv.Itoa(n)
	}
	t.taken[strings.ToLower(id)] = true
	return id
}

// section finds the section of a category, made where it is not there yet.
func (t *teacher) section(path []string) *Section {
	list, number := &t.im.module.Sections, "S"
	if len(path) == 0 {
		path = []string{t.im.module.Title}
	}
	var s *Section
	for _, title := range path {
		at := -1
		for i := range *list {
			if (*list)[i].Title == title {
				at = i
			}
		}
		if at < 0 {
			at = len(*list)
			*list = append(*list, Section{Title: title, Identifier: fmt.Sprintf("%s%d", number, at+1)})
		}
		s = &(*list)[at]
		list, number = &s.Sections, s.Identifier+"."
	}
	return s
}

func (s *Section) add(item Item) { s.Items = append(s.Items, item) }

// commonCategory is what the categories of all questions begin with.
func commonCategory(questions []question.Question) []string {
	var common []string
	for i := range questions {
		path := questions[i].Category
		if i == 0 {
			common = path
			continue
		}
		n := 0
		for n < len(common) && n < len(path) && common[n] == path[n] {
			n++
		}
		common = common[:n]
	}
	return common
}

// slug is a name as an identifier: letters and digits, small, with hyphens between.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() > 60 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}
