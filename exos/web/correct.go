package web

import (
	"math"
	"net/http"
	"strings"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// correctionPage is what a corrected key would change: who gains, who would lose.
type correctionPage struct {
	look.Shell
	Path  string
	Plan  string
	Keys  []rekeyedRow
	Gains []regradeRow
	Loses []losses
	Lost  int      // losses in all
	Told  string   // how many of them are ticked, where the teacher just ticked several at once
	Rest  []string // what else is to be known
	Names namesAt
	Empty look.Empty
	Apply bool
}

// rekeyedRow is one exercise, with its answers before and now.
type rekeyedRow struct {
	Title    string
	Was, Now []string
	Other    bool // it asks something else now
}

// regradeRow is one pupil at one exercise.
type regradeRow struct {
	ID               string
	Name, Sub, Plain string
	Exercise         string
	Before, After    string
	By               string
	Loss             string // what the form sends to agree to it
	Agreed           bool   // its box is ticked
}

func (room *Room) showCorrection(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	return room.sendCorrection(w, r, http.StatusOK, v, "", consent{})
}

// sendCorrection shows the plan as it is now; trouble is why another one was not applied.
func (room *Room) sendCorrection(w http.ResponseWriter, r *http.Request, status int, v exos.Visitor, trouble string, agreed consent) error {
	plan, err := room.Classroom.Correction(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return err
	}
	p := &correctionPage{Shell: room.Site.Shell(r), Path: homeworkPath(plan.ID), Plan: plan.Hash, Names: room.names(w), Apply: plan.Pending() || len(plan.Pupils) > 0}
	p.Title, p.Lead = p.T("exosclass.correction"), p.T("exosclass.correction.lead")
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.homework"), Href: homeworkRoot}, {Text: plan.Title, Href: p.Path}, {Text: p.Title, Current: true}}
	if trouble != "" {
		p.Messages = append(p.Messages, look.Message{Tone: look.Amber, Icon: "triangle-alert", Text: trouble})
	}
	for _, e := range plan.Exercises {
		p.Keys = append(p.Keys, rekeyedRow{
			Title: p.T("exosweb.exercise.named", "n", e.Number, "title", e.Title), Was: keyWords(e.Was), Now: keyWords(e.Now), Other: !e.Comparable,
		})
	}
	for i, one := range plan.Pupils {
		row := regradeRow{
			ID: "perte-" + lang.Number(lang.English, int64(i+1)), Name: nameOf(&p.Shell, one.Member, one.Number), Sub: string(one.Subject), Plain: p.T("exosweb.pupil", "n", one.Number),
			Exercise: p.T("exosweb.exercise.named", "n", one.Task, "title", one.Title), Before: points(&p.Shell, one.Before, one.Max),
			After: points(&p.Shell, one.After, one.Max), By: plusMinus(&p.Shell, one.After-one.Before), Loss: string(one.Learner) + " " + string(one.Exercise),
		}
		if one.Loses() {
			row.Agreed = agreed.to(one.Loss())
			p.lose(one, row)
		} else {
			p.Gains = append(p.Gains, row)
		}
	}
	if agreed.act != "" {
		p.Told = p.T("exosclass.correction.ticked", "n", p.ticked(), "of", p.Lost)
	}
	if plan.Same > 0 {
		p.Rest = append(p.Rest, p.T("exosclass.correction.same", "n", plan.Same))
	}
	if plan.Apart > 0 {
		p.Rest = append(p.Rest, p.T("exosclass.correction.apart", "n", plan.Apart))
	}
	p.Empty = look.Empty{Title: p.T("exosclass.correction.none"), Text: p.T("exosclass.correction.none.why"), Action: look.Link{Text: p.T("exosclass.back"), Href: p.Path}}
	return room.correction.Send(w, r, status, p)
}

// keyWords are the answers that an exercise takes for right.
func keyWords(c *exos.Corrected) []string {
	var out []string
	for _, k := range c.Keys {
		texts := append([]string(nil), k.Texts...)
		out = append(out, strings.Join(append(texts, k.Accepted...), " · "))
	}
	return out
}

// plusMinus writes points with their sign: « +1 », « −0,5 ».
func plusMinus(s *look.Shell, by float64) string {
	if by < 0 {
		return "−" + lang.Decimal(s.Locale, -by)
	}
	return "+" + lang.Decimal(s.Locale, by)
}

// signedPoints is « +1 point », « −2 points ».
func signedPoints(s *look.Shell, by float64) string {
	return s.T("exosclass.points", "n", int(math.Abs(by)), "by", plusMinus(s, by))
}

// correct applies the plan that the teacher had before them, or ticks several losses at once for them to look at: then nothing is applied.
func (room *Room) correct(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "exosweb.form.unreadable")
	}
	agreed := consentOf(r.PostForm)
	if agreed.act != "" {
		return room.sendCorrection(w, r, http.StatusOK, v, "", agreed)
	}
	id := exos.HomeworkID(r.PathValue("homework"))
	err := room.Classroom.Correct(r.Context(), v, id, r.PostForm.Get("plan"), agreed.losses)
	if fault.Is(err, fault.Conflict) {
		s := room.Site.Shell(r)
		return room.sendCorrection(w, r, http.StatusConflict, v, said(&s, err), consent{})
	}
	if err != nil {
		return err
	}
	return room.done(w, r, homeworkPath(id), "exosclass.correction.applied")
}
