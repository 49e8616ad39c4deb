package web

import (
	"context"
	"encoding/json"
	"net/http"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/live"
	"pupitre/journal"
)

// Live lets open pages follow what others do. live.Hub satisfies it.
type Live interface {
	// At is where a page that is read now stands.
	At(ctx context.Context) (string, error)
	// Serve tells one browser what moves.
	Serve(w http.ResponseWriter, r *http.Request, s live.Stream) error
}

// hintsPath is the stream of a school's hints.
const hintsPath = "/indices"

// Followed are the facts that open exercises follow.
var Followed = []string{classroom.FactHintGiven}

// Moved is what they are told of such a fact: at which exercise of which homework, and nothing of whose. It is the hub's Say.
func Moved(f journal.Fact) string {
	var body classroom.HintGiven
	if f.Topic != classroom.FactHintGiven || json.Unmarshal(f.Body, &body) != nil {
		return ""
	}
	text, err := json.Marshal(struct {
		Homework string          `json:"homework"`
		Exercise exos.ExerciseID `json:"exercise"`
	}{f.Subject, body.Exercise})
	if err != nil {
		return ""
	}
	return string(text)
}

// await is where a page's script listens for the hint that may be given to everybody, and from where on.
type await struct{ Stream, From string }

// follows is where a page of a homework's exercise stands. Where it cannot be known, its script looks once for what it may have missed.
func (room *Room) follows(ctx context.Context, at place) string {
	if room.Live == nil || at.homework == "" {
		return ""
	}
	from, _ := room.Live.At(ctx)
	return from
}

// followHints is a school's stream of hints, for as long as the reader is here. Whether a hint is theirs to see, the page says that they
// then ask for.
func (room *Room) followHints(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	return room.Live.Serve(w, r, live.Stream{
		School: v.Learner.School, Holder: string(v.Learner.ID),
		Still: func(ctx context.Context) error { return room.Door.Stays(r.WithContext(ctx)) },
	})
}
