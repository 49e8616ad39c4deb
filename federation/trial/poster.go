package trial

import (
	"html/template"
	"net/http"

	"pupitre/federation"
)

// poster draws the forms that SAML's answers and LTI's messages travel in, as plainly as can be: nobody looks at them.
type poster struct{ bench *Bench }

var formPage = template.Must(template.New("form").Parse(`<!doctype html><meta charset="utf-8"><title>→</title>
<form method="post" action="{{.Action}}">{{range .Fields}}<input type="hidden" name="{{.Name}}" value="{{.Value}}">{{end}}<button>→</button></form>
`))

// PostForm implements federation.Poster.
func (p poster) PostForm(w http.ResponseWriter, r *http.Request, f federation.Form) error {
	b := p.bench
	b.mu.Lock()
	spoil := b.forms
	b.mu.Unlock()
	carry := func() (bool, error) { return b.deliver(r.Context(), &f, spoil) }
	if b.client.LTI != nil && b.client.LTI.Allows(f.Action) {
		carry = func() (bool, error) { return b.post(r.Context(), &f) }
	}
	struck, err := carry()
	if err != nil {
		return err
	}
	if struck {
		b.strike()
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return formPage.Execute(w, f)
}
