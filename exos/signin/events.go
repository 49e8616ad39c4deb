package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/exos"
	"pupitre/internal/httpx"
)

// backchannel ends what the broker has ended (OpenID Connect Back-Channel Logout 1.0 §2.5–2.8). A token that was heard before
// changes nothing.
func (p *Party) backchannel(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	issuer, err := p.discover(r.Context())
	if err != nil {
		return err
	}
	token, err := issuer.verifier.VerifyLogout(p.client(r.Context()), r.PostFormValue("logout_token"))
	if err != nil {
		return tell(w, r, map[string]string{"error": "invalid_request"}, err)
	}
	_, err = p.Service.Heed(r.Context(), exos.Notice{
		Issuer: p.Issuer, ID: bounded(token.TokenID), Ends: token.Expiry.Add(time.Hour), Kind: exos.SessionRevoked,
		Subject: exos.Pseudonym(token.Subject), Upstream: token.SessionID,
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// events receives one Security Event Token (RFC 8935 §2). It is acted on before it is acknowledged: 202 means done.
func (p *Party) events(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/secevent+jwt" {
		return tell(w, r, rejection{errRequest, "the body must be application/secevent+jwt"}, nil)
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxEvent+1))
	if err != nil {
		return err
	}
	issuer, err := p.discover(r.Context())
	if err != nil {
		return err
	}
	notices, err := p.read(r.Context(), issuer, raw)
	if rejected, ok := errors.AsType[rejection](err); ok {
		return tell(w, r, rejected, err)
	}
	if err != nil {
		return err
	}
	for _, n := range notices {
		httpx.Event(r.Context()).Set("event", string(n.Kind))
		if _, err := p.Service.Heed(r.Context(), n); err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// rejection is RFC 8935 §2.3: what is wrong with a token. It is also an error.
type rejection struct {
	Err         string `json:"err"`
	Description string `json:"description"`
}

func (r rejection) Error() string { return r.Err + ": " + r.Description }

// The error codes of RFC 8935 §2.4 that apply.
const (
	errRequest  = "invalid_request"
	errKey      = "invalid_key"
	errIssuer   = "invalid_issuer"
	errAudience = "invalid_audience"
)

// tell answers a program with 400, and the log with why.
func tell(w http.ResponseWriter, r *http.Request, answer any, why error) error {
	if why != nil {
		httpx.Event(r.Context()).Set("rejected", why.Error())
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Language", "en")
	w.WriteHeader(http.StatusBadRequest)
	_, err = w.Write(text)
	return err
}

// The limits of a security event.
const (
	maxEvent  = 64 << 10
	oldest    = 7 * 24 * time.Hour // a sender may retry for days
	tolerance = 5 * time.Minute    // between clocks
)

// securityEvent is RFC 8417 §2.2, with the subjects of RFC 9493 that are understood.
type securityEvent struct {
	Issuer   string                     `json:"iss"`
	Audience audience                   `json:"aud"`
	ID       string                     `json:"jti"`
	IssuedAt float64                    `json:"iat"`
	Subject  string                     `json:"sub"`
	Session  string                     `json:"sid"`
	SubID    subjectID                  `json:"sub_id"`
	Events   map[string]json.RawMessage `json:"events"`
}

// subjectID is a subject identifier: iss_sub, opaque, or complex of those (RFC 9493 §3).
type subjectID struct {
	Issuer  string     `json:"iss"`
	Sub     string     `json:"sub"`
	ID      string     `json:"id"`
	User    *subjectID `json:"user"`
	Session *subjectID `json:"session"`
}

// audience is one or many (RFC 7519 §4.1.3).
type audience []string

// UnmarshalJSON reads either form.
func (a *audience) UnmarshalJSON(data []byte) error { return (*texts)(a).UnmarshalJSON(data) }

// kinds are the events that are acted on, by the last part of their address: those of the broker (docs/protocols/rights.md), and
// of CAEP and RISC where they say the same.
var kinds = map[string]exos.NoticeKind{
	"rights-changed": exos.RightsChanged, "session-revoked": exos.SessionRevoked, "person-erased": exos.PersonErased, "account-purged": exos.PersonErased,
}

// read verifies a token, and returns what it says of a kind that we act on; other events are acknowledged and pass.
func (p *Party) read(ctx context.Context, issuer *provider, raw []byte) ([]exos.Notice, error) {
	if len(raw) > maxEvent {
		return nil, rejection{errRequest, "the token is too long"}
	}
	// A token of another kind (an ID token, a logout token) must not pass for an event: RFC 8417 §4.1, RFC 8725 §3.11.
	signed, err := jose.ParseSignedCompact(string(raw), signatures)
	if err != nil || len(signed.Signatures) != 1 {
		return nil, rejection{errRequest, "not a signed token of an algorithm that is accepted"}
	}
	if kind, _ := signed.Signatures[0].Header.ExtraHeaders[jose.HeaderType].(string); strings.TrimPrefix(strings.ToLower(kind), "application/") != "secevent+jwt" {
		return nil, rejection{errRequest, "typ must be secevent+jwt"}
	}
	// Cheap refusals first: keys are asked for only in the name of our issuer.
	notices, err := p.parse(signed.UnsafePayloadWithoutVerification())
	if err != nil {
		return nil, err
	}
	if _, err := issuer.keys.VerifySignature(p.client(ctx), string(raw)); err != nil {
		return nil, rejection{errKey, "the signature is not verified"}
	}
	return notices, nil
}

// parse reads a payload for us, from our issuer. It says nothing of the signature.
func (p *Party) parse(payload []byte) ([]exos.Notice, error) {
	var e securityEvent
	if err := json.Unmarshal(payload, &e); err != nil {
		return nil, rejection{errRequest, "the payload is not a security event"}
	}
	switch {
	case e.Issuer != p.Issuer:
		return nil, rejection{errIssuer, "this issuer is not ours"}
	case !slices.Contains(e.Audience, p.ClientID):
		return nil, rejection{errAudience, "the audience is not us"}
	}
	return p.notices(e)
}

var signatures = func() (out []jose.SignatureAlgorithm) {
	for _, a := range algorithms {
		out = append(out, jose.SignatureAlgorithm(a))
	}
	return out
}()

// notices turns an event into what is to be done.
func (p *Party) notices(e securityEvent) ([]exos.Notice, error) {
	at := time.Unix(int64(e.IssuedAt), 0)
	switch {
	case e.ID == "" || len(e.ID) > maxText || bounded(e.ID) != e.ID:
		return nil, rejection{errRequest, "jti is missing or too long"}
	case at.Before(p.Now().Add(-oldest)) || at.After(p.Now().Add(tolerance)):
		return nil, rejection{errRequest, "iat is too old, or to come"}
	case len(e.Events) == 0:
		return nil, rejection{errRequest, "no event"}
	}
	var out []exos.Notice
	for uri := range e.Events {
		kind, ok := kinds[path.Base(uri)]
		if !ok {
			continue
		}
		n := exos.Notice{Issuer: p.Issuer, ID: e.ID + " " + string(kind), Ends: at.Add(oldest + time.Hour), Kind: kind}
		n.Subject, n.Upstream = e.about()
		if n.Subject == "" && (n.Upstream == "" || kind != exos.SessionRevoked) {
			return nil, rejection{errRequest, fmt.Sprintf("%s is about nobody", kind)}
		}
		out = append(out, n)
	}
	return out, nil
}

// about finds the subject and the session that an event names, in the ways of RFC 9493 and of plain claims.
func (e securityEvent) about() (exos.Pseudonym, string) {
	user, session := e.SubID, e.Session
	if e.SubID.User != nil {
		user = *e.SubID.User
	}
	if e.SubID.Session != nil {
		session = e.SubID.Session.ID
	}
	for _, s := range []string{e.Subject, user.Sub, user.ID} {
		if s != "" {
			return exos.Pseudonym(s), session
		}
	}
	return "", session
}
