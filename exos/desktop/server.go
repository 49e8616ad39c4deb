package desktop

import (
	"context"
	"net/url"
	"strings"

	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/tx"
)

// Server is the address that the program was told to speak to, "" where it was told none.
func (s *Shelf) Server(ctx context.Context) (string, error) {
	return tx.Answer(ctx, s.db.Read, func(ctx context.Context, t *db.Tx) (string, error) {
		var address string
		err := t.One(ctx, `select value from setting where name = 'server'`, nil, &address)
		if fault.Is(err, fault.NotFound) {
			return "", nil
		}
		return address, err
	})
}

// SetServer remembers the address of the server: over TLS, or on this computer (fault.Invalid). A program that is a learner's already
// keeps the one that it has, for so are its records that server's (fault.Conflict).
func (s *Shelf) SetServer(ctx context.Context, address string) error {
	address, err := origin(address)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, t *db.Tx) error {
		var had string
		err := t.One(ctx, `select value from setting where name = 'server'`, nil, &had)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if had == address {
			return nil
		}
		if mine, err := owned(ctx, t); err != nil {
			return err
		} else if mine {
			return fault.New(fault.Conflict, "exosdesktop.server.other", "address", had)
		}
		_, err = t.Exec(ctx, `insert into setting (name, value) values ('server', $1) on conflict (name) do update set value = excluded.value`, address)
		return err
	})
}

// origin is an address without its path.
func origin(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !httpx.OnThisComputer(u.Hostname())) {
		return "", fault.New(fault.Invalid, "exosdesktop.server.form", "address", address)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}
