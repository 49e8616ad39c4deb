package cas

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"pupitre/federation"
	"pupitre/internal/xmlgate"
)

// The validation that older programs ask for in SAML 1.1 over SOAP, as the Apereo server has it.
const (
	soapSpace      = "http://schemas.xmlsoap.org/soap/envelope/"
	saml1Protocol  = "urn:oasis:names:tc:SAML:1.0:protocol"
	saml1Assertion = "urn:oasis:names:tc:SAML:1.0:assertion"
	maxEnvelope    = 16 << 10 // bytes
)

var errEnvelope = errors.New("this is no SOAP envelope with one samlp:AssertionArtifact")

// samlValidate is POST /samlValidate?TARGET=service, the ticket in the body.
func (s *Server) samlValidate(w http.ResponseWriter, r *http.Request) error {
	q, err := url.ParseQuery(r.URL.RawQuery)
	id, ticket, unread := readEnvelope(r.Body)
	asked := question{ticket: ticket}
	switch {
	case err != nil || len(q["TARGET"]) != 1:
		asked.wrong = &failure{invalidRequest, "TARGET is required, once"}
	case unread != nil:
		asked.wrong = &failure{invalidRequest, errEnvelope.Error()}
	}
	if len(q["TARGET"]) == 1 {
		asked.service = q.Get("TARGET")
	}
	good, failed, err := s.use(r.Context(), asked, answering{attributes: true})
	if err != nil {
		return err
	}
	return send(w, r, "text/xml; charset=utf-8", s.envelope(good, failed, id, asked.service), failed)
}

// readEnvelope finds the request's id and the one ticket in it. The ticket is found, too, where what is around it is wrong.
func readEnvelope(src io.Reader) (id string, ticket federation.Token, err error) {
	id, tickets, err := scanEnvelope(src)
	if err == nil && (len(tickets) != 1 || len(id) > 256) {
		err = errEnvelope
	}
	if err != nil {
		id = ""
	}
	if len(tickets) == 1 {
		ticket = tickets[0]
	}
	return id, ticket, err
}

// scanEnvelope reads as far as it can.
func scanEnvelope(src io.Reader) (id string, tickets []federation.Token, err error) {
	r := xmlgate.NewReader(src, xmlgate.Limits{Bytes: maxEnvelope, Depth: 8, Elements: 50, Text: 1 << 10})
	root, err := r.Root()
	if err != nil {
		return "", nil, err
	}
	if root.Name != (xmlgate.Name{Space: soapSpace, Local: "Envelope"}) {
		return "", nil, errEnvelope
	}
	for {
		t, err := r.Next()
		if errors.Is(err, io.EOF) {
			return id, tickets, nil
		}
		if err != nil {
			return id, tickets, err
		}
		switch {
		case t.Kind != xmlgate.Start:
		case t.Name == xmlgate.Name{Space: saml1Protocol, Local: "Request"}:
			id = t.Get("RequestID")
		case t.Name == xmlgate.Name{Space: saml1Protocol, Local: "AssertionArtifact"}:
			text, err := r.Trimmed()
			if err != nil {
				return id, tickets, err
			}
			tickets = append(tickets, federation.Token(text))
		}
	}
}

// envelope writes the answer. Its validity is a ticket's: it is read at once.
func (s *Server) envelope(good *validated, failed *failure, to, target string) []byte {
	now := s.Now().UTC()
	at := func(d time.Duration) string { return now.Add(d).Format("2006-01-02T15:04:05.000Z") }
	var b bytes.Buffer
	attribute := func(name, value string) {
		b.WriteString(" " + name + `="`)
		escape(&b, value)
		b.WriteByte('"')
	}
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="` + soapSpace + `"><SOAP-ENV:Body>` +
		`<saml1p:Response xmlns:saml1p="` + saml1Protocol + `" MajorVersion="1" MinorVersion="1"`)
	attribute("ResponseID", "_"+s.IDs.New())
	attribute("IssueInstant", at(0))
	if target != "" {
		attribute("Recipient", target)
	}
	if to != "" {
		attribute("InResponseTo", to)
	}
	b.WriteByte('>')
	if failed != nil {
		b.WriteString(`<saml1p:Status><saml1p:StatusCode Value="saml1p:RequestDenied"/><saml1p:StatusMessage>`)
		escape(&b, failed.Code+": "+failed.Why)
		b.WriteString(`</saml1p:StatusMessage></saml1p:Status>`)
	} else {
		b.WriteString(`<saml1p:Status><saml1p:StatusCode Value="saml1p:Success"/></saml1p:Status><saml1:Assertion xmlns:saml1="` + saml1Assertion +
			`" MajorVersion="1" MinorVersion="1"`)
		attribute("AssertionID", "_"+s.IDs.New())
		attribute("IssueInstant", at(0))
		attribute("Issuer", s.Issuer)
		b.WriteString(`><saml1:Conditions`)
		attribute("NotBefore", at(-time.Minute))
		attribute("NotOnOrAfter", at(time.Minute))
		b.WriteString(`><saml1:AudienceRestrictionCondition>`)
		element(&b, "saml1:Audience", target)
		b.WriteString(`</saml1:AudienceRestrictionCondition></saml1:Conditions><saml1:AuthenticationStatement AuthenticationMethod="urn:oasis:names:tc:SAML:1.0:am:unspecified"`)
		attribute("AuthenticationInstant", at(0)) // of this entry: that of the sign-in is the same at every publisher
		b.WriteByte('>')
		subject(&b, good.entry.Pseudonym.Subject())
		b.WriteString(`</saml1:AuthenticationStatement>`)
		if len(good.entry.Attributes) > 0 {
			b.WriteString(`<saml1:AttributeStatement>`)
			subject(&b, good.entry.Pseudonym.Subject())
			for _, released := range good.entry.Attributes {
				b.WriteString(`<saml1:Attribute AttributeNamespace="http://www.ja-sig.org/products/cas/"`)
				attribute("AttributeName", string(released.Attribute))
				b.WriteByte('>')
				for _, value := range released.Values {
					element(&b, "saml1:AttributeValue", value)
				}
				b.WriteString(`</saml1:Attribute>`)
			}
			b.WriteString(`</saml1:AttributeStatement>`)
		}
		b.WriteString(`</saml1:Assertion>`)
	}
	b.WriteString("</saml1p:Response></SOAP-ENV:Body></SOAP-ENV:Envelope>\n")
	return b.Bytes()
}

func subject(b *bytes.Buffer, name string) {
	b.WriteString(`<saml1:Subject>`)
	element(b, "saml1:NameIdentifier", name)
	b.WriteString(`<saml1:SubjectConfirmation><saml1:ConfirmationMethod>urn:oasis:names:tc:SAML:1.0:cm:artifact</saml1:ConfirmationMethod></saml1:SubjectConfirmation></saml1:Subject>`)
}
