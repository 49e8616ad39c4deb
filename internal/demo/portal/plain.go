package portal

import (
	"html/template"
	"net/http"

	"pupitre/internal/httpx"
	"pupitre/internal/lang"
)

// Plain draws the pages with nothing but HTML, until the look dresses them.
type Plain struct{ Words *lang.Words }

var _ Pages = Plain{}

var plain = template.Must(template.New("").Parse(`
{{define "top"}}<!doctype html><html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{{.Title}}</title></head><body>{{end}}
{{define "home"}}{{template "top" .}}<header><p>{{.Page.Portal}}</p></header>
<nav aria-label="{{.T "portal.menu.label"}}"><ul>{{range .Page.Tiles}}<li><a href="{{.Address}}">{{$.T .Key}}</a></li>{{end}}</ul></nav>
<main><h1>{{.T "portal.home.title" "name" .Page.Account.Name}}</h1><p>{{.Page.Account.School}}</p>
<p><a href="/logout">{{.T "portal.logout.action"}}</a></p></main></body></html>{{end}}
{{define "login"}}{{template "top" .}}<header><p>{{.Page.Portal}}</p></header>
<main><h1>{{.T "portal.login.title"}}</h1>
{{if .Page.Failed}}<p role="alert">{{.T "portal.login.failed"}}</p>{{end}}
<form method="post" action="/login"><input type="hidden" name="service" value="{{.Page.Service}}">
<p><label>{{.T "portal.login.name"}} <input name="login" list="comptes" autocomplete="username" required value="{{.Page.Typed}}"></label></p>
<p><label>{{.T "portal.login.password"}} <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button>{{.T "portal.login.action"}}</button></p></form>
<datalist id="comptes">{{range .Page.Accounts}}<option value="{{.Login}}">{{.Name}}</option>{{end}}</datalist>
<h2>{{.T "portal.login.accounts"}}</h2><ul>{{range .Page.Accounts}}<li><code>{{.Login}}</code> {{.Name}}, {{.School}}</li>{{end}}</ul></main></body></html>{{end}}
{{define "out"}}{{template "top" .}}<header><p>{{.Page}}</p></header><main><h1>{{.T "portal.logout.title"}}</h1>
<p><a href="/login">{{.T "portal.login.again"}}</a></p></main></body></html>{{end}}
`))

// drawing is a page with its words.
type drawing struct {
	words  *lang.Words
	locale lang.Locale
	Title  string
	Page   any
}

// Lang is the page's language.
func (d drawing) Lang() string { return string(d.locale) }

// T says a message.
func (d drawing) T(key string, args ...any) string { return d.words.T(d.locale, key, args...) }

func (p Plain) draw(w http.ResponseWriter, r *http.Request, status int, name, title string, page any, args ...any) error {
	d := drawing{words: p.Words, locale: httpx.Locale(r), Page: page}
	d.Title = d.T(title, args...)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return plain.ExecuteTemplate(w, name, d)
}

// Home implements Pages.
func (p Plain) Home(w http.ResponseWriter, r *http.Request, page Home) error {
	return p.draw(w, r, http.StatusOK, "home", "portal.home.title", page, "name", page.Account.Name)
}

// Login implements Pages.
func (p Plain) Login(w http.ResponseWriter, r *http.Request, page Login) error {
	status := http.StatusOK
	if page.Failed {
		status = http.StatusForbidden
	}
	return p.draw(w, r, status, "login", "portal.login.title", page)
}

// SignedOut implements Pages.
func (p Plain) SignedOut(w http.ResponseWriter, r *http.Request, portal string) error {
	return p.draw(w, r, http.StatusOK, "out", "portal.logout.title", portal)
}
