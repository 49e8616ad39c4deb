package local

import (
	"context"
	"fmt"

	"pupitre/internal/fault"
	"pupitre/journal"
)

var errCode = fault.New(fault.Denied, "local.factor.wrong")

// Prove takes a code of the second factor, or a recovery code, and returns the step that follows. fault.Denied (local.factor.wrong) for a
// code that is wrong or was used; fault.Unavailable where it must wait (WaitOf).
func (s *Service) Prove(ctx context.Context, v Visit, code string) (Step, error) {
	var at Step
	var refused error // kept apart: what was counted stays counted
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		at, refused = "", nil
		p, a, err := passage(ctx, w, v, Factor)
		if err != nil {
			return err
		}
		good, err := s.shows(ctx, w, a, code)
		if err != nil || !good {
			refused = errCode
			return err
		}
		p.Proved = true
		at, err = s.advance(ctx, w, a, p)
		return err
	})
	if err != nil {
		return "", err
	}
	return at, refused
}

// proves uses up a code.
func (s *Service) proves(ctx context.Context, w Writer, a Account, code string) (bool, error) {
	if len(code) != 6 {
		used, err := w.UseRecovery(ctx, a, recoveryHash(code))
		if err != nil || !used {
			return false, err
		}
		_, err = record(ctx, w, a.Person, "local.recovery-used", journal.ClassAccess)
		return true, err
	}
	if a.Factor == nil { // a passkey is all they have
		return false, nil
	}
	secret, err := s.Seal.Open(a.Factor, sealName(a.Project, a.Person))
	if err != nil {
		return false, err
	}
	step, ok := match(secret, code, w.Now())
	if !ok {
		return false, nil
	}
	return w.UseStep(ctx, a, step)
}

// first holds the account of somebody who sets up a second factor and has none yet: of two browsers with the password, one does. Counters come
// before it, as in a sign-in.
func first(ctx context.Context, w Writer, a Account) error {
	if used, err := w.UseAccount(ctx, a); err != nil || !used {
		return orErr(err, errPassage)
	}
	held, err := w.Account(ctx, a.Project, a.Person)
	if err == nil && held.Guarded() {
		err = errPassage
	}
	return err
}

// enrolled moves a passage on, whose person has just shown the second factor that they set up.
func (s *Service) enrolled(ctx context.Context, w Writer, a Account, p Passage) error {
	p.Proved, p.Secret = true, nil
	_, err := s.advance(ctx, w, a, p)
	return err
}

// Offered is what a passage offers to a telephone.
func (s *Service) Offered(ctx context.Context, v Visit) (Offer, error) {
	var o Offer
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		p, a, err := passage(ctx, r, v, Enrol)
		if err != nil {
			return err
		}
		o, err = s.offerOf(p, a)
		return err
	})
	return o, err
}

// offerOf is what a passage offers.
func (s *Service) offerOf(p Passage, a Account) (Offer, error) {
	secret, err := s.Seal.Open(p.Secret, sealName(a.Project, a.Person))
	return offer(secret, a.Login), err
}

// hasOffer counts a code, and reports whether it is of the telephone that took what a passage offers, and of which step.
func (s *Service) hasOffer(ctx context.Context, w Writer, p Passage, a Account, code string) (step int64, ok bool, err error) {
	if err := reserve(ctx, w, a.Project, factorBucket(a.Project, a.Person)); err != nil {
		return 0, false, err
	}
	secret, err := s.Seal.Open(p.Secret, sealName(a.Project, a.Person))
	if err != nil {
		return 0, false, err
	}
	step, ok = match(secret, bareCode(code), w.Now())
	return step, ok, nil
}

// Take sets up the telephone that was offered, once a code shows that the telephone has it, and returns its recovery codes: they are
// shown once, and kept as hashes.
func (s *Service) Take(ctx context.Context, v Visit, code string) ([]string, error) {
	codes, hashes := newCodes()
	var refused error
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		refused = nil
		p, a, err := passage(ctx, w, v, Enrol)
		if err != nil {
			return err
		}
		step, ok, err := s.hasOffer(ctx, w, p, a, code)
		if err != nil {
			return err
		}
		if !ok {
			refused = errCode
			return nil
		}
		if err := first(ctx, w, a); err != nil {
			return err
		}
		act, err := record(ctx, w, a.Person, "local.factor-added", journal.ClassChange)
		if err != nil {
			return err
		}
		a.Factor, a.Step = p.Secret, step
		if err := w.SetFactor(ctx, act, a, hashes); err != nil {
			return err
		}
		if err := w.ForgetTries(ctx, a.Project, factorBucket(a.Project, a.Person).Key); err != nil {
			return err
		}
		return s.enrolled(ctx, w, a, p)
	})
	if err = orErr(err, refused); err != nil {
		return nil, fmt.Errorf("set up a second factor: %w", err)
	}
	return codes, nil
}
