package cas_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/federation/cas"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// Nobody is ever sent to an address that is not, byte by byte, below a registered one.
func TestNoTicketGoesAstray(t *testing.T) {
	t.Parallel()
	e := dbtest.Engines()[0]
	h := open(t, e)
	session := h.Arrive(t, "ent-ines")
	for name, service := range map[string]string{
		"nobody's":                  "https://mechant.example/",
		"another scheme":            "http://labo.example/app/",
		"another port":              "https://labo.example:8443/app/",
		"the default port, written": "https://labo.example:443/app/",
		"a port left out":           "https://atlas.example/",
		"a user":                    "https://labo.example@mechant.example/app/",
		"a user before the name":    "https://mechant@labo.example/app/",
		"a longer name":             "https://labo.example.mechant.example/app/",
		"capitals":                  "https://LABO.example/app/",
		"a dot at the end":          "https://labo.example./app/",
		"beside the path":           "https://labo.example/application/",
		"above the path":            "https://labo.example/",
		"out of the path":           "https://labo.example/app/../",
		"out, encoded":              "https://labo.example/app/%2e%2e/",
		"out, half encoded":         "https://labo.example/app/.%2E/",
		"an encoded slash":          "https://labo.example/app/..%2f",
		"an encoded backslash":      "https://labo.example/app/..%5C",
		"encoded twice":             "https://labo.example/app/%252e%252e/",
		"a backslash":               `https://labo.example\@mechant.example/app/`,
		"a backslash in the path":   `https://labo.example/app/..\`,
		"a fragment":                "https://labo.example/app/#x",
		"a line end":                "https://labo.example/app/\r\nX: y",
		"a tab":                     "https://labo.example/app/\t",
		"a NUL":                     "https://labo.example/app/%00",
		"another alphabet":          "https://lаbo.example/app/", // a Cyrillic а
		"punycode of it":            "https://xn--lbo-7cd.example/app/",
		"script":                    "javascript:alert(1)//https://labo.example/app/",
		"data":                      "data:text/html,https://labo.example/app/",
		"no scheme":                 "//labo.example/app/",
		"a ticket already":          "https://labo.example/app/?ticket=ST-1",
		"an artifact already":       "https://labo.example/app/?SAMLart=ST-1",
		"too long":                  "https://labo.example/app/" + strings.Repeat("a", 2048),
		"empty":                     "",
	} {
		for _, parameter := range []string{"service", "TARGET"} {
			for who, cookie := range map[string]federation.Token{"signed in": session, "nobody": ""} {
				status, to := h.login(t, cookie, url.Values{parameter: {service}}.Encode())
				if status != http.StatusBadRequest || to != "" {
					t.Errorf("%s (%s, %s): %d %s", name, parameter, who, status, to)
				}
			}
		}
	}
	for name, query := range map[string]string{
		"twice":            "service=" + url.QueryEscape(labo) + "&service=https://mechant.example/",
		"both names":       "service=" + url.QueryEscape(labo) + "&TARGET=" + url.QueryEscape(labo),
		"a semicolon":      "service=" + url.QueryEscape(labo) + ";x=y",
		"a wrong encoding": "service=%zz",
	} {
		if status, to := h.login(t, session, query); status != http.StatusBadRequest || to != "" {
			t.Errorf("%s: %d %s", name, status, to)
		}
	}
}

// What only looks ahead, or only asks for headers, opens no copy.
func TestLookingAheadIsNoEntry(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	session := h.Arrive(t, "ent-ines")
	federationtest.LooksAhead(t, h.client, h.URL+"/cas/login?service="+url.QueryEscape(labo), session)
	if n := h.Rights.Opened(); n != 0 {
		t.Errorf("%d opened", n)
	}
}

// Text of the school's that looks like markup stays text.
func TestAttributesAreEscaped(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	if _, err := h.Store.DB.Pool().ExecContext(t.Context(), `update person set given_name = '</cas:PRE><cas:user>root</cas:user>' where id = 'person-ines'`); err != nil {
		t.Fatal(err)
	}
	a := read(t, h.get(t, "/cas/p3/serviceValidate", "service", labo, "ticket", h.ticket(t, h.Arrive(t, "ent-ines"), labo)))
	if a.Success == nil || a.Success.User != ines.Subject() {
		t.Errorf("%+v", a)
	}
}

func FuzzEnvelope(f *testing.F) {
	f.Add([]byte(`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><p:Request xmlns:p="urn:oasis:names:tc:SAML:1.0:protocol" RequestID="r"><p:AssertionArtifact>ST-1</p:AssertionArtifact></p:Request></e:Body></e:Envelope>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, ticket, err := cas.ReadEnvelope(bytes.NewReader(b)); err == nil && bytes.Count(b, []byte("AssertionArtifact")) == 0 {
			t.Errorf("a ticket %q out of nothing", ticket)
		}
	})
}
