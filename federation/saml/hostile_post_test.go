package saml_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

const urlencoded = "application/x-www-form-urlencoded"

// postedAsk is a body sent to the sign-on by the browser of another site: without our cookie. What is passed on by that is followed with
// the cookie, as a browser does.
type postedAsk struct{ media, body string }

func asForm(pairs ...string) postedAsk {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		b.WriteString("&" + url.QueryEscape(pairs[i]) + "=" + url.QueryEscape(pairs[i+1]))
	}
	return postedAsk{urlencoded, strings.TrimPrefix(b.String(), "&")}
}

// refusal is why nothing came of it.
type refusal struct {
	Status int
	Code   string `json:"code"`
	Detail string `json:"detail"`
	answer
}

func (h *house) postAsk(t testing.TB, session federation.Token, path string, p postedAsk) refusal {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+path, strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	if p.media != "" {
		req.Header.Set("Content-Type", p.media)
	}
	req.Header.Set("Origin", "https://labo.example")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	res, body := federationtest.Send(t, h.client, req)
	got := answer{Status: res.StatusCode, To: res.Header.Get("Location"), Body: body}
	if got.Status == http.StatusSeeOther && strings.HasPrefix(got.To, "/saml/sso?") {
		got = h.get(t, session, got.To)
	}
	out := refusal{Status: got.Status, answer: got}
	if got.Status >= http.StatusBadRequest {
		if err := json.Unmarshal([]byte(got.Body), &out); err != nil {
			t.Fatalf("%v: %s", err, got.Body)
		}
	}
	return out
}

// hostilePost is what somebody posts to the sign-on, and the code of why it is refused.
type hostilePost struct {
	postedAsk
	code string
}

func (h *house) hostilePosts(t testing.TB) map[string]hostilePost {
	t.Helper()
	now := h.Clock.Now().Format(time.RFC3339)
	signed := func(change ...string) string { return embedded(t, h.ask(labo, change...), key(labo)) }
	good := signed()
	with := func(text string) postedAsk { return asForm("SAMLRequest", encoded(text)) }
	const unread, unsigned = "federation.saml.request", "federation.saml.signature"
	return map[string]hostilePost{
		"nothing":                     {asForm(), unread},
		"empty":                       {asForm("SAMLRequest", ""), unread},
		"not base64":                  {asForm("SAMLRequest", "@@@"), unread},
		"no XML":                      {with("hello"), unread},
		"deflated, as by Redirect":    {asForm("SAMLRequest", packed(good)), unread},
		"UTF-16":                      {with("\xff\xfe<\x00a\x00/\x00>\x00"), unread},
		"a DOCTYPE":                   {with(`<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + good), unread},
		"a parameter entity":          {with(`<!DOCTYPE a [<!ENTITY % e SYSTEM "http://mechant.example/e">%e;]>` + good), unread},
		"entities in entities":        {with(`<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>` + strings.Replace(good, labo, "&b;", 1)), unread},
		"a processing instruction":    {with(`<?xml-stylesheet href="http://mechant.example/"?>` + good), unread},
		"deep nesting":                {with(strings.Repeat("<a>", 20_000)), unread},
		"more than 64 kB":             {with(good + strings.Repeat(" ", 64<<10)), unread},
		"base64 of 700 kB":            {asForm("SAMLRequest", strings.Repeat("QUFB", 180_000)), unread},
		"base64 and spaces":           {postedAsk{urlencoded, "SAMLRequest=" + strings.Repeat("+", 900_000) + "QUFB"}, unread},
		"2 MB":                        {asForm("SAMLRequest", strings.Repeat("QUFB", 512<<10)), "httpx.body.too-large"},
		"the message twice":           {asForm("SAMLRequest", encoded(good), "SAMLRequest", encoded(good)), unread},
		"the message twice, escaped":  {postedAsk{urlencoded, asForm("SAMLRequest", encoded(good)).body + "&%53AMLRequest=x"}, unread},
		"RelayState twice":            {asForm("SAMLRequest", encoded(good), "RelayState", "a", "RelayState", "b"), unread},
		"both kinds":                  {asForm("SAMLRequest", encoded(good), "SAMLResponse", encoded(good)), unread},
		"a long RelayState":           {asForm("SAMLRequest", encoded(good), "RelayState", strings.Repeat("x", 2049)), unread},
		"a semicolon":                 {postedAsk{urlencoded, asForm("SAMLRequest", encoded(good)).body + ";x=y"}, unread},
		"a broken escape":             {postedAsk{urlencoded, "SAMLRequest=%zz"}, unread},
		"as JSON":                     {postedAsk{"application/json", `{"SAMLRequest":"` + encoded(good) + `"}`}, unread},
		"as text":                     {postedAsk{"text/plain", asForm("SAMLRequest", encoded(good)).body}, unread},
		"as XML":                      {postedAsk{"text/xml", good}, unread},
		"as parts":                    {postedAsk{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"SAMLRequest\"\r\n\r\n" + encoded(good) + "\r\n--b--\r\n"}, unread},
		"as nothing":                  {postedAsk{"", asForm("SAMLRequest", encoded(good)).body}, unread},
		"nobody's":                    {with(h.ask("https://mechant.example/")), "federation.saml.site"},
		"unsigned":                    {with(h.ask(labo)), unsigned},
		"by an attacker":              {with(embedded(t, h.ask(labo), key("attacker"))), unsigned},
		"by another site":             {with(embedded(t, h.ask(labo), key(coffre))), unsigned},
		"SHA-1":                       {with(bySHA1(t, h.ask(labo))), unsigned},
		"the digest by SHA-1":         {with(strings.Replace(good, "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1", 1)), unsigned},
		"changed after it was signed": {with(strings.Replace(good, `Version="2.0"`, `Version="2.0" ForceAuthn="true"`, 1)), unsigned},
		"the signature in the form, as by Redirect": {asForm("SAMLRequest", encoded(h.ask(labo)), "SigAlg", "x", "Signature", "QUFB"), unsigned},
		"a comment in the name":                     {with(strings.Replace(good, "labo.example", "labo.example<!-- -->", 1)), unread},
		"for another":                               {with(signed(h.URL, "https://autre.example")), "federation.saml.destination"},
		"signed for nobody":                         {with(signed(` Destination="`+h.URL+`/saml/sso"`, "")), "federation.saml.destination"},
		"old":                                       {with(signed(now, h.Clock.Now().Add(-21*time.Minute).Format(time.RFC3339))), "federation.saml.old"},
		"to come":                                   {with(signed(now, h.Clock.Now().Add(2*time.Minute).Format(time.RFC3339))), "federation.saml.old"},
		"an address that is nobody's":               {with(signed(`Version="2.0"`, `Version="2.0" AssertionConsumerServiceURL="https://mechant.example/acs"`)), "federation.saml.consumer"},
		"another site's address":                    {with(signed(`Version="2.0"`, `Version="2.0" AssertionConsumerServiceURL="`+coffreACS+`"`)), "federation.saml.consumer"},
		"an answer, or another message":             {with(signed("AuthnRequest", "LogoutRequest")), unread},
	}
}

// By HTTP-POST as by HTTP-Redirect (TestNoAssertionGoesAstray): nothing hostile gets an assertion or sends anybody anywhere, and whoever
// was sent here is told why.
func TestHostilePostsAreRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	session := h.Arrive(t, "ent-ines")
	good := embedded(t, h.ask(labo), key(labo))
	with := func(text string) postedAsk { return asForm("SAMLRequest", encoded(text)) }
	for name, attack := range h.hostilePosts(t) {
		got := h.postAsk(t, session, "/saml/sso", attack.postedAsk)
		if got.Status != http.StatusBadRequest && got.Status != http.StatusForbidden && got.Status != http.StatusRequestEntityTooLarge ||
			got.To != "" || got.Form.Action != "" || got.Detail == "" || got.Code != attack.code {
			t.Errorf("%s: %d %q, want %q; %s", name, got.Status, got.Code, attack.code, got.Body)
		}
	}
	if n := h.Rights.Opened(); n != 0 {
		t.Errorf("%d accesses", n)
	}
	if got := h.postAsk(t, session, "/saml/sso?idRessource=a&idRessource=b", with(good)); got.Code != "federation.saml.request" {
		t.Errorf("two resources beside it: %+v", got)
	}
	// What is beside the message in the address is not read with it: the honest one comes through.
	got := h.postAsk(t, session, "/saml/sso?SAMLRequest=x&SAMLResponse=x&SigAlg=x&Signature=x", with(good))
	if r, _ := h.read(t, got.answer, nil); r.Answers != "_r1" || h.Rights.Opened() != 1 {
		t.Errorf("the honest one: %+v", got)
	}
}

// A request is the site's question, not a proof of anybody: asked again within its life it is answered again, to the person who is there
// and to the site's own address; later it is refused, and without a session it opens nothing.
func TestARequestPostedAgainServesNobodyElse(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	good := asForm("SAMLRequest", encoded(embedded(t, h.ask(labo), key(labo))))
	for _, who := range []string{"ent-ines", "ent-renard"} {
		got := h.postAsk(t, h.Arrive(t, who), "/saml/sso", good)
		if r, a := h.read(t, got.answer, nil); r.Answers != "_r1" || got.Form.Action != laboACS || (a.Subject.Name.Value == ines.Subject()) != (who == "ent-ines") {
			t.Errorf("%s: %+v", who, got)
		}
	}
	if got := h.postAsk(t, "", "/saml/sso", good); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.To, "/connexion") || got.Form.Action != "" {
		t.Errorf("nobody: %+v", got)
	}
	session := h.Arrive(t, "ent-ines")
	h.Clock.Advance(21 * time.Minute)
	if got := h.postAsk(t, session, "/saml/sso", good); got.Code != "federation.saml.old" || got.Form.Action != "" {
		t.Errorf("later: %+v", got)
	}
}

// heavyPosts are bodies that are dear for whoever reads them carelessly, before any message is found in them.
func heavyPosts() map[string]postedAsk {
	var names strings.Builder
	for i := range 150_000 {
		names.WriteString(strconv.FormatInt(int64(i), 36) + "&")
	}
	return map[string]postedAsk{
		"many parameters":     {urlencoded, names.String()},
		"one parameter, many": {urlencoded, strings.Repeat("a&", 500_000)},
		"escapes":             {urlencoded, "SAMLRequest=" + strings.Repeat("%41", 340_000)},
		"base64":              {urlencoded, "SAMLRequest=" + strings.Repeat("QUFB", 250_000)},
		"base64, spaced":      {urlencoded, "SAMLRequest=" + strings.Repeat("A+", 500_000)},
		"20 MB":               {urlencoded, "SAMLRequest=" + strings.Repeat("QUFB", 5<<20)},
		"parts":               {"multipart/form-data; boundary=b", strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n", 18_000) + "--b--\r\n"},
	}
}
