package lemontest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"pupitre/internal/apachetest"
)

// Client finds the portal by its name, for a back-channel: it keeps no cookies, follows nothing, and does not wait for long.
func Client() *http.Client {
	c := apachetest.Browser()
	c.Timeout = 10 * time.Second
	return c
}

// Browser finds the portal by its name, keeps cookies, and follows nothing by itself.
func Browser(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := Client()
	c.Jar = jar
	return c
}

// Visit goes to an address of the portal's, and on for as long as its redirections stay there. It returns the address that leads
// away, or else the page where it ends.
func (p *Portal) Visit(t testing.TB, browser *http.Client, address string) (away, page string) {
	t.Helper()
	return p.send(t, browser, http.MethodGet, address, nil)
}

// SignIn does as Visit does, and fills in the form that it finds for one of the demonstration's persons.
func (p *Portal) SignIn(t testing.TB, browser *http.Client, address, login string) (away, page string) {
	t.Helper()
	if away, page = p.Visit(t, browser, address); away != "" {
		t.Fatalf("the portal asks nobody's name, and sends to %s", away)
	}
	_, fields := Form(t, page)
	fields.Set("user", login)
	fields.Set("password", login)
	return p.send(t, browser, http.MethodPost, address, fields) // its forms post to where they stand
}

// SignOut signs out at the portal, by its own menu.
func (p *Portal) SignOut(t testing.TB, browser *http.Client) {
	t.Helper()
	p.Visit(t, browser, p.URL+"/?logout=1")
}

func (p *Portal) send(t testing.TB, browser *http.Client, method, address string, fields url.Values) (away, page string) {
	t.Helper()
	for range 10 {
		req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(fields.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "text/html")
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		res, err := browser.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		next, err := res.Location()
		if err != nil {
			return "", string(body)
		}
		if !strings.HasPrefix(next.String(), p.URL+"/") {
			return next.String(), ""
		}
		method, address, fields = http.MethodGet, next.String(), nil
	}
	t.Fatalf("the portal goes round in circles, lastly at %s", address)
	return "", ""
}

// Form is where the first form of a page posts to, and its fields that hold something already.
func Form(t testing.TB, page string) (action string, fields url.Values) {
	t.Helper()
	tree, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	fields = url.Values{}
	found := false
	for n := range tree.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch {
		case n.Data == "form" && found:
			return action, fields
		case n.Data == "form":
			found, action = true, attribute(n, "action")
		case n.Data == "input" && found && attribute(n, "type") == "hidden":
			fields.Set(attribute(n, "name"), attribute(n, "value"))
		}
	}
	if !found {
		t.Fatalf("the page has no form:\n%.2000s", page)
	}
	return action, fields
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// SignedIn is so many browsers, each signed in as the first of the demonstration's persons: for measuring.
func (p *Portal) SignedIn(t testing.TB, n int) []*http.Client {
	t.Helper()
	var all []*http.Client
	for range n {
		browser := Browser(t)
		p.SignIn(t, browser, p.URL+"/", "dwho")
		all = append(all, browser)
	}
	return all
}
