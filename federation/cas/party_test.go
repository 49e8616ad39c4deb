package cas_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/federation/cas"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// The registered services: two of Préau's, one of Marelle's.
const (
	labo  = "https://labo.example/app/"
	tools = "https://outils.example/"
	atlas = "https://atlas.example:8443/"
)

// house is a world with its CAS server on a real address.
type house struct {
	*federationtest.World
	URL    string
	server *cas.Server
	client *http.Client // follows nothing
}

func open(t testing.TB, e dbtest.Engine, more ...federation.Client) *house {
	t.Helper()
	w := federationtest.New(t, e)
	h := &house{World: w, client: federationtest.Browser(t)}
	for _, c := range append([]federation.Client{
		{ID: "labo", Sector: federationtest.Preau, Name: "Le labo", Services: []federation.CASService{{Prefix: labo, ARK: federationtest.Grammar}}},
		{ID: "outils", Sector: federationtest.Preau, Name: "Les outils", Services: []federation.CASService{{Prefix: tools}}},
		{ID: "atlas-cas", Sector: federationtest.Marelle, Name: "L’atlas", Services: []federation.CASService{{Prefix: atlas, ARK: federationtest.Atlas}}},
	}, more...) {
		if err := w.Service.Register(t.Context(), federationtest.Tester, c, ""); err != nil {
			t.Fatal(err)
		}
	}
	h.serve(t)
	return h
}

// node is another node of the same house.
func (h *house) node(t testing.TB) *house {
	t.Helper()
	n := &house{World: h.Node(t), client: h.client}
	n.serve(t)
	return n
}

func (h *house) serve(t testing.TB) {
	w := h.World
	h.URL, _ = w.Serve(t, func(address string) federationtest.Face {
		h.server = &cas.Server{Federation: w.Service, Store: w.Store.CAS(), IDs: w.IDs, Now: w.Clock.Now, Issuer: address, Client: h.client}
		return h.server
	})
}

// login sends a browser with a session's cookie to /cas/login, and returns the status and where it is sent.
func (h *house) login(t testing.TB, session federation.Token, query string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+"/cas/login?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if session != "" {
		req.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(session)})
	}
	res, err := h.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode, res.Header.Get("Location")
}

// ticket is login where it must succeed.
func (h *house) ticket(t testing.TB, session federation.Token, service string) string {
	t.Helper()
	status, to := h.login(t, session, url.Values{"service": {service}}.Encode())
	before, ticket, ok := strings.Cut(to, "ticket=")
	if status != http.StatusFound || !ok || before != service+"?" && before != service+"&" {
		t.Fatalf("%d %s", status, to)
	}
	return ticket
}

// get asks as a service does, on the back-channel.
func (h *house) get(t testing.TB, path string, parameters ...string) string {
	t.Helper()
	q := url.Values{}
	for i := 0; i+1 < len(parameters); i += 2 {
		q.Set(parameters[i], parameters[i+1])
	}
	return h.ask(t, path+"?"+q.Encode())
}

// ask is get by an address that is written already.
func (h *house) ask(t testing.TB, address string) string {
	t.Helper()
	return h.send(t, http.MethodGet, address, "")
}

// soap asks samlValidate.
func (h *house) soap(t testing.TB, query, body string) string {
	t.Helper()
	return h.send(t, http.MethodPost, "/cas/samlValidate"+query, body)
}

func (h *house) send(t testing.TB, method, address, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, h.URL+address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "text/xml")
	res, answer := federationtest.Send(t, h.client, req)
	if res.StatusCode != http.StatusOK || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s: %d, %q", address, res.StatusCode, res.Header.Get("Cache-Control"))
	}
	return answer
}

// envelope is a question to samlValidate; more makes the id of its request longer.
func envelope(more, inside string) string {
	return `<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Header/><SOAP-ENV:Body><samlp:Request xmlns:samlp="urn:oasis:names:tc:SAML:1.0:protocol" RequestID="_r1` + more + `">` +
		inside + `</samlp:Request></SOAP-ENV:Body></SOAP-ENV:Envelope>`
}

func artifact(ticket string) string {
	return `<samlp:AssertionArtifact>` + ticket + `</samlp:AssertionArtifact>`
}

// answer is a serviceResponse as a program reads it.
type answer struct {
	XMLName xml.Name `xml:"http://www.yale.edu/tp/cas serviceResponse"`
	Success *struct {
		User       string `xml:"user"`
		Attributes struct {
			All []struct {
				XMLName xml.Name
				Value   string `xml:",chardata"`
			} `xml:",any"`
		} `xml:"attributes"`
		Note    string   `xml:"proxyGrantingTicket"`
		Proxies []string `xml:"proxies>proxy"`
	} `xml:"authenticationSuccess"`
	Failure *struct {
		Code string `xml:"code,attr"`
		Why  string `xml:",chardata"`
	} `xml:"authenticationFailure"`
	Proxy *struct {
		Ticket string `xml:"proxyTicket"`
	} `xml:"proxySuccess"`
	ProxyFailure *struct {
		Code string `xml:"code,attr"`
	} `xml:"proxyFailure"`
}

func read(t testing.TB, body string) (a answer) {
	t.Helper()
	if err := xml.Unmarshal([]byte(body), &a); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return a
}

// verdict is the person's name, or the code of the failure.
func (h *house) verdict(t testing.TB, path, service, ticket string, more ...string) string {
	t.Helper()
	a := read(t, h.get(t, path, append([]string{"service", service, "ticket", ticket}, more...)...))
	switch {
	case a.Success != nil && a.Failure == nil:
		return a.Success.User
	case a.Failure != nil && a.Success == nil:
		return a.Failure.Code
	}
	t.Fatal("neither success nor failure")
	return ""
}
