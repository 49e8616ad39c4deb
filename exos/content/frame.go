package content

import (
	"bytes"
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"regexp"
	"strconv"

	"pupitre/exos"
	"pupitre/exos/qti/render"
)

//go:embed dist/frame.js
var bundles embed.FS

// host is the script of the frame.
var host = func() template.JS {
	data, err := bundles.ReadFile("dist/frame.js")
	if err != nil {
		panic(err) // embedded
	}
	return inert(data)
}()

// activity is what the frame's own script is told (dist/frame.js).
type activity struct {
	Type       string            `json:"type"`
	Module     string            `json:"module"`
	Properties map[string]string `json:"properties"`
	Response   string            `json:"response"`
	Base       string            `json:"base"`
	Multiple   bool              `json:"multiple"`
}

// code is one program of the frame.
type code struct {
	ID     string
	Source template.JS
}

var activityPage = template.Must(template.New("activity").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Setup.Type}}</title>
<style>:root{color-scheme:light;background:#fff;color:#18213d;font:1.125rem/1.5 system-ui,sans-serif}body{margin:0;padding:.25rem}:where(button,select,input,textarea){font:inherit;min-height:2.75rem;padding:.25rem .875rem;border:1px solid #747d9b;border-radius:8px;background:#fff;color:inherit}:where(button){font-weight:600;cursor:pointer}:focus-visible{outline:3px solid #6526cf;outline-offset:2px}</style></head>
<body><main id="activity">{{.Markup}}</main>
<script nonce="{{.Nonce}}" id="host" data-setup="{{.Data}}">{{.Host}}</script>
{{range .Code}}<script nonce="{{$.Nonce}}" data-module="{{.ID}}">{{.Source}}
</script>
{{end}}<script nonce="{{.Nonce}}">activity.start()</script></body></html>
`))

// serveFrame serves the frame of an interaction of a published exercise.
func (h *Host) serveFrame(w http.ResponseWriter, r *http.Request) error {
	tree, err := h.Service.Words(r.Context(), exos.ExerciseID(r.PathValue("exercise")))
	if err != nil {
		return err
	}
	return h.sendFrame(w, r, tree, func(ctx context.Context, sha256 string) ([]byte, error) {
		c, err := h.Service.Content(ctx, exos.Hash(sha256))
		return c.Data, err
	})
}

// serveDepositedFrame serves that of a package that is not published.
func (h *Host) serveDepositedFrame(w http.ResponseWriter, r *http.Request) error {
	m, err := h.examine(r)
	if err != nil {
		return err
	}
	items := m.Items()
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || number < 1 || number > len(items) {
		return errNone
	}
	return h.sendFrame(w, r, items[number-1].Tree, func(_ context.Context, sha256 string) ([]byte, error) {
		a, err := assetOf(m, sha256)
		return a.Data, err
	})
}

// sendFrame sends a publisher's own interaction: its markup and programs, and our script between them and the page.
//
// The policy gives the frame an origin of its own (sandbox), lets only what this page brings run, and lets nothing be fetched or
// sent: a program that wants more is refused by the browser, and the frame tells the page what it was. Its programs stand in the
// page itself, because a frame of nobody's origin has nothing to fetch them with.
func (h *Host) sendFrame(w http.ResponseWriter, r *http.Request, tree render.Tree, read func(context.Context, string) ([]byte, error)) error {
	it := portableOf(tree.Nodes, r.PathValue("response"))
	if it == nil {
		return errNone
	}
	page := struct {
		Lang, Nonce, Data string
		Setup             activity
		Markup            template.HTML
		Host              template.JS
		Code              []code
	}{
		Lang: tree.Language, Nonce: rand.Text(), Markup: template.HTML(it.Portable.Markup), Host: host,
		Setup: activity{it.Title, it.Portable.Module, it.Portable.Properties, it.Response, it.Base, it.Multiple},
	}
	data, err := json.Marshal(page.Setup)
	if err != nil {
		return err
	}
	page.Data = string(data)
	for _, m := range it.Portable.Modules {
		source, err := read(r.Context(), m.SHA256)
		if err != nil {
			return err
		}
		page.Code = append(page.Code, code{m.ID, inert(source)})
	}
	var out bytes.Buffer
	if err := activityPage.Execute(&out, page); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+page.Nonce+"'; style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:; "+
		"font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors "+h.Pages+"; sandbox allow-scripts")
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Del("Access-Control-Allow-Origin") // a frame is shown, never read
	_, err = w.Write(out.Bytes())
	return err
}

// ends are the signs that would end a script that stands in a page, or change how it is read (HTML, "restrictions for contents of
// script elements").
var ends = regexp.MustCompile(`(?i)<(/script|script|!--)`)

// inert is a program as it may stand in a page: in its texts the signs that HTML reads are written otherwise, and mean the same.
func inert(source []byte) template.JS { return template.JS(ends.ReplaceAll(source, []byte(`\x3c$1`))) }

// portableOf finds a publisher's own interaction that can be played.
func portableOf(nodes []render.Node, response string) *render.Interaction {
	for _, n := range nodes {
		if it := n.Interaction; it != nil {
			if it.Type == render.TypePortableCustom && it.Response == response && it.Portable != nil && len(it.Portable.Lacks) == 0 {
				return it
			}
			if found := portableOf(it.Content, response); found != nil {
				return found
			}
		}
		if found := portableOf(n.Nodes, response); found != nil {
			return found
		}
	}
	return nil
}
