package trial_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/federation/trial"
	"pupitre/internal/clock"
	"pupitre/internal/xmlsec"
)

// provided is a site that speaks SAML: a service provider.
type provided struct {
	*site
	idp    string
	signed federation.SAMLSigned
	sealed bool
}

// siteKey is the sites' own: made once, for RSA takes its time.
var siteKey = sync.OnceValue(func() xmlsec.Key {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "site"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<32, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		panic(err)
	}
	return xmlsec.Key{Signer: private, Certificate: der}
})

func newProvided(t *testing.T, signed federation.SAMLSigned, sealed bool, careless ...string) *provided {
	s := &provided{site: newSite(t, careless...), signed: signed, sealed: sealed}
	s.mux.HandleFunc("GET /entrer", s.begin)
	s.mux.HandleFunc("POST /acs", s.consume)
	s.mux.HandleFunc("POST /fin", s.over)
	return s
}

func (s *provided) client() federation.Client {
	party := &federation.SAMLParty{
		EntityID: s.URL + "/saml", Signed: s.signed, Consumers: []federation.SAMLEndpoint{{Binding: federation.SAMLPost, Location: s.URL + "/acs"}},
		Logouts: []federation.SAMLEndpoint{{Binding: federation.SAMLSOAP, Location: s.URL + "/fin"}},
		Signing: [][]byte{siteKey().Certificate}, SignsAsks: true,
	}
	if s.sealed {
		party.Encrypted, party.Encryption, party.Cipher = true, siteKey().Certificate, xmlsec.AES256GCM
	}
	return federation.Client{ID: clientID, Name: "Le labo", Algorithm: federation.RS256, Resource: trial.Resource, SAML: party}
}

func (s *provided) begin(w http.ResponseWriter, r *http.Request) {
	ask := samlwire.New("AuthnRequest", "", s.URL+"/saml", s.idp+"/saml/sso", "", clock.System())
	http.SetCookie(w, &http.Cookie{Name: "demande", Value: ask.SelectAttrValue("ID", ""), Path: "/"})
	to, err := samlwire.SignedAddress(s.idp+"/saml/sso", "SAMLRequest", ask, "", siteKey())
	if err != nil {
		refuse(w, err)
		return
	}
	switch {
	case s.careless["asks"]:
		to, _, _ = strings.Cut(to, "&SigAlg=")
	case s.careless["method"]:
		to = strings.Replace(to, "2001%2F04%2Fxmldsig-more%23rsa-sha256", "2000%2F09%2Fxmldsig%23rsa-sha1", 1)
	}
	http.Redirect(w, r, to, http.StatusFound)
}

var certificatePattern = regexp.MustCompile(`<ds:X509Certificate>([^<]+)<`)

// keys are the identity provider's, from its metadata.
func (s *provided) keys(r *http.Request) (all []*x509.Certificate, err error) {
	text, err := fetch(r.Context(), s.idp+"/saml/metadata")
	if err != nil {
		return nil, err
	}
	for _, m := range certificatePattern.FindAllStringSubmatch(string(text), -1) {
		der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(m[1]))
		if err != nil {
			return nil, err
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		err = errors.New("no certificates")
	}
	return all, err
}

func (s *provided) consume(w http.ResponseWriter, r *http.Request) {
	text, err := base64.StdEncoding.DecodeString(r.FormValue("SAMLResponse"))
	if err != nil {
		refuse(w, err)
		return
	}
	name, session, err := s.read(r, text)
	if err != nil {
		refuse(w, err)
		return
	}
	s.welcome(w, r, name, session)
}

// read finds the person in a response, careful as our own reader of portals' responses is, but for what the site is careless about.
func (s *provided) read(r *http.Request, text []byte) (name, session string, err error) {
	if s.careless["entity"] && strings.Contains(string(text), "<!DOCTYPE") {
		_, rest, _ := strings.Cut(string(text), `SYSTEM "`)
		address, _, _ := strings.Cut(rest, `"`)
		fetch(r.Context(), address)
	}
	var response *etree.Element
	if s.careless["comment"] {
		doc := etree.NewDocument()
		if err := doc.ReadFromBytes(text); err != nil {
			return "", "", err
		}
		response = doc.Root()
	} else if response, err = xmlsec.Parse(text); err != nil {
		return "", "", err
	}
	if sealed := response.FindElement("./EncryptedAssertion"); sealed != nil {
		plain, err := xmlsec.Decrypt(sealed, siteKey().Signer.(*rsa.PrivateKey))
		if err != nil {
			return "", "", err
		}
		opened, err := xmlsec.Parse(plain)
		if err != nil {
			return "", "", err
		}
		response.RemoveChild(sealed)
		response.AddChild(opened)
	}
	assertion, err := s.verified(r, response)
	if err != nil {
		return "", "", err
	}
	if assertion == nil && s.careless["denied"] {
		return "nobody", "", nil
	}
	if err := s.judge(r, response, assertion); err != nil {
		return "", "", err
	}
	id := assertion.FindElement("./Subject/NameID")
	if name = id.Text(); s.careless["comment"] {
		name = id.Child[0].(*etree.CharData).Data
	}
	return name, assertion.FindElement(".//AuthnStatement").SelectAttrValue("SessionIndex", ""), nil
}

// verified is the assertion that is signed; where the site is careless, another.
func (s *provided) verified(r *http.Request, response *etree.Element) (*etree.Element, error) {
	first := response.FindElement("./Assertion")
	if first == nil {
		return nil, nil
	}
	if s.careless["unsigned"] {
		return first, nil
	}
	if s.careless["optional"] && !strings.Contains(string(xmlsec.Bytes(response.Copy())), "SignatureValue") {
		return first, nil
	}
	keys, err := s.keys(r)
	if err != nil {
		return nil, err
	}
	if s.careless["key"] { // it takes the certificate that comes along
		if at := response.FindElement(".//X509Certificate"); at != nil {
			der, err := base64.StdEncoding.DecodeString(at.Text())
			if err != nil {
				return nil, err
			}
			if keys[0], err = x509.ParseCertificate(der); err != nil {
				return nil, err
			}
		}
	}
	if s.careless["sha1"] && strings.Contains(string(xmlsec.Bytes(response.Copy())), "rsa-sha1") {
		return first, nil
	}
	if s.signed != federation.SignAssertion {
		whole, err := xmlsec.Verify(response, keys)
		if err != nil {
			return nil, err
		}
		if first = whole.FindElement("./Assertion"); s.signed == federation.SignResponse {
			return first, nil
		}
	}
	if s.careless["wrapped"] { // whichever is signed, the first is read
		for _, one := range response.FindElements(".//Assertion") {
			if xmlsec.IsSigned(one) {
				if _, err := xmlsec.Verify(one, keys); err != nil {
					return nil, err
				}
				return first, nil
			}
		}
		return nil, errors.New("nothing is signed")
	}
	if len(response.FindElements(".//Assertion")) != 1 {
		return nil, errors.New("several assertions")
	}
	if s.careless["comment"] { // it checks what canonical XML has, and reads up to the comment
		_, err := xmlsec.Verify(uncommented(first.Copy()), keys)
		return first, err
	}
	return xmlsec.Verify(first, keys)
}

// uncommented is an element as a signature sees it.
func uncommented(el *etree.Element) *etree.Element {
	for i := len(el.Child) - 1; i >= 0; i-- {
		switch c := el.Child[i].(type) {
		case *etree.Comment:
			el.RemoveChildAt(i)
		case *etree.Element:
			uncommented(c)
		}
	}
	return el
}

// judge checks what an assertion says of itself.
func (s *provided) judge(r *http.Request, response, a *etree.Element) error {
	if a == nil {
		return errors.New("no assertion")
	}
	now := clock.System()
	data, conditions := a.FindElement(".//SubjectConfirmationData"), a.FindElement("./Conditions")
	before, _ := samlwire.Time(conditions.SelectAttrValue("NotBefore", ""))
	asked := ""
	if c, err := r.Cookie("demande"); err == nil {
		asked = c.Value
	}
	answers := data.SelectAttrValue("InResponseTo", "")
	for what, good := range map[string]bool{
		"status":      response.FindElement("./Status/StatusCode").SelectAttrValue("Value", "") == samlwire.Success,
		"issuer":      a.FindElement("./Issuer").Text() == s.idp+"/saml/metadata",
		"audience":    a.FindElement(".//Audience").Text() == s.URL+"/saml",
		"recipient":   data.SelectAttrValue("Recipient", "") == s.URL+"/acs",
		"destination": response.SelectAttrValue("Destination", "") == s.URL+"/acs",
		"answers":     answers == asked && asked != "" || s.careless["unsolicited"] && answers == "",
		"expired":     !samlwire.IsOver(conditions.SelectAttrValue("NotOnOrAfter", ""), now),
		"late":        !samlwire.IsOver(data.SelectAttrValue("NotOnOrAfter", ""), now),
		"early":       now.Add(samlwire.Skew).After(before),
		"again":       s.once(a.SelectAttrValue("ID", "")),
	} {
		if !good && !s.careless[what] {
			return errors.New(what)
		}
	}
	return nil
}

func (s *provided) over(w http.ResponseWriter, r *http.Request) {
	m, err := samlwire.ReadSOAP(r)
	if err != nil {
		refuse(w, err)
		return
	}
	keys, err := s.keys(r)
	if err != nil {
		refuse(w, err)
		return
	}
	if _, err := m.Verify(keys, true); err != nil && !s.careless["logout.key"] && !(s.careless["logout.unsigned"] && !m.IsSigned()) {
		refuse(w, err)
		return
	}
	if !s.careless["deaf"] {
		s.end(m.Root.FindElement("./SessionIndex").Text())
	}
	samlwire.WriteSOAP(w, samlwire.New("LogoutResponse", "", s.URL+"/saml", "", "", clock.System()))
}

func TestEachSAMLCarelessnessIsFoundByItsCheck(t *testing.T) {
	t.Parallel()
	for careless, want := range map[string][]string{
		"":                {},
		"issuer":          {"saml.issuer"},
		"audience":        {"saml.audience"},
		"recipient":       {"saml.recipient"},
		"destination":     {"saml.destination (remark)"},
		"answers":         {"saml.answers", "saml.unsolicited (remark)", "saml.unasked"},
		"answers again":   {"saml.answers", "saml.unsolicited (remark)", "saml.unasked", "saml.again"},
		"unsolicited":     {"saml.unsolicited (remark)"},
		"expired":         {"saml.expired"},
		"late":            {"saml.late"},
		"early":           {"saml.early"},
		"status":          {"saml.status"},
		"denied":          {"saml.denied"},
		"unsigned":        {"saml.unsigned", "saml.altered", "saml.key", "saml.sha1", "saml.two", "saml.wrapped", "saml.extension"},
		"optional":        {"saml.unsigned"},
		"key":             {"saml.key"},
		"sha1":            {"saml.sha1"},
		"wrapped":         {"saml.two", "saml.wrapped", "saml.extension"},
		"comment":         {"saml.comment"},
		"entity":          {"saml.entity"},
		"deaf":            {"saml.logout"},
		"logout.key":      {"saml.logout.key", "saml.logout.unsigned"},
		"logout.unsigned": {"saml.logout.unsigned"},
	} {
		t.Run(careless, func(t *testing.T) {
			t.Parallel()
			s := newProvided(t, federation.SignAssertion, false, strings.Fields(careless)...)
			b, base := open(t, s.client())
			s.idp = base
			mustFind(t, try(t, b, s.URL+"/cours"), append(want, "saml.encrypted (remark)")...)
		})
	}
}

// Whatever is signed, and encrypted or not, the adversary's answers are refused for what is wrong in them: the honest one is taken.
func TestTheBenchSignsAndEncryptsAsTheSiteIsRegistered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		signed federation.SAMLSigned
		sealed bool
		want   []string
	}{
		{federation.SignAssertion, true, []string{"saml.audience"}},
		{federation.SignResponse, false, []string{"saml.audience", "saml.encrypted (remark)"}},
		{federation.SignBoth, false, []string{"saml.audience", "saml.encrypted (remark)"}},
	} {
		t.Run(string(c.signed), func(t *testing.T) {
			t.Parallel()
			s := newProvided(t, c.signed, c.sealed, "audience")
			b, base := open(t, s.client())
			s.idp = base
			mustFind(t, try(t, b, s.URL+"/cours"), c.want...)
		})
	}
}

func TestWhatIsWeakInASAMLSetUpIsFound(t *testing.T) {
	t.Parallel()
	s := newProvided(t, federation.SignAssertion, false, "asks")
	client := s.client()
	client.SAML.SignsAsks, client.SAML.Logouts = false, nil
	b, base := open(t, client)
	s.idp = base
	r := try(t, b, s.URL+"/cours")
	mustFind(t, r, "saml.asks (remark)", "saml.encrypted (remark)", "saml.logout.registered (remark)")
	if outcome(r, "saml.logout") != trial.NotApplicable || outcome(r, "saml.cipher") != trial.NotApplicable {
		t.Errorf("%+v", r.Findings)
	}

	s = newProvided(t, federation.SignAssertion, false)
	for cipher, want := range map[string][]string{xmlsec.AES256CBC: {"saml.cipher (remark)"}, xmlsec.AES128GCM: nil} {
		client = s.client()
		client.SAML.Encryption, client.SAML.Cipher = siteKey().Certificate, cipher
		b, s.idp = open(t, client)
		mustFind(t, try(t, b, s.URL+"/cours"), append(want, "saml.encrypted (remark)")...)
	}

	s = newProvided(t, federation.SignAssertion, false, "method")
	b, base = open(t, s.client())
	s.idp = base
	if r := try(t, b, s.URL+"/cours"); r.Entered || r.Stopped != "trial.stopped.refused" || outcome(r, "saml.method") != trial.Failed {
		t.Errorf("%+v", r)
	}
}
