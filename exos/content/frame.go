package web

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"

	"pupitre/exos"
	"pupitre/exos/qti/render"
	"pupitre/exos/web/player"
	"pupitre/internal/fault"
)

// activityPath is the address of the frame of a publisher's own interaction.
func activityPath(exercise, response string) string {
	return exercise + "/activite/" + url.PathEscape(response)
}

// activity is what the frame's own script is told (dist/activity.js).
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

// showActivity serves the frame of a publisher's own interaction: its markup and programs, and our script between them and the page.
//
// The policy gives the frame an origin of its own (sandbox), lets only what this page brings run, and lets nothing be fetched or
// sent: a program that wants more is refused by the browser, and the frame tells the page what it was. Its programs stand in the
// page itself, because a frame of nobody's origin has no session to fetch them with.
func (room *Room) showActivity(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	sitting, err := room.sit(r.Context(), v, exos.HomeworkID(r.PathValue("homework")), exos.ExerciseID(r.PathValue("exercise")))
	if err != nil {
		return err
	}
	it := portableOf(sitting.Tree, r.PathValue("response"))
	if it == nil {
		return fault.New(fault.NotFound, "exos.content.unknown")
	}
	page := struct {
		Lang, Nonce, Data string
		Setup             activity
		Markup            template.HTML
		Host              template.JS
		Code              []code
	}{
		Lang: sitting.Tree.Language, Nonce: rand.Text(), Markup: template.HTML(it.Portable.Markup), Host: room.host,
		Setup: activity{it.Title, it.Portable.Module, it.Portable.Properties, it.Response, it.Base, it.Multiple},
	}
	data, err := json.Marshal(page.Setup)
	if err != nil {
		return err
	}
	page.Data = string(data)
	for _, m := range it.Portable.Modules {
		c, err := room.Service.Content(r.Context(), exos.Hash(m.SHA256))
		if err != nil {
			return err
		}
		page.Code = append(page.Code, code{m.ID, inert(c.Data)})
	}
	var out bytes.Buffer
	if err := activityPage.Execute(&out, page); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+page.Nonce+"'; style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:; "+
		"font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	_, err = w.Write(out.Bytes())
	return err
}

// ends are the signs that would end a script that stands in a page, or change how it is read (HTML, "restrictions for contents of
// script elements").
var ends = regexp.MustCompile(`(?i)<(/script|script|!--)`)

// inert is a program as it may stand in a page: in its texts the signs that HTML reads are written otherwise, and mean the same.
func inert(source []byte) template.JS { return template.JS(ends.ReplaceAll(source, []byte(`\x3c$1`))) }

// portableOf finds a publisher's own interaction that can be played.
func portableOf(tree render.Tree, response string) *render.Interaction {
	for _, it := range player.Interactions(tree.Nodes) {
		if it.Type == render.TypePortableCustom && it.Response == response && it.Portable != nil && len(it.Portable.Lacks) == 0 {
			return it
		}
	}
	return nil
}

// hostScript is the script of the frame.
func hostScript(dist fs.FS) template.JS {
	data, err := fs.ReadFile(dist, "activity.js")
	if err != nil {
		panic(err) // embedded
	}
	return inert(data)
}
