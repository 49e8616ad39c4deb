package federationtest

import (
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pupitre/internal/clock"
)

// Hostile makes messages that are dear for whoever reads them carelessly, from one that is good. Each must be refused.
type Hostile struct {
	Message string // the good one
	Signed  string // the same, signed by somebody whose word is nothing; "" where messages of this kind are not signed
	Brim    int    // bytes just below what is read of a message
	Bomb    int    // bytes that a message swells to where nobody stops it; 0: none
}

// Messages are the hostile messages by name.
func (h Hostile) Messages() map[string]string {
	end := strings.LastIndex(h.Message, "</")
	inside := func(text string) string { return h.Message[:end] + text + h.Message[end:] }
	declared := func(declaration, text string) string {
		body := h.Message
		if _, after, ok := strings.Cut(body, "?>"); ok && strings.HasPrefix(body, "<?xml") {
			body = after
		}
		at := strings.LastIndex(body, "</")
		return declaration + body[:at] + text + body[at:]
	}
	const name = `<x:Issuer xmlns:x="urn:oasis:names:tc:SAML:2.0:assertion">x</x:Issuer>`
	entities := `<!DOCTYPE a [<!ENTITY e0 "eeeeeeeeee">`
	for i := range 9 {
		digit := string(rune('0' + i))
		entities += "<!ENTITY e" + string(rune('1'+i)) + ` "` + strings.Repeat("&e"+digit+";", 10) + `">`
	}
	all := map[string]string{
		"elements, deep":     strings.Repeat("<a>", h.Brim/3),
		"elements, wide":     inside(strings.Repeat("<a/>", h.Brim/4)),
		"attributes":         inside("<a " + strings.Repeat(`a="" `, h.Brim/5) + "/>"),
		"one long attribute": inside(`<a b="` + strings.Repeat("x", h.Brim) + `"/>`),
		"namespaces":         inside(strings.Repeat(`<a xmlns:b="urn:b">`, 30) + strings.Repeat("</a>", 30)),
		"many names":         inside(strings.Repeat(name, h.Brim/len(name))),
		"entities":           declared(entities+"]>", "&e9;"),
		"a file":             declared(`<!DOCTYPE a [<!ENTITY e SYSTEM "file:///dev/zero">]>`, "&e;"),
		"a parameter entity": declared(`<!DOCTYPE a [<!ENTITY % e SYSTEM "http://127.0.0.1:1/"> %e;]>`, ""),
		"256 kB":             h.Message + strings.Repeat(" ", 256<<10+4*h.Brim),
	}
	if h.Bomb > 0 {
		all["a bomb of spaces"] = h.Message + strings.Repeat(" ", h.Bomb)
		all["a bomb of elements"] = h.Message + strings.Repeat("<a/>", h.Bomb/4)
	}
	if h.Signed == "" {
		return all
	}
	cut := func(from, to string) (start, stop int) {
		return strings.Index(h.Signed, from), strings.Index(h.Signed, to) + len(to)
	}
	from, to := cut("<ds:Reference", "</ds:Reference>")
	all["references"] = h.Signed[:from] + strings.Repeat(h.Signed[from:to], h.Brim/500) + h.Signed[to:]
	from, to = cut("<ds:Signature", "</ds:Signature>")
	all["signatures"] = inside(strings.Repeat(h.Signed[from:to], h.Brim/2500))
	all["a wrong signature"] = h.Signed
	return all
}

// Attempts are hostile messages on their way. Each prepares one, and returns what sends it and reports whether it was refused.
type Attempts map[string]func() (send func() (refused bool))

// With adds messages that are sent in one way, under its name.
func (a Attempts) With(way string, messages map[string]string, send func(text string) func() bool) Attempts {
	for name, text := range messages {
		a[way+": "+name] = func() func() bool { return send(text) }
	}
	return a
}

// heaviest is what refusing a message may allocate, its sender's part included.
const heaviest = 50e6 // bytes

// AreLight has each refused, and reports those that allocate more than 50 MB meanwhile. The test must not be parallel: what runs beside it
// would be counted, too.
func (a Attempts) AreLight(t *testing.T) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if weight, _ := a.weigh(t, name); weight > heaviest {
			t.Errorf("%s: %.1f MB, at most %.0f", name, weight/1e6, heaviest/1e6)
		}
	}
}

// Measure has each refused for as long as the benchmark lasts, and reports the dearest in time (ms/worst) and in memory (MB/worst).
func (a Attempts) Measure(b *testing.B) {
	b.Helper()
	slowest, most := 0.0, 0.0
	for b.Loop() {
		for name := range a {
			weight, took := a.weigh(b, name)
			slowest, most = max(slowest, took), max(most, weight)
		}
	}
	b.ReportMetric(slowest*1e3, "ms/worst")
	b.ReportMetric(most/1e6, "MB/worst")
}

// weigh sends one, and returns what that allocated, in bytes, and how long it took, in seconds.
func (a Attempts) weigh(t testing.TB, name string) (weight, took float64) {
	t.Helper()
	send := a[name]()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := clock.System()
	refused := send()
	took = clock.System().Sub(began).Seconds()
	runtime.ReadMemStats(&after)
	if !refused {
		t.Errorf("%s is not refused", name)
	}
	return float64(after.TotalAlloc - before.TotalAlloc), took
}
