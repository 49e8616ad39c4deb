package cas_test

import (
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

// BenchmarkFlow is a launch after the sign-in: login?service, then the ticket at p3/serviceValidate, durable, right checked, access
// journalled, by eight callers at once and by 32 (goal: ten times LemonLDAP::NG in the same run on SQLite, six times on PostgreSQL;
// 99 of 100 within 25 ms, of eight). LemonLDAP::NG keeps its sessions in files, without waiting for the disk. The client shares the machine.
func BenchmarkFlow(b *testing.B) {
	var lemon float64
	b.Run("lemonldap", func(b *testing.B) {
		portal := lemontest.Start(b, lemontest.Reserve(b), 20, lemontest.CAS(labo), lemontest.People("A70", map[string]string{"dwho": "ent-ines"}))
		browsers, program := portal.SignedIn(b, 8), lemontest.Client()
		lemon = federationtest.Callers(b, len(browsers), func(i int) bool {
			return flow(b, browsers[i], program, portal.URL+"/cas", func(req *http.Request) { req.Header.Set("Accept", "text/html") })
		})
	})
	for _, e := range dbtest.Engines() {
		for _, callers := range []int{8, 32} {
			b.Run(fmt.Sprintf("%s/%d", e.Name, callers), func(b *testing.B) {
				h := open(b, e)
				session := h.Arrive(b, "ent-ines")
				rate := federationtest.Callers(b, callers, func(int) bool {
					return flow(b, h.client, h.client, h.URL+"/cas", func(req *http.Request) {
						req.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(session)})
					})
				})
				if lemon > 0 {
					b.ReportMetric(rate/lemon, "x/lemonldap")
				}
			})
		}
	}
}

// flow is a launch at a CAS server of somebody whose browser is signed in, and the validation by the service's program.
func flow(b testing.TB, browser, program *http.Client, server string, signedIn func(*http.Request)) bool {
	get := func(client *http.Client, address string) (body, to string) {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, nil)
		if err != nil {
			return "", ""
		}
		if client == browser {
			signedIn(req)
		}
		res, err := client.Do(req)
		if err != nil {
			return "", ""
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body) // to its end, or the connection is not used again
		return string(text), res.Header.Get("Location")
	}
	_, to := get(browser, server+"/login?service="+url.QueryEscape(labo))
	_, ticket, _ := strings.Cut(to, "ticket=")
	body, _ := get(program, server+"/p3/serviceValidate?service="+url.QueryEscape(labo)+"&ticket="+url.QueryEscape(ticket))
	return strings.Contains(body, "authenticationSuccess")
}
