package web_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"pupitre/exos"
	"pupitre/exos/store/storetest"
)

// What a publisher writes is drawn in our words: of its script nothing is left in the page, and a picture that carries some is sent so
// that it can run nothing, even opened by itself.
func TestAPublishersContentCanRunNothing(t *testing.T) {
	t.Parallel()
	const picture = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>`
	w := newWorld(t)
	const text = `<div><p onclick="alert(3)" style="position:fixed">Regarde la carte.</p><p><a href="javascript:alert(4)">ici</a></p>` +
		`<p><img src="carte.svg" alt="Une carte" onerror="alert(5)"/></p></div>`
	w.Publish(exos.Package{Data: storetest.Repacked(t, storetest.Workbook(t), func(name string, data []byte) []byte {
		if strings.Contains(name, "1-1-") {
			data = bytes.Replace(data, []byte("<qti-item-body>"), []byte("<qti-item-body>"+text), 1)
		}
		return data
	}, map[string]string{"items/carte.svg": picture})})
	page := w.pupil().exercise("1")
	page.says("Regarde la carte.", "ici")
	for _, sign := range []string{"alert(", "javascript:", "onclick", "onerror", "position:fixed", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload"} {
		if strings.Contains(page.text, sign) {
			t.Errorf("the page has %q", sign)
		}
	}
	address := regexp.MustCompile(`/fichiers/[0-9a-f]{64}`).FindString(page.text)
	if address == "" {
		t.Fatal("the page has no picture")
	}
	answer := w.pupil().do(get(address))
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "image/svg+xml" {
		t.Fatalf("%s, %s", answer.Status, answer.Header.Get("Content-Type"))
	}
	if policy := answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.HasSuffix(policy, "sandbox") {
		t.Errorf("its policy is %q", policy)
	}
	if answer.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error("its type may be guessed")
	}
}
