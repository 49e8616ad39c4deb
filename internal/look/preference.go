package look

import (
	"net/http"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
)

// Theme is the reader's choice of light or dark; the zero Theme follows the device.
type Theme string

// The themes.
const (
	System Theme = ""
	Light  Theme = "light"
	Dark   Theme = "dark"
)

const (
	preferencesPath = "/preferences"
	themeCookie     = "theme"
	// preferenceAge is how long a choice is remembered.
	preferenceAge = 365 * 24 * time.Hour
)

func themeOf(r *http.Request) Theme {
	if t := Theme(httpx.Cookie(r, themeCookie)); t == Light || t == Dark {
		return t
	}
	return System
}

// savePreferences answers the switches of the masthead: theme, language, or both, then back to the page.
// The cookies are necessary to what the reader asked for, and tell nothing of the reader.
func (s *Site) savePreferences(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "look.preferences.unreadable")
	}
	if r.PostForm.Has("theme") {
		switch theme := Theme(r.PostFormValue("theme")); theme {
		case Light, Dark:
			httpx.SetCookie(w, r, themeCookie, string(theme), preferenceAge)
		default:
			httpx.ClearCookie(w, r, themeCookie)
		}
	}
	if r.PostForm.Has("langue") {
		locale, ok := lang.ParseLocale(r.PostFormValue("langue"))
		if !ok {
			return fault.New(fault.Invalid, "look.preferences.unreadable")
		}
		httpx.SetCookie(w, r, httpx.LocaleCookie, string(locale), preferenceAge)
	}
	http.Redirect(w, r, httpx.Next(r, s.product.Home), http.StatusSeeOther)
	return nil
}
