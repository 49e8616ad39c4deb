package worldtest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/db/dbtest"
)

// callback is a proxy that hears what it is called back with.
type callback struct{ heard []url.Values }

func (c *callback) RoundTrip(r *http.Request) (*http.Response, error) {
	c.heard = append(c.heard, r.URL.Query())
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
}

// A site's program written for the GAR's CAS: its host name, and its addresses at the root of it.
func TestAProgramWrittenForTheGARSignsInByCAS(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		const tools = "https://outils.example/"
		proxy := &callback{}
		g := newGAR(t, e, federation.Client{Services: []federation.CASService{{Prefix: "https://labo.example/cas/"}, {Prefix: tools}}},
			func(s *brokerapp.Settings) { s.Client = &http.Client{Transport: proxy} })
		session := g.arrive(t, "ines.marchal")
		login := func(word, field string) string {
			t.Helper()
			w := g.browse(t, session, "/login?"+url.Values{word: {siteService}}.Encode())
			ticket, ok := strings.CutPrefix(w.Header().Get("Location"), siteService+"?"+field+"=")
			if w.Code != http.StatusFound || !ok {
				t.Fatalf("%d %s: %s", w.Code, w.Header().Get("Location"), w.Body)
			}
			return ticket
		}
		ask := func(path string, parameters ...string) string {
			t.Helper()
			q := url.Values{}
			for i := 0; i < len(parameters); i += 2 {
				q.Set(parameters[i], parameters[i+1])
			}
			w := g.ask(t, http.MethodGet, path+"?"+q.Encode(), "")
			if w.Code != http.StatusOK {
				t.Fatalf("%s: %d %s", path, w.Code, w.Body)
			}
			return w.Body.String()
		}
		holds := func(what, answer string, words ...string) {
			t.Helper()
			for _, word := range words {
				if !strings.Contains(answer, word) {
					t.Errorf("%s: no %s in %s", what, word, answer)
				}
			}
		}
		attributes := []string{"<cas:PRE>Inès</cas:PRE>", "<cas:PRO>National_elv</cas:PRO>", "<cas:UAI>" + string(g.school.UAI) + "</cas:UAI>"}

		validated := ask("/serviceValidate", "service", siteService, "ticket", login("service", "ticket"), "pgtUrl", "https://labo.example/cas/rappel")
		user := between(validated, "<cas:user>", "</cas:user>")
		if len(user) != 64 || len(proxy.heard) != 1 || proxy.heard[0].Get("pgtIou") != between(validated, "<cas:proxyGrantingTicket>", "</cas:proxyGrantingTicket>") {
			t.Fatalf("%s, called back with %v", validated, proxy.heard)
		}
		known := "<cas:user>" + user + "</cas:user>"
		ticket := login("service", "ticket")
		holds("p3/serviceValidate", ask("/p3/serviceValidate", "service", siteService, "ticket", ticket), append(attributes, known)...)
		holds("a second time", ask("/p3/serviceValidate", "service", siteService, "ticket", ticket), "INVALID_TICKET")
		holds("in JSON", ask("/p3/serviceValidate", "service", siteService, "ticket", login("service", "ticket"), "format", "json"), `"user":"`+user+`"`, `"PRE":"Inès"`)
		if got := ask("/validate", "service", siteService, "ticket", login("service", "ticket")); got != "yes\n"+user+"\n" {
			t.Errorf("validate: %q", got)
		}
		w := g.ask(t, http.MethodPost, "/samlValidate?TARGET="+url.QueryEscape(siteService), `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>`+
			`<p:Request xmlns:p="urn:oasis:names:tc:SAML:1.0:protocol" RequestID="_r1"><p:AssertionArtifact>`+login("TARGET", "SAMLart")+`</p:AssertionArtifact></p:Request></e:Body></e:Envelope>`)
		holds("samlValidate", w.Body.String(), "saml1p:Success", user, `AttributeName="PRE"><saml1:AttributeValue>Inès<`)

		proxied := func() string {
			t.Helper()
			answer := ask("/proxy", "pgt", proxy.heard[0].Get("pgtId"), "targetService", tools)
			return between(answer, "<cas:proxyTicket>", "</cas:proxyTicket>")
		}
		through := "<cas:proxies><cas:proxy>https://labo.example/cas/rappel</cas:proxy></cas:proxies>"
		holds("proxyValidate", ask("/proxyValidate", "service", tools, "ticket", proxied()), known, through)
		holds("p3/proxyValidate", ask("/p3/proxyValidate", "service", tools, "ticket", proxied()), append(attributes, known, through)...)

		// A right withdrawn a second ago is refused there as everywhere.
		ticket = login("service", "ticket")
		g.withdraw(t, "ines.marchal")
		holds("withdrawn", ask("/p3/serviceValidate", "service", siteService, "ticket", ticket), "INVALID_TICKET", "licensing.")
		if w := g.browse(t, session, "/logout"); w.Code != http.StatusFound || w.Header().Get("Location") != "/deconnexion" {
			t.Errorf("logout: %d %s", w.Code, w.Header().Get("Location"))
		}
	})
}

// between is what stands between two words of a text; "" where they are not there.
func between(text, before, after string) string {
	_, rest, _ := strings.Cut(text, before)
	found, _, ok := strings.Cut(rest, after)
	if !ok {
		return ""
	}
	return found
}
