package worldtest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"pupitre/internal/app"
)

// Visitor is somebody at a browser without script: it keeps cookies, follows redirections, sends forms, and goes nowhere but to
// this machine.
type Visitor struct{ client *http.Client }

// NewVisitor is a stranger at a new browser.
func NewVisitor() *Visitor {
	jar, _ := cookiejar.New(nil) // never fails
	return NewVisitorWith(jar)
}

// NewVisitorWith is somebody at a browser that has these cookies.
func NewVisitorWith(jar http.CookieJar) *Visitor {
	return &Visitor{&http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{
		DisableKeepAlives: true, // a server that is told to stop waits for nobody
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:"+port)
		},
	}}}
}

// Page is what came back.
type Page struct {
	Status int
	At     *url.URL // after the redirections
	Header http.Header
	Text   string // as it came

	visitor *Visitor
	tree    *html.Node
}

// Do sends a request as it is.
func (v *Visitor) Do(t testing.TB, r *http.Request) Page {
	t.Helper()
	if r.Header.Get("Accept") == "" {
		r.Header.Set("Accept", "text/html")
	}
	r.Header.Set("Accept-Language", "fr")
	answer, err := v.client.Do(r.WithContext(t.Context()))
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	tree, err := html.Parse(strings.NewReader(string(text)))
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return Page{answer.StatusCode, answer.Request.URL, answer.Header, string(text), v, tree}
}

// Answers is the status of an address, 0 where nobody answers.
func (v *Visitor) Answers(address string) int {
	answer, err := v.client.Get(address)
	if err != nil {
		return 0
	}
	answer.Body.Close()
	return answer.StatusCode
}

// Get opens an address.
func (v *Visitor) Get(t testing.TB, address string) Page {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v.Do(t, r)
}

// Post sends a form, as a page of the same site does.
func (v *Visitor) Post(t testing.TB, address string, form url.Values) Page {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.Do(t, r)
}

// SignIn opens an address, is led to the portal's form, fills it in, and is led back.
func (v *Visitor) SignIn(t testing.TB, address, login string) Page {
	t.Helper()
	page := v.Get(t, address).Press(t, "Se connecter", url.Values{"login": {login}, "password": {app.DemoPassword}})
	if page.Status != http.StatusOK || !strings.HasPrefix(address, "http://"+page.At.Host+"/") {
		t.Fatalf("%s signs in to read %s: status %d at %s", login, address, page.Status, page.At)
	}
	return page
}

// Stay is the same browser, which looks at redirections instead of following them.
func (v *Visitor) Stay() *Visitor {
	stays := *v.client
	stays.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Visitor{&stays}
}

// Keep puts a cookie into the browser that an address did not give.
func (v *Visitor) Keep(t testing.TB, address string, c *http.Cookie) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	v.client.Jar.SetCookies(u, []*http.Cookie{c})
}

// Cookie is the value of a cookie that the browser has for an address, "" for none.
func (v *Visitor) Cookie(t testing.TB, address, name string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range v.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// Says reports whether a reader of the page sees the text; how it is spaced does not matter.
func (p Page) Says(text string) bool { return strings.Contains(p.Words(), plain(text)) }

// Words is what there is to read, in one line.
func (p Page) Words() string { return words(p.tree) }

// Link is where the first link leads whose words hold the text.
func (p Page) Link(t testing.TB, text string) string {
	t.Helper()
	for n := range p.tree.Descendants() {
		if n.DataAtom == atom.A && strings.Contains(words(n), plain(text)) {
			return p.whole(t, attr(n, "href"))
		}
	}
	t.Fatalf("there is no link « %s » at %s: %s", text, p.At, p.Words())
	return ""
}

// LinkNamed is where the link leads whose name, as screen readers have it, is the text.
func (p Page) LinkNamed(t testing.TB, text string) string {
	t.Helper()
	for n := range p.tree.Descendants() {
		if n.DataAtom == atom.A && attr(n, "aria-label") == text {
			return p.whole(t, attr(n, "href"))
		}
	}
	t.Fatalf("there is no link named « %s » at %s: %s", text, p.At, p.Words())
	return ""
}

// Follow clicks that link.
func (p Page) Follow(t testing.TB, text string) Page {
	t.Helper()
	return p.visitor.Get(t, p.Link(t, text))
}

// Box is what the box sends whose label begins with the text.
func (p Page) Box(t testing.TB, label string) url.Values {
	t.Helper()
	for n := range p.tree.Descendants() {
		if n.DataAtom != atom.Label || !strings.HasPrefix(words(n), plain(label)) {
			continue
		}
		for in := range n.Descendants() {
			if in.DataAtom == atom.Input {
				return url.Values{attr(in, "name"): {attr(in, "value")}}
			}
		}
	}
	t.Fatalf("there is no box « %s » at %s: %s", label, p.At, p.Words())
	return nil
}

// Press presses the first button whose words begin with the text; typed takes the place of what its form sends by itself.
func (p Page) Press(t testing.TB, button string, typed url.Values) Page {
	t.Helper()
	for n := range p.tree.Descendants() {
		if n.DataAtom != atom.Button || !strings.HasPrefix(words(n), plain(button)) {
			continue
		}
		form := p.formOf(n)
		if form == nil {
			continue
		}
		action := attr(form, "action")
		if own := attr(n, "formaction"); own != "" {
			action = own
		}
		sent := p.fields(form)
		if name := attr(n, "name"); name != "" {
			sent.Set(name, attr(n, "value"))
		}
		for name, values := range typed {
			sent[name] = values
		}
		return p.visitor.Post(t, p.whole(t, action), sent)
	}
	t.Fatalf("there is no button « %s » at %s: %s", button, p.At, p.Words())
	return Page{}
}

// formOf is the form that a button belongs to.
func (p Page) formOf(button *html.Node) *html.Node {
	if id := attr(button, "form"); id != "" {
		for n := range p.tree.Descendants() {
			if n.DataAtom == atom.Form && attr(n, "id") == id {
				return n
			}
		}
	}
	for n := range button.Ancestors() {
		if n.DataAtom == atom.Form {
			return n
		}
	}
	return nil
}

// fields is what a form sends by itself: what is hidden, what is ticked, what is written.
func (p Page) fields(form *html.Node) url.Values {
	sent := url.Values{}
	for n := range form.Descendants() {
		kind, name := attr(n, "type"), attr(n, "name")
		if n.DataAtom != atom.Input || name == "" || has(n, "disabled") || slices.Contains([]string{"radio", "checkbox"}, kind) && !has(n, "checked") {
			continue
		}
		sent.Add(name, attr(n, "value"))
	}
	return sent
}

// whole completes an address of the page.
func (p Page) whole(t testing.TB, address string) string {
	t.Helper()
	u, err := p.At.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.DataAtom != atom.Script && d.Parent.DataAtom != atom.Style {
			b.WriteString(d.Data)
			b.WriteString(" ")
		}
	}
	return plain(b.String())
}

// plain makes all white space alike, no-break spaces too.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }
