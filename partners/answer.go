package partners

import (
	"net/http"
	"strings"

	"pupitre/internal/httpx"
)

const (
	xmlType  = "application/xml;charset=utf-8"
	jsonType = "application/json"
)

// wantsJSON reports whether the request accepts JSON rather than XML. XML is the default, and wins where both are as welcome
// and it is named first or at all before JSON.
func wantsJSON(r *http.Request) bool {
	xmlQuality, jsonQuality := 0.0, 0.0
	xmlAt, jsonAt := len(r.Header.Get("Accept")), 0
	at := 0
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		at++
		kind, parameters, _ := strings.Cut(part, ";")
		q := httpx.Quality(parameters)
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "application/json", "text/json":
			jsonQuality, jsonAt = max(jsonQuality, q), at
		case "application/xml", "text/xml":
			if xmlQuality = max(xmlQuality, q); xmlAt > at {
				xmlAt = at
			}
		}
	}
	return jsonQuality > xmlQuality || jsonQuality > 0 && jsonQuality == xmlQuality && jsonAt < xmlAt
}

// wantsXML reports whether the request names XML.
func wantsXML(r *http.Request) bool {
	return strings.Contains(strings.ToLower(strings.Join(r.Header.Values("Accept"), ",")), "xml")
}
