package look

import (
	"io/fs"
	"net/http"
	"path"

	"pupitre/internal/lang"
)

// Product is whose pages these are: a name, and a mark (« un logo »).
type Product struct {
	Name string
	Home string // where the mark leads when there is no switcher
	Mark string // one of internal/look/marks: pupitre, exos, portal (a demonstration ENT), publisher (a demonstration publisher)
}

// The two products.
var (
	Pupitre = Product{Name: "Pupitre", Home: "/", Mark: "pupitre"}
	Exos    = Product{Name: "Biblio Exos", Home: "/", Mark: "exos"}
)

// Site is one product's pages: its words, its files, its templates. Safe for concurrent use.
type Site struct {
	// Frame, if set, fills the masthead of every page, failures included: switcher, menu, school, who. It reads what the request
	// carries and asks nobody, for it runs when things have gone wrong, too. Set it before the first request.
	Frame func(r *http.Request, s *Shell)

	// Pictures, if set, is where pictures of others' making are served, as an address without a slash at the end: pages may show what is there.
	Pictures string

	product Product
	words   *lang.Words
	assets  assets
	styles  []string // names of sheets linked on every page
	scripts []string
	failure *Template

	templates templates
}

// New returns a site with the look's own files. It panics on a mark that does not exist.
func New(product Product, words *lang.Words) *Site {
	s := &Site{product: product, words: words, assets: assets{byName: map[string]*asset{}, byAddress: map[string]*asset{}}}
	s.mustAdd(files)
	s.Add(bundles, "look.css", "look.js")
	if _, err := s.assets.url(product.Mark + ".svg"); err != nil {
		panic(err)
	}
	s.failure = s.Template(failureFile, "failure.html")
	return s
}

// Add takes in every file of a product's own dist folder, and links those that are named (.css and .js) on every page.
// A file that is not named is at {{asset "name"}}, or linked by one page through Shell.Scripts and Shell.Styles.
// It panics on a name that is not there: a program that cannot show its pages must not start.
func (s *Site) Add(dist fs.FS, everywhere ...string) {
	s.mustAdd(dist)
	for _, name := range everywhere {
		if _, err := s.assets.url(name); err != nil {
			panic(err)
		}
		if path.Ext(name) == ".css" {
			s.styles = append(s.styles, name)
		} else {
			s.scripts = append(s.scripts, name)
		}
	}
}

func (s *Site) mustAdd(fsys fs.FS) {
	if err := s.assets.addAll(fsys); err != nil {
		panic(err)
	}
}

// Asset returns the address of a file by its plain name, "" if there is none: for service workers and manifests.
func (s *Site) Asset(name string) string {
	url, _ := s.assets.url(name)
	return url
}
