package moodle

import (
	"bytes"
	"image"
	_ "image/gif"  // sizes of pictures
	_ "image/jpeg" //
	_ "image/png"  //
	"strconv"
	"strings"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

// onto begins a part on a picture: the question's own file, whose size places the spots.
func (r *reader) onto(e *parse.Element) (question.Part, bool) {
	p := question.Part{Kind: question.Place, Shuffle: yes(e.Value("shuffleanswers"), false)}
	if f := e.Child("file"); f != nil {
		if at, ok := r.file(f); ok {
			p.Picture = at
			p.Width, p.Height = r.sizeOf(at)
		}
	}
	if p.Picture == "" || p.Width == 0 {
		r.leave(report.Aside, report.QuestionPicture, e.Line, "href", e.Child("file").Attr("name"))
		return p, false
	}
	return p, true
}

// sizeOf reads a picture's size from its first bytes; 0 where it is none that can be read.
func (r *reader) sizeOf(at string) (width, height int) {
	config, _, err := image.DecodeConfig(bytes.NewReader(r.set.Files[at]))
	if err != nil || config.Width > 20_000 || config.Height > 20_000 {
		return 0, 0
	}
	return config.Width, config.Height
}

// drags reads what is moved, by its number.
func (r *reader) drags(e *parse.Element, p *question.Part) map[string]int {
	numbers := map[string]int{}
	for _, d := range r.answers(e, "drag", 1) {
		a := question.Answer{Text: r.textOf(d, r.q.Text.Format), Reuse: d.Child("infinite") != nil}
		if group := d.Value("draggroup"); group != "" {
			a.Group = "G" + plainName(group)
		}
		if f := d.Child("file"); f != nil {
			if at, ok := r.file(f); ok {
				a.Picture = at
			}
		}
		if n := d.Value("noofdrags"); n != "" && n != "1" {
			a.Reuse = true
		}
		numbers[d.Value("no")] = len(p.Answers)
		p.Answers = append(p.Answers, a)
	}
	return numbers
}

// dragOntoImage: words or pictures, moved to places that the pupil sees. A place is as large as the picture that belongs there.
func (r *reader) dragOntoImage(e *parse.Element) {
	p, ok := r.onto(e)
	if !ok {
		return
	}
	numbers := r.drags(e, &p)
	for _, d := range r.answers(e, "drop", 1) {
		j, ok := numbers[d.Value("choice")]
		x, okX := program.ParseNumber(d.Value("xleft"))
		y, okY := program.ParseNumber(d.Value("ytop"))
		if !ok || !okX || !okY {
			r.leave(report.Refusal, report.QuestionPair, d.Line, "text", d.Value("choice"))
			return
		}
		width, height := 90, 28 // of a word
		if at := p.Answers[j].Picture; at != "" {
			if w, h := r.sizeOf(at); w > 0 {
				width, height = w, h
			}
		}
		p.Stems = append(p.Stems, question.Stem{
			Answer: j, Group: p.Answers[j].Group, Shape: "rect", Coords: numbersOf(x, y, x+float64(width), y+float64(height)),
		})
	}
	r.part(p)
}

// dragMarkers: places that the pupil has to find; here they are seen, which is said.
func (r *reader) dragMarkers(e *parse.Element) {
	p, ok := r.onto(e)
	if !ok {
		return
	}
	numbers := r.drags(e, &p)
	for _, d := range r.answers(e, "drop", 1) {
		j, ok := numbers[d.Value("choice")]
		shape, coords, okShape := zone(d.Value("shape"), d.Value("coords"))
		if !ok || !okShape {
			r.leave(report.Refusal, report.QuestionPair, d.Line, "text", d.Value("coords"))
			return
		}
		p.Stems = append(p.Stems, question.Stem{Answer: j, Shape: shape, Coords: coords})
	}
	r.say(report.Warning, report.QuestionZones, e.Line)
	r.part(p)
}

// zone turns « rectangle x,y;w,h », « circle x,y;r », « polygon x,y;x,y;… » into QTI's words.
func zone(shape, coords string) (string, string, bool) {
	var n []float64
	for _, word := range strings.FieldsFunc(coords, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		f, ok := program.ParseNumber(word)
		if !ok || len(n) > 2*question.MaxAnswers {
			return "", "", false
		}
		n = append(n, f)
	}
	switch {
	case shape == "rectangle" && len(n) == 4:
		return "rect", numbersOf(n[0], n[1], n[0]+n[2], n[1]+n[3]), true
	case shape == "circle" && len(n) == 3:
		return "circle", numbersOf(n...), true
	case (shape == "polygon" || shape == "poly") && len(n) >= 6 && len(n)%2 == 0:
		return "poly", numbersOf(n...), true
	}
	return "", "", false
}

func numbersOf(n ...float64) string {
	words := make([]string, len(n))
	for i, f := range n {
		words[i] = strconv.Itoa(int(f + 0.5))
	}
	return strings.Join(words, ",")
}
