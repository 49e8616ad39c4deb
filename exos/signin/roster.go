package signin

import (
	"encoding/json"
	"net/http"

	"pupitre/exos"
	"pupitre/internal/fault"
)

// RosterOrigin is where a teacher's page must be allowed to ask for names.
func (p *Party) RosterOrigin() string { return p.Issuer }

// RosterAt returns where the issuer's roster is (docs/protocols/rights.md), and the access token of whoever asks: their own browser asks
// with it, so that names never come to this server.
func (p *Party) RosterAt(r *http.Request) (address, token string, err error) {
	issuer, err := p.discover(r.Context())
	if err != nil {
		return "", "", err
	}
	kept, err := p.Service.Credential(r.Context(), Token(r), func(kept exos.Credential) bool {
		c, ok := unpack(kept)
		return ok && !c.Expiry.IsZero() && p.Now().Add(expirySkew).After(c.Expiry)
	})
	if err != nil {
		return "", "", err
	}
	c, ok := unpack(kept)
	if !ok || issuer.roster == "" {
		return "", "", fault.New(fault.Unavailable, "exos.roster.none")
	}
	return issuer.roster, c.AccessToken, nil
}

func unpack(kept exos.Credential) (credential, bool) {
	var c credential
	err := json.Unmarshal(kept, &c)
	return c, err == nil && c.Token != nil
}
