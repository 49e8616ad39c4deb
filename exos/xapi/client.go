package xapi

import (
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// ClientID is ours, and the name in Basic credentials.
type ClientID string

// Client is a program that comes in by Basic credentials; of its secret only a hash is kept.
type Client struct {
	ID        ClientID
	Register  RegisterID
	Name      string
	Hash      string
	Scopes    []string
	Ends      time.Time
	RevokedAt time.Time
}

// Scopes are what a client may do (Communication 4.0; those of xAPI 1.0.3).
var Scopes = []string{"all", "all/read", "statements/write", "statements/read", "statements/read/mine", "state", "profile", "define"}

// may reports whether a client may do what needs one of these scopes.
func (c Client) may(scopes ...string) bool {
	return slices.ContainsFunc(c.Scopes, func(s string) bool { return slices.Contains(scopes, s) || s == "all" })
}

// Service keeps registers and their clients, and makes our own statements. Fill it as a struct literal.
type Service struct {
	Exos  *exos.Service    // required
	Store Store            // required
	IDs   *id.Maker        // required
	Now   func() time.Time // required
	Base  string           // required: our own address, without a slash at the end
	Log   *slog.Logger     // optional
}

var (
	errNoRegister = fault.New(fault.NotFound, "exosxapi.register.unknown")
	errNoClient   = fault.New(fault.NotFound, "exosxapi.client.unknown")
)

const (
	maxName = 100
	maxDays = 366
)

func named(s string) (string, error) {
	s = strings.TrimSpace(s)
	if n := utf8.RuneCountInString(s); n == 0 || n > maxName {
		return s, fault.New(fault.Invalid, "exosxapi.name", "most", maxName)
	}
	return s, nil
}

// Open opens a register: a publisher's, or the operator's where prefix is "". own: our pupils' statements are made for it from now on.
func (s *Service) Open(ctx context.Context, by journal.Actor, name string, prefix exos.ARK, own bool) (Register, error) {
	name, err := named(name)
	if err != nil {
		return Register{}, err
	}
	r := Register{ID: RegisterID(s.IDs.New()), Name: name, Own: own, Secret: make([]byte, 32), Prefix: prefix}
	rand.Read(r.Secret)
	if prefix != "" {
		p, err := s.Exos.PublisherOf(ctx, prefix)
		if err != nil {
			return Register{}, err
		}
		r.Publisher = p.ID
	}
	return r, s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		all, err := w.Registers(ctx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(x Register) bool { return x.Name == r.Name || r.Publisher != "" && x.Publisher == r.Publisher }) {
			return fault.New(fault.Conflict, "exosxapi.register.known", "name", r.Name)
		}
		act, err := w.Record(ctx, journal.Entry{
			Actor: by, Verb: "exos.register-opened", Subject: string(r.ID), Class: journal.ClassChange, Detail: map[string]any{"publisher": r.Publisher, "own": own},
		})
		if err != nil {
			return err
		}
		r.Position = Position{At: w.Now()}
		return w.AddRegister(ctx, act, r)
	})
}

// Close removes a register, its clients and all that is in it.
func (s *Service) Close(ctx context.Context, by journal.Actor, r RegisterID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		all, err := w.Registers(ctx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(x Register) bool { return x.ID == r }) {
			return errNoRegister
		}
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "exos.register-closed", Subject: string(r), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.DropRegister(ctx, act, r)
	})
}

// Registers lists them, by name.
func (s *Service) Registers(ctx context.Context) ([]Register, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]Register, error) { return r.Registers(ctx) })
}

// Clients lists a register's, newest first, those that are over too.
func (s *Service) Clients(ctx context.Context, id RegisterID) ([]Client, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]Client, error) { return r.Clients(ctx, id) })
}

// MakeClient makes credentials, and returns the secret that is nowhere else. They last a year at most.
func (s *Service) MakeClient(ctx context.Context, by journal.Actor, c Client) (Client, exos.Token, error) {
	var err error
	if c.Name, err = named(c.Name); err != nil {
		return Client{}, "", err
	}
	if len(c.Scopes) == 0 || slices.ContainsFunc(c.Scopes, func(s string) bool { return !slices.Contains(Scopes, s) }) {
		return Client{}, "", fault.New(fault.Invalid, "exosxapi.scope", "list", strings.Join(Scopes, ", "))
	}
	if now := s.Now(); !c.Ends.After(now) || c.Ends.After(now.AddDate(0, 0, maxDays)) {
		return Client{}, "", fault.New(fault.Invalid, "exosxapi.days", "most", maxDays)
	}
	secret := exos.NewToken()
	c.ID, c.Hash = ClientID(s.IDs.New()), clientHash(secret)
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		all, err := w.Registers(ctx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(x Register) bool { return x.ID == c.Register }) {
			return errNoRegister
		}
		act, err := w.Record(ctx, journal.Entry{
			Actor: by, Verb: "exos.register-client-made", Subject: string(c.ID), Class: journal.ClassChange, Detail: map[string]any{"register": c.Register, "scopes": c.Scopes},
		})
		if err != nil {
			return err
		}
		return w.AddClient(ctx, act, c)
	})
	return c, secret, err
}

// clientHash is how the database knows a secret; no other token's hash is the same.
func clientHash(secret exos.Token) string { return exos.Token("xapi client: " + string(secret)).Hash() }

// RevokeClient ends credentials at once.
func (s *Service) RevokeClient(ctx context.Context, by journal.Actor, c ClientID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "exos.register-client-revoked", Subject: string(c), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		if err := w.RevokeClient(ctx, act, c); fault.Is(err, fault.NotFound) {
			return errNoClient
		} else if err != nil {
			return err
		}
		return nil
	})
}

// enter finds who comes with a name and a secret. A publisher's key is a client of the publisher's register, whatever the name.
func (s *Service) enter(ctx context.Context, name string, secret exos.Token) (Client, error) {
	c, err := tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) (Client, error) { return r.ClientByID(ctx, ClientID(name)) })
	if err == nil {
		if c.Hash != clientHash(secret) || !c.RevokedAt.IsZero() || !s.Now().Before(c.Ends) {
			return Client{}, errStranger
		}
		return c, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return Client{}, err
	}
	press, err := s.Exos.PublisherProgram(ctx, secret)
	if fault.Is(err, fault.Unauthenticated) {
		return Client{}, errStranger
	}
	if err != nil {
		return Client{}, err
	}
	all, err := s.Registers(ctx)
	if err != nil {
		return Client{}, err
	}
	for _, r := range all {
		if r.Publisher == press.Publisher.ID {
			return Client{ID: ClientID(press.Key.ID), Register: r.ID, Name: press.Publisher.Name, Scopes: []string{"all"}}, nil
		}
	}
	return Client{}, errStranger
}

var errStranger = fault.New(fault.Unauthenticated, "exosxapi.stranger")
