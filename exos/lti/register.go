package lti

import (
	"context"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

var errNoPlatform = fault.New(fault.NotFound, "exoslti.platform.unknown")

// Platforms lists the registrations, by name.
func (t *Tool) Platforms(ctx context.Context) ([]Platform, error) {
	return tx.Answer(ctx, t.Store.Read, func(ctx context.Context, r Reader) ([]Platform, error) { return r.Platforms(ctx) })
}

// Register writes a platform down. Conflict where its issuer knows this client already: remove that one first.
func (t *Tool) Register(ctx context.Context, by journal.Actor, p Platform) (Platform, error) {
	p.Name = strings.TrimSpace(p.Name)
	if err := p.Validate(); err != nil {
		return Platform{}, err
	}
	if p.over(t.Now()) {
		return Platform{}, fault.New(fault.Invalid, "exoslti.platform.field", "field", "until")
	}
	p.ID = PlatformID(t.IDs.New())
	return p, t.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{
			Actor: by, Verb: "exos.platform-added", Subject: string(p.ID), Class: journal.ClassChange,
			Detail: map[string]any{"issuer": p.Issuer, "client": p.ClientID, "opens": p.Opens, "until": p.Until.String()},
		})
		if err != nil {
			return err
		}
		added, err := w.AddPlatform(ctx, act, p)
		if err == nil && !added {
			err = fault.New(fault.Conflict, "exoslti.platform.known", "issuer", p.Issuer, "client", p.ClientID)
		}
		return err
	})
}

// Remove ends a registration: nothing opens from there any more, whoever is here is out within two minutes, and keeps their work.
func (t *Tool) Remove(ctx context.Context, by journal.Actor, id PlatformID) error {
	return t.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "exos.platform-removed", Subject: string(id), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		if err := w.DropPlatform(ctx, act, id); fault.Is(err, fault.NotFound) {
			return errNoPlatform
		} else if err != nil {
			return err
		}
		return nil
	})
}
