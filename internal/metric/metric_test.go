package metric_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pupitre/internal/metric"
)

func scrape(t *testing.T, m *metric.Meter) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	return w.Body.String()
}

func must(t *testing.T, text, line string) {
	t.Helper()
	if !strings.Contains(text, line+"\n") {
		t.Errorf("no line %s", line)
	}
}

func TestAMonitoringSystemReadsWhatIsMeasured(t *testing.T) {
	t.Parallel()
	m := metric.New()
	front := m.Front("broker")
	front("GET /mediacentre", 200, 30*time.Millisecond)
	front("GET /mediacentre", 204, 2*time.Second)
	front("", 404, time.Millisecond)
	m.Loop("sweep", time.Unix(1_800_000_000, 0), nil)
	m.Loop("sweep", time.Unix(1_800_000_060, 0), errors.New("no"))
	m.Watch(func(context.Context) (metric.Backlog, error) {
		return metric.Backlog{Waiting: map[string]int{"letters": 4}, Behind: map[string]time.Duration{"copies": 1500 * time.Millisecond}}, nil
	})
	text := scrape(t, m)
	must(t, text, `pupitre_requests_seconds_count{front="broker",route="GET /mediacentre",status="2xx"} 2`)
	must(t, text, `pupitre_requests_seconds_bucket{front="broker",route="GET /mediacentre",status="2xx",le="0.05"} 1`)
	must(t, text, `pupitre_requests_seconds_count{front="broker",route="",status="4xx"} 1`)
	must(t, text, `pupitre_loop_failures_total{loop="sweep"} 1`)
	must(t, text, `pupitre_loop_success_timestamp_seconds{loop="sweep"} 1.8e+09`)
	must(t, text, `pupitre_waiting{queue="letters"} 4`)
	must(t, text, `pupitre_behind_seconds{follower="copies"} 1.5`)
	if !strings.Contains(text, "go_goroutines ") || !strings.Contains(text, "process_resident_memory_bytes ") {
		t.Error("the process itself is not measured")
	}
}

// A database that is down takes its own figures away, and no others: it is then that somebody looks.
func TestWhatCannotBeAskedIsMissingAndTheRestIsThere(t *testing.T) {
	t.Parallel()
	m := metric.New()
	m.Front("exos")("GET /modules", 503, time.Millisecond)
	m.Watch(func(context.Context) (metric.Backlog, error) { return metric.Backlog{}, errors.New("down") })
	text := scrape(t, m)
	must(t, text, `pupitre_requests_seconds_count{front="exos",route="GET /modules",status="5xx"} 1`)
	if strings.Contains(text, "pupitre_waiting{") {
		t.Error("something is said of what could not be asked")
	}
}

// Commands and the learner's program measure nothing.
func TestANilMeterMeasuresNothing(t *testing.T) {
	t.Parallel()
	var m *metric.Meter
	m.Loop("sweep", time.Now(), nil)
	if m.Front("exos") != nil {
		t.Error("a front is watched")
	}
}
