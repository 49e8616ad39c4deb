package signin

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json" // unlike the standard one it refuses a name that comes twice, and tells « idEnt » from « IDENT »

	"pupitre/federation"
	"pupitre/internal/httpx"
)

// How long what a portal publishes is believed, and how often it may be asked.
const (
	aboutLife = time.Hour
	keysLife  = time.Hour        // a key that the portal takes back is good no longer than this
	keysPause = 30 * time.Second // between two questions about a key that we do not know: strangers can make us ask
)

// discovery is what a portal says about itself (Discovery 1.0 §3; RFC 9207 §3).
type discovery struct {
	Issuer      string `json:"issuer"`
	Authorize   string `json:"authorization_endpoint"`
	Token       string `json:"token_endpoint"`
	UserInfo    string `json:"userinfo_endpoint"`    // "" for none
	EndSession  string `json:"end_session_endpoint"` // "" for none
	Keys        string `json:"jwks_uri"`
	IssInAnswer bool   `json:"authorization_response_iss_parameter_supported"`
}

// discover returns what the portal says about itself, asked for when it is first needed.
func (o *OIDC) discover(ctx context.Context) (*discovery, error) {
	about, err := o.about.get(ctx, o.Now, aboutLife, func(ctx context.Context) (*discovery, error) {
		var d discovery
		if _, err := o.fetch(ctx, strings.TrimSuffix(o.Issuer, "/")+"/.well-known/openid-configuration", "", &d); err != nil {
			return nil, err
		}
		return &d, d.check(o.Issuer)
	})
	if err != nil {
		return nil, silent(o.Portal, fmt.Errorf("discover %s: %w", o.Issuer, err))
	}
	return about, nil
}

// check refuses a document that speaks for another issuer (Discovery §4.3), or leads from TLS into the clear.
func (d *discovery) check(issuer string) error {
	if d.Issuer != issuer {
		return fmt.Errorf("the document is of the issuer %.200q", d.Issuer)
	}
	scheme, _, _ := strings.Cut(issuer, "://")
	addresses := []string{d.Authorize, d.Token, d.Keys}
	for _, optional := range []string{d.UserInfo, d.EndSession} {
		if optional != "" {
			addresses = append(addresses, optional)
		}
	}
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != scheme || u.Host == "" || u.User != nil || u.Fragment != "" {
			return fmt.Errorf("the document has the address %.200q", address)
		}
	}
	return nil
}

// algorithms are those that we accept a signature of. None is symmetric: a public key is nobody's secret.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.PS256}

// keySet are a portal's keys that can sign for us.
type keySet []jose.JSONWebKey

var errKey = errors.New("the token is signed with no key of the portal's")

// key finds the key of a token. One that we do not know may be new: the portal is asked once more.
func (o *OIDC) key(ctx context.Context, about *discovery, header jose.Header) (any, error) {
	for _, life := range []time.Duration{keysLife, keysPause} {
		keys, err := o.keys.get(ctx, o.Now, life, func(ctx context.Context) (*keySet, error) { return o.fetchKeys(ctx, about.Keys) })
		if err != nil {
			return nil, silent(o.Portal, fmt.Errorf("keys of %s: %w", o.Issuer, err))
		}
		if key := keys.find(header); key != nil {
			return key, nil
		}
	}
	return nil, errKey
}

// fetchKeys reads a key set (RFC 7517 §5). A key that we cannot read is somebody else's affair.
func (o *OIDC) fetchKeys(ctx context.Context, address string) (*keySet, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if _, err := o.fetch(ctx, address, "", &set); err != nil {
		return nil, err
	}
	keys := keySet{}
	for _, text := range set.Keys {
		var key jose.JSONWebKey
		if json.Unmarshal(text, &key) == nil && (key.Use == "" || key.Use == "sig") {
			keys = append(keys, key)
		}
	}
	return &keys, nil
}

// find returns the one key that a token's header means, nil for none. Where no key is named there must be one only (Core §10.1).
func (s keySet) find(header jose.Header) any {
	var found any
	for _, key := range s {
		if header.KeyID != "" && header.KeyID != key.KeyID || !signs(key, header.Algorithm) {
			continue
		}
		if found != nil {
			return nil
		}
		found = key.Key
	}
	return found
}

// signs reports whether a key is of the kind that an algorithm needs, and strong enough.
func signs(key jose.JSONWebKey, algorithm string) bool {
	if !federation.StrongKey(key) || key.Algorithm != "" && key.Algorithm != algorithm || !slices.Contains(algorithms, jose.SignatureAlgorithm(algorithm)) {
		return false
	}
	switch k := key.Key.(type) {
	case *rsa.PublicKey:
		return algorithm != string(jose.ES256) && k.N.BitLen() <= 8192
	case *ecdsa.PublicKey:
		return algorithm == string(jose.ES256)
	}
	return false
}

// fetch reads a small JSON document of the portal's, for whoever holds the access token if there is one.
func (o *OIDC) fetch(ctx context.Context, address, access string, out any) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if access != "" {
		req.Header.Set("Authorization", "Bearer "+access) // RFC 6750 §2.1
	}
	status, body, err := o.ask(req)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, statusError(status)
	}
	return body, json.Unmarshal(body, out)
}

// ask sends a request and reads the whole of a bounded answer.
func (o *OIDC) ask(req *http.Request) (int, []byte, error) {
	req.Header.Set("Accept", "application/json")
	status, body, err := httpx.Ask(o.Client, req, maxResponse)
	return status, body, hideQuery(err)
}
