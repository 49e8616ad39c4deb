package cas_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// hostile are questions to samlValidate, the one place where the CAS server reads XML.
func hostile(t testing.TB) federationtest.Attempts {
	h := open(t, dbtest.Engines()[0])
	good := `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><p:Request xmlns:p="urn:oasis:names:tc:SAML:1.0:protocol" RequestID="_r1"><p:AssertionArtifact>ST-1</p:AssertionArtifact></p:Request></e:Body></e:Envelope>`
	set := federationtest.Hostile{Message: good, Brim: 60 << 10, Bomb: 8 << 20}
	return federationtest.Attempts{}.With("samlValidate", set.Messages(), func(text string) func() bool {
		return func() bool {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/cas/samlValidate?TARGET="+url.QueryEscape(labo), strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "text/xml")
			res, body := federationtest.Send(t, h.client, req)
			return res.StatusCode >= http.StatusBadRequest && res.StatusCode < http.StatusInternalServerError || strings.Contains(body, "INVALID_REQUEST")
		}
	})
}

// Not parallel: what is allocated is weighed.
func TestHostileQuestionsAreRefusedForLittle(t *testing.T) { hostile(t).AreLight(t) }

// BenchmarkHostile has questions refused that were made to be dear (goal: the dearest within 50 ms and 50 MB, its sender's part included).
func BenchmarkHostile(b *testing.B) { hostile(b).Measure(b) }
