package signin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/beevik/etree"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/xmlsec"
)

// SAML is a portal that is a SAML 2.0 identity provider. We are its service provider: requests by HTTP-Redirect, signed; answers by
// HTTP-POST, of which only what the portal signed is read. Use it by pointer: it remembers what the portal publishes.
type SAML struct {
	Portal   federation.ENT
	Base     string                                    // the broker's own address, without a slash at the end
	Metadata func(ctx context.Context) ([]byte, error) // the portal's: a file, or FetchMetadata
	Keys     *federation.Keyring
	Now      func() time.Time

	about kept[samlPortal]
}

var _ Party = (*SAML)(nil)

// ENT implements Connector.
func (s *SAML) ENT() federation.ENT { return s.Portal }

// Kind implements Connector.
func (s *SAML) Kind() string { return "saml" }

// callback is where the portal's answers come, and the stem of our other addresses.
func (s *SAML) callback() string {
	return s.Base + "/connexion/saml/" + url.PathEscape(string(s.Portal.Project))
}

// EntityID is what the portal calls us: the address of our metadata.
func (s *SAML) EntityID() string { return s.callback() + "/metadata" }

func (s *SAML) farewellAddress() string { return s.callback() + "/fin" }

// Begin implements Connector (Profiles §4.1.3.1, §4.1.4.1). The identifier of the request is drawn from the attempt's secret: the answer
// must repeat it, so it is good in this browser alone.
func (s *SAML) Begin(ctx context.Context, a Attempt) (string, error) {
	about, err := s.portal(ctx)
	if err != nil {
		return "", err
	}
	request := samlwire.New("AuthnRequest", requestID(a), s.EntityID(), about.signOn, "", s.Now())
	request.CreateAttr("AssertionConsumerServiceURL", a.Callback)
	request.CreateAttr("ProtocolBinding", string(federation.SAMLPost))
	key, err := s.Keys.Certified(ctx, federation.RS256)
	if err != nil {
		return "", err
	}
	return samlwire.SignedAddress(about.signOn, "SAMLRequest", request, a.State(), key)
}

// requestID is an attempt's, as an NCName.
func requestID(a Attempt) string { return "_" + a.Nonce() }

// State implements Connector.
func (s *SAML) State(r *http.Request) string {
	if r.Method != http.MethodPost || r.PostFormValue("SAMLResponse") == "" {
		return ""
	}
	return one(r.PostForm, "RelayState")
}

// Finish implements Connector.
func (s *SAML) Finish(ctx context.Context, r *http.Request, a Attempt) (Vouched, error) {
	about, err := s.portal(ctx)
	if err != nil {
		return Vouched{}, err
	}
	m, err := samlwire.ReadPost(r, "SAMLResponse")
	if err != nil {
		return Vouched{}, refused(s.Portal, err)
	}
	private, err := s.Keys.Decrypters(ctx)
	if err != nil {
		return Vouched{}, err
	}
	asked := expected{issuer: about.entityID, audience: s.EntityID(), recipient: a.Callback, answers: requestID(a), now: s.Now(), keys: about.keys, private: private}
	word, err := asked.read(m)
	if err != nil {
		return Vouched{}, refused(s.Portal, err)
	}
	who, err := word.identity()
	if err != nil {
		return Vouched{}, mute(s.Portal, err)
	}
	vouched, err := who.of(s.Portal)
	if err != nil {
		return Vouched{}, err
	}
	name := samlName{word.Subject.Name.Value, word.Subject.Name.Format, word.Subject.Name.By, word.Subject.Name.For, word.session()}
	vouched.Index = name.index()
	vouched.Once, vouched.OnceUntil = federation.Token(word.ID), s.Now().Add(assertionAge)
	vouched.Farewell, err = s.Keys.Sign(ctx, federation.ES256, farewellType, name)
	return vouched, err
}

// samlName is what the portal calls a person and their sign-in. It lies with the browser, signed by us: it is what we sign again when the
// person signs out, and nobody may have us sign another's.
type samlName struct {
	Value   string `json:"n"`
	Format  string `json:"f,omitempty"`
	By      string `json:"q,omitempty"`
	For     string `json:"p,omitempty"`
	Session string `json:"s,omitempty"`
}

const farewellType = "pupitre-farewell+jwt"

// index is under what name our session can be ended by the portal; "" where it gave the sign-in none.
func (n samlName) index() federation.Token {
	if n.Session == "" {
		return ""
	}
	return federation.Token(n.Value + "\x00" + n.Session)
}

// SignOut implements Connector (Profiles §4.4).
func (s *SAML) SignOut(ctx context.Context, _, farewell string) string {
	about, err := s.portal(ctx)
	if err != nil || about.signOut == "" {
		return ""
	}
	var name samlName
	if err := s.Keys.Own(ctx, farewellType, farewell, &name); err != nil {
		return ""
	}
	request := samlwire.New("LogoutRequest", "", s.EntityID(), about.signOut, "", s.Now())
	id := request.CreateElement("saml:NameID")
	for _, a := range []struct{ name, value string }{{"Format", name.Format}, {"NameQualifier", name.By}, {"SPNameQualifier", name.For}} {
		if a.value != "" {
			id.CreateAttr(a.name, a.value)
		}
	}
	id.SetText(name.Value)
	if name.Session != "" {
		request.CreateElement("samlp:SessionIndex").SetText(name.Session)
	}
	key, err := s.Keys.Certified(ctx, federation.RS256)
	if err != nil {
		return ""
	}
	address, err := samlwire.SignedAddress(about.signOut, "SAMLRequest", request, "", key)
	if err != nil {
		return ""
	}
	return address
}

// Over implements Connector: a party's portal speaks to End.
func (*SAML) Over(*http.Request) (federation.Closing, error) {
	return federation.Closing{}, fault.Wrap(errNoAnswer, fault.Invalid, "federation.portal.logout")
}

// End implements Party (Profiles §4.4.3).
func (s *SAML) End(w http.ResponseWriter, r *http.Request, e Ending) error {
	if r.FormValue("SAMLResponse") != "" { // the answer to our word: whatever it says, the session here is over
		http.Redirect(w, r, e.Onward, http.StatusSeeOther)
		return nil
	}
	if r.Method == http.MethodGet && r.URL.Query().Has(pendingField) {
		return s.goOn(w, r, e)
	}
	m, bySOAP, err := readFarewell(r)
	if err != nil {
		return err
	}
	about, err := s.portal(r.Context())
	if err != nil {
		return err
	}
	asked, err := s.heard(m, about)
	if err != nil {
		return fault.Wrap(err, fault.Denied, "federation.portal.logout")
	}
	name, sessions, err := asked.Means(s.Now())
	if err != nil {
		return err
	}
	over := federation.Closing{Project: s.Portal.Project, Once: onceHeard(asked.ID), OnceUntil: s.Now().Add(samlwire.LogoutLife + samlwire.Skew)}
	for _, session := range sessions {
		over.Indexes = append(over.Indexes, samlName{Value: name, Session: session}.index())
	}
	if err := e.End(over); err != nil {
		return err
	}
	partial, err := e.Partial()
	if err != nil {
		return err
	}
	how := samlwire.Done(partial)
	if len(sessions) == 0 { // all of somebody's: we know sign-ins by their names only
		how = samlwire.Status{First: samlwire.Responder, Second: "urn:oasis:names:tc:SAML:2.0:status:RequestUnsupported"}
	}
	if partial && !bySOAP && !httpx.IsFramed(r) { // a portal that shows us in a frame goes on by itself
		word, err := s.Keys.Sign(r.Context(), federation.ES256, pendingType, pendingAnswer{s.Portal.Project, asked.ID, m.Relay, s.Now().Add(federation.PartingLife)})
		if err != nil {
			return err
		}
		http.Redirect(w, r, federation.DeparturePath(r.URL.Path+"?"+url.Values{pendingField: {word}}.Encode()), http.StatusSeeOther)
		return nil
	}
	return s.answer(w, r, about, asked.ID, m.Relay, how, bySOAP)
}

// pendingAnswer is what a portal waits for while the browser tells sites of the end. It travels in an address of ours, signed.
type pendingAnswer struct {
	Project directory.ProjectID `json:"p"`
	Request string              `json:"r"`
	Relay   string              `json:"s,omitempty"`
	Until   time.Time           `json:"u"`
}

const (
	pendingType  = "pupitre-portal-sign-out+jwt"
	pendingField = "mot"
)

// goOn answers the portal once the browser has told whom it could.
func (s *SAML) goOn(w http.ResponseWriter, r *http.Request, e Ending) error {
	var waiting pendingAnswer
	if err := s.Keys.Own(r.Context(), pendingType, r.URL.Query().Get(pendingField), &waiting); err != nil {
		return err
	}
	if waiting.Project != s.Portal.Project || !s.Now().Before(waiting.Until) {
		return fault.New(fault.Denied, "federation.word")
	}
	about, err := s.portal(r.Context())
	if err != nil {
		return err
	}
	partial, err := e.Still()
	if err != nil {
		return err
	}
	return s.answer(w, r, about, waiting.Request, waiting.Relay, samlwire.Done(partial), false)
}

// readFarewell reads a LogoutRequest by whichever binding it came.
func readFarewell(r *http.Request) (m samlwire.Message, bySOAP bool, err error) {
	switch {
	case r.Method == http.MethodGet:
		m, err = samlwire.ReadRedirect(r, "SAMLRequest")
	case r.PostFormValue("SAMLRequest") != "":
		m, err = samlwire.ReadPost(r, "SAMLRequest")
	default:
		m, err = samlwire.ReadSOAP(r)
		bySOAP = true
	}
	return m, bySOAP, err
}

// heard is the portal's LogoutRequest, if it is its word and meant for us now. Whether it was heard before End says: a portal may call the
// next sign-in by the same name, and the same word, shown again, would end that one, too.
func (s *SAML) heard(m samlwire.Message, about *samlPortal) (asked samlwire.LogoutRequest, err error) {
	el, err := m.Verify(about.keys, true)
	if err != nil {
		return asked, err
	}
	if err := samlwire.Read(el, &asked); err != nil {
		return asked, err
	}
	if !asked.IsFrom(about.entityID) || !asked.IsFresh(s.Now(), samlwire.LogoutLife) || !m.MayBeFor(asked.Destination, func(to string) bool { return to == s.farewellAddress() }) {
		return asked, errors.New("the word is not the portal's, not for us, or old")
	}
	return asked, nil
}

// answer tells the portal how it went.
func (s *SAML) answer(w http.ResponseWriter, r *http.Request, about *samlPortal, id, relay string, how samlwire.Status, bySOAP bool) error {
	key, err := s.Keys.Certified(r.Context(), federation.RS256)
	if err != nil {
		return err
	}
	to := about.signOutAnswers
	if bySOAP {
		to = ""
	} else if to == "" { // it has no address for it
		http.Redirect(w, r, "/deconnexion?fait="+there, http.StatusSeeOther)
		return nil
	}
	response := samlwire.New("LogoutResponse", "", s.EntityID(), to, id, s.Now())
	samlwire.SetStatus(response, how)
	if bySOAP {
		if err := key.SignElement(response, samlwire.AfterIssuer); err != nil {
			return err
		}
		return samlwire.WriteSOAP(w, response)
	}
	address, err := samlwire.SignedAddress(to, "SAMLResponse", response, relay, key)
	if err != nil {
		return err
	}
	http.Redirect(w, r, address, http.StatusFound)
	return nil
}

// Describe implements Party: our SPSSODescriptor (Metadata §2.4.4).
func (s *SAML) Describe(ctx context.Context) ([]byte, error) {
	certificates, err := s.Keys.Certificates(ctx)
	if err != nil {
		return nil, err
	}
	encryption, err := s.Keys.Certified(ctx, federation.RS256)
	if err != nil {
		return nil, err
	}
	el := etree.NewElement("md:EntityDescriptor")
	el.CreateAttr("xmlns:md", samlwire.Metadata)
	el.CreateAttr("entityID", s.EntityID())
	role := el.CreateElement("md:SPSSODescriptor")
	role.CreateAttr("AuthnRequestsSigned", "true")
	role.CreateAttr("WantAssertionsSigned", "true")
	role.CreateAttr("protocolSupportEnumeration", samlwire.Protocol)
	for _, der := range certificates {
		samlwire.AddKey(role, "signing", der)
	}
	samlwire.AddKey(role, "encryption", encryption.Certificate, xmlsec.AES256GCM, xmlsec.AES128GCM)
	for _, binding := range []federation.SAMLBinding{federation.SAMLRedirect, federation.SAMLPost, federation.SAMLSOAP} {
		e := role.CreateElement("md:SingleLogoutService")
		e.CreateAttr("Binding", string(binding))
		e.CreateAttr("Location", s.farewellAddress())
	}
	e := role.CreateElement("md:AssertionConsumerService")
	e.CreateAttr("Binding", string(federation.SAMLPost))
	e.CreateAttr("Location", s.callback())
	e.CreateAttr("index", "0")
	e.CreateAttr("isDefault", "true")
	return xmlsec.Bytes(el), nil
}
