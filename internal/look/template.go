package look

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strconv"
	"sync"

	"pupitre/internal/clock"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
)

//go:embed pieces/*.html
var pieces embed.FS

// Page is a struct that embeds a Shell, by its address.
type Page interface{ shell() *Shell }

// Template is a page's file with the frame, every piece, and what it shares with other pages. It is parsed when it is first drawn in a
// language: most of a program's pages are not looked at between two starts, and a parsed page takes a third of a megabyte.
type Template struct {
	site *Site
	name string
	in   map[lang.Locale]func() (*template.Template, error)
}

// Template names a page's file, and what more files (patterns) it shares with others. What cannot be parsed is an error of Send, and
// of Check.
func (s *Site) Template(fsys fs.FS, page string, shared ...string) *Template {
	t := &Template{site: s, name: page, in: map[lang.Locale]func() (*template.Template, error){}}
	for _, locale := range lang.Locales {
		t.in[locale] = sync.OnceValues(func() (*template.Template, error) { return t.parse(locale, fsys, append(shared, page)) })
	}
	s.templates.add(t)
	return t
}

func (t *Template) parse(locale lang.Locale, fsys fs.FS, patterns []string) (*template.Template, error) {
	set := template.New("look").Option("missingkey=error").Funcs(t.site.functions(locale))
	set, err := set.ParseFS(pieces, "pieces/*.html")
	if err == nil {
		set, err = set.ParseFS(fsys, patterns...)
	}
	if err != nil {
		return nil, fmt.Errorf("parse page %s: %w", t.name, err)
	}
	if set.Lookup("main") == nil {
		return nil, fmt.Errorf("page %s defines no %q", t.name, "main")
	}
	return set, nil
}

// templates are all that a site was given.
type templates struct {
	mu  sync.Mutex
	all []*Template
}

func (l *templates) add(t *Template) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, t)
}

// Check parses every page in every language. Files are part of the program, so that it is tests that ask.
func (s *Site) Check() error {
	s.templates.mu.Lock()
	defer s.templates.mu.Unlock()
	var wrong []error
	for _, t := range s.templates.all {
		for _, locale := range lang.Locales {
			_, err := t.in[locale]()
			wrong = append(wrong, err)
		}
	}
	return errors.Join(wrong...)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Send renders the page, then answers with it: nothing is sent of a page that fails. Pages are never stored, for they are about persons.
func (t *Template) Send(w http.ResponseWriter, r *http.Request, status int, page Page) error {
	shell := page.shell()
	if shell.site == nil {
		return errors.New("look: the page's Shell was not made by Site.Shell")
	}
	set, err := t.in[shell.Locale]()
	if err != nil {
		return err
	}
	out := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(out)
	out.Reset()
	if err := set.ExecuteTemplate(out, "shell", page); err != nil {
		return fmt.Errorf("render page %s: %w", t.name, err)
	}
	t.site.forgetFlash(w, r)
	if t.site.Pictures != "" {
		httpx.AllowSource(w, httpx.ImgSrc, t.site.Pictures)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(shell.Locale))
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	h.Set("Content-Length", strconv.Itoa(out.Len()))
	w.WriteHeader(status)
	_, err = w.Write(out.Bytes())
	return err
}

// Part renders one template of the page alone, for a live region or a fragment.
func (t *Template) Part(locale lang.Locale, name string, dot any) (template.HTML, error) {
	set, err := t.in[locale]()
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = set.ExecuteTemplate(&out, name, dot)
	return template.HTML(out.String()), err
}

// functions are what templates may call, in one language.
func (s *Site) functions(locale lang.Locale) template.FuncMap {
	return template.FuncMap{
		"t":          func(key string, args ...any) string { return s.words.T(locale, key, args...) },
		"lang":       func() lang.Locale { return locale },
		"locales":    func() []lang.Locale { return lang.Locales },
		"number":     func(n any) string { return lang.Format(locale, n) },
		"percent":    func(whole int) string { return lang.Percent(locale, float64(whole)/100) },
		"date":       func(d clock.Date) string { return lang.Date(locale, d) },
		"shortdate":  func(d clock.Date) string { return lang.ShortDate(locale, d) },
		"asset":      s.assets.url,
		"icon":       s.icon,
		"tag":        s.tag,
		"card":       s.card,
		"cards":      s.cards,
		"values":     func(list []FacetValue) (template.HTML, error) { return s.values(locale, list) },
		"cover":      func(id, level, size string) template.HTML { return Cover{ID: id, Level: level, Size: size}.HTML() },
		"meter":      meter,
		"ring":       ring,
		"mark":       s.mark,
		"themes":     func() []Theme { return []Theme{System, Light, Dark} },
		"localename": func(l lang.Locale) string { return localeNames[l] },
		"ordinal":    func(i int) string { return lang.Number(locale, int64(i)+1) },
		"cell":       func(name string, f Figure) counterCell { return counterCell{Name: name, Figure: f, locale: locale} },
	}
}

// icon draws one of the icons (internal/look/icons), hidden from screen readers: the word stands beside it, or in an aria-label.
func (s *Site) icon(name string) (template.HTML, error) {
	if !iconNames[name] {
		return "", fmt.Errorf("look: no icon %q", name)
	}
	return template.HTML(`<svg class="icon" aria-hidden="true"><use href="` + s.assets.byName["icons.svg"].address + "#" + name + `"/></svg>`), nil
}
