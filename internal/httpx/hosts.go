package httpx

import (
	"html"
	"net"
	"net/http"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

// Hosts chooses a product by the host name of the request. A name that is not on the list is answered 421 Misdirected Request
// (RFC 9110 §15.5.20): nothing is served under a stranger's name, which stops DNS rebinding.
type Hosts struct {
	Names map[string]http.Handler // host name, lower case, without port → product
	Words *lang.Words             // what an unknown name is told
}

// ServeHTTP hands the request to the product of its host.
func (h Hosts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if product, ok := h.Names[HostName(r.Host)]; ok {
		product.ServeHTTP(w, r)
		return
	}
	h.misdirected(w, r)
}

// HostName strips the port and the case of an authority: "Exos.localhost:8080" gives "exos.localhost".
func HostName(authority string) string {
	if host, _, err := net.SplitHostPort(authority); err == nil {
		authority = host
	}
	return strings.ToLower(strings.Trim(strings.TrimSuffix(authority, "."), "[]"))
}

// OnThisComputer reports whether a host name is this computer's own (RFC 6761 §6.3): nobody listens in on the way.
func OnThisComputer(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

var errMisdirected = fault.New(fault.NotFound, "httpx.host.unknown")

// misdirected says so in a page that needs no other file: under this name none would be served.
func (h Hosts) misdirected(w http.ResponseWriter, r *http.Request) {
	if wantsProblem(r) {
		sendProblem(w, Failure{
			Status: http.StatusMisdirectedRequest, Kind: fault.NotFound, Code: errMisdirected.Code,
			Text: h.Words.Error(spokenLocale(r), errMisdirected), Locale: spokenLocale(r),
		})
		return
	}
	locale := Locale(r)
	say := func(key string, args ...any) string { return html.EscapeString(h.Words.T(locale, key, args...)) }
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set(cspHeader, "default-src 'none'; frame-ancestors 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusMisdirectedRequest)
	w.Write([]byte(`<!doctype html><html lang="` + string(locale) + `"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
		`<meta name="color-scheme" content="light dark"><title>` + say("httpx.host.title") + `</title><main><h1>` + say("httpx.host.title") + `</h1><p>` +
		say("httpx.host.unknown") + `</p><p>` + say("httpx.host.next") + `</p></main></html>`))
}
