package web

import "net/http"

// GlanceHeader is what a page's script sends with what it asks by itself. Such a request shows what the reader may see, and is no use of
// their session: a page that renews itself would otherwise keep them signed in for as long as it lies open.
const GlanceHeader = "Pupitre-Glance"

// IsGlance reports whether a page asks by itself, where nobody has clicked: by its script, or by the stream that it listens to.
func IsGlance(r *http.Request) bool {
	return r.Header.Get(GlanceHeader) != "" || r.Header.Get("Accept") == "text/event-stream"
}
