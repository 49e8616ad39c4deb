package httpx

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Directive is a part of the content security policy that a page may widen.
type Directive string

// The directives that some pages need to widen.
const (
	FormAction     Directive = "form-action"     // where a form may end, redirections included: a sign-in at another host
	FrameAncestors Directive = "frame-ancestors" // who may show this page in a frame: a portal, an LTI platform
	FrameSrc       Directive = "frame-src"       // what this page may show in a frame: publishers' content
	ImgSrc         Directive = "img-src"
	MediaSrc       Directive = "media-src"
	ConnectSrc     Directive = "connect-src"
	ScriptSrc      Directive = "script-src" // 'wasm-unsafe-eval' for the offline scorer; nothing else, ever
	WorkerSrc      Directive = "worker-src"
)

// policy is what every page starts from: our own files, no inline script or style, in nobody's frame.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

const cspHeader = "Content-Security-Policy"

// secure sets the headers of every answer.
func (e *Edge) secure(h http.Header, tls bool) {
	h.Set(cspHeader, policy)
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
	if tls && e.Strict > 0 {
		h.Set("Strict-Transport-Security", "max-age="+strconv.Itoa(int(e.Strict.Seconds())))
	}
}

// Private says of an answer that no cache may keep it, and that where it leads is not told its address: what it holds, or what it was
// asked with, is somebody's to use (a code, a ticket).
func Private(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// AllowSource adds sources (origins, or quoted keywords) to one directive of this answer's policy. Call it before the answer is sent.
// A directive that allowed nobody ('none') then allows these alone.
func AllowSource(w http.ResponseWriter, d Directive, sources ...string) {
	var parts []string
	found := false
	for part := range strings.SplitSeq(w.Header().Get(cspHeader), ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		if words[0] == string(d) {
			found = true
			words = slices.DeleteFunc(words, func(s string) bool { return s == "'none'" })
			for _, s := range sources {
				if !slices.Contains(words, s) {
					words = append(words, s)
				}
			}
		}
		parts = append(parts, strings.Join(words, " "))
	}
	if !found {
		parts = append(parts, string(d)+" "+strings.Join(sources, " "))
	}
	w.Header().Set(cspHeader, strings.Join(parts, "; "))
}
