package web

import (
	"net/url"
	"slices"
	"strings"

	"pupitre/exos"
	"pupitre/exos/classroom"
)

// losses are those of one exercise of the homework, a pupil each.
type losses struct {
	Exercise string
	Title    string
	Rows     []regradeRow
}

// lose adds a loss to those of its exercise, wherever those stand.
func (p *correctionPage) lose(one classroom.Regrade, row regradeRow) {
	p.Lost++
	i := slices.IndexFunc(p.Loses, func(l losses) bool { return l.Exercise == string(one.Exercise) })
	if i < 0 {
		i = len(p.Loses)
		p.Loses = append(p.Loses, losses{Exercise: string(one.Exercise), Title: row.Exercise})
	}
	p.Loses[i].Rows = append(p.Loses[i].Rows, row)
}

// ticked counts the losses that are agreed to.
func (p *correctionPage) ticked() int {
	n := 0
	for _, l := range p.Loses {
		for _, row := range l.Rows {
			if row.Agreed {
				n++
			}
		}
	}
	return n
}

// consent is what a teacher's form agrees to: the boxes that are ticked, and what the button that sent it says of several at once.
type consent struct {
	losses   []classroom.Loss
	act      string          // tickAll, clearAll; "" where it is to be applied
	exercise exos.ExerciseID // of which the act is; "" of all
}

// The acts that a form's buttons name, alone for all exercises or before the one that they are of.
const (
	tickAll  = "tout"
	clearAll = "rien"
)

// consentOf reads a form. A button that says nothing known changes no box, and applies nothing.
func consentOf(form url.Values) consent {
	var c consent
	for _, value := range form["perte"] {
		learner, exercise, _ := strings.Cut(value, " ")
		c.losses = append(c.losses, classroom.Loss{Learner: exos.LearnerID(learner), Exercise: exos.ExerciseID(exercise)})
	}
	act, exercise, _ := strings.Cut(form.Get("cocher"), " ")
	c.act, c.exercise = act, exos.ExerciseID(exercise)
	return c
}

// to reports whether a loss is agreed to.
func (c consent) to(l classroom.Loss) bool {
	if c.exercise == "" || c.exercise == l.Exercise {
		switch c.act {
		case tickAll:
			return true
		case clearAll:
			return false
		}
	}
	return slices.Contains(c.losses, l)
}
