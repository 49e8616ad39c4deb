package lti

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/federation/proof"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// scoreBody is a score as a tool says it (Assignment and Grade Services 2.0 §3.4).
type scoreBody struct {
	User      string   `json:"userId"`
	Given     *float64 `json:"scoreGiven"`
	Maximum   *float64 `json:"scoreMaximum"`
	Comment   string   `json:"comment"`
	Timestamp string   `json:"timestamp"`
	Activity  string   `json:"activityProgress"`
	Grading   string   `json:"gradingProgress"`
}

// resultBody is a result as a tool reads it (§3.3).
type resultBody struct {
	ID      string  `json:"id"`
	ScoreOf string  `json:"scoreOf"`
	User    string  `json:"userId"`
	Score   float64 `json:"resultScore"`
	Maximum float64 `json:"resultMaximum"`
	Comment string  `json:"comment,omitempty"`
}

const (
	scoreMedia   = "application/vnd.ims.lis.v1.score+json"
	resultsMedia = "application/vnd.ims.lis.v2.resultcontainer+json"
)

// score takes what a tool says of somebody's work (§3.4.8): of a pupil who is in the class and holds the resource now. A tool that says
// something older than what it has said already is told so, and nothing changes.
func (p *Platform) score(w http.ResponseWriter, r *http.Request, a asked) error {
	item, err := p.findItem(r, a)
	if err != nil {
		return err
	}
	var b scoreBody
	if err := readBody(r, &b, scoreMedia); err != nil {
		return err
	}
	s, err := b.read(p.Now())
	if err != nil {
		return err
	}
	m, err := p.pupil(r.Context(), a, b.User)
	if err != nil {
		return err
	}
	s.Project, s.Person, s.School, s.Item = m.Project, m.Person, item.School, item.ID
	err = p.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		s.Received = w.Now()
		act, err := w.Record(ctx, journal.Entry{
			School: string(s.School), Actor: byTool(a.client), Verb: "federation.scored", Subject: string(item.ID), Person: string(s.Person),
			Class: journal.ClassAccess, Detail: map[string]any{"client": a.client.ID, "resource": a.context.ARK},
		})
		if err != nil {
			return err
		}
		newer, err := w.PutScore(ctx, act, s)
		if err == nil && !newer {
			err = fault.New(fault.Conflict, "federation.lti.score.older")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("take a score of %s: %w", a.client.ID, err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// read checks a score. It is pure.
func (b scoreBody) read(now time.Time) (Score, error) {
	refuse := func(code string, params ...any) (Score, error) {
		return Score{}, fault.New(fault.Invalid, code, params...)
	}
	said, err := time.Parse(time.RFC3339Nano, b.Timestamp)
	switch {
	case err != nil:
		return refuse("federation.lti.time", "value", short(b.Timestamp))
	case said.After(now.Add(proof.Skew)):
		return refuse("federation.lti.score.early")
	case said.Before(now.Add(-kept)):
		return refuse("federation.lti.score.late")
	case !slices.Contains(activities, b.Activity):
		return refuse("federation.lti.score.activity", "list", strings.Join(activities, ", "))
	case !slices.Contains(gradings, b.Grading):
		return refuse("federation.lti.score.grading", "list", strings.Join(gradings, ", "))
	case tooLong(b.Comment, longestText):
		return refuse("federation.lti.score.comment", "most", longestText)
	}
	s := Score{Activity: b.Activity, Grading: b.Grading, Remark: strings.TrimSpace(b.Comment), Said: said.UTC()}
	if b.Given == nil { // §3.4.1: the mark is taken back
		return s, nil
	}
	if b.Maximum == nil || !(*b.Maximum > 0 && *b.Maximum <= mostPoints) || !(*b.Given >= 0 && *b.Given <= mostPoints) {
		return refuse("federation.lti.score.points")
	}
	s.Marked, s.Given, s.Maximum = true, *b.Given, *b.Maximum
	return s, nil
}

// pupil finds a pupil of a class by their pseudonym, if they hold the resource now. Anybody else looks like nobody.
func (p *Platform) pupil(ctx context.Context, a asked, pseudonym string) (Member, error) {
	nobody := fault.New(fault.NotFound, "federation.lti.person")
	all, err := p.classOf(ctx, a.context)
	if err != nil {
		return Member{}, err
	}
	i := slices.IndexFunc(all, func(m Member) bool { return m.Profile == directory.Pupil && subject(m, a.client) == pseudonym })
	if i < 0 {
		return Member{}, nobody
	}
	_, holds, err := p.holds(ctx, a, all[i])
	if err == nil && !holds {
		err = nobody
	}
	return all[i], err
}

// results tells the marks that stand in a line item (§3.3), of those who hold the resource now.
func (p *Platform) results(w http.ResponseWriter, r *http.Request, a asked) error {
	q, err := single(r.URL.RawQuery)
	if err != nil {
		return err
	}
	limit, err := limitOf(q, mostMembers)
	if err != nil {
		return err
	}
	item, err := p.findItem(r, a)
	if err != nil {
		return err
	}
	scores, all, err := p.scoresOf(r.Context(), a.context, item)
	if err != nil {
		return err
	}
	if all, err = after(all, q.Get("after"), func(m Member) string { return subject(m, a.client) }); err != nil {
		return err
	}
	address := p.itemAddress(a.context, item.ID)
	out := []resultBody{}
	for _, m := range all {
		s, marked := scores[m.Person]
		if !marked || !s.Final() || q.Has("user_id") && subject(m, a.client) != q.Get("user_id") {
			continue
		}
		if _, holds, err := p.holds(r.Context(), a, m); err != nil {
			return err
		} else if !holds {
			continue
		}
		if len(out) == limit {
			q.Set("after", out[limit-1].User)
			next(w, address+"/results", q)
			break
		}
		name := subject(m, a.client)
		out = append(out, resultBody{ID: address + "/results?user_id=" + name, ScoreOf: address, User: name, Score: s.On(item), Maximum: item.Maximum, Comment: s.Remark})
	}
	return sendJSON(w, http.StatusOK, resultsMedia, out)
}

// scoresOf reads a line item's scores, and who is in the class.
func (p *Platform) scoresOf(ctx context.Context, c Context, item LineItem) (map[directory.PersonID]Score, []Member, error) {
	scores := map[directory.PersonID]Score{}
	var all []Member
	err := p.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		list, err := r.Scores(ctx, item.School, item.ID)
		if err != nil {
			return err
		}
		for _, s := range list {
			scores[s.Person] = s
		}
		all, err = r.Members(ctx, c.School, c.Cohort)
		return err
	})
	return scores, all, err
}
