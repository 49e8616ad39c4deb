package moodle

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"path"
	"strconv"
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

// text is the text of the child of that name, with its own pictures.
func (r *reader) text(e *parse.Element, name string, fallback markup.Format) markup.Text {
	c := e.Child(name)
	if c == nil {
		return markup.Text{Format: fallback}
	}
	return r.textOf(c, fallback)
}

// textOf is the text of an element: its <text>, or what stands in it (as in old files).
func (r *reader) textOf(e *parse.Element, fallback markup.Format) markup.Text {
	t := markup.Text{Source: strings.TrimSpace(textIn(e)), Format: fallback}
	if format, ok := markup.FormatNamed(e.Attr("format")); ok {
		t.Format = format
	}
	files := e.All("file")
	if len(files) > question.MaxAnswers {
		r.leave(report.Refusal, report.QuestionTooMany, e.Line, "limit", strconv.Itoa(question.MaxAnswers))
		return t
	}
	for _, f := range files {
		if at, ok := r.file(f); ok {
			t.Source = addressed(t.Source, f.Attr("name"), at)
		}
	}
	return t
}

func textIn(e *parse.Element) string {
	if t := e.Child("text"); t != nil {
		return t.Text
	}
	return e.Text
}

// addressed puts the file's path in the package wherever the text names the file, as it is or as an address.
func addressed(source, name, at string) string {
	for _, form := range []string{name, url.PathEscape(name), strings.ReplaceAll(name, " ", "%20"), strings.ReplaceAll(name, " ", "+")} {
		for _, end := range []string{`"`, `'`, "?", ")", " "} {
			source = strings.ReplaceAll(source, "@@PLUGINFILE@@/"+form+end, at+end)
		}
	}
	return source
}

// file takes a file out of the XML, and gives its path in the package: by what it contains, so that two of one name never meet.
func (r *reader) file(e *parse.Element) (string, bool) {
	name := e.Attr("name")
	var data []byte
	var err error
	switch encoding := e.Attr("encoding"); encoding {
	case "base64", "":
		data, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(e.Text), ""))
	default:
		err = base64.CorruptInputError(0)
	}
	if err != nil || len(data) == 0 {
		r.say(report.Aside, report.QuestionFile, e.Line, "href", name)
		return "", false
	}
	sum := sha256.Sum256(data)
	at := "media/" + hex.EncodeToString(sum[:6]) + "/" + plainName(name)
	if _, have := r.set.Files[at]; !have {
		if r.size += int64(len(data)); r.size > r.limits.Total || len(r.set.Files) >= r.limits.Entries {
			r.leave(report.Refusal, report.PackageTooBig, e.Line, "limit", strconv.FormatInt(r.limits.Total, 10), "entry", name)
			return "", false
		}
		r.set.Files[at] = data
	}
	return at, true
}

// plainName is a file name that any zip takes and any address holds: letters, digits, hyphens, a point.
func plainName(name string) string {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	out := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '-'
	}, base)
	out = strings.TrimLeft(out, ".-")
	if len(out) > 80 {
		out = out[len(out)-80:]
	}
	if out == "" {
		return "file"
	}
	return out
}
