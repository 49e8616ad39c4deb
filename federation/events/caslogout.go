package events

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"pupitre/federation"
)

// entered lists the tickets of the session that a push is about.
func (t *Teller) entered(ctx context.Context, p Push) (all []Entered, err error) {
	err = t.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		all, err = r.Entered(ctx, p.Project, p.Person, federation.SessionID(p.Body), p.Client)
		return err
	})
	return all, err
}

// signOut tells each service that the session of its ticket is over (CAS §2.3.3). One that does not answer keeps none of the others
// from being told; all are told again with it, and know the ticket no more. The protocol asks for no particular answer: mod_auth_cas
// ends its session and then sends whoever told it to sign in.
func (t *Teller) signOut(ctx context.Context, entered []Entered) error {
	var failed error
	for _, e := range entered {
		failed = errors.Join(failed, t.post(ctx, e.Service, form, url.Values{"logoutRequest": {t.logoutRequest(e.Ticket)}}.Encode(), http.StatusBadRequest))
	}
	return failed
}

// logoutRequest is the SAML 2.0 message that CAS appendix C has. The ticket is the session's name; the person's is not used.
func (t *Teller) logoutRequest(ticket string) string {
	var b strings.Builder
	b.WriteString(`<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="LR-`)
	_, id, _ := strings.Cut(ticket, "-")
	xml.EscapeText(&b, []byte(id)) // the same however often it is told
	b.WriteString(`" Version="2.0" IssueInstant="` + t.Now().UTC().Format("2006-01-02T15:04:05Z") + `">`)
	b.WriteString(`<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">@NOT_USED@</saml:NameID><samlp:SessionIndex>`)
	xml.EscapeText(&b, []byte(ticket))
	b.WriteString(`</samlp:SessionIndex></samlp:LogoutRequest>`)
	return b.String()
}
