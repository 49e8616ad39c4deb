package worldtest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pupitre/exos/store/storetest"
	"pupitre/internal/worldtest"
)

// A publisher's day in a browser, and a package that means ill.
func TestAPublisherInABrowser(t *testing.T) {
	t.Parallel()
	var world map[string]any
	if err := json.Unmarshal([]byte(worldtest.Open(t, worldtest.Options{}).JSON(t, false)), &world); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	put := func(name, part, old, new string, more map[string]string) {
		t.Helper()
		data := storetest.Repacked(t, storetest.Workbook(t), func(name string, text []byte) []byte {
			if strings.Contains(name, part) {
				text = bytes.Replace(text, []byte(old), []byte(new), 1)
			}
			return text
		}, more)
		path := filepath.Join(folder, name+".zip")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		world[name] = path
	}
	put("edition", "1-2-", "lagune", "baie", nil)
	put("broken", "1-1-", "<qti-value>VOLETS</qti-value>", "<qti-value>PORTES</qti-value>", nil)
	put("large", "1-3-", "<qti-item-body>", "<qti-item-body><p>Lis bien.</p>", map[string]string{"items/bruit.bin": noise(9 << 20)})
	// Another server, that a browser here would reach: nothing may be asked of it.
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { t.Errorf("%s was loaded from elsewhere", r.URL) }))
	defer elsewhere.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(elsewhere.URL, "http://"), ":")
	there := strings.NewReplacer("https://evil.example", "http://ailleurs.localhost:"+port)
	put("hostile", "1-1-", "<qti-item-body>", "<qti-item-body>"+there.Replace(ill), map[string]string{
		"items/carte.svg": there.Replace(`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="owned=1"><script>owned=1</script><image href="https://evil.example/p.png"/><rect width="40" height="40"/></svg>`),
	})
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "publisher")
}

// ill is what a publisher must not be able to do, all at once.
const ill = `<div><p onclick="owned=1" onmouseover="owned=1"><a href="javascript:owned=1">ici</a> <a href="https://evil.example/">là</a></p>` +
	`<script>owned=1</script><script src="https://evil.example/x.js"/><style>body{display:none}</style>` +
	`<p style="position:fixed;inset:0;z-index:9999;background:url(https://evil.example/b.png)">Donne ton mot de passe.</p>` +
	`<p><img src="carte.svg" alt="Une carte" onerror="owned=1"/><img src="https://evil.example/p.png" alt="p"/></p>` +
	`<iframe src="https://evil.example/"/><object data="https://evil.example/o.html"/><form action="https://evil.example/"><p><button>Envoyer</button></p></form>` +
	`<svg xmlns="http://www.w3.org/2000/svg" onload="owned=1"><script>owned=1</script><image href="https://evil.example/s.png"/></svg>` +
	`<p><math xmlns="http://www.w3.org/1998/Math/MathML"><mrow href="javascript:owned=1" onclick="owned=1"><mi>y</mi></mrow><semantics><mi>z</mi>` +
	`<annotation-xml encoding="text/html"><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="owned=1"/></annotation-xml></semantics></math></p></div>`

// noise is bytes that no archive makes smaller, the same each time.
func noise(n int) string {
	out := make([]byte, n)
	x := uint32(2463534242)
	for i := range out {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		out[i] = byte(x)
	}
	return string(out)
}
