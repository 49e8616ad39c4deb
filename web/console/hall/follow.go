package hall

import (
	"context"
	"encoding/json"
	"net/http"

	"pupitre/catalogue"
	stream "pupitre/internal/live"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/notify"
)

// Live lets open pages follow what others do. live.Hub satisfies it.
type Live interface {
	// At is where a page that is read now stands.
	At(ctx context.Context) (string, error)
	// Serve tells one browser what moves.
	Serve(w http.ResponseWriter, r *http.Request, s stream.Stream) error
}

// Followed are the facts by which figures of the console move.
var Followed = []string{licensing.FactPoolChanged, licensing.FactBatchChanged, notify.FactNoticed}

// Moved is what open pages are told of such a fact: of which resources, of which batch, or that somebody has a
// notification; and nothing of whose. It is the hub's Say.
func Moved(f journal.Fact) string {
	said := struct {
		Resources     []catalogue.ResourceID `json:"resources"`
		Batch         string                 `json:"batch,omitempty"`
		Notifications bool                   `json:"notifications,omitempty"`
	}{Resources: []catalogue.ResourceID{}}
	var body licensing.PoolChanged
	switch {
	case f.Topic == licensing.FactBatchChanged:
		said.Batch = f.Subject
	case f.Topic == notify.FactNoticed:
		said.Notifications = true
	case json.Unmarshal(f.Body, &body) != nil || len(body.Resources) == 0:
		return ""
	default:
		said.Resources = body.Resources
	}
	text, err := json.Marshal(said)
	if err != nil {
		return ""
	}
	return string(text)
}

// following tells the page's script where to listen. A page that does not know where it stands is told to look at everything once.
func (c *Hall) following(r *http.Request, at Site, s *look.Shell) *look.Follow {
	if c.Live == nil || !at.follows() {
		return nil
	}
	f := &look.Follow{Stream: at.Path(livePath), One: s.T("console.live.one"), Many: s.T("console.live.many", "n", "{n}"), All: s.T("console.live.all")}
	if r.Method == http.MethodGet { // what a form's answer shows was read a moment before this
		f.From, _ = c.Live.At(r.Context())
	}
	return f
}

// follows reports whether the reader's pages follow others: the stream names all resources of the school, so a delegate who has some of
// them only reads it not.
func (at Site) follows() bool { return at.Mandate == nil || len(at.Mandate.Resources) == 0 }

// follow is a school's stream, for as long as its reader manages the school.
func (c *Hall) follow(w http.ResponseWriter, r *http.Request, at Site) error {
	if !at.follows() {
		return errDelegate
	}
	return c.Live.Serve(w, r, stream.Stream{
		School: string(at.School.ID), Holder: string(at.Reader.Session.ID),
		Still: func(ctx context.Context) error { return c.still(r.WithContext(ctx)) },
	})
}

// still asks the same door again, and shows nobody its answer.
func (c *Hall) still(r *http.Request) error {
	may := false
	door := c.Within(func(_ http.ResponseWriter, _ *http.Request, at Site) error {
		may = at.follows()
		return nil
	})
	if err := door(nobody{}, r); err != nil {
		return err
	}
	if !may {
		return errSchool
	}
	return nil
}

// nobody reads no answer.
type nobody struct{}

func (nobody) Header() http.Header { return http.Header{} }

func (nobody) Write(b []byte) (int, error) { return len(b), nil }

func (nobody) WriteHeader(int) {}
