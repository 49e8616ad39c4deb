package httpx

import "net/http"

// FollowsNothing is a client like another that takes a redirect for the answer: whoever is told a secret by its address must not be
// able to pass it on.
func FollowsNothing(c *http.Client) *http.Client {
	out := *c
	out.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &out
}
