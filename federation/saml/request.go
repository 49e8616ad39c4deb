package saml

import (
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pupitre/federation"
	"pupitre/internal/fault"
)

// envelope is what every request has (Core §3.2.1).
type envelope struct {
	ID          string   `xml:"ID,attr"`
	Version     string   `xml:"Version,attr"`
	Issued      string   `xml:"IssueInstant,attr"`
	Destination string   `xml:"Destination,attr"`
	Issuers     []string `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
}

// authnRequest is Core §3.4.1.
type authnRequest struct {
	XMLName xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:protocol AuthnRequest"`
	envelope
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

// The lives of requests. A person may first have to sign in at the portal, and comes back with the same request.
const (
	requestLife = 20 * time.Minute
	skew        = time.Minute // by which two clocks may differ
)

// check holds what every request must be to who says to have sent it, where it came in, and now.
func (p *Provider) check(e *envelope, party *federation.SAMLParty, here []string, life time.Duration) error {
	now := p.Now()
	issued, err := time.Parse(time.RFC3339Nano, e.Issued)
	switch {
	case e.Version != "2.0" || !isID(e.ID):
		return errMessage
	case len(e.Issuers) != 1 || strings.TrimSpace(e.Issuers[0]) != party.EntityID:
		return errMessage
	case e.Destination != "" && !p.isOurs(e.Destination, here):
		return fault.New(fault.Denied, "federation.saml.destination", "site", party.EntityID)
	case err != nil:
		return errMessage
	case issued.After(now.Add(skew)) || issued.Before(now.Add(-life)):
		return fault.New(fault.Denied, "federation.saml.old", "site", party.EntityID)
	}
	return nil
}

// isID reports whether s is an identifier that can stand in an answer.
func isID(s string) bool {
	return s != "" && len(s) <= 256 && !strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '<' || c == '&' })
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

// status is why there is no assertion (Core §3.2.2.2): a first word, a second one, and ours.
type status struct{ first, second, code string }

// The words for it.
const (
	statusSuccess   = "urn:oasis:names:tc:SAML:2.0:status:Success"
	statusRequester = "urn:oasis:names:tc:SAML:2.0:status:Requester"
	statusResponder = "urn:oasis:names:tc:SAML:2.0:status:Responder"

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
func (a *authnRequest) answerable(party *federation.SAMLParty) (class string, why *status) {
	if isTrue(a.Force) {
		return "", &status{statusResponder, requestUnsupported, "federation.saml.force"}
	}
	if a.Subject != nil {
		return "", &status{statusResponder, requestUnsupported, "federation.saml.subject"}
	}
	for _, n := range a.Names {
		if _, own := party.NameOf(federation.Pseudonym{}, ""); n.Format != "" && n.Format != own && n.Format != unspecified {
			return "", &status{statusRequester, invalidNameID, "federation.saml.name"}
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
	return "", &status{statusResponder, noAuthnContext, "federation.saml.context"}
}

func isTrue(s string) bool { return s == "true" || s == "1" }

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
