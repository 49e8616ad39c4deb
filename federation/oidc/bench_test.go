package oidc_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/lemontest"
	"pupitre/store/storetest/federationtest"
)

// BenchmarkFlow is a launch after the sign-in: authorize, then code for tokens, durable, right checked, access journalled, by eight
// callers at once and by 32 (goal: with RS256 five times, with ES256 eight times LemonLDAP::NG's RS256 in the same run; 900 a second
// on two cores, decision 10). The client shares the machine.
func BenchmarkFlow(b *testing.B) {
	var lemon float64
	b.Run("lemonldap", func(b *testing.B) {
		address := lemontest.Reserve(b)
		portal := lemontest.Start(b, address, 20, lemontest.OIDC(address, lemontest.RP{ClientID: "exos", Secret: "secret", Redirect: federationtest.ExosRedirect}),
			lemontest.People("A70", map[string]string{"dwho": "ent-ines"}))
		browsers, program := portal.SignedIn(b, 8), lemontest.Client()
		lemon = federationtest.Callers(b, len(browsers), func(i int) bool { return lemonFlow(browsers[i], program, portal.URL) })
	})
	for _, e := range dbtest.Engines() {
		for _, a := range federation.Algorithms {
			for _, callers := range []int{8, 32} {
				b.Run(fmt.Sprintf("%s/%s/%d", e.Name, a, callers), func(b *testing.B) {
					h := open(b, e)
					exos, err := h.Service.FindClient(b.Context(), federationtest.ExosID)
					if err != nil {
						b.Fatal(err)
					}
					exos.Algorithm = a
					if err := h.Service.Register(b.Context(), federationtest.Tester, exos, ""); err != nil {
						b.Fatal(err)
					}
					session := h.Arrive(b, "ent-ines")
					h.token(b, exchange(h.code(b, session))) // keys are made at the first use
					rate := federationtest.Callers(b, callers, func(int) bool { return h.token(b, exchange(h.code(b, session))).ID != "" })
					if lemon > 0 {
						b.ReportMetric(rate/lemon, "x/lemonldap")
					}
				})
			}
		}
	}
}

// lemonFlow is the same launch at LemonLDAP::NG, of somebody who is signed in.
func lemonFlow(browser, program *http.Client, portal string) bool {
	const verifier = "0123456789012345678901234567890123456789012"
	sum := sha256.Sum256([]byte(verifier))
	req, err := http.NewRequest(http.MethodGet, portal+"/oauth2/authorize?"+url.Values{"response_type": {"code"}, "client_id": {"exos"}, "redirect_uri": {federationtest.ExosRedirect},
		"scope": {"openid"}, "state": {"s"}, "nonce": {"n"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}}.Encode(), nil)
	if err != nil {
		return false
	}
	req.Header.Set("Accept", "text/html")
	res, err := browser.Do(req)
	if err != nil {
		return false
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
	to, err := res.Location()
	if err != nil {
		return false
	}
	req, err = http.NewRequest(http.MethodPost, portal+"/oauth2/token", strings.NewReader(url.Values{"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")},
		"redirect_uri": {federationtest.ExosRedirect}, "code_verifier": {verifier}}.Encode()))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth("exos", "secret")
	if res, err = program.Do(req); err != nil {
		return false
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return err == nil && strings.Contains(string(text), "id_token")
}
