package trial

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// casChecks are the CAS protocol's. Its answers are fetched from the server itself, so that what is wrong in them weighs less than a wrong
// ticket; but a site that looks for words in them, instead of reading them, can be led by what a person chose as a name.
var casChecks = []check{
	{name: "cas.again", clause: "CAS Protocol 3.0 §3.1.1", play: again},
	{name: "cas.invented", clause: "CAS Protocol 3.0 §2.5.3", play: invented},
	{name: "cas.failure", clause: "CAS Protocol 3.0 §2.5.2; appendix A", answer: validated(failing)},
	{name: "cas.two", clause: "CAS Protocol 3.0, appendix A", advice: true, answer: validated(twoUsers)},
	{name: "cas.comment", clause: "XML 1.0 §2.5", answer: validated(commented), seen: cutShort(another, "1")},
	{name: "cas.entity", clause: "XML 1.0 §4.4.3; OWASP ASVS 5.0 §1.5.1", answer: validated(withEntity), play: followed, about: fetched},
	{name: "cas.logout", clause: "CAS Protocol 3.0 §2.3.3", advice: true, play: told, about: ended, keeps: true},
	{name: "cas.logout.other", clause: "CAS Protocol 3.0, appendix C", play: told, about: ended, word: anotherTicket},
}

const casSpace = `xmlns:cas="http://www.yale.edu/tp/cas"`

// validated rewrites the answer to a ticket that was good, where it is in XML.
func validated(change func(b *Bench, text string) string) rewrite {
	return func(_ context.Context, b *Bench, x *exchange) (bool, error) {
		text := string(x.body)
		if x.request.Method != http.MethodGet || !strings.Contains(text, "<cas:authenticationSuccess>") {
			return false, nil
		}
		x.body = []byte(change(b, text))
		return true, nil
	}
}

// user is the element that names the person.
func user(text string) string {
	_, rest, _ := strings.Cut(text, "<cas:user>")
	name, _, _ := strings.Cut(rest, "</cas:user>")
	return "<cas:user>" + name + "</cas:user>"
}

// failing says that the ticket is not good, and quotes the success.
func failing(_ *Bench, text string) string {
	return `<cas:serviceResponse ` + casSpace + `><cas:authenticationFailure code="INVALID_TICKET"><!-- <cas:authenticationSuccess>` + user(text) +
		`</cas:authenticationSuccess> --></cas:authenticationFailure></cas:serviceResponse>`
}

func twoUsers(_ *Bench, text string) string {
	return strings.Replace(text, "<cas:user>", "<cas:user>"+another+"</cas:user><cas:user>", 1)
}

func commented(_ *Bench, text string) string {
	return strings.Replace(text, user(text), "<cas:user>"+another+"<!-- -->1</cas:user>", 1)
}

// withEntity has the person's name stand in a file elsewhere.
func withEntity(b *Bench, text string) string {
	return b.doctype("cas:serviceResponse") + strings.Replace(text, user(text), "<cas:user>&essai;</cas:user>", 1)
}

// doctype declares an entity that lies at the bench.
func (b *Bench) doctype(root string) string {
	return `<!DOCTYPE ` + root + ` [<!ENTITY essai SYSTEM "` + b.settings.Base + entityPath + `">]>`
}

// followed reports whether the site went for the entity.
func followed(ctx context.Context, t *tried) (bool, error) {
	t.bench.take()
	if _, _, err := t.enter(ctx, malo, nil); err != nil {
		return false, err
	}
	for _, c := range t.bench.take() {
		if c.Path == entityPath {
			return true, nil
		}
	}
	return false, nil
}

// invented brings a ticket that nobody gave.
func invented(ctx context.Context, t *tried) (bool, error) {
	s, err := t.withheld(ctx)
	if err != nil || s == nil {
		return false, err
	}
	with("ticket", "ST-"+strings.Repeat("0", 43))(s)
	return t.brought(ctx, s)
}

// anotherTicket tells of the end of a session that the site does not know.
func anotherTicket(_ context.Context, _ *Bench, _ string, body []byte) ([]byte, bool, error) {
	form, err := url.ParseQuery(string(body))
	was := form.Get("logoutRequest")
	before, rest, found := strings.Cut(was, "<samlp:SessionIndex>")
	_, after, closed := strings.Cut(rest, "</samlp:SessionIndex>")
	if err != nil || !found || !closed {
		return body, false, nil
	}
	form.Set("logoutRequest", before+"<samlp:SessionIndex>ST-"+strings.Repeat("0", 43)+"</samlp:SessionIndex>"+after)
	return []byte(form.Encode()), true, nil
}
