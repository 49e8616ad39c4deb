package samlwire

import (
	"encoding/xml"
	"strings"
	"time"
)

// Time reads one.
func Time(s string) (time.Time, error) { return time.Parse(time.RFC3339Nano, strings.TrimSpace(s)) }

// IsOver reports whether an instant that ends something has come; what cannot be read has. "" is for ever.
func IsOver(until string, now time.Time) bool {
	if until == "" {
		return false
	}
	t, err := Time(until)
	return err != nil || !now.Before(t)
}

// Skew is by how much two clocks may differ.
const Skew = time.Minute

// Head is what every message has (Core §3.2.1, §3.2.2).
type Head struct {
	ID          string   `xml:"ID,attr"`
	Version     string   `xml:"Version,attr"`
	Issued      string   `xml:"IssueInstant,attr"`
	Destination string   `xml:"Destination,attr"`
	Answers     string   `xml:"InResponseTo,attr"`
	Issuers     []string `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
}

// IsFrom reports whether a head is complete, and one issuer's.
func (h *Head) IsFrom(entityID string) bool {
	return h.Version == "2.0" && isID(h.ID) && len(h.Issuers) == 1 && strings.TrimSpace(h.Issuers[0]) == entityID
}

// IsFresh reports whether a message was written within life.
func (h *Head) IsFresh(now time.Time, life time.Duration) bool {
	issued, err := Time(h.Issued)
	return err == nil && !issued.After(now.Add(Skew)) && !issued.Before(now.Add(-life))
}

// isID reports whether s is an identifier that can stand in an answer.
func isID(s string) bool {
	return s != "" && len(s) <= 256 && !strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '<' || c == '&' })
}

// LogoutRequest is Core §3.7.1.
type LogoutRequest struct {
	XMLName xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:protocol LogoutRequest"`
	Head
	Until    string   `xml:"NotOnOrAfter,attr"`
	Names    []string `xml:"urn:oasis:names:tc:SAML:2.0:assertion NameID"`
	Sessions []string `xml:"urn:oasis:names:tc:SAML:2.0:protocol SessionIndex"`
}

// LogoutResponse is Core §3.7.2.
type LogoutResponse struct {
	XMLName xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:protocol LogoutResponse"`
	Head
	Codes []struct {
		Value string `xml:"Value,attr"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:protocol Status>StatusCode"`
}

// IsDone reports whether the one who answers has ended the session.
func (l *LogoutResponse) IsDone() bool { return len(l.Codes) == 1 && l.Codes[0].Value == Success }

// LogoutLife is how old the word that somebody signs out may be.
const LogoutLife = 5 * time.Minute

// Means checks who and what a LogoutRequest is about, and returns the one name and the sessions in it.
func (l *LogoutRequest) Means(now time.Time) (name string, sessions []string, err error) {
	const most = 16
	if len(l.Names) != 1 || len(l.Sessions) > most || IsOver(l.Until, now.Add(-Skew)) {
		return "", nil, ErrMessage
	}
	for _, s := range l.Sessions {
		sessions = append(sessions, strings.TrimSpace(s))
	}
	return strings.TrimSpace(l.Names[0]), sessions, nil
}
