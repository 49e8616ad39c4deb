package mail

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"pupitre/internal/fault"
)

// Server is the mail server that takes our letters, as an operator set it.
type Server struct {
	Host, Port string
	Wrapped    bool // TLS from the first byte (smtps, RFC 8314), not by STARTTLS
	Clear      bool // no TLS: ReadServer allows it on the machine's own loopback only
	User       string
	Password   string
	From       mail.Address
	Name       string         // what we call ourselves (EHLO)
	Roots      *x509.CertPool // whose certificates are believed; nil: the machine's
	Wait       time.Duration  // for any one answer; 0: a minute
}

const usualWait = time.Minute // RFC 5321 §4.5.3.2 allows a server more; a letter that takes longer is tried again

// ReadServer reads what an operator said: « smtp://HOST[:PORT] » (587, STARTTLS required; on loopback 25, in clear) or « smtps://HOST[:PORT] »
// (465); who we are there; from whom the letters come. It refuses what would send a password, or a letter, in clear through a network.
func ReadServer(address, user, password, from, name string) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, fault.New(fault.Invalid, "mail.server.form", "value", address)
	}
	s := &Server{Host: u.Hostname(), Port: u.Port(), User: user, Password: strings.TrimRight(password, "\r\n"), Name: name}
	usual := ""
	switch u.Scheme {
	case "smtp":
		s.Clear, usual = own(s.Host), "587"
		if s.Clear {
			usual = "25"
		}
	case "smtps":
		s.Wrapped, usual = true, "465"
	default:
		return nil, fault.New(fault.Invalid, "mail.server.form", "value", address)
	}
	if s.Port == "" {
		s.Port = usual
	}
	sender, err := mail.ParseAddress(from)
	if err != nil || CheckAddress(sender.Address) != nil || strings.ContainsAny(sender.Name, "\r\n") {
		return nil, fault.New(fault.Invalid, "mail.from.form", "value", from)
	}
	if s.From = *sender; (s.User == "") != (s.Password == "") {
		return nil, fault.New(fault.Invalid, "mail.server.half")
	}
	return s, nil
}

// own reports whether a host is this machine, by an address that leaves it never.
func own(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s *Server) config() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

func (s *Server) wait() time.Duration {
	if s.Wait > 0 {
		return s.Wait
	}
	return usualWait
}
