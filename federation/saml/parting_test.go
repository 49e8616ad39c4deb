package saml_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/saml"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/xmlsec"
	"pupitre/store/storetest/federationtest"
)

// The sites of a sign-out: labo takes the word by HTTP-Redirect, poste by HTTP-POST only, savon by SOAP, carte of Marelle by HTTP-Redirect
// and has no key, muet in no way.
const (
	poste, posteSLO = "https://poste.example/saml", "https://poste.example/slo"
	savon, savonSLO = "https://savon.example/saml", "https://savon.example/soap"
	carte, carteSLO = "https://carte.example/saml", "https://carte.example/slo?x=1"
	muet            = "https://muet.example/saml"
)

func leavers() []federation.Client {
	site := func(id federation.ClientID, sector federation.Sector, ark, entity string, signing string, logouts ...federation.SAMLEndpoint) federation.Client {
		p := &federation.SAMLParty{EntityID: entity, Signed: federation.SignAssertion, Logouts: logouts,
			Consumers: []federation.SAMLEndpoint{{Binding: federation.SAMLPost, Location: strings.TrimSuffix(entity, "saml") + "acs"}}}
		if signing != "" {
			p.Signing = [][]byte{keys()[signing].Certificate}
		}
		return federation.Client{ID: id, Sector: sector, Name: string(id), Algorithm: federation.RS256, Resource: ark, SAML: p}
	}
	return []federation.Client{
		site("poste", federationtest.Preau, federationtest.Grammar, poste, coffre, federation.SAMLEndpoint{Binding: federation.SAMLPost, Location: posteSLO}),
		site("savon", federationtest.Preau, federationtest.Grammar, savon, "", federation.SAMLEndpoint{Binding: federation.SAMLSOAP, Location: savonSLO},
			federation.SAMLEndpoint{Binding: federation.SAMLRedirect, Location: "https://savon.example/slo"}),
		site("carte", federationtest.Marelle, federationtest.Atlas, carte, "", federation.SAMLEndpoint{Binding: federation.SAMLRedirect, Location: carteSLO}),
		site("muet", federationtest.Preau, federationtest.Grammar, muet, ""),
	}
}

// enters has a session enter sites by a link, and returns what the last calls the session.
func (h *house) enters(t testing.TB, session federation.Token, entities ...string) (index string) {
	t.Helper()
	h.Rights.Give(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Atlas)
	for _, entity := range entities {
		_, a := h.read(t, h.get(t, session, "/saml/start?sp="+url.QueryEscape(entity)), nil)
		if index = a.Authn.Index; index == "" {
			t.Fatalf("%s was not entered", entity)
		}
	}
	return index
}

// parts ends a session at its person's word, and returns what their browser shows to tell its sites.
func (h *house) parts(t testing.TB, session federation.Token) federation.Token {
	t.Helper()
	ended, err := h.Service.SignOut(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	token, err := h.provider.Part(t.Context(), ended)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// carries opens an address of ours in a frame, or in a page, with what the browser shows.
func (h *house) carries(t testing.TB, token federation.Token, dest, method, path string, form url.Values) answer {
	t.Helper()
	h.client.Transport = with{h.client.Transport, http.Header{"Sec-Fetch-Dest": {dest}, "Cookie": {federation.PartingCookie + "=" + string(token)}}}
	defer func() { h.client.Transport = h.client.Transport.(with).RoundTripper }()
	return h.send(t, "", method, path, form)
}

// with adds headers to every request.
type with struct {
	http.RoundTripper
	more http.Header
}

func (w with) RoundTrip(r *http.Request) (*http.Response, error) {
	for name, values := range w.more {
		r.Header[name] = append(r.Header[name], values...)
	}
	return w.RoundTripper.RoundTrip(r)
}

// told lists the sites of a token, those that were told with a tick.
func (h *house) told(t testing.TB, token federation.Token) string {
	t.Helper()
	all, err := h.provider.Parting(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range all {
		if p.Told {
			p.Site += "✓"
		}
		out = append(out, p.Site)
	}
	return strings.Join(out, " ")
}

func (h *house) frame(t testing.TB, token federation.Token, site string) string {
	t.Helper()
	all, err := h.provider.Parting(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.Site == site {
			return p.Address + "&va=1"
		}
	}
	t.Fatalf("%s is not told", site)
	return ""
}

// logout is a LogoutRequest as a site reads it.
type logout struct {
	ID, Destination, Until string
	Name, Format, For      string
	Session                string
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func decoded(t testing.TB, text string) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// reads checks a LogoutRequest as its site does, and returns what it says.
func (h *house) reads(t testing.TB, got answer) (l logout) {
	t.Helper()
	var text []byte
	if got.Form.Action != "" {
		text = []byte(decoded(t, got.Form.Fields[0].Value))
	} else {
		to, err := url.Parse(got.To)
		if err != nil || !to.Query().Has("SAMLRequest") {
			t.Fatalf("no request is carried: %+v", got)
		}
		signed, signature, _ := strings.Cut(got.To[strings.Index(got.To, "SAMLRequest="):], "&Signature=")
		raw, _ := url.QueryUnescape(signature)
		if err := xmlsec.VerifyBytes(to.Query().Get("SigAlg"), h.certificates(t), []byte(signed), []byte(decoded(t, raw))); err != nil {
			t.Errorf("the request is not signed: %v", err)
		}
		text = inflate(t, to.Query().Get("SAMLRequest"))
	}
	el, err := xmlsec.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if got.Form.Action != "" {
		if el, err = xmlsec.Verify(el, h.certificates(t)); err != nil {
			t.Fatal(err)
		}
	}
	read := unmarshal[struct {
		ID          string `xml:"ID,attr"`
		Destination string `xml:"Destination,attr"`
		Until       string `xml:"NotOnOrAfter,attr"`
		Issuer      string `xml:"Issuer"`
		Name        struct {
			Format string `xml:"Format,attr"`
			For    string `xml:"SPNameQualifier,attr"`
			Value  string `xml:",chardata"`
		} `xml:"NameID"`
		Sessions []string `xml:"SessionIndex"`
	}](t, el)
	if el.Tag != "LogoutRequest" || read.Issuer != h.URL+"/saml/metadata" || len(read.Sessions) != 1 || len(read.ID) != 41 {
		t.Errorf("%+v", read)
	}
	return logout{read.ID, read.Destination, read.Until, read.Name.Value, read.Name.Format, read.Name.For, read.Sessions[0]}
}

// done is a site's LogoutResponse; change takes words of it away or puts others there.
func (h *house) done(entity, answers string, change ...string) string {
	text := `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_d1" Version="2.0" IssueInstant="` +
		h.Clock.Now().Format(time.RFC3339) + `" Destination="` + h.URL + `/saml/slo" InResponseTo="` + answers + `"><saml:Issuer>` + entity +
		`</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>`
	return strings.NewReplacer(change...).Replace(text)
}

// Signed out here: the browser tells each site that takes the word by it only, each in its binding, of this session under that site's
// names; each is told once it has answered.
func TestSitesAreToldThroughTheBrowser(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e, leavers()...)
		session, before := h.Arrive(t, "ent-ines"), h.Arrive(t, "ent-ines")
		h.enters(t, before, labo, carte)
		index := h.enters(t, session, labo, poste, savon, muet)
		abroad := h.enters(t, session, carte)
		living, err := h.Service.Find(t.Context(), session)
		if err != nil {
			t.Fatal(err)
		}
		if token, err := h.provider.Part(t.Context(), living); err != nil || token != "" {
			t.Errorf("sites are told of a session that lasts: %v", err)
		}
		token := h.parts(t, session)
		if got := h.told(t, token); got != "carte Le labo poste" {
			t.Fatalf("told are %q", got)
		}

		// By redirect, in a frame.
		got := h.carries(t, token, "iframe", http.MethodGet, h.frame(t, token, "Le labo"), nil)
		asked := h.reads(t, got)
		until := h.Clock.Now().Add(3 * time.Minute).Format("2006-01-02T15:04:05.000Z")
		if !strings.HasPrefix(got.To, "https://labo.example/slo?a=b&SAMLRequest=") || strings.Contains(got.To, "RelayState") ||
			asked != (logout{asked.ID, "https://labo.example/slo?a=b", until, ines.Subject(), federation.SAMLPersistent, labo, index}) {
			t.Errorf("%+v", asked)
		}
		answered := h.carries(t, "", "iframe", http.MethodGet, "/saml/slo?"+redirect(t, "SAMLResponse", h.done(labo, asked.ID), "https://mechant.example/", key(labo)), nil)
		if answered.Status != http.StatusNoContent || h.told(t, token) != "carte Le labo✓ poste" {
			t.Errorf("%+v: %q", answered, h.told(t, token))
		}

		// By a form, in a frame of ours.
		got = h.carries(t, token, "iframe", http.MethodGet, h.frame(t, token, "poste"), nil)
		asked = h.reads(t, got)
		if got.Form.Action != posteSLO || asked.Session != index || asked.Name != ines.Subject() || asked.For != poste {
			t.Errorf("%+v %+v", got.Form, asked)
		}
		reply := url.Values{"SAMLResponse": {encoded(embedded(t, h.done(poste, asked.ID), key(coffre)))}}
		if answered := h.carries(t, "", "iframe", http.MethodPost, "/idp/profile/SAML2/POST/SLO", reply); answered.Status != http.StatusNoContent {
			t.Errorf("%+v", answered)
		}

		// Another publisher's, by a link: other names, and back on our page.
		asked = h.reads(t, h.carries(t, token, "document", http.MethodGet, h.frame(t, token, "carte"), nil))
		if asked.Session != abroad || abroad == index || asked.Name == ines.Subject() || asked.For != carte {
			t.Errorf("%+v", asked)
		}
		if answered := h.get(t, "", "/saml/slo?"+redirect(t, "SAMLResponse", h.done(carte, asked.ID), "", nil)); answered.To != "/deconnexion?fait=2" {
			t.Errorf("%+v", answered)
		}
		if got := h.told(t, token); strings.Count(got, "✓") != 3 {
			t.Errorf("told are %q", got)
		}
		// A frame is loaded before it goes on, so that our page's seconds do not begin with a slow site's answer.
		at := strings.TrimSuffix(h.frame(t, token, "poste"), "&va=1")
		if first := h.carries(t, token, "iframe", http.MethodGet, at, nil); first.Status != http.StatusOK || first.To != "" || first.Refresh != "1; url="+at+"&va=1" || !strings.Contains(first.Policy, "frame-ancestors 'self'") {
			t.Errorf("%+v", first)
		}
		if again := h.carries(t, token, "iframe", http.MethodGet, h.frame(t, token, "carte"), nil); again.Status != http.StatusNoContent || again.To != "" {
			t.Errorf("told twice: %+v", again)
		}
		// The other session lasts, and its sites know nothing.
		if _, err := h.Service.Find(t.Context(), before); err != nil {
			t.Error("another session is over")
		}
		h.Clock.Advance(federation.PartingLife + time.Second)
		if got := h.told(t, token); got != "" {
			t.Errorf("for ever: %q", got)
		}
	})
}

// What is not the site's own word in answer to ours, in time and once, tells us nothing; nobody is sent anywhere, and the person sees the
// same as ever.
func TestAnswersThatAreNotTheSitesTellNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e, leavers()...)
		session, other := h.Arrive(t, "ent-ines"), h.Arrive(t, "ent-ines")
		h.enters(t, session, labo, poste, carte)
		h.enters(t, other, labo)
		token, its := h.parts(t, session), h.parts(t, other)
		ask := func(token federation.Token, site string) string {
			return h.reads(t, h.carries(t, token, "iframe", http.MethodGet, h.frame(t, token, site), nil)).ID
		}
		earlier := ask(token, "Le labo")
		id, unsigned := ask(token, "Le labo"), ask(token, "carte")
		now := h.Clock.Now()
		good := redirect(t, "SAMLResponse", h.done(labo, id), "", key(labo))
		signed := func(text string) string { return redirect(t, "SAMLResponse", text, "", key(labo)) }
		for name, query := range map[string]string{
			"unsigned":                    redirect(t, "SAMLResponse", h.done(labo, id), "", nil),
			"by an attacker":              redirect(t, "SAMLResponse", h.done(labo, id), "", key("attacker")),
			"signed for another answer":   strings.Replace(good, "SAMLResponse=", "SAMLResponse=a", 1),
			"RelayState put in":           strings.Replace(good, "&SigAlg", "&RelayState=x&SigAlg", 1),
			"to no request":               signed(h.done(labo, "")),
			"to a request made up":        signed(h.done(labo, "_"+strings.Repeat("0", 40))),
			"to the request before":       signed(h.done(labo, earlier)),
			"to another site's request":   signed(h.done(labo, unsigned)),
			"another site's, for it":      redirect(t, "SAMLResponse", h.done(poste, id), "", key(coffre)),
			"another's, without a key":    redirect(t, "SAMLResponse", h.done(carte, id), "", nil),
			"old":                         signed(h.done(labo, id, now.Format(time.RFC3339), now.Add(-6*time.Minute).Format(time.RFC3339))),
			"to come":                     signed(h.done(labo, id, now.Format(time.RFC3339), now.Add(2*time.Minute).Format(time.RFC3339))),
			"for another":                 signed(h.done(labo, id, h.URL, "https://autre.example")),
			"for nobody":                  signed(h.done(labo, id, ` Destination="`+h.URL+`/saml/slo"`, "")),
			"of nobody who is registered": signed(h.done("https://mechant.example/saml", id)),
			"another message":             signed(h.done(labo, id, "LogoutResponse", "Response")),
			"no message":                  "SAMLResponse=%40",
			"nothing":                     "SAMLResponse=",
			"both":                        good + "&SAMLRequest=x",
		} {
			for dest, want := range map[string]int{"iframe": http.StatusNoContent, "document": http.StatusSeeOther} {
				got := h.carries(t, token, dest, http.MethodGet, "/saml/slo?"+query, nil)
				if got.Status != want || got.To != "" && got.To != "/deconnexion?fait=2" || strings.Contains(h.told(t, token)+h.told(t, its), "✓") {
					t.Errorf("%s (%s): %+v, told %q", name, dest, got, h.told(t, token))
				}
			}
		}
		wrapped := `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_evil" Version="2.0" IssueInstant="` +
			now.Format(time.RFC3339) + `" Destination="` + h.URL + `/saml/slo" InResponseTo="` + id + `"><saml:Issuer>` + labo + `</saml:Issuer>` + embedded(t, h.done(labo, "_0"), key(labo)) +
			`<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>`
		if h.carries(t, token, "iframe", http.MethodPost, "/saml/slo", url.Values{"SAMLResponse": {encoded(wrapped)}}); strings.Contains(h.told(t, token), "✓") {
			t.Error("a signed answer wrapped into another is believed")
		}

		// Of any number of the same good one, one is the first.
		h.carries(t, token, "iframe", http.MethodGet, "/saml/slo?"+good, nil)
		if got := h.told(t, token); strings.Count(got, "✓") != 1 || strings.Contains(h.told(t, its), "✓") {
			t.Errorf("told are %q and %q", got, h.told(t, its))
		}
		// A refusal uses the request up.
		h.carries(t, token, "iframe", http.MethodGet, "/saml/slo?"+redirect(t, "SAMLResponse", h.done(carte, unsigned, "status:Success", "status:Requester"), "", nil), nil)
		h.carries(t, token, "iframe", http.MethodGet, "/saml/slo?"+redirect(t, "SAMLResponse", h.done(carte, unsigned), "", nil), nil)
		if got := h.told(t, token); strings.Count(got, "✓") != 1 {
			t.Errorf("a request is answered twice: %q", got)
		}
	})
}

// Only the browser whose session it was is given the words for the sites, and nothing but those of that session, to registered addresses.
func TestOnlyTheSessionsBrowserTellsItsSites(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0], leavers()...)
	session, other := h.Arrive(t, "ent-ines"), h.Arrive(t, "ent-ines")
	h.enters(t, session, labo, carte)
	h.enters(t, other, carte)
	token, its := h.parts(t, session), h.parts(t, other)
	address := h.frame(t, token, "Le labo")
	for name, c := range map[string]struct {
		token federation.Token
		path  string
	}{
		"nobody":                      {"", address},
		"one who makes it up":         {federation.NewToken(), address},
		"the session's own token":     {session, address},
		"another session's browser":   {its, address},
		"another session's site":      {token, h.frame(t, its, "carte")},
		"no site":                     {token, "/saml/slo/vers"},
		"a site that was not entered": {token, strings.Replace(address, "site=labo", "site=poste", 1)},
		"an address beside":           {token, "/saml/slo/vers?site=https://mechant.example/&RelayState=https://mechant.example/"},
	} {
		if got := h.carries(t, c.token, "document", http.MethodGet, c.path, nil); got.To != "/deconnexion?fait=2" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	federationtest.LooksAhead(t, h.client, h.URL+address, session)
	h.Clock.Advance(federation.PartingLife + time.Second)
	if got := h.carries(t, token, "document", http.MethodGet, address, nil); got.To != "/deconnexion?fait=2" {
		t.Errorf("too late: %+v", got)
	}
}

// The sign-out began at a site: its answer waits until this browser has told the others, says whether all were, and the site itself is not
// told. A browser whose session it was not tells nobody.
func TestASitesSignOutReachesTheOthers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e, leavers()...)
		status := func(got answer) string {
			t.Helper()
			to, err := url.Parse(got.To)
			if err != nil || !strings.HasPrefix(got.To, "https://labo.example/slo-done?a=b&SAMLResponse=") || to.Query().Get("RelayState") != "état" {
				t.Fatalf("%+v", got)
			}
			el, err := xmlsec.Parse(inflate(t, to.Query().Get("SAMLResponse")))
			if err != nil {
				t.Fatal(err)
			}
			r := unmarshal[response](t, el)
			if el.Tag != "LogoutResponse" || r.Answers != "_l1" || !strings.HasSuffix(r.Status.Code.Value, ":Success") {
				t.Errorf("%+v", r)
			}
			return r.Status.Code.Code.Value
		}
		for name, c := range map[string]struct {
			others  []string
			tell    bool
			partial bool
			waits   bool
		}{
			"all are told":             {[]string{carte}, true, false, true},
			"one does not answer":      {[]string{carte}, false, true, true},
			"one cannot be told":       {[]string{muet}, true, true, true},
			"told by programs":         {[]string{savon}, true, false, false},
			"nobody else":              {nil, true, false, false},
			"told, and one who is not": {[]string{carte, muet}, true, true, true},
		} {
			session := h.Arrive(t, "ent-ines")
			index := h.enters(t, session, append([]string{labo}, c.others...)[0])
			h.enters(t, session, c.others...)
			query := "/saml/slo?" + redirect(t, "SAMLRequest", h.leave(ines.Subject(), index), "état", key(labo))
			got := h.get(t, session, query)
			if _, err := h.Service.Find(t.Context(), session); !fault.Is(err, fault.Unauthenticated) {
				t.Fatalf("%s: the session lasts", name)
			}
			if c.waits {
				to, err := url.Parse(got.To)
				if err != nil || to.Path != "/deconnexion" || to.Query().Get("fait") != "1" || !strings.HasPrefix(to.Query().Get("suite"), "/saml/slo/suite?mot=") {
					t.Fatalf("%s: %+v", name, got)
				}
				// The page: the session is over, and its browser shows its cookie.
				ended, err := h.Service.Ended(t.Context(), session)
				if err != nil {
					t.Fatal(err)
				}
				token, err := h.provider.Part(t.Context(), ended)
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(h.told(t, token), "labo") {
					t.Errorf("%s: who said so is told: %q", name, h.told(t, token))
				}
				if token != "" && c.tell {
					asked := h.reads(t, h.carries(t, token, "iframe", http.MethodGet, h.frame(t, token, "carte"), nil))
					h.carries(t, "", "iframe", http.MethodGet, "/saml/slo?"+redirect(t, "SAMLResponse", h.done(carte, asked.ID), "", nil), nil)
				}
				on := to.Query().Get("suite")
				federationtest.LooksAhead(t, h.client, h.URL+on, session)
				got = h.get(t, "", on)
				for what, bad := range map[string]string{"a word made up": "/saml/slo/suite?mot=x", "none": "/saml/slo/suite", "one changed": on[:len(on)-4] + "AAAA"} {
					if got := h.get(t, "", bad); got.Status != http.StatusForbidden || got.To != "" {
						t.Errorf("%s: %+v", what, got)
					}
				}
			}
			if second := status(got); (second != "") != c.partial || c.partial && !strings.HasSuffix(second, ":PartialLogout") {
				t.Errorf("%s: %q", name, second)
			}
			// In a frame of somebody else's, nobody can be told and nobody waits.
			framed := h.carries(t, "", "iframe", http.MethodGet, query, nil)
			status(framed)
		}
		// Much later the word is good no more.
		session := h.Arrive(t, "ent-ines")
		index := h.enters(t, session, labo)
		h.enters(t, session, muet)
		to, _ := url.Parse(h.get(t, session, "/saml/slo?"+redirect(t, "SAMLRequest", h.leave(ines.Subject(), index), "", key(labo))).To)
		h.Clock.Advance(federation.PartingLife + time.Second)
		if got := h.get(t, "", to.Query().Get("suite")); got.Status != http.StatusForbidden {
			t.Errorf("%+v", got)
		}
	})
}

// However often an answer is shown, on however many nodes, one is the first.
func TestOf32AnswersOfASiteOneIsTaken(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e, leavers()...)
		node := h.Node(t)
		session := h.Arrive(t, "ent-ines")
		h.enters(t, session, labo)
		token := h.parts(t, session)
		id := h.reads(t, h.carries(t, token, "iframe", http.MethodGet, h.frame(t, token, "Le labo"), nil)).ID
		request := federation.Token(id).Hash()
		won := federationtest.Together(func(i int) bool {
			stores := []saml.Store{h.Store.SAML(), node.Store.SAML()}
			first := false
			err := stores[i%2].Write(t.Context(), func(ctx context.Context, w saml.Writer) error {
				site, err := w.FindAsked(ctx, request)
				if fault.Is(err, fault.NotFound) {
					return nil
				} else if err != nil {
					return err
				}
				first, err = w.Answered(ctx, site, request, true)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			return err == nil && first
		})
		if won != 1 || h.told(t, token) != "Le labo✓" {
			t.Errorf("%d took it; told %q", won, h.told(t, token))
		}
	})
}

// From the person's click on: the session is over before anything else, the page stays for a moment and goes on, and its cookies are gone
// with it. Whoever ended the session, only what is ours comes next.
func TestTheSignedOutPageGoesOn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := openDoor(t, e, leavers()...)
		cookie := func(res *http.Response, name string) string {
			for _, c := range res.Cookies() {
				if c.Name == name {
					return c.Value + "/" + strconv.Itoa(c.MaxAge)
				}
			}
			return ""
		}
		ask := func(method, path string, cookies ...string) (*http.Response, string) {
			t.Helper()
			req, err := http.NewRequestWithContext(t.Context(), method, h.URL+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Cookie", strings.Join(cookies, "; "))
			return federationtest.Send(t, h.client, req)
		}
		session := h.Arrive(t, "ent-ines")
		h.enters(t, session, carte, labo)
		own := federation.SessionCookie + "=" + string(session)
		for _, path := range []string{"/deconnexion?fait=1", "/deconnexion?fait=2", "/deconnexion?fait=portail"} { // looking at it ends nothing
			if res, text := ask(http.MethodGet, path, own); cookie(res, federation.PartingCookie)+cookie(res, federation.SessionCookie) != "" || strings.Contains(text, "vers") {
				t.Errorf("%s: %v %s", path, res.Header, text)
			}
		}
		left, _ := ask(http.MethodPost, "/deconnexion", own)
		value, age, _ := strings.Cut(cookie(left, federation.PartingCookie), "/")
		if _, err := h.Service.Find(t.Context(), session); err == nil || age != "300" || cookie(left, federation.SessionCookie) != "/-1" || left.Header.Get("Location") != "/deconnexion?fait=1" {
			t.Fatalf("%v", left.Header)
		}
		parting := federation.PartingCookie + "=" + value
		for suite, onward := range map[string]string{
			"": "/deconnexion?fait=portail", "/saml/slo/suite?mot=a%26b": "/saml/slo/suite?mot=a&b", "https://mechant.example/": "/deconnexion?fait=portail",
			"//mechant.example/": "/deconnexion?fait=portail", "/\\mechant.example": "/deconnexion?fait=portail",
		} {
			res, text := ask(http.MethodGet, "/deconnexion?fait=1&suite="+suite, parting)
			if page := departure(t, text); len(page.Sites) != 2 || page.Onward != onward || res.Header.Get("Refresh") != "3; url="+onward {
				t.Errorf("%q: %+v %q", suite, page, res.Header.Get("Refresh"))
			}
		}
		if res, _ := ask(http.MethodGet, "/deconnexion?fait=portail", parting); res.Header.Get("Location") != "/deconnexion?fait=2" {
			t.Errorf("%v", res.Header)
		}
		if res, text := ask(http.MethodGet, "/deconnexion?fait=2", parting); res.Header.Get("Refresh") != "" || len(departure(t, text).Sites) != 2 {
			t.Errorf("%v %s", res.Header, text)
		}

		// Somebody else ended it: the browser that comes with its cookie tells its sites, another tells nobody.
		session = h.Arrive(t, "ent-ines")
		own = federation.SessionCookie + "=" + string(session)
		index := h.enters(t, session, labo)
		h.enters(t, session, carte)
		to := h.get(t, "", "/saml/slo?"+redirect(t, "SAMLRequest", h.leave(ines.Subject(), index), "", key(labo))).To
		for _, other := range []string{"", federation.SessionCookie + "=" + string(federation.NewToken())} {
			if res, _ := ask(http.MethodGet, to, other); !strings.HasPrefix(res.Header.Get("Location"), "/saml/slo/suite?mot=") || cookie(res, federation.PartingCookie) != "" {
				t.Errorf("another's browser: %v", res.Header)
			}
		}
		res, text := ask(http.MethodGet, to, own, parting)
		if page := departure(t, text); len(page.Sites) != 1 || page.Sites[0].Site != "carte" || cookie(res, federation.PartingCookie) == "" || cookie(res, federation.SessionCookie) != "/-1" {
			t.Errorf("%+v %v", page, res.Header)
		}

		// With nobody to tell, what an earlier person's browser told is forgotten.
		session = h.Arrive(t, "ent-noe")
		if left, _ := ask(http.MethodPost, "/deconnexion", federation.SessionCookie+"="+string(session), parting); cookie(left, federation.PartingCookie) != "/-1" {
			t.Errorf("%v", left.Header)
		}
	})
}
