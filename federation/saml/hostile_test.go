package saml_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"

	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
)

// BenchmarkHostile has messages refused that were made to be dear (goal: the dearest within 50 ms and 50 MB, its sender's part
// included). What is timed and weighed is the request as a whole, one at a time.
func BenchmarkHostile(b *testing.B) {
	h := open(b, dbtest.Engines()[0])
	session := h.Arrive(b, "ent-ines")
	const brim = 60 << 10 // just below what is taken
	ask := h.ask(labo)
	inside := func(text string) string {
		return strings.Replace(ask, "</samlp:AuthnRequest>", text+"</samlp:AuthnRequest>", 1)
	}
	signature := embedded(b, ask, key("attacker"))
	from, to := strings.Index(signature, "<ds:Reference"), strings.Index(signature, "</ds:Reference>")+len("</ds:Reference>")
	messages := map[string]string{
		"a bomb of spaces":   ask + strings.Repeat(" ", 50<<20),
		"a bomb of elements": ask + strings.Repeat("<a/>", 10<<20),
		"elements, deep":     strings.Repeat("<a>", brim/3),
		"elements, wide":     inside(strings.Repeat("<a/>", brim/4)),
		"attributes":         inside("<a " + strings.Repeat(`a="" `, brim/5) + "/>"),
		"one long attribute": inside(`<a b="` + strings.Repeat("x", brim) + `"/>`),
		"namespaces":         inside(strings.Repeat(`<a xmlns:b="urn:b">`, 30) + strings.Repeat("</a>", 30)),
		"many names":         inside(strings.Repeat("<saml:Issuer>"+labo+"</saml:Issuer>", brim/60)),
		"references":         signature[:from] + strings.Repeat(signature[from:to], brim/500) + signature[to:],
		"signatures":         inside(strings.Repeat(signature[strings.Index(signature, "<ds:Signature"):strings.Index(signature, "</ds:Signature>")+15], brim/2500)),
		"a wrong signature":  signature,
	}
	queries := map[string]string{}
	for name, text := range messages {
		queries[name] = redirect(b, "SAMLRequest", text, "", nil)
	}
	worst, heaviest := 0.0, 0.0
	for b.Loop() {
		for name, query := range queries {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := clock.System()
			got := h.get(b, session, "/saml/sso?"+query)
			took := clock.System().Sub(began)
			runtime.ReadMemStats(&after)
			if got.Status != http.StatusBadRequest && got.Status != http.StatusForbidden {
				b.Fatalf("%s: %d", name, got.Status)
			}
			worst = max(worst, took.Seconds()*1e3)
			heaviest = max(heaviest, float64(after.TotalAlloc-before.TotalAlloc)/1e6)
		}
	}
	b.ReportMetric(worst, "ms/worst")
	b.ReportMetric(heaviest, "MB/worst")
}
