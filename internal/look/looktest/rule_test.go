package looktest_test

import (
	"fmt"
	"strings"
	"testing"

	"pupitre/internal/look/looktest"
)

// witness counts complaints instead of failing.
type witness struct {
	testing.TB
	said []string
}

func (w *witness) Helper()                   {}
func (w *witness) Errorf(f string, a ...any) { w.said = append(w.said, fmt.Sprintf(f, a...)) }

const good = `<!doctype html><html lang="fr"><title>Bon</title><body><a href="#c">Aller au contenu</a><main id="c"><h1>Bon</h1>%s</main>`

func TestEachFaultIsFound(t *testing.T) {
	t.Parallel()
	faults := map[string]string{
		`<h3>Trop bas</h3>`:                      "follows level 1",
		`<h1>Deux</h1>`:                          "2 h1",
		`<input name="x">`:                       "no name",
		`<button><svg></svg></button>`:           "no name",
		`<a href="/x"></a>`:                      "no name",
		`<p aria-describedby="nowhere">x</p>`:    "leads nowhere",
		`<p id="c">x</p>`:                        "two elements",
		`<img src="x.png">`:                      "no alt",
		`<p style="color:red">x</p>`:             "inline style",
		`<script>1</script>`:                     "inline script",
		`<p onclick="x()">x</p>`:                 "inline handler",
		`<nav><a href="/">x</a></nav>`:           "nav without a name",
		`<table><tr><td>x</td></tr></table>`:     "caption",
		`<fieldset aria-label="x"></fieldset>`:   "legend",
		`<p>⟦look.none⟧</p>`:                     "⟦look.none⟧",
		`<a href="javascript:x()">x</a>`:         "javascript:",
		`<label for="y">Y</label>`:               "leads nowhere",
		`<main></main>`:                          "2 main",
		`<span class="#ZgotmplZ">refused</span>`: "ZgotmplZ",
	}
	for fragment, want := range faults {
		w := &witness{TB: t}
		looktest.Page(w, fmt.Sprintf(good, fragment))
		if !strings.Contains(strings.Join(w.said, "\n"), want) {
			t.Errorf("%s: said %q, want %q", fragment, w.said, want)
		}
	}
	w := &witness{TB: t}
	looktest.Page(w, fmt.Sprintf(good, `<label>Nom <input name="n"></label><input type="hidden" name="h">`))
	if len(w.said) > 0 {
		t.Errorf("a good page: %q", w.said)
	}
}
