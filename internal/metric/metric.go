// Package metric is what a monitoring system asks of a running server, at /metrics of the operator's address (Prometheus's text format):
//
//	pupitre_requests_seconds{front,route,status}    how long answers took; by its _count, how many there were
//	pupitre_loop_failures_total{loop}               times that what works by itself failed; it tries again
//	pupitre_loop_success_timestamp_seconds{loop}    when it last did not: older than ten minutes, somebody should look
//	pupitre_waiting{queue}                          what waits for a worker, a publisher or a mail server, at most MaxWaiting
//	pupitre_behind_seconds{follower}                how old the eldest fact is that an area has not acted on
//
// Labels are names of ours: fronts, routes as patterns (never an address that somebody asked for), classes of status, queues. No school,
// no person, no partner is named.
//
// Used by internal/app alone: what is measured calls a function that it is given.
package metric

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// MaxWaiting is the most that pupitre_waiting counts of a queue: who asks every few seconds shall not read a long one each time.
const MaxWaiting = 10_000

// Meter holds the measures of one process. Use New.
type Meter struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	failures *prometheus.CounterVec
	success  *prometheus.GaugeVec
}

// New returns a meter that also tells what the Go runtime and the process use.
func New() *Meter {
	m := &Meter{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "pupitre_requests_seconds", Help: "Time from a request to the end of its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"front", "route", "status"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "pupitre_loop_failures_total", Help: "Times that what works by itself failed.",
		}, []string{"loop"}),
		success: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "pupitre_loop_success_timestamp_seconds", Help: "When it last did not fail.",
		}, []string{"loop"}),
	}
	m.registry.MustRegister(m.requests, m.failures, m.success,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Front returns what a front tells of each answer: the route as the mux knows it ("" for none), its status, how long it took. A nil
// meter measures nothing, here and everywhere.
func (m *Meter) Front(front string) func(route string, status int, took time.Duration) {
	if m == nil {
		return nil
	}
	return func(route string, status int, took time.Duration) {
		m.requests.WithLabelValues(front, route, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
	}
}

// Loop notes how a turn of what works by itself ended.
func (m *Meter) Loop(loop string, now time.Time, err error) {
	if m == nil {
		return
	}
	if err != nil {
		m.failures.WithLabelValues(loop).Inc()
		return
	}
	m.success.WithLabelValues(loop).Set(float64(now.UnixMicro()) / 1e6)
}

// Backlog is what waits at one moment.
type Backlog struct {
	Waiting map[string]int           // by queue, at most MaxWaiting
	Behind  map[string]time.Duration // by follower
}

// Watch has the meter ask for what waits whenever it is asked itself. Where the answer fails, the figures are missing: an alert on
// absent() then says more than an old figure would.
func (m *Meter) Watch(ask func(ctx context.Context) (Backlog, error)) {
	m.registry.MustRegister(waiting{ask})
}

// Handler answers a monitoring system.
func (m *Meter) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// waiting collects what is asked for at each scrape.
type waiting struct {
	ask func(ctx context.Context) (Backlog, error)
}

// patience is how long a database may take to say what waits; Prometheus itself gives up after ten seconds.
const patience = 3 * time.Second

var (
	waitingDesc = prometheus.NewDesc("pupitre_waiting", "What waits, by queue.", []string{"queue"}, nil)
	behindDesc  = prometheus.NewDesc("pupitre_behind_seconds", "Age of the eldest fact that a follower has not acted on.", []string{"follower"}, nil)
)

// Describe implements prometheus.Collector.
func (w waiting) Describe(to chan<- *prometheus.Desc) { to <- waitingDesc; to <- behindDesc }

// Collect implements prometheus.Collector.
func (w waiting) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	b, err := w.ask(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(waitingDesc, err)
		return
	}
	for queue, n := range b.Waiting {
		to <- prometheus.MustNewConstMetric(waitingDesc, prometheus.GaugeValue, float64(n), queue)
	}
	for follower, age := range b.Behind {
		to <- prometheus.MustNewConstMetric(behindDesc, prometheus.GaugeValue, age.Seconds(), follower)
	}
}
