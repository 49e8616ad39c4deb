package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
)

// Line is a connection on which letters are sent, one after the other.
type Line struct {
	server *Server
	conn   net.Conn
	client *smtp.Client
}

// Refused is a server's no to one letter; the line goes on.
type Refused struct {
	Code int    // RFC 5321 §4.2: 4yz for now, 5yz for good
	Text string // what the server said: for the operator, it may name an address
}

func (r Refused) Error() string { return fmt.Sprintf("the mail server answers %d %s", r.Code, r.Text) }

// ForGood reports whether the same letter again would be refused again.
func (r Refused) ForGood() bool { return r.Code/100 == 5 }

// shutting is what a server that takes nothing any more says (RFC 5321 §3.8): it is about the line, not about the letter.
const shutting = 421

// Open dials the server, encrypts and signs in. Whatever fails here is no letter's fault.
func (s *Server) Open(ctx context.Context) (*Line, error) {
	dialling, cancel := context.WithTimeout(ctx, s.wait())
	defer cancel()
	var conn net.Conn
	var err error
	address := net.JoinHostPort(s.Host, s.Port)
	if s.Wrapped {
		conn, err = (&tls.Dialer{Config: s.config()}).DialContext(dialling, "tcp", address)
	} else {
		conn, err = new(net.Dialer).DialContext(dialling, "tcp", address)
	}
	if err != nil {
		return nil, fmt.Errorf("mail server %s: %w", address, err)
	}
	l := &Line{server: s, conn: conn}
	if err := l.begin(ctx); err != nil {
		l.hangUp()
		return nil, fmt.Errorf("mail server %s: %w", address, err)
	}
	return l, nil
}

var errNoTLS = errors.New("it offers no STARTTLS, and letters go in clear to no server but one on this machine")

// begin greets, encrypts and signs in.
func (l *Line) begin(ctx context.Context) error {
	s := l.server
	for _, do := range []func() error{
		func() (err error) {
			if l.client, err = smtp.NewClient(l.conn, s.Host); err != nil {
				return err
			}
			return l.client.Hello(s.Name)
		},
		func() error {
			if s.Wrapped || s.Clear {
				return nil
			}
			if offered, _ := l.client.Extension("STARTTLS"); !offered {
				return errNoTLS
			}
			return l.client.StartTLS(s.config())
		},
		func() error {
			if s.User == "" {
				return nil
			}
			return l.client.Auth(smtp.PlainAuth("", s.User, s.Password, s.Host))
		},
	} {
		if err := l.step(ctx, do); err != nil {
			return err
		}
	}
	return nil
}

// step does one thing within the time that it may take: after it, or when ctx ends, the connection is closed, and the thing fails.
func (l *Line) step(ctx context.Context, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, l.server.wait())
	defer cancel()
	conn := l.conn
	over := context.AfterFunc(ctx, func() { conn.Close() })
	err := do()
	if !over() && ctx.Err() != nil {
		err = errors.Join(ctx.Err(), err)
	}
	if err != nil {
		if _, said := errors.AsType[*textproto.Error](err); !said {
			l.hangUp()
		}
	}
	return err
}

// Send hands one letter over. Refused is the server's answer to this letter; after any other error the line is of no use, and whether the
// letter arrived is not known: sent again it bears the same Message-ID.
func (l *Line) Send(ctx context.Context, m Message) error {
	if l.conn == nil {
		return errGone
	}
	text, err := m.write(l.server.From)
	if err != nil {
		return Refused{Code: 550, Text: "(it was not sent) " + err.Error()}
	}
	if err := l.step(ctx, func() error { return l.client.Mail(l.server.From.Address) }); err != nil {
		l.hangUp()
		return fmt.Errorf("it takes nothing from %s: %w", l.server.From.Address, err) // that is about us, not about the letter
	}
	for _, do := range []func() error{
		func() error { return l.client.Rcpt(m.To) },
		func() error { return l.data(text) },
	} {
		if err := l.step(ctx, do); err != nil {
			return l.refused(ctx, err)
		}
	}
	return nil
}

var errGone = errors.New("the line is gone")

func (l *Line) data(text []byte) error {
	w, err := l.client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close() // the server answers the last dot
}

// refused makes a Refused of what the server said to a letter, and readies the line for the next.
func (l *Line) refused(ctx context.Context, err error) error {
	said, ok := errors.AsType[*textproto.Error](err)
	if !ok || said.Code == shutting || l.conn == nil {
		return err
	}
	if err := l.step(ctx, func() error { return l.client.Reset() }); err != nil {
		l.hangUp()
	}
	return Refused{said.Code, strings.ToValidUTF8(said.Msg, "?")}
}

// Close says goodbye, if anybody listens.
func (l *Line) Close() error {
	if l.conn == nil {
		return nil
	}
	defer l.hangUp()
	return l.step(context.Background(), func() error { return l.client.Quit() })
}

func (l *Line) hangUp() {
	if l.conn != nil {
		l.conn.Close()
		l.conn = nil
	}
}
