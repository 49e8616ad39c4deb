package saml

import (
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/fault"
)

// authnRequest is Core §3.4.1.
type authnRequest struct {
	XMLName xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:protocol AuthnRequest"`
	samlwire.Head
	Force    string    `xml:"ForceAuthn,attr"`
	Passive  string    `xml:"IsPassive,attr"`
	Binding  string    `xml:"ProtocolBinding,attr"`
	Consumer string    `xml:"AssertionConsumerServiceURL,attr"`
	Index    string    `xml:"AssertionConsumerServiceIndex,attr"`
	Subject  *struct{} `xml:"urn:oasis:names:tc:SAML:2.0:assertion Subject"`
	Names    []struct {
		Format string `xml:"Format,attr"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:protocol NameIDPolicy"`
	Contexts []struct {
		Comparison string   `xml:"Comparison,attr"`
		Classes    []string `xml:"urn:oasis:names:tc:SAML:2.0:assertion AuthnContextClassRef"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:protocol RequestedAuthnContext"`
}

// requestLife is how old a request may be: a person may first have to sign in at the portal, and comes back with the same one.
const requestLife = 20 * time.Minute

// check holds what every request must be to who says to have sent it, where it came in, and now.
func (p *Provider) check(m samlwire.Message, h *samlwire.Head, party *federation.SAMLParty, here []string, life time.Duration) error {
	switch {
	case !h.IsFrom(party.EntityID):
		return samlwire.ErrMessage
	case !m.MayBeFor(h.Destination, func(to string) bool { return p.isOurs(to, here) }):
		return fault.New(fault.Denied, "federation.saml.destination", "site", party.EntityID)
	case !h.IsFresh(p.Now(), life):
		return fault.New(fault.Denied, "federation.saml.old", "site", party.EntityID)
	}
	return nil
}

// target is where an answer goes: a registered site's registered address.
type target struct {
	client   federation.Client
	consumer string
	answers  string // the request's ID, "" for none
	relay    string
	ark      string
}

// consumer chooses the address (Profiles §4.1.4.1): the one asked for if it is registered, else none; the first where none is asked for.
func (a *authnRequest) consumer(party *federation.SAMLParty) (string, bool) {
	if a.Binding != "" && a.Binding != string(federation.SAMLPost) || a.Consumer != "" && a.Index != "" {
		return "", false
	}
	for _, e := range party.Consumers {
		switch {
		case a.Consumer != "" && e.Location != a.Consumer: // compared as strings
		case a.Index != "" && strconv.Itoa(e.Index) != a.Index:
		default:
			return e.Location, true
		}
	}
	return "", false
}

// Why there is no assertion (Core §3.2.2.2): the second words.
const (
	requestDenied      = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied"
	requestUnsupported = "urn:oasis:names:tc:SAML:2.0:status:RequestUnsupported"
	noPassive          = "urn:oasis:names:tc:SAML:2.0:status:NoPassive"
	noAuthnContext     = "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext"
	invalidNameID      = "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy"
)

const (
	unspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"

	byPassword = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
	somehow    = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
)

// answerable tells, of a request from a known site, what of it we could not honour, and how the sign-in is to be called. Portals ask
// for a password over TLS, and tell us nothing of how strong they found somebody: that much we may say, and nothing above it.
func (a *authnRequest) answerable(party *federation.SAMLParty) (class string, why *samlwire.Status) {
	if samlwire.IsTrue(a.Force) {
		return "", &samlwire.Status{First: samlwire.Responder, Second: requestUnsupported, Message: "federation.saml.force"}
	}
	if a.Subject != nil {
		return "", &samlwire.Status{First: samlwire.Responder, Second: requestUnsupported, Message: "federation.saml.subject"}
	}
	for _, n := range a.Names {
		if _, own := party.NameOf(federation.Pseudonym{}, ""); n.Format != "" && n.Format != own && n.Format != unspecified {
			return "", &samlwire.Status{First: samlwire.Requester, Second: invalidNameID, Message: "federation.saml.name"}
		}
	}
	if len(a.Contexts) == 0 {
		return somehow, nil
	}
	for _, wanted := range a.Contexts {
		for _, class := range wanted.Classes {
			class = strings.TrimSpace(class)
			switch better := wanted.Comparison == "better"; {
			case class == somehow && better:
				return byPassword, nil
			case (class == somehow || class == byPassword) && !better:
				return class, nil
			}
		}
	}
	return "", &samlwire.Status{First: samlwire.Responder, Second: noAuthnContext, Message: "federation.saml.context"}
}

// resource is the ARK that a site means: it says so, or its RelayState does (an ARK), or it was registered with one.
func resource(q url.Values, relay string, client federation.Client) string {
	switch {
	case q.Get("idRessource") != "":
		return q.Get("idRessource")
	case strings.HasPrefix(relay, "ark:"):
		return relay
	}
	return client.Resource
}
