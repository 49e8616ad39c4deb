package httpx

import (
	"net/http"
	"time"
)

// hostPrefix binds a cookie to this very host over TLS: no subdomain can set or read it (RFC 6265bis §4.1.3.2).
const hostPrefix = "__Host-"

// SetCookie sets a cookie of the whole host: HttpOnly, SameSite=Lax and, over TLS, Secure with the __Host- prefix.
// It lasts for age, or as long as the browser is open when age is 0.
func SetCookie(w http.ResponseWriter, r *http.Request, name, value string, age time.Duration) {
	http.SetCookie(w, newCookie(r, name, value, int(age.Seconds())))
}

// ClearCookie takes back a cookie set by SetCookie.
func ClearCookie(w http.ResponseWriter, r *http.Request, name string) {
	http.SetCookie(w, newCookie(r, name, "", -1))
}

// Cookie returns the value of a cookie set by SetCookie, "" if there is none.
func Cookie(r *http.Request, name string) string {
	c, err := r.Cookie(CookieName(r, name))
	if err != nil {
		return ""
	}
	return c.Value
}

// CookieName is the name that a cookie has on this connection: with the __Host- prefix over TLS.
func CookieName(r *http.Request, name string) string {
	if Secure(r) {
		return hostPrefix + name
	}
	return name
}

func newCookie(r *http.Request, name, value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: CookieName(r, name), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: Secure(r), SameSite: http.SameSiteLaxMode,
	}
}
