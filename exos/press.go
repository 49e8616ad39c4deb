package exos

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/internal/fault"
	"pupitre/journal"
)

var (
	errNoPublisher = fault.New(fault.NotFound, "exos.publisher.unknown")
	errNoKey       = fault.New(fault.NotFound, "exos.publisher.key.unknown")
	errStranger    = fault.New(fault.Unauthenticated, "exos.publisher.stranger")
)

// keyHash is how the database knows a publisher's key; no session's hash is the same.
func (t Token) keyHash() string {
	sum := sha256.Sum256([]byte("publisher key:" + string(t)))
	return hex.EncodeToString(sum[:])
}

// actor is who acts, for the journal: the key, for no person is known.
func (p Press) actor() journal.Actor {
	return journal.Actor{Kind: journal.ByPartner, ID: string(p.Key.ID)}
}

// AddPublisher makes a publisher known. Conflict where another one's prefix begins alike, or it is known already.
func (s *Service) AddPublisher(ctx context.Context, by journal.Actor, p Publisher) (Publisher, error) {
	if err := p.validate(); err != nil {
		return Publisher{}, err
	}
	p.ID = PublisherID(s.IDs.New())
	return p, s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		all, err := w.Publishers(ctx)
		if err != nil {
			return err
		}
		for _, other := range all {
			if p.clashes(other) {
				return fault.New(fault.Conflict, "exos.publisher.clash", "prefix", string(p.Prefix), "name", other.Name, "other", string(other.Prefix))
			}
		}
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "exos.publisher-added", Subject: string(p.ID), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.AddPublisher(ctx, act, p)
	})
}

// Publishers lists them, by name.
func (s *Service) Publishers(ctx context.Context) ([]Publisher, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Publisher, error) { return r.Publishers(ctx) })
}

// PublisherOf finds a publisher by its prefix, or NotFound.
func (s *Service) PublisherOf(ctx context.Context, prefix ARK) (Publisher, error) {
	all, err := s.Publishers(ctx)
	if err != nil {
		return Publisher{}, err
	}
	if i := slices.IndexFunc(all, func(p Publisher) bool { return p.Prefix == prefix }); i >= 0 {
		return all[i], nil
	}
	return Publisher{}, errNoPublisher
}

// MakePublisherKey makes a key, and returns the token that is nowhere else. It lasts a year at most.
func (s *Service) MakePublisherKey(ctx context.Context, by journal.Actor, k PublisherKey) (PublisherKey, Token, error) {
	k.Name = strings.TrimSpace(k.Name)
	if n := utf8.RuneCountInString(k.Name); n == 0 || n > maxKeyName {
		return PublisherKey{}, "", fault.New(fault.Invalid, "exos.publisher.key.name", "max", maxKeyName)
	}
	if now := s.Now(); !k.Ends.After(now) || k.Ends.After(now.AddDate(0, 0, maxKeyDays)) {
		return PublisherKey{}, "", fault.New(fault.Invalid, "exos.publisher.key.days", "max", maxKeyDays)
	}
	token := NewToken()
	k.ID, k.Hash = PublisherKeyID(s.IDs.New()), token.keyHash()
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if _, err := w.PublisherByID(ctx, k.Publisher); err != nil {
			return orNone(err, errNoPublisher)
		}
		act, err := w.Record(ctx, journal.Entry{
			Actor: by, Verb: "exos.publisher-key-made", Subject: string(k.ID), Class: journal.ClassChange, Detail: map[string]any{"publisher": k.Publisher},
		})
		if err != nil {
			return err
		}
		return w.AddPublisherKey(ctx, act, k)
	})
	return k, token, err
}

// PublisherKeys lists the keys of a publisher, newest first, those that are over too.
func (s *Service) PublisherKeys(ctx context.Context, p PublisherID) ([]PublisherKey, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]PublisherKey, error) { return r.PublisherKeys(ctx, p) })
}

// RevokePublisherKey ends a key, and whoever came in by it is out at once. A key that has ended already is no error.
func (s *Service) RevokePublisherKey(ctx context.Context, by journal.Actor, id PublisherKeyID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "exos.publisher-key-revoked", Subject: string(id), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return orNone(w.RevokePublisherKey(ctx, act, id), errNoKey)
	})
}

// orNone says what was missing.
func orNone(err, none error) error {
	if fault.Is(err, fault.NotFound) {
		return none
	}
	return err
}

// SignInPublisher begins a browser's session for whoever holds a key, and returns its token. Unauthenticated where the key is none, or is over.
func (s *Service) SignInPublisher(ctx context.Context, key Token) (Token, error) {
	token := NewToken()
	return token, s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		k, err := w.PublisherKeyHashed(ctx, key.keyHash())
		if err != nil {
			return orNone(err, errStranger)
		}
		if !k.good(w.Now()) {
			return errStranger
		}
		act, err := w.Record(ctx, journal.Entry{
			Actor: journal.Actor{Kind: journal.ByPartner, ID: string(k.ID)}, Verb: "exos.publisher-arrived", Subject: string(k.Publisher), Class: journal.ClassAccess,
		})
		if err != nil {
			return err
		}
		return w.AddPublisherSession(ctx, act, token.Hash(), k.ID, earlier(w.Now().Add(s.sessionLife()), k.Ends))
	})
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// EnterPublisher returns for whom the session's bearer is here. Unauthenticated where the session or its key is over.
func (s *Service) EnterPublisher(ctx context.Context, session Token) (Press, error) {
	return s.enterPublisher(ctx, session, func(ctx context.Context, r Reader) (PublisherKey, error) {
		return r.PublisherSession(ctx, session.Hash())
	})
}

// PublisherProgram returns for whom a program is here that shows a key with every request.
func (s *Service) PublisherProgram(ctx context.Context, key Token) (Press, error) {
	return s.enterPublisher(ctx, key, func(ctx context.Context, r Reader) (PublisherKey, error) {
		return r.PublisherKeyHashed(ctx, key.keyHash())
	})
}

func (s *Service) enterPublisher(ctx context.Context, token Token, find func(context.Context, Reader) (PublisherKey, error)) (Press, error) {
	if token == "" {
		return Press{}, errStranger
	}
	return read(ctx, s, func(ctx context.Context, r Reader) (Press, error) {
		k, err := find(ctx, r)
		if err != nil {
			return Press{}, orNone(err, errStranger)
		}
		if !k.good(r.Now()) {
			return Press{}, errStranger
		}
		p, err := r.PublisherByID(ctx, k.Publisher)
		return Press{Publisher: p, Key: k}, err
	})
}

// LeavePublisher ends a browser's session. One that is over already is no error.
func (s *Service) LeavePublisher(ctx context.Context, session Token) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error { return w.EndPublisherSession(ctx, session.Hash()) })
}

// PublishedModules lists the publisher's modules, by title, withdrawn ones too.
func (s *Service) PublishedModules(ctx context.Context, p Press) ([]Module, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Module, error) { return r.ModulesUnder(ctx, p.Publisher.Prefix) })
}

// own returns a module of the publisher's; somebody else's is not known to it.
func own(ctx context.Context, r Reader, p Press, m ModuleID) (Module, error) {
	module, err := r.ModuleByID(ctx, m)
	if err != nil {
		return Module{}, orNone(err, errNoModule)
	}
	if !p.Publisher.Owns(module.ARK) {
		return Module{}, errNoModule
	}
	return module, nil
}

// Usage tells a publisher what became of one of its modules, without names.
func (s *Service) Usage(ctx context.Context, p Press, m ModuleID) (Module, Usage, error) {
	var module Module
	usage, err := read(ctx, s, func(ctx context.Context, r Reader) (Usage, error) {
		var err error
		if module, err = own(ctx, r, p, m); err != nil {
			return Usage{}, err
		}
		use, err := r.UseOf(ctx, m, module.Current)
		if err != nil {
			return Usage{}, err
		}
		out := Usage{Pupils: masked(use.Pupils)}
		for _, v := range use.Versions {
			out.Versions = append(out.Versions, VersionUse{Version: v.Version, Total: v.Total, Current: v.ID == module.Current, Pupils: masked(v.Pupils)})
		}
		for _, e := range use.Exercises {
			one := ExerciseUse{Exercise: e.Exercise, Title: e.Title, Pupils: masked(e.Pupils)}
			if !one.Pupils.Few {
				one.Success, one.Tries = e.Success, float64(e.Tries)/float64(e.Pupils)
			}
			out.Exercises = append(out.Exercises, one)
		}
		return out, nil
	})
	return module, usage, err
}

// PublishVersion makes a version that was published before the one in force again; whoever is in the midst of another keeps it. It is how
// a publication is undone.
func (s *Service) PublishVersion(ctx context.Context, p Press, m ModuleID, v VersionID) error {
	return s.turn(ctx, p, m, "exos.published", func(ctx context.Context, w Writer, next *Module) error {
		if _, err := w.VersionOf(ctx, m, v); err != nil {
			return orNone(err, fault.New(fault.NotFound, "exos.version.unknown"))
		}
		next.Current = v
		return nil
	})
}

// Withdraw takes a module back: nobody begins it any more, and whoever has begun it keeps their version. PublishVersion brings it back.
func (s *Service) Withdraw(ctx context.Context, p Press, m ModuleID) error {
	return s.turn(ctx, p, m, "exos.withdrawn", func(_ context.Context, _ Writer, next *Module) error {
		next.Current = ""
		return nil
	})
}

// turn changes one of the publisher's modules, as one act. What is so already is no act.
func (s *Service) turn(ctx context.Context, p Press, m ModuleID, verb string, change func(ctx context.Context, w Writer, next *Module) error) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		module, err := own(ctx, w, p, m)
		if err != nil {
			return err
		}
		next := module
		if err := change(ctx, w, &next); err != nil || next == module {
			return err
		}
		act, err := w.Record(ctx, journal.Entry{
			Actor: p.actor(), Verb: verb, Subject: string(m), Class: journal.ClassChange,
			Detail: map[string]any{"version": first(next.Current, module.Current), "was": module.Current, "ark": module.ARK},
		})
		if err != nil {
			return err
		}
		return w.PutModule(ctx, act, next)
	})
}
