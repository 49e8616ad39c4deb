package proof

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

// Caller is a program that proved who it is.
type Caller struct {
	federation.Client
	Certificate federation.Thumbprint // of the connection, where that was the proof
}

// Refusal is an error that a program is told, by its RFC 6749 name.
type Refusal struct {
	Error       string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

// Refuse makes one.
func Refuse(name, description string) *Refusal { return &Refusal{name, description} }

// Tell is a refusal that says an error's code, then what it means: the code is stable, the sentence is for whoever mends it.
func (c *Checker) Tell(name string, err error) *Refusal {
	if c.Words == nil {
		return Refuse(name, fault.CodeOf(err))
	}
	return Refuse(name, fault.CodeOf(err)+": "+c.Words.Error(lang.English, err))
}

// AssertionType is what client_assertion_type must be (RFC 7523 §2.2).
const AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// assertion is the kind of a proof's jti.
const assertion Kind = "assertion"

// nobody stands in for an unknown client, so that it takes as long to refuse as a wrong secret.
var nobody = federation.Client{Secret: federation.NewToken().Hash()}

// Authenticate finds the program that a request comes from: by its secret, a token that it signed, or the certificate of its connection.
// One proof, and the one that it is registered for. audiences are what may be meant by « aud » here; the first is told.
func (c *Checker) Authenticate(r *http.Request, f url.Values, audiences ...string) (Caller, *Refusal, error) {
	p, refused := read(r, f)
	if refused != nil {
		return Caller{}, refused, nil
	}
	client, err := c.Federation.FindClient(r.Context(), p.client)
	if fault.Is(err, fault.NotFound) {
		client = nobody
	} else if err != nil {
		return Caller{}, nil, err
	}
	var caller Caller
	switch {
	case client.Proof.Method == federation.BySecret:
		if !client.Proves(p.secret) || client.ID == "" || p.assertion != "" {
			return Caller{}, Refuse("invalid_client", ""), nil
		}
		caller.Client = client
	case client.Proof.Method == federation.ByKey && p.assertion != "":
		caller.Client, err = client, c.assert(r.Context(), client, p.assertion, audiences)
	case client.Proof.Method == federation.ByCertificate && p.bare():
		caller.Client = client
		caller.Certificate, err = c.certified(r, client)
	default:
		err = fault.New(fault.Denied, "federation.proof.method", "method", string(client.Proof.Method))
	}
	if fault.Is(err, fault.Denied) {
		return Caller{}, c.Tell("invalid_client", err), nil
	}
	return caller, nil, err
}

// presented is what a request shows of its sender, unchecked.
type presented struct {
	client    federation.ClientID
	secret    federation.Token
	assertion string
}

// bare reports whether the request shows nothing but a name: the proof must be the connection's.
func (p presented) bare() bool { return p.secret == "" && p.assertion == "" }

// read finds the proof in a request (RFC 6749 §2.3: one only).
func read(r *http.Request, f url.Values) (presented, *Refusal) {
	name, secret, basic := r.BasicAuth()
	ways := 0
	for _, there := range []bool{basic, f.Has("client_secret"), f.Has("client_assertion")} {
		if there {
			ways++
		}
	}
	if ways > 1 {
		return presented{}, Refuse("invalid_request", "the client proves itself twice")
	}
	out := presented{client: federation.ClientID(f.Get("client_id")), secret: federation.Token(f.Get("client_secret")), assertion: f.Get("client_assertion")}
	switch {
	case basic:
		// RFC 6749 §2.3.1: both are form-encoded before they are joined.
		name, err1 := url.QueryUnescape(name)
		secret, err2 := url.QueryUnescape(secret)
		if err1 != nil || err2 != nil || f.Has("client_id") && f.Get("client_id") != name {
			return presented{}, Refuse("invalid_client", "")
		}
		out.client, out.secret = federation.ClientID(name), federation.Token(secret)
	case f.Has("client_assertion"):
		if f.Get("client_assertion_type") != AssertionType {
			return presented{}, Refuse("invalid_request", "client_assertion_type must be "+AssertionType)
		}
		// RFC 7521 §4.2: client_id may be left out, for the assertion says it. It is only believed once the signature is checked.
		said := Unchecked(out.assertion).Subject
		if f.Has("client_id") && f.Get("client_id") != said {
			return presented{}, Refuse("invalid_client", "client_id is not the assertion's")
		}
		out.client = federation.ClientID(said)
	}
	return out, nil
}

// assert checks a signed proof (RFC 7523 §3, OpenID Connect Core §9).
func (c *Checker) assert(ctx context.Context, client federation.Client, token string, audiences []string) error {
	claims, _, err := c.Verify(ctx, client, token, audiences...)
	switch {
	case err != nil:
		return err
	case claims.Subject != string(client.ID):
		return fault.New(fault.Denied, "federation.proof.subject", "client", string(client.ID))
	case claims.ID == "" || len(claims.ID) > longestID:
		return fault.New(fault.Denied, "federation.proof.nameless")
	}
	first, err := c.Spend(ctx, client.ID, assertion, claims.ID, claims.Until())
	if err == nil && !first {
		err = fault.New(fault.Denied, "federation.proof.replayed")
	}
	return err
}

// certified checks the certificate of the connection (RFC 8705 §2.2): it is one that was registered, and it is in its time.
func (c *Checker) certified(r *http.Request, client federation.Client) (federation.Thumbprint, error) {
	shown := Shown(r)
	if shown == "" {
		return "", fault.New(fault.Denied, "federation.proof.certificate.none")
	}
	if !slices.Contains(client.Proof.Certificates, shown) {
		return "", fault.New(fault.Denied, "federation.proof.certificate.other", "thumbprint", string(shown))
	}
	now, certificate := c.Now(), r.TLS.PeerCertificates[0]
	if now.Before(certificate.NotBefore) || now.After(certificate.NotAfter) {
		return "", fault.New(fault.Denied, "federation.proof.certificate.expired")
	}
	return shown, nil
}

// Shown is the certificate that came with the connection, "" for none: never a header's word (a header can be anybody's).
func Shown(r *http.Request) federation.Thumbprint {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return ""
	}
	sum := sha256.Sum256(r.TLS.PeerCertificates[0].Raw)
	return federation.Thumbprint(base64.RawURLEncoding.EncodeToString(sum[:]))
}
