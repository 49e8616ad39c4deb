package exos

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

var (
	errNoSession  = fault.New(fault.Unauthenticated, "exos.session.none")
	errOldSession = fault.New(fault.Unauthenticated, "exos.session.ended")
)

// SignIn begins a session for whom exos/signin has verified, and returns its token, which is nowhere else.
func (s *Service) SignIn(ctx context.Context, in SignIn) (Token, error) {
	if in.Claims.Issuer == "" || in.Claims.Subject == "" {
		return "", fault.New(fault.Invalid, "exos.claims.subject")
	}
	token := NewToken()
	sealed, err := token.Seal(in.Credential)
	if err != nil {
		return "", fmt.Errorf("seal a credential: %w", err)
	}
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{
			School: in.Claims.School, Actor: journal.System("sign-in"), Verb: "exos.arrived", Class: journal.ClassAccess,
		})
		if err != nil {
			return err
		}
		learner, err := w.PutLearner(ctx, act, in.Claims)
		if err != nil {
			return err
		}
		if !in.RightsAt.IsZero() {
			if err := w.PutRights(ctx, learner, in.Rights, in.RightsAt); err != nil {
				return err
			}
		}
		return w.AddSession(ctx, act, Session{
			Hash: token.Hash(), Learner: learner, Upstream: in.Upstream, Sealed: sealed,
			StartedAt: w.Now(), EndsAt: w.Now().Add(s.sessionLife()),
		})
	})
	if err != nil {
		return "", fmt.Errorf("begin a session: %w", err)
	}
	return token, nil
}

// Enter returns who the token's bearer is, with rights fresh enough to act on. Unauthenticated where there is no session, or
// where the broker must be asked anew and only a sign-in can do so.
func (s *Service) Enter(ctx context.Context, token Token) (Visitor, error) {
	if token == "" {
		return Visitor{}, errNoSession
	}
	here, err := tx.Answer(ctx, s.Store.Look, func(ctx context.Context, r Reader) (Here, error) { return r.Session(ctx, token.Hash()) })
	if fault.Is(err, fault.NotFound) {
		return Visitor{}, errNoSession
	}
	if err != nil {
		return Visitor{}, err
	}
	now := s.Now()
	if !now.Before(here.Session.EndsAt) {
		return Visitor{}, errOldSession
	}
	v := Visitor{Learner: here.Learner, Rights: here.Rights, RightsAt: here.RightsAt}
	if !here.fresh(now, s.rightsFresh()) {
		err = s.freshen(ctx, token, here, &v)
	}
	if err == nil && here.Owned {
		var own []Right
		own, err = read(ctx, s, func(ctx context.Context, r Reader) ([]Right, error) { return ownRights(ctx, r, here.Learner) })
		v.Rights = append(slices.Clip(v.Rights), own...)
	}
	return v, err
}

// Stays refuses whose session is over. It asks the broker nothing, for whoever keeps a line open: what they then ask for is for Enter.
func (s *Service) Stays(ctx context.Context, token Token) error {
	here, err := tx.Answer(ctx, s.Store.Look, func(ctx context.Context, r Reader) (Here, error) { return r.Session(ctx, token.Hash()) })
	switch {
	case fault.Is(err, fault.NotFound):
		return errNoSession
	case err == nil && !s.Now().Before(here.Session.EndsAt):
		return errOldSession
	}
	return err
}

// fresh reports whether the rights may be acted on without asking.
func (h Here) fresh(now time.Time, age time.Duration) bool {
	return !h.RightsAt.IsZero() && h.RightsAt.After(h.StaleAt) && now.Sub(h.RightsAt) <= age
}

// freshen asks for the visitor's rights again. While the broker does not answer, rights that it has not taken back stay good for
// the grace; otherwise the visitor comes in, and nothing opens.
func (s *Service) freshen(ctx context.Context, token Token, here Here, v *Visitor) error {
	rights, asked, err := s.ask(ctx, token, here)
	if err == nil {
		v.Rights, v.RightsAt = rights, asked
		return nil
	}
	if fault.Is(err, fault.NotFound) {
		return errNoSession // it ended while we asked
	}
	if fault.Is(err, fault.Unauthenticated) { // the broker answers: this sign-in is over
		return fault.Wrap(err, fault.Unauthenticated, "exos.session.renew")
	}
	if here.fresh(s.Now(), s.rightsGrace()) {
		s.log().WarnContext(ctx, "rights not refreshed", "learner", here.Learner.ID, "error", err)
		return nil
	}
	s.log().WarnContext(ctx, "rights unknown", "learner", here.Learner.ID, "error", err)
	v.Unsure = fault.Wrap(err, fault.Unavailable, "exos.rights.unreachable")
	return nil
}

// ask gets and keeps a learner's rights. Requests of one session that come together ask once: a credential may be good for one
// use only.
func (s *Service) ask(ctx context.Context, token Token, here Here) ([]Right, time.Time, error) {
	if s.Rights == nil {
		return nil, time.Time{}, fault.New(fault.Unavailable, "exos.rights.unreachable")
	}
	// What is shared must not end with whoever came first.
	ctx = context.WithoutCancel(ctx)
	got, err, _ := s.asking.Do(here.Session.Hash, func() (any, error) {
		now, err := read(ctx, s, func(ctx context.Context, r Reader) (Here, error) { return r.Session(ctx, here.Session.Hash) })
		if err != nil || now.fresh(s.Now(), s.rightsFresh()) { // another request has asked in the meantime
			return news{now.Rights, now.RightsAt}, err
		}
		return s.askNow(ctx, token, now)
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	n := got.(news)
	return n.rights, n.asked, nil
}

// news are rights, and when they were asked for.
type news struct {
	rights []Right
	asked  time.Time
}

func (s *Service) askNow(ctx context.Context, token Token, here Here) (news, error) {
	asked := s.Now()
	credential, err := token.Open(here.Session.Sealed)
	if err != nil || credential == nil {
		return news{}, fault.Wrap(err, fault.Unauthenticated, "exos.session.renew")
	}
	rights, renewed, err := s.Rights.Rights(ctx, credential)
	sealed, sealErr := token.Seal(renewed)
	if err = errors.Join(err, sealErr); err != nil && sealed == nil {
		return news{}, err
	}
	// A renewed credential is kept even where the rights could not be had: the old one is good no more.
	kept := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if sealed != nil {
			if err := w.Reseal(ctx, here.Session.Hash, sealed); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
		return w.PutRights(ctx, here.Learner.ID, rights, asked)
	})
	return news{rights, asked}, errors.Join(err, kept)
}

// Credential returns the session's credential; where stale says that it is too old to use, the rights are asked for first, which
// renews it. It is for what the learner's own browser asks of the broker, and goes nowhere else.
func (s *Service) Credential(ctx context.Context, token Token, stale func(Credential) bool) (Credential, error) {
	now := func(ctx context.Context) (Here, Credential, error) {
		here, err := read(ctx, s, func(ctx context.Context, r Reader) (Here, error) { return r.Session(ctx, token.Hash()) })
		if err != nil {
			return Here{}, nil, errNoSession
		}
		credential, err := token.Open(here.Session.Sealed)
		return here, credential, err
	}
	_, credential, err := now(ctx)
	if err != nil || !stale(credential) || s.Rights == nil {
		return credential, err
	}
	_, err, _ = s.asking.Do(token.Hash(), func() (any, error) {
		ctx := context.WithoutCancel(ctx)
		here, credential, err := now(ctx)
		if err != nil || !stale(credential) {
			return news{}, err
		}
		return s.askNow(ctx, token, here)
	})
	if err != nil {
		return nil, err
	}
	_, credential, err = now(ctx)
	return credential, err
}

// Leave ends the token's session and returns its credential, so that the issuer can be told. A session that is over already is no
// error, and has no credential.
func (s *Service) Leave(ctx context.Context, token Token) (Credential, error) {
	// Looked at first, for anybody may ask: a stranger's word costs no turn at the writer.
	_, err := read(ctx, s, func(ctx context.Context, r Reader) (Here, error) { return r.Session(ctx, token.Hash()) })
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	ended, err := write(ctx, s, func(ctx context.Context, w Writer) (Here, error) {
		here, err := w.Session(ctx, token.Hash())
		if err != nil {
			return Here{}, err
		}
		act, err := w.Record(ctx, journal.Entry{
			School: here.Learner.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(here.Learner.ID)}, Verb: "exos.left",
			Person: string(here.Learner.ID), Class: journal.ClassAccess,
		})
		if err != nil {
			return Here{}, err
		}
		return here, w.EndSession(ctx, act, token.Hash())
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return token.Open(ended.Session.Sealed)
}

// Notice is a security event from upstream, verified by exos/signin. Subject or Upstream says whom it is about.
type Notice struct {
	Issuer   string
	ID       string    // jti: acted on once
	Ends     time.Time // when the id may be forgotten
	Kind     NoticeKind
	Subject  Pseudonym
	Upstream string // the issuer's session
}

// NoticeKind is what a notice says.
type NoticeKind string

// The kinds of notice.
const (
	RightsChanged  NoticeKind = "rights-changed"
	SessionRevoked NoticeKind = "session-revoked"
	PersonErased   NoticeKind = "person-erased"
)

// Heed acts on a notice, once: heard again it changes nothing. It reports whether it was heard for the first time.
func (s *Service) Heed(ctx context.Context, n Notice) (first bool, err error) {
	return write(ctx, s, func(ctx context.Context, w Writer) (bool, error) {
		first, err := w.Heard(ctx, n.Issuer, n.ID, n.Ends)
		if err != nil || !first {
			return false, err
		}
		return true, heed(ctx, w, n)
	})
}

func heed(ctx context.Context, w Writer, n Notice) error {
	if n.Kind == RightsChanged {
		return w.StaleRights(ctx, n.Issuer, n.Subject)
	}
	verb := "exos.session-revoked"
	if n.Kind == PersonErased {
		verb = "exos.learner-erased"
	}
	act, err := w.Record(ctx, journal.Entry{Actor: journal.Actor{Kind: journal.ByPartner, ID: n.Issuer}, Verb: verb, Class: journal.ClassAccess})
	if err != nil {
		return err
	}
	if n.Kind == PersonErased {
		return w.Forget(ctx, act, n.Issuer, n.Subject)
	}
	_, err = w.EndSessionsOf(ctx, act, n.Issuer, n.Subject, n.Upstream)
	return err
}

// Sweep removes sessions and remembered notices that are over, and uploads that were given up, and returns how many rows went. Run it
// now and then.
func (s *Service) Sweep(ctx context.Context) (int64, error) {
	return write(ctx, s, func(ctx context.Context, w Writer) (int64, error) {
		left, err := w.SweepDeposits(ctx, w.Now().Add(-abandonAfter))
		if err != nil {
			return 0, err
		}
		names, err := w.SweepNames(ctx, w.Now().Add(-guessKept), w.Now().Add(-keyNameKept))
		if err != nil {
			return 0, err
		}
		n, err := w.Sweep(ctx, w.Now())
		return n + left + names, err
	})
}
