package signin_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"pupitre/federation"
	"pupitre/federation/signin"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/xmlsec"
	"pupitre/store/storetest/federationtest"
)

func unmarshalXML(t testing.TB, text []byte, into any) {
	t.Helper()
	if err := xml.Unmarshal(text, into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

func TestASignInAtASAMLPortalOpensAndEndsBothWays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		b := buildBorough(t, e)
		for _, w := range []word{{}, {signed: "response"}, {signed: "both"}, {encrypted: true}, {encrypted: true, signed: "response"}, {encrypted: true, signed: "both"}} {
			br := newBrowser(t)
			to := b.begins(br)
			text := b.answer(t, to, w)
			if came := b.posts(br, text, to.Relay); came.To != "/mediacentre" || came.Header.Get("Referrer-Policy") != "no-referrer" || b.person(br) != string(federationtest.Ines) {
				t.Fatalf("%+v: %+v", w, came)
			}
			if again := b.posts(br, text, to.Relay); again.Status != http.StatusForbidden {
				t.Errorf("the same answer twice: %+v", again)
			}
		}

		// Here first, then at the portal.
		br := newBrowser(t)
		to := b.begins(br)
		b.posts(br, b.answer(t, to, word{}), to.Relay)
		done := br.send(http.MethodPost, b.Broker+"/deconnexion", nil)
		on, _ := strings.CutPrefix(br.get(b.Broker+done.To).Header.Get("Refresh"), "0; url=")
		leaving, err := url.Parse(on)
		if err != nil || !strings.HasPrefix(on, "https://portail.example/slo?SAMLRequest=") {
			t.Fatalf("goes on to %q", on)
		}
		b.verify(t, leaving.RawQuery)
		var request struct {
			Name struct {
				Format string `xml:"Format,attr"`
				For    string `xml:"SPNameQualifier,attr"`
				Value  string `xml:",chardata"`
			} `xml:"NameID"`
			Session string `xml:"SessionIndex"`
		}
		unpack(t, leaving.Query().Get("SAMLRequest"), &request)
		if request.Name.Value != "nom-ent-ines" || request.Name.For != "x" || request.Session != "s1" {
			t.Errorf("%+v", request)
		}
		if end := br.get(b.callback() + "/fin?SAMLResponse=x"); end.To != "/deconnexion?fait=2" {
			t.Errorf("%+v", end)
		}

		// There first, by each binding.
		for _, by := range []string{"redirect", "post", "soap"} {
			br, other := newBrowser(t), newBrowser(t)
			to = b.begins(br)
			b.posts(br, b.answer(t, to, word{}), to.Relay)
			to = b.begins(other)
			b.posts(other, b.answer(t, to, word{person: "ent-noe"}), to.Relay)
			b.hears(t, by)
			if b.person(br) != "" || b.person(other) != string(federationtest.Noe) {
				t.Errorf("%s: signed in: %q and %q", by, b.person(br), b.person(other))
			}
		}
	})
}

// farewell is the portal's word, before it is signed, that Inès signed out there: a new one each time.
func (b *borough) farewell(change ...string) string {
	b.farewells++
	return strings.NewReplacer(change...).Replace(`<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_l` + strconv.Itoa(b.farewells) + `" Version="2.0" IssueInstant="` +
		b.Clock.Now().UTC().Format(time.RFC3339) + `" Destination="` + b.callback() + `/fin"><saml:Issuer>` + samlPortal + `</saml:Issuer><saml:NameID>nom-ent-ines</saml:NameID><samlp:SessionIndex>s1</samlp:SessionIndex></samlp:LogoutRequest>`)
}

// tells sends us a word of the portal's by a binding, to the node that listens at an address.
func tells(t testing.TB, node, by, message string) seen {
	t.Helper()
	at := node + "/connexion/saml/A70/fin"
	switch by {
	case "post":
		return newBrowser(t).send(http.MethodPost, at, url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(message))}, "RelayState": {"r"}})
	case "soap":
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at,
			strings.NewReader(`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>`+message+`</e:Body></e:Envelope>`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "text/xml")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var body bytes.Buffer
		body.ReadFrom(res.Body)
		return seen{Status: res.StatusCode, Body: body.String()}
	}
	return newBrowser(t).get(at + "?" + message)
}

// signedFor is a word as a binding carries it, signed by a key where there is one: inside, or as an address's query.
func signedFor(t testing.TB, by, text string, key *xmlsec.Key) string {
	t.Helper()
	if by != "redirect" {
		el := element(t, text)
		if key != nil {
			seals(t, *key, el)
		}
		return string(xmlsec.Bytes(el))
	}
	query := "SAMLRequest=" + url.QueryEscape(packed([]byte(text))) + "&RelayState=r"
	if key != nil {
		query += "&SigAlg=" + url.QueryEscape(key.Method())
		query += "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(must(key.SignBytes([]byte(query)))))
	}
	return query
}

// hears has the portal say, by a binding, that Inès signed out there, and looks at the answer; first whatever is not its word.
func (b *borough) hears(t *testing.T, by string) {
	t.Helper()
	portal, attacker := certified(rsaKey()), certified(otherKey())
	say := func(text string, key *xmlsec.Key) seen { return tells(t, b.Broker, by, signedFor(t, by, text, key)) }
	for name, got := range map[string]seen{
		"nobody's":      say(b.farewell(), nil),
		"an attacker's": say(b.farewell(), &attacker),
		"another's":     say(b.farewell(samlPortal, "https://autre.example"), &portal),
		"for another":   say(b.farewell(b.callback(), "https://autre.example"), &portal),
		"for nobody":    say(b.farewell(` Destination="`+b.callback()+`/fin"`, ""), &portal),
		"old":           say(b.farewell(b.Clock.Now().UTC().Format(time.RFC3339), "2026-01-01T00:00:00Z"), &portal),
	} {
		if got.Status != http.StatusForbidden && (name != "for nobody" || by != "soap") {
			t.Errorf("%s, %s: %+v", by, name, got)
		}
	}
	got := say(b.farewell(), &portal)
	if by == "soap" {
		if got.Status != http.StatusOK || !strings.Contains(got.Body, "LogoutResponse") || !strings.Contains(got.Body, "status:Success") || !strings.Contains(got.Body, "SignatureValue") {
			t.Errorf("%+v", got)
		}
		return
	}
	to, err := url.Parse(got.To)
	if err != nil || !strings.HasPrefix(got.To, "https://portail.example/slo-done?SAMLResponse=") || to.Query().Get("RelayState") != "r" {
		t.Fatalf("%s: %+v", by, got)
	}
	b.verify(t, to.RawQuery)
}

// A portal calls somebody's next sign-in by the same name: a word that was heard once ends nothing again, at another node or by another
// binding neither.
func TestAPortalsSAMLSignOutIsHeardOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		b := buildBorough(t, e)
		nodes, portal := []string{b.Broker, b.node(t)}, certified(rsaKey())
		for _, by := range []string{"redirect", "post", "soap"} {
			br := newBrowser(t)
			enters := func() {
				to := b.begins(br)
				b.posts(br, b.answer(t, to, word{}), to.Relay)
			}
			message := signedFor(t, by, b.farewell("</samlp:LogoutRequest>", "<samlp:SessionIndex>s2</samlp:SessionIndex><samlp:SessionIndex>s1</samlp:SessionIndex></samlp:LogoutRequest>"), &portal)
			enters()
			heard := federationtest.Together(func(i int) bool { return tells(t, nodes[i%2], by, message).Status < http.StatusBadRequest })
			if heard != 1 || b.person(br) != "" {
				t.Errorf("%s: heard %d times of 32 on two nodes; signed in: %q", by, heard, b.person(br))
			}
			enters()
			for _, later := range []time.Duration{0, time.Minute, 5 * time.Minute} {
				b.Clock.Advance(later)
				for i, again := range []string{by, map[string]string{"redirect": "redirect", "post": "soap", "soap": "post"}[by]} {
					if got := tells(t, nodes[i], again, message); got.Status != http.StatusBadRequest && (later < 5*time.Minute || got.Status != http.StatusForbidden) {
						t.Errorf("%s, %s later by %s: %+v", by, later, again, got)
					}
				}
			}
			if b.person(br) != string(federationtest.Ines) {
				t.Errorf("%s: an old word ends a new sign-in", by)
			}
		}
	})
}

// lies are answers of a portal's that are not its word to us now, each false in one way.
func (b *borough) lies() map[string]word {
	now := b.Clock.Now().UTC()
	at := func(d time.Duration) string { return now.Add(d).Format(time.RFC3339) }
	attacker := certified(otherKey())
	const condition = "<saml:AudienceRestriction>"
	return map[string]word{
		"nobody signs":                 {signed: "none"},
		"an attacker signs":            {key: &attacker},
		"an attacker signs it all":     {key: &attacker, signed: "both"},
		"an attacker encrypts":         {signed: "none", encrypted: true},
		"of another issuer":            {change: []string{samlPortal, "https://autre.example"}},
		"around it another issuer":     {around: []string{samlPortal, "https://autre.example"}},
		"two issuers":                  {change: []string{"<saml:Subject>", "<saml:Issuer>" + samlPortal + "</saml:Issuer><saml:Subject>"}},
		"for another audience":         {change: []string{b.callback() + "/metadata", b.callback()}},
		"for nobody":                   {change: []string{"<saml:AudienceRestriction><saml:Audience>" + b.callback() + "/metadata</saml:Audience></saml:AudienceRestriction>", ""}},
		"for another audience as well": {change: []string{condition, "<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction>" + condition}},
		"for another address":          {change: []string{`Recipient="` + b.callback(), `Recipient="` + b.callback() + "x"}},
		"sent to another address":      {around: []string{`Destination="` + b.callback(), `Destination="` + b.callback() + "x"}},
		"signed without a destination": {signed: "response", around: []string{` Destination="` + b.callback() + `"`, ""}},
		"to another request":           {change: []string{`InResponseTo="_`, `InResponseTo="_x`}},
		"around it to another request": {around: []string{`InResponseTo="_`, `InResponseTo="_x`}},
		"to no request":                {around: []string{`InResponseTo="`, `x="`}, change: []string{`InResponseTo="`, `x="`}},
		"over":                         {change: []string{`NotOnOrAfter="` + at(time.Minute), `NotOnOrAfter="` + at(-2*time.Minute)}},
		"the conditions over":          {change: []string{`NotOnOrAfter="` + at(time.Minute) + `"><saml:Aud`, `NotOnOrAfter="` + at(-2*time.Minute) + `"><saml:Aud`}},
		"confirmed from an instant on": {change: []string{`" Recipient`, `" NotBefore="` + at(-time.Minute) + `" Recipient`}},
		"inside another's signature":   {signed: "both", inner: &attacker},
		"confirmed no more":            {change: []string{`NotOnOrAfter="` + at(time.Minute) + `" Recipient`, `NotOnOrAfter="` + at(-2*time.Minute) + `" Recipient`}},
		"confirmed for ever":           {change: []string{`NotOnOrAfter="` + at(time.Minute) + `" Recipient`, `Recipient`}},
		"good later":                   {change: []string{`NotBefore="` + at(-time.Second), `NotBefore="` + at(2*time.Minute)}},
		"old":                          {change: []string{`IssueInstant="` + at(0), `IssueInstant="` + at(-11*time.Minute)}},
		"to come":                      {change: []string{`IssueInstant="` + at(0), `IssueInstant="` + at(2*time.Minute)}},
		"by a holder of a key":         {change: []string{"cm:bearer", "cm:holder-of-key"}},
		"no conditions":                {change: []string{"saml:Conditions", "saml:Advice"}},
		"an unknown condition":         {change: []string{condition, `<saml:Condition xmlns:x="urn:x"/>` + condition}},
		"no sign-in":                   {change: []string{"saml:AuthnStatement", "saml:AuthzStatement"}},
		"a sign-in that is over":       {change: []string{`SessionIndex="s1"`, `SessionIndex="s1" SessionNotOnOrAfter="` + at(-2*time.Minute) + `"`}},
		"another version":              {change: []string{`Version="2.0"`, `Version="1.1"`}},
		"a refusal":                    {around: []string{"status:Success", "status:Responder"}},
		"no status":                    {around: []string{"samlp:Status>", "samlp:Extensions>"}},
		"another project":              {change: []string{">A70<", ">B0<"}},
		"no project":                   {change: []string{"idEnt", "idEnv"}},
		"no person":                    {change: []string{"GARPersonIdentifiant", "uid"}},
		"two persons":                  {change: []string{"<saml:AttributeValue>ent-ines</saml:AttributeValue>", "<saml:AttributeValue>ent-ines</saml:AttributeValue><saml:AttributeValue>ent-noe</saml:AttributeValue>"}},
		"a comment in the name":        {after: func(s string) string { return strings.Replace(s, "nom-ent", "nom-<!-- -->ent", 1) }},
		"changed after it was signed":  {after: func(s string) string { return strings.Replace(s, ">ent-ines<", ">ent-noe<", 1) }},
		"a second assertion":           {after: func(s string) string { return doubled(s) }},
		"a second assertion, first": {after: func(s string) string {
			return strings.Replace(s, "<saml:Assertion ", strings.ReplaceAll(bare(s), "_a", "_b")+"<saml:Assertion ", 1)
		}},
		"a DOCTYPE": {after: func(s string) string { return `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + s }},
		"an identifier twice": {after: func(s string) string {
			return strings.Replace(s, "<samlp:Status>", `<samlp:Status ID="`+idOf(s)+`">`, 1)
		}},
		"a bomb":             {after: func(s string) string { return s + strings.Repeat(" ", 300<<10) }},
		"not even a message": {after: func(string) string { return "x" }},
		"SHA-1":              {weakly: true},
		"SHA-1, of it all":   {weakly: true, signed: "response"},
		"SHA-1 by name":      {after: func(s string) string { return strings.Replace(s, "xmldsig-more#rsa-sha256", "xmldsig#rsa-sha1", 1) }},
		"encrypted by CBC":   {encrypted: true, after: func(s string) string { return strings.Replace(s, "xmlenc11#aes256-gcm", "xmlenc#aes256-cbc", 1) }},
		"encrypted, and the text beside": {encrypted: true, signed: "none", after: func(s string) string {
			return strings.Replace(s, "</samlp:Response>", "<saml:Assertion/></samlp:Response>", 1)
		}},
	}
}

func TestWhatIsNotThePortalsSAMLWordOpensNothing(t *testing.T) {
	t.Parallel()
	b := buildBorough(t, dbtest.Engines()[0])
	for name, w := range b.lies() {
		br := newBrowser(t)
		to := b.begins(br)
		got := b.posts(br, b.answer(t, to, w), to.Relay)
		if got.Status != http.StatusForbidden && got.Status != http.StatusBadRequest || b.person(br) != "" {
			t.Errorf("%s: %d %s %s", name, got.Status, got.To, got.Body)
		}
	}
	br := newBrowser(t)
	to := b.begins(br)
	if got := b.posts(br, b.answer(t, to, word{}), to.Relay); got.To != "/mediacentre" {
		t.Errorf("the honest one: %+v", got)
	}
}

// bare is the assertion of an answer without its signature, and about another.
func bare(s string) string {
	from, to := strings.Index(s, "<saml:Assertion "), strings.Index(s, "</saml:Assertion>")+len("</saml:Assertion>")
	a := s[from:to]
	return strings.ReplaceAll(strings.Replace(a, signatureOf(a), "", 1), "ent-ines", "ent-noe")
}

func signatureOf(s string) string {
	return s[strings.Index(s, "<ds:Signature ") : strings.Index(s, "</ds:Signature>")+len("</ds:Signature>")]
}

// idOf is the identifier of an answer's assertion.
func idOf(s string) string {
	_, rest, _ := strings.Cut(s[strings.Index(s, "<saml:Assertion "):], ` ID="`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

// doubled puts an evil assertion after the good one.
func doubled(s string) string {
	evil := strings.Replace(bare(s), idOf(s), "_evil", 1)
	return strings.Replace(s, "</samlp:Response>", evil+"</samlp:Response>", 1)
}

// Login CSRF: an answer that another browser was given signs nobody in here, whichever state it comes with.
func TestASAMLAnswerIsGoodInItsBrowserOnly(t *testing.T) {
	t.Parallel()
	b, attacker, victim := buildBorough(t, dbtest.Engines()[0]), newBrowser(t), newBrowser(t)
	theirs := b.begins(attacker)
	stolen := b.answer(t, theirs, word{person: "ent-noe"})
	if got := b.posts(victim, stolen, theirs.Relay); got.Status != http.StatusForbidden || b.person(victim) != "" {
		t.Errorf("a browser that began nothing: %+v", got)
	}
	own := b.begins(victim)
	for _, relay := range []string{theirs.Relay, own.Relay, ""} {
		fields := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(stolen))}, "RelayState": {relay}, "encore": {"1"}}
		if got := victim.send(http.MethodPost, b.callback(), fields); got.Status < 400 || b.person(victim) != "" {
			t.Errorf("with the state %q: %+v", relay, got)
		}
	}
}

// Of 32 uses of one assertion at once, by copies of one browser, one signs in.
func TestOf32UsesOfAnAssertionOneSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		b := buildBorough(t, e)
		nodes := []string{b.Broker, b.node(t)}
		for range federationtest.Rounds() {
			br := newBrowser(t)
			to := b.begins(br)
			fields := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(b.answer(t, to, word{})))}, "RelayState": {to.Relay}, "encore": {"1"}}
			cookies := br.Jar.Cookies(must(url.Parse(b.callback())))
			won := federationtest.Together(func(i int) bool {
				at := nodes[i%2] + "/connexion/saml/A70"
				copied := newBrowser(t)
				copied.Jar.SetCookies(must(url.Parse(at)), cookies)
				got := copied.send(http.MethodPost, at, fields)
				if got.To != "/mediacentre" && got.Status != http.StatusForbidden {
					t.Errorf("%+v", got)
				}
				return got.To == "/mediacentre"
			})
			if won != 1 {
				t.Fatalf("%d came in", won)
			}
		}
	})
}

// What lies with the browser so that the portal can be told is signed: nobody has us sign another out.
func TestAFarewellCannotBeMadeUp(t *testing.T) {
	t.Parallel()
	b := buildBorough(t, dbtest.Engines()[0])
	for _, made := range []string{"", "x", `{"n":"nom-ent-noe"}`, must(b.Keys.Sign(t.Context(), federation.ES256, "JWT", map[string]string{"n": "nom-ent-noe"}))} {
		if got := b.connector.SignOut(t.Context(), "", made); got != "" {
			t.Errorf("%q: %s", made, got)
		}
	}
}

func TestPortalsMetadataThatCannotBeUsedAreRefused(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	good := portalMetadata()
	if err := signin.CheckMetadata([]byte(good), now); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2]string{
		"no redirect":    {"bindings:HTTP-Redirect\" Location=\"https://portail.example/sso", "bindings:SOAP\" Location=\"https://portail.example/sso"},
		"no key":         {`use="signing"`, `use="encryption"`},
		"a site's":       {"IDPSSODescriptor", "SPSSODescriptor"},
		"over":           {` entityID=`, ` validUntil="2020-01-01T00:00:00Z" entityID=`},
		"no name":        {samlPortal, ""},
		"no certificate": {"<ds:X509Certificate>", "<ds:X509Certificate>AAAA"},
		"a DOCTYPE":      {"<md:EntityDescriptor", "<!DOCTYPE x><md:EntityDescriptor"},
	} {
		if err := signin.CheckMetadata([]byte(strings.ReplaceAll(good, c[0], c[1])), now); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
