package httpx

import (
	"errors"
	"io"
	"net/http"
	"net/url"
)

// FollowsNothing is a client like another that takes a redirect for the answer: whoever is told a secret by its address must not be
// able to pass it on.
func FollowsNothing(c *http.Client) *http.Client {
	out := *c
	out.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &out
}

// ErrTooLong says that an answer is longer than the asker reads.
var ErrTooLong = errors.New("the answer is too long")

// Ask sends a request and reads the whole of an answer of at most so many bytes; one that leads elsewhere is not followed. How long it
// may take is the request's context's to say.
func Ask(c *http.Client, req *http.Request, limit int64) (status int, body []byte, err error) {
	status, body, _, err = AskAll(c, req, limit)
	return status, body, err
}

// AskAll is Ask with the answer's header.
func AskAll(c *http.Client, req *http.Request, limit int64) (status int, body []byte, header http.Header, err error) {
	res, err := FollowsNothing(c).Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = ErrTooLong
	}
	return res.StatusCode, body, res.Header, err
}

// WithQuery adds parameters to an address that may have some.
func WithQuery(address string, add url.Values) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	q := u.Query()
	for name, values := range add {
		q[name] = values
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// Single reads a query in which no parameter stands twice: which of the two is meant would be for an attacker to choose. false where it
// is no such query.
func Single(query string) (url.Values, bool) {
	q, err := url.ParseQuery(query)
	if err != nil {
		return nil, false
	}
	for _, values := range q {
		if len(values) > 1 {
			return nil, false
		}
	}
	return q, true
}
