package look

import (
	"net/http"
	"strings"

	"pupitre/internal/httpx"
	"pupitre/internal/lang"
)

// Shell is the frame of a page: everything around its work. A page's struct embeds it; Site.Shell makes it from the request.
// Texts are already in the reader's language: use T, or a name that people gave.
type Shell struct {
	Title  string   // the page's one h1, and the first words of the window's title
	Parent string   // optional: what the window's title says after Title ("Console d’affectation")
	Lead   string   // one sentence under the title
	Crumbs []Link   // the path; the last is where we are, and needs no address
	Steps  []Step   // at most three
	Area   string   // under the product's name in the masthead
	Spaces []Space  // the switcher's entries; none for Biblio Exos: it is another product
	Nav    []Link   // the product's menu
	School *School  // where I am
	Who    *Who     // who I am; nil: nobody has signed in
	Bell   *Bell    // what I am told; nil: nothing is told here
	Banner *Banner  // an offer for the whole site
	Airy   bool     // for pupils: larger text, 44 px targets
	Pupil  bool     // pages say « tu »; else « vous »
	Home   string   // where the mark leads, and a page that fails: the product's home unless the frame says better
	Bare   bool     // no masthead: a receipt, a sign-in form
	Styles []string // names of this page's own sheets, among the site's files
	// Scripts are the names of this page's own scripts, among the site's files.
	Scripts []string

	Follow *Follow // how the page follows what others do; nil: it does not

	Messages []Message // results and troubles, above the work
	Problems []Problem // what is wrong in the form: shown first, and focused
	Toasts   []Message // done, can be undone

	Locale lang.Locale
	Theme  Theme
	Here   string // this page's local address: where the switches come back to

	site *Site
}

// Follow tells a page's script where it hears that something moved, and what to say when figures have changed. A figure is any element
// with data-figure: it is renewed alone, by the same page's answer. A list is one too, whose rows are told apart by data-row; what is
// within data-kept stays as it came, once it is there.
type Follow struct {
	Stream         string // a stream of server-sent events
	From           string // where the page stands in it; "" where that is not known
	Posted         bool   // the page answers a form: it is asked for anew by the form with data-again, or not at all
	One, Many, All string // what a screen reader hears: one thing changed, {n} did, nobody knows how many
}

// Picture is the address of a picture of others' making, by its path; "" where there is none, or where the site shows none.
func (s *Shell) Picture(path string) string {
	if path == "" || s.site == nil || s.site.Pictures == "" {
		return ""
	}
	return s.site.Pictures + path
}

// Shell begins the frame of a page: the reader's language and theme, and the message left by the page before (Flash).
func (s *Site) Shell(r *http.Request) Shell {
	here := r.URL.RequestURI()
	if r.Method != http.MethodGet { // a form shown again has no address of its own
		here = s.product.Home
	}
	shell := Shell{Locale: httpx.Locale(r), Theme: themeOf(r), Here: here, Home: s.product.Home, Toasts: s.flashed(r), site: s}
	if s.Frame != nil {
		s.Frame(r, &shell)
	}
	return shell
}

// Has reports whether there is a message of that key.
func (s *Shell) Has(key string) bool { return s.site.words.Has(key) }

// T says a message in the reader's language: p.T("console.left", "n", 25).
func (s *Shell) T(key string, args ...any) string { return s.site.words.T(s.Locale, key, args...) }

// Product is whose page this is.
func (s *Shell) Product() Product { return s.site.product }

// Window is the title of the browser's window: the page first, the product last.
func (s *Shell) Window() string {
	parts := []string{s.Title}
	for _, part := range []string{s.Parent, s.site.product.Name} {
		if part != "" && part != s.Title {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " – ")
}

// SheetURLs are the addresses of the page's style sheets, the look's first.
func (s *Shell) SheetURLs() ([]string, error) { return s.urls(s.site.styles, s.Styles) }

// ScriptURLs are the addresses of the page's scripts, the look's first.
func (s *Shell) ScriptURLs() ([]string, error) { return s.urls(s.site.scripts, s.Scripts) }

func (s *Shell) urls(lists ...[]string) ([]string, error) {
	var all []string
	for _, names := range lists {
		for _, name := range names {
			url, err := s.site.assets.url(name)
			if err != nil {
				return nil, err
			}
			all = append(all, url)
		}
	}
	return all, nil
}

// IconURL is the address of the picture in the browser's tab.
func (s *Shell) IconURL() (string, error) { return s.site.assets.url(s.site.product.Mark + ".svg") }

// shell makes every struct that embeds a Shell a Page.
func (s *Shell) shell() *Shell { return s }
