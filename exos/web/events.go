package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"strconv"

	"pupitre/exos"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// sending is what the player's script posts: events, and the exercise that it is showing.
type sending struct {
	Events   batch           `json:"events"`
	Show     exos.ExerciseID `json:"show,omitempty"`
	Homework exos.HomeworkID `json:"homework,omitempty"` // in which it is shown, "" in its module
}

// batch is a list of events that is read no further than one more than may be sent at once: a million empty ones weigh little on the
// line and much here.
type batch []exos.Event

// UnmarshalJSON implements json.Unmarshaler.
func (b *batch) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	if start, err := d.Token(); err != nil || start != json.Delim('[') {
		return errNoList
	}
	for d.More() && len(*b) <= exos.MaxEvents {
		var e exos.Event
		if err := d.Decode(&e); err != nil {
			return err
		}
		*b = append(*b, e)
	}
	return nil
}

var errNoList = errors.New("the events are no list")

// receipt is what it gets: the server's word on each event, in the order sent, and the sheet to show now.
type receipt struct {
	Verdicts []judgement   `json:"verdicts"`
	Sheet    template.HTML `json:"sheet,omitempty"`
}

// judgement is a verdict with its words.
type judgement struct {
	exos.Verdict
	Text string `json:"text,omitempty"` // why it was refused
}

// maxSending bounds one request: a device that was long without a network sends several.
const maxSending = 4 << 20

// takeEvents keeps what a pupil did, and says what became of it.
func (room *Room) takeEvents(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	httpx.AllowBody(r, maxSending)
	var in sending
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return fault.Wrap(err, fault.Invalid, "exosweb.form.unreadable")
	}
	verdicts, err := room.Service.Submit(r.Context(), v, in.Events)
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	out := receipt{Verdicts: make([]judgement, len(verdicts))}
	var hint *exos.Verdict
	for i, verdict := range verdicts {
		out.Verdicts[i] = judgement{Verdict: verdict}
		if verdict.Code != "" {
			out.Verdicts[i].Text = told(&s, verdict)
		}
		if verdict.Hint != nil && in.Events[i].Exercise == in.Show {
			hint = &verdicts[i]
		}
	}
	if in.Show != "" {
		if out.Sheet, err = room.fresh(r, &s, v, in, hint); err != nil {
			// The events are kept: the script says so, and shows the old sheet.
			httpx.Event(r.Context()).Set("sheet", err.Error())
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(out)
}

// fresh draws the sheet as it is now.
func (room *Room) fresh(r *http.Request, s *look.Shell, v exos.Visitor, in sending, hint *exos.Verdict) (template.HTML, error) {
	sitting, err := room.sit(r.Context(), v, in.Homework, in.Show)
	if err != nil {
		return "", err
	}
	return room.exercise.Part(s.Locale, "sheet", room.sheet(s, v, sitting, draft{hint: hint}))
}

// told puts a verdict's reason into words. Its parameters were kept as text: numbers and days speak as such again.
func told(s *look.Shell, v exos.Verdict) string {
	params := make([]any, len(v.Params))
	for i, p := range v.Params {
		params[i] = p
		if n, err := strconv.Atoi(p); err == nil && i%2 == 1 {
			params[i] = n
		} else if d, err := clock.ParseDate(p); err == nil && i%2 == 1 {
			params[i] = d
		}
	}
	return s.T(v.Code, params...)
}
