package oidc

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/internal/fault"
)

// FuzzAuthorizationRequest: whatever is asked, an answer goes to a registered address or nowhere, and what is accepted has PKCE,
// openid and a resource.
func FuzzAuthorizationRequest(f *testing.F) {
	const home = "https://exos.example/retour?a=b"
	f.Add("client_id=exos&redirect_uri=https%3A%2F%2Fexos.example%2Fretour%3Fa%3Db&response_type=code&scope=openid+offline_access&state=s&nonce=n" +
		"&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&idRessource=ark:/1/x&max_age=3&prompt=consent")
	f.Add("client_id=exos&redirect_uri=https%3A%2F%2Fevil.example")
	f.Add("client_id=exos&client_id=exos&redirect_uri=https%3A%2F%2Fexos.example%2Fretour%3Fa%3Db&state=a&state=b")
	f.Fuzz(func(t *testing.T, query string) {
		q, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		asked, err := parseTarget(q, func(id federation.ClientID) (federation.Client, error) {
			if id != "exos" {
				return federation.Client{}, fault.New(fault.NotFound, "federation.client.unknown")
			}
			return federation.Client{ID: id, Redirects: []string{home}}, nil
		})
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("refused with %v", err)
			}
			return
		}
		refused := asked.parse(q)
		to, err := url.Parse(asked.answer("https://pupitre.example", "code", "c"))
		if err != nil || to.Host != "exos.example" || to.Path != "/retour" || to.Query().Get("a") != "b" || to.Query().Get("iss") != "https://pupitre.example" {
			t.Errorf("an answer would go to %q", to)
		}
		if got := to.Query().Get("state"); got != asked.state || refused == nil && got != q.Get("state") {
			t.Errorf("state %q came back as %q", q.Get("state"), got)
		}
		if refused == nil && (!isDigest(asked.challenge) || !slices.Contains(asked.scope, "openid") || asked.ark == "" || strings.Contains(strings.Join(asked.scope, " "), "offline")) {
			t.Errorf("accepted: %+v", asked)
		}
	})
}
