package hall

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync/atomic"

	"pupitre/catalogue"
	"pupitre/directory"
	stream "pupitre/internal/live"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/notify"
	"pupitre/token"
)

// Live lets open pages follow what others do. live.Hub satisfies it.
type Live interface {
	// At is where a page that is read now stands.
	At(ctx context.Context) (string, error)
	// Serve tells one browser what moves.
	Serve(w http.ResponseWriter, r *http.Request, s stream.Stream) error
}

// Followed are the facts by which figures of the console move.
var Followed = []string{licensing.FactPoolChanged, licensing.FactSuggestionChanged, licensing.FactMandateChanged, licensing.FactBatchChanged, notify.FactNoticed,
	directory.ManagerChanged, token.FactChanged}

// moved is what open pages are told: of which resources, and whether of what teachers suggest of them; of which batch; that a delegate
// has other terms or managers are others, that a program came or went, or that somebody has a notification. It says nothing of whose.
type moved struct {
	Resources     []catalogue.ResourceID `json:"resources"`
	Suggestions   bool                   `json:"suggestions,omitempty"`
	Delegates     bool                   `json:"delegates,omitempty"`
	Programs      bool                   `json:"programs,omitempty"`
	Batch         string                 `json:"batch,omitempty"`
	Notifications bool                   `json:"notifications,omitempty"`
}

// Moved is what open pages are told of such a fact. It is the hub's Say.
func Moved(f journal.Fact) string {
	said := moved{Resources: []catalogue.ResourceID{}}
	switch f.Topic {
	case licensing.FactBatchChanged:
		said.Batch = f.Subject
	case licensing.FactMandateChanged, directory.ManagerChanged:
		said.Delegates = true
	case token.FactChanged:
		said.Programs = true
	case notify.FactNoticed:
		said.Notifications = true
	case licensing.FactSuggestionChanged:
		var body licensing.SuggestionChanged
		if json.Unmarshal(f.Body, &body) != nil || body.Resource == "" {
			return ""
		}
		said.Resources, said.Suggestions = append(said.Resources, body.Resource), true
	default:
		var body licensing.PoolChanged
		if json.Unmarshal(f.Body, &body) != nil || len(body.Resources) == 0 {
			return ""
		}
		said.Resources = body.Resources
	}
	return said.String()
}

// String is what is sent.
func (m moved) String() string {
	text, err := json.Marshal(m)
	if err != nil {
		return ""
	}
	return string(text)
}

// within leaves of what was said what is in a delegate's scope: batches and programs are the managers' alone. What cannot be read is not passed on.
func within(m *licensing.Mandate, text string) string {
	var said moved
	if json.Unmarshal([]byte(text), &said) != nil {
		return ""
	}
	said.Resources = slices.DeleteFunc(said.Resources, func(id catalogue.ResourceID) bool { return !m.Allows(id) })
	if len(said.Resources) == 0 && !said.Delegates && !said.Notifications {
		return ""
	}
	return said.String()
}

// following tells the page's script where to listen. A page that does not know where it stands is told to look at everything once.
func (c *Hall) following(r *http.Request, at Site, s *look.Shell) *look.Follow {
	if c.Live == nil {
		return nil
	}
	f := &look.Follow{Stream: at.Path(livePath), One: s.T("console.live.one"), Many: s.T("console.live.many", "n", "{n}"), All: s.T("console.live.all"), Posted: r.Method != http.MethodGet}
	if !f.Posted { // what a form's answer shows was read a moment before this
		f.From, _ = c.Live.At(r.Context())
	}
	return f
}

// follow is a school's stream, for as long as its reader assigns copies there; a delegate hears of what is in their scope.
func (c *Hall) follow(w http.ResponseWriter, r *http.Request, at Site) error {
	s := stream.Stream{School: string(at.School.ID), Holder: string(at.Reader.Session.ID)}
	var terms atomic.Pointer[licensing.Mandate] // as they were when it was asked last whether the reader may listen
	terms.Store(at.Mandate)
	s.Narrow = func(said string) string {
		if m := terms.Load(); m != nil {
			return within(m, said)
		}
		return said
	}
	s.Still = func(ctx context.Context) error {
		now, err := c.again(r.WithContext(ctx))
		if err == nil {
			terms.Store(now.Mandate)
		}
		return err
	}
	return c.Live.Serve(w, r, s)
}

// again asks the same door again, and shows nobody its answer.
func (c *Hall) again(r *http.Request) (now Site, err error) {
	err = errSchool // where the door shows another page
	door := c.Within(func(_ http.ResponseWriter, _ *http.Request, at Site) error {
		now, err = at, nil
		return nil
	})
	if refused := door(nobody{}, r); refused != nil {
		return now, refused
	}
	return now, err
}

// nobody reads no answer.
type nobody struct{}

func (nobody) Header() http.Header { return http.Header{} }

func (nobody) Write(b []byte) (int, error) { return len(b), nil }

func (nobody) WriteHeader(int) {}
