package trial

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"pupitre/federation"
	"pupitre/internal/fault"
)

// browser goes where a person's browser would, without a screen: it follows redirects by itself, posts the forms that protocols post, and
// keeps cookies. It goes to the site and to the bench, nowhere else.
type browser struct {
	bench   *Bench
	site    []string         // hosts that are the site's
	session federation.Token // at the bench; "": nobody is signed in there
	away    bool             // it does not go to the bench
	answer  func(*step) bool // looks at the step that carries a protocol's answer to the site, may change it; false: it is not taken

	jar    *cookiejar.Jar
	client *http.Client
	last   page // where it came to last
}

// step is one request of the browser's.
type step struct {
	method string
	to     *url.URL
	form   url.Values
}

// page is where a way ended.
type page struct {
	status  int
	at      *url.URL
	header  http.Header
	body    string
	posted  bool // it is the answer to a form: nobody can come to it by its address
	bench   bool // at the bench's door, or on a page of the bench's
	outside bool // before a host that is neither's
	endless bool // before the last of too many steps
}

const most = 25 // steps of one way

// silent is the code of a site that does not answer.
const silent = "trial.site.silent"

func (t *tried) browser(session federation.Token) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // there are no options that could be wrong
	}
	return &browser{bench: t.bench, site: t.hosts, session: session, jar: jar,
		client: &http.Client{Transport: t.bench.dial, Timeout: patience, CheckRedirect: stay}}
}

// visit goes to an address, and on until there is a page.
func (b *browser) visit(ctx context.Context, address string) (page, error) {
	to, err := url.Parse(address)
	if err != nil {
		return page{}, err
	}
	return b.walk(ctx, &step{method: http.MethodGet, to: to})
}

// walk takes a step, and those that follow from it.
func (b *browser) walk(ctx context.Context, next *step) (page, error) {
	p, err := b.steps(ctx, next)
	b.last = p
	return p, err
}

func (b *browser) steps(ctx context.Context, next *step) (page, error) {
	var last page
	for range most {
		ours := b.bench.isOurs(next.to)
		switch {
		case ours && b.away:
			return page{at: next.to, bench: true}, nil
		case !ours && !b.isSite(next.to):
			return page{at: next.to, outside: true}, nil
		case !ours && b.answer != nil && b.bench.isAnswer(next) && !b.answer(next):
			return page{at: next.to}, nil
		}
		res, body, err := b.take(ctx, next)
		if err != nil {
			return page{}, fault.Wrap(err, fault.Unavailable, silent, "address", next.to.Redacted())
		}
		last = page{status: res.StatusCode, at: next.to, posted: next.method == http.MethodPost, header: res.Header, body: body, bench: ours}
		if next = follow(res, next, body); next == nil {
			return last, nil
		}
	}
	last.endless = true
	return last, nil
}

func (b *browser) isSite(u *url.URL) bool {
	for _, host := range b.site {
		if u.Host == host && (u.Scheme == "http" || u.Scheme == "https") {
			return true
		}
	}
	return false
}

// take makes one request.
func (b *browser) take(ctx context.Context, s *step) (*http.Response, string, error) {
	var body io.Reader
	if s.method == http.MethodPost {
		body = strings.NewReader(s.form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, s.method, s.to.String(), body)
	if err != nil {
		return nil, "", err
	}
	req.Header.Set("Accept", "text/html,application/xhtml+xml") // as a browser that is shown a page
	req.Header.Set("User-Agent", "Mozilla/5.0 (Pupitre, banc d’essai)")
	if s.method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.bench.isOurs(s.to) {
		if b.session != "" {
			req.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(b.session)})
		}
	} else {
		for _, c := range b.jar.Cookies(trustworthy(s.to)) {
			req.AddCookie(c)
		}
	}
	res, err := b.client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, longest))
	if err != nil {
		return nil, "", err
	}
	if !b.bench.isOurs(s.to) {
		b.jar.SetCookies(trustworthy(s.to), res.Cookies())
	}
	return res, string(text), nil
}

// trustworthy is an address as cookies see it: on this machine Secure ones travel without TLS, as browsers have it.
func trustworthy(u *url.URL) *url.URL {
	name := u.Hostname()
	if u.Scheme != "http" || name != "localhost" && name != "127.0.0.1" && !strings.HasSuffix(name, ".localhost") {
		return u
	}
	as := *u
	as.Scheme = "https"
	return &as
}

// follow is the step that an answer leads to by itself, nil for none.
func follow(res *http.Response, from *step, body string) *step {
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		to, err := from.to.Parse(res.Header.Get("Location"))
		if err != nil || res.Header.Get("Location") == "" {
			return nil
		}
		to.Fragment = ""
		if res.StatusCode >= http.StatusTemporaryRedirect {
			return &step{from.method, to, from.form}
		}
		return &step{method: http.MethodGet, to: to}
	}
	return posted(from.to, body)
}

// carriers are the fields that a form has which a page posts by itself: with a message of SAML's, with an LTI tool's request, the
// platform's message, the tool's answer.
var carriers = []string{"SAMLRequest", "SAMLResponse", "lti_message_hint", "id_token", "JWT"}

// posted is the form of a page that posts itself, nil for none.
func posted(at *url.URL, body string) *step {
	if !slices.ContainsFunc(carriers, func(name string) bool { return strings.Contains(body, name) }) {
		return nil
	}
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return nil
	}
	var found *step
	carries := func() bool { return found != nil && slices.ContainsFunc(carriers, found.form.Has) }
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Form && carries() {
			break
		}
		switch {
		case n.DataAtom == atom.Form && strings.EqualFold(attribute(n, "method"), http.MethodPost):
			if to, err := at.Parse(attribute(n, "action")); err == nil {
				found = &step{http.MethodPost, to, url.Values{}}
			}
		case n.DataAtom == atom.Input && found != nil && attribute(n, "name") != "":
			found.form.Set(attribute(n, "name"), attribute(n, "value"))
		}
	}
	if !carries() {
		return nil
	}
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// isAnswer reports whether a step carries what a protocol answered: a code, a ticket, an assertion, a message, or a refusal.
func (b *Bench) isAnswer(s *step) bool {
	c, q := b.client, s.to.Query()
	switch {
	case s.form.Has("SAMLResponse"), c.LTI != nil && s.form.Has("id_token") && c.LTI.Allows(s.to.String()):
		return true
	case len(c.Redirects) > 0 && (q.Has("code") || q.Has("error")) && q.Has("iss"):
		return true
	}
	return len(c.Services) > 0 && (q.Has("ticket") || q.Has("SAMLart"))
}
