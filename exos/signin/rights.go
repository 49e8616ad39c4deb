package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"pupitre/exos"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

var _ exos.Rights = (*Party)(nil)

// Rights implements exos.Rights. An access token that is old is renewed first; one that is refused, once.
func (p *Party) Rights(ctx context.Context, kept exos.Credential) ([]exos.Right, exos.Credential, error) {
	var c credential
	if err := json.Unmarshal(kept, &c); err != nil || c.Token == nil {
		return nil, nil, fault.Wrap(err, fault.Unauthenticated, "exos.session.renew")
	}
	ctx = p.client(ctx)
	issuer, err := p.discover(ctx)
	if err != nil {
		return nil, nil, err
	}
	renewed := false
	if !c.Expiry.IsZero() && p.Now().Add(expirySkew).After(c.Expiry) {
		if c, err = p.renew(ctx, issuer, c); err != nil {
			return nil, nil, err
		}
		renewed = true
	}
	rights, err := p.rights(ctx, issuer, c.AccessToken, c.School)
	if fault.Is(err, fault.Unauthenticated) && !renewed {
		if c, err = p.renew(ctx, issuer, c); err != nil {
			return nil, nil, err
		}
		renewed = true
		rights, err = p.rights(ctx, issuer, c.AccessToken, c.School)
	}
	if !renewed {
		return rights, nil, err
	}
	next, packErr := c.pack()
	if packErr != nil {
		return nil, nil, packErr
	}
	return rights, next, err
}

const expirySkew = 10 * time.Second

// renew uses the refresh token. Without one, or where it is refused, only a sign-in helps.
func (p *Party) renew(ctx context.Context, issuer *provider, c credential) (credential, error) {
	if c.RefreshToken == "" {
		return credential{}, fault.New(fault.Unauthenticated, "exos.session.renew")
	}
	token, err := issuer.oauth.TokenSource(ctx, &oauth2.Token{RefreshToken: c.RefreshToken}).Token()
	if err != nil {
		err = unreachable(err, "exos.session.renew")
		if fault.CodeOf(err) == "exos.session.renew" {
			err = fault.Wrap(err, fault.Unauthenticated, "exos.session.renew")
		}
		return credential{}, err
	}
	return credential{p.dated(token), c.IDToken, c.School}, nil
}

// maxRights bounds what is read of an answer, in bytes and in rights.
const (
	maxRightsBytes = 1 << 20
	maxRights      = 2000
)

// right is one line of GET /rights (docs/protocols/rights.md).
type right struct {
	ARK    string `json:"ark"`
	Title  string `json:"title"`
	Start  string `json:"start"` // first civil day at the school, "" for none
	End    string `json:"end"`   // last civil day, inclusive
	Status string `json:"status"`
	Why    string `json:"why"`
}

// rights asks the broker what the bearer of an access token holds.
func (p *Party) rights(ctx context.Context, issuer *provider, access, school string) ([]exos.Right, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, issuer.rights, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+access)
	request.Header.Set("Accept", "application/json")
	answer, err := p.http().Do(request)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "exos.rights.unreachable")
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode == http.StatusUnauthorized:
		return nil, fault.New(fault.Unauthenticated, "exos.session.renew")
	case answer.StatusCode != http.StatusOK:
		return nil, fault.Wrap(fmt.Errorf("GET %s: %s", issuer.rights, answer.Status), fault.Unavailable, "exos.rights.unreachable")
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxRightsBytes))
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "exos.rights.unreachable")
	}
	return readRights(data, school)
}

// http is the client for our own calls. A broker that hangs must not hang a pupil's page.
func (p *Party) http() *http.Client {
	if p.HTTP != nil {
		return p.HTTP
	}
	return &http.Client{Timeout: 5 * time.Second}
}

// readRights reads an answer. A line that makes no sense is an error: a right read wrongly opens or closes a book wrongly.
func readRights(data []byte, school string) ([]exos.Right, error) {
	var in struct {
		Rights []right `json:"rights"`
	}
	if err := json.Unmarshal(data, &in); err != nil || len(in.Rights) > maxRights {
		return nil, fault.Wrap(err, fault.Unavailable, "exos.rights.unreachable")
	}
	zone := clock.ZoneOfUAI(school)
	out := make([]exos.Right, 0, len(in.Rights))
	for _, line := range in.Rights {
		r := exos.Right{ARK: exos.ARK(bounded(line.ARK)), Title: bounded(line.Title), Status: exos.RightStatus(bounded(line.Status)), Why: bounded(line.Why)}
		var err error
		if r.Start, err = civil(line.Start); err == nil {
			r.End, err = civil(line.End)
		}
		if err != nil || r.ARK == "" {
			return nil, fault.Wrap(fmt.Errorf("right on %q: %w", line.ARK, err), fault.Unavailable, "exos.rights.unreachable")
		}
		if !r.Start.IsZero() {
			r.Opens = r.Start.Start(zone)
		}
		if !r.End.IsZero() {
			r.Closes = r.End.End(zone)
		}
		out = append(out, r)
	}
	return out, nil
}

// civil reads a civil day, "" for none. A time of day after it is not read (docs/contracts.md §3).
func civil(s string) (clock.Date, error) {
	if s == "" {
		return clock.Date{}, nil
	}
	if len(s) > len(time.DateOnly) && s[len(time.DateOnly)] == 'T' {
		s = s[:len(time.DateOnly)]
	}
	return clock.ParseDate(s)
}
