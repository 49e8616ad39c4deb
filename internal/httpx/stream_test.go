package httpx_test

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pupitre/internal/httpx"
)

// A stream goes on after the time that a page has, and is what EventSource reads.
func TestAStreamOutlivesThePagesDeadlines(t *testing.T) {
	t.Parallel()
	h := newHouse()
	const limit = 100 * time.Millisecond
	server := httptest.NewUnstartedServer(h.edge.Wrap(h.edge.Handle(func(w http.ResponseWriter, r *http.Request) error {
		out, err := httpx.NewStream(w, 2*time.Second)
		if err != nil {
			return err
		}
		select {
		case <-r.Context().Done():
			t.Error("the end of the request's time ended the stream")
		case <-time.After(4 * limit):
		}
		for _, err := range []error{out.Beat(""), out.Send(httpx.StreamEvent{ID: "7", Name: "moved", Data: "one\ntwo"}), out.Beat("8")} {
			if err != nil {
				t.Error(err)
			}
		}
		return nil
	})))
	server.Config.ReadTimeout, server.Config.WriteTimeout = limit, limit
	server.Start()
	defer server.Close()
	answer, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var lines []string
	for scan := bufio.NewScanner(answer.Body); scan.Scan(); {
		lines = append(lines, scan.Text())
	}
	if got, want := strings.Join(lines, "|"), "retry: 2000||:||id: 7|event: moved|data: one|data: two||id: 8|"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for name, want := range map[string]string{"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"} {
		if got := answer.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
