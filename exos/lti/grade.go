package lti

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/tx"
)

const (
	scoreMedia = "application/vnd.ims.lis.v1.score+json"
	itemMedia  = "application/vnd.ims.lis.v2.lineitem+json"
	itemsMedia = "application/vnd.ims.lis.v2.lineitemcontainer+json"

	round     = 16               // grades looked at in one turn
	leaseLife = 60 * time.Second // more than the asking of one can take
	giveUp    = 72 * time.Hour   // after which what is owed is dropped
	longest   = 15 * time.Minute // between two tries
	idle      = time.Second
)

// scoreBody is a score (Assignment and Grade Services 2.0 §3.4). timestamp is when it was said; submission, when the pupil worked: a
// platform that takes the one for the other calls work late that was not.
type scoreBody struct {
	User       string     `json:"userId"`
	Given      *float64   `json:"scoreGiven,omitempty"`
	Maximum    *float64   `json:"scoreMaximum,omitempty"`
	Timestamp  string     `json:"timestamp"`
	Activity   string     `json:"activityProgress"`
	Grading    string     `json:"gradingProgress"`
	Submission submission `json:"submission"`
}

type submission struct {
	Started   string `json:"startedAt,omitempty"`
	Submitted string `json:"submittedAt,omitempty"`
}

// scoreOf says what was earned. It is pure.
func scoreOf(g Grade, e Earned, now time.Time) scoreBody {
	s := scoreBody{User: string(g.Subject), Timestamp: stamp(now), Activity: "InProgress", Grading: "NotReady",
		Submission: submission{stamp(e.Begun), stamp(e.Answered)}}
	if e.Done == 0 {
		s.Activity = "Started"
	} else if g.Exercise != "" && e.Ended || g.Exercise == "" && e.Done >= e.Total {
		s.Activity = "Completed"
	}
	if e.Done > 0 && e.Max > 0 {
		given, most := max(0, e.Best), e.Max
		s.Given, s.Maximum, s.Grading = &given, &most, "FullyGraded"
	}
	return s
}

// stamp is an instant as the services write it (§3.4.5): with a part of a second and an offset; to the microsecond, so that of two scores one is the later.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02T15:04:05.000000Z07:00")
}

// essence is what a score says, whenever it is said: the same twice is said once.
func (s scoreBody) essence() (string, error) {
	s.Timestamp = ""
	text, err := json.Marshal(s)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// Run tells platforms what is owed to them, until ctx ends. Any number of nodes may run.
func (t *Tool) Run(ctx context.Context) {
	tick := time.NewTicker(idle)
	defer tick.Stop()
	for {
		for {
			n, err := t.Tell(ctx)
			if err != nil && ctx.Err() == nil {
				t.log().ErrorContext(ctx, "grades could not be told", "error", err)
			}
			if err != nil || n == 0 {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Tell tells what is due now, at most a round of it, and returns how many grades were taken up.
func (t *Tool) Tell(ctx context.Context) (int, error) {
	due, err := tx.Answer(ctx, t.Store.Read, func(ctx context.Context, r Reader) ([]Grade, error) { return r.GradesDue(ctx, round) })
	if err != nil {
		return 0, err
	}
	told := 0
	for _, g := range due {
		ours, err := tx.Answer(ctx, t.Store.Write, func(ctx context.Context, w Writer) (bool, error) {
			return w.LeaseGrade(ctx, g, w.Now().Add(leaseLife))
		})
		if err != nil {
			return told, err
		}
		if !ours {
			continue
		}
		if err := t.tell(ctx, g); err != nil {
			return told, err
		}
		told++
	}
	return told, nil
}

// tell tells one grade and notes what came of it. Its error is ours; a platform's failures only put the grade off.
func (t *Tool) tell(ctx context.Context, g Grade) error {
	said, failed := t.say(ctx, &g)
	now := t.Now()
	// WithoutCancel: what was told must not be told again only because we are being stopped.
	ctx = context.WithoutCancel(ctx)
	if failed != nil && now.Sub(g.OwedAt) < giveUp {
		t.log().WarnContext(ctx, "a platform did not take a grade", "platform", g.Platform, "tries", g.Tries+1, "error", failed)
		return t.Store.Write(ctx, func(ctx context.Context, w Writer) error { return w.GradeLater(ctx, g, now.Add(pause(g.Tries))) })
	}
	if failed != nil {
		t.log().ErrorContext(ctx, "a grade is given up", "platform", g.Platform, "tries", g.Tries+1, "error", failed)
	} else {
		g.Told = said
	}
	return t.Store.Write(ctx, func(ctx context.Context, w Writer) error { return w.GradeTold(ctx, g) })
}

// pause is how long to wait after so many failures: 1 s, 2 s, 4 s … 15 min.
func pause(tries int) time.Duration {
	if tries > 10 {
		return longest
	}
	return min(time.Second<<tries, longest)
}

// say sends what was earned, if that is news, and returns what it said.
func (t *Tool) say(ctx context.Context, g *Grade) (string, error) {
	p, err := t.platform(ctx, g.Platform)
	if fault.Is(err, fault.NotFound) || err == nil && p.over(t.Now()) {
		return g.Told, nil // nobody is left to be told
	}
	if err != nil {
		return "", err
	}
	e, err := tx.Answer(ctx, t.Store.Read, func(ctx context.Context, r Reader) (Earned, error) {
		return r.Earned(ctx, g.Learner, g.Module, g.Exercise)
	})
	if err != nil {
		return "", err
	}
	s := scoreOf(*g, e, t.Now())
	said, err := s.essence()
	if err != nil || said == g.Told || e.Done == 0 {
		return said, err
	}
	if g.Item == "" {
		if g.Item, err = t.column(ctx, p, *g, e.Max); err != nil {
			return "", err
		}
	}
	body, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	address, err := below(g.Item, "scores")
	if err != nil {
		return "", err
	}
	status, _, _, err := t.call(ctx, p, scopeScore, http.MethodPost, address, scoreMedia, "application/json", body)
	if err == nil && status/100 != 2 {
		err = fmt.Errorf("scores: status %d", status)
	}
	return said, err
}

// below adds a part to the path of an address that may have a query (§3.4.1).
func below(address, part string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	return u.JoinPath(part).String(), nil
}

// column finds the column of a link where a launch named none, or makes it (§3.2.4, §3.2.5).
func (t *Tool) column(ctx context.Context, p Platform, g Grade, most float64) (string, error) {
	resource := string(g.Module)
	if g.Exercise != "" {
		resource += "/" + string(g.Exercise)
	}
	address, err := httpx.WithQuery(g.Items, url.Values{"resource_link_id": {g.Link}, "resource_id": {resource}})
	if err != nil {
		return "", err
	}
	status, body, _, err := t.call(ctx, p, scopeItems, http.MethodGet, address, "", itemsMedia, nil)
	if err != nil {
		return "", err
	}
	type item struct {
		ID       string  `json:"id,omitempty"`
		Maximum  float64 `json:"scoreMaximum"`
		Label    string  `json:"label"`
		Resource string  `json:"resourceId"`
		Link     string  `json:"resourceLinkId"`
	}
	var known []item
	if status == http.StatusOK && json.Unmarshal(body, &known) == nil {
		for _, one := range known { // not every platform filters
			if one.Link == g.Link && one.Resource == resource && p.serves(one.ID) {
				return one.ID, nil
			}
		}
	}
	if most <= 0 {
		most = 1
	}
	made, err := json.Marshal(item{Maximum: most, Label: bounded(g.Title), Resource: resource, Link: g.Link})
	if err != nil {
		return "", err
	}
	status, body, _, err = t.call(ctx, p, scopeItems, http.MethodPost, g.Items, itemMedia, itemMedia, made)
	if err != nil {
		return "", err
	}
	var got item
	if status/100 != 2 || json.Unmarshal(body, &got) != nil || !p.serves(got.ID) {
		return "", fmt.Errorf("lineitems: status %d", status)
	}
	return got.ID, nil
}
