// Package look is the shared look (« l'allure ») of Pupitre and Biblio Exos: a French school notebook, quietly.
// It holds the style sheet, the fonts, the icons, the drawn covers, the frame of every page and the pieces that pages are made of.
//
// A product makes one Site, and names its pages' files once:
//
//	//go:embed *.html dist
//	var files embed.FS
//
//	site := look.New(look.Pupitre, words)       // words: *lang.Words
//	site.Add(dist, "web.css", "web.js")         // optional: bundles of its own, linked on every page
//	site.Mount(mux)                             // GET /static/…, POST /preferences
//	site.Frame = func(r *http.Request, s *look.Shell) { s.Who = … }   // optional: the masthead of every page, failures included
//	resources := site.Template(files, "resources.html")
//
//	type resourcesPage struct {                 // one typed struct a page, never a map
//		look.Shell
//		Found []Row
//	}
//
//	func (c *Console) resources(w http.ResponseWriter, r *http.Request) error {
//		p := &resourcesPage{Shell: c.site.Shell(r)}     // language, theme and flash of this request
//		p.Title = p.T("console.resources.title")        // a handler's words
//		p.Nav = …
//		return c.resourcesPage.Send(w, r, http.StatusOK, p)
//	}
//
// The page's file defines what stands inside the frame; all but "main" may be left out:
//
//	{{define "main"}}     the work, inside <div class="page">, under the messages
//	{{define "heading"}}  in place of <h1>{{.Shell.Title}}</h1>           (it must hold the h1)
//	{{define "tools"}}    right of the title
//	{{define "under"}}    under the title, on the ruling: a search form
//	{{define "top"}}      full width under the page head: {{template "counters-bar" .Counters}}
//	{{define "bar"}}      full width at the foot: {{template "action-bar" .Bar}}; with id="barre" a long list's "skip-bar" leads there
//	{{define "head"}}     more of <head>
//
// The rows of a long table are drawn by Rows, each shape once.
//
// Pieces are templates with a struct of this package each: see piece.go. Functions: t, icon, cover, meter, ring, number, percent,
// date, shortdate, asset, lang. `{{t "console.left" "n" .Left}}` speaks the page's language; words are never in a template.
//
// The content security policy allows no style attribute, no <style>, no inline script and no on… attribute: a share is drawn by
// {{meter 83 ""}} and {{ring 62 false}}, a space by a class (mt-2), and anything else belongs in the product's own style sheet,
// NAME.entry.css, bundled by `go run ./tools/assets` into dist/NAME.css.
//
// Every page works without script. The script adds: menus that close on Escape, the theme without reloading, dialogs that are modal,
// and one polite live region: document.dispatchEvent(new CustomEvent("say", {detail: "…"})) speaks after 700 ms of rest.
package look
