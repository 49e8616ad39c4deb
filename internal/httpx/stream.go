package httpx

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"pupitre/internal/clock"
)

// Stream is an answer that goes on: server-sent events (HTML Living Standard, §9.2), which a browser reads with EventSource.
// One goroutine writes to it.
type Stream struct {
	w    http.ResponseWriter
	ctrl *http.ResponseController
}

// StreamEvent is one event. Name and ID hold no line breaks; of several lines of Data a browser makes one text.
type StreamEvent struct {
	ID   string // what a browser that comes back says it heard last (Last-Event-ID); "" leaves it as it was
	Name string
	Data string
}

// patience is how long a browser may take to read what it was sent: one that takes longer is not listening.
const patience = 10 * time.Second

// NewStream begins an answer of events, and lifts the server's deadlines for it. back is how long a browser waits before it comes back
// when the line is cut.
func NewStream(w http.ResponseWriter, back time.Duration) (*Stream, error) {
	s := &Stream{w: w, ctrl: http.NewResponseController(w)}
	// Else the end of the request's time would end the answer.
	if err := s.ctrl.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, fmt.Errorf("begin a stream: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy that gathers answers would keep what happens now for later
	w.WriteHeader(http.StatusOK)
	return s, s.write(fmt.Sprintf("retry: %d\n\n", back.Milliseconds()))
}

// Send sends one event.
func (s *Stream) Send(e StreamEvent) error {
	var b strings.Builder
	if e.ID != "" {
		b.WriteString("id: " + e.ID + "\n")
	}
	b.WriteString("event: " + e.Name + "\n")
	for line := range strings.SplitSeq(e.Data, "\n") {
		b.WriteString("data: " + line + "\n")
	}
	b.WriteString("\n")
	return s.write(b.String())
}

// Beat keeps the line open, and the browser's memory of what it heard up to date; nothing happens there.
func (s *Stream) Beat(id string) error {
	if id == "" {
		return s.write(":\n\n")
	}
	return s.write("id: " + id + "\n\n")
}

func (s *Stream) write(text string) error {
	// By the machine's clock, as every deadline of a connection.
	if err := s.ctrl.SetWriteDeadline(clock.System().Add(patience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("stream: %w", err)
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	return s.ctrl.Flush()
}
