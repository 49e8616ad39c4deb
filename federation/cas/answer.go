package cas

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
)

const space = "http://www.yale.edu/tp/cas"

// answerXML writes a serviceResponse (appendix A). The attributes are direct children of cas:attributes, once for each value.
func answerXML(good *validated, failed *failure, a answering) []byte {
	var b bytes.Buffer
	b.WriteString(`<cas:serviceResponse xmlns:cas="` + space + `">`)
	if failed != nil {
		b.WriteString(`<cas:authenticationFailure code="` + failed.Code + `">`)
		escape(&b, failed.Why)
		b.WriteString(`</cas:authenticationFailure>`)
	} else {
		b.WriteString(`<cas:authenticationSuccess>`)
		element(&b, "cas:user", good.entry.Pseudonym.Subject())
		if a.attributes && len(good.entry.Attributes) > 0 {
			b.WriteString(`<cas:attributes>`)
			for _, released := range good.entry.Attributes {
				for _, value := range released.Values {
					element(&b, "cas:"+string(released.Attribute), value)
				}
			}
			b.WriteString(`</cas:attributes>`)
		}
		if good.note != "" {
			element(&b, "cas:proxyGrantingTicket", string(good.note))
		}
		if len(good.ticket.Proxies) > 0 {
			b.WriteString(`<cas:proxies>`)
			for _, proxy := range good.ticket.Proxies {
				element(&b, "cas:proxy", proxy)
			}
			b.WriteString(`</cas:proxies>`)
		}
		b.WriteString(`</cas:authenticationSuccess>`)
	}
	b.WriteString("</cas:serviceResponse>\n")
	return b.Bytes()
}

// element writes <name>text</name>; names are ours.
func element(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	escape(b, text)
	b.WriteString("</" + name + ">")
}

func escape(b *bytes.Buffer, text string) { xml.EscapeText(b, []byte(text)) } // into memory: it cannot fail

// answerJSON writes the same as JSON (appendix of the CAS 3 server: format=JSON). What may have several values is a list.
func answerJSON(good *validated, failed *failure, a answering) ([]byte, error) {
	type success struct {
		User       string         `json:"user"`
		Attributes map[string]any `json:"attributes,omitempty"`
		Granting   string         `json:"proxyGrantingTicket,omitempty"`
		Proxies    []string       `json:"proxies,omitempty"`
	}
	var body struct {
		Response struct {
			Success *success `json:"authenticationSuccess,omitempty"`
			Failure *failure `json:"authenticationFailure,omitempty"`
		} `json:"serviceResponse"`
	}
	if body.Response.Failure = failed; failed == nil {
		body.Response.Success = &success{User: good.entry.Pseudonym.Subject(), Granting: string(good.note), Proxies: good.ticket.Proxies}
		if a.attributes {
			body.Response.Success.Attributes = good.entry.Attributes.ByName()
		}
	}
	return json.Marshal(body)
}
