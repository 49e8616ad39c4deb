package mail

import (
	"bytes"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
	"unicode"

	"pupitre/internal/fault"
)

// Message is one letter to one person, as text and as HTML.
type Message struct {
	ID          string // what stands between < and > in Message-ID: the same each time that the letter is sent
	To          string // an address that CheckAddress lets pass
	Subject     string
	Text        string
	HTML        string
	Language    string // « fr », « en »
	Date        time.Time
	Unsubscribe string // an address to which one click posts (RFC 8058); "" for a letter that was asked for
}

const (
	maxAddress = 254 // RFC 5321 §4.5.3.1.3, with its brackets
	maxSubject = 160 // characters; the rest is cut
)

// CheckAddress refuses (fault.Invalid, mail.address.form) what is no address that any server takes: local@domain, ASCII, no quotes, no
// name around it, and nothing that could begin another header.
func CheckAddress(address string) error {
	local, domain, found := strings.Cut(address, "@")
	good := found && local != "" && len(local) <= 64 && strings.Contains(domain, ".") && len(address) <= maxAddress
	for _, r := range address {
		good = good && r > ' ' && r < 0x7f && !strings.ContainsRune(`"(),:;<>[\]`, r)
	}
	parsed, err := mail.ParseAddress(address)
	if !good || err != nil || parsed.Address != address || parsed.Name != "" {
		return fault.New(fault.Invalid, "mail.address.form", "field", "adresse", "value", address)
	}
	return nil
}

// write is the letter as it travels. Nothing in it can add a header: addresses are checked, the subject is one line, and what stands in the
// other headers is made by us, and refused where it is not printable ASCII.
func (m Message) write(from mail.Address) ([]byte, error) {
	if err := CheckAddress(m.To); err != nil {
		return nil, err
	}
	for _, made := range []string{m.ID, m.Language, m.Unsubscribe} {
		if strings.ContainsFunc(made, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' }) {
			return nil, fmt.Errorf("a header of letter %q cannot be written: %q", m.ID, made)
		}
	}
	if m.ID == "" || m.Text == "" || m.HTML == "" {
		return nil, fmt.Errorf("letter %q is not whole", m.ID)
	}
	var out bytes.Buffer
	body := multipart.NewWriter(&out)
	header := func(name, value string) { fmt.Fprintf(&out, "%s: %s\r\n", name, value) }
	header("Date", m.Date.UTC().Format(time.RFC1123Z))
	header("From", from.String())
	header("To", "<"+m.To+">")
	header("Message-ID", "<"+m.ID+">")
	header("Subject", subject(m.Subject))
	header("Content-Language", m.Language)
	header("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence is to be answered to us
	if m.Unsubscribe != "" {
		header("List-Unsubscribe", "<"+m.Unsubscribe+">")
		header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	header("MIME-Version", "1.0")
	header("Content-Type", `multipart/alternative; boundary="`+body.Boundary()+`"`)
	out.WriteString("\r\n")
	for _, part := range []struct{ kind, text string }{{"text/plain", m.Text}, {"text/html", m.HTML}} { // the best last (RFC 2046 §5.1.4)
		to, err := body.CreatePart(textproto.MIMEHeader{"Content-Type": {part.kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
		if err != nil {
			return nil, err
		}
		quoted := quotedprintable.NewWriter(to)
		if _, err := quoted.Write([]byte(part.text)); err != nil {
			return nil, err
		}
		if err := quoted.Close(); err != nil {
			return nil, err
		}
	}
	if err := body.Close(); err != nil { // the last boundary
		return nil, err
	}
	return out.Bytes(), nil
}

// subject is a subject as a header has it: one line of bounded length, encoded (RFC 2047), folded between encoded words.
func subject(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }), " ")
	if runes := []rune(text); len(runes) > maxSubject {
		text = string(runes[:maxSubject-1]) + "…"
	}
	return strings.ReplaceAll(mime.QEncoding.Encode("utf-8", text), "?= =?", "?=\r\n =?")
}
