package httpx

import (
	"net/http"
	"net/url"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

// LocaleCookie is the cookie that keeps the reader's language.
const LocaleCookie = "langue"

// Locale returns the reader's language: French, unless the reader chose English by the switch.
func Locale(r *http.Request) lang.Locale {
	locale, _ := lang.ParseLocale(Cookie(r, LocaleCookie))
	return locale
}

// spokenLocale is the language of a program's user: the switch's, or else what the request accepts first.
func spokenLocale(r *http.Request) lang.Locale {
	if Cookie(r, LocaleCookie) == "" && strings.HasPrefix(r.Header.Get("Accept-Language"), string(lang.English)) {
		return lang.English
	}
	return Locale(r)
}

// Spoken is the language in which a program's user is told something, as failures are.
func Spoken(r *http.Request) lang.Locale { return spokenLocale(r) }

// Secure reports whether the reader's side of the connection is TLS.
func Secure(r *http.Request) bool { return r.TLS != nil || Event(r.Context()).secure }

// Next returns the local address that the request asks to be sent to afterwards (its "next" value), or fallback.
func Next(r *http.Request, fallback string) string {
	if path, ok := LocalPath(r.FormValue("next")); ok {
		return path
	}
	return fallback
}

// LocalPath accepts an address of this very host, as a path with its query, and nothing that a browser would read as another host
// ("//evil.example", "/\evil.example", a scheme, a control character).
func LocalPath(s string) (string, bool) {
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\") {
		return "", false
	}
	if strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return "", false
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return "", false
	}
	return s, true
}

// Meant refuses a request that nobody has meant yet: what only looks ahead, or asks for the headers alone. It is for a GET whose answer
// is an act; code is the caller's word for it. The answer is 405.
func Meant(r *http.Request, code string) error {
	if r.Method != http.MethodGet || LooksAhead(r) {
		return WithStatus(fault.New(fault.Invalid, code), http.StatusMethodNotAllowed)
	}
	return nil
}

// LooksAhead reports whether a browser only fetches what somebody might open next.
func LooksAhead(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch") || r.Header.Get("Purpose") == "prefetch"
}

// IsFramed reports whether the answer is for a frame, or anything else than a page of its own. Browsers of before 2023 do not say so;
// frame-ancestors keeps them from showing ours in one.
func IsFramed(r *http.Request) bool {
	dest := r.Header.Get("Sec-Fetch-Dest")
	return dest != "" && dest != "document"
}
